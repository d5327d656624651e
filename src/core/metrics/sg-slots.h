/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A table of numbered slots, each of which begins with an SgSlot. A number is given again after its
 * slot was released, with the next generation: whoever still holds the old pair finds nothing.
 * Number 0 is never given, nor are the generations 0 (cells nobody has claimed) and
 * SG_GENERATION_NONE (the cells that stand for missing blocks); a slot that has come to the last
 * one is not given again.
 *
 * The table has no lock of its own; slots move when it grows.
 */
#define SG_GENERATION_NONE G_MAXUINT32

typedef struct
{
  guint32 generation;
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

gpointer sg_slots_take    (SgSlots *self,
                           guint32 *ret_index,
                           guint32 *ret_generation);
void     sg_slots_release (SgSlots *self,
                           guint32  index);

/* Returns: (nullable): the slot, if @generation is still the one that lives there */
static inline gpointer
sg_slots_find (const SgSlots *self,
               guint32        index,
               guint32        generation)
{
  SgSlot *slot;

  if (index == 0 || index >= self->n_slots)
    return NULL;
  slot = (SgSlot *) (gpointer) (self->slots + index * self->slot_size);
  return slot->generation == generation ? slot : NULL;
}

G_END_DECLS
