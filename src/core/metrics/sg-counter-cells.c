/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

#include "metrics/sg-slots.h"

#include <stdlib.h>

/*
 * A counter's cell has two words: an integer for whole amounts, a double for the others. Most
 * counters only ever count events; an integer add is three times as fast as a double's, and stays
 * exact past 2^53.
 */
typedef struct
{
  SgSlot slot;
  guint64 whole;
  SgExactSum fraction;
  SgExemplar exemplar;
  SgClock *clock;
} CounterSlot;

static SgSlots slots = SG_SLOTS_INIT (CounterSlot);

static const SgCounterBlock no_block = {
  .cells = { [0 ... SG_CELLS_PER_BLOCK - 1] = { .generation = SG_GENERATION_NONE } },
};

/* @clock must live until the counter is removed. */
SgCounter
sg_counter_cells_add (SgClock *clock)
{
  SgCounter counter;
  CounterSlot *slot;

  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_take (&slots, &counter.index, &counter.generation);
  slot->clock = clock;
  return counter;
}

void
sg_counter_cells_remove (SgCounter counter)
{
  CounterSlot *slot;

  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_find (&slots, counter.index, counter.generation);
  if (slot == NULL)
    return;
  sg_exemplar_clear (&slot->exemplar);
  sg_slots_release (&slots, counter.index);
}

static SgCounterBlock *
block_new (void)
{
  gpointer block = NULL;

  if (posix_memalign (&block, 128, sizeof (SgCounterBlock)) != 0)
    g_error ("metrics: no memory for %zu bytes of counters", sizeof (SgCounterBlock));
  memset (block, 0, sizeof (SgCounterBlock));
  return block;
}

/* The owner's directory and cells change under the lock, because scrapes walk them. */
static SgCounterCell *
thread_claim_locked (SgCellOwner *thread,
                     SgCounter    counter)
{
  guint block = counter.index / SG_CELLS_PER_BLOCK;
  guint n_blocks = thread->n_counter_blocks;
  SgCounterCell *cell;

  if (block >= n_blocks)
    {
      guint n_wanted = MAX (block + 1, n_blocks + n_blocks / 2);

      thread->counter_blocks = g_renew (SgCounterBlock *, thread->counter_blocks, n_wanted);
      while (n_blocks < n_wanted)
        thread->counter_blocks[n_blocks++] = (SgCounterBlock *) &no_block;
      thread->n_counter_blocks = n_blocks;
    }
  if (thread->counter_blocks[block] == &no_block)
    thread->counter_blocks[block] = block_new ();
  cell = &thread->counter_blocks[block]->cells[counter.index % SG_CELLS_PER_BLOCK];
  *cell = (SgCounterCell) { .generation = counter.generation };
  return cell;
}

/* Returns: (nullable): this thread's cell, or %NULL when @counter is stale */
static gboolean
counter_claim (SgCounter counter)
{
  SgCellOwner *thread = sg_cell_owner_get ();

  SG_LOCK_SCOPE (&sg_cells_lock);
  if (sg_slots_find (&slots, counter.index, counter.generation) == NULL)
    return FALSE;
  thread_claim_locked (thread, counter);
  sg_cell_owner_mirror (thread);
  return TRUE;
}

/*
 * Where the fast path ends: the first touch by a thread, a stale handle, an amount that is no
 * integer a double can tell from its neighbours, and an amount that no counter takes.
 */
void
sg_counter_add_slow (SgCounter counter,
                     double    amount)
{
  SgCounterCell *cell;
  double fraction;

  if (counter.index == 0)
    return;
  g_return_if_fail (amount >= 0);
  if (sg_counter_cell (counter) == NULL && !counter_claim (counter))
    return;
  cell = sg_counter_cell (counter);
  if (amount < 9007199254740992.0)
    {
      sg_counter_add (counter, amount);
      return;
    }
  __atomic_load (&cell->fraction, &fraction, __ATOMIC_RELAXED);
  fraction += amount;
  __atomic_store (&cell->fraction, &fraction, __ATOMIC_RELAXED);
}

