# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks of every text file. Each takes the tree and yields its problems, one line each."""
import os
import re
import shutil

from tree import run, spoken

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
SOURCES = ('.c', '.h', '.py', '.sh', '.ui', '.css', '.blp', 'meson.build', 'meson_options.txt',
           '.gresource.xml', '.gresource.xml.in')
# Formats of others keep their blanks and tabs; pictures and corpora are not text.
NOT_OURS = re.compile(r'^(?:LICENSE$|po/.*\.po$|tests/.*/?(?:data|corpus)/)'
                      r'|\.(?:png|svg|gz|bin|snappy|diff|patch)$')
# Each pattern is written so that it does not find itself here.
FORBIDDEN = [
    (re.compile(r'(?<![\w.$}/])/(?:work|root|tmp/w)[/]'), "a path of somebody's machine"),
    (re.compile(r'(?<![\w.$}/])/home[/]\w'), "a path of somebody's machine"),
    (re.compile(r'\b(?:deb|snapshot|archive|security|ftp|ports)\.(?:debian|ubuntu)[.]\w+'),
     'a package host'),
    (re.compile(r'\b(?:pypi|npmjs|crates|rubygems|proxy\.golang|repo\d?\.maven)[.](?:org|io|com)\b'),
     'a package host'),
    (re.compile(r'^(?:<{7}|>{7})(?: |$)'), 'a merge that was not finished'),
    (re.compile(r'(?:/\*|//|#|<!--|^ \*).*\b(?:TO[D]O|FIX[M]E|X[X]X)\b'), 'an unfinished note'),
]


def texts(tree):
    return [name for name in tree.files if not NOT_OURS.search(name)]


def scripts(tree, interpreter):
    """The files that begin with #!…interpreter, and those that are read by them."""
    shebang = re.compile(r'^#!(?:/usr/bin/env |/bin/|/usr/bin/)%s\b' % interpreter)
    return [name for name in texts(tree) if shebang.match(tree.text(name))]


def check_licence(tree):
    """Every source file says its licence in its first lines."""
    names = tree.matching(*SOURCES) + [name for name in tree.files if os.path.basename(name) == 'dev']
    names += scripts(tree, 'sh') + scripts(tree, 'bash') + scripts(tree, 'python3')
    for name in sorted(set(names)):
        lines = tree.text(name).split('\n', 3)[:3]
        if name.endswith(('.c', '.h')):
            lines = lines[:1]
        if not any(LICENCE in line for line in lines):
            yield '%s:1: expected %s' % (name, LICENCE)


def check_words(tree):
    """Nothing names somebody's machine or a package host, and no note says what is left to do."""
    for name in texts(tree):
        for number, line in tree.lines(name):
            for pattern, what in FORBIDDEN:
                if pattern.search(line):
                    yield '%s:%d: %s: %s' % (name, number, what, line.strip()[:80])


def check_blanks(tree):
    """Lines end in a line feed alone, without blanks before it; C has no tabs."""
    for name in texts(tree):
        text = tree.text(name)
        if '\0' in text:
            yield '%s: a binary file' % name
            continue
        if text and not text.endswith('\n'):
            yield '%s: the last line has no end' % name
        for number, line in tree.lines(name):
            if line.endswith((' ', '\t', '\r')):
                yield '%s:%d: blanks at the end of the line' % (name, number)
            elif '\t' in line and name.endswith(('.c', '.h', '.py', '.build')):
                yield '%s:%d: a tab' % (name, number)


def check_utf8(tree):
    """Text is UTF-8."""
    for name in texts(tree):
        if '\ufffd' in tree.text(name):
            with open(tree.path(name), 'rb') as file:
                try:
                    file.read().decode('utf-8')
                except UnicodeDecodeError as error:
                    yield '%s: byte %d is not UTF-8' % (name, error.start)


def check_shell(tree):
    """Shell scripts can be parsed by the shell that they ask for."""
    for shell in ('sh', 'bash'):
        names = scripts(tree, shell)
        if shell == 'sh':
            names += [name for name in tree.matching('.sh') if name not in names]
        if shutil.which(shell):
            for name in names:
                yield from spoken(run([shell, '-n', name], cwd=tree.root)[1])


def check_python(tree):
    """Python scripts can be parsed."""
    for name in sorted(set(scripts(tree, 'python3') + tree.matching('.py'))):
        try:
            compile(tree.text(name), name, 'exec')
        except SyntaxError as error:
            yield '%s:%s: %s' % (name, error.lineno, error.msg)


CHECKS = [check_licence, check_words, check_blanks, check_utf8, check_shell, check_python]
