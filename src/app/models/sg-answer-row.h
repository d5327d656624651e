/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-series-data.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgAnswerRow:
 *
 * A series as a row of a table: its labels, and its numbers in a window of time. Immutable.
 */
#define SG_TYPE_ANSWER_ROW (sg_answer_row_get_type ())
G_DECLARE_FINAL_TYPE (SgAnswerRow, sg_answer_row, SG, ANSWER_ROW, GObject)

SgAnswerRow         *sg_answer_row_new       (const SgSeriesData *series,
                                              gint64              from,
                                              gint64              to);
/* The value of a label, or "". */
const char          *sg_answer_row_get_label (SgAnswerRow        *self,
                                              const char         *name);
const char          *sg_answer_row_get_name  (SgAnswerRow        *self);
const SgSeriesStats *sg_answer_row_get_stats (SgAnswerRow        *self);

G_END_DECLS
