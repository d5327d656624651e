/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-lru-cache.h"

#include <string.h>

static gboolean
put (SgLruCache *cache,
     const char *key,
     const char *text,
     guint64     version)
{
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  return sg_lru_cache_put (cache, key, content, version);
}

static char *
get (SgLruCache *cache,
     const char *key)
{
  guint64 version = 0;
  g_autoptr (GBytes) content = sg_lru_cache_get (cache, key, &version);

  if (content == NULL)
    return g_strdup ("none");
  return g_strdup_printf ("%.*s@%u", (int) g_bytes_get_size (content),
                          (const char *) g_bytes_get_data (content, NULL), (guint) version);
}

static void
assert_get (SgLruCache *cache,
            const char *key,
            const char *expected)
{
  g_autofree char *found = get (cache, key);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_order (void)
{
  g_autoptr (SgLruCache) cache = sg_lru_cache_new (3, 1 << 20);
  SgLruCounts counts;
  g_auto (GStrv) keys = NULL;
  g_autofree char *joined = NULL;

  put (cache, "a", "1", 1);
  put (cache, "b", "2", 1);
  put (cache, "c", "3", 1);
  assert_get (cache, "a", "1@1");
  put (cache, "d", "4", 1);
  assert_get (cache, "b", "none");
  assert_get (cache, "a", "1@1");
  keys = sg_lru_cache_list_keys (cache, "", 10);
  joined = g_strjoinv (" ", keys);
  g_assert_cmpstr (joined, ==, "a d c");
  sg_lru_cache_get_counts (cache, &counts);
  g_assert_cmpuint (counts.entries, ==, 3);
  g_assert_cmpuint (counts.evictions, ==, 1);
  g_assert_cmpuint (counts.hits, ==, 2);
  g_assert_cmpuint (counts.misses, ==, 1);
}

static void
test_bytes (void)
{
  g_autoptr (SgLruCache) cache = sg_lru_cache_new (1000, 4096);
  g_autofree char *text = g_strnfill (1000, 'x');
  SgLruCounts counts;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      put (cache, key, text, 1);
      sg_lru_cache_get_counts (cache, &counts);
      g_assert_cmpuint (counts.bytes, <=, 4096);
    }
  g_assert_cmpuint (counts.entries, ==, 3);
  g_assert_cmpuint (counts.evictions, ==, 7);
  g_assert_cmpuint (sg_lru_cache_clear (cache), ==, 3);
  sg_lru_cache_get_counts (cache, &counts);
  g_assert_cmpuint (counts.entries, ==, 0);
  g_assert_cmpuint (counts.bytes, ==, 0);
}

/* Whoever was overtaken while he read does not undo what was written. */
static void
test_versions (void)
{
  g_autoptr (SgLruCache) cache = sg_lru_cache_new (10, 4096);

  g_assert_true (put (cache, "a", "new", 2));
  g_assert_false (put (cache, "a", "old", 1));
  assert_get (cache, "a", "new@2");
  g_assert_true (put (cache, "a", "newer", 3));
  assert_get (cache, "a", "newer@3");
  g_assert_true (sg_lru_cache_remove (cache, "a"));
  g_assert_false (sg_lru_cache_remove (cache, "a"));
}

static void
clear_entry (gpointer data)
{
  g_free (((SgSyncEntry *) data)->key);
}

static void
test_side (void)
{
  g_autoptr (SgLruCache) cache = sg_lru_cache_new (10, 4096);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (SgSyncEntry));
  g_autoptr (GBytes) older = g_bytes_new_static ("older", 5);
  SgSyncSide side;
  guint64 version = 0;

  g_array_set_clear_func (entries, clear_entry);
  put (cache, "b", "2", 7);
  put (cache, "c", "3", 1);
  put (cache, "a", "1", 1);
  sg_lru_cache_get_side (cache, &side);
  g_assert_true (side.enumerate (NULL, 2, entries, side.user_data, NULL, NULL));
  g_assert_cmpuint (entries->len, ==, 2);
  g_assert_cmpstr (g_array_index (entries, SgSyncEntry, 0).key, ==, "a");
  g_assert_cmpuint (g_array_index (entries, SgSyncEntry, 1).version, ==, 7);
  g_array_set_size (entries, 0);
  g_assert_true (side.enumerate ("b", 2, entries, side.user_data, NULL, NULL));
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_null (side.fetch ("z", &version, side.user_data, NULL));

  /* A repair knows better, whatever the version. */
  g_assert_true (side.repair ("b", older, 3, side.user_data, NULL));
  assert_get (cache, "b", "older@3");
  g_assert_true (side.repair ("b", NULL, 0, side.user_data, NULL));
  assert_get (cache, "b", "none");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lru-cache/order", test_order);
  g_test_add_func ("/lru-cache/bytes", test_bytes);
  g_test_add_func ("/lru-cache/versions", test_versions);
  g_test_add_func ("/lru-cache/side", test_side);
  return g_test_run ();
}
