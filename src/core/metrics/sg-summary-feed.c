/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-summary-feed.h"

#include "metrics/sg-quantiles.h"

#include <stdlib.h>

/*
 * From many threads to one list of quantiles
 *
 * Count and sum of a summary are those of a histogram without bounds (sg-histogram-cells.c). For
 * the quantiles each thread writes value and time into a chunk of its own. A full chunk goes to a
 * stack, by compare-and-swap, and a new one takes its place in the thread's cell, in the other
 * order: a chunk that is on the stack is in no cell. Whoever holds the feed's lock takes the whole
 * stack, together with what has been added to the threads' chunks since the last time (`taken` says
 * how much was), sorts it by time, and merges it.
 *
 * An observer tries the lock when its chunk is full, and goes on without it when somebody else is
 * merging. Only when FEED_MAX_PENDING chunks lie on the stack does it wait for its turn: memory is
 * bounded. Lock order: the feed's lock, then sg_cells_lock.
 *
 * The window slides in AGE_STEPS steps, as in Prometheus' Go client: as many streams of quantiles
 * are fed alike, one is started anew at each step in turn, and the oldest is the one that is asked.
 * It holds between window × (AGE_STEPS - 1) / AGE_STEPS and the whole window.
 */
#define CHUNK_LENGTH     128
#define FEED_MAX_PENDING 64
#define AGE_STEPS        5

typedef struct
{
  gint64 us;
  double value;
} Entry;

struct _SgSummaryChunk
{
  SgSummaryChunk *next;
  guint n;
  guint taken;
  Entry entries[CHUNK_LENGTH];
};

struct _SgSummaryFeed
{
  gatomicrefcount ref_count;
  SgLock lock;
  SgSummaryChunk *stack;
  guint n_pending;
  SgQuantile *targets;
  gsize n_targets;
  SgQuantiles *streams[AGE_STEPS];
  guint oldest;
  gint64 step_us;
  gint64 next_step_us;
  GArray *entries;
  GArray *values;
};