static void
slot_add_cell (guint64             *whole,
               SgExactSum          *fraction,
               const SgCounterCell *cell)
{
  double part;

  *whole += __atomic_load_n (&cell->whole, __ATOMIC_RELAXED);
  __atomic_load (&cell->fraction, &part, __ATOMIC_RELAXED);
  if (part != 0)
    sg_exact_sum_add (fraction, part);
}

/**
 * sg_counter_cells_read_locked:
 * @counter: a counter
 * @ret_exemplar: (nullable): where a copy of its exemplar goes
 *
 * Returns: its value, or 0 when it is gone
 */
double
sg_counter_cells_read_locked (SgCounter   counter,
                              SgExemplar *ret_exemplar)
{
  guint block = counter.index / SG_CELLS_PER_BLOCK;
  const CounterSlot *slot = sg_slots_find (&slots, counter.index, counter.generation);
  guint64 whole;
  SgExactSum fraction;

  if (slot == NULL)
    return 0;
  whole = slot->whole;
  fraction = slot->fraction;
  for (const SgCellOwner *thread = sg_cell_owners; thread != NULL; thread = thread->next)
    {
      const SgCounterCell *cell;

      if (block >= thread->n_counter_blocks)
        continue;
      cell = &thread->counter_blocks[block]->cells[counter.index % SG_CELLS_PER_BLOCK];
      if (cell->generation == counter.generation)
        slot_add_cell (&whole, &fraction, cell);
    }
  if (ret_exemplar != NULL && slot->exemplar.labels != NULL)
    sg_exemplar_copy (ret_exemplar, &slot->exemplar);
  return (double) whole + sg_exact_sum_get (&fraction);
}

/**
 * sg_counter_get:
 * @counter: a counter
 *
 * Returns: its value over all threads, or 0 when it is gone
 */
double
sg_counter_get (SgCounter counter)
{
  SG_LOCK_SCOPE (&sg_cells_lock);
  return sg_counter_cells_read_locked (counter, NULL);
}

/* Adds the cells of an ending thread to their slots. */
void
sg_counter_cells_fold_locked (SgCellOwner *thread)
{
  for (guint i = 0; i < thread->n_counter_blocks * SG_CELLS_PER_BLOCK; i++)
    {
      const SgCounterCell *cell =
          &thread->counter_blocks[i / SG_CELLS_PER_BLOCK]->cells[i % SG_CELLS_PER_BLOCK];
      CounterSlot *slot = sg_slots_find (&slots, i, cell->generation);

      if (slot != NULL)
        slot_add_cell (&slot->whole, &slot->fraction, cell);
    }
}

/* Frees the cells of an ended thread that no scrape can see any more. */
void
sg_counter_cells_free (SgCellOwner *thread)
{
  for (guint i = 0; i < thread->n_counter_blocks; i++)
    {
      if (thread->counter_blocks[i] != &no_block)
        free (thread->counter_blocks[i]);
    }
  g_free (thread->counter_blocks);
}

/**
 * sg_counter_add_with_exemplar:
 * @counter: a counter
 * @amount: not negative, not NaN
 * @exemplar: what to follow this event by, together no more than 128 characters
 *
 * Adds @amount in any case, and remembers the event in place of the one before. Takes a lock.
 *
 * Returns: %FALSE when @exemplar does not fit, and was left out
 */
gboolean
sg_counter_add_with_exemplar (SgCounter       counter,
                              double          amount,
                              const SgLabels *exemplar)
{
  CounterSlot *slot;

  sg_counter_add (counter, amount);
  if (!sg_exemplar_fits (exemplar))
    return FALSE;
  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_find (&slots, counter.index, counter.generation);
  if (slot != NULL)
    sg_exemplar_set (&slot->exemplar, exemplar, amount, sg_clock_now_ms (slot->clock));
  return TRUE;
}

gboolean
sg_counter_inc_with_exemplar (SgCounter       counter,
                              const SgLabels *exemplar)
{
  return sg_counter_add_with_exemplar (counter, 1, exemplar);
}
