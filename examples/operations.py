#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reports operations that have ended; it needs nothing but Python.

usage: operations.py [URL]      (http://localhost:8080)

Operations are collected and sent together. When the server says that it cannot take more now, they are kept
and sent again when it said; when it says that a line is wrong, that line is told.
"""
import contextlib
import json
import sys
import time
import urllib.error
import urllib.request

MAX_KEPT = 10000


class SyncMonitor:
    def __init__(self, url, service):
        self.url = '%s/api/operations?service=%s' % (url, service)
        self.events = []

    @contextlib.contextmanager
    def monitor_operation(self, operation_type, cache_hit=None, key=None):
        """Failed unless it is completed, with what was raised as the reason."""
        event = {'type': operation_type, 'status': 'failed', 'start': time.time_ns(), 'key': key,
                 'cache_hit': cache_hit}
        start = time.monotonic()
        try:
            yield Operation(event)
        except Exception as problem:
            event['error'] = str(problem)
            raise
        finally:
            event['duration'] = time.monotonic() - start
            self.events = self.events[-MAX_KEPT + 1:] + [event]

    def send(self):
        """Returns how many were taken."""
        body = '\n'.join(json.dumps(event) for event in self.events).encode()
        request = urllib.request.Request(self.url, body, {'Content-Type': 'application/x-ndjson'})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                result = json.load(answer)
        except urllib.error.HTTPError as problem:
            if problem.code not in (429, 503):
                raise
            time.sleep(float(problem.headers.get('Retry-After', 1)))
            return 0
        self.events = []
        for error in result['errors']:
            print('line %d: %s' % (error['line'], error['error']), file=sys.stderr)
        return result['taken']


class Operation:
    def __init__(self, event):
        self.event = event

    def complete(self, status, affected_records=0):
        self.event.update(status=status, records=affected_records)


def main():
    sync_monitor = SyncMonitor(sys.argv[1] if len(sys.argv) > 1 else 'http://localhost:8080', 'anivault')
    with sync_monitor.monitor_operation('read_through', cache_hit=False, key='example_key') as metrics:
        time.sleep(0.002)
        metrics.complete('success', affected_records=1)
    with contextlib.suppress(OSError), sync_monitor.monitor_operation('write_through', key='other_key'):
        raise OSError('the database is locked')
    print('%d taken' % sync_monitor.send())


if __name__ == '__main__':
    main()
