/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"

G_BEGIN_DECLS

/*
 * The hot path: handles of single instruments, and what one does with them. All of it is safe from
 * any thread, takes no lock and loses no update; none of it may be called from a signal handler.
 * The essays are in sg-cells.c (who owns what), sg-histogram-cells.c and sg-gauge-slots.c.
 *
 * A handle is a small struct, passed by value and kept for as long as one likes: it stays safe when
 * its child was removed or its registry is gone. It then swallows what it is given, as does a
 * handle that is all zeros.
 */
typedef struct
{
  guint32 index;
  guint32 generation;
} SgCounter;

typedef struct
{
  guint32 index;
  guint32 generation;
} SgHistogram;

typedef struct
{
  guint32 index;
  guint32 generation;
} SgSummary;

typedef struct
{
  double value;
  guint32 generation;
} SgGaugeSlot;

typedef struct
{
  SgGaugeSlot *slot;
  guint32 generation;
} SgGauge;

/*
 * What follows, down to the instruments' functions, is the fast path's own: cells that one thread
 * writes and scrapes read. Nobody else should touch them.
 */
#define SG_CELLS_PER_BLOCK 32
#define SG_BOUNDS_LINEAR 32

typedef struct
{
  guint64 whole;
  double fraction;
  guint32 generation;
} SgCounterCell;

typedef struct
{
  SgCounterCell cells[SG_CELLS_PER_BLOCK];
} SgCounterBlock;

typedef struct
{
  guint64 n;
  double sums[2];
  guint64 buckets[1];
} SgHistogramHalf;

typedef struct _SgHistogramCell SgHistogramCell;
struct _SgHistogramCell
{
  guint32 generation;
  guint32 hot;
  guint32 stride;
  guint32 n_padded;
  const double *bounds;
};

typedef struct
{
  SgHistogramCell *cells[SG_CELLS_PER_BLOCK];
} SgHistogramBlock;

typedef struct
{
  SgCounterBlock **counter_blocks;
  SgHistogramBlock **histogram_blocks;
  guint n_counter_blocks;
  guint n_histogram_blocks;
  guint64 *epoch;
} SgOwnCells;

extern __thread SgOwnCells sg_own_cells __attribute__ ((tls_model ("initial-exec")));
extern guint64 sg_epoch;
extern gboolean sg_epoch_needs_fence;

guint64 *sg_cells_attach             (void);
void     sg_epoch_fence               (void);
void     sg_counter_add_slow          (SgCounter     counter,
                                       double        amount);
void     sg_histogram_observe_slow    (SgHistogram   histogram,
                                       double        value);
guint    sg_bounds_rank_many          (const double *bounds,
                                       guint         n_padded,
                                       double        value);

static inline SgCounterCell *
sg_counter_cell (SgCounter counter)
{
  guint block = counter.index / SG_CELLS_PER_BLOCK;
  SgCounterCell *cell;

  if (G_UNLIKELY (block >= sg_own_cells.n_counter_blocks))
    return NULL;
  cell = &sg_own_cells.counter_blocks[block]->cells[counter.index % SG_CELLS_PER_BLOCK];
  return G_LIKELY (cell->generation == counter.generation) ? cell : NULL;
}

static inline SgHistogramCell *
sg_histogram_cell (guint32 index,
                   guint32 generation)
{
  guint block = index / SG_CELLS_PER_BLOCK;
  SgHistogramCell *cell;

  if (G_UNLIKELY (block >= sg_own_cells.n_histogram_blocks))
    return NULL;
  cell = sg_own_cells.histogram_blocks[block]->cells[index % SG_CELLS_PER_BLOCK];
  return G_LIKELY (cell->generation == generation) ? cell : NULL;
}

static inline void
sg_cell_count (guint64 *word,
               guint64  amount,
               int      order)
{
  __atomic_store_n (word, __atomic_load_n (word, __ATOMIC_RELAXED) + amount, order);
}

