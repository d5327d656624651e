# SPDX-License-Identifier: LGPL-2.1-or-later
"""Test functions as TAP: each is called with a folder of its own, and fails by an exception."""
import os
import shutil
import subprocess
import sys
import tempfile
import traceback


class Skip(Exception):
    """Why a test cannot be run here."""


def need(program):
    if not shutil.which(program):
        raise Skip('%s is not installed' % program)


def run(*argv, status=0, **kwargs):
    """Runs a program that shall end with @status; returns what it printed, as bytes."""
    done = subprocess.run(argv, stdin=kwargs.pop('stdin', subprocess.DEVNULL), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=100, **kwargs)
    if done.returncode != status:
        raise AssertionError('%s: exit status %d, not %d\n%s\n%s' % (
            ' '.join(argv), done.returncode, status, done.stdout[-2000:].decode(errors='replace'),
            done.stderr[-2000:].decode(errors='replace')))
    run.complaints = done.stderr.decode(errors='replace')
    return done.stdout


def same(ours, theirs, what):
    if ours != theirs:
        left, right = ours.splitlines(), theirs.splitlines()
        for number, (a, b) in enumerate(zip(left, right), 1):
            if a != b:
                raise AssertionError('%s: line %d is\n%r\nand not\n%r' % (what, number, a, b))
        raise AssertionError('%s: %d lines, not %d' % (what, len(left), len(right)))


def main(tests):
    failed = 0
    print('1..%d' % len(tests))
    for number, test in enumerate(tests, 1):
        name = test.__name__.removeprefix('test_')
        folder = tempfile.mkdtemp(prefix='sg-ctl-')
        try:
            test(folder)
            print('ok %d %s' % (number, name))
        except Skip as why:
            print('ok %d %s # SKIP %s' % (number, name, why))
        except Exception:  # any of them is a failure of this test alone
            failed += 1
            print('# ' + traceback.format_exc().replace('\n', '\n# '))
            print('not ok %d %s' % (number, name))
        finally:
            sys.stdout.flush()
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


def contents(folder):
    """All files of a folder with what is in them and when they were changed."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            with open(full, 'rb') as file:
                found[os.path.relpath(full, folder)] = (file.read(), os.stat(full).st_mtime_ns)
    return found
