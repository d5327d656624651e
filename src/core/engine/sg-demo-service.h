/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-service.h"
#include "sync/sg-demo.h"

G_BEGIN_DECLS

/**
 * SgDemoService:
 *
 * The demonstration as a service. Where it cannot run, it says why and the rest goes on.
 */
#define SG_TYPE_DEMO_SERVICE (sg_demo_service_get_type ())
G_DECLARE_FINAL_TYPE (SgDemoService, sg_demo_service, SG, DEMO_SERVICE, SgService)

SgDemoService *sg_demo_service_new         (guint          rate,
                                            SgClock       *clock);
SgSyncMonitor *sg_demo_service_get_monitor (SgDemoService *self);

G_END_DECLS
