# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds functions, tables and includes in C as this project writes it.

The braces of a function and the end of a table stand in the first column (clang-format sees to
that), so lines are enough and no parser is needed.
"""
import re

HEAD = re.compile(r'^(?:[A-Za-z_].*[ *])?([A-Za-z_]\w*) ?\(')
TABLE = re.compile(r'^[A-Za-z_].*= *\{$')
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]')


def functions(text):
    """Yields (name, line, length): from the line with the name to the closing brace."""
    lines = text.split('\n')
    for start, line in enumerate(lines):
        if line != '{' or not start or not lines[start - 1].rstrip().endswith(')'):
            continue
        head = start - 1
        while head > 0 and not HEAD.match(lines[head]):
            head -= 1
        match = HEAD.match(lines[head])
        end = next((i for i in range(start, len(lines)) if lines[i] == '}'), None)
        if match and end is not None:
            yield match.group(1), head + 1, end - head + 1


def lines_outside_tables(text):
    """How many lines the file has, the rows of its tables not counted."""
    count = 0
    inside = False
    for line in text.rstrip('\n').split('\n'):
        if inside and line == '};':
            inside = False
        if not inside:
            count += 1
        if TABLE.match(line):
            inside = True
    return count


def includes(text):
    """Yields (line, name, whether it stands in quotes)."""
    for number, line in enumerate(text.split('\n'), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(2), match.group(1) == '"'
