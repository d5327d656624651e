# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the API share: servers beside them, requests, and bodies of remote write."""
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 60
SKIPPED = 77


def need(*programs):
    """Ends the test as skipped where a program is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            print('%s is not installed' % program)
            sys.exit(SKIPPED)


def find_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_until(what, condition):
    """Asks again and again; returns the first answer that is something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError('it never came to this: ' + what)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return '%d %s %r' % (self.status, self.headers.get('Content-Type'), self.body[:300])


class Server:
    """A program that answers over HTTP on a port of its own, ended by its pid."""

    def __init__(self, command, ready, quiet=True):
        self.port = find_port()
        out = subprocess.DEVNULL if quiet else sys.stderr
        self.process = subprocess.Popen([part.replace('PORT', str(self.port)) for part in command],
                                        stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            wait_until(command[0] + ' answers', lambda: self.is_ready(ready))
        except BaseException:
            self.stop()
            raise

    def is_ready(self, path):
        if self.process.poll() is not None:
            raise AssertionError('the server has ended: %d' % self.process.returncode)
        try:
            return self.ask(path).status == 200
        except OSError:
            return False

    def url(self, path):
        return 'http://127.0.0.1:%d%s' % (self.port, path)

    def ask(self, path, data=None, headers=None, method=None):
        request = urllib.request.Request(self.url(path), data, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, answer.headers, answer.read())

    def query(self, expression, t):
        path = '/api/v1/query?' + urllib.parse.urlencode({'query': expression, 'time': t})
        return self.ask(path).json()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Sightglass(Server):
    def __init__(self, program, folder, *flags):
        self.folder = folder
        super().__init__([program, 'serve', '--web.listen-address=127.0.0.1:PORT',
                          '--storage.path=' + folder, '--builtin.jobs=none', *flags], '/-/ready',
                         quiet=False)

    def token(self):
        with open(os.path.join(self.folder, 'state', 'token'), encoding='ascii') as file:
            return {'Authorization': 'Bearer ' + file.read().strip()}


class Prometheus(Server):
    def __init__(self, folder, config, *flags):
        path = os.path.join(folder, 'prometheus.yml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(config)
        super().__init__(['prometheus', '--config.file=' + path,
                          '--web.listen-address=127.0.0.1:PORT',
                          '--storage.tsdb.retention.time=100y', *flags], '/-/ready')


def folder():
    return tempfile.TemporaryDirectory(prefix='sg-api-')


def varint(number):
    out = bytearray()
    number &= (1 << 64) - 1
    while number >= 0x80:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    """A field of a message: bytes and texts, doubles, integers."""
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack('<d', value)
    return varint(number << 3) + varint(value)


def series(labels, samples):
    """A series of a request of remote write 1.0."""
    out = b''.join(field(1, field(1, name) + field(2, value))
                   for name, value in sorted(labels.items()))
    return field(1, out + b''.join(field(2, field(1, float(value)) + field(2, t))
                                   for t, value in samples))


def snappy(data):
    """The block format without any compression: pieces that stand as they are."""
    out = bytearray(varint(len(data)))
    for at in range(0, len(data), 65536):
        piece = data[at:at + 65536]
        out += b'\xf4' + struct.pack('<H', len(piece) - 1) + piece
    return bytes(out)


WRITE_HEADERS = {'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy',
                 'X-Prometheus-Remote-Write-Version': '0.1.0'}
