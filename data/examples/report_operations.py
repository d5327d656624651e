#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reports operations with a cache and its database to Sightglass, with nothing but the standard library.

usage: report_operations.py [URL]
"""
import contextlib
import json
import sys
import time
import urllib.request


class SyncMonitor:
    """Remembers operations that ended, and reports them together."""

    def __init__(self, url, service):
        self.url = url
        self.service = service
        self.ended = []

    @contextlib.contextmanager
    def monitor_operation(self, operation_type, cache_hit=None, key=None):
        """An operation that ends with the block: failed where that raises."""
        operation = {'service': self.service, 'type': operation_type, 'cache_hit': cache_hit,
                     'key': key, 'start': time.time(), 'status': 'success'}
        try:
            yield operation
        except Exception as error:
            operation.update(status='failed', error=str(error))
            raise
        finally:
            operation['duration'] = time.time() - operation['start']
            self.ended.append(operation)

    def report(self):
        """Sends what ended since the last time, a line each. Returns what Sightglass answered."""
        lines = '\n'.join(json.dumps(operation) for operation in self.ended)
        request = urllib.request.Request(self.url + '/api/operations', lines.encode(),
                                         {'Content-Type': 'application/x-ndjson'})
        with urllib.request.urlopen(request) as answer:
            self.ended.clear()
            return json.load(answer)


def main():
    monitor = SyncMonitor(sys.argv[1] if len(sys.argv) > 1 else 'http://localhost:8080', 'library')
    with monitor.monitor_operation('read_through', cache_hit=False, key='example_key') as operation:
        operation['affected_records'] = 1
    with contextlib.suppress(KeyError):
        with monitor.monitor_operation('write_through', key='another_key'):
            raise KeyError('no such row')
    print(monitor.report())


if __name__ == '__main__':
    main()
