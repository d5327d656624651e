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
/*
 * Adds the series of one answer to @out (element-type SgSeriesData), each called by its @label, or all by
 * @name where there is no label to ask for. What has no such label is called by @name too.
 */
void       sg_answer_series_add    (GPtrArray           *out,
                                    SgQueryAnswer       *answer,
                                    const char          *label,
                                    const char          *name,
                                    SgUnit               unit);
/* Adds the rows of a heat map: from running totals by "le", what is between each bound and the next. */
void       sg_answer_series_add_buckets (GPtrArray      *out,
                                    SgQueryAnswer       *answer,
                                    SgUnit               unit);
/* The last value of the first series, or of that whose @label is @value; NaN where there is none. */
double     sg_answer_series_value  (SgQueryAnswer       *answer,
                                    const char          *label,
                                    const char          *value);
/* What a query measures, from the names of its metrics and what is done with them. */
SgUnit     sg_answer_series_unit   (const char          *text,
                                    SgCatalog           *catalog);

G_END_DECLS
