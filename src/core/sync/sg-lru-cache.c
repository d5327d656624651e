/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-lru-cache.h"

#include "base/sg-lock.h"

#include <string.h>

/*
 * A table by key, and a list by the time of use: an entry is a link of the list itself, so that moving
 * it to the front allocates nothing. An entry that is put with a version older than the one that is
 * there is refused: whoever read it from the database was overtaken by somebody who wrote.
 *
 * Whoever compares it with a database wants its keys in their order. They are sorted for each batch,
 * since that is asked for seldom, and an order that is kept would cost each look-up.
 */

/**
 * Entry:
 * @link: in the list by use; its data is the entry
 */
typedef struct
{
  GList link;
  char *key;
  GBytes *content;
  guint64 version;
} Entry;

/**
 * SgLruCache:
 * @lock: guards the rest
 * @table: (element-type Entry): by key; owns them
 * @by_use: the one that was used last is the first
 */
struct _SgLruCache
{
  guint max_entries;
  gsize max_bytes;
  SgLock lock;
  GHashTable *table;
  GQueue by_use;
  SgLruCounts counts;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_bytes_unref (entry->content);
  g_free (entry->key);
  g_free (entry);
}

static gsize
entry_size (const Entry *entry)
{
  return sizeof *entry + strlen (entry->key) + 1 + g_bytes_get_size (entry->content);
}

/**
 * sg_lru_cache_new:
 * @max_entries: how many it may have
 * @max_bytes: how much they may take
 *
 * Returns: (transfer full): a cache, empty
 */
SgLruCache *
sg_lru_cache_new (guint max_entries,
                  gsize max_bytes)
{
  SgLruCache *self = g_new0 (SgLruCache, 1);

  self->max_entries = max_entries;
  self->max_bytes = max_bytes;
  self->table = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&self->by_use);
  sg_lock_init (&self->lock);
  return self;
}

void
sg_lru_cache_free (SgLruCache *self)
{
  g_hash_table_unref (self->table);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/* With the lock held, as the next four. */
static void
drop (SgLruCache *self,
      Entry      *entry)
{
  self->counts.entries--;
  self->counts.bytes -= entry_size (entry);
  g_queue_unlink (&self->by_use, &entry->link);
  g_hash_table_remove (self->table, entry->key);
}

static void
evict (SgLruCache *self)
{
  while (self->counts.entries > self->max_entries
         || (self->counts.bytes > self->max_bytes && self->counts.entries > 1))
    {
      drop (self, self->by_use.tail->data);
      self->counts.evictions++;
    }
}

static void
add (SgLruCache *self,
     const char *key,
     GBytes     *content,
     guint64     version)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->link.data = entry;
  entry->key = g_strdup (key);
  entry->content = g_bytes_ref (content);
  entry->version = version;
  self->counts.entries++;
  self->counts.bytes += entry_size (entry);
  g_hash_table_insert (self->table, entry->key, entry);
  g_queue_push_head_link (&self->by_use, &entry->link);
}

static void
replace (SgLruCache *self,
         const char *key,
         GBytes     *content,
         guint64     version)
{
  Entry *entry = g_hash_table_lookup (self->table, key);

  if (entry != NULL)
    drop (self, entry);
  add (self, key, content, version);
  evict (self);
}

/**
 * sg_lru_cache_get:
 * @self: a cache
 * @key: what is looked for
 * @ret_version: (out): its version, untouched where it is not there
 *
 * Returns: (transfer full) (nullable): the content
 */
GBytes *
sg_lru_cache_get (SgLruCache *self,
                  const char *key,
                  guint64    *ret_version)
{
  Entry *entry;

  SG_LOCK_SCOPE (&self->lock);
  entry = g_hash_table_lookup (self->table, key);
  if (entry == NULL)
    {
      self->counts.misses++;
      return NULL;
    }
  self->counts.hits++;
  g_queue_unlink (&self->by_use, &entry->link);
  g_queue_push_head_link (&self->by_use, &entry->link);
  *ret_version = entry->version;
  return g_bytes_ref (entry->content);
}

