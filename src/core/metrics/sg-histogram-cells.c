/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

#include "metrics/sg-metric.h"
#include "metrics/sg-slots.h"
#include "metrics/sg-summary-feed.h"

#include <stdlib.h>
#include <string.h>

/*
 * A histogram whose reader never waits
 *
 * An observation changes two words: one bucket, and the sum. A scrape must see both or neither,
 * without a locked instruction in the writer, and without ever waiting for a writer that lost its
 * processor in between, maybe for seconds. One thread writes a cell; scrapes read it under
 * sg_cells_lock, one at a time.
 *
 * 1. The writer may stop anywhere. The count is not stored for readers: it is the sum of the
 * buckets. And there are two slots for the sum: observation number n reads slot (n - 1) & 1, writes
 *
 *        sums[n & 1] = sums[(n - 1) & 1] + value     (release)       W1(n)
 *        buckets[rank] += 1                          (release)       W2(n)
 *
 *    and n in a word of its own that no reader looks at. Whenever the writer stands still, let N be
 * the sum of the buckets: then sums[N & 1] is the sum of exactly those N observations, for W1(N) is
 * done, since it comes before W2(N), and of later ones only W1(N + 1) can be done, which wrote the
 * other slot.
 *
 * 2. The reader can tell whether the writer stood still. It reads
 *
 *        all buckets (acquire), N their sum                          R1
 *        sums[N & 1] (acquire)                                       R2
 *        all buckets again                                           R3
 *
 *    and repeats if R3 differs from R1. Buckets only rise, so equal sums mean that each bucket was
 * the same at both times, thus at every time between the end of R1 and the beginning of R3: at that
 * moment they all held what was read. R1 has read W2(N), so R2 sees W1(N) or something later in
 * that slot, which could only be W1(N + 2); but before that came W2(N + 1), and since W1 releases
 * and R2 acquires, R3 would have seen it.
 *
 * 3. The writer cannot keep the reader busy. By 2 alone a writer in a tight loop might always be
 *    faster than R1 to R3. So each cell has two halves, each with all of the above, and the word
 * `hot` says into which one the writer writes. The reader turns the writer to half 1, reads half 0,
 * turns it back, and reads half 1; a histogram is the sum of its halves. After the turn, the writer
 * can touch the half being read only with observations that had read `hot` before the turn became
 * visible: the one it is in, or the few that a processor has begun ahead of time (its reorder
 * buffer holds a few hundred instructions, an observation is some thirty). Each of them can make
 * the reader repeat once; then R1 to R3 succeed, whether the writer runs, sleeps, or is gone.
 *
 *    What was counted in half 0 after it was read, and in half 1 before it was read, is no
 * contradiction: each half is exact for a set of whole observations, so is their sum, and nothing
 * that ended before the scrape began is missing.
 *
 * Hence a scrape costs at most a few repetitions for each cell, and waits for nobody; the writer
 * pays two stores more than the cheapest imaginable one. tests/metrics/test-histogram-cells.c stops
 * a writer after each of its stores, and freezes running writers anywhere, by fork().
 *
 * In memory:
 *
 *   HistogramCell | half 0: n, sums[2], buckets[n_bounds + 1] | half 1 likewise
 *
 * each part beginning on a cache line. `hot` is the distance in bytes from the cell to the hot
 * half. A summary's cell is the same with no bounds at all, and with a chunk of its recent
 * observations.
 */
#define CACHE_LINE 64

typedef struct
{
  SgHistogramCell head;
  SgBounds *bounds;
  SgClock *clock;
  SgSummaryFeed *feed;
  SgSummaryChunk *chunk;
} HistogramCell;

typedef struct
{
  SgSlot slot;
  SgBounds *bounds;
  SgClock *clock;
  SgSummaryFeed *feed;
  guint64 *buckets;
  SgExactSum sum;
  SgExemplar *exemplars;
} HistogramSlot;

G_STATIC_ASSERT (sizeof (HistogramCell) <= CACHE_LINE);

static SgSlots slots = SG_SLOTS_INIT (HistogramSlot);

