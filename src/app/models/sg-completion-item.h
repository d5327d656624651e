/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgCompletionKind:
 * @SG_COMPLETION_METRIC: the name of a metric
 * @SG_COMPLETION_FUNCTION: a function or an aggregation
 * @SG_COMPLETION_KEYWORD: by, offset, and …
 * @SG_COMPLETION_LABEL: the name of a label
 * @SG_COMPLETION_VALUE: a value of a label
 * @SG_COMPLETION_DURATION: a length of time, or a variable that stands for one
 */
typedef enum
{
  SG_COMPLETION_METRIC,
  SG_COMPLETION_FUNCTION,
  SG_COMPLETION_KEYWORD,
  SG_COMPLETION_LABEL,
  SG_COMPLETION_VALUE,
  SG_COMPLETION_DURATION,
} SgCompletionKind;

/**
 * SgCompletionItem:
 *
 * Something that could be written at a place of a query, and what there is to know of it. Immutable.
 */
#define SG_TYPE_COMPLETION_ITEM (sg_completion_item_get_type ())
G_DECLARE_FINAL_TYPE (SgCompletionItem, sg_completion_item, SG, COMPLETION_ITEM, GObject)

SgCompletionItem *sg_completion_item_new        (SgCompletionKind  kind,
                                                 const char       *text,
                                                 const char       *insert,
                                                 const char       *detail);
/* What is told of the one that is chosen; each may be %NULL. */
void              sg_completion_item_document   (SgCompletionItem *self,
                                                 const char       *signature,
                                                 const char       *summary,
                                                 const char       *example);

SgCompletionKind  sg_completion_item_get_kind   (SgCompletionItem *self);
/* What it is called, and what is written when it is chosen. */
const char       *sg_completion_item_get_text   (SgCompletionItem *self);
const char       *sg_completion_item_get_insert (SgCompletionItem *self);
/* A word beside it, such as the type of a metric, or "". */
const char       *sg_completion_item_get_detail (SgCompletionItem *self);
const char       *sg_completion_item_get_signature (SgCompletionItem *self);
const char       *sg_completion_item_get_summary (SgCompletionItem *self);
const char       *sg_completion_item_get_example (SgCompletionItem *self);

G_END_DECLS
