#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs what README.md tells people to type.

usage: check_readme.py SIGHTGLASSCTL README.md

Each line of a ```sh block under the mark <!-- tested --> is run by a shell, with the port of a server
that is started for it in place of 8080; it must succeed and say something. What names a program that
is not installed is skipped. ./dev commands, and files that README names, must exist.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BLOCK = re.compile(r'^<!-- tested -->\n```sh\n(.*?)^```$', re.M | re.S)
DEV = re.compile(r'\./dev ([a-z]+)')
NAMED = re.compile(r'`((?:src|ui|data|tests|po)/[\w./-]*)`|\]\(((?!https?:)[^)]+)\)')
PROGRAM = re.compile(r'(?:^|\| *)([a-z][\w-]*)')


class Server:
    """sightglassctl serve in folders of its own, until the end of the block."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [self.program, 'serve', '--web.listen-address=127.0.0.1:%d' % self.port,
             '--storage.path=' + self.folder.name], stdin=subprocess.DEVNULL, stdout=sys.stderr)
        self.wait()
        return self

    def wait(self):
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            try:
                # What it collects by itself is there a moment after it is ready.
                with urllib.request.urlopen('http://127.0.0.1:%d/api/v1/query?query=up' % self.port,
                                            timeout=5) as answer:
                    if b'"metric"' in answer.read():
                        return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit('the server did not become ready')

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def try_line(line, port):
    """Returns (what is wrong, why it is skipped)."""
    for program in PROGRAM.findall(line):
        if not shutil.which(program):
            return None, '%s is not installed' % program
    done = subprocess.run(['sh', '-c', line.replace('localhost:8080', '127.0.0.1:%d' % port)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60)
    said = done.stdout.decode(errors='replace').strip()
    quiet = 'promtool check' in line  # which says something only when something is wrong
    if done.returncode != 0 or bool(said) == quiet:
        return 'exit status %d, and it says: %s' % (done.returncode, said[:500]), None
    return None, None


def try_dev(command, top):
    usage = subprocess.run([os.path.join(top, 'dev')], stdout=subprocess.PIPE, encoding='utf-8').stdout
    return None if re.search(r'^  %s\b' % command, usage, re.M) else 'there is no ./dev ' + command


def results(program, readme):
    top = os.path.dirname(os.path.abspath(readme))
    with open(readme, encoding='utf-8') as file:
        text = file.read()
    for command in sorted(set(DEV.findall(text))):
        yield './dev ' + command, try_dev(command, top), None
    for name in sorted({first or second for first, second in NAMED.findall(text)}):
        there = os.path.exists(os.path.join(top, name))
        yield name, None if there else 'there is no such file', None
    os.environ['PATH'] = os.path.dirname(os.path.abspath(program)) + ':' + os.environ['PATH']
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines() if line]
    with Server(program) as server:
        for line in lines:
            trouble, skipped = try_line(line, server.port)
            yield line, trouble, skipped


def main(program, readme):
    number = failed = 0
    for number, (name, trouble, skipped) in enumerate(results(program, readme), 1):
        if trouble:
            failed += 1
            print('# %s' % trouble.replace('\n', '\n# '))
        print('%sok %d %s%s' % ('not ' if trouble else '', number, name.replace('#', ''),
                                ' # SKIP %s' % skipped if skipped else ''))
    print('1..%d' % number)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
