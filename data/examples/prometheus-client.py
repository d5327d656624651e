#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An application in Python whose metrics Sightglass scrapes; it needs prometheus_client and nothing else.

usage: prometheus-client.py PORT

    scrape_configs:
      - job_name: anivault
        static_configs:
          - targets: ['localhost:PORT']

Metrics of these names and labels are shown in the tabs Sync Operations and Cache as they are.
"""
import contextlib
import sys
import time

from prometheus_client import Counter, Gauge, Histogram, Info, start_http_server

OPERATIONS = Counter('anivault_sync_operations_total', 'Sync operations.', ['operation_type', 'status'])
DURATION = Histogram('anivault_sync_operation_duration_seconds', 'How long they took.', ['operation_type'])
RECORDS = Counter('anivault_sync_affected_records_total', 'Records they touched.', ['operation_type'])
CACHE_EVENTS = Counter('anivault_cache_events_total', 'Hits and misses.', ['event_type', 'operation_type'])
HIT_RATE = Gauge('anivault_cache_hit_rate', 'In per cent.')
CACHE_SIZE = Gauge('anivault_cache_size', 'Entries.')
CACHE_MEMORY = Gauge('anivault_cache_memory_usage_bytes', 'What the cache takes.')
HEALTH = Gauge('anivault_database_health_status', 'Whether the database is healthy.')
APPLICATION = Info('anivault_application', 'What this is.')


class Operation:
    """What goes on; it is failed unless it is completed."""

    def __init__(self):
        self.status, self.records = 'failed', 0

    def complete(self, status, affected_records=0):
        self.status, self.records = status, affected_records


@contextlib.contextmanager
def monitor_operation(operation_type, cache_hit):
    operation = Operation()
    CACHE_EVENTS.labels('hit' if cache_hit else 'miss', operation_type).inc()
    start = time.monotonic()
    try:
        yield operation
    finally:
        DURATION.labels(operation_type).observe(time.monotonic() - start)
        OPERATIONS.labels(operation_type, operation.status).inc()
        RECORDS.labels(operation_type).inc(operation.records)


def work():
    with monitor_operation('read_through', cache_hit=False) as operation:
        time.sleep(0.002)
        operation.complete('success', affected_records=1)
    with contextlib.suppress(OSError), monitor_operation('write_through', cache_hit=True):
        raise OSError('the database is locked')
    HIT_RATE.set(85.0)
    CACHE_SIZE.set(1000)
    CACHE_MEMORY.set(512 * 1024)
    HEALTH.set(1)


def main():
    APPLICATION.info({'name': 'AniVault', 'version': '1.0', 'component': 'sync'})
    start_http_server(int(sys.argv[1]), addr='127.0.0.1')
    while True:
        work()
        time.sleep(0.1)


if __name__ == '__main__':
    main()
