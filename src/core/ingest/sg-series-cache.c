/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-series-cache.h"

#include "base/sg-slab.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * A hash table of the raw bytes, and beside it the order of the last page. As long as a page repeats the
 * order of the one before, the next series is guessed, the table is not asked, and nothing is written
 * down: a place in the order says all. Such a page is straight, as nearly all are, and at its end none of
 * its series is looked at.
 *
 * At the first series that comes at another place the page is no longer straight. What was seen up to
 * there is marked with the number of the round, as is what comes then, and a new order is made, while
 * the old one still tells what is likely to follow: behind a series that was at place n of the last page
 * comes the one that was at place n + 1.
 *
 * A series that a page lacks is kept for one more round, so that one that flickers is not built anew;
 * after that it is freed. The order has only series of the last page, and so none that is freed.
 */

struct _SgSeriesCache
{
  GHashTable *by_raw;
  GPtrArray *order;
  GPtrArray *fresh;
  SgSlab slab;
  guint64 round;
  guint at;
  gboolean straight;
  gboolean changed;
};

static guint
raw_hash (gconstpointer key)
{
  const SgSlice *raw = key;

  return (guint) XXH3_64bits (raw->text, raw->length);
}

static gboolean
raw_equal (gconstpointer a,
           gconstpointer b)
{
  const SgSlice *left = a;
  const SgSlice *right = b;

  return left->length == right->length && memcmp (left->text, right->text, left->length) == 0;
}

static void
cached_series_free (gpointer data)
{
  SgCachedSeries *series = data;

  g_clear_pointer (&series->labels, sg_labels_unref);
  sg_slab_free (series);
}

SgSeriesCache *
sg_series_cache_new (void)
{
  SgSeriesCache *self = g_new0 (SgSeriesCache, 1);

  self->by_raw = g_hash_table_new_full (raw_hash, raw_equal, NULL, cached_series_free);
  self->order = g_ptr_array_new ();
  self->fresh = g_ptr_array_new ();
  sg_slab_init (&self->slab, G_ALIGNOF (SgCachedSeries));
  return self;
}

void
sg_series_cache_free (SgSeriesCache *self)
{
  g_ptr_array_unref (self->order);
  g_ptr_array_unref (self->fresh);
  g_hash_table_unref (self->by_raw);
  sg_slab_clear (&self->slab);
  g_free (self);
}

guint
sg_series_cache_get_size (SgSeriesCache *self)
{
  return g_hash_table_size (self->by_raw);
}

/* All of the last page are marked as its, and those that this one has had until now as this one's. */
static void
leave_straight (SgSeriesCache *self)
{
  self->straight = FALSE;
  g_ptr_array_set_size (self->fresh, 0);
  for (guint i = 0; i < self->order->len; i++)
    {
      SgCachedSeries *series = self->order->pdata[i];

      series->place = i;
      series->round = i < self->at ? self->round : self->round - 1;
      if (i < self->at)
        g_ptr_array_add (self->fresh, series);
    }
}

void
sg_series_cache_begin (SgSeriesCache *self)
{
  self->round++;
  self->at = 0;
  self->straight = TRUE;
  if (self->changed)
    leave_straight (self);
}

SgCachedSeries *
sg_series_cache_guess (SgSeriesCache *self)
{
  if (self->at + SG_SERIES_CACHE_AHEAD < self->order->len)
    {
      const char *ahead = self->order->pdata[self->at + SG_SERIES_CACHE_AHEAD];

      __builtin_prefetch (ahead);
      __builtin_prefetch (ahead + 64);
    }
  return self->at < self->order->len ? self->order->pdata[self->at] : NULL;
}

SgCachedSeries *
sg_series_cache_find (SgSeriesCache *self,
                      SgSlice        raw)
{
  return g_hash_table_lookup (self->by_raw, &raw);
}

/* The bytes are kept behind the series, in one allocation. */
SgCachedSeries *
sg_series_cache_add (SgSeriesCache *self,
                     SgSlice        raw,
                     SgLabels      *labels)
{
  SgCachedSeries *series = sg_slab_alloc0 (&self->slab, sizeof (SgCachedSeries) + raw.length);

  series->raw = (SgSlice) { memcpy (series + 1, raw.text, raw.length), raw.length };
  series->labels = labels;
  series->place = G_MAXUINT;
  g_hash_table_insert (self->by_raw, &series->raw, series);
  return series;
}

/* Whether @series stands where the last page had it. */
static gboolean
is_at_its_place (SgSeriesCache        *self,
                 const SgCachedSeries *series)
{
  return self->at < self->order->len && self->order->pdata[self->at] == series;
}

gboolean
sg_series_cache_see (SgSeriesCache  *self,
                     SgCachedSeries *series)
{
  self->changed |= series->live != (series->ref != 0);
  if (self->straight && is_at_its_place (self, series))
    {
      self->at++;
      return TRUE;
    }
  if (self->straight)
    leave_straight (self);
  if (series->round == self->round)
    return FALSE;
  series->round = self->round;
  g_ptr_array_add (self->fresh, series);
  if (series->place < self->order->len && self->order->pdata[series->place] == series)
    self->at = series->place + 1;
  return TRUE;
}

static void
forget_old (SgSeriesCache *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_raw);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (((SgCachedSeries *) value)->round + 1 < self->round)
        g_hash_table_iter_remove (&iter);
    }
}

/* The order that was made becomes the one that is repeated. */
static void
turn_over (SgSeriesCache *self)
{
  g_ptr_array_unref (self->order);
  self->order = self->fresh;
  self->fresh = g_ptr_array_new ();
}

void
sg_series_cache_end (SgSeriesCache *self,
                     SgSeriesGone   gone,
                     gpointer       user_data)
{
  GHashTableIter iter;
  gpointer value;
  gboolean any_old = FALSE;

  if (self->straight && !self->changed && self->at == self->order->len
      && self->at == g_hash_table_size (self->by_raw))
    return;
  if (self->straight)
    leave_straight (self);
  turn_over (self);
  self->changed = FALSE;
  g_hash_table_iter_init (&iter, self->by_raw);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SgCachedSeries *series = value;
      gboolean seen = series->round == self->round;

      if (series->live && !seen)
        gone (series, user_data);
      series->live = seen && series->ref != 0;
      any_old = any_old || series->round + 1 < self->round;
    }
  if (any_old)
    forget_old (self);
}

void
sg_series_cache_abort (SgSeriesCache *self,
                       SgSeriesGone   gone,
                       gpointer       user_data)
{
  GHashTableIter iter;
  gpointer value;

  /* Nothing lives: the next page has to look at each of its series. */
  self->changed = TRUE;
  g_hash_table_iter_init (&iter, self->by_raw);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SgCachedSeries *series = value;

      if (series->live)
        gone (series, user_data);
      series->live = FALSE;
      series->exemplar = 0;
    }
}

void
sg_series_cache_foreach_live (SgSeriesCache *self,
                              SgSeriesGone   func,
                              gpointer       user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_raw);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (((SgCachedSeries *) value)->live)
        func (value, user_data);
    }
}
