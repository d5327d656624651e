/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "promql/sg-promql-error.h"
#include "promql/sg-promql-result.h"
#include "promql/sg-token.h"

G_BEGIN_DECLS

typedef struct _SgQueryAnswer SgQueryAnswer;

/**
 * SgQuery:
 * @text: an expression
 * @start: the first time, or the only one
 * @end: the last time of a range
 * @step: the distance from one time to the next; 0 to ask at @start only
 * @base: (nullable): an earlier answer to the same text and step, on the same grid
 * @from: with @base, the first time that is asked anew; what is before it is taken from @base
 *
 * What is asked.
 */
typedef struct
{
  const char *text;
  SgTimeMs start;
  SgTimeMs end;
  gint64 step;
  SgQueryAnswer *base;
  SgTimeMs from;
} SgQuery;

/**
 * SgQueryAnswer:
 * @text: what was asked
 * @start: the first time that was asked for
 * @end: the last time
 * @step: the distance between two times, 0 when there is one only
 * @result: (nullable): what it came to, %NULL when it failed
 * @error: (nullable): why it failed
 * @place: where in @text the error is; empty when that is not known
 * @hint: (nullable): what was probably meant
 * @duration_us: how long it took
 *
 * The answer to a query, good or bad. Immutable, counted, and safe from any thread.
 */
struct _SgQueryAnswer
{
  gatomicrefcount ref_count;
  char *text;
  SgTimeMs start;
  SgTimeMs end;
  gint64 step;
  SgPromqlResult *result;
  GError *error;
  SgSpan place;
  char *hint;
  gint64 duration_us;
};

#define SG_TYPE_QUERY_ANSWER (sg_query_answer_get_type ())

GType          sg_query_answer_get_type (void) G_GNUC_CONST;
SgQueryAnswer *sg_query_answer_new      (const char     *text,
                                         SgTimeMs        start,
                                         SgTimeMs        end,
                                         gint64          step);
SgQueryAnswer *sg_query_answer_ref      (SgQueryAnswer  *self);
void           sg_query_answer_unref    (SgQueryAnswer  *self);
/* The data of Prometheus' answer: {"resultType":…,"result":…}. */
GBytes        *sg_query_answer_to_json  (SgQueryAnswer  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgQueryAnswer, sg_query_answer_unref)

SgPromqlResult *sg_query_join           (SgPromqlResult *before,
                                         SgPromqlResult *after,
                                         SgTimeMs        start,
                                         SgTimeMs        from);

G_END_DECLS
