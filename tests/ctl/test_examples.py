#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples that report operations, each against a server.

usage: test_examples.py SIGHTGLASSCTL EXAMPLES C_EXAMPLE IN_PROCESS
"""
import json
import os
import shutil
import sys
import time

import tap
from peers import Server
from tap import need, run

CTL, EXAMPLES, C_EXAMPLE, IN_PROCESS = sys.argv[1:]


def report(folder, service, expected, *argv):
    """Runs an example, then asks for what it has reported."""
    with Server(folder, CTL, 'serve', '--web.listen-address=127.0.0.1:%(port)d', '--builtin.jobs=none',
                '--storage.path=' + os.path.join(folder, 's')) as server:
        server.wait_for('/health', b'listens on')
        output = run(*argv, 'http://127.0.0.1:%d' % server.port)
        end = time.monotonic() + 20
        found = None
        while found != expected and time.monotonic() < end:
            answer = json.loads(server.get('/api/operations?service=' + service))
            found = sorted((record['type'], record['status'], record.get('key'), record.get('error'))
                           for record in answer['operations'])
            time.sleep(0.05)
    assert found == expected, '%s\n%s' % (found, output)


def test_shell(folder):
    need('curl')
    report(folder, 'backup', [('bulk_insert', 'success', 'nightly', None),
                              ('read_through', 'success', 'file:1', None),
                              ('write_through', 'failed', 'file:2', 'no space left')],
           'sh', os.path.join(EXAMPLES, 'operations.sh'))


def test_python(folder):
    report(folder, 'anivault', [('read_through', 'success', 'example_key', None),
                                ('write_through', 'failed', 'other_key', 'the database is locked')],
           sys.executable, os.path.join(EXAMPLES, 'operations.py'))


def test_c(folder):
    report(folder, 'example', [('read_through', 'success', 'user:7', None),
                               ('write_through', 'timeout', 'user:8', 'no answer within 1 ms')], C_EXAMPLE)


def test_in_process(_):
    page = run(IN_PROCESS).decode()
    assert 'shop_sync_operations_total{operation_type="read_through",status="success"} 1\n' in page, page
    assert 'shop_sync_operations_total{operation_type="write_through",status="failed"} 1\n' in page, page
    if shutil.which('promtool'):
        run('sh', '-c', '"$0" | promtool check metrics', IN_PROCESS)


if __name__ == '__main__':
    sys.exit(tap.main([test_shell, test_python, test_c, test_in_process]))
