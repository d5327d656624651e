/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-service.h"
#include "engine/sg-store-service.h"
#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/**
 * SgBuiltinJob:
 *
 * A job that is collected without being configured, from a registry of this process: every few seconds,
 * on times of the clock that the interval divides, its page goes the way of any target's page into the
 * store. Its instance is the name of the host. One that @may_hang is collected in the blocking pool.
 */
#define SG_TYPE_BUILTIN_JOB (sg_builtin_job_get_type ())
G_DECLARE_FINAL_TYPE (SgBuiltinJob, sg_builtin_job, SG, BUILTIN_JOB, SgService)

SgBuiltinJob *sg_builtin_job_new (const char     *name,
                                  gint64          interval_ms,
                                  gboolean        may_hang,
                                  SgRegistry     *registry,
                                  SgStoreService *store,
                                  SgClock        *clock);

G_END_DECLS