SgSummaryFeed *
sg_summary_feed_new (const SgQuantile *quantiles,
                     gsize             n_quantiles,
                     gint64            window_us,
                     SgMonotonic       now)
{
  SgSummaryFeed *self = g_new0 (SgSummaryFeed, 1);

  g_atomic_ref_count_init (&self->ref_count);
  sg_lock_init (&self->lock);
  self->targets = g_memdup2 (quantiles, n_quantiles * sizeof (SgQuantile));
  self->n_targets = n_quantiles;
  for (guint i = 0; i < AGE_STEPS; i++)
    self->streams[i] = sg_quantiles_new (quantiles, n_quantiles);
  self->step_us = MAX (window_us / AGE_STEPS, 1);
  self->next_step_us = now.us + self->step_us;
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

SgSummaryFeed *
sg_summary_feed_ref (SgSummaryFeed *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_summary_chunk_free (SgSummaryChunk *chunk)
{
  g_free (chunk);
}

void
sg_summary_feed_unref (SgSummaryFeed *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  while (self->stack != NULL)
    {
      SgSummaryChunk *chunk = self->stack;

      self->stack = chunk->next;
      sg_summary_chunk_free (chunk);
    }
  for (guint i = 0; i < AGE_STEPS; i++)
    sg_quantiles_free (self->streams[i]);
  g_array_unref (self->entries);
  g_array_unref (self->values);
  g_free (self->targets);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/**
 * sg_summary_feed_hand_over:
 * @self: a feed
 * @chunk: (transfer full) (nullable): what a thread has observed; it is in no cell any more
 */
void
sg_summary_feed_hand_over (SgSummaryFeed  *self,
                           SgSummaryChunk *chunk)
{
  if (chunk == NULL)
    return;
  chunk->next = __atomic_load_n (&self->stack, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n (&self->stack, &chunk->next, chunk, TRUE, __ATOMIC_RELEASE,
                                       __ATOMIC_RELAXED))
    ;
  __atomic_fetch_add (&self->n_pending, 1, __ATOMIC_RELAXED);
}

static void
feed_take_chunk (SgSummaryChunk *chunk,
                 gpointer        user_data)
{
  SgSummaryFeed *self = user_data;
  guint n = __atomic_load_n (&chunk->n, __ATOMIC_ACQUIRE);

  g_array_append_vals (self->entries, &chunk->entries[chunk->taken], n - chunk->taken);
  chunk->taken = n;
}

static void
feed_take_stack (SgSummaryFeed *self)
{
  SgSummaryChunk *chunk = __atomic_exchange_n (&self->stack, NULL, __ATOMIC_ACQUIRE);

  while (chunk != NULL)
    {
      SgSummaryChunk *next = chunk->next;

      feed_take_chunk (chunk, self);
      sg_summary_chunk_free (chunk);
      __atomic_fetch_sub (&self->n_pending, 1, __ATOMIC_RELAXED);
      chunk = next;
    }
}

static int
double_compare (const void *a,
                const void *b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static int
entry_compare (const void *a,
               const void *b)
{
  gint64 left = ((const Entry *) a)->us;
  gint64 right = ((const Entry *) b)->us;

  return left < right ? -1 : left > right;
}

static void
feed_insert_values (SgSummaryFeed *self)
{
  if (self->values->len == 0)
    return;
  qsort (self->values->data, self->values->len, sizeof (double), double_compare);
  for (guint i = 0; i < AGE_STEPS; i++)
    sg_quantiles_insert (self->streams[i], (const double *) (gpointer) self->values->data,
                         self->values->len);
  g_array_set_size (self->values, 0);
}

/* Starts the oldest streams anew, one for each step that has passed by @us. */
static void
feed_slide (SgSummaryFeed *self,
            gint64         us)
{
  if (us < self->next_step_us)
    return;
  feed_insert_values (self);
  for (guint i = 0; i < AGE_STEPS && us >= self->next_step_us; i++)
    {
      sg_quantiles_reset (self->streams[self->oldest]);
      self->oldest = (self->oldest + 1) % AGE_STEPS;
      self->next_step_us += self->step_us;
    }
  if (us >= self->next_step_us)
    self->next_step_us += ((us - self->next_step_us) / self->step_us + 1) * self->step_us;
}

static void
feed_merge (SgSummaryFeed *self)
{
  const Entry *entries = (const Entry *) (gpointer) self->entries->data;

  if (self->entries->len > 1)
    qsort (self->entries->data, self->entries->len, sizeof (Entry), entry_compare);
  for (guint i = 0; i < self->entries->len; i++)
    {
      feed_slide (self, entries[i].us);
      g_array_append_val (self->values, entries[i].value);
    }
  feed_insert_values (self);
  g_array_set_size (self->entries, 0);
}

static SgSummaryChunk *
chunk_new (void)
{
  SgSummaryChunk *chunk = g_malloc (sizeof (SgSummaryChunk));

  chunk->next = NULL;
  chunk->n = 0;
  chunk->taken = 0;
  return chunk;
}

/* A thread's chunk is full: it goes to the stack, and is merged if nobody else is at it. */
static void
feed_replace_chunk (SgSummaryFeed   *self,
                    SgSummaryChunk **place)
{
  SgSummaryChunk *full = *place;

  __atomic_store_n (place, chunk_new (), __ATOMIC_RELEASE);
  sg_summary_feed_hand_over (self, full);
  if (__atomic_load_n (&self->n_pending, __ATOMIC_RELAXED) >= FEED_MAX_PENDING)
    sg_lock_acquire (&self->lock);
  else if (!sg_lock_try (&self->lock))
    return;
  feed_take_stack (self);
  feed_merge (self);
  sg_lock_release (&self->lock);
}

/**
 * sg_summary_observe:
 * @summary: a summary
 * @value: what was measured; NaN is no measurement and is left out
 */
void
sg_summary_observe (SgSummary summary,
                    double    value)
{
  SgHistogramCell *cell = sg_histogram_cells_claim (summary.key);
  SgSummaryFeed *feed;
  SgSummaryChunk **place;
  SgSummaryChunk *chunk;

  if (cell == NULL || isnan (value))
    return;
  sg_histogram_cell_observe (cell, value);
  feed = sg_histogram_cell_get_feed (cell, &place);
  if (*place == NULL || (*place)->n == CHUNK_LENGTH)
    feed_replace_chunk (feed, place);
  chunk = *place;
  chunk->entries[chunk->n] =
      (Entry) { sg_clock_monotonic (sg_histogram_cell_get_clock (cell)).us, value };
  __atomic_store_n (&chunk->n, chunk->n + 1, __ATOMIC_RELEASE);
}

/**
 * sg_summary_read_quantiles:
 * @summary: a summary
 * @now: the time of the scrape
 * @ret_values: where its quantiles go, in the order they were asked for; NaN when the window is
 * empty
 *
 * Called without locks.
 *
 * Returns: %FALSE when @summary is gone
 */
gboolean
sg_summary_read_quantiles (SgSummary    summary,
                           SgMonotonic  now,
                           double      *ret_values)
{
  SgSummaryFeed *feed = sg_histogram_cells_get_feed (summary.key);

  if (feed == NULL)
    return FALSE;
  {
    SG_LOCK_SCOPE (&feed->lock);
    sg_histogram_cells_visit_chunks (summary.key, feed_take_chunk, feed);
    feed_take_stack (feed);
    feed_merge (feed);
    feed_slide (feed, now.us);
    for (gsize i = 0; i < feed->n_targets; i++)
      ret_values[i] = sg_quantiles_query (feed->streams[feed->oldest], feed->targets[i].rank);
  }
  sg_summary_feed_unref (feed);
  return TRUE;
}
