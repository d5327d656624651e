#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts a server, asks it for its metrics, ends it, and says how long it took to answer.

usage: ask_server.py PORT COMMAND…
"""
import os
import signal
import subprocess
import sys
import time
import urllib.request

PATIENCE = 600


def ask(port, process):
    """Returns the page of metrics, as soon as it is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen('http://127.0.0.1:%s/metrics' % port, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.02)
    sys.exit('ask_server: no answer; exit status %s' % process.poll())


def main(port, *command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        page = ask(port, process)
        seconds = time.monotonic() - start
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        status = process.wait()
    if 'sightglass_build_info' not in page:
        sys.exit('ask_server: this is not our page:\n' + page[:500])
    print('answered after %.1f s, ended with status %s' % (seconds, status))


if __name__ == '__main__':
    main(*sys.argv[1:])
