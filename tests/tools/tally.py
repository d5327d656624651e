#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts what meson's test logs say, one test case at a time.

usage: tally.py BUILD-FOLDER…

Meson counts programs; a program of ours runs many cases and says so in TAP. Each failed program is
printed in full. A case that several builds run (plain, with sanitizers) is one case: failed if it
failed in any, else passed if it passed in any, else skipped. The last line is the result alone.
"""
import collections
import glob
import json
import os
import re
import sys

# ok 3 /labels/text # SKIP why
RESULT = re.compile(r'^(not )?ok\b[ \t]*\d*[ \t]*(?:- )?(.*?)[ \t]*(#[ \t]*SKIP\b.*)?$', re.I)
PASSED, FAILED, SKIPPED = 'passed', 'failed', 'skipped'


def cases_of_tap(text):
    """Yields (name, verdict) for each result line."""
    for line in text.splitlines():
        match = RESULT.match(line)
        if match:
            failed, name, skipped = match.groups()
            yield name, SKIPPED if skipped else FAILED if failed else PASSED


def cases_of_test(test):
    """The cases of one program, with one of its own where it failed outside of any case."""
    found = list(cases_of_tap(test.get('stdout', '')))
    good = test['result'] in ('OK', 'SKIP', 'EXPECTEDFAIL')
    if not good and not any(verdict == FAILED for _, verdict in found):
        found.append(('(%s, exit status %s)' % (test['result'], test.get('returncode')), FAILED))
    elif not found:
        found.append(('', SKIPPED if test['result'] == 'SKIP' else PASSED))
    return found


def read_logs(folder):
    for path in sorted(glob.glob(os.path.join(folder, 'meson-logs', 'testlog*.json'))):
        with open(path, encoding='utf-8', errors='replace') as log:
            for line in log:
                if line.strip():
                    yield json.loads(line)


def print_failure(folder, test):
    print('\n==== %s failed in %s: %s, exit status %s'
          % (test['name'], os.path.basename(folder), test['result'], test.get('returncode')))
    print('==== %s' % ' '.join(test['command']))
    for stream in ('stdout', 'stderr'):
        if test.get(stream):
            print(test[stream].rstrip('\n'))


def count(folders):
    verdicts = {}
    for folder in folders:
        for test in read_logs(folder):
            program = tuple(os.path.basename(word) for word in test['command'])
            found = cases_of_test(test)
            if any(verdict == FAILED for _, verdict in found):
                print_failure(folder, test)
            names = collections.Counter()
            for name, verdict in found:
                names[name] += 1
                verdicts.setdefault((program, name, names[name]), set()).add(verdict)
    return [next(v for v in (FAILED, PASSED, SKIPPED) if v in seen) for seen in verdicts.values()]


def main(folders):
    verdicts = count(folders)
    passed, failed, skipped = (verdicts.count(v) for v in (PASSED, FAILED, SKIPPED))
    if not passed and not failed:
        print('No test was run.')
    print('%d passed, %d failed%s'
          % (passed, failed, ', %d skipped' % skipped if skipped else ''))
    return 0 if passed and not failed else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
