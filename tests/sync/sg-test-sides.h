/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sync/sg-consistency.h"

/**
 * TestSide:
 * @entries: what it has, by key
 * @broken_key: (nullable): the key whose repair fails
 * @backwards: whether it tells its entries in the wrong order
 * @side: the same as others see it
 */
typedef struct
{
  GTree *entries;
  const char *broken_key;
  gboolean backwards;
  SgSyncSide side;
} TestSide;

typedef struct
{
  guint64 version;
  GBytes *content;
} TestEntry;

static inline void
test_entry_free (gpointer data)
{
  TestEntry *entry = data;

  g_bytes_unref (entry->content);
  g_free (entry);
}

static inline void
test_side_put (TestSide   *self,
               const char *key,
               guint64     version,
               const char *content)
{
  TestEntry *entry = g_new (TestEntry, 1);

  entry->version = version;
  entry->content = g_bytes_new (content, strlen (content));
  g_tree_replace (self->entries, g_strdup (key), entry);
}

static inline char *
test_side_get (TestSide   *self,
               const char *key)
{
  TestEntry *entry = g_tree_lookup (self->entries, key);

  if (entry == NULL)
    return g_strdup ("gone");
  return g_strdup_printf ("%.*s@%u", (int) g_bytes_get_size (entry->content),
                          (const char *) g_bytes_get_data (entry->content, NULL),
                          (guint) entry->version);
}

static inline gboolean
test_side_enumerate (const char    *after,
                     guint          limit,
                     GArray        *entries,
                     gpointer       user_data,
                     GCancellable  *cancellable,
                     GError       **error)
{
  TestSide *self = user_data;
  GTreeNode *node = after != NULL ? g_tree_upper_bound (self->entries, after)
                                  : g_tree_node_first (self->entries);

  for (; node != NULL && entries->len < limit; node = g_tree_node_next (node))
    {
      TestEntry *entry = g_tree_node_value (node);
      SgSyncEntry told = { g_strdup (g_tree_node_key (node)), entry->version,
                           g_bytes_hash (entry->content) };

      if (self->backwards)
        g_array_prepend_val (entries, told);
      else
        g_array_append_val (entries, told);
    }
  return TRUE;
}

static inline GBytes *
test_side_fetch (const char  *key,
                 guint64     *ret_version,
                 gpointer     user_data,
                 GError     **error)
{
  TestSide *self = user_data;
  TestEntry *entry = g_tree_lookup (self->entries, key);

  if (entry == NULL)
    return NULL;
  *ret_version = entry->version;
  return g_bytes_ref (entry->content);
}

static inline gboolean
test_side_repair (const char  *key,
                  GBytes      *content,
                  guint64      version,
                  gpointer     user_data,
                  GError     **error)
{
  TestSide *self = user_data;
  TestEntry *entry;

  if (self->broken_key != NULL && g_str_equal (key, self->broken_key))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_READ_ONLY, "read-only");
      return FALSE;
    }
  if (content == NULL)
    {
      g_tree_remove (self->entries, key);
      return TRUE;
    }
  entry = g_new (TestEntry, 1);
  entry->version = version;
  entry->content = g_bytes_ref (content);
  g_tree_replace (self->entries, g_strdup (key), entry);
  return TRUE;
}

static inline gint
test_side_compare (gconstpointer a,
                   gconstpointer b,
                   gpointer      user_data)
{
  return strcmp (a, b);
}

static inline void
test_side_init (TestSide   *self,
                const char *name)
{
  self->entries = g_tree_new_full (test_side_compare, NULL, g_free, test_entry_free);
  self->side = (SgSyncSide) {
    .name = name,
    .enumerate = test_side_enumerate,
    .fetch = test_side_fetch,
    .repair = test_side_repair,
    .user_data = self,
  };
}

static inline void
test_side_clear (TestSide *self)
{
  g_tree_unref (self->entries);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestSide, test_side_clear)

/* One of each kind of difference, between entries that are the same. */
static inline void
fill_sides (TestSide *cache,
            TestSide *database)
{
  test_side_init (cache, "cache");
  test_side_init (database, "database");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %02u", i);

      test_side_put (cache, key, 5, "same");
      test_side_put (database, key, 5, "same");
    }
  test_side_put (cache, "key 07 stale", 1, "old");
  test_side_put (database, "key 07 stale", 2, "new");
  test_side_put (cache, "key 50 orphan", 1, "orphan");
  test_side_put (cache, "key 60 ahead", 9, "unsaved");
  test_side_put (database, "key 60 ahead", 8, "saved");
  test_side_put (cache, "key 70 content", 3, "left");
  test_side_put (database, "key 70 content", 3, "right");
  test_side_put (database, "zzz not cached", 1, "cold");
}
