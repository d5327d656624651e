/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-scene.h"
#include "models/sg-table-model.h"

G_BEGIN_DECLS

/* A table has no more columns of series than this; the rest is in the CSV. */
#define SG_CHART_TABLE_MOST_SERIES 24

/* The samples of the visible series as rows, the latest first, one column for each series. */
SgTableModel *sg_chart_tables_new_samples (const SgScene *scene);
/* A row for each series: last, min, max, mean and sum in the window. */
SgTableModel *sg_chart_tables_new_legend  (const SgScene *scene);
/* All samples of all visible series in the window: time in seconds, then a column for each. */
char         *sg_chart_tables_to_csv      (const SgScene *scene);

G_END_DECLS
