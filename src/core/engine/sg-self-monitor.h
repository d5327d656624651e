/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-operation.h"
#include "promql/sg-promql-engine.h"
#include "sync/sg-sync-monitor.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

/**
 * SgSelfMonitor:
 *
 * This program's own store, watched as any pair of cache and database is. What the store reports to the
 * sink becomes an operation of the monitor; the range cache of queries and the cache of postings are the
 * caches. Each known type is there from the beginning, at 0. Safe from any thread.
 */
#define SG_TYPE_SELF_MONITOR (sg_self_monitor_get_type ())
G_DECLARE_FINAL_TYPE (SgSelfMonitor, sg_self_monitor, SG, SELF_MONITOR, GObject)

SgSelfMonitor         *sg_self_monitor_new         (SgRegistry     *registry,
                                                    SgClock        *clock);
/* Returns: (transfer none): where to report; stays as long as @self */
const SgOperationSink *sg_self_monitor_get_sink    (SgSelfMonitor  *self);
/* Returns: (transfer none) */
SgSyncMonitor         *sg_self_monitor_get_monitor (SgSelfMonitor  *self);
/* Brings what the caches counted up to now into the monitor; @store may be %NULL. For workers. */
void                   sg_self_monitor_update      (SgSelfMonitor  *self,
                                                    SgStore        *store,
                                                    SgPromqlEngine *promql);

G_END_DECLS
