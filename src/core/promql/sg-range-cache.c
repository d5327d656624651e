/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-range-cache.h"

#include "base/sg-lock.h"

/*
 * An entry is what one expression came to at the times of a range, from one source at one revision. It
 * serves a range whose times are among those, at least at its beginning; what is missing at the end is
 * evaluated by whoever asks, and put behind it. That is what a page does that shows the last hour again
 * and again. A revision that is no longer true leaves the entry where it is until somebody asks.
 *
 * Entries are found by a text: source, step, where the times lie between two steps, lookback, expression.
 * The one that was not used for longest makes room, here or in another cache of the same budget. A result
 * that would take more than a quarter of all is not remembered.
 *
 * Not remembered is what looks at more than the samples before the time of an evaluation: "@", negative
 * offsets, smoothed selectors; and what depends on the range: start(), end() and range(), also in
 * durations, of which none may be computed.
 */
#define ENTRY_OVERHEAD  256
#define SERIES_OVERHEAD 256

typedef struct
{
  GList link;
  char *key;
  guint64 revision;
  SgTimeMs start;
  SgTimeMs end;
  SgPromqlResult *result;
  gsize n_bytes;
} Entry;

struct _SgRangeCache
{
  SgCacheBudget *budget;
  SgCacheShare share;
  SgLock lock;
  GHashTable *entries;
  GQueue order;
  SgRangeCacheStats stats;
};

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_free (self->key);
  sg_promql_result_unref (self->result);
  g_free (self);
}

static void
remove_entry (SgRangeCache *self,
              Entry        *entry)
{
  sg_cache_budget_release (self->budget, &self->share, entry->n_bytes);
  self->stats.n_results--;
  g_queue_unlink (&self->order, &entry->link);
  g_hash_table_remove (self->entries, entry->key);
}

/* Somebody wants room. */
static gboolean
evict (gpointer data)
{
  SgRangeCache *self = data;

  SG_LOCK_SCOPE (&self->lock);
  if (self->order.tail == NULL)
    return FALSE;
  remove_entry (self, self->order.tail->data);
  self->stats.evictions++;
  return TRUE;
}

/* It takes its room from @budget, with other caches. */
SgRangeCache *
sg_range_cache_new (SgCacheBudget *budget)
{
  SgRangeCache *self = g_new0 (SgRangeCache, 1);

  sg_lock_init (&self->lock);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->budget = sg_cache_budget_ref (budget);
  self->share.evict = evict;
  self->share.user_data = self;
  sg_cache_budget_join (budget, &self->share);
  return self;
}

void
sg_range_cache_free (SgRangeCache *self)
{
  sg_cache_budget_leave (self->budget, &self->share);
  sg_cache_budget_unref (self->budget);
  g_hash_table_unref (self->entries);
  sg_lock_clear (&self->lock);
  g_free (self);
}

static gboolean
is_plain_shift (const SgTimeShift *shift)
{
  return !shift->has_at && shift->at_bound == SG_TOKEN_EOF && shift->offset_expr == NULL
         && shift->offset_ms >= 0;
}

static gboolean
is_plain_call (const SgCallExpr *call)
{
  switch ((guint) call->function->id)
    {
    case SG_FUNCTION_START:
    case SG_FUNCTION_END:
    case SG_FUNCTION_RANGE:
      return FALSE;
    default:
      return TRUE;
    }
}

static gboolean
visit_plain (SgExpr   *expr,
             gpointer  user_data)
{
  gboolean *plain = user_data;

  switch ((guint) expr->kind)
    {
    case SG_EXPR_VECTOR:
      *plain = *plain && is_plain_shift (&expr->vector.shift) && !expr->vector.smoothed;
      break;
    case SG_EXPR_MATRIX:
      *plain = *plain && expr->matrix.range.expr == NULL;
      break;
    case SG_EXPR_SUBQUERY:
      *plain = *plain && is_plain_shift (&expr->subquery.shift) && expr->subquery.range.expr == NULL
               && expr->subquery.step.expr == NULL;
      break;
    case SG_EXPR_CALL:
      *plain = *plain && is_plain_call (&expr->call);
      break;
    default:
      break;
    }
  return *plain;
}

