/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-series-cache.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * A hash table of the raw bytes, and beside it the order of the last page: each series knows the one
 * that followed it. As long as a page repeats the order of the one before, the next series is guessed,
 * and the table is not asked at all.
 *
 * A series that a page lacks is kept for one more round, so that one that flickers is not built anew;
 * after that it is freed. A "next" may then point to a freed series, so freeing walks over those that
 * stay and lets go of such links.
 */
struct _SgSeriesCache
{
  GHashTable *by_raw;
  SgCachedSeries *first;
  SgCachedSeries *last;
  guint64 round;
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
  g_free (series);
}

SgSeriesCache *
sg_series_cache_new (void)
{
  SgSeriesCache *self = g_new0 (SgSeriesCache, 1);

  self->by_raw = g_hash_table_new_full (raw_hash, raw_equal, NULL, cached_series_free);
  return self;
}

void
sg_series_cache_free (SgSeriesCache *self)
{
  g_hash_table_unref (self->by_raw);
  g_free (self);
}

guint
sg_series_cache_get_size (SgSeriesCache *self)
{
  return g_hash_table_size (self->by_raw);
}

void
sg_series_cache_begin (SgSeriesCache *self)
{
  self->round++;
  self->last = NULL;
}

SgCachedSeries *
sg_series_cache_guess (SgSeriesCache *self)
{
  return self->last != NULL ? self->last->next : self->first;
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
  SgCachedSeries *series = g_malloc0 (sizeof (SgCachedSeries) + raw.length);

  series->raw = (SgSlice) { memcpy (series + 1, raw.text, raw.length), raw.length };
  series->labels = labels;
  g_hash_table_insert (self->by_raw, &series->raw, series);
  return series;
}

gboolean
sg_series_cache_see (SgSeriesCache  *self,
                     SgCachedSeries *series)
{
  if (series->round == self->round)
    return FALSE;
  series->round = self->round;
  if (self->last != NULL)
    self->last->next = series;
  else
    self->first = series;
  self->last = series;
  return TRUE;
}

/* Lets go of links to what will be freed. */
static void
unlink_forgotten (SgSeriesCache *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_raw);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SgCachedSeries *series = value;

      if (series->next != NULL && series->next->round + 1 < self->round)
        series->next = NULL;
    }
  if (self->first != NULL && self->first->round + 1 < self->round)
    self->first = NULL;
}

static void
forget_old (SgSeriesCache *self)
{
  GHashTableIter iter;
  gpointer value;

  unlink_forgotten (self);
  g_hash_table_iter_init (&iter, self->by_raw);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (((SgCachedSeries *) value)->round + 1 < self->round)
        g_hash_table_iter_remove (&iter);
    }
}

void
sg_series_cache_end (SgSeriesCache *self,
                     SgSeriesGone   gone,
                     gpointer       user_data)
{
  GHashTableIter iter;
  gpointer value;
  gboolean any_old = FALSE;

  if (self->last != NULL)
    self->last->next = NULL;
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

  g_hash_table_iter_init (&iter, self->by_raw);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SgCachedSeries *series = value;

      if (series->live)
        gone (series, user_data);
      series->live = FALSE;
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