/* Returns: whether it was taken; not, if a newer version is there */
gboolean
sg_lru_cache_put (SgLruCache *self,
                  const char *key,
                  GBytes     *content,
                  guint64     version)
{
  const Entry *entry;

  SG_LOCK_SCOPE (&self->lock);
  entry = g_hash_table_lookup (self->table, key);
  if (entry != NULL && entry->version > version)
    return FALSE;
  replace (self, key, content, version);
  return TRUE;
}

/* Returns: whether it was there */
gboolean
sg_lru_cache_remove (SgLruCache *self,
                     const char *key)
{
  Entry *entry;

  SG_LOCK_SCOPE (&self->lock);
  entry = g_hash_table_lookup (self->table, key);
  if (entry == NULL)
    return FALSE;
  drop (self, entry);
  return TRUE;
}

/* Returns: how many entries it had */
guint
sg_lru_cache_clear (SgLruCache *self)
{
  guint n;

  SG_LOCK_SCOPE (&self->lock);
  n = (guint) self->counts.entries;
  while (self->by_use.tail != NULL)
    drop (self, self->by_use.tail->data);
  return n;
}

/* Returns: (transfer full): the keys that begin with @prefix, those used last first, @limit at most */
GStrv
sg_lru_cache_list_keys (SgLruCache *self,
                        const char *prefix,
                        guint       limit)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  guint n = 0;

  SG_LOCK_SCOPE (&self->lock);
  for (const GList *l = self->by_use.head; l != NULL && n < limit; l = l->next)
    {
      const Entry *entry = l->data;

      if (!g_str_has_prefix (entry->key, prefix))
        continue;
      g_strv_builder_add (keys, entry->key);
      n++;
    }
  return g_strv_builder_end (keys);
}

void
sg_lru_cache_get_counts (SgLruCache  *self,
                         SgLruCounts *ret_counts)
{
  SG_LOCK_SCOPE (&self->lock);
  *ret_counts = self->counts;
}

static gint
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp ((*(const Entry *const *) a)->key, (*(const Entry *const *) b)->key);
}

static gboolean
side_enumerate (const char    *after,
                guint          limit,
                GArray        *entries,
                gpointer       user_data,
                GCancellable  *cancellable,
                GError       **error)
{
  SgLruCache *self = user_data;
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  SG_LOCK_SCOPE (&self->lock);
  for (const GList *l = self->by_use.head; l != NULL; l = l->next)
    {
      if (after == NULL || strcmp (((const Entry *) l->data)->key, after) > 0)
        g_ptr_array_add (sorted, l->data);
    }
  g_ptr_array_sort (sorted, compare_keys);
  for (guint i = 0; i < MIN (sorted->len, limit); i++)
    {
      const Entry *entry = sorted->pdata[i];
      SgSyncEntry told = { g_strdup (entry->key), entry->version, g_bytes_hash (entry->content) };

      g_array_append_val (entries, told);
    }
  return TRUE;
}

/* A look that is neither a hit nor a miss, and keeps nothing from being evicted. */
static GBytes *
side_fetch (const char  *key,
            guint64     *ret_version,
            gpointer     user_data,
            GError     **error)
{
  SgLruCache *self = user_data;
  const Entry *entry;

  SG_LOCK_SCOPE (&self->lock);
  entry = g_hash_table_lookup (self->table, key);
  if (entry == NULL)
    return NULL;
  *ret_version = entry->version;
  return g_bytes_ref (entry->content);
}

static gboolean
side_repair (const char  *key,
             GBytes      *content,
             guint64      version,
             gpointer     user_data,
             GError     **error)
{
  SgLruCache *self = user_data;

  if (content == NULL)
    {
      sg_lru_cache_remove (self, key);
      return TRUE;
    }
  SG_LOCK_SCOPE (&self->lock);
  replace (self, key, content, version);
  return TRUE;
}

/* The cache as something that can be compared; @ret_side may be used as long as @self is there. */
void
sg_lru_cache_get_side (SgLruCache *self,
                       SgSyncSide *ret_side)
{
  *ret_side = (SgSyncSide) {
    .name = "cache",
    .enumerate = side_enumerate,
    .fetch = side_fetch,
    .repair = side_repair,
    .user_data = self,
  };
}
