#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sightglassctl query, query-range, series and labels beside promtool, which asks Prometheus.

usage: test_query.py SIGHTGLASSCTL

Sightglass asks Prometheus, a server of its own, and the directory itself; all must say the same, and no
byte of the directory may change.
"""
import os
import shutil
import sys

import tap
from peers import T0, Server, make_blocks, prometheus
from tap import contents, need, run, same

CTL = sys.argv[1]

EXPRESSIONS = ['alpha', 'max(alpha)', '1e-9 * -alpha{k="3"}', 'nothing', 'much', 'none', 'rate(beta_total[5m])',
               'gamma:x[1m]', '1 + 1', 'vector(1e300)', 'count by (Upper) (alpha)']
RANGES = ['alpha{k=~"[12]"}', 'rate(alpha[1m])', 'none', '3']


def promtool(*arguments):
    need('promtool')
    return run('promtool', 'query', *arguments)


def serve(folder, database):
    copy = os.path.join(folder, 'copy')
    shutil.copytree(database, copy)
    return Server(folder, CTL, 'serve', '--web.listen-address=127.0.0.1:%(port)d',
                  '--storage.path=' + os.path.join(folder, 's'), '--storage.tsdb.path=' + copy,
                  '--builtin.jobs=none')


def url(server):
    return 'http://127.0.0.1:%d' % server.port


def compare(theirs, places):
    """The same questions to promtool and to us."""
    for form in 'promql', 'json':
        for text in EXPRESSIONS:
            expected = promtool('-o', form, 'instant', '--time=%d' % (T0 + 607), url(theirs), text)
            for place in places:
                found = run(CTL, 'query', '-o', form, '--time=%d' % (T0 + 607), place, text)
                same(found.strip(), expected.strip(), '%s of %s from %s' % (form, text, place))
        for text in RANGES:
            expected = promtool('-o', form, 'range', '--start=%d' % (T0 + 7), '--end=%d' % (T0 + 907),
                                '--step=90s', url(theirs), text)
            for place in places:
                found = run(CTL, 'query-range', '--format=' + form, '--start=%d' % (T0 + 7),
                            '--end=%d' % (T0 + 907), '--step=90s', place, text)
                same(found.strip(), expected.strip(), '%s of %s from %s' % (form, text, place))
        window = '--start=%d' % T0, '--end=%d' % (T0 + 9000)
        for match in ('alpha',), ('beta_total', 'much'), ('none',):
            flags = ['--match=' + text for text in match]
            expected = promtool('-o', form, 'series', *flags, *window, url(theirs))
            for place in places:
                same(run(CTL, 'series', '-o', form, *flags, *window, place).strip(),
                     expected.strip(), 'series of %s from %s' % (match, place))
        for label in 'k', '__name__', 'odd', 'none':
            expected = promtool('-o', form, 'labels', *window, url(theirs), label)
            for place in places:
                same(run(CTL, 'labels', '-o', form, *window, place, label).strip(),
                     expected.strip(), 'values of %s from %s' % (label, place))


def test_beside_promtool(folder):
    database = make_blocks(folder)
    before = contents(database)
    with serve(folder, database) as ours:
        copy = os.path.join(folder, 'theirs')
        shutil.copytree(database, copy)
        with prometheus(folder, copy) as theirs:
            compare(theirs, (url(theirs), url(ours), database))
    if contents(database) != before:
        raise AssertionError('the directory has changed')


def test_storage_folder(folder):
    """A storage folder stands for the directory in it, also while a server writes to it."""
    storage = os.path.join(folder, 'storage')
    os.mkdir(storage)
    shutil.move(make_blocks(folder), os.path.join(storage, 'tsdb'))
    wanted = b'Upper\n__name__\na\nk\nodd\n'
    same(run(CTL, 'labels', storage), wanted, 'labels')
    with Server(folder, CTL, 'serve', '--web.listen-address=127.0.0.1:%(port)d',
                '--storage.path=' + storage, '--builtin.jobs=none'):
        same(run(CTL, 'labels', storage), wanted, 'labels while it is served')
        same(run(CTL, 'labels', storage, '--match=much'), b'__name__\n', 'labels of one')


def test_errors(folder):
    database = make_blocks(folder)
    run(CTL, 'query', database, 'sum by (k) (alpha', status=1)
    same(run.complaints, 'sightglassctl: bad_data: invalid parameter "query": 1:18: parse error: '
         'unclosed left parenthesis\n  sum by (k) (alpha\n                   ^\n', 'an error')
    run(CTL, 'query', database, 'ü{', status=1)
    assert run.complaints.splitlines()[-1].endswith('^'), run.complaints
    run(CTL, 'query', database, 'alpha * on () group_left () alpha', '--time=%d' % (T0 + 60), status=1)
    assert 'execution: ' in run.complaints, run.complaints
    run(CTL, 'query', os.path.join(folder, 'none'), '1', status=1)
    assert 'none' in run.complaints, run.complaints
    run(CTL, 'query', 'http://127.0.0.1:1', '1', status=1)
    assert '127.0.0.1:1' in run.complaints, run.complaints
    run(CTL, 'query-range', database, '1', '--step=0', status=1)
    assert 'resolution step' in run.complaints, run.complaints
    for wrong in (('query',), ('query', database), ('query', database, '1', '2'),
                  ('query', '-o', 'xml', database, '1'), ('query', '--bad', database, '1'),
                  ('query-range', '--start=x', database, '1'), ('series', database), ('labels',)):
        run(CTL, *wrong, status=2)
        assert run.complaints.startswith('sightglassctl: ' + wrong[0]), run.complaints
    for command in 'query', 'query-range', 'series', 'labels':
        assert b'WHERE' in run(CTL, command, '--help'), command


if __name__ == '__main__':
    sys.exit(tap.main([test_beside_promtool, test_storage_folder, test_errors]))
