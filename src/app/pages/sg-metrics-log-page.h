/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-exposition-model.h"
#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgMetricsLogPage:
 *
 * The metrics of a job as they are served, line by line: filtered by families, coloured, copied, and
 * exported.
 */
#define SG_TYPE_METRICS_LOG_PAGE (sg_metrics_log_page_get_type ())
G_DECLARE_FINAL_TYPE (SgMetricsLogPage, sg_metrics_log_page, SG, METRICS_LOG_PAGE, SgPage)

SgPage            *sg_metrics_log_page_new        (void);
void               sg_metrics_log_page_show       (SgMetricsLogPage *self,
                                                   SgExpositionPage *page);
void               sg_metrics_log_page_set_filter (SgMetricsLogPage *self,
                                                   const char       *filter);
const char        *sg_metrics_log_page_get_job    (SgMetricsLogPage *self);
SgExpositionModel *sg_metrics_log_page_get_model  (SgMetricsLogPage *self);

G_END_DECLS
