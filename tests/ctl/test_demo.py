#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sightglassctl serve --demo: what is to be seen of it, and that nothing of it is left.

usage: test_demo.py SIGHTGLASSCTL
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse

import tap
from peers import Server
from tap import run

CTL = sys.argv[1]


def serve(folder, *flags):
    temporary = os.path.join(folder, 'tmp')
    os.makedirs(temporary, exist_ok=True)
    return Server(folder, 'env', 'TMPDIR=' + temporary, CTL, 'serve',
                  '--web.listen-address=127.0.0.1:%(port)d',
                  '--storage.path=' + os.path.join(folder, 's'), '--builtin.interval=200ms', '--demo',
                  *flags)


def left_of(folder):
    return [name for name in os.listdir(os.path.join(folder, 'tmp')) if name.startswith('sightglass-demo-')]


def ask(server, query):
    answer = json.loads(server.get('/api/v1/query?query=' + urllib.parse.quote(query)))
    return [float(series['value'][1]) for series in answer['data']['result']]


def wait_until(what, check):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.05)
    raise AssertionError('it did not come to it that ' + what)


def test_everywhere(folder):
    with serve(folder, '--demo.rate=200') as server:
        server.wait_for('/metrics', rb'anivault_sync_operations_total\{operation_type="read_through",'
                                    rb'status="success"\} [1-9]')
        server.wait_for('/metrics/demo', rb'anivault_cache_hit_rate')
        wait_until('the store has it as job="demo"',
                   lambda: any(ask(server, 'sum(anivault_sync_operations_total{job="demo"})')))
        if ask(server, 'anivault_cache_size{job!="demo"}'):
            raise AssertionError('the demonstration is in the store under another name too')
        page = server.get('/metrics').decode()
        if shutil.which('promtool'):
            subprocess.run(['promtool', 'check', 'metrics'], input=page.encode(), check=True,
                           stdout=subprocess.DEVNULL)
        for name in 'sightglass_build_info', 'anivault_application_info':
            if page.count('# TYPE %s ' % name) != 1:
                raise AssertionError('%s is not once on the page' % name)
        if b'requests a second; now: calm' not in server.get('/health'):
            raise AssertionError('/health does not tell of it')
        if len(left_of(folder)) != 1:
            raise AssertionError('it has no folder of its own')
        server.process.send_signal(signal.SIGTERM)
        if server.process.wait(20) != 0 or left_of(folder):
            raise AssertionError('it has left %s' % left_of(folder))


def test_killed(folder):
    with serve(folder) as server:
        server.wait_for('/metrics', rb'anivault_cache_size [1-9]')
        server.process.kill()
        server.process.wait()
    before = left_of(folder)
    if len(before) != 1:
        raise AssertionError('%s is left of who was killed' % before)
    with serve(folder) as server:
        server.wait_for('/health', rb'requests a second')
        if set(left_of(folder)) & set(before) or len(left_of(folder)) != 1:
            raise AssertionError('%s is still there' % before)


def test_wrong_rate(folder):
    for rate in '0', '-1', '5001':
        run(CTL, 'serve', '--demo', '--demo.rate=' + rate, '--storage.path=' + folder, status=2)
        if 'from 1 to 5000' not in run.complaints:
            raise AssertionError(run.complaints)


if __name__ == '__main__':
    sys.exit(tap.main([test_everywhere, test_killed, test_wrong_rate]))
