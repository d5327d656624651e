/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-metrics-log-page.h"

G_BEGIN_DECLS

/*
 * What can be done with the lines of the Metrics Log: "log.copy" (the selected lines, or all that are
 * shown), and for the line under the context menu "log.copy-line", "log.copy-family" and
 * "log.filter-family".
 */
void sg_metrics_log_actions_install    (GtkWidgetClass   *klass);
void sg_metrics_log_actions_popup_menu (SgMetricsLogPage *self,
                                        GtkWidget        *list,
                                        double            x,
                                        double            y);

G_END_DECLS
