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
  SgClock *clock;
  SgExemplar *exemplar;
} CounterSlot;

static SgSlots slots = SG_SLOTS_INIT (CounterSlot);

static SgCounterBlock no_block = {
  .cells = { [0 ... SG_CELLS_PER_BLOCK - 1] = { .key = SG_KEY_NONE } },
};

SgCounterBlock *sg_no_counters[SG_BLOCKS_AT_HAND] = { [0 ... SG_BLOCKS_AT_HAND - 1] = &no_block };

/* @clock must live until the counter is removed. */
SgCounter
sg_counter_cells_add (SgClock *clock)
{
  CounterSlot *slot;

  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_take (&slots);
  slot->clock = clock;
  return (SgCounter) { slot->slot.key };
}

void
sg_counter_cells_remove (SgCounter counter)
{
  CounterSlot *slot;

  SG_LOCK_SCOPE (&sg_cells_lock);
  slot = sg_slots_find (&slots, counter.key);
  if (slot == NULL)
    return;
  if (slot->exemplar != NULL)
    sg_exemplar_clear (slot->exemplar);
  g_free (slot->exemplar);
  sg_slots_release (&slots, counter.key);
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

/* Returns: (transfer none): @owner's block of that number, made if need be */
static SgCounterBlock *
owner_make_block_locked (SgCellOwner *owner,
                         guint        number)
{
  guint n_blocks = owner->n_counter_blocks;

  if (number >= n_blocks)
    {
      guint n_wanted = MAX (number + 1, n_blocks + n_blocks / 2);

      owner->counter_blocks = g_renew (SgCounterBlock *, owner->counter_blocks, n_wanted);
      while (n_blocks < n_wanted)
        owner->counter_blocks[n_blocks++] = &no_block;
      owner->n_counter_blocks = n_blocks;
    }
  if (owner->counter_blocks[number] == &no_block)
    owner->counter_blocks[number] = block_new ();
  return owner->counter_blocks[number];
}

/* Lets the fast path find @block, which is the calling thread's. */
static void
owner_take_at_hand (SgCellOwner    *owner,
                    guint           number,
                    SgCounterBlock *block)
{
  if (owner->counters_at_hand == NULL)
    {
      owner->counters_at_hand = g_memdup2 (sg_no_counters, sizeof sg_no_counters);
      sg_own_cells.counters = owner->counters_at_hand;
    }
  owner->counters_at_hand[number % SG_BLOCKS_AT_HAND] = block;
}

/*
 * Returns: (nullable): the calling thread's block with a cell for @key, or %NULL when that is stale
 */
static SgCounterBlock *
counter_claim (guint64 key)
{
  guint number = (guint32) key / SG_CELLS_PER_BLOCK;
  guint place = key % SG_CELLS_PER_BLOCK;
  SgCellOwner *owner = sg_cell_owner_get ();
  SgCounterBlock *block = number < owner->n_counter_blocks ? owner->counter_blocks[number] : NULL;

  if (block == NULL || block->cells[place].key != key)
    {
      SG_LOCK_SCOPE (&sg_cells_lock);
      if (sg_slots_find (&slots, key) == NULL)
        return NULL;
      block = owner_make_block_locked (owner, number);
      block->cells[place] = (SgCounterCell) { .key = key };
      block->fractions[place] = 0;
    }
  owner_take_at_hand (owner, number, block);
  return block;
}

/*
 * Where the fast path ends: the first touch by a thread, a block that is not at hand, a stale
 * handle, an amount so large that doubles are further apart than integers, and an amount that no
 * counter takes.
 */
void
sg_counter_add_slow (SgCounter counter,
                     double    amount)
{
  SgCounterBlock *block;

  if (counter.key == 0)
    return;
  g_return_if_fail (amount >= 0);
  block = counter_claim (counter.key);
  if (block == NULL)
    return;
  if (amount < 0x1p53)
    sg_counter_add (counter, amount);
  else
    sg_cell_add (&block->fractions[counter.key % SG_CELLS_PER_BLOCK], amount);
}

static void
slot_add_cell (guint64        *whole,
               SgExactSum     *fraction,
               SgCounterBlock *block,
               guint           place)
{
  double part;

  *whole += __atomic_load_n (&block->cells[place].whole, __ATOMIC_RELAXED);
  __atomic_load (&block->fractions[place], &part, __ATOMIC_RELAXED);
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
  guint number = (guint32) counter.key / SG_CELLS_PER_BLOCK;
  guint place = counter.key % SG_CELLS_PER_BLOCK;
  const CounterSlot *slot = sg_slots_find (&slots, counter.key);
  guint64 whole;
  SgExactSum fraction;

  if (slot == NULL)
    return 0;
  whole = slot->whole;
  fraction = slot->fraction;
  for (const SgCellOwner *owner = sg_cell_owners; owner != NULL; owner = owner->next)
    {
      SgCounterBlock *block;

      if (number >= owner->n_counter_blocks)
        continue;
      block = owner->counter_blocks[number];
      if (block->cells[place].key == counter.key)
        slot_add_cell (&whole, &fraction, block, place);
    }
  if (ret_exemplar != NULL && slot->exemplar != NULL)
    sg_exemplar_copy (ret_exemplar, slot->exemplar);
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
sg_counter_cells_fold_locked (SgCellOwner *owner)
{
  for (guint i = 0; i < owner->n_counter_blocks * SG_CELLS_PER_BLOCK; i++)
    {
      SgCounterBlock *block = owner->counter_blocks[i / SG_CELLS_PER_BLOCK];
      guint place = i % SG_CELLS_PER_BLOCK;
      CounterSlot *slot = sg_slots_find (&slots, block->cells[place].key);

      if (slot != NULL)
        slot_add_cell (&slot->whole, &slot->fraction, block, place);
    }
}

/* Frees the cells of an ended thread that no scrape can see any more. */
void
sg_counter_cells_free (SgCellOwner *owner)
{
  for (guint i = 0; i < owner->n_counter_blocks; i++)
    {
      if (owner->counter_blocks[i] != &no_block)
        free (owner->counter_blocks[i]);
    }
  g_free (owner->counter_blocks);
  g_free (owner->counters_at_hand);
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
  slot = sg_slots_find (&slots, counter.key);
  if (slot == NULL)
    return TRUE;
  if (slot->exemplar == NULL)
    slot->exemplar = g_new0 (SgExemplar, 1);
  sg_exemplar_set (slot->exemplar, exemplar, amount, sg_clock_now_ms (slot->clock));
  return TRUE;
}

gboolean
sg_counter_inc_with_exemplar (SgCounter       counter,
                              const SgLabels *exemplar)
{
  return sg_counter_add_with_exemplar (counter, 1, exemplar);
}
