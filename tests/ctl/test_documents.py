#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What two documents promise, asked of a server; each row of the output was seen to hold.

usage: test_documents.py SIGHTGLASSCTL EXAMPLES

The names that AniVault's examples call, and its metrics, are walked by the test “documents”. Bakhmach's
metrics are made by the code of its document, as it stands there.
"""
import glob
import json
import os
import re
import subprocess
import sys
import textwrap
import time
import urllib.parse

import tap
from peers import Server
from tap import Skip, run

CTL, EXAMPLES = sys.argv[1:]
PYTHON = '/usr/bin/python3'


def document(number):
    found = glob.glob(os.path.join(os.environ.get('SG_SHARED', ''), 'seeds', number + '_*.txt'))
    if not found:
        raise Skip('the document is not beside the sources')
    with open(found[0], encoding='utf-8') as file:
        return file.read()


def block(text, language, part):
    """The block of code that has @part in it."""
    return next(code for code in re.findall(r'```%s\n(.*?)```' % language, text, re.S) if part in code)


def need_client():
    if subprocess.run([PYTHON, '-c', 'import prometheus_client'], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        raise Skip('prometheus_client is not installed')


class Application(Server):
    """A program that has metrics, and no other page."""

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log)
        self.wait_for('/metrics', b'# TYPE')
        return self


def serve(folder, *flags, target=None):
    config = os.path.join(folder, 'prometheus.yml')
    with open(config, 'w', encoding='utf-8') as file:
        file.write('global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n')
        if target is not None:
            file.write('scrape_configs:\n- {job_name: app, static_configs: '
                       "[{targets: ['127.0.0.1:%d']}]}\n" % target.port)
    return Server(folder, 'env', 'TMPDIR=' + folder, CTL, 'serve', '--config.file=' + config,
                  '--web.listen-address=127.0.0.1:%(port)d', '--builtin.interval=200ms',
                  '--storage.path=' + os.path.join(folder, 's'), *flags)


def ask(server, query):
    answer = json.loads(server.get('/api/v1/query?query=' + urllib.parse.quote(query)))
    assert answer['status'] == 'success', answer
    return answer['data']['result']


def wait_until(check, what):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.05)
    raise AssertionError('it did not come to it that ' + what)


def wait_for_answer(server, query):
    wait_until(lambda: ask(server, query), query + ' has an answer')


def row(text, wanted, here):
    assert wanted in text, 'the document has no %r' % wanted
    print('# %-50s %s' % (' '.join(wanted.replace('*', '').split())[:50], here))


def expressions(text):
    """What the rules of a document ask for."""
    for rules in re.findall(r'```yaml\n(.*?)```', text, re.S):
        for first, rest in re.findall(r'^ *expr: (\|?[^\n]*)\n((?: +[^\s-][^\n]*\n)?)', rules, re.M):
            yield (rest if first == '|' else first).split('  #')[0].strip()


QUERIES = [
    ('**Sync Operations**: Operation counts', 'sum by (operation_type) (anivault_sync_operations_total{job="demo"})'),
    ('success rates', 'sum(anivault_sync_operations_total{job="demo",status="success"})'
                      ' / sum(anivault_sync_operations_total{job="demo"})'),
    ('performance breakdown', 'histogram_quantile(0.95, sum by (le, operation_type) '
                              '(anivault_sync_operation_duration_seconds_bucket{job="demo"}))'),
    ('**Cache Metrics**: Hit rates', 'anivault_cache_hit_rate{job="demo"} > 0'),
    ('memory usage', 'anivault_cache_memory_usage_bytes{job="demo"} > 0'),
    ('**System Health**: Database status', 'anivault_database_health_status{job="demo"} == 1'),
    ('circuit breaker state', 'anivault_circuit_breaker_state{job="demo",breaker_name="database"} == 0'),
    ('server status', 'up{job="demo"} == 1'),
]


def test_anivault(folder):
    text = document('000')
    with serve(folder, '--demo', '--demo.rate=500') as server:
        wait_for_answer(server, 'anivault_cache_hit_rate{job="demo"} > 0')
        for wanted, query in QUERIES:
            wait_for_answer(server, query)
            row(text, wanted, query)
        assert b'anivault_sync_operations_total' in server.get('/metrics')
        row(text, '`/metrics`: Prometheus metrics in text format', 'GET /metrics')
        assert json.loads(server.get('/health'))['status'] == 'healthy'
        row(text, '`/health`: Simple health check endpoint', 'GET /health')
        row(text, '**Port**: 8080 (configurable)', '--web.listen-address')
        assert b'anivault_cache_size' in server.get('/metrics/demo')
        row(text, '**Metrics Log**: Raw metrics output', 'GET /metrics/demo')
        wait_until(lambda: os.listdir(os.path.join(folder, 's', 'logs')), 'a record was stored')
        row(text, 'operation logs', 'the folder logs of the storage path')
        match = urllib.parse.quote('{job="demo"}')
        assert b'job="demo"' in server.get('/federate?match[]=' + match)
        row(text, 'Prometheus federation support', 'GET /federate')
        rules = list(expressions(text))
        assert len(rules) == 1, rules
        for rule in rules:
            ask(server, rule)
            row(text, rule, 'GET /api/v1/query')
    path = os.path.join(folder, 'theirs.yml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(block(text, 'yaml', 'scrape_configs'))
    run(CTL, 'check', 'config', path)
    row(text, "targets: ['your-anivault-host:8080']", 'sightglassctl check config')
    assert b'--storage.tsdb.retention.time' in run(CTL, 'serve', '--help')
    row(text, '--storage.tsdb.retention.time=30d', 'sightglassctl serve')


def test_prometheus_client(folder):
    """AniVault's metrics from Python, in the words of its document."""
    need_client()
    app = Application(folder, PYTHON, os.path.join(EXAMPLES, 'prometheus-client.py'), '%(port)d')
    with app, serve(folder, target=app) as server:
        for query in ('anivault_sync_operations_total{job="app",operation_type="read_through",status="success"} > 1',
                      'anivault_sync_operations_total{job="app",operation_type="write_through",status="failed"} > 1',
                      'anivault_sync_operation_duration_seconds_count{job="app",operation_type="read_through"} > 1',
                      'anivault_sync_affected_records_total{job="app",operation_type="read_through"} > 1',
                      'anivault_cache_events_total{job="app",event_type="miss",operation_type="read_through"} > 1',
                      'anivault_cache_hit_rate{job="app"} == 85',
                      'anivault_cache_size{job="app"} == 1000',
                      'anivault_cache_memory_usage_bytes{job="app"} == 524288',
                      'anivault_database_health_status{job="app"} == 1',
                      'anivault_application_info{job="app",name="AniVault",version="1.0",component="sync"} == 1'):
            wait_for_answer(server, query)
            print('# ' + query)


