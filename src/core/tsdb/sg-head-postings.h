/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "tsdb/sg-head-table.h"

G_BEGIN_DECLS

/**
 * SgHeadList:
 * @n: how many ids
 * @ids: rising
 *
 * Which series have a label. It only grows; when it has no room it is replaced and retired, and so it
 * is when series go. A reader takes @n once and looks at no more than that.
 */
typedef struct
{
  guint n;
  guint capacity;
  guint32 ids[];
} SgHeadList;

typedef struct
{
  SgHeadList *list;
  guint64 hash;
  char value[];
} SgHeadValue;

typedef struct
{
  SgHeadTable values;
  guint64 hash;
  char name[];
} SgHeadName;

/**
 * SgHeadPostings:
 *
 * For each label, and for all of them together, the series that have it. Reading takes a guard and no
 * lock, changing the lock of the index.
 */
typedef struct
{
  SgHeadGate *gate;
  SgHeadTable names;
  SgHeadList *all;
} SgHeadPostings;

void               sg_head_postings_init       (SgHeadPostings       *self,
                                                SgHeadGate           *gate);
void               sg_head_postings_clear      (SgHeadPostings       *self);
void               sg_head_postings_add        (SgHeadPostings       *self,
                                                guint32               id,
                                                const SgLabels       *labels);
void               sg_head_postings_remove     (SgHeadPostings       *self,
                                                const guint32        *ids,
                                                const SgLabels *const *labels,
                                                guint                 n);
const SgHeadName  *sg_head_postings_find_name  (const SgHeadPostings *self,
                                                const char           *name);
const SgHeadValue *sg_head_postings_find_value (const SgHeadName     *name,
                                                const char           *value);

/* Returns: (nullable): a list, and how much of it there was when it was looked at */
static inline const SgHeadList *
sg_head_list_get (SgHeadList *const *place,
                  guint             *ret_n)
{
  const SgHeadList *list = __atomic_load_n (place, __ATOMIC_ACQUIRE);

  *ret_n = list != NULL ? __atomic_load_n (&list->n, __ATOMIC_ACQUIRE) : 0;
  return list;
}

G_END_DECLS
