/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A table of slots, each of which begins with an SgSlot, found by a key: the number of the slot in
 * the lower half, its generation in the upper. A number is given again after its slot was released,
 * with the next generation: whoever still holds the old key finds nothing. Number 0 is never given,
 * nor are the generations 0 and 2^32 - 1, so that the key 0 (cells nobody has claimed) and
 * SG_KEY_NONE (the cells that stand for missing blocks) are nobody's; a slot that has come to the
 * last generation is not given again.
 *
 * The table has no lock of its own; slots move when it grows.
 */
#define SG_KEY_NONE G_MAXUINT64

typedef struct
{
  guint64 key;
  guint32 next_free;
} SgSlot;

typedef struct
{
  gsize slot_size;
  char *slots;
  guint32 n_slots;
  guint32 n_allocated;
  guint32 first_free;
} SgSlots;

#define SG_SLOTS_INIT(type) { .slot_size = sizeof (type) }

gpointer sg_slots_take    (SgSlots *self);
void     sg_slots_release (SgSlots *self,
                           guint64  key);

/* Returns: (nullable): the slot, if the generation in @key still lives there */
static inline gpointer
sg_slots_find (const SgSlots *self,
               guint64        key)
{
  guint32 index = (guint32) key;
  SgSlot *slot;

  if (index == 0 || index >= self->n_slots)
    return NULL;
  slot = (SgSlot *) (gpointer) (self->slots + index * self->slot_size);
  return slot->key == key ? slot : NULL;
}

G_END_DECLS
