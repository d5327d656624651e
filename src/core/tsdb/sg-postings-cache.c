/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-postings-cache.h"

#include "base/sg-lock.h"

#include <string.h>

/*
 * An answer is a list of numbers of series, which nobody changes any more: whoever has got it may go
 * on reading it after it was replaced or thrown out. The one that was not asked for longest goes first
 * when there is no room.
 *
 * The question is a text of bytes:
 *
 *   source:u64  { kind:u8  name 00  value 00 }
 *
 * A source is a block, whose series never change, or the head, whose series come and go. There numbers
 * rise and are never given twice. So an answer holds for the numbers below its end, and who finds one
 * looks only at the series that came since; those that have gone are not found under their numbers.
 * A source's number is never given twice either: an answer about a block that is gone is never found,
 * and is thrown out with it.
 */

typedef struct
{
  GList link;
  GBytes *question;
  GArray *refs;
  guint32 end;
  gsize size;
} Entry;

struct _SgPostingsCache
{
  gatomicrefcount ref_count;
  SgLock lock;
  GHashTable *entries;
  GQueue used;
  SgCacheBudget *budget;
  SgCacheShare share;
  guint64 last_source;
  SgPostingsCacheStats stats;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_bytes_unref (entry->question);
  g_array_unref (entry->refs);
  g_free (entry);
}

static void
remove_entry (SgPostingsCache *self,
              Entry           *entry)
{
  g_queue_unlink (&self->used, &entry->link);
  sg_cache_budget_release (self->budget, &self->share, entry->size);
  g_hash_table_remove (self->entries, entry->question);
}

/* Somebody wants room. */
static gboolean
evict (gpointer data)
{
  SgPostingsCache *self = data;

  SG_LOCK_SCOPE (&self->lock);
  if (self->used.tail == NULL)
    return FALSE;
  remove_entry (self, self->used.tail->data);
  self->stats.evicted++;
  return TRUE;
}

/* It takes its room from @budget, with other caches. */
SgPostingsCache *
sg_postings_cache_new (SgCacheBudget *budget)
{
  SgPostingsCache *self = g_new0 (SgPostingsCache, 1);

  g_atomic_ref_count_init (&self->ref_count);
  sg_lock_init (&self->lock);
  self->entries = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, NULL, entry_free);
  g_queue_init (&self->used);
  self->budget = sg_cache_budget_ref (budget);
  self->share.evict = evict;
  self->share.user_data = self;
  sg_cache_budget_join (budget, &self->share);
  return self;
}

SgPostingsCache *
sg_postings_cache_ref (SgPostingsCache *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_postings_cache_unref (SgPostingsCache *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sg_cache_budget_leave (self->budget, &self->share);
  sg_cache_budget_unref (self->budget);
  g_hash_table_unref (self->entries);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/* Returns: the number for a block, or for a head, that questions will be about */
guint64
sg_postings_cache_add_source (SgPostingsCache *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return ++self->last_source;
}

/* Forgets all that is known of what is no longer there. */
void
sg_postings_cache_remove_source (SgPostingsCache *self,
                                 guint64          source)
{
  GList *next;

  SG_LOCK_SCOPE (&self->lock);
  for (GList *link = self->used.head; link != NULL; link = next)
    {
      Entry *entry = link->data;

      next = link->next;
      if (memcmp (g_bytes_get_data (entry->question, NULL), &source, sizeof source) == 0)
        remove_entry (self, entry);
    }
}

static GBytes *
make_question (guint64                 source,
               const SgMatcher *const *matchers,
               gsize                   n_matchers)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &source, sizeof source);
  for (gsize i = 0; i < n_matchers; i++)
    {
      guint8 kind = (guint8) sg_matcher_get_kind (matchers[i]);
      const char *name = sg_matcher_get_name (matchers[i]);
      const char *value = sg_matcher_get_value (matchers[i]);

      g_byte_array_append (bytes, &kind, 1);
      g_byte_array_append (bytes, (const guint8 *) name, (guint) strlen (name) + 1);
      g_byte_array_append (bytes, (const guint8 *) value, (guint) strlen (value) + 1);
    }
  return g_byte_array_free_to_bytes (bytes);
}

/**
 * sg_postings_cache_get:
 * @self: a cache
 * @source: what is asked about
 * @matchers: (array length=n_matchers): the question
 * @n_matchers: how many
 * @min_end: an answer that holds only for numbers below a smaller end is none
 * @ret_end: (out): the answer holds for the numbers below
 *
 * Returns: (transfer full) (nullable) (element-type guint32): the numbers, rising, which must not be
 *   changed
 */
GArray *
sg_postings_cache_get (SgPostingsCache        *self,
                       guint64                 source,
                       const SgMatcher *const *matchers,
                       gsize                   n_matchers,
                       guint32                 min_end,
                       guint32                *ret_end)
{
  g_autoptr (GBytes) question = make_question (source, matchers, n_matchers);
  Entry *entry;

  SG_LOCK_SCOPE (&self->lock);
  entry = g_hash_table_lookup (self->entries, question);
  if (entry == NULL || entry->end < min_end)
    {
      self->stats.misses++;
      return NULL;
    }
  self->stats.hits++;
  g_queue_unlink (&self->used, &entry->link);
  g_queue_push_head_link (&self->used, &entry->link);
  *ret_end = entry->end;
  return g_array_ref (entry->refs);
}

/**
 * sg_postings_cache_put:
 * @self: a cache
 * @source: what was asked about
 * @matchers: (array length=n_matchers): the question
 * @n_matchers: how many
 * @refs: (element-type guint32): the answer, rising; nobody may change it from now on
 * @end: it holds for the numbers below
 *
 * Keeps an answer, unless there is one that holds for more, or it is too long.
 */
void
sg_postings_cache_put (SgPostingsCache        *self,
                       guint64                 source,
                       const SgMatcher *const *matchers,
                       gsize                   n_matchers,
                       GArray                 *refs,
                       guint32                 end)
{
  g_autoptr (GBytes) question = make_question (source, matchers, n_matchers);
  gsize size = sizeof (Entry) + g_bytes_get_size (question) + refs->len * sizeof (guint32);
  gboolean granted = sg_cache_budget_reserve (self->budget, &self->share, size);
  Entry *entry;

  SG_LOCK_SCOPE (&self->lock);
  entry = g_hash_table_lookup (self->entries, question);
  if (!granted || (entry != NULL && entry->end > end))
    {
      self->stats.refused += !granted;
      if (granted)
        sg_cache_budget_release (self->budget, &self->share, size);
      return;
    }
  if (entry != NULL)
    remove_entry (self, entry);
  entry = g_new0 (Entry, 1);
  entry->question = g_steal_pointer (&question);
  entry->refs = g_array_ref (refs);
  entry->end = end;
  entry->size = size;
  entry->link.data = entry;
  g_queue_push_head_link (&self->used, &entry->link);
  g_hash_table_insert (self->entries, entry->question, entry);
}

void
sg_postings_cache_get_stats (SgPostingsCache      *self,
                             SgPostingsCacheStats *ret_stats)
{
  SG_LOCK_SCOPE (&self->lock);
  *ret_stats = self->stats;
  ret_stats->bytes = __atomic_load_n (&self->share.bytes, __ATOMIC_RELAXED);
  ret_stats->n_entries = g_hash_table_size (self->entries);
}
