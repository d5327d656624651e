#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sightglassctl tsdb beside promtool, on the same directories.

usage: test_tsdb.py SIGHTGLASSCTL
"""
import os
import re
import sys

import tap
from peers import Server, make_blocks, prometheus, promtool
from tap import contents, run, same

CTL = sys.argv[1]


def tsdb(*arguments, **kwargs):
    return run(CTL, 'tsdb', *arguments, **kwargs)


def last_block(database):
    return sorted(name for name in os.listdir(database) if len(name) == 26)[-1]


def test_list(folder):
    database = make_blocks(folder)
    for flags in (), ('-r',), ('--human-readable',):
        same(tsdb('list', *flags, database), promtool('list', *flags, database), 'list')
    empty = os.path.join(folder, 'empty')
    os.mkdir(empty)
    same(tsdb('list', empty), promtool('list', empty), 'list of nothing')


def without_order_of_equals(text):
    """The lines of a list with equal figures may come in any order."""
    lists = [[]]
    for line in text.splitlines():
        figure = re.match(rb'(\d+) ', line)
        if figure and lists[-1] and lists[-1][0][0] == figure[1]:
            lists[-1].append((figure[1], line))
        else:
            lists.append([(figure and figure[1], line)])
    return b'\n'.join(line for part in lists for _, line in sorted(part, key=lambda pair: pair[1]))


def test_analyze(folder):
    database = make_blocks(folder)
    first = sorted(name for name in os.listdir(database) if len(name) == 26)[0]
    for arguments in (('--limit=100', database), ('--limit=100', database, first),
                      ('--limit=1000', '--extended', database), ('--limit=0', database, first)):
        ours = tsdb('analyze', *arguments)
        theirs = promtool('analyze', *arguments)
        # Names with line feeds make more lines than one: compared as sets of bytes, too.
        same(without_order_of_equals(ours.replace(b'a"b\n', b'')),
             without_order_of_equals(theirs.replace(b'a"b\n', b'')), 'analyze')
    tsdb('analyze', database, '01ARZ3NDEKTSV4RRFFQ69G5FAV', status=1)
    assert 'tsdb list' in run.complaints, run.complaints


def test_dump(folder):
    database = make_blocks(folder)
    for flags in ((), ('--match={k="2"}',), ('--match=alpha{k=~"1|3"}', '--min-time=1700000100000'),
                  ('--min-time=1700000300000', '--max-time=1700000330000'),
                  ('--max-time=1', )):
        same(tsdb('dump', *flags, database), promtool('dump', *flags, database), 'dump')
    assert tsdb('dump', database).count(b'\n') > 10000


def test_prometheus_running(folder):
    """A directory that Prometheus writes to is read, and not changed."""
    database = os.path.join(folder, 'data')
    with prometheus(folder, database) as server:
        server.wait_for('/api/v1/query?query=count_over_time(up[1m])>5', rb'"value"')
        verified = tsdb('verify', database).decode()
        assert 'prometheus, process %d writes to it' % server.process.pid in verified, verified
        assert ', 0 damaged' in verified, verified
        assert tsdb('dump', '--match=up', database).count(b'\n') > 5
    before = contents(database)
    same(tsdb('dump', database), promtool('dump', database), 'dump of the log')
    same(tsdb('list', database), promtool('list', database), 'list of no blocks')
    assert contents(database).keys() == before.keys()


def test_our_storage(folder):
    """A storage folder is taken as well as the directory in it, while it is in use."""
    server = Server(folder, CTL, 'serve', '--storage.path=' + folder, '--builtin.interval=100ms',
                    '--web.listen-address=127.0.0.1:%(port)d')
    with server:
        server.wait_for('/api/v1/query?query=count_over_time(up[1m])>2', rb'"value"')
        for path in folder, os.path.join(folder, 'tsdb'):
            verified = tsdb('verify', path).decode()
            assert 'process %d writes to it' % server.process.pid in verified, verified
            assert 'sound    wal: ' in verified, verified
            assert tsdb('dump', '--match=up', path).count(b'\n') > 2
    before = contents(folder)
    assert b', 0 damaged' in tsdb('verify', folder)
    assert contents(folder) == before


def damage(text):
    middle = len(text) // 2
    return text[:middle] + bytes([text[middle] ^ 0x80]) + text[middle + 1:]


def test_verify_damage(folder):
    """What is damaged is named, nothing else is, and nothing is changed."""
    database = make_blocks(folder)
    assert b'2 sound, 0 damaged\n' in tsdb('verify', database)
    block = last_block(database)
    for name in 'index', 'chunks/000001', 'tombstones', 'meta.json':
        path = os.path.join(database, block, name)
        with open(path, 'rb') as file:
            good = file.read()
        with open(path, 'wb') as file:
            file.write(damage(good))
        before = contents(database)
        said = tsdb('verify', database, status=1).decode()
        assert '1 sound, 1 damaged\n' in said, said
        assert re.search(r'^damaged .*%s' % block, said, re.M), said
        assert contents(database) == before
        with open(path, 'wb') as file:
            file.write(good)
    tsdb('verify', database)


def test_usage(folder):
    """Exit codes: 2 for what was typed wrong, 1 for what is wrong with the directory."""
    for arguments in ((), ('nothing',), ('list', '--nothing'), ('list', 'a', 'b'),
                      ('dump', '--min-time=x'), ('analyze', 'a', 'b', 'c')):
        tsdb(*arguments, status=2)
        assert '--help' in run.complaints, run.complaints
    for command in 'list', 'analyze', 'dump', 'verify':
        assert b'sightglassctl tsdb ' + command.encode() in tsdb(command, '--help')
        assert b'  ' + command.encode() in tsdb('--help')
        tsdb(command, os.path.join(folder, 'nothing'), status=1)
        assert 'is no folder' in run.complaints, run.complaints
    tsdb('dump', '--match={', folder, status=1)
    assert 'parse error' in run.complaints, run.complaints


if __name__ == '__main__':
    sys.exit(tap.main([value for name, value in list(globals().items()) if name.startswith('test_')]))
