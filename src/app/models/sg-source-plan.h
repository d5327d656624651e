/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-query-plan.h"

G_BEGIN_DECLS

/**
 * SgPageMeasure:
 * @role: what the page calls it
 * @query: what is asked of applications
 * @shape: when
 */
typedef struct
{
  const char *role;
  SgMeasureQuery query;
  SgQueryShape shape;
} SgPageMeasure;

/**
 * SgSourcePlan:
 *
 * What a page asks of applications, in roles: it finds which applications there are in the time that is
 * looked at, and makes the queries of a #SgQueryPlan for all of them or for the one that is chosen. Only
 * applications that have one of the page's roles count. "sources-changed" tells that others are there.
 */
#define SG_TYPE_SOURCE_PLAN (sg_source_plan_get_type ())
G_DECLARE_FINAL_TYPE (SgSourcePlan, sg_source_plan, SG, SOURCE_PLAN, GObject)

SgSourcePlan   *sg_source_plan_new            (const SgPageMeasure  *measures,
                                               guint                 n_measures,
                                               const SgMappingRole  *roles,
                                               guint                 n_roles);
SgQueryPlan    *sg_source_plan_get_plan       (SgSourcePlan         *self);
/* The applications that the page is about: (transfer none) (element-type SgSource). */
const GPtrArray *sg_source_plan_get_sources   (SgSourcePlan         *self);
/* Returns: (nullable): which one is chosen, %NULL for all */
const SgSource *sg_source_plan_get_source     (SgSourcePlan         *self);
void            sg_source_plan_set_source     (SgSourcePlan         *self,
                                               const char           *id);
/* Whether what is chosen has @role. */
gboolean        sg_source_plan_has_role       (SgSourcePlan         *self,
                                               SgMappingRole         role);
void            sg_source_plan_take_sources   (SgSourcePlan         *self,
                                               SgSourceList         *sources);
SgQueryAnswer  *sg_source_plan_get_answer     (SgSourcePlan         *self,
                                               const char           *role);
void            sg_source_plan_refresh_async  (SgSourcePlan         *self,
                                               SgEngine             *engine,
                                               SgTimeWindow         *window,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean        sg_source_plan_refresh_finish (SgSourcePlan         *self,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