typedef double SgBoundsPair __attribute__ ((vector_size (16), aligned (16), may_alias));
typedef gint64 SgBoundsMask __attribute__ ((vector_size (16)));

/* How many of the bounds are no less than @value. The padding is NaN, which counts for nobody. */
static inline guint
sg_bounds_rank (const double *bounds,
                guint         n_padded,
                double        value)
{
  const SgBoundsPair *pairs = (const SgBoundsPair *) (const void *) bounds;
  SgBoundsPair wanted = { value, value };
  SgBoundsMask found = { 0, 0 };

  if (G_UNLIKELY (n_padded > SG_BOUNDS_LINEAR))
    return sg_bounds_rank_many (bounds, n_padded, value);
  for (guint i = 0; i < n_padded / 2; i += 2)
    {
      found -= (SgBoundsMask) (wanted <= pairs[i]);
      found -= (SgBoundsMask) (wanted <= pairs[i + 1]);
    }
  return (guint) (found[0] + found[1]);
}

/*
 * The two stores of an observation are ordered such that it can be cut short anywhere: sum number n
 * stands in slot n & 1, so that the sum before it is intact until a bucket makes n the count.
 */
static inline void
sg_histogram_cell_observe (SgHistogramCell *cell,
                           double           value)
{
  guint rank = sg_bounds_rank (cell->bounds, cell->n_padded, value);
  SgHistogramHalf *half;
  guint64 n;
  double sum;

  half = (SgHistogramHalf *) (void *) ((char *) cell
                                       + __atomic_load_n (&cell->hot, __ATOMIC_RELAXED));
  n = half->n + 1;
  __atomic_load (&half->sums[half->n & 1], &sum, __ATOMIC_RELAXED);
  sum += value;
  __atomic_store (&half->sums[n & 1], &sum, __ATOMIC_RELEASE);
  sg_cell_count (&half->buckets[rank], 1, __ATOMIC_RELEASE);
  half->n = n;
}

/*
 * Between enter and leave, nothing that was reachable is given to somebody else: no gauge's slot,
 * no child, no table of children. See sg-epoch.c.
 */
static inline void
sg_epoch_enter (void)
{
  guint64 *word = sg_own_cells.epoch;
  guint64 now = __atomic_load_n (&sg_epoch, __ATOMIC_ACQUIRE);

  if (G_UNLIKELY (word == NULL))
    word = sg_cells_attach ();
  __atomic_store_n (word, now, __ATOMIC_RELAXED);
  __atomic_signal_fence (__ATOMIC_SEQ_CST);
  if (G_UNLIKELY (sg_epoch_needs_fence))
    sg_epoch_fence ();
}

static inline void
sg_epoch_leave (void)
{
  __atomic_store_n (sg_own_cells.epoch, 0, __ATOMIC_RELEASE);
}

static inline gboolean
sg_gauge_enter (SgGauge gauge)
{
  if (G_UNLIKELY (gauge.slot == NULL))
    return FALSE;
  sg_epoch_enter ();
  if (G_LIKELY (__atomic_load_n (&gauge.slot->generation, __ATOMIC_ACQUIRE) == gauge.generation))
    return TRUE;
  sg_epoch_leave ();
  return FALSE;
}

/**
 * sg_counter_inc:
 * @counter: a counter
 *
 * Adds one.
 */
static inline void
sg_counter_inc (SgCounter counter)
{
  SgCounterCell *cell = sg_counter_cell (counter);

  if (G_LIKELY (cell != NULL))
    sg_cell_count (&cell->whole, 1, __ATOMIC_RELAXED);
  else
    sg_counter_add_slow (counter, 1);
}

/**
 * sg_counter_add:
 * @counter: a counter
 * @amount: not negative, not NaN
 *
 * Adds @amount. Whole amounts are kept as integers, and so stay exact beside any fraction.
 */