/* Returns: whether the value at a time depends on nothing but samples that are not after it */
gboolean
sg_range_cache_may_remember (const SgAst *ast)
{
  gboolean plain = TRUE;

  sg_expr_walk (ast->root, visit_plain, &plain);
  return plain;
}

static char *
make_key (const SgRangeCacheKey  *key,
          const SgQuerierVersion *version)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                          " %" G_GINT64_FORMAT " %s",
                          version->source, key->step, key->start % key->step, key->lookback,
                          key->text);
}

static Entry *
find_entry (SgRangeCache           *self,
            const SgRangeCacheKey  *key,
            const SgQuerierVersion *version)
{
  g_autofree char *text = make_key (key, version);
  Entry *entry = g_hash_table_lookup (self->entries, text);

  if (entry == NULL || entry->revision == version->revision)
    return entry;
  remove_entry (self, entry);
  return NULL;
}

/**
 * sg_range_cache_find: (skip)
 * @self: a cache
 * @key: what is asked
 * @version: what is true now
 * @ret_end: (out): the last time that the result knows
 *
 * Returns: (transfer full) (nullable): what the expression came to from @key's start on, and maybe before
 *   it
 */
SgPromqlResult *
sg_range_cache_find (SgRangeCache           *self,
                     const SgRangeCacheKey  *key,
                     const SgQuerierVersion *version,
                     SgTimeMs               *ret_end)
{
  SG_LOCK_SCOPE (&self->lock);
  Entry *entry = find_entry (self, key, version);

  if (entry == NULL || entry->start > key->start || entry->end < key->start)
    {
      self->stats.misses++;
      return NULL;
    }
  self->stats.hits++;
  g_queue_unlink (&self->order, &entry->link);
  g_queue_push_head_link (&self->order, &entry->link);
  *ret_end = entry->end;
  return sg_promql_result_ref (entry->result);
}

static gsize
measure (const SgPromqlResult *result)
{
  gsize n_bytes = ENTRY_OVERHEAD;

  for (guint i = 0; i < result->n_series; i++)
    n_bytes += SERIES_OVERHEAD + result->series[i].column.n * (sizeof (SgTimeMs) + sizeof (double));
  return n_bytes;
}

/**
 * sg_range_cache_remember: (skip)
 * @self: a cache
 * @key: what was asked, up to the last time that is to be remembered
 * @version: what was true before it was evaluated
 * @result: what it came to, from @key's start to its end
 */
void
sg_range_cache_remember (SgRangeCache           *self,
                         const SgRangeCacheKey  *key,
                         const SgQuerierVersion *version,
                         SgPromqlResult         *result)
{
  gsize n_bytes = measure (result);
  Entry *entry;

  if (!sg_cache_budget_reserve (self->budget, &self->share, n_bytes))
    return;
  SG_LOCK_SCOPE (&self->lock);
  entry = find_entry (self, key, version);
  if (entry != NULL)
    remove_entry (self, entry);
  entry = g_new0 (Entry, 1);
  entry->link.data = entry;
  entry->key = make_key (key, version);
  entry->revision = version->revision;
  entry->start = key->start;
  entry->end = key->end;
  entry->result = sg_promql_result_ref (result);
  entry->n_bytes = n_bytes;
  g_hash_table_insert (self->entries, entry->key, entry);
  g_queue_push_head_link (&self->order, &entry->link);
  self->stats.n_results++;
}

void
sg_range_cache_get_stats (SgRangeCache      *self,
                          SgRangeCacheStats *ret_stats)
{
  SG_LOCK_SCOPE (&self->lock);
  *ret_stats = self->stats;
  ret_stats->n_bytes = __atomic_load_n (&self->share.bytes, __ATOMIC_RELAXED);
}
