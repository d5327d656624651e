#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests ./dev where it decides something: what it installs and how, by a machine of made-up package
managers that only note how they were called, and what it counts. That the real ones do what they are
told is proved by bare-machine."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import tally

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
REAL = ('awk', 'basename', 'cat', 'dirname', 'env', 'grep', 'id', 'mkdir', 'mktemp', 'printf', 'rm',
        'sed', 'sh', 'tail')
NOTE = '#!/bin/sh\necho "$(basename "$0") $*" >>"$NOTES"\n'
NOBODY = '#!/bin/sh\necho 1000\n'
ROOT = '#!/bin/sh\necho 0\n'
# The managers' ways to say that nothing is installed.
FEDORA = {'dnf': NOTE, 'rpm': '#!/bin/sh\nexit 1\n'}
ARCH = {'pacman': NOTE + '[ "$1" = -T ] || exit 0\nshift\nprintf "%s\\n" "$@"\nexit 127\n'}
DEBIAN = {'apt-get': NOTE, 'dpkg-query': '#!/bin/sh\nexit 1\n'}
# Their lists know no package until they are fetched.
STALE = dict(DEBIAN, **{'apt-get': NOTE + '''case $* in
  *--simulate*) [ -e "$NOTES.lists" ] ;;
  update*) touch "$NOTES.lists" ;;
esac
'''})
SUDO = {'sudo': NOTE + '[ "$1" = -n ] && exit\nexec "$@"\n'}
NO_SUDO = {'sudo': '#!/bin/sh\nexit 1\n'}


def run_dev(arguments, programs):
    """Runs ./dev with only these programs; returns (exit status, what it said, what was called)."""
    with tempfile.TemporaryDirectory(prefix='a blank ') as folder:
        shutil.copy(os.path.join(TOP, 'dev'), folder)
        shutil.copytree(os.path.join(TOP, 'tests', 'tools'), os.path.join(folder, 'tests', 'tools'))
        path = os.path.join(folder, 'bin')
        os.mkdir(path)
        for name in REAL + ('touch',):
            os.symlink(shutil.which(name), os.path.join(path, name))
        for name, text in programs.items():
            if os.path.lexists(os.path.join(path, name)):
                os.unlink(os.path.join(path, name))
            with open(os.path.join(path, name), 'w', encoding='utf-8') as file:
                file.write(text)
            os.chmod(os.path.join(path, name), 0o755)
        notes = os.path.join(folder, 'notes')
        done = subprocess.run([os.path.join(folder, 'dev')] + arguments, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8',
                              env={'PATH': path, 'NOTES': notes})
        called = ''
        if os.path.exists(notes):
            with open(notes, encoding='utf-8') as file:
                called = file.read()
        return done.returncode, done.stdout, called


def test_usage():
    status, said, _ = run_dev([], {})
    assert status == 0 and 'Usage: ./dev COMMAND' in said, said
    status, said, _ = run_dev(['nonsense'], {})
    assert status == 2 and 'Usage: ./dev COMMAND' in said, said


def test_packages_table():
    uses = set()
    with open(os.path.join(TOP, 'tests', 'tools', 'packages.txt'), encoding='utf-8') as file:
        for line in file:
            if not line.startswith('#'):
                assert len(line.split()) == 5, line
                uses.add(line.split()[0])
    assert uses == {'build', 'app', 'test', 'bench', 'fuzz', 'slow', 'peer'}, uses


def test_dnf_as_root():
    _, said, called = run_dev(['build'], dict(FEDORA, id=ROOT))
    assert 'dnf install -y --setopt=install_weak_deps=False gcc glibc-devel' in called, called
    assert 'gtk4-devel' in called and 'xorg-x11-server-Xvfb' not in called, called
    assert said.index('missing: gcc') < said.index('+ dnf install'), said


def test_pacman_through_sudo():
    _, said, called = run_dev(['build'], dict(ARCH, id=NOBODY, **SUDO))
    assert 'sudo pacman -S --needed --noconfirm gcc glibc' in called, called
    assert '+ sudo pacman -S' in said, said


