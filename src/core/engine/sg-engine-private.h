/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine.h"
#include "engine/sg-log-service.h"
#include "engine/sg-mapping-service.h"
#include "engine/sg-scrape-service.h"
#include "promql/sg-promql-engine.h"

G_BEGIN_DECLS

/* What sg-engine-query.c needs of it; safe from any thread. */
SgPromqlEngine *sg_engine_get_promql   (SgEngine *self);
/* Returns: (transfer full) (nullable): %NULL while the store is not open */
SgQuerier      *sg_engine_open_querier (SgEngine *self);
SgMappingService *sg_engine_get_mapping_service (SgEngine *self);
/* What sg-engine-pages.c needs of it. Returns: (transfer none) */
SgClock        *sg_engine_get_clock    (SgEngine *self);
/* Returns: (transfer full): the jobs whose registry is here; the first is this process */
GStrv           sg_engine_list_registries (SgEngine *self);
/* Returns: (transfer none) (nullable): what @job collects, or this process where it is %NULL */
SgRegistry     *sg_engine_find_registry   (SgEngine   *self,
                                           const char *job);
/* What sg-engine-logs.c needs of it. */
SgLogService   *sg_engine_get_logs     (SgEngine *self);
/*
 * Collects what is in the registry of @monitor as the job @job, as this process' own registry is, serves it
 * on /metrics/<job>, and stores its records; before the engine starts.
 */
void            sg_engine_add_monitor  (SgEngine      *self,
                                        const char    *job,
                                        SgSyncMonitor *monitor);
/* What sg-engine-targets.c needs of it. */
SgScrapeService *sg_engine_get_scrape  (SgEngine *self);
/* Returns: (transfer none) (element-type SgBuiltinJob) */
GPtrArray      *sg_engine_get_builtin_jobs (SgEngine *self);
/* Returns: (transfer none): that of its thread */
GMainContext   *sg_engine_get_context  (SgEngine *self);

G_END_DECLS
