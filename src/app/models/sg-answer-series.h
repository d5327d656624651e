/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-series-data.h"

G_BEGIN_DECLS

/*
 * Answers as series: what charts draw and tables list. The columns are not copied, they keep the result.
 *
 * Returns: (transfer full) (element-type SgSeriesData): the series of all @answers, named by what tells
 *   them apart
 */
GPtrArray *sg_answer_series_make   (GPtrArray           *answers);
/* What a query measures, from the names of its metrics and what is done with them. */
SgUnit     sg_answer_series_unit   (const char          *text,
                                    SgCatalog           *catalog);

G_END_DECLS
