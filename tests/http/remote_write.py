#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's Prometheus scrapes a page and writes all of it to Sightglass: both must have the same.

usage: remote_write.py SIGHTGLASSCTL

Compared are every sample, the ends of series, exemplars, metadata, what remote read gives of it, what
/federate says, and what a third server, Prometheus started on a snapshot, has.
"""
import http.server
import os
import sys
import threading
import time
import urllib.parse

import peers

CONFIG = '''
global: {scrape_interval: 200ms, scrape_timeout: 200ms}
scrape_configs:
- job_name: page
  static_configs: [{targets: ['127.0.0.1:%(page)d']}]
remote_write:
- url: %(url)s
  send_exemplars: true
  queue_config: {batch_send_deadline: 100ms}
  metadata_config: {send_interval: 1s}
'''
READ_CONFIG = 'remote_read:\n- url: %s\n  read_recent: true\n'

PAGE = '''# HELP work_seconds What was done.
# TYPE work_seconds counter
# UNIT work_seconds seconds
work_seconds_total{kind="a"} %(n)d # {trace_id="t%(n)d"} 0.%(n)d
work_seconds_total{kind="b"} 0.%(n)d
# HELP level A level, "quoted" and \\\\ such.
# TYPE level gauge
level{of="nan"} NaN
level{of="inf"} -Inf
level{of="ä \\"x\\" \\\\ y"} %(n)de-9
# TYPE wait histogram
wait_bucket{le="0.5"} %(n)d # {trace_id="w%(n)d"} 0.25
wait_bucket{le="+Inf"} %(n)d
wait_sum 1.5
wait_count %(n)d
%(going)s# EOF
'''


class Page(http.server.BaseHTTPRequestHandler):
    """Another page for each scrape; after some, a series is missing."""
    count = 0

    def do_GET(self):
        Page.count += 1
        going = 'going 1\n' if Page.count < 8 else ''
        body = (PAGE % {'n': Page.count, 'going': '# TYPE going gauge\n' + going}).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/openmetrics-text; version=1.0.0; charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def same(what, ask, ours, theirs):
    """Waits until both answer the same, and says what differs when they do not."""
    last = []

    def compare():
        last[:] = [ask(ours), ask(theirs)]
        return last[0] == last[1] and (last[0],)
    try:
        return peers.wait_until(what, compare)[0]
    except AssertionError:
        print('%s:\n  Sightglass  %s\n  Prometheus  %s' % (what, *last))
        raise


def samples_until(t):
    """All samples of the last minutes; stale markers end a series and are in no answer."""
    def ask(server):
        answer = server.query('{__name__=~".+"}[5m]', t)
        assert answer['status'] == 'success', answer
        return sorted((sorted(series['metric'].items()), series['values'])
                      for series in answer['data']['result'])
    return ask


def exemplars(server):
    path = '/api/v1/query_exemplars?' + urllib.parse.urlencode(
        {'query': '{__name__=~".+"}', 'start': 0, 'end': time.time() + 60})
    answer = server.ask(path).json()
    return sorted((sorted(item['seriesLabels'].items()),
                   [(one['labels'], one['value'], one['timestamp']) for one in item['exemplars']])
                  for item in answer['data'])


def metadata(server):
    answer = server.ask('/api/v1/metadata').json()['data']
    return {name: answer.get(name) for name in ('work_seconds', 'level', 'wait')}


def federate(server):
    path = '/federate?' + urllib.parse.urlencode({'match[]': ['{job="page",__name__!~"scrape.*"}',
                                                              'level']}, doseq=True)
    answer = server.ask(path)
    assert answer.status == 200, answer
    return answer.headers['Content-Type'], answer.body.decode()


def check_remote_read(folder, ours, t, expected):
    """A Prometheus without data reads them from Sightglass."""
    config = READ_CONFIG % ours.url('/api/v1/read')
    with peers.Prometheus(folder, config,
                          '--storage.tsdb.path=' + os.path.join(folder, 'empty')) as reader:
        found = samples_until(t)(reader)
    assert found == expected, 'remote read gives %s' % found


def check_snapshot(folder, ours, t, expected):
    path = '/api/v1/admin/tsdb/snapshot'
    assert ours.ask(path, b'').status == 401
    answer = ours.ask(path, b'', ours.token()).json()
    snapshot = os.path.join(ours.folder, 'tsdb', 'snapshots', answer['data']['name'])
    with peers.Prometheus(folder, 'global: {}\n', '--storage.tsdb.path=' + snapshot) as reader:
        found = samples_until(t)(reader)
    assert found == expected, 'the snapshot has %s' % found


def check_delete(ours, t):
    headers = ours.token()
    path = '/api/v1/admin/tsdb/delete_series?match[]=level&match[]=wait_sum'
    assert ours.ask(path, b'').status == 401
    assert ours.ask(path, b'', headers).status == 204
    assert ours.ask('/api/v1/admin/tsdb/clean_tombstones', b'', headers).status == 204
    names = {dict(labels)['__name__'] for labels, _ in samples_until(t)(ours)}
    assert 'level' not in names and 'wait_sum' not in names and 'wait_count' in names, names


def check_all(folder, ours, theirs):
    peers.wait_until('the page was scraped', lambda: Page.count > 12)
    same('metadata', metadata, ours, theirs)
    text = same('/federate', federate, ours, theirs)
    assert 'work_seconds_total{instance="127.0.0.1' in text[1], text
    peers.wait_until('an exemplar came', lambda: exemplars(ours))
    found = same('exemplars', exemplars, ours, theirs)
    assert len(found) == 2 and len(found[0][1]) > 5, found
    t = round(time.time() - 0.3, 3)
    expected = same('samples', samples_until(t), ours, theirs)
    assert len(expected) == 15 and sum(len(values) for _, values in expected) > 100, expected
    gone = ours.query('going', t)
    assert gone['data']['result'] == [], gone
    check_remote_read(folder, ours, t, expected)
    check_snapshot(folder, ours, t, expected)
    check_delete(ours, t)


def main(program):
    peers.need('prometheus')
    page = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Page)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    with peers.folder() as folder:
        with peers.Sightglass(program, os.path.join(folder, 's')) as ours:
            config = CONFIG % {'page': page.server_port, 'url': ours.url('/api/v1/write')}
            with peers.Prometheus(folder, config,
                                  '--storage.tsdb.path=' + os.path.join(folder, 'p'),
                                  '--enable-feature=exemplar-storage') as theirs:
                check_all(folder, ours, theirs)
    page.shutdown()
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
