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
import os
import re
import shutil
import subprocess
import sys
import tempfile

VERSION = '14'
RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '.clang-format')
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


def formatted(texts, command):
    """Returns these C texts in good form, in the same order: one process for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(RULES, folder)
        paths = [os.path.join(folder, '%d.c' % number) for number in range(len(texts))]
        for path, text in zip(paths, texts):
            with open(path, 'w', encoding='utf-8', newline='') as file:
                file.write(MACRO.sub(lambda match: OFF + match.group(0) + ON, text))
        if paths:
            subprocess.run([command, '--style=file', '-i'] + paths, check=True)
        return [finished(path) for path in paths]


def finished(path):
    with open(path, encoding='utf-8', newline='') as file:
        return DEFINITION.sub(line_up, file.read().replace(OFF, '').replace(ON, ''))


def main(paths):
    command = find_clang_format()
    if command is None:
        sys.exit('format.py: this needs clang-format %s' % VERSION)
    before = []
    for path in paths:
        with open(path, encoding='utf-8', newline='') as file:
            before.append(file.read())
    for path, old, new in zip(paths, before, formatted(before, command)):
        if new != old:
            with open(path, 'w', encoding='utf-8', newline='') as file:
                file.write(new)
            print(path)


if __name__ == '__main__':
    main(sys.argv[1:])
