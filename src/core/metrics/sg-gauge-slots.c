/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

/*
 * A gauge can be set, and the last one who sets it wins, so that it cannot be split among threads:
 * it is one word that all of them share, set by a store and added to by compare-and-swap.
 *
 * Its slot lies in a block that is never freed; a handle may therefore look at it at any time.
 * Between looking at its generation and writing, however, the child may be removed and the slot
 * given to another: the write would land in a stranger's gauge. So a writer is inside an epoch
 * (sg-epoch.c), and a removed slot returns to the list of free ones only when nobody is left inside
 * who may have seen its old generation.
 */
#define GAUGES_PER_BLOCK 64

static SgLock slots_lock = SG_LOCK_INIT;
static GPtrArray *free_slots;
static GPtrArray *blocks;

static void
slots_add_block_locked (void)
{
  SgGaugeSlot *block = g_new0 (SgGaugeSlot, GAUGES_PER_BLOCK);

  if (blocks == NULL)
    {
      blocks = g_ptr_array_new ();
      free_slots = g_ptr_array_new ();
    }
  g_ptr_array_add (blocks, block);
  for (guint i = GAUGES_PER_BLOCK; i > 0; i--)
    {
      block[i - 1].generation = 1;
      g_ptr_array_add (free_slots, &block[i - 1]);
    }
}

SgGauge
sg_gauge_slots_add (void)
{
  double zero = 0;
  SgGaugeSlot *slot;

  SG_LOCK_SCOPE (&slots_lock);
  if (free_slots == NULL || free_slots->len == 0)
    slots_add_block_locked ();
  slot = g_ptr_array_steal_index_fast (free_slots, free_slots->len - 1);
  __atomic_store (&slot->value, &zero, __ATOMIC_RELAXED);
  return (SgGauge) { slot, __atomic_load_n (&slot->generation, __ATOMIC_RELAXED) };
}

static void
slots_give_back (gpointer slot)
{
  SG_LOCK_SCOPE (&slots_lock);
  g_ptr_array_add (free_slots, slot);
}

/* Swallows what is written from now on. A slot whose generations are used up is not given again. */
void
sg_gauge_slots_remove (SgGauge gauge)
{
  guint32 next = gauge.generation + 1;

  __atomic_store_n (&gauge.slot->generation, next, __ATOMIC_RELEASE);
  if (next != 0)
    sg_epoch_retire (gauge.slot, slots_give_back);
}

/* Returns: the value of a gauge that nobody can be removing */
double
sg_gauge_slots_read (SgGauge gauge)
{
  double value;

  __atomic_load (&gauge.slot->value, &value, __ATOMIC_RELAXED);
  return value;
}

/**
 * sg_gauge_get:
 * @gauge: a gauge
 *
 * Returns: its value, or 0 when it is gone
 */
double
sg_gauge_get (SgGauge gauge)
{
  double value = 0;

  if (sg_gauge_enter (gauge))
    {
      value = sg_gauge_slots_read (gauge);
      sg_epoch_leave ();
    }
  return value;
}
