/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "widgets/sg-breakpoint.h"

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgMetricBrowser:
 *
 * All metrics there are: by job, with type, number of series, labels and how many values each has, and
 * what they mean. Emits "chosen" (text) with a query for the metric that is opened, and "closed".
 */
#define SG_TYPE_METRIC_BROWSER (sg_metric_browser_get_type ())
G_DECLARE_FINAL_TYPE (SgMetricBrowser, sg_metric_browser, SG, METRIC_BROWSER, GtkWidget)

GtkWidget *sg_metric_browser_new             (void);
void       sg_metric_browser_set_catalog     (SgMetricBrowser *self,
                                              SgCatalog       *catalog);
void       sg_metric_browser_set_width_class (SgMetricBrowser *self,
                                              SgWidthClass     width_class);
void       sg_metric_browser_find            (SgMetricBrowser *self);
guint      sg_metric_browser_get_n_shown     (SgMetricBrowser *self);

G_END_DECLS
