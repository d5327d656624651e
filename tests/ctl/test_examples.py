#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of how applications report operations are run, and what they report is there.

usage: test_examples.py SIGHTGLASSCTL EXAMPLES
"""
import contextlib
import json
import os
import sys

import tap
from peers import Server
from tap import need, run

CTL, EXAMPLES = sys.argv[1:]


@contextlib.contextmanager
def server_of(folder):
    with Server(folder, CTL, 'serve', '--storage.path=' + os.path.join(folder, 'storage'),
                '--web.listen-address=127.0.0.1:%(port)d') as server:
        yield server


def operations_of(server, service):
    """What is stored of a service, the oldest first."""
    answer = json.loads(server.get('/api/operations?service=' + service))
    return answer['operations'][::-1]


def test_shell(folder):
    need('curl')
    with server_of(folder) as server:
        out = run('sh', os.path.join(EXAMPLES, 'report-operations.sh'),
                  'http://127.0.0.1:%d' % server.port)
        assert json.loads(out) == {'status': 'success', 'taken': 1, 'refused': 0, 'errors': []}, out
        operation, = operations_of(server, 'nightly')
        assert operation['type'] == 'bulk_insert' and operation['records'] == 1200
        assert 0.01 <= operation['duration'] < 60, operation


def test_python(folder):
    with server_of(folder) as server:
        out = run(sys.executable, os.path.join(EXAMPLES, 'report_operations.py'),
                  'http://127.0.0.1:%d' % server.port)
        assert b"'taken': 2" in out, out
        good, bad = operations_of(server, 'library')
        assert good['status'] == 'success' and good['key'] == 'example_key'
        assert good['records'] == 1 and good['fields'] == {'cache': 'miss'}, good
        assert bad['status'] == 'failed' and bad['error'] == "'no such row'", bad


def test_c(folder):
    need('cc')
    program = os.path.join(folder, 'report-operations')
    run('cc', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-o', program,
        os.path.join(EXAMPLES, 'report-operations.c'))
    with server_of(folder) as server:
        out = run(program, str(server.port))
        assert b'"taken":2' in out, out
        found = {operation['status']: operation for operation in operations_of(server, 'engine')}
        assert found['success']['records'] == 7
        assert found['timeout']['duration'] == 5, found


if __name__ == '__main__':
    sys.exit(tap.main([value for name, value in list(globals().items()) if name.startswith('test_')]))
