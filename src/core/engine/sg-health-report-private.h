/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-health-report.h"

G_BEGIN_DECLS

SgHealthReport *sg_health_report_new_take (GArray  *checks,
                                           SgTimeNs time);

G_END_DECLS
