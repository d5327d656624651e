#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Uses the API as Grafana's Prometheus data source does, then as somebody who means ill.

usage: grafana.py SIGHTGLASSCTL

Bad requests must be answered with an error in the API's own form, and the server must live on.
"""
import gzip
import http.client
import json
import os
import sys
import time
import urllib.parse

import peers

NOW = int(time.time())
LABELS = [{'__name__': 'http_requests_total', 'job': job, 'code': code}
          for job in ('api', 'web') for code in ('200', '500')]
HOSTILE_MATCHERS = 1000000


def fill(server):
    """Ten minutes of counters, one a minute more than the one before."""
    body = b''.join(peers.series(labels, [((NOW - 600 + i * 15) * 1000, i * (n + 1))
                                          for i in range(41)])
                    for n, labels in enumerate(LABELS))
    body += peers.field(3, peers.field(1, 1) + peers.field(2, 'http_requests_total')
                        + peers.field(4, 'Requests.'))
    answer = server.ask('/api/v1/write', peers.snappy(body), peers.WRITE_HEADERS)
    assert answer.status == 204 and answer.body == b'', answer
    answer = server.ask('/api/v1/write', peers.snappy(body), peers.WRITE_HEADERS)
    assert answer.status == 400 and answer.body.startswith(b'out of order sample: '), answer


def ask(server, path, parameters=None, method='GET', headers=None):
    form = urllib.parse.urlencode(parameters or {}, doseq=True)
    if method == 'POST':
        answer = server.ask('/api/v1/' + path, form.encode(), headers)
    else:
        answer = server.ask('/api/v1/%s?%s' % (path, form), None, headers)
    assert answer.headers['Content-Type'] == 'application/json', answer
    return answer


def good(server, path, parameters=None, method='GET'):
    answer = ask(server, path, parameters, method).json()
    assert answer['status'] == 'success', answer
    return answer['data']


def check_grafana(server):
    """In the order in which Grafana asks: the test of the data source, the editor, a dashboard."""
    data = good(server, 'query', {'query': '1+1', 'time': NOW}, 'POST')
    assert data['resultType'] == 'scalar' and data['result'][1] == '2', data
    assert good(server, 'status/buildinfo')['version'].startswith('3.')
    assert good(server, 'rules') == {'groups': []}
    window = {'start': NOW - 900, 'end': NOW}
    assert good(server, 'labels', window, 'POST') == ['__name__', 'code', 'job']
    selector = {'match[]': 'http_requests_total{job="web"}', **window}
    assert good(server, 'labels', selector) == ['__name__', 'code', 'job']
    assert good(server, 'label/__name__/values', window) == ['http_requests_total']
    assert good(server, 'label/code/values', selector) == ['200', '500']
    found = good(server, 'series', selector, 'POST')
    assert found == [labels for labels in LABELS if labels['job'] == 'web'], found
    assert good(server, 'metadata', {'limit': 5000}) == {
        'http_requests_total': [{'type': 'counter', 'help': 'Requests.', 'unit': ''}]}
    query = {'query': 'sum by (job) (rate(http_requests_total{code=~"2.."}[1m]))',
             'start': NOW - 420, 'end': NOW - 60, 'step': 15}
    for method in ('GET', 'POST'):
        data = good(server, 'query_range', query, method)
        assert data['resultType'] == 'matrix' and len(data['result']) == 2, data
        values = data['result'][0]['values']
        assert len(values) == 25 and all(float(value) > 0.06 for _, value in values), values
    assert good(server, 'query_exemplars', {'query': query['query'], **window}, 'POST') == []
    assert good(server, 'alerts') == {'alerts': []}
    tree = good(server, 'parse_query', {'query': query['query']})
    assert tree['type'] == 'aggregation' and tree['grouping'] == ['job'], tree


def check_coding(server):
    """Large answers come compressed to who takes it, and HEAD has the head only."""
    query = {'query': 'http_requests_total', 'start': NOW - 600, 'end': NOW, 'step': 1}
    plain = ask(server, 'query_range', query)
    packed = ask(server, 'query_range', query, headers={'Accept-Encoding': 'gzip'})
    assert packed.headers['Content-Encoding'] == 'gzip' and len(packed.body) < len(plain.body) / 4
    assert gzip.decompress(packed.body) == plain.body
    head = server.ask('/api/v1/query_range?' + urllib.parse.urlencode(query), method='HEAD')
    assert head.status == 200 and head.body == b'', head
    assert int(head.headers['Content-Length']) == len(plain.body), head.headers
    options = server.ask('/api/v1/query', method='OPTIONS',
                         headers={'Origin': 'http://elsewhere', 'Access-Control-Request-Method': 'GET'})
    assert options.status == 204 and options.headers['Allow'] == 'GET, HEAD, POST, OPTIONS', options
    assert options.headers['Access-Control-Allow-Origin'] is None


def bad(answer, status):
    """An error in the API's own form, with words in it."""
    error = answer.json()
    assert answer.status == status and error['status'] == 'error', answer
    assert error['errorType'] and len(error['error']) > 5, error


