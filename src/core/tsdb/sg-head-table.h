/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head-gate.h"

G_BEGIN_DECLS

/**
 * SgHeadTable:
 *
 * A hash table of pointers that many may search while one changes it. Searching takes no lock, only a
 * guard (sg-head-gate.h); changing is up to whoever holds the lock of the index. A slot goes from
 * empty to an item to %SG_HEAD_TABLE_GONE; when too few are empty all items move to a new table, and
 * the old one is retired.
 *
 *   guint at = (guint) hash;
 *   const SgHeadTableSlots *slots = sg_head_table_get_slots (table);
 *   while ((item = sg_head_table_step (slots, &at)) != NULL)
 *     if (item is the one) …
 */
typedef struct
{
  guint mask;
  gpointer slots[];
} SgHeadTableSlots;

typedef struct
{
  guint64 (*hash) (gconstpointer item);
  SgHeadTableSlots *slots;
  guint n_items;
  guint n_used;
} SgHeadTable;

#define SG_HEAD_TABLE_GONE ((gpointer) 1)

void sg_head_table_init   (SgHeadTable   *self,
                           guint64      (*hash) (gconstpointer item));
void sg_head_table_clear  (SgHeadTable   *self);
void sg_head_table_insert (SgHeadTable   *self,
                           SgHeadGate    *gate,
                           gpointer       item);
void sg_head_table_remove (SgHeadTable   *self,
                           gconstpointer  item);

static inline const SgHeadTableSlots *
sg_head_table_get_slots (const SgHeadTable *self)
{
  return __atomic_load_n (&self->slots, __ATOMIC_ACQUIRE);
}

/* Returns: (nullable): the next item that may be the one, %NULL when it is not there */
static inline gpointer
sg_head_table_step (const SgHeadTableSlots *slots,
                    guint                  *at)
{
  gpointer item;

  do
    item = __atomic_load_n (&slots->slots[(*at)++ & slots->mask], __ATOMIC_ACQUIRE);
  while (item == SG_HEAD_TABLE_GONE);
  return item;
}

/* Returns: (nullable): what is at @i, from 0 to the mask: to go through all, in no order */
static inline gpointer
sg_head_table_peek (const SgHeadTableSlots *slots,
                    guint                   i)
{
  gpointer item = __atomic_load_n (&slots->slots[i], __ATOMIC_ACQUIRE);

  return item == SG_HEAD_TABLE_GONE ? NULL : item;
}

G_END_DECLS
