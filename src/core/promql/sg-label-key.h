/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"

G_BEGIN_DECLS

/**
 * SgLabelKey:
 * @keep: whether the labels named are what counts, or all others
 * @names: (owned): sorted names
 * @n_names: how many
 *
 * Which labels count when series are put together: by (…), without (…), on (…), ignoring (…). Two
 * series have the same key when the labels that count are the same.
 */
typedef struct
{
  gboolean keep;
  const char **names;
  guint n_names;
} SgLabelKey;

void      sg_label_key_init    (SgLabelKey        *self,
                                gboolean           keep,
                                const char *const *names,
                                guint              n_names,
                                const char        *extra);
void      sg_label_key_clear   (SgLabelKey        *self);
guint64   sg_label_key_hash    (const SgLabelKey  *self,
                                const SgLabels    *labels);
gboolean  sg_label_key_equal   (const SgLabelKey  *self,
                                const SgLabels    *a,
                                const SgLabels    *b);
SgLabels *sg_label_key_project (const SgLabelKey  *self,
                                const SgLabels    *labels);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgLabelKey, sg_label_key_clear)

/* The key in which every label counts. */
extern const SgLabelKey sg_label_key_all;

/**
 * SgLabelTable:
 *
 * Numbers label sets, from 0 on, in the order in which a new key comes. Lives on the stack.
 */
typedef struct
{
  const SgLabelKey *key;
  guint *slots;
  guint n_slots;
  GArray *entries;
} SgLabelTable;

#define SG_LABEL_TABLE_NONE G_MAXUINT

void            sg_label_table_init       (SgLabelTable      *self,
                                           const SgLabelKey  *key);
void            sg_label_table_clear      (SgLabelTable      *self);
guint           sg_label_table_add        (SgLabelTable      *self,
                                           const SgLabels    *labels,
                                           gboolean          *ret_added);
guint           sg_label_table_find       (const SgLabelTable *self,
                                           const SgLabels     *labels);
guint           sg_label_table_get_n      (const SgLabelTable *self);
const SgLabels *sg_label_table_get_labels (const SgLabelTable *self,
                                           guint               i);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgLabelTable, sg_label_table_clear)

/* What is dropped from a series whose name does not tell what it is any more. */
SgLabels *sg_labels_drop_metric (const SgLabels *self);

G_END_DECLS
