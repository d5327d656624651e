# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks of what is neither code nor text for people. Each yields its problems, one line each."""
import os
import re
import shutil
import tempfile
import xml.etree.ElementTree as ElementTree

from tree import Skip, run, spoken

BUILDER_SCHEMA = '/usr/share/gtk-4.0/gtk4builder.rng'
ICON_THEMES = ('/usr/share/icons/Adwaita', '/usr/share/icons/hicolor')
APP_ID = 'io.github.sightglass.Sightglass'
WORDS = {'APP_ID': APP_ID, 'APP_PATH': '/%s/' % APP_ID.replace('.', '/'), 'VERSION': '0.1.0'}
TRANSLATED_C = re.compile(r'\b(?:C?N?_|n?gettext|d?p?n?gettext)\s*\(\s*"')
TRANSLATED_XML = re.compile(r'translatable="(?:yes|true)"|gettext-domain=')
ICON_IN_UI = re.compile(r'<(?:property|attribute) name="(?:[a-z-]*icon-name|icon)"[^>]*>([^<]+)<')
ICON_IN_C = re.compile(r'"([a-z0-9-]+-symbolic)"')


def need(program):
    if not shutil.which(program):
        raise Skip('%s is not installed' % program)
    return program


def ui_files(tree):
    return tree.matching('.ui', under='ui/') + tree.matching('.ui', under='src/')


def check_xml(tree):
    """Every XML file is well-formed."""
    for name in tree.matching('.ui', '.xml', '.xml.in', '.svg', '.gschema.xml'):
        try:
            ElementTree.parse(tree.path(name))
        except ElementTree.ParseError as error:
            yield '%s:%d: %s' % (name, error.position[0], error)


def check_ui(tree):
    """GtkBuilder files follow GTK's own grammar."""
    names = ui_files(tree)
    if not names:
        return
    if not os.path.exists(BUILDER_SCHEMA):
        raise Skip('%s is not there' % BUILDER_SCHEMA)
    status, output = run([need('xmllint'), '--noout', '--relaxng', BUILDER_SCHEMA] + names,
                         cwd=tree.root)
    if status != 0:
        yield from (line for line in spoken(output) if not line.endswith(' validates'))


def check_resources(tree):
    """Every GtkBuilder and style file is in a resource bundle."""
    bundles = tree.matching('.gresource.xml', '.gresource.xml.in')
    bundled = ''.join(tree.text(name) for name in bundles)
    for name in ui_files(tree) + tree.matching('.css', under='ui/'):
        if '>%s<' % name.split('/', 1)[1] not in bundled:
            yield '%s: no resource bundle has it' % name


def check_potfiles(tree):
    """po/POTFILES lists each file with text to translate, sorted, and no other."""
    names = tree.matching('.c', '.ui', '.desktop.in', '.metainfo.xml.in', '.gschema.xml',
                          '.gschema.xml.in')
    translated = {name for name in names
                  if (TRANSLATED_C if name.endswith('.c') else TRANSLATED_XML).search(tree.text(name))
                  or name.endswith(('.desktop.in', '.metainfo.xml.in'))}
    if not translated:
        return
    if 'po/POTFILES' not in tree.files:
        yield 'po/POTFILES: not there'
        return
    listed = [line for _, line in tree.lines('po/POTFILES') if line and not line.startswith('#')]
    for name in sorted(translated - set(listed)):
        yield 'po/POTFILES: %s has text to translate and is not listed' % name
    for name in listed:
        if name not in translated:
            yield 'po/POTFILES: %s has no text to translate' % name
    if listed != sorted(listed):
        yield 'po/POTFILES: not sorted'


def icons_of_themes():
    found = set()
    for theme in ICON_THEMES:
        for _, _, names in os.walk(theme):
            found.update(os.path.splitext(name)[0] for name in names)
    return found


def check_icons(tree):
    """Each icon that is named is one of ours or stands in tests/lint/icons.txt."""
    ours = {os.path.basename(name)[:-4] for name in tree.matching('.svg')}
    allowed = {line for _, line in tree.lines('tests/lint/icons.txt')
               if line and not line.startswith('#')}
    for name in ui_files(tree) + tree.matching('.c', '.h', under='src/app/'):
        pattern = ICON_IN_UI if name.endswith('.ui') else ICON_IN_C
        for number, line in tree.lines(name):
            for icon in pattern.findall(line):
                if icon not in ours | allowed:
                    yield '%s:%d: the icon %s is not known' % (name, number, icon)
    themes = icons_of_themes()
    for icon in sorted(allowed - themes if themes else ()):
        yield 'tests/lint/icons.txt: %s is in no theme here' % icon


def instances(tree, suffix, folder):
    """Writes copies of the templates with their words filled in; returns their paths."""
    for name in tree.matching(suffix, suffix + '.in', under='data/'):
        path = os.path.join(folder, APP_ID + suffix)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(re.sub(r'@(\w+)@', lambda match: WORDS.get(match.group(1), 'sightglass'),
                              tree.text(name)))
        yield path


def validate(tree, suffix, command):
    with tempfile.TemporaryDirectory() as folder:
        for path in instances(tree, suffix, folder):
            need(command[0])
            status, output = run(command + [os.path.basename(path)], cwd=folder)
            if status != 0 or 'hint:' in output:
                yield from spoken(output) or ['%s: refused' % path]


def check_desktop_file(tree):
    """desktop-file-validate accepts the desktop file."""
    yield from validate(tree, '.desktop', ['desktop-file-validate'])


def check_metainfo(tree):
    """appstreamcli accepts the metainfo."""
    yield from validate(tree, '.metainfo.xml', ['appstreamcli', 'validate', '--no-net', '--no-color'])


def check_settings_schema(tree):
    """glib-compile-schemas accepts the settings' schema."""
    with tempfile.TemporaryDirectory() as folder:
        if list(instances(tree, '.gschema.xml', folder)):
            command = [need('glib-compile-schemas'), '--strict', '--dry-run', folder]
            status, output = run(command)
            if status != 0:
                yield from spoken(output)


CHECKS = [check_xml, check_ui, check_resources, check_potfiles, check_icons, check_desktop_file,
          check_metainfo, check_settings_schema]
