# SPDX-License-Identifier: LGPL-2.1-or-later
"""What every check sees of the source tree."""
import os
import subprocess


class Skip(Exception):
    """Raised by a check that cannot be done here; its text says why."""


class Tree:
    """The files that belong to the project: those that git knows, or would add."""

    def __init__(self, root, build=None):
        self.root = os.path.abspath(root)
        self.build = os.path.abspath(build) if build else None
        self.files = sorted(self._list())
        self._texts = {}

    def _list(self):
        # The folder may belong to somebody else, which git would refuse to read.
        command = ['git', '-c', 'safe.directory=*', '-C', self.root, 'ls-files', '-z',
                   '--cached', '--others', '--exclude-standard']
        try:
            listed = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL).stdout
        except (OSError, subprocess.CalledProcessError):
            return self._walk()
        names = [os.fsdecode(name) for name in listed.split(b'\0') if name]
        return [name for name in names if os.path.isfile(self.path(name))]

    def _walk(self):
        """An unpacked archive has no git."""
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders
                          if f not in ('.git', '.peers') and not f.startswith('build')]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def path(self, name):
        return os.path.join(self.root, name)

    def text(self, name):
        if name not in self._texts:
            with open(self.path(name), encoding='utf-8', errors='replace', newline='') as file:
                self._texts[name] = file.read()
        return self._texts[name]

    def lines(self, name):
        """Yields (number, line) as editors count."""
        return enumerate(self.text(name).split('\n'), 1)

    def matching(self, *suffixes, under=''):
        return [name for name in self.files if name.startswith(under) and name.endswith(suffixes)]

    def c_files(self):
        return self.matching('.c', '.h', under='src/') + self.matching('.c', '.h', under='tests/')


def run(command, **kwargs):
    """Runs a program; returns its exit status and all it said."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding='utf-8', errors='replace', **kwargs)
    return done.returncode, done.stdout


def spoken(output):
    """The lines of a program's output as problems."""
    return [line for line in output.splitlines() if line.strip()]
