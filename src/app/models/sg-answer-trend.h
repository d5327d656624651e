/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

G_BEGIN_DECLS

/*
 * What sparklines and tiles draw and say: one series of an answer as values that are equally far apart,
 * with NaN where there is no sample.
 */

/* Returns: (transfer full) (array length=ret_n) (nullable): the values of series @index of a range */
double  *sg_answer_trend_new  (SgQueryAnswer *answer,
                               guint          index,
                               guint         *ret_n);
/* The last value of series @index, NaN when there is none. */
double   sg_answer_trend_last (SgQueryAnswer *answer,
                               guint          index);
/* Which series of @answer has @job and @instance. Returns: whether there is one */
gboolean sg_answer_trend_find (SgQueryAnswer *answer,
                               const char    *job,
                               const char    *instance,
                               guint         *ret_index);

G_END_DECLS
