# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks of the C sources. Each takes the tree and yields its problems, one line each."""
import hashlib
import os
import re
import sys

import c_source
from tree import Skip

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tools'))
import format as house_format  # noqa: E402 (beside the other tools, since people run it)

MAX_FUNCTION = 100
LONG_FUNCTION = 60
MAX_FILE = 1000
DEPENDENCY = re.compile(r"\b(?:dependency|find_library)\('([^']+)'")
SCREEN = re.compile(r'^(?:gtk|gdk|gsk|adwaita|libadwaita|pango|cairo)(?:[/.-]|$)')


def read_arrows(tree):
    arrows = {}
    for _, line in tree.lines('tests/lint/arrows.txt'):
        if line and not line.startswith('#'):
            module, _, allowed = line.partition(':')
            arrows[module] = set(allowed.split())
    return arrows


def module_of(path):
    """The module that a file belongs to, by its path from the top; None outside of src."""
    parts = path.split('/')
    if parts[:2] == ['src', 'core']:
        return parts[2] if len(parts) > 3 else 'sightglass'
    if parts[0] == 'src' and len(parts) > 2:
        return parts[1]
    return None


def module_included(tree, path, name):
    """The module of what @path includes as @name, where the compiler would look for it."""
    for folder in (os.path.dirname(path), 'src/core', 'src'):
        candidate = os.path.normpath(os.path.join(folder, name))
        if candidate in tree.files:
            return module_of(candidate)
    first = name.split('/')[0]  # a generated header is not in the tree
    return first if '/' in name and first in read_arrows(tree) else None


def check_arrows(tree):
    """A module includes only what the list of arrows allows."""
    arrows = read_arrows(tree)
    for path in tree.matching('.c', '.h', under='src/'):
        module = module_of(path)
        if module is not None and module not in arrows:
            yield '%s: the module "%s" is not in tests/lint/arrows.txt' % (path, module)
            continue
        for line, name, _ in c_source.includes(tree.text(path)):
            target = module_included(tree, path, name)
            if target in (None, module) or target in arrows.get(module, ()):
                continue
            if '*' in arrows.get(module, ()) and target not in ('app', 'ctl'):
                continue
            yield '%s:%d: %s may not include "%s" of %s' % (path, line, module, name, target)


def check_no_screen_in_core(tree):
    """The core and the command line include nothing of the screen's libraries."""
    for path in tree.matching('.c', '.h', under='src/core/') + tree.matching('.c', '.h',
                                                                             under='src/ctl/'):
        for line, name, quoted in c_source.includes(tree.text(path)):
            if not quoted and SCREEN.match(name):
                yield '%s:%d: <%s> belongs to the screen' % (path, line, name)


def check_header_guards(tree):
    """A header begins with #pragma once after its licence."""
    for path in tree.matching('.h', under='src/') + tree.matching('.h', under='tests/'):
        lines = [line for _, line in tree.lines(path)]
        if lines[1:2] != ['#pragma once']:
            yield '%s:2: expected #pragma once' % path


def check_own_header_first(tree):
    """A .c file includes its own header before any other, which proves that it stands alone."""
    for path in tree.matching('.c', under='src/'):
        header = os.path.basename(path)[:-2] + '.h'
        names = [os.path.basename(name) for _, name, _ in c_source.includes(tree.text(path))]
        if header in names and names[0] != header:
            yield '%s: expected %s to be included first' % (path, header)


def check_function_sizes(tree):
    """No function is longer than a hundred lines."""
    for path in tree.c_files():
        for name, line, length in c_source.functions(tree.text(path)):
            if length > MAX_FUNCTION:
                yield '%s:%d: %s has %d lines, and may have %d' % (path, line, name, length,
                                                                  MAX_FUNCTION)


def long_functions(tree):
    """Those that are allowed, and still longer than is good."""
    for path in tree.c_files():
        for name, line, length in c_source.functions(tree.text(path)):
            if LONG_FUNCTION < length <= MAX_FUNCTION:
                yield '%s:%d: %s has %d lines' % (path, line, name, length)


def check_file_sizes(tree):
    """No file is longer than a thousand lines, its tables apart."""
    scripts = [name for name in tree.matching('.py', '.sh', under='tests/')] + ['dev']
    for path in tree.c_files() + [name for name in scripts if name in tree.files]:
        count = c_source.lines_outside_tables(tree.text(path))
        if count > MAX_FILE:
            yield '%s: %d lines, and may have %d' % (path, count, MAX_FILE)


def check_sources_are_built(tree):
    """Each .c file of src is named in a meson.build: no file lies there unused."""
    named = {os.path.dirname(path): tree.text(path) for path in tree.matching('meson.build')}
    for path in tree.matching('.c', under='src/'):
        folder, base = os.path.split(path)
        while folder and base not in named.get(folder, ''):
            base = os.path.basename(folder) + '/' + base
            folder = os.path.dirname(folder)
        if not folder:
            yield '%s: no meson.build names it' % path


def check_dependencies(tree):
    """Each library that a meson.build asks for is given by a package of tests/tools/packages.txt."""
    given = set()
    for _, line in tree.lines('tests/tools/packages.txt'):
        if line and not line.startswith('#'):
            given.update(line.split()[-1].split(','))
    for path in tree.matching('meson.build'):
        for number, line in tree.lines(path):
            for name in DEPENDENCY.findall(line):
                if name not in given:
                    yield '%s:%d: no package of tests/tools/packages.txt gives %s' % (path, number,
                                                                                     name)


def check_format(tree):
    """The .c files are as tests/tools/format.py leaves them; ./dev lint --fix does that."""
    command = house_format.find_clang_format()
    if command is None:
        raise Skip('clang-format %s is not installed' % house_format.VERSION)
    known = FormatCache(tree)
    paths = [path for path in tree.matching('.c', under='src/') + tree.matching('.c', under='tests/')
             if not known.has(path)]
    texts = [tree.text(path) for path in paths]
    for path, text, result in zip(paths, texts, house_format.formatted(texts, command)):
        if result == text:
            known.add(path)
        else:
            yield '%s:%d: not formatted: ./dev lint --fix' % (path, first_difference(text, result))
    known.save()


def first_difference(before, after):
    pairs = enumerate(zip(before.split('\n'), after.split('\n')), 1)
    return next((number for number, (a, b) in pairs if a != b), 1)


class FormatCache:
    """Which contents were found in good form, by their hash, so that only what changed is asked."""

    def __init__(self, tree):
        self.tree = tree
        self.path = tree.build and os.path.join(tree.build, 'format-cache')
        self.rules = b''.join(self._read(path) for path in (house_format.RULES, house_format.__file__))
        self.old = set(self._read(self.path).decode().split()) if self.path else set()
        self.new = set()

    @staticmethod
    def _read(path):
        try:
            with open(path, 'rb') as file:
                return file.read()
        except OSError:
            return b''

    def _key(self, path):
        return hashlib.sha256(self.rules + self.tree.text(path).encode()).hexdigest()

    def has(self, path):
        key = self._key(path)
        if key in self.old:
            self.new.add(key)
        return key in self.old

    def add(self, path):
        self.new.add(self._key(path))

    def save(self):
        if self.path and os.path.isdir(self.tree.build) and self.new != self.old:
            try:
                with open(self.path, 'w', encoding='ascii') as file:
                    file.write('\n'.join(sorted(self.new)))
            except OSError:
                pass  # somebody else's folder: the next run asks again


CHECKS = [check_arrows, check_no_screen_in_core, check_header_guards, check_own_header_first,
          check_function_sizes, check_file_sizes, check_sources_are_built, check_dependencies,
          check_format]
