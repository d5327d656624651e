/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-slots.h"

#include <string.h>

#define FIRST_GENERATION (G_GUINT64_CONSTANT (1) << 32)
#define LAST_GENERATION  (G_GUINT64_CONSTANT (0xffffffff) << 32)

static SgSlot *
slots_at (SgSlots *self,
          guint32  index)
{
  return (SgSlot *) (gpointer) (self->slots + index * self->slot_size);
}

static SgSlot *
slots_append (SgSlots *self)
{
  SgSlot *slot;

  if (self->n_slots == 0)
    self->n_slots = 1;
  if (self->n_slots >= self->n_allocated)
    {
      self->n_allocated = MAX (64, self->n_allocated * 2);
      self->slots = g_realloc_n (self->slots, self->n_allocated, self->slot_size);
    }
  slot = slots_at (self, self->n_slots);
  memset (slot, 0, self->slot_size);
  slot->key = FIRST_GENERATION | self->n_slots++;
  return slot;
}

/**
 * sg_slots_take: (skip)
 * @self: a table
 *
 * Returns: (transfer none): a slot with its key, and zeros behind its head; until the next call
 */
gpointer
sg_slots_take (SgSlots *self)
{
  SgSlot *slot;

  if (self->first_free == 0)
    return slots_append (self);
  slot = slots_at (self, self->first_free);
  self->first_free = slot->next_free;
  slot->next_free = 0;
  return slot;
}

/* @key: of a slot that is there */
void
sg_slots_release (SgSlots *self,
                  guint64  key)
{
  SgSlot *slot = slots_at (self, (guint32) key);

  memset (slot, 0, self->slot_size);
  if (key + FIRST_GENERATION >= LAST_GENERATION)
    return;
  slot->key = key + FIRST_GENERATION;
  slot->next_free = self->first_free;
  self->first_free = (guint32) key;
}
