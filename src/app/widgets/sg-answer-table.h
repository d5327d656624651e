/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-series-data.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* So many series are listed; the chart and the text have all. */
#define SG_ANSWER_TABLE_MAX 10000u

/**
 * SgAnswerTable:
 *
 * Series as a table: a column for each label that they have, and their value, or for a range the last,
 * least, greatest and mean one. Sorted by what is clicked.
 */
#define SG_TYPE_ANSWER_TABLE (sg_answer_table_get_type ())
G_DECLARE_FINAL_TYPE (SgAnswerTable, sg_answer_table, SG, ANSWER_TABLE, GtkWidget)

GtkWidget *sg_answer_table_new        (void);
/* Shows @series (element-type SgSeriesData) as they are from @from to @to. */
void       sg_answer_table_set_series (SgAnswerTable *self,
                                       GPtrArray     *series,
                                       SgUnit         unit,
                                       gboolean       range,
                                       gint64         from,
                                       gint64         to);
guint      sg_answer_table_get_n_rows (SgAnswerTable *self);

G_END_DECLS
