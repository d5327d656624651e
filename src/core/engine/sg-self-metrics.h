/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/* What every page of this process begins with: who it is, which build, and how its process fares. */
void sg_self_metrics_register (SgRegistry *registry);

G_END_DECLS
