/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-slots.h"

#include <string.h>

static SgSlot *
slots_at (SgSlots *self,
          guint32  index)
{
  return (SgSlot *) (gpointer) (self->slots + index * self->slot_size);
}

static guint32
slots_append (SgSlots *self)
{
  if (self->n_slots == 0)
    self->n_slots = 1;
  if (self->n_slots >= self->n_allocated)
    {
      self->n_allocated = MAX (64, self->n_allocated * 2);
      self->slots = g_realloc_n (self->slots, self->n_allocated, self->slot_size);
    }
  memset (slots_at (self, self->n_slots), 0, self->slot_size);
  slots_at (self, self->n_slots)->generation = 1;
  return self->n_slots++;
}

/**
 * sg_slots_take:
 * @self: a table
 * @ret_index: where its number goes
 * @ret_generation: and the generation that lives there from now on
 *
 * Returns: (transfer none): a slot whose bytes behind the head are zero, until the next call
 */
gpointer
sg_slots_take (SgSlots *self,
               guint32 *ret_index,
               guint32 *ret_generation)
{
  guint32 index = self->first_free;
  SgSlot *slot;

  if (index != 0)
    self->first_free = slots_at (self, index)->next_free;
  else
    index = slots_append (self);
  slot = slots_at (self, index);
  slot->next_free = 0;
  *ret_index = index;
  *ret_generation = slot->generation;
  return slot;
}

void
sg_slots_release (SgSlots *self,
                  guint32  index)
{
  SgSlot *slot = slots_at (self, index);
  guint32 generation = slot->generation + 1;

  memset (slot, 0, self->slot_size);
  if (generation == SG_GENERATION_NONE)
    return;
  slot->generation = generation;
  slot->next_free = self->first_free;
  self->first_free = index;
}
