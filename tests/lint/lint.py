#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks the source tree against the rules of the house.

Each check is a function of one of the modules beside this file; its docstring is the rule. With
--tap it is a test with one case for each check.
"""
import argparse
import os
import statistics
import sys

import c_source
import checks_binaries
import checks_code
import checks_data
import checks_files
from tree import Skip, Tree

CHECKS = checks_code.CHECKS + checks_files.CHECKS + checks_data.CHECKS + checks_binaries.CHECKS
TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def name_of(check):
    return check.__name__[len('check_'):].replace('_', '-')


def run_check(check, tree):
    """Returns (problems, why it was skipped or None)."""
    try:
        return list(check(tree)), None
    except Skip as skip:
        return [], str(skip)


def report_tap(tree):
    print('1..%d' % len(CHECKS))
    failed = 0
    for number, check in enumerate(CHECKS, 1):
        problems, skipped = run_check(check, tree)
        for problem in problems:
            print('# %s' % problem)
        failed += bool(problems)
        print('%sok %d /lint/%s%s' % ('not ' if problems else '', number, name_of(check),
                                      ' # SKIP %s' % skipped if skipped else ''))
    return 1 if failed else 0


def report(tree):
    failed = 0
    for check in CHECKS:
        problems, skipped = run_check(check, tree)
        if skipped:
            print('%s: skipped: %s' % (name_of(check), skipped))
        if problems:
            failed += 1
            print('%s: %s' % (name_of(check), check.__doc__.split('\n')[0]))
            for problem in problems:
                print('  %s' % problem)
    for line in checks_code.long_functions(tree):
        print('long, but allowed: %s' % line)
    print('%d checks, %d failed' % (len(CHECKS), failed))
    return 1 if failed else 0


def figures(tree):
    """Prints how long functions and files are, where they are written by hand."""
    for where in ('src/core/', 'src/app/', 'src/ctl/', 'tests/'):
        names = tree.matching('.c', under=where)
        if not names:
            continue
        lengths = [length for name in names for _, _, length in c_source.functions(tree.text(name))]
        sizes = [c_source.lines_outside_tables(tree.text(name)) for name in names]
        over = sum(length > checks_code.LONG_FUNCTION for length in lengths)
        print('%-10s %4d functions: median %d lines, longest %d, %d over %d'
              % (where, len(lengths), statistics.median(lengths or [0]), max(lengths, default=0),
                 over, checks_code.LONG_FUNCTION))
        print('%-10s %4d files:     median %d lines, longest %d'
              % ('', len(sizes), statistics.median(sizes), max(sizes)))
    return 0


def main():
    parser = argparse.ArgumentParser(prog='./dev lint', description=__doc__.split('\n')[0])
    parser.add_argument('--root', default=TOP, help=argparse.SUPPRESS)
    parser.add_argument('--build', help=argparse.SUPPRESS)
    parser.add_argument('--tap', action='store_true', help='report as a test does')
    parser.add_argument('--figures', action='store_true', help='print the sizes instead')
    parser.add_argument('--fix', action='store_true', help='format the C files instead')
    options = parser.parse_args()
    tree = Tree(options.root, options.build)
    if options.figures:
        return figures(tree)
    if options.fix:
        names = tree.matching('.c', under='src/') + tree.matching('.c', under='tests/')
        return checks_code.house_format.main([tree.path(name) for name in names])
    return (report_tap if options.tap else report)(tree)


if __name__ == '__main__':
    sys.exit(main())
