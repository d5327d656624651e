/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-chart-group.h"
#include "models/sg-time-window.h"
#include "widgets/sg-breakpoint.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgOperationsView:
 *
 * All operations of the time that is looked at, newest first: filtered by type, status, key and duration,
 * with the details of one beside them, or over them where it is narrow. Emits "left" when the user goes
 * back, and "filter-changed" when others are asked for.
 */
#define SG_TYPE_OPERATIONS_VIEW (sg_operations_view_get_type ())
G_DECLARE_FINAL_TYPE (SgOperationsView, sg_operations_view, SG, OPERATIONS_VIEW, GtkWidget)

void     sg_operations_view_set_up       (SgOperationsView    *self,
                                          SgChartGroup        *group,
                                          GSettings           *settings);
void     sg_operations_view_set_width_class (SgOperationsView *self,
                                          SgWidthClass         width_class);
/* What can be chosen: (element-type utf8). */
void     sg_operations_view_set_types    (SgOperationsView    *self,
                                          GPtrArray           *types);
/* Shows only operations of @type, %NULL for all, and forgets what else was asked for. */
void     sg_operations_view_show_type    (SgOperationsView    *self,
                                          const char          *type);
/* Completes @query, whose times and service are set, with what is asked for; it lives until a change. */
void     sg_operations_view_fill_query   (SgOperationsView    *self,
                                          SgLogQuery          *query);
void     sg_operations_view_take         (SgOperationsView    *self,
                                          SgEngine            *engine,
                                          SgLogAnswer         *answer);
/* Shows the details of the record @index of @records. */
void     sg_operations_view_show_record  (SgOperationsView    *self,
                                          SgEngine            *engine,
                                          SgLogBatch          *records,
                                          guint                index);
void     sg_operations_view_find         (SgOperationsView    *self);

G_END_DECLS
