/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-table.h"

#define FIRST_SIZE 8

static SgHeadTableSlots *
slots_new (guint size)
{
  SgHeadTableSlots *slots = g_malloc0 (sizeof (SgHeadTableSlots) + size * sizeof (gpointer));

  slots->mask = size - 1;
  return slots;
}

void
sg_head_table_init (SgHeadTable *self,
                    guint64 (*hash) (gconstpointer item))
{
  *self = (SgHeadTable) { .hash = hash, .slots = slots_new (FIRST_SIZE) };
}

/* The items belong to whoever put them there. */
void
sg_head_table_clear (SgHeadTable *self)
{
  g_clear_pointer (&self->slots, g_free);
}

static void
put (SgHeadTable      *self,
     SgHeadTableSlots *slots,
     gpointer          item)
{
  guint at = (guint) self->hash (item) & slots->mask;

  while (slots->slots[at] != NULL)
    at = (at + 1) & slots->mask;
  __atomic_store_n (&slots->slots[at], item, __ATOMIC_RELEASE);
  self->n_used++;
}

/* Twice to four times the room for the items that there are, or as much as before when many had gone. */
static void
rebuild (SgHeadTable *self,
         SgHeadGate  *gate)
{
  SgHeadTableSlots *old = self->slots;
  guint size = FIRST_SIZE;
  SgHeadTableSlots *slots;

  while (size < self->n_items * 2)
    size *= 2;
  slots = slots_new (size);
  self->n_used = 0;
  for (guint i = 0; i <= old->mask; i++)
    {
      if (old->slots[i] != NULL && old->slots[i] != SG_HEAD_TABLE_GONE)
        put (self, slots, old->slots[i]);
    }
  __atomic_store_n (&self->slots, slots, __ATOMIC_RELEASE);
  sg_head_gate_retire (gate, old, g_free);
}

void
sg_head_table_insert (SgHeadTable *self,
                      SgHeadGate  *gate,
                      gpointer     item)
{
  __atomic_store_n (&self->n_items, self->n_items + 1, __ATOMIC_RELAXED);
  if ((self->n_used + 1) * 4 > (self->slots->mask + 1) * 3)
    rebuild (self, gate);
  put (self, self->slots, item);
}

void
sg_head_table_remove (SgHeadTable   *self,
                      gconstpointer  item)
{
  guint at = (guint) self->hash (item) & self->slots->mask;

  while (self->slots->slots[at] != item)
    at = (at + 1) & self->slots->mask;
  __atomic_store_n (&self->slots->slots[at], SG_HEAD_TABLE_GONE, __ATOMIC_RELEASE);
  __atomic_store_n (&self->n_items, self->n_items - 1, __ATOMIC_RELAXED);
}