static SgHistogramCell no_cell = { .key = SG_KEY_NONE };
static SgHistogramBlock no_block = {
  .cells = { [0 ... SG_CELLS_PER_BLOCK - 1] = &no_cell },
};

SgHistogramBlock *sg_no_histograms[SG_BLOCKS_AT_HAND] = { [0 ... SG_BLOCKS_AT_HAND - 1] =
                                                              &no_block };

static guint
slot_n_buckets (const HistogramSlot *slot)
{
  guint n_bounds;

  sg_bounds_get (slot->bounds, &n_bounds);
  return n_bounds + 1;
}

/**
 * sg_histogram_cells_add:
 * @clock: tells the time to its timers and exemplars
 * @bounds: the upper bounds of its buckets
 * @feed: (nullable): a summary's quantiles
 *
 * Returns: a histogram that has observed nothing
 */
SgHistogram
sg_histogram_cells_add (SgClock       *clock,
                        SgBounds      *bounds,
                        SgSummaryFeed *feed)
{
  HistogramSlot *slot;

  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_take (&slots);
  slot->bounds = sg_bounds_ref (bounds);
  slot->clock = g_object_ref (clock);
  slot->feed = feed != NULL ? sg_summary_feed_ref (feed) : NULL;
  return (SgHistogram) { slot->slot.key };
}

void
sg_histogram_cells_remove (SgHistogram histogram)
{
  HistogramSlot gone;
  HistogramSlot *slot;

  {
    SG_LOCK_SCOPE (&sg_cells_lock);
    slot = sg_slots_find (&slots, histogram.key);
    if (slot == NULL)
      return;
    gone = *slot;
    sg_slots_release (&slots, histogram.key);
  }
  for (guint i = 0; gone.exemplars != NULL && i < slot_n_buckets (&gone); i++)
    sg_exemplar_clear (&gone.exemplars[i]);
  g_free (gone.exemplars);
  g_free (gone.buckets);
  g_object_unref (gone.clock);
  g_clear_pointer (&gone.feed, sg_summary_feed_unref);
  sg_bounds_unref (gone.bounds);
}