def test_apt_with_lists():
    _, _, called = run_dev(['build'], dict(DEBIAN, id=ROOT))
    assert 'apt-get install -q -y --no-install-recommends --no-remove' in called, called
    assert 'apt-get update' not in called, called


def test_apt_without_lists():
    _, _, called = run_dev(['build'], dict(STALE, id=ROOT))
    lines = [' '.join(line.split()[:2]) for line in called.splitlines()]
    assert lines == ['apt-get install', 'apt-get update', 'apt-get install'], called


def test_not_permitted():
    for programs in (DEBIAN, dict(DEBIAN, **NO_SUDO)):
        status, said, called = run_dev(['test'], dict(programs, id=NOBODY))
        assert status == 1 and 'apt-get install' not in called, called
        assert 'as root, run this, and then ./dev again: env DEBIAN_FRONTEND' in said, said
        assert said.splitlines()[-1] == '0 passed, 1 failed', said


def test_unknown_distribution():
    status, said, _ = run_dev(['build'], {'id': ROOT})
    assert status == 1 and 'none of apt, dnf and pacman' in said, said


def test_lists_of_headless_run():
    _, said, called = run_dev(['run'], dict(DEBIAN, id=ROOT))
    assert 'no display' in said and 'libsoup' in called and 'libgtk' not in called, called


def count(*logs):
    """What tally says of build folders with these logs, each a list of (result, TAP)."""
    with tempfile.TemporaryDirectory() as top:
        folders = []
        for number, log in enumerate(logs):
            folders.append(os.path.join(top, str(number)))
            os.makedirs(os.path.join(folders[-1], 'meson-logs'))
            path = os.path.join(folders[-1], 'meson-logs', 'testlog.json')
            with open(path, 'w', encoding='utf-8') as file:
                for index, (result, text) in enumerate(log):
                    test = {'name': 'x', 'command': ['/%d/test-%d' % (number, index)],
                            'result': result, 'returncode': 0, 'stdout': text}
                    file.write(json.dumps(test) + '\n')
        done = subprocess.run([sys.executable, '-B', tally.__file__] + folders,
                              stdout=subprocess.PIPE, encoding='utf-8')
        return done.returncode, done.stdout.splitlines()[-1]


def test_tally():
    cases = [
        ([], 1, '0 passed, 0 failed'),
        ([[('OK', '1..2\nok 1 /a\nok 2 /b # SKIP why\n')]], 0, '1 passed, 0 failed, 1 skipped'),
        ([[('FAIL', 'ok 1 /a\nnot ok 2 /b\n')]], 1, '1 passed, 1 failed'),
        ([[('ERROR', 'ok 1 /a\nok 2 /b\n')]], 1, '2 passed, 1 failed'),
        ([[('TIMEOUT', '')]], 1, '0 passed, 1 failed'),
        ([[('OK', 'not ok 1 /a # TO' 'DO later\n')]], 1, '0 passed, 1 failed'),
        ([[('OK', '')]], 0, '1 passed, 0 failed'),
        ([[('SKIP', '1..0 # SKIP why\n')]], 1, '0 passed, 0 failed, 1 skipped'),
        # The same case in two builds is one; a failure in one of them counts.
        ([[('OK', 'ok 1 /a\n')], [('OK', 'ok 1 /a\n')]], 0, '1 passed, 0 failed'),
        ([[('OK', 'ok 1 /a\n')], [('FAIL', 'not ok 1 /a\n')]], 1, '0 passed, 1 failed'),
        ([[('OK', 'ok 1 /a # SKIP\n')], [('OK', 'ok 1 /a\n')]], 0, '1 passed, 0 failed'),
        ([[('OK', 'ok 1 /a\nok 2 /a\n')]], 0, '2 passed, 0 failed'),
    ]
    for logs, status, line in cases:
        assert count(*logs) == (status, line), (logs, count(*logs))


def main():
    tests = [(name, test) for name, test in sorted(globals().items()) if name.startswith('test_')]
    failed = 0
    print('1..%d' % len(tests))
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            trouble = None
        except AssertionError as error:
            trouble = str(error)
            failed += 1
            print('# %s: %s' % (name, trouble.replace('\n', '\n# ')))
        print('%sok %d /dev/%s' % ('not ' if trouble is not None else '', number, name[5:]))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
