#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The manual page and the completions of sightglassctl say what the program does.

usage: test_manual.py SIGHTGLASSCTL DATA
"""
import os
import re
import shutil
import signal
import sys

import tap
from peers import T0, Server, promtool
from tap import need, run

CTL, DATA = sys.argv[1:]
PAGE = os.path.join(DATA, 'man', 'sightglassctl.1')
ASKING = ('query', 'query-range', 'series', 'labels')
TSDB = ('list', 'analyze', 'dump', 'verify', 'import', 'export')


def page_text():
    with open(PAGE, encoding='utf-8') as file:
        return file.read().replace('\\-', '-')


def flags_of(*command):
    """The flags that the help of a command has."""
    text = run(CTL, *command, '--help').decode()
    return set(re.findall(r'^  (?:-\w, )?(--[\w.-]+)', text, re.M)) - {'--help'}


def test_form(_):
    """groff and lexgrog have nothing to say about it."""
    need('groff')
    run('groff', '-man', '-ww', '-z', '-Tutf8', PAGE)
    assert run.complaints == '', run.complaints
    need('lexgrog')
    assert b'sightglassctl - ' in run('lexgrog', PAGE)


def test_flags(_):
    """Each flag of the store and of the tools is explained, and what is explained is there."""
    explained = set(re.findall(r'--[a-z][\w.-]*', page_text()))
    known = flags_of('serve')
    for flag in sorted(known):
        assert not flag.startswith('--storage.') or flag in explained, '%s is not explained' % flag
    for command in TSDB:
        flags = flags_of('tsdb', command)
        known |= flags
        assert flags <= explained, '%s of tsdb %s' % (flags - explained, command)
        assert 'tsdb %s' % command in page_text()
    for command in ASKING:
        flags = flags_of(command)
        known |= flags
        assert flags <= explained, '%s of %s' % (flags - explained, command)
    for flag in sorted(explained - known - {'--help', '--version'}):
        assert re.match(r'--(no-)?collector\.', flag), '%s is explained, and is not there' % flag


def prepare(folder):
    """What the examples need: a Prometheus' directory, a storage folder, a configuration."""
    text = os.path.join(folder, 'prepared.om')
    with open(text, 'w', encoding='utf-8') as file:
        file.write('# TYPE up unknown\n')
        file.writelines('up{job="node"} 1 %d\n' % (T0 + i * 15) for i in range(100))
        file.write('# EOF\n')
    promtool('create-blocks-from', 'openmetrics', text, os.path.join(folder, 'prometheus'))
    os.remove(text)
    with open(os.path.join(folder, 'prometheus.yml'), 'w', encoding='utf-8') as file:
        file.write('global: {scrape_interval: 15s}\n')
    programs = os.path.join(folder, 'bin')
    os.mkdir(programs)
    os.symlink(os.path.abspath(CTL), os.path.join(programs, 'sightglassctl'))


def try_server(folder, line):
    """A line that runs until it is ended."""
    argv = line.replace('sightglassctl', CTL, 1).split() + ['--web.listen-address=127.0.0.1:%(port)d']
    with Server(folder, *argv) as server:
        server.wait_for('/api/v1/query?query=up', rb'"success"')
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=60) == 0


def test_examples(folder):
    """Each example is run, in its order, with folders of its own."""
    prepare(folder)
    n_lines = 0
    environment = dict(os.environ, PATH=os.path.join(folder, 'bin') + ':' + os.environ['PATH'])
    for block in re.findall(r'^\.\\" tested\n\.EX\n(.*?)^\.EE$', page_text(), re.M | re.S):
        for line in block.splitlines():
            line = line.replace('/srv', folder + '/srv').replace('/var/lib/prometheus',
                                                                 folder + '/prometheus')
            n_lines += 1
            if ' serve ' in line:
                try_server(folder, line)
                continue
            out = run('bash', '-o', 'pipefail', '-c', line, cwd=folder, env=environment)
            quiet = ' -o up.om' in line or 'check config' in line
            assert out or quiet, '%s says nothing' % line
    assert n_lines > 8 and n_lines == len(re.findall(r'^sightglassctl (?!- )', page_text(), re.M))


def complete(*words):
    """What bash offers for the last word."""
    script = '''compopt () { :; }
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_sightglassctl
printf '%s\\n' "${COMPREPLY[@]}"
'''
    out = run('bash', '-c', script, 'bash', os.path.join(DATA, 'completions', 'sightglassctl.bash'),
              CTL, *words)
    return out.decode().split()


def test_completion(folder):
    need('bash')
    assert {'serve', 'tsdb', 'test'} <= set(complete(''))
    assert complete('se') == ['series', 'serve'] and complete('serv') == ['serve']
    assert set(complete('query', '--')) == {'--help', '--time=', '--format='}
    assert complete('tsdb', '') == list(TSDB)
    assert complete('tsdb', 've') == ['verify']
    assert set(complete('tsdb', 'dump', '--m')) == {'--min-time=', '--max-time=', '--match='}
    assert complete('tsdb', 'list', '--hu') == ['--human-readable']
    assert complete('serve', '--storage.tsdb.wal-f') == ['--storage.tsdb.wal-fsync=']
    assert complete('check', '') == ['config', 'metrics', 'rules'] and complete('test', 'p') == ['promql']
    path = os.path.join(folder, 'file.yml')
    with open(path, 'w', encoding='utf-8'):
        pass
    assert complete('check', 'config', path[:-2]) == [path]
    assert complete('serve', '--config.file', '=', path[:-2]) == [path]


def test_other_shells(_):
    """They can be parsed, where those shells are."""
    ran = [shutil.which(shell) and run(shell, '-n', os.path.join(DATA, 'completions', name))
           for shell, name in (('bash', 'sightglassctl.bash'), ('zsh', '_sightglassctl'),
                               ('fish', 'sightglassctl.fish'))]
    if not any(out is not None for out in ran):
        raise tap.Skip('none of the shells is installed')


if __name__ == '__main__':
    sys.exit(tap.main([value for name, value in list(globals().items()) if name.startswith('test_')]))