static SgHistogramCell *
cell_new (const HistogramSlot *slot)
{
  guint n_bounds;
  const double *bounds = sg_bounds_get (slot->bounds, &n_bounds);
  gsize half_size = offsetof (SgHistogramHalf, buckets) + (n_bounds + 1) * sizeof (guint64);
  gsize stride = (half_size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  gpointer memory = NULL;
  HistogramCell *cell;

  if (posix_memalign (&memory, CACHE_LINE, CACHE_LINE + 2 * stride) != 0)
    g_error ("metrics: no memory for a histogram of %u buckets", n_bounds + 1);
  cell = memset (memory, 0, CACHE_LINE + 2 * stride);
  cell->head = (SgHistogramCell) {
    .key = slot->slot.key,
    .hot = CACHE_LINE,
    .stride = (guint32) stride,
    .n_padded = (n_bounds + 3) & ~3u,
    .bounds = bounds,
  };
  cell->bounds = sg_bounds_ref (slot->bounds);
  cell->clock = g_object_ref (slot->clock);
  cell->feed = slot->feed != NULL ? sg_summary_feed_ref (slot->feed) : NULL;
  return &cell->head;
}

static void
cell_free (SgHistogramCell *head)
{
  HistogramCell *cell = (HistogramCell *) head;

  if (head == NULL || head == &no_cell)
    return;
  sg_bounds_unref (cell->bounds);
  g_object_unref (cell->clock);
  g_clear_pointer (&cell->feed, sg_summary_feed_unref);
  sg_summary_chunk_free (cell->chunk);
  free (cell);
}

/* Returns: (transfer none): @owner's block of that number, made if need be */
static SgHistogramBlock *
owner_make_block_locked (SgCellOwner *owner,
                         guint        number)
{
  guint n_blocks = owner->n_histogram_blocks;

  if (number >= n_blocks)
    {
      guint n_wanted = MAX (number + 1, n_blocks + n_blocks / 2);

      owner->histogram_blocks = g_renew (SgHistogramBlock *, owner->histogram_blocks, n_wanted);
      while (n_blocks < n_wanted)
        owner->histogram_blocks[n_blocks++] = &no_block;
      owner->n_histogram_blocks = n_blocks;
    }
  if (owner->histogram_blocks[number] == &no_block)
    owner->histogram_blocks[number] = g_memdup2 (&no_block, sizeof no_block);
  return owner->histogram_blocks[number];
}

/* Lets the fast path find @block, which is the calling thread's. */
static void
owner_take_at_hand (SgCellOwner      *owner,
                    guint             number,
                    SgHistogramBlock *block)
{
  if (owner->histograms_at_hand == NULL)
    {
      owner->histograms_at_hand = g_memdup2 (sg_no_histograms, sizeof sg_no_histograms);
      sg_own_cells.histograms = owner->histograms_at_hand;
    }
  owner->histograms_at_hand[number % SG_BLOCKS_AT_HAND] = block;
}

/* Returns: (nullable): the cell that @key has not claimed before, or %NULL when it is stale */
static SgHistogramBlock *
owner_claim (SgCellOwner *owner,
             guint64      key)
{
  guint number = (guint32) key / SG_CELLS_PER_BLOCK;
  SgHistogramBlock *block;
  SgHistogramCell *stale;

  {
    const HistogramSlot *slot;
    SgHistogramCell **place;

    SG_LOCK_SCOPE (&sg_cells_lock);
    slot = sg_slots_find (&slots, key);
    if (slot == NULL)
      return NULL;
    block = owner_make_block_locked (owner, number);
    place = &block->cells[(guint32) key % SG_CELLS_PER_BLOCK];
    stale = *place;
    *place = cell_new (slot);
  }
  cell_free (stale);
  return block;
}

/* Returns: (nullable): the calling thread's cell, made if need be, or %NULL for a stale key */
SgHistogramCell *
sg_histogram_cells_claim (guint64 key)
{
  SgHistogramCell *cell = sg_histogram_cell (key);
  guint number = (guint32) key / SG_CELLS_PER_BLOCK;
  SgCellOwner *owner;
  SgHistogramBlock *block;

  if (cell->key == key || key == 0)
    return key != 0 ? cell : NULL;
  owner = sg_cell_owner_get ();
  block = number < owner->n_histogram_blocks ? owner->histogram_blocks[number] : NULL;
  if (block == NULL || block->cells[(guint32) key % SG_CELLS_PER_BLOCK]->key != key)
    block = owner_claim (owner, key);
  if (block == NULL)
    return NULL;
  owner_take_at_hand (owner, number, block);
  return block->cells[(guint32) key % SG_CELLS_PER_BLOCK];
}

/*
 * Where the fast path ends: the first touch by a thread, a block that is not at hand, a stale
 * handle, and what is no number.
 */
void
sg_histogram_observe_slow (SgHistogram histogram,
                           double      value)
{
  SgHistogramCell *cell = sg_histogram_cells_claim (histogram.key);

  if (cell != NULL && !isnan (value))
    sg_histogram_cell_observe (cell, value);
}

/* R1 and R3: @into gets the buckets, the lowest first, unless it is %NULL. Returns: their sum */
static guint64
half_collect (const SgHistogramHalf *half,
              guint                  n_buckets,
              guint64               *into)
{
  guint64 total = 0;

  for (guint i = 0; i < n_buckets; i++)
    {
      guint64 count = __atomic_load_n (&half->buckets[n_buckets - 1 - i], __ATOMIC_ACQUIRE);

      if (into != NULL)
        into[i] = count;
      total += count;
    }
  return total;
}

/* Adds what is in @half at one moment. */
static void
half_read (const SgHistogramHalf *half,
           guint                  n_buckets,
           guint64               *buckets,
           SgExactSum            *sum)
{
  guint64 seen[SG_METRICS_MAX_BOUNDS + 1];
  guint64 total;
  double half_sum;

  do
    {
      total = half_collect (half, n_buckets, seen);
      __atomic_load (&half->sums[total & 1], &half_sum, __ATOMIC_ACQUIRE);
    }
  while (half_collect (half, n_buckets, NULL) != total);
  for (guint i = 0; i < n_buckets; i++)
    buckets[i] += seen[i];
  sg_exact_sum_add (sum, half_sum);
}

/* Only one thread at a time may turn a cell, and it holds the lock. */
static void
cell_read_locked (SgHistogramCell *cell,
                  guint            n_buckets,
                  guint64         *buckets,
                  SgExactSum      *sum)
{
  char *memory = (char *) cell;

  __atomic_store_n (&cell->hot, CACHE_LINE + cell->stride, __ATOMIC_SEQ_CST);
  half_read ((gpointer) (memory + CACHE_LINE), n_buckets, buckets, sum);
  __atomic_store_n (&cell->hot, CACHE_LINE, __ATOMIC_SEQ_CST);
  half_read ((gpointer) (memory + CACHE_LINE + cell->stride), n_buckets, buckets, sum);
}

static void
read_exemplars (const HistogramSlot *slot,
                guint                n_buckets,
                SgExemplar          *exemplars)
{
  for (guint i = 0; i < n_buckets; i++)
    sg_exemplar_copy (&exemplars[i], &slot->exemplars[i]);
}

/**
 * sg_histogram_cells_read_locked:
 * @histogram: a histogram
 * @reading: where it goes; its exemplars are initialized, and the caller clears them
 *
 * Returns: %FALSE when @histogram is gone; @reading is then untouched
 */
gboolean
sg_histogram_cells_read_locked (SgHistogram         histogram,
                                SgHistogramReading *reading)
{
  guint number = (guint32) histogram.key / SG_CELLS_PER_BLOCK;
  const HistogramSlot *slot = sg_slots_find (&slots, histogram.key);
  SgExactSum sum;
  guint n_buckets;

  if (slot == NULL)
    return FALSE;
  n_buckets = slot_n_buckets (slot);
  sum = slot->sum;
  for (guint i = 0; i < n_buckets; i++)
    reading->buckets[i] = slot->buckets != NULL ? slot->buckets[i] : 0;
  for (SgCellOwner *owner = sg_cell_owners; owner != NULL; owner = owner->next)
    {
      SgHistogramCell *cell;

      if (number >= owner->n_histogram_blocks)
        continue;
      cell = owner->histogram_blocks[number]->cells[(guint32) histogram.key % SG_CELLS_PER_BLOCK];
      if (cell->key == histogram.key)
        cell_read_locked (cell, n_buckets, reading->buckets, &sum);
    }
  reading->count = 0;
  for (guint i = 0; i < n_buckets; i++)
    reading->count += reading->buckets[i];
  reading->sum = sg_exact_sum_get (&sum);
  if (reading->exemplars != NULL && slot->exemplars != NULL)
    read_exemplars (slot, n_buckets, reading->exemplars);
  return TRUE;
}

/* Adds the cells of an ending thread to their slots. */
void
sg_histogram_cells_fold_locked (SgCellOwner *owner)
{
  for (guint i = 0; i < owner->n_histogram_blocks * SG_CELLS_PER_BLOCK; i++)
    {
      SgHistogramCell *cell =
          owner->histogram_blocks[i / SG_CELLS_PER_BLOCK]->cells[i % SG_CELLS_PER_BLOCK];
      HistogramSlot *slot = sg_slots_find (&slots, cell->key);

      if (slot == NULL)
        continue;
      if (slot->buckets == NULL)
        slot->buckets = g_new0 (guint64, slot_n_buckets (slot));
      cell_read_locked (cell, slot_n_buckets (slot), slot->buckets, &slot->sum);
      if (slot->feed != NULL)
        sg_summary_feed_hand_over (slot->feed, g_steal_pointer (&((HistogramCell *) cell)->chunk));
    }
}

/* Frees the cells of an ended thread that no scrape can see any more. */
void
sg_histogram_cells_free (SgCellOwner *owner)
{
  for (guint i = 0; i < owner->n_histogram_blocks; i++)
    {
      SgHistogramBlock *block = owner->histogram_blocks[i];

      if (block == &no_block)
        continue;
      for (guint j = 0; j < SG_CELLS_PER_BLOCK; j++)
        cell_free (block->cells[j]);
      g_free (block);
    }
  g_free (owner->histogram_blocks);
  g_free (owner->histograms_at_hand);
}

SgClock *
sg_histogram_cell_get_clock (SgHistogramCell *cell)
{
  return ((HistogramCell *) cell)->clock;
}

/* Returns: (transfer none) (nullable): the quantiles behind a summary's cell */
SgSummaryFeed *
sg_histogram_cell_get_feed (SgHistogramCell   *cell,
                            SgSummaryChunk  ***ret_chunk)
{
  *ret_chunk = &((HistogramCell *) cell)->chunk;
  return ((HistogramCell *) cell)->feed;
}

/* Returns: (transfer full) (nullable): the quantiles of a summary */
SgSummaryFeed *
sg_histogram_cells_get_feed (guint64 key)
{
  const HistogramSlot *slot;

  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_find (&slots, key);
  return slot != NULL && slot->feed != NULL ? sg_summary_feed_ref (slot->feed) : NULL;
}

/* Calls @func with the chunk that each thread is filling, under the lock. */
void
sg_histogram_cells_visit_chunks (guint64            key,
                                 SgSummaryChunkFunc func,
                                 gpointer           user_data)
{
  guint number = (guint32) key / SG_CELLS_PER_BLOCK;

  SG_LOCK_SCOPE (&sg_cells_lock);
  for (SgCellOwner *owner = sg_cell_owners; owner != NULL; owner = owner->next)
    {
      SgHistogramCell *cell;
      SgSummaryChunk *chunk;

      if (number >= owner->n_histogram_blocks)
        continue;
      cell = owner->histogram_blocks[number]->cells[(guint32) key % SG_CELLS_PER_BLOCK];
      if (cell->key != key)
        continue;
      chunk = __atomic_load_n (&((HistogramCell *) cell)->chunk, __ATOMIC_ACQUIRE);
      if (chunk != NULL)
        func (chunk, user_data);
    }
}

/**
 * sg_histogram_observe_with_exemplar:
 * @histogram: a histogram
 * @value: what was measured
 * @exemplar: what to follow this event by, together no more than 128 characters
 *
 * Observes @value in any case, and remembers it in its bucket in place of the one before. Takes a
 * lock.
 *
 * Returns: %FALSE when @exemplar does not fit, and was left out
 */
gboolean
sg_histogram_observe_with_exemplar (SgHistogram     histogram,
                                    double          value,
                                    const SgLabels *exemplar)
{
  HistogramSlot *slot;
  const double *bounds;
  guint n_bounds;
  guint rank;

  sg_histogram_observe (histogram, value);
  if (isnan (value) || !sg_exemplar_fits (exemplar))
    return FALSE;
  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_find (&slots, histogram.key);
  if (slot == NULL)
    return TRUE;
  bounds = sg_bounds_get (slot->bounds, &n_bounds);
  rank = sg_bounds_rank (bounds, (n_bounds + 3) & ~3u, value);
  if (slot->exemplars == NULL)
    slot->exemplars = g_new0 (SgExemplar, n_bounds + 1);
  sg_exemplar_set (&slot->exemplars[n_bounds - rank], exemplar, value,
                   sg_clock_now_ms (slot->clock));
  return TRUE;
}

static SgHistogramReading
histogram_read (guint64 key)
{
  guint64 buckets[SG_METRICS_MAX_BOUNDS + 1];
  SgHistogramReading reading = { .buckets = buckets };

  SG_LOCK_SCOPE (&sg_cells_lock);
  sg_histogram_cells_read_locked ((SgHistogram) { key }, &reading);
  reading.buckets = NULL;
  return reading;
}

guint64
sg_histogram_get_count (SgHistogram histogram)
{
  return histogram_read (histogram.key).count;
}

double
sg_histogram_get_sum (SgHistogram histogram)
{
  return histogram_read (histogram.key).sum;
}

guint64
sg_summary_get_count (SgSummary summary)
{
  return histogram_read (summary.key).count;
}

double
sg_summary_get_sum (SgSummary summary)
{
  return histogram_read (summary.key).sum;
}
