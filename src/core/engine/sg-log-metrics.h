/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-store.h"
#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/* Tells how the store of records is, as sightglass_logs_*. Returns: the number of its collector */
guint sg_log_metrics_register (SgRegistry *registry,
                               SgLogStore *store);

G_END_DECLS
