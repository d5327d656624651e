/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-metrics-log-page.h"

G_BEGIN_DECLS

/*
 * Export: the action "log.export" with the name of a format ("text", "openmetrics", "json", "csv") asks
 * for a file and writes it. The toast that says so has the window's action "win.open-folder".
 */
void  sg_metrics_log_export_install (GtkWidgetClass   *klass);
void  sg_metrics_log_export_to      (SgMetricsLogPage *self,
                                     SgExportFormat    format,
                                     GFile            *file);
char *sg_metrics_log_export_name    (const char       *job,
                                     SgExportFormat    format,
                                     SgTimeMs          time);

G_END_DECLS