BAKHMACH = '''
import sys, time
%s
from prometheus_client import start_http_server
start_http_server(int(sys.argv[1]), addr='127.0.0.1')
sync_operations.labels(source='github', target='ai-studio', status='success').inc(99)
sync_operations.labels(source='github', target='ai-studio', status='error').inc()
sync_duration.labels(source='github', target='ai-studio').observe(0.7)
active_syncs.labels(source='github').set(2)
http_requests.labels(method='GET', endpoint='/', status='500').inc()
http_latency.labels(method='GET', endpoint='/').observe(0.02)
db_operations.labels(operation='read', table='users', status='success').inc()
db_connection_pool.set(95)
while True:
    time.sleep(1)
'''


def test_bakhmach(folder):
    need_client()
    text = document('002')
    program = os.path.join(folder, 'app.py')
    with open(program, 'w', encoding='utf-8') as file:
        file.write(BAKHMACH % textwrap.dedent(block(text, 'python', 'sync_operations = Counter')))
    app = Application(folder, PYTHON, program, '%(port)d')
    with app, serve(folder, target=app) as server:
        for name, query in (
                ('sync_operations_total', 'sync_operations_total{source="github",target="ai-studio",status="success"} == 99'),
                ('sync_duration_seconds', 'histogram_quantile(0.95, sync_duration_seconds_bucket) > 0.5'),
                ('active_syncs', 'active_syncs{source="github"} == 2'),
                ('http_requests_total', 'http_requests_total{method="GET",endpoint="/",status="500"} == 1'),
                ('http_request_duration_seconds', 'http_request_duration_seconds_count{method="GET",endpoint="/"} == 1'),
                ('db_operations_total', 'db_operations_total{operation="read",table="users",status="success"} == 1'),
                ('db_connection_pool_size', 'db_connection_pool_size >= 95'),
                ('(Successful syncs / Total sync attempts) * 100',
                 '100 * sum(sync_operations_total{status="success"}) / sum(sync_operations_total) == 99')):
            wait_for_answer(server, query)
            row(text, name, query)
        rules = list(expressions(text))
        assert len(rules) == 4, rules
        for rule in rules:
            ask(server, rule)
            row(text, rule, 'GET /api/v1/query')


if __name__ == '__main__':
    sys.exit(tap.main([test_anivault, test_prometheus_client, test_bakhmach]))
