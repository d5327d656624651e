# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the command line compare with: promtool, Prometheus, and what both are given."""
import os
import random
import re
import socket
import subprocess
import time
import urllib.request

from tap import need, run

T0 = 1700000000


def promtool(*arguments, **kwargs):
    need('promtool')
    return run('promtool', 'tsdb', *arguments, **kwargs)


def write_text(path, n_series=9, n_samples=700):
    """OpenMetrics with odd labels and odd values; returns its path."""
    chance = random.Random(7)
    lines = []
    for name in 'alpha', 'beta_total', 'gamma:x':
        lines.append('# TYPE %s unknown' % name)
        for k in range(n_series if name == 'alpha' else 4):
            value = 0.0
            for i in range(300 if k == 2 else n_samples):
                value += chance.choice([1, 2.5, 1e7, -3e-7, 0])
                lines.append('%s{k="%d",odd="a\\"b\\n\\\\ü\u200b",Upper="x"} %r %.3f'
                             % (name, k, value, T0 + i * 15 + k * 0.001))
    lines += ['nothing{a="b"} NaN %d' % T0, 'much{} +Inf %d.5' % T0, 'little -Inf %d.5' % T0, '# EOF']
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines) + '\n')
    return path


def make_blocks(folder):
    """A data directory that promtool has made: two blocks and an empty log."""
    database = os.path.join(folder, 'db')
    promtool('create-blocks-from', 'openmetrics', write_text(os.path.join(folder, 'in.om')), database)
    os.mkdir(os.path.join(database, 'wal'))
    return database


class Server:
    """A program that serves HTTP until the end of the block, when it is killed."""

    def __init__(self, folder, *argv):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.argv = [part % {'port': self.port} for part in argv]
        self.log = open(os.path.join(folder, 'log'), 'wb')

    def get(self, path):
        with urllib.request.urlopen('http://127.0.0.1:%d%s' % (self.port, path), timeout=5) as answer:
            return answer.read()

    def wait_for(self, path, pattern):
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if re.search(pattern, self.get(path)):
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError('%s did not come to %r' % (path, pattern))

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log)
        self.wait_for('/-/ready', b'')
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()


def prometheus(folder, database):
    need('prometheus')
    config = os.path.join(folder, 'prometheus.yml')
    server = Server(folder, 'prometheus', '--config.file=' + config, '--storage.tsdb.path=' + database,
                    '--web.listen-address=127.0.0.1:%(port)d')
    with open(config, 'w', encoding='utf-8') as file:
        file.write('global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs:\n'
                   "- {job_name: self, static_configs: [{targets: ['127.0.0.1:%d']}]}\n" % server.port)
    return server