BAD = [
    ('query?query=a&time=-1e400', 400), ('query?query=a&time=NaN', 400), ('query?query=a&time=%00', 400),
    ('query?query=a&time=1&timeout=NaN', 400), ('query?query=%ff%fe', 400), ('query?query=%zz', 400),
    ('query?query=a&limit=99999999999999999999', 400),
    ('query?query=' + '(' * 5000, 400), ('query?query=' + '-' * 14000 + '1', 400),
    ('query?query=a%5B9999y%5D&time=1', 400), ('query?query=%7B%7D', 400),
    ('query?query=%7Ba=~%22((((((a%2B)%2B)%2B)%2B)%2B)%2B%22%7D', 400),
    ('query_range?query=a&start=0&end=1&step=NaN', 400),
    ('query_range?query=a&start=0&end=1&step=-0', 400),
    ('query_range?query=a&start=-1&end=9e15&step=1', 400),
    ('query_range?query=a&start=Inf&end=Inf&step=1', 400),
    ('series?match[]=' + 'a' * 5000 + '%ff', 400), ('label/%ff/values', 400),
    ('label/..%2f..%2f..%2fetc%2fpasswd/values%00', 400), ('../../etc/passwd', 404),
    ('label/x/values/', 404), ('status/tsdb?limit=-1', 400), ('read', 405), ('write', 405),
    ('query?' + '&'.join('match[]=a' for _ in range(1100)), 413),
    ('query?query=' + 'a' * 20000, 414), ('admin/tsdb/snapshot', 405),
]


def check_bad_requests(server):
    for path, status in BAD:
        # The client's library would tidy a path with dots or escape what is not to be escaped.
        client = http.client.HTTPConnection('127.0.0.1', server.port, timeout=peers.PATIENCE)
        client.putrequest('GET', '/api/v1/' + path, skip_accept_encoding=True)
        client.endheaders()
        answer = client.getresponse()
        try:
            bad(peers.Answer(answer.status, answer.headers, answer.read()), status)
        except (AssertionError, json.JSONDecodeError):
            print('it was asked for', path[:200])
            raise
        client.close()


def check_bad_bodies(server):
    form = {'Content-Type': 'application/x-www-form-urlencoded'}
    matchers = b'&'.join([b'match[]=a'] * HOSTILE_MATCHERS)
    bad(server.ask('/api/v1/series', matchers, form), 413)
    bad(server.ask('/api/v1/query', b'query=\xff\xfe', form), 400)
    bad(server.ask('/api/v1/query', b'query=' + b'1+' * 1000000 + b'1', form), 400)
    bad(server.ask('/api/v1/query', b'{"query":"1"}', {'Content-Type': 'application/json'}), 400)
    bad(server.ask('/api/v1/query', gzip.compress(b'query=' + b' ' * 100000000),
                   {'Content-Encoding': 'gzip', **form}), 413)
    bad(server.ask('/api/v1/query', b'no gzip', {'Content-Encoding': 'gzip', **form}), 400)
    bad(server.ask('/api/v1/admin/tsdb/delete_series?match[]=a', b''), 401)


def refused(answer, status):
    """Remote write and read say in plain text what is wrong."""
    assert answer.status == status and len(answer.body) > 5, answer
    assert answer.headers.get_content_type() == 'text/plain', answer


def check_bad_messages(server):
    def write(body, status, **headers):
        more = {name.replace('_', '-'): value for name, value in headers.items()}
        refused(server.ask('/api/v1/write', body, {**peers.WRITE_HEADERS, **more}), status)
    whole = peers.series(LABELS[0], [(NOW * 1000, 1)])
    write(b'', 400)
    write(b'no snappy', 400)
    write(peers.snappy(b'no protobuf'), 400)
    write(peers.snappy(whole)[:-3], 400)
    write(peers.snappy(whole[:-3]), 400)
    write(peers.varint(100000000) + b'\x00', 413)
    write(peers.snappy(whole), 415, Content_Type='text/plain')
    write(peers.snappy(whole), 415, Content_Encoding='zstd')
    write(peers.snappy(whole), 415, Content_Type='application/x-protobuf;proto=none.such')
    write(peers.snappy(peers.series({'no': 'name'}, [(NOW * 1000, 1)])), 400)
    write(peers.snappy(peers.series(LABELS[0], [((NOW + 3600) * 1000, 1)])), 400)
    refused(server.ask('/api/v1/read', peers.snappy(b'\x0a\x00'), peers.WRITE_HEADERS), 400)
    refused(server.ask('/api/v1/read', b'no snappy', peers.WRITE_HEADERS), 400)
    refused(server.ask('/federate?match[]=(', None), 400)
    answer = server.ask('/api/v1/write', peers.snappy(whole),
                        {**peers.WRITE_HEADERS, 'Origin': 'http://elsewhere'})
    assert answer.status == 403, answer


def main(program):
    with peers.folder() as folder:
        with peers.Sightglass(program, os.path.join(folder, 's')) as server:
            fill(server)
            check_grafana(server)
            check_coding(server)
            check_bad_requests(server)
            check_bad_bodies(server)
            check_bad_messages(server)
            check_grafana(server)
    return 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
