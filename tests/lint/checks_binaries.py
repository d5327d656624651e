# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks of what was built. Each takes the tree and yields its problems, one line each."""
import os
import re
import shutil

from tree import Skip, run

CTL = 'src/ctl/sightglassctl'
APP = 'src/app/sightglass'
# Loaded as modules when first used, so that nobody pays for them before: neither linked nor pulled
# in by what is linked.
LAZY = ('libcurl', 'libpq', 'libhiredis', 'libsecret')
# Libraries of the system may pull this one in, so that only a link of our own counts.
LAZY_DIRECT = ('libsystemd',)
SCREEN = ('libgtk', 'libgdk', 'libadwaita', 'libpango', 'libcairo', 'libX11', 'libwayland')


def built(tree, name):
    path = tree.build and os.path.join(tree.build, name)
    if not path or not os.path.exists(path):
        raise Skip('%s is not built' % name)
    if not shutil.which('readelf') or not shutil.which('ldd'):
        raise Skip('readelf or ldd is not installed')
    return path


def linked(path):
    """The libraries that the program itself asks for (DT_NEEDED)."""
    return re.findall(r'\(NEEDED\).*\[(.*)\]', run(['readelf', '--dynamic', '--wide', path])[1])


def loaded(path):
    """All that come with them."""
    return re.findall(r'^\s*(\S+)(?: =>| \()', run(['ldd', path])[1], re.M)


def problems(name, libraries, unwanted, how):
    for library in libraries:
        if library.startswith(unwanted):
            yield '%s %s %s' % (name, how, library)


def check_command_line_libraries(tree):
    """sightglassctl links nothing of the screen and nothing that is loaded at first use."""
    path = built(tree, CTL)
    yield from problems(CTL, linked(path), LAZY_DIRECT, 'links')
    yield from problems(CTL, loaded(path), LAZY + SCREEN, 'loads')


def check_app_libraries(tree):
    """sightglass links nothing that is loaded at first use."""
    path = built(tree, APP)
    yield from problems(APP, linked(path), LAZY + LAZY_DIRECT, 'links')


CHECKS = [check_command_line_libraries, check_app_libraries]