static inline void
sg_counter_add (SgCounter counter,
                double    amount)
{
  SgCounterCell *cell = sg_counter_cell (counter);

  if (G_LIKELY (cell != NULL && amount >= 0 && amount < 9007199254740992.0))
    {
      gint64 whole = (gint64) amount;

      if ((double) whole == amount)
        sg_cell_count (&cell->whole, (guint64) whole, __ATOMIC_RELAXED);
      else
        {
          double fraction;

          __atomic_load (&cell->fraction, &fraction, __ATOMIC_RELAXED);
          fraction += amount;
          __atomic_store (&cell->fraction, &fraction, __ATOMIC_RELAXED);
        }
    }
  else
    sg_counter_add_slow (counter, amount);
}

/**
 * sg_gauge_set:
 * @gauge: a gauge
 * @value: its new value
 */
static inline void
sg_gauge_set (SgGauge gauge,
              double  value)
{
  if (sg_gauge_enter (gauge))
    {
      __atomic_store (&gauge.slot->value, &value, __ATOMIC_RELAXED);
      sg_epoch_leave ();
    }
}

/**
 * sg_gauge_add:
 * @gauge: a gauge
 * @amount: what to add, of either sign
 */
static inline void
sg_gauge_add (SgGauge gauge,
              double  amount)
{
  double value;
  double sum;

  if (!sg_gauge_enter (gauge))
    return;
  __atomic_load (&gauge.slot->value, &value, __ATOMIC_RELAXED);
  do
    sum = value + amount;
  while (!__atomic_compare_exchange (&gauge.slot->value, &value, &sum, TRUE, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED));
  sg_epoch_leave ();
}

static inline void
sg_gauge_sub (SgGauge gauge,
              double  amount)
{
  sg_gauge_add (gauge, -amount);
}

static inline void
sg_gauge_inc (SgGauge gauge)
{
  sg_gauge_add (gauge, 1);
}

static inline void
sg_gauge_dec (SgGauge gauge)
{
  sg_gauge_add (gauge, -1);
}

/**
 * sg_histogram_observe:
 * @histogram: a histogram
 * @value: what was measured; NaN is no measurement and is left out
 *
 * Counts @value in the first bucket whose bound is no less, and adds it to the sum.
 */
static inline void
sg_histogram_observe (SgHistogram histogram,
                      double      value)
{
  SgHistogramCell *cell = sg_histogram_cell (histogram.index, histogram.generation);

  if (G_LIKELY (cell != NULL && value == value))
    sg_histogram_cell_observe (cell, value);
  else
    sg_histogram_observe_slow (histogram, value);
}

void     sg_summary_observe                 (SgSummary        summary,
                                             double           value);

gboolean sg_counter_inc_with_exemplar       (SgCounter        counter,
                                             const SgLabels  *exemplar);
gboolean sg_counter_add_with_exemplar       (SgCounter        counter,
                                             double           amount,
                                             const SgLabels  *exemplar);
gboolean sg_histogram_observe_with_exemplar (SgHistogram      histogram,
                                             double           value,
                                             const SgLabels  *exemplar);

double   sg_counter_get                     (SgCounter        counter);
double   sg_gauge_get                       (SgGauge          gauge);
guint64  sg_histogram_get_count             (SgHistogram      histogram);
double   sg_histogram_get_sum               (SgHistogram      histogram);
guint64  sg_summary_get_count               (SgSummary        summary);
double   sg_summary_get_sum                 (SgSummary        summary);

/**
 * SgTimer:
 *
 * Times a block:
 *
 *   g_autoptr (SgTimer) timer = sg_timer_start (histogram);
 *
 * observes the seconds from there to the end of the block, however it is left.
 */
typedef struct _SgTimer SgTimer;

SgTimer *sg_timer_start   (SgHistogram  histogram);
double   sg_timer_elapsed (SgTimer     *self);
void     sg_timer_stop    (SgTimer     *self);
void     sg_timer_discard (SgTimer     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTimer, sg_timer_stop)

G_END_DECLS
