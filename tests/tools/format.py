#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Formats C files as this project writes them: clang-format, then the parameters in columns.

usage: format.py FILE…

A function's definition has one parameter a line, the names in one column and the stars before them:

  sg_labels_get (const SgLabels *self,
                 const char     *name)

clang-format 14 can neither break nor align these by itself, and takes a macro without a semicolon
(G_DEFINE_TYPE and its like) for the head of what follows. Later versions differ in other things, so
exactly that version is asked for.
"""
import re
import shutil
import subprocess
import sys

VERSION = '14'
DEFINITION = re.compile(r'^(\w+) \(((?:[^(){};]|\([^()]*\))*)\)\n\{', re.M)
PARAMETER = re.compile(r'^([^*]*[^* ]) ?((?:\*.*)?)\b(\w+(?:\[[^\]]*\])*)$')
MACRO = re.compile(r'^G_DEFINE_\w+ \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\n', re.M)
OFF, ON = '/* clang-format off */\n', '/* clang-format on */\n'


def find_clang_format():
    """Returns the command of the version that the files are formatted with, or None."""
    for command in ('clang-format-' + VERSION, 'clang-format'):
        if shutil.which(command):
            text = subprocess.run([command, '--version'], stdout=subprocess.PIPE, text=True).stdout
            if re.search(r'version %s\.' % VERSION, text):
                return command
    return None


def split_parameters(text):
    """Splits at the commas that stand in no parentheses."""
    parts, depth, part = [], 0, ''
    for char in text:
        depth += (char == '(') - (char == ')')
        if char == ',' and depth == 0:
            parts.append(part)
            part = ''
        else:
            part += char
    return [' '.join(p.split()) for p in parts + [part]]


def line_up(match):
    name, parameters = match.group(1), split_parameters(match.group(2))
    if len(parameters) < 2:
        return match.group(0)
    found = [None if '(' in p or p == '...' else PARAMETER.match(p) for p in parameters]
    # A type is what comes before its stars; (const T *const *x) has stars with words between them.
    types = [len(f.group(1)) + len(f.group(2).rstrip('*')) for f in found if f]
    stars = [len(f.group(2)) - len(f.group(2).rstrip('*')) for f in found if f]
    column = max(types, default=0) + 1 + max(stars, default=0)
    lines = []
    for parameter, f in zip(parameters, found):
        if f:
            parameter = f.group(1) + f.group(2).rjust(column - len(f.group(1))) + f.group(3)
        lines.append(parameter)
    return '%s (%s)\n{' % (name, (',\n' + ' ' * (len(name) + 2)).join(lines))


def formatted(path, command):
    with open(path, encoding='utf-8') as file:
        text = MACRO.sub(lambda match: OFF + match.group(0) + ON, file.read())
    text = subprocess.run([command, '--style=file', '--assume-filename=' + path], input=text,
                          check=True, stdout=subprocess.PIPE, encoding='utf-8').stdout
    return DEFINITION.sub(line_up, text.replace(OFF, '').replace(ON, ''))


def main(paths):
    command = find_clang_format()
    if command is None:
        sys.exit('format.py: this needs clang-format %s' % VERSION)
    for path in paths:
        with open(path, encoding='utf-8') as file:
            before = file.read()
        after = formatted(path, command)
        if after != before:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(after)
            print(path)


if __name__ == '__main__':
    main(sys.argv[1:])
