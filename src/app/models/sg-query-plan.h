/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-time-window.h"

G_BEGIN_DECLS

/**
 * SgQueryShape:
 * @SG_QUERY_RANGE: at each point of the chart
 * @SG_QUERY_COLUMNS: at each column of the chart, or cell of a heat map, which are several points wide
 * @SG_QUERY_INSTANT: at the end of the time window
 */
typedef enum
{
  SG_QUERY_RANGE,
  SG_QUERY_COLUMNS,
  SG_QUERY_INSTANT,
} SgQueryShape;

/**
 * SgQueryPlan:
 *
 * The queries of a page, each with the role that it plays there. One refresh asks all of them in one
 * batch; "answered" is then emitted, with the role, for those whose answer is another than before, and
 * only those need to be drawn anew.
 *
 * A query may say $window, $step, $rate and $source. A range is asked on a grid that its step divides, so
 * that the points of two refreshes are the same points, and the step follows the pixels that there are.
 * Of a live range only what is new is asked, with the five minutes before it, since samples may come late.
 */
#define SG_TYPE_QUERY_PLAN (sg_query_plan_get_type ())
G_DECLARE_FINAL_TYPE (SgQueryPlan, sg_query_plan, SG, QUERY_PLAN, GObject)

SgQueryPlan   *sg_query_plan_new            (void);
/* Sets the query of @role; without a text there is none. */
void           sg_query_plan_set_query      (SgQueryPlan         *self,
                                             const char          *role,
                                             const char          *text,
                                             SgQueryShape         shape);
guint          sg_query_plan_get_n_queries  (SgQueryPlan         *self);
/* How many points a range may have: the width of the plot in pixels. */
void           sg_query_plan_set_width      (SgQueryPlan         *self,
                                             int                  pixels);
/* How often the samples are taken that are asked for, in milliseconds: no step is shorter. */
void           sg_query_plan_set_interval   (SgQueryPlan         *self,
                                             gint64               interval);
/* Matchers in place of $source, as in "job=\"a\"", or "". */
void           sg_query_plan_set_source     (SgQueryPlan         *self,
                                             const char          *matchers);
gint64         sg_query_plan_get_step       (SgQueryPlan         *self,
                                             gint64               span);
/* Returns: (transfer full): what is really asked for @text in @window */
char          *sg_query_plan_expand         (SgQueryPlan         *self,
                                             SgTimeWindow        *window,
                                             const char          *text);
/* Returns: (transfer none) (nullable): what was answered last */
SgQueryAnswer *sg_query_plan_get_answer     (SgQueryPlan         *self,
                                             const char          *role);

/**
 * SgPlannedQuery:
 * @query: what is to be asked
 * @serial: which of the plan's queries that is, for as long as its text and shape stay
 */
typedef struct
{
  SgQuery query;
  guint serial;
} SgPlannedQuery;

/* The two halves of a refresh: what is to be asked now, and what was answered to that. */
GArray        *sg_query_plan_prepare        (SgQueryPlan         *self,
                                             SgTimeWindow        *window);
void           sg_query_plan_take           (SgQueryPlan         *self,
                                             const GArray        *planned,
                                             GPtrArray           *answers);

void           sg_query_plan_refresh_async  (SgQueryPlan         *self,
                                             SgEngine            *engine,
                                             SgTimeWindow        *window,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean       sg_query_plan_refresh_finish (SgQueryPlan         *self,
                                             GAsyncResult        *result,
                                             GError             **error);

G_END_DECLS
