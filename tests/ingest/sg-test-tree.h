/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/*
 * A folder made from one file: "== path" begins a file whose lines follow, "-> path target" is a symbolic
 * link, and lines that begin with "#" before the first of them are comments.
 */
static inline void
sg_test_tree_make_parent (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
}

static inline void
sg_test_tree_link (const char *folder,
                   const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  g_autofree char *path = g_build_filename (folder, words[0], NULL);

  sg_test_tree_make_parent (path);
  g_assert_cmpint (symlink (words[1], path), ==, 0);
}

static inline void
sg_test_tree_write (const char *folder,
                    const char *name,
                    GString    *text)
{
  g_autofree char *path = name != NULL ? g_build_filename (folder, name, NULL) : NULL;

  if (path != NULL)
    {
      sg_test_tree_make_parent (path);
      g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
    }
  g_string_truncate (text, 0);
}

/* Returns: (transfer full): the folder that has what tests/ingest/node/NAME.tree says */
static inline char *
sg_test_tree_make (const char *name)
{
  g_autofree char *base = g_strconcat (name, ".tree", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "ingest", "node", base, NULL);
  g_autofree char *all = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *file = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  char *folder = g_dir_make_tmp ("sg-tree-XXXXXX", NULL);

  g_assert_true (g_file_get_contents (path, &all, NULL, NULL));
  lines = g_strsplit (all, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "-> "))
        sg_test_tree_link (folder, lines[i] + 3);
      else if (g_str_has_prefix (lines[i], "== "))
        {
          sg_test_tree_write (folder, file, text);
          g_free (file);
          file = g_strdup (lines[i] + 3);
        }
      else if (file != NULL && (lines[i + 1] != NULL || *lines[i] != '\0'))
        g_string_append_printf (text, "%s\n", lines[i]);
    }
  sg_test_tree_write (folder, file, text);
  return folder;
}
