#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sightglassctl tsdb import and export: what goes in comes out, here and at promtool's.

usage: test_transfer.py SIGHTGLASSCTL
"""
import os
import pty
import re
import signal
import subprocess
import sys
import time

import tap
from peers import T0, Server, make_blocks, prometheus, promtool, write_text
from tap import contents, run, same

CTL = sys.argv[1]


def tsdb(*arguments, **kwargs):
    return run(CTL, 'tsdb', *arguments, **kwargs)


def write(folder, *lines):
    path = os.path.join(folder, 'in.om')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines) + '\n')
    return path


def blocks(table):
    """Of a list of blocks what does not depend on chance: times, samples, series."""
    return [tuple(line.split()[i] for i in (1, 2, 3, 4, 6)) for line in table.decode().splitlines()[1:]]


def test_import_text(folder):
    """The same blocks as promtool makes, with the same samples in them."""
    database = make_blocks(folder)
    ours = os.path.join(folder, 'ours')
    made = tsdb('import', os.path.join(folder, 'in.om'), ours)
    assert len(blocks(made)) == 2 and blocks(made) == blocks(promtool('list', database)), made
    same(tsdb('list', ours), made, 'the blocks that were made')
    os.mkdir(os.path.join(ours, 'wal'))
    same(promtool('dump', ours), promtool('dump', database), 'dump')
    assert b'2 sound, 0 damaged' in tsdb('verify', ours)
    assert tsdb('import', '-q', os.path.join(folder, 'in.om'), os.path.join(folder, 'quiet')) == b''


def test_round_trip(folder):
    """What is exported is imported again unchanged, here and by promtool."""
    database = make_blocks(folder)
    text = tsdb('export', database)
    path = os.path.join(folder, 'out.om')
    assert tsdb('export', '-o', path, database) == b''
    with open(path, 'rb') as file:
        same(file.read(), text, 'a file and standard output')
    tsdb('import', path, os.path.join(folder, 'again'))
    same(tsdb('export', os.path.join(folder, 'again')), text, 'export of an import')
    promtool('create-blocks-from', 'openmetrics', path, os.path.join(folder, 'theirs'))
    same(tsdb('export', os.path.join(folder, 'theirs')), text, 'export of what promtool imported')
    same(tsdb('dump', os.path.join(folder, 'again')), tsdb('dump', database), 'dump')


def test_names(folder):
    """Names and values of any characters, and times before 1970."""
    path = write(folder, '# TYPE odd unknown', 'odd{a="\\\\ \\" \\n ü"} 1 -1.500', 'odd{a=""} 2.5e-300 3',
                 'odd -Inf 7200', '{"a name","of.us"="x"} 4 5.001', '# EOF')
    database = os.path.join(folder, 'db')
    tsdb('import', path, database)
    text = tsdb('export', database).decode()
    assert 'odd{a="\\\\ \\" \\n ü"} 1 -1.500\n' in text, text
    assert '# TYPE "a name" unknown\n{"a name","of.us"="x"} 4 5.001\n' in text, text
    assert 'odd 2.5e-300 3.000\n' in text and 'odd -Inf 7200.000\n' in text, text
    assert len(blocks(tsdb('list', database))) == 3
    path = os.path.join(folder, 'out.om')
    tsdb('export', '-o', path, database)
    tsdb('import', path, os.path.join(folder, 'again'))
    same(tsdb('export', os.path.join(folder, 'again')), text.encode(), 'export of an import')


def test_refused(folder):
    """What is wrong is told with its line, and nothing is left behind."""
    cases = (
        (('a 1 1',), 'in.om:2:1: expected # EOF'),
        (('a 1 1', 'a 2', '# EOF'), 'in.om:2: a sample without a time'),
        (('a 1 1', 'a 2 1', '# EOF'), 'in.om:2: a has two different values at 1000 ms'),
        (('a{b="c"} 1 2', 'a{b="c"} 2 1', '# EOF'), 'in.om:2: a{b="c"} goes back from 2000 ms to 1000 ms'),
        (('a 1 1', 'a{b="c" 1 2', '# EOF'), 'in.om:2:'),
        (('a{b="1",b="2"} 1 2', '# EOF'), 'b'),
        (('\x00\x01\x02',), 'in.om:1:'),
    )
    database = os.path.join(folder, 'db')
    for lines, complaint in cases:
        tsdb('import', write(folder, *lines), database, status=1)
        assert complaint in run.complaints, (complaint, run.complaints)
        assert not os.path.exists(database) or os.listdir(database) == [], os.listdir(database)
    tsdb('import', os.path.join(folder, 'nothing'), database, status=1)
    assert 'nothing' in run.complaints, run.complaints
    tsdb('import', write(folder, '# EOF'), database)
    tsdb('import', write(folder, 'a 1 1', 'a 1 1', '# EOF'), database)


def test_export_part(folder):
    """A span of time and a selector, as text and as blocks."""
    database = make_blocks(folder)
    span = ('--min-time=1700001000000', '--max-time=1700009000000')
    for flags in (span, span + ('--match={k="3"}',), ('--match=alpha{k=~"1|2"}',)):
        part = os.path.join(folder, 'part')
        tsdb('export', '--format=blocks', '-o', part, *flags, database)
        same(tsdb('dump', part), tsdb('dump', *flags, database), 'blocks of a part')
        same(tsdb('export', part), tsdb('export', *flags, database), 'text of a part')
        assert b' 0 damaged' in tsdb('verify', part)
        subprocess.run(['rm', '-r', part], check=True)
    whole = os.path.join(folder, 'whole')
    tsdb('export', '--format=blocks', '--output', whole, database)
    ours, theirs = contents(whole), contents(database)
    assert {name: ours[name][0] for name in ours} == {name: theirs[name][0] for name in theirs}
    tsdb('import', whole, whole, status=1)
    assert 'are the same directory' in run.complaints, run.complaints
    out = os.path.join(folder, 'out.om')
    tsdb('export', '--match={', '-o', out, database, status=1)
    assert not os.path.exists(out) and not os.path.exists(out + '.part')


def test_prometheus(folder):
    """A directory of a Prometheus that runs, and of one that was killed."""
    database = os.path.join(folder, 'data')
    with prometheus(folder, database) as server:
        server.wait_for('/api/v1/query?query=count_over_time(up[1m])>5', rb'"value"')
        live = os.path.join(folder, 'live')
        tsdb('import', database, live)
        assert tsdb('dump', '--match=up', live).count(b'\n') > 5
    before = contents(database)
    dead = os.path.join(folder, 'dead')
    tsdb('import', database, dead)
    assert contents(database) == before
    same(tsdb('dump', dead), promtool('dump', database), 'an imported log')
    taken = set(tsdb('dump', live).splitlines())
    assert taken and taken <= set(tsdb('dump', dead).splitlines())


def serve(folder, storage):
    return Server(folder, CTL, 'serve', '--storage.path=' + storage, '--builtin.interval=100ms',
                  '--builtin.jobs=sightglass', '--web.listen-address=127.0.0.1:%(port)d')


def test_beside_a_log(folder):
    """Blocks that are added to a directory hide nothing that is in its log."""
    storage = os.path.join(folder, 'storage')
    with serve(folder, storage) as server:
        server.wait_for('/api/v1/query?query=count_over_time(up[1m])>3', rb'"value"')
        later = int(time.time()) + 600
        tsdb('import', write(folder, 'imported 1 %d' % T0, 'imported 2 %d' % later, '# EOF'), storage)
    before = tsdb('dump', '--match=up', storage)
    assert before.count(b'\n') > 3
    with serve(folder, storage) as server:
        server.wait_for('/api/v1/query?query=imported&time=%d' % T0, rb'"1"')
        server.wait_for('/api/v1/query?query=imported&time=%d' % later, rb'"2"')
        server.wait_for('/api/v1/query?query=count_over_time(up[1m])>3', rb'"value"')
    after = tsdb('dump', '--match=up', storage)
    assert set(before.splitlines()) <= set(after.splitlines())


def test_interrupted(folder):
    """Ctrl+C: no block, no half of one."""
    path = os.path.join(folder, 'large.om')
    with open(path, 'w', encoding='utf-8') as file:
        for k in range(20):
            file.write(''.join('large{k="%d"} %d %d\n' % (k, i, T0 + i) for i in range(50000)))
        file.write('# EOF\n')
    database = os.path.join(folder, 'db')
    process = subprocess.Popen([CTL, 'tsdb', 'import', path, database], stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not os.path.exists(database) and time.monotonic() < end:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    complaints = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 1 and complaints.endswith(': interrupted\n'), complaints
    assert os.listdir(database) == []


def test_progress(folder):
    """A bar on a terminal, none in a pipe."""
    database = make_blocks(folder)
    source = write_text(os.path.join(folder, 'more.om'), n_series=100, n_samples=1000)
    for arguments in (('verify', database), ('export', '-o', os.path.join(folder, 'out'), database),
                      ('import', source, os.path.join(folder, 'db2'))):
        tsdb(*arguments)
        assert run.complaints == '', run.complaints
        ours, theirs = pty.openpty()
        subprocess.run([CTL, 'tsdb', *arguments], stdout=subprocess.PIPE, stderr=theirs, check=True)
        os.close(theirs)
        drawn = b''
        try:
            while b'%' not in drawn:
                drawn += os.read(ours, 4096)
        except OSError:
            pass
        os.close(ours)
        assert re.search(rb'\r\x1b\[K\w+ \[#*\.*\] +\d+ %', drawn), (arguments, drawn)


def test_usage(folder):
    database = os.path.join(folder, 'db')
    for arguments in (('import',), ('import', 'a', 'b', 'c'), ('export', '--format=x', folder),
                      ('export', '--format=blocks', folder), ('export', 'a', 'b')):
        tsdb(*arguments, status=2)
        assert '--help' in run.complaints, run.complaints
    for command in 'import', 'export':
        assert b'sightglassctl tsdb ' + command.encode() in tsdb(command, '--help')
    assert not os.path.exists(database)


if __name__ == '__main__':
    sys.exit(tap.main([value for name, value in list(globals().items()) if name.startswith('test_')]))
