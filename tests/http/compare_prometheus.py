#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks Sightglass and Debian's Prometheus the same things of the same blocks, and compares the answers.

usage: compare_prometheus.py SIGHTGLASSCTL

Prometheus 2.42 is asked, and Sightglass speaks as Prometheus 3 does: where these two differ stands in
DIFFERENT, with what Sightglass answers instead. Everything else must be equal: the status, and the JSON.
"""
import os
import shutil
import subprocess
import sys
import urllib.parse

import peers

T0 = 1700000000

# Asked with GET, and those that take a form with POST.
FORMS = '''
query?query=a&time=1700000100
query?query=a&time=1700000100.123
query?query=a%5B5m%5D&time=1700000107
query?query=sum%20by(code)(rate(req_total%5B5m%5D))&time=1700000907.5
query?query=histogram_quantile(0.9,rate(h_bucket%5B10m%5D))&time=1700000907
query?query=topk(1,a)&time=1700000907
query?query=1e300&time=2023-11-14T22:15:00Z
query?query=1&time=2023-11-14T22:15:00.5%2B01:00
query?query=1&time=-5.5
query?query=-1/0&time=1
query?query=0/0&time=1
query?query=1e-7&time=1
query?query=vector(1e-7)&time=1
query?query=vector(1e21)&time=1
query?query=vector(123456789012345678)&time=1
query?query=%22x%22&time=1700000100.123
query?query=nothing&time=1700000100
query?query=a&time=x
query?query=a&time=2023-11-14T22:15:00
query?query=a&time=2023-11-14
query?query=a&time=1700000100&timeout=x
query?query=a&time=1700000100&timeout=10s
query?query=&time=1
query?time=1
query?query=sum((&time=1
query?query=a%20b&time=1
query?query=a%2Bon(x)group_left()a&time=1700000100
query?query=label_replace(a,%22x%22,%22%22,%22%22,%22%22)&time=1700000100
query_range?query=a&start=1700000000&end=1700000100&step=15
query_range?query=a&start=1700000000.5&end=1700000100.25&step=7.5
query_range?query=a&start=2023-11-14T22:13:20Z&end=2023-11-14T22:15:00Z&step=15s
query_range?query=rate(req_total%5B1m%5D)&start=1700000007&end=1700001007&step=1m
query_range?query=1&start=1700000000&end=1700000100&step=15
query_range?query=nothing&start=1700000000&end=1700000100&step=15
query_range?query=1&start=1700000000&end=1700011000&step=1
query_range?query=1&start=1700000000&end=1700011001&step=1
query_range?query=1&start=1700000000&end=1700000100&step=0
query_range?query=1&start=1700000000&end=1700000100&step=-1
query_range?query=1&start=1700000000&end=1700000100&step=0.0001
query_range?query=1&start=1700000000&end=1700000100&step=1e300
query_range?query=1&start=1700000000&end=1700000100&step=x
query_range?query=1&start=1700000000&end=1700000100
query_range?query=a&start=x&end=1700000100&step=15
query_range?query=a&start=1700000000&end=&step=15
query_range?query=a&start=1700000100&end=1700000000&step=15
query_range?query=%22a%22&start=1700000000&end=1700000100&step=15
query_range?query=a%5B5m%5D&start=1700000000&end=1700000100&step=15
format_query?query=sum(a)by(x)
format_query?query=sum(a{x="1"})%20by(x)/on()group_left()count(b)
format_query?query=
format_query?query=sum(
series
series?match[]=a
series?match[]=a&match[]={__name__=~"h.*"}
series?match[]={__name__=~".%2B"}&start=1700000000&end=1700000900
series?match[]=
series?match[]={}
series?match[]={__name__=~".*"}
series?match[]={x!="1"}
series?match[]=a&start=5&end=1
series?match[]=a&start=x
series?match[]=a&end=y
series?match[]=a(
series?match[]=sum(a)
series?match[]=a&start=1&end=2
labels
labels?match[]=a
labels?match[]=a&match[]=h_bucket
labels?match[]=
labels?match[]={}
labels?match[]=a(
labels?start=5&end=1
labels?start=x
query_exemplars?query=a
query_exemplars?query=
query_exemplars?query=a(
query_exemplars?query=a&start=5&end=1
query_exemplars?query=a&start=x
'''.split()

QUESTIONS = '''
label/x/values
label/__name__/values
label/x/values?match[]=req_total
label/job/values?match[]=req_total
label/job/values?match[]={}
label/nope/values
label/x/values?start=5&end=1
label/x/values?start=x
metadata
metadata?limit=x
metadata?limit=0
metadata?limit=-1
metadata?metric=a
rules
rules?type=alert
rules?type=record
rules?type=x
alerts
alertmanagers
'''.split()

REFUSED_LIMIT = (400, {'status': 'error', 'errorType': 'bad_data', 'error': 'invalid parameter "limit": '
                       'limit must be a whole number, not negative'})
CUT = ['results truncated due to limit']


def refused(message):
    return 400, {'status': 'error', 'errorType': 'bad_data', 'error': message}


def succeeded(data, **more):
    return 200, {'status': 'success', 'data': data, **more}


# Question, why the answers differ, what Sightglass answers.
DIFFERENT = [
    ('query?query=a{x="1"}&time=1700000100&limit=x', '3 has the parameter', REFUSED_LIMIT),
    ('query?query=a&time=1700000100&limit=1', '3 has the parameter',
     succeeded({'resultType': 'vector',
                'result': [{'metric': {'__name__': 'a', 'x': '1'}, 'value': [1700000100, '7']}]},
               warnings=CUT)),
    ('query?query=a&time=1700000100&lookback_delta=x', '3 has the parameter',
     refused('error parsing lookback delta duration: cannot parse "x" to a valid duration')),
    ('query?query=a&time=1700000100&lookback_delta=5s', '3 has the parameter',
     succeeded({'resultType': 'vector', 'result': []})),
    ('query?query=a&time=NaN', 'a time that is none is refused here',
     refused('invalid parameter "time": Invalid time value for \'time\': cannot parse "NaN" to a '
             'valid timestamp')),
    ('query?query=a&time=1e30', 'a time that overflows is refused here',
     refused('invalid parameter "time": Invalid time value for \'time\': cannot parse "1e30" to a '
             'valid timestamp')),
    ('query_range?query=1&start=1&end=2&step=NaN', 'a step that is none is called so here',
     refused('invalid parameter "step": cannot parse "NaN" to a valid duration')),
    ('query_range?query=&start=1&end=2&step=1', '3 names the parameter',
     refused('invalid parameter "query": 1:1: parse error: no expression found in input')),
    ('series?match[]=a&limit=1', '3 has the parameter',
     succeeded([{'__name__': 'a', 'x': '1'}], warnings=CUT)),
    ('labels?limit=1', '3 has the parameter', succeeded(['__name__'], warnings=CUT)),
    ('labels?limit=x', '3 has the parameter', REFUSED_LIMIT),
    ('label/bad-name/values', '3 takes any UTF-8 text for a name', succeeded([])),
    ('label/x%2Fy/values', '3 takes any UTF-8 text for a name', succeeded([])),
    ('query_exemplars?query=1', 'an empty list is one', succeeded([])),
]


def write_data(folder):
    """Thirty minutes of gauges, counters and a histogram as blocks, made by promtool."""
    text = os.path.join(folder, 'data.om')
    with open(text, 'w', encoding='utf-8') as out:
        def write(name, value):
            for i in range(121):
                print(name, value(i), T0 + i * 15, file=out)
        print('# HELP a A gauge.\n# TYPE a gauge', file=out)
        for x in (1, 2):
            write('a{x="%d"}' % x, lambda i, x=x: (i + 1) * x)
        print('# TYPE req counter', file=out)
        for code in ('200', '404', '500'):
            write('req_total{code="%s",job="web"}' % code, lambda i, code=code: i * int(code) / 7)
        print('# TYPE h histogram', file=out)
        for n, le in enumerate(('0.1', '1', '+Inf')):
            write('h_bucket{le="%s"}' % le, lambda i, n=n: i * (n + 1))
        print('# EOF', file=out)
    blocks = os.path.join(folder, 'blocks')
    subprocess.run(['promtool', 'tsdb', 'create-blocks-from', 'openmetrics', text, blocks],
                   check=True, stdout=subprocess.DEVNULL)
    return blocks


def read(answer):
    """The status and the JSON, or the text where Prometheus has nothing at a path."""
    if answer.headers.get_content_type() == 'application/json':
        return answer.status, answer.json()
    return answer.status, answer.body.decode()


def ask(server, question, method):
    """Asks with the parameters in the path, or in a form."""
    path, _, query = question.partition('?')
    query = urllib.parse.quote(query, safe='=&%[]()+,:.-')
    if method == 'GET':
        return read(server.ask('/api/v1/%s?%s' % (path, query)))
    return read(server.ask('/api/v1/' + path, query.encode(), method=method))


def compare(theirs, ours):
    wrong = 0
    for method, questions in (('GET', FORMS + QUESTIONS), ('POST', FORMS)):
        for question in questions:
            expected = ask(theirs, question, method)
            found = ask(ours, question, method)
            if expected != found:
                wrong += 1
                print('%s %s\n  Prometheus  %s\n  Sightglass  %s'
                      % (method, question, expected, found))
    for question, why, expected in DIFFERENT:
        found = ask(ours, question, 'GET')
        if found != expected:
            wrong += 1
            print('%s (%s)\n  expected    %s\n  Sightglass  %s' % (question, why, expected, found))
        elif ask(theirs, question, 'GET') == found:
            wrong += 1
            print('%s: the answers do not differ' % question)
    return wrong


def main(program):
    peers.need('prometheus', 'promtool')
    with peers.folder() as folder:
        blocks = write_data(folder)
        copy = os.path.join(folder, 'copy')
        shutil.copytree(blocks, copy)
        with peers.Prometheus(folder, 'global: {scrape_interval: 1m}\n',
                              '--storage.tsdb.path=' + blocks,
                              '--enable-feature=exemplar-storage') as theirs, \
             peers.Sightglass(program, os.path.join(folder, 's'),
                              '--storage.tsdb.path=' + copy) as ours:
            wrong = compare(theirs, ours)
    print('%d questions, %d answered in another way'
          % (2 * len(FORMS) + len(QUESTIONS) + len(DIFFERENT), wrong))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
