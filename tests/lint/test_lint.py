#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Proves that each check of the lint finds what it is there for: each is given a tree that breaks
its rule once, and one that does not."""
import os
import shutil
import sys
import tempfile

import checks_binaries
import checks_code
import checks_data
import checks_files
import lint
from tree import Skip, Tree

C = '/* SPDX-License-Identifier: LGPL-2.1-or-later */\n'
HASH = '# SPDX-License-Identifier: LGPL-2.1-or-later\n'
LONG = C + 'static void\nfoo (void)\n{\n%s}\n' % ('  bar ();\n' * 97)
ARROWS = {'tests/lint/arrows.txt': 'base:\nmetrics: base\nhttp: *\nsightglass: *\napp: sightglass\n',
          'src/core/base/a.h': C, 'src/core/http/b.h': C, 'src/core/sightglass.h': C}
ICONS = {'tests/lint/icons.txt': HASH, 'ui/icons/sg-a-symbolic.svg': '<svg/>\n'}
UI = '<interface><object class="GtkImage"><property name="icon-name">%s</property></object></interface>\n'


def include(name):
    return C + '#include %s\n' % name


# check, a tree that keeps the rule, what is added to break it, a part of what it then says
CASES = [
    (checks_code.check_arrows,
     dict(ARROWS, **{'src/core/metrics/c.c': include('"base/a.h"'),
                     'src/core/http/d.c': include('"../metrics/c.c"'),
                     'src/app/e.c': include('"core/sightglass.h"')}),
     {'src/core/base/f.c': include('"http/b.h"')}, 'base may not include "http/b.h" of http'),
    (checks_code.check_arrows, ARROWS, {'src/app/e.c': include('"base/a.h"')},
     'app may not include'),
    (checks_code.check_arrows, ARROWS, {'src/core/base/f.c': include('"core/sightglass.h"')},
     'base may not include'),
    (checks_code.check_arrows, ARROWS, {'src/core/base/f.c': include('"metrics/generated.h"')},
     'of metrics'),
    (checks_code.check_arrows, ARROWS, {'src/core/fresh/f.c': C}, 'the module "fresh"'),
    (checks_code.check_no_screen_in_core, {'src/app/a.c': include('<gtk/gtk.h>'),
                                           'src/core/base/b.c': include('<gtkdoc.h>')},
     {'src/core/base/c.c': include('<gtk/gtk.h>')}, 'c.c:2'),
    (checks_code.check_header_guards, {'src/core/base/a.h': C + '#pragma once\n'},
     {'src/core/base/b.h': C + '#include <glib.h>\n'}, 'b.h:2'),
    (checks_code.check_own_header_first, {'src/core/base/a.c': include('"base/a.h"')},
     {'src/core/base/b.c': include('<glib.h>') + '#include "base/b.h"\n'}, 'expected b.h'),
    (checks_code.check_function_sizes, {'src/core/base/a.c': LONG},
     {'src/core/base/b.c': LONG.replace('{\n', '{\n  one_more ();\n')}, 'b.c:3: foo has 101 lines'),
    (checks_code.check_file_sizes,
     {'src/core/base/a.c': 'x\n' * 998 + 'static const int a[] = {\n' + '  1,\n' * 9 + '};\n'},
     {'src/core/base/b.c': 'x\n' * 1001}, '1001 lines'),
    (checks_code.check_sources_are_built,
     {'src/core/base/meson.build': "files('a.c')\n", 'src/core/base/a.c': C,
      'src/app/meson.build': "files('chart/b.c')\n", 'src/app/chart/b.c': C},
     {'src/core/base/c.c': C}, 'c.c: no meson.build'),
    (checks_code.check_dependencies,
     {'tests/tools/packages.txt': HASH + 'build libx-dev x-devel x x-1.0,y\n',
      'meson.build': "dependency('x-1.0')\ncc.find_library('y')\ndependency('', required: false)\n"},
     {'src/meson.build': "dependency('z', version: '>= 1')\n"}, 'src/meson.build:1'),
    (checks_code.check_format, {'src/a.c': C + 'int\nmain (void)\n{\n  return 0;\n}\n'},
     {'src/b.c': C + 'int main(void) { return 0; }\n'}, 'b.c:2: not formatted'),
    (checks_files.check_licence, {'src/a.c': C, 'dev': '#!/bin/sh\n' + HASH, 'x': 'text\n'},
     {'src/b.c': '\n' + C}, 'b.c:1'),
    (checks_files.check_licence, {'x': '#!/bin/sh\n' + HASH}, {'y': '#!/bin/sh\n'}, 'y:1'),
    (checks_files.check_words, {'a': 'the file is in $HOME/work/x\n', 'b': 'XX' + 'XXXX\n'},
     {'c': 'see /wo' 'rk/notes\n'}, 'c:1'),
    (checks_files.check_words, {}, {'a': 'https://deb.deb' 'ian.org/x\n'}, 'a:1'),
    (checks_files.check_words, {}, {'a.c': '/* TO' 'DO: mend */\n'}, 'a.c:1'),
    (checks_files.check_words, {'a': '<<<\n'}, {'b': '<<<<' '<<< HEAD\n'}, 'b:1'),
    (checks_files.check_blanks, {'a': 'x\ny\n', 'b': ''}, {'c': 'x \n'}, 'c:1: blanks'),
    (checks_files.check_blanks, {}, {'a': 'x'}, 'a: the last line'),
    (checks_files.check_blanks, {}, {'a': 'x\r\n'}, 'a:1: blanks'),
    (checks_files.check_blanks, {'a': '\tx\n'}, {'a.c': '\tx\n'}, 'a.c:1: a tab'),
    (checks_files.check_utf8, {'a': 'ä \ufffd\n'}, {'b': b'\xe4\n'}, 'b: byte 0'),
    (checks_files.check_shell, {'a': '#!/bin/sh\nif x; then y; fi\n', 'b': 'if\n'},
     {'c': '#!/bin/sh\nif x; then y\n'}, 'c: '),
    (checks_files.check_python, {'a.py': 'x = 1\n'}, {'b.py': 'x =\n'}, 'b.py:1'),
    (checks_data.check_xml, {'a.ui': '<a/>\n'}, {'b.ui': '<b>\n'}, 'b.ui:2'),
    (checks_data.check_ui, {'ui/a.ui': UI % 'x'}, {'ui/b.ui': '<interface><wrong/></interface>\n'},
     'ui/b.ui'),
    (checks_data.check_resources, {'ui/x.gresource.xml': '<file>pages/a.ui</file>',
                                   'ui/pages/a.ui': '<a/>'},
     {'ui/pages/b.ui': '<b/>'}, 'ui/pages/b.ui'),
    (checks_data.check_potfiles, {'po/POTFILES': 'src/app/a.c\n', 'src/app/a.c': '_("text")\n',
                                  'src/core/b.c': 'set_("text")\n'},
     {'ui/c.ui': '<a translatable="yes">text</a>\n'}, 'ui/c.ui has text'),
    (checks_data.check_potfiles, {}, {'po/POTFILES': 'src/app/a.c\nsrc/b.c\n',
                                      'src/app/a.c': '_("x")\n', 'src/b.c': C},
     'src/b.c has no text'),
    (checks_data.check_potfiles, {}, {'src/app/a.c': '_("x")\n'}, 'not there'),
    (checks_data.check_icons, dict(ICONS, **{'ui/a.ui': UI % 'sg-a-symbolic'}),
     {'ui/b.ui': UI % 'sg-b-symbolic'}, 'ui/b.ui:1: the icon sg-b-symbolic'),
    (checks_data.check_icons, dict(ICONS, **{'src/app/a.c': '"sg-a-symbolic"\n'}),
     {'src/app/b.c': '"sg-b-symbolic"\n'}, 'b.c:1'),
    (checks_data.check_desktop_file,
     {'data/a.desktop.in': '[Desktop Entry]\nType=Application\nName=A\nExec=a\n'},
     {'data/b.desktop.in': '[Desktop Entry]\nType=Application\nExec=b\n'}, 'Name'),
    (checks_data.check_metainfo, {}, {'data/b.metainfo.xml.in': '<component/>\n'}, ''),
    (checks_data.check_settings_schema,
     {'data/a.gschema.xml': '<schemalist><schema id="a.b" path="/a/"/></schemalist>\n'},
     {'data/b.gschema.xml': '<schemalist><schema/></schemalist>\n'}, 'requires attribute'),
]


def problems_of(check, files):
    folder = tempfile.mkdtemp()
    try:
        for name, text in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'wb') as file:
                file.write(text if isinstance(text, bytes) else text.encode())
        return list(check(Tree(folder)))
    finally:
        shutil.rmtree(folder)


def try_case(check, good, bad, expected):
    """Returns what is wrong with the check, or None."""
    said = problems_of(check, good)
    if said:
        return 'it finds fault with a good tree: %s' % said
    said = problems_of(check, dict(good, **bad))
    if not said or not any(expected in line for line in said):
        return 'expected %r among %s' % (expected, said)
    return None


def try_libraries():
    """Whatever python3 links, the check sees it."""
    if not shutil.which('readelf'):
        raise Skip('readelf is not installed')
    libraries = checks_binaries.linked(os.path.realpath(sys.executable))
    found = list(checks_binaries.problems('x', libraries, ('libc.so',), 'links'))
    return None if found else 'libc is not among %s' % libraries


def try_all_are_tried():
    tried = {case[0] for case in CASES} | set(checks_binaries.CHECKS)
    left = [lint.name_of(check) for check in lint.CHECKS if check not in tried]
    return 'no case for %s' % left if left else None


def main():
    runs = [('%s/%d' % (lint.name_of(case[0]), n), try_case, case) for n, case in enumerate(CASES)]
    runs += [('libraries', try_libraries, ()), ('complete', try_all_are_tried, ())]
    failed = 0
    print('1..%d' % len(runs))
    for number, (name, function, arguments) in enumerate(runs, 1):
        skipped = trouble = None
        try:
            trouble = function(*arguments)
        except Skip as skip:
            skipped = str(skip)
        if trouble:
            failed += 1
            print('# %s' % trouble)
        print('%sok %d /lint-itself/%s%s' % ('not ' if trouble else '', number, name,
                                             ' # SKIP %s' % skipped if skipped else ''))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
