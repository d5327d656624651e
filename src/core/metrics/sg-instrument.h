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
  guint64 key;
} SgCounter;

typedef struct
{
  guint64 key;
} SgHistogram;

typedef struct
{
  guint64 key;
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
#define SG_BLOCKS_AT_HAND 256
#define SG_BOUNDS_LINEAR 32

typedef struct
{
  guint64 key;
  guint64 whole;
} SgCounterCell;

typedef struct
{
  SgCounterCell cells[SG_CELLS_PER_BLOCK];
  double fractions[SG_CELLS_PER_BLOCK];
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
  guint64 key;
  const double *bounds;
  guint32 n_padded;
  guint32 hot;
  guint32 stride;
};

typedef struct
{
  SgHistogramCell *cells[SG_CELLS_PER_BLOCK];
} SgHistogramBlock;

typedef struct
{
  SgCounterBlock **counters;
  SgHistogramBlock **histograms;
  guint64 *epoch;
} SgOwnCells;

extern __thread SgOwnCells sg_own_cells __attribute__ ((tls_model ("initial-exec")));
extern guint64 sg_epoch;
extern gboolean sg_epoch_needs_fence;

/* Where the fast paths end. Cold: nothing is loaded for their sake before they are taken. */
guint64 *sg_cells_attach             (void) __attribute__ ((cold));
void     sg_epoch_fence              (void) __attribute__ ((cold));
void     sg_counter_add_slow         (SgCounter     counter,
                                      double        amount) __attribute__ ((cold));
void     sg_histogram_observe_slow   (SgHistogram   histogram,
                                      double        value) __attribute__ ((cold));
guint    sg_bounds_rank_many         (const double *bounds,
                                      guint         n_padded,
                                      double        value);

/* Returns: (transfer none): the block of @key, if the key in the cell is the same */
static inline SgCounterBlock *
sg_counter_block (guint64 key)
{
  return sg_own_cells.counters[(guint32) key / SG_CELLS_PER_BLOCK % SG_BLOCKS_AT_HAND];
}

/* Returns: (transfer none): the cell of @key, if the key in it is the same */
static inline SgHistogramCell *
sg_histogram_cell (guint64 key)
{
  guint32 index = (guint32) key;
  guint32 place = index / SG_CELLS_PER_BLOCK % SG_BLOCKS_AT_HAND;

  return sg_own_cells.histograms[place]->cells[index % SG_CELLS_PER_BLOCK];
}

static inline void
sg_cell_count (guint64 *word,
               guint64  amount,
               int      order)
{
  __atomic_store_n (word, __atomic_load_n (word, __ATOMIC_RELAXED) + amount, order);
}

static inline void
sg_cell_add (double *word,
             double  amount)
{
  double sum;

  __atomic_load (word, &sum, __ATOMIC_RELAXED);
  sum += amount;
  __atomic_store (word, &sum, __ATOMIC_RELAXED);
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
  SgCounterCell *cell = &sg_counter_block (counter.key)->cells[counter.key % SG_CELLS_PER_BLOCK];

  if (G_LIKELY (cell->key == counter.key))
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
  SgCounterBlock *block = sg_counter_block (counter.key);
  guint place = counter.key % SG_CELLS_PER_BLOCK;

  if (G_LIKELY (block->cells[place].key == counter.key && amount >= 0
                && amount < 9007199254740992.0))
    {
      gint64 whole = (gint64) amount;

      if ((double) whole == amount)
        sg_cell_count (&block->cells[place].whole, (guint64) whole, __ATOMIC_RELAXED);
      else
        sg_cell_add (&block->fractions[place], amount);
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
  SgHistogramCell *cell = sg_histogram_cell (histogram.key);

  if (G_LIKELY (cell->key == histogram.key && value == value))
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
