/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-family-private.h"

#include "metrics/sg-summary-feed.h"

#include <stdlib.h>
#include <string.h>

/*
 * A scrape of a family goes through its children in the order of their values, some at a time: it
 * holds sg_cells_lock while it reads a few dozen of them, and gives it back while they are written
 * out. A thread that touches an instrument for the first time thus waits for microseconds at most.
 */
#define CHUNK_WORDS  512
#define CHUNK_POINTS 64

/* Children lie all over the memory: each is asked for while those before it are read. */
#define AHEAD 12

/* The arrays that points point into. */
typedef struct
{
  guint n_points;
  guint n_buckets;
  SgPoint points[CHUNK_POINTS];
  guint64 *buckets;
  double *quantile_values;
  SgExemplar *exemplars;
} Chunk;

static int
child_compare (const void *a,
               const void *b,
               void       *user_data)
{
  const SgChild *left = *(SgChild *const *) a;
  const SgChild *right = *(SgChild *const *) b;
  guint n_labels = *(guint *) user_data;
  int order = 0;

  for (guint i = 0; i < n_labels && order == 0; i++)
    order = strcmp (left->values[i], right->values[i]);
  return order;
}

static void
chunk_init (Chunk                 *chunk,
            const SgFamilyView    *view,
            const SgFamilyVisitor *visitor)
{
  guint n_exemplars = 0;

  chunk->n_points = CHUNK_POINTS;
  chunk->n_buckets = 0;
  chunk->buckets = NULL;
  chunk->quantile_values = NULL;
  chunk->exemplars = NULL;
  for (guint i = 0; i < CHUNK_POINTS; i++)
    chunk->points[i] = (SgPoint) { .value = 1 };
  if (view->kind == SG_METRIC_HISTOGRAM || view->kind == SG_METRIC_SUMMARY)
    {
      chunk->n_buckets = n_exemplars = view->n_bounds + 1;
      chunk->n_points = CLAMP (CHUNK_WORDS / chunk->n_buckets, 1, CHUNK_POINTS);
      chunk->buckets = g_new (guint64, chunk->n_points * chunk->n_buckets);
    }
  if (view->kind == SG_METRIC_SUMMARY)
    chunk->quantile_values = g_new (double, chunk->n_points * view->n_quantiles);
  if (view->kind == SG_METRIC_COUNTER)
    n_exemplars = 1;
  if (visitor->exemplars && n_exemplars > 0)
    chunk->exemplars = g_new0 (SgExemplar, chunk->n_points * n_exemplars);
}

static void
chunk_clear_exemplars (Chunk *chunk)
{
  guint n = chunk->n_points * MAX (chunk->n_buckets, 1);

  for (guint i = 0; chunk->exemplars != NULL && i < n; i++)
    {
      if (chunk->exemplars[i].labels != NULL)
        sg_exemplar_clear (&chunk->exemplars[i]);
    }
}

static void
chunk_clear (Chunk *chunk)
{
  chunk_clear_exemplars (chunk);
  g_free (chunk->exemplars);
  g_free (chunk->quantile_values);
  g_free (chunk->buckets);
}

static void
point_read_histogram_locked (SgPoint       *point,
                             const SgChild *child,
                             Chunk         *chunk,
                             guint          i)
{
  SgHistogramReading reading = { .buckets = chunk->buckets + i * chunk->n_buckets };

  if (chunk->exemplars != NULL)
    reading.exemplars = chunk->exemplars + i * chunk->n_buckets;
  sg_histogram_cells_read_locked (child->handle.histogram, &reading);
  point->count = reading.count;
  point->sum = reading.sum;
  point->buckets = reading.buckets;
  point->exemplars = reading.exemplars;
}

static void
point_read_counter_locked (SgPoint       *point,
                           const SgChild *child,
                           Chunk         *chunk,
                           guint          i)
{
  SgExemplar *exemplar = chunk->exemplars != NULL ? &chunk->exemplars[i] : NULL;

  point->value = sg_counter_cells_read_locked (child->handle.counter, exemplar);
  point->exemplars = exemplar;
}

static inline void
child_prefetch (const SgChild *child)
{
  __builtin_prefetch (child);
  __builtin_prefetch ((const char *) child + 64);
}

static void
chunk_read (Chunk              *chunk,
            const SgFamilyView *view,
            SgChild     *const *children,
            guint               n,
            guint               n_left)
{
  SG_LOCK_SCOPE (&sg_cells_lock);
  for (guint i = 0; i < n; i++)
    {
      const SgChild *child = children[i];
      SgPoint *point = &chunk->points[i];

      if (i + AHEAD < n_left)
        child_prefetch (children[i + AHEAD]);
      point->serial = child->serial;
      point->created = child->created;
      point->values = child->values;
      point->text = view->classic ? child->text : NULL;
      point->text_length = child->text_length;
      if (view->kind == SG_METRIC_COUNTER)
        point_read_counter_locked (point, child, chunk, i);
      else if (view->kind == SG_METRIC_GAUGE)
        point->value = sg_gauge_slots_read (child->handle.gauge);
      else if (chunk->n_buckets > 0)
        point_read_histogram_locked (point, child, chunk, i);
    }
}

static void
chunk_read_quantiles (Chunk              *chunk,
                      const SgFamilyView *view,
                      SgClock            *clock,
                      SgChild     *const *children,
                      guint               n)
{
  for (guint i = 0; i < n; i++)
    {
      double *values = chunk->quantile_values + i * view->n_quantiles;

      sg_summary_read_quantiles (children[i]->handle.summary, sg_clock_monotonic (clock), values);
      chunk->points[i].quantile_values = values;
    }
}

/**
 * sg_family_scrape_locked: (skip)
 * @view: a family
 * @clock: its registry's
 * @children: its children; sorted in place unless @sorted
 * @sorted: whether they are in order
 * @visitor: who wants them
 */
void
sg_family_scrape_locked (const SgFamilyView    *view,
                         SgClock               *clock,
                         GPtrArray             *children,
                         gboolean               sorted,
                         const SgFamilyVisitor *visitor)
{
  guint n_labels = view->n_labels;
  Chunk chunk;

  if (!sorted)
    qsort_r (children->pdata, children->len, sizeof (gpointer), child_compare, &n_labels);
  visitor->begin (view, visitor->user_data);
  chunk_init (&chunk, view, visitor);
  for (guint i = 0; i < children->len; i += chunk.n_points)
    {
      SgChild *const *some = (SgChild *const *) &children->pdata[i];
      guint n = MIN (chunk.n_points, children->len - i);

      chunk_read (&chunk, view, some, n, children->len - i);
      if (view->kind == SG_METRIC_SUMMARY)
        chunk_read_quantiles (&chunk, view, clock, some, n);
      visitor->points (view, chunk.points, n, visitor->user_data);
      chunk_clear_exemplars (&chunk);
    }
  chunk_clear (&chunk);
}
