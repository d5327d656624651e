/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-query.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgLogAnswer:
 * @records: what was found, in the order that was asked for
 * @has_more: whether there is more of it than fits the page
 * @has_count: whether all of it was counted
 * @count: how much there is
 * @duration_us: how long it took
 *
 * What a search in the store of records found. Immutable, counted, and safe from any thread.
 */
typedef struct
{
  gatomicrefcount ref_count;
  SgLogBatch *records;
  gboolean has_more;
  gboolean has_count;
  guint64 count;
  gint64 duration_us;
} SgLogAnswer;

#define SG_TYPE_LOG_ANSWER (sg_log_answer_get_type ())

GType        sg_log_answer_get_type (void) G_GNUC_CONST;
SgLogAnswer *sg_log_answer_new      (void);
SgLogAnswer *sg_log_answer_ref      (SgLogAnswer *self);
void         sg_log_answer_unref    (SgLogAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLogAnswer, sg_log_answer_unref)

G_END_DECLS
