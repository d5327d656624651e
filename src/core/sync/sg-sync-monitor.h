/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-registry.h"
#include "sync/sg-sync-types.h"

G_BEGIN_DECLS

/**
 * SgSyncMonitorOptions:
 * @registry: where its families are
 * @prefix: what their names begin with: anivault, sightglass …
 * @service: who it speaks for in records
 * @hit_rate_in_percent: whether the gauge of the hit rate is 85 or 0.85 for eighty-five in a hundred
 * @max_types: how many types it takes besides those that are known, or 0 for 32
 * @max_recent: how many operations it remembers, or 0 for 1000
 * @max_events: how many it hands on as records in a second, or 0 for 20,000
 * @clock: (nullable): what tells the time, or %NULL for the system's
 */
typedef struct
{
  SgRegistry *registry;
  const char *prefix;
  const char *service;
  gboolean hit_rate_in_percent;
  guint max_types;
  guint max_recent;
  guint max_events;
  SgClock *clock;
} SgSyncMonitorOptions;

/**
 * SgSyncStatistics:
 * @count: how many operations ended
 * @by_status: how many of them how
 * @success_rate: the share of those that succeeded, from 0 to 1; NaN when there was none
 * @mean: seconds; NaN when there was none
 * @p50: seconds that half of them did not take longer than
 * @p95: likewise, of 95 in a hundred
 * @p99: likewise, of 99 in a hundred
 * @records: how many records they touched
 * @active: how many go on
 * @last_error: (nullable): why the last one that failed did; g_free() it
 * @last_error_time: when that was
 */
typedef struct
{
  guint64 count;
  guint64 by_status[SG_SYNC_N_END_STATUSES];
  double success_rate;
  double mean;
  double p50;
  double p95;
  double p99;
  guint64 records;
  guint64 active;
  char *last_error;
  SgTimeNs last_error_time;
} SgSyncStatistics;

/**
 * SgSyncMonitor:
 *
 * Watches how a cache and its database are kept in step: what is done, how it ends, how long it takes.
 * All of it is counted exactly; what is told of single operations is bounded. Safe from any thread.
 */
#define SG_TYPE_SYNC_MONITOR (sg_sync_monitor_get_type ())
G_DECLARE_FINAL_TYPE (SgSyncMonitor, sg_sync_monitor, SG, SYNC_MONITOR, GObject)

SgSyncMonitor *sg_sync_monitor_new                   (const SgSyncMonitorOptions *options);
SgRegistry    *sg_sync_monitor_get_registry          (SgSyncMonitor              *self);
const char    *sg_sync_monitor_get_prefix            (SgSyncMonitor              *self);
SgClock       *sg_sync_monitor_get_clock             (SgSyncMonitor              *self);
gboolean       sg_sync_monitor_add_type              (SgSyncMonitor              *self,
                                                      const char                 *name,
                                                      guint                      *ret_type,
                                                      GError                    **error);
const char    *sg_sync_monitor_get_type_name         (SgSyncMonitor              *self,
                                                      guint                       type);
guint          sg_sync_monitor_get_n_types           (SgSyncMonitor              *self);

/**
 * SgSyncOperation:
 *
 * An operation that goes on. Kept in a g_autoptr, it ends with the block, however that is left:
 *
 *   g_autoptr (SgSyncOperation) operation =
 *       sg_sync_operation_begin (monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_MISS, key);
 *   …
 *   sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, n_records);
 *
 * and is recorded as failed where it was not completed before.
 */
typedef struct _SgSyncOperation SgSyncOperation;

SgSyncOperation *sg_sync_operation_begin     (SgSyncMonitor   *monitor,
                                              guint            type,
                                              SgSyncCache      cache,
                                              const char      *key);
void             sg_sync_operation_set_cache (SgSyncOperation *self,
                                              SgSyncCache      cache);
void             sg_sync_operation_set_trace (SgSyncOperation *self,
                                              const char      *trace_id);
void             sg_sync_operation_complete  (SgSyncOperation *self,
                                              SgSyncStatus     status,
                                              guint64          records);
void             sg_sync_operation_fail      (SgSyncOperation *self,
                                              SgSyncStatus     status,
                                              guint64          records,
                                              const char      *error);
void             sg_sync_operation_free      (SgSyncOperation *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSyncOperation, sg_sync_operation_free)

/**
 * SgSyncEvent:
 * @type: what it did
 * @cache: whether a cache was asked, and had it
 * @status: how it ended
 * @start: when it began
 * @duration_us: how long it took
 * @records: how many records it touched
 * @key: (nullable): what it was about
 * @error: (nullable): why it did not succeed
 * @trace_id: (nullable): the trace it belongs to
 *
 * An operation that somebody else timed.
 */
typedef struct
{
  guint type;
  SgSyncCache cache;
  SgSyncStatus status;
  SgTimeNs start;
  gint64 duration_us;
  guint64 records;
  const char *key;
  const char *error;
  const char *trace_id;
} SgSyncEvent;

void           sg_sync_monitor_report                (SgSyncMonitor              *self,
                                                      const SgSyncEvent          *event);
void           sg_sync_monitor_log_cache_hit         (SgSyncMonitor              *self,
                                                      const char                 *key,
                                                      guint                       type);
void           sg_sync_monitor_log_cache_miss        (SgSyncMonitor              *self,
                                                      const char                 *key,
                                                      guint                       type);
void           sg_sync_monitor_count_cache           (SgSyncMonitor              *self,
                                                      const char                 *name,
                                                      guint64                     hits,
                                                      guint64                     misses);
SgSyncOperation *sg_sync_monitor_begin_bulk          (SgSyncMonitor              *self,
                                                      guint                       type,
                                                      guint64                     record_count);
void           sg_sync_monitor_update_database_health (SgSyncMonitor             *self,
                                                      gboolean                    healthy);
void           sg_sync_monitor_count_connection_error (SgSyncMonitor             *self,
                                                      const char                 *error_type);
void           sg_sync_monitor_update_cache_metrics  (SgSyncMonitor              *self,
                                                      double                      hit_rate,
                                                      guint64                     size,
                                                      guint64                     memory_bytes);
void           sg_sync_monitor_set_application       (SgSyncMonitor              *self,
                                                      const char                 *name,
                                                      const char                 *version,
                                                      const char                 *component);

void           sg_sync_monitor_set_detailed_logging  (SgSyncMonitor              *self,
                                                      gboolean                    enabled);
gboolean       sg_sync_monitor_get_detailed_logging  (SgSyncMonitor              *self);
void           sg_sync_monitor_get_statistics        (SgSyncMonitor              *self,
                                                      SgSyncStatistics           *ret_statistics);
gboolean       sg_sync_monitor_get_type_statistics   (SgSyncMonitor              *self,
                                                      guint                       type,
                                                      SgSyncStatistics           *ret_statistics);
void           sg_sync_statistics_clear              (SgSyncStatistics           *self);
char          *sg_sync_monitor_describe_performance  (SgSyncMonitor              *self);
void           sg_sync_monitor_log_performance_summary (SgSyncMonitor            *self);

/**
 * SgSyncFilter:
 * @type: (nullable): only operations of the type of this name
 * @status: only operations that ended so, or -1 for any
 *
 * Which of the operations that are remembered.
 */
typedef struct
{
  const char *type;
  gint status;
} SgSyncFilter;

SgLogBatch    *sg_sync_monitor_get_recent            (SgSyncMonitor              *self,
                                                      guint                       limit,
                                                      const SgSyncFilter         *filter);
SgLogBatch    *sg_sync_monitor_take_records          (SgSyncMonitor              *self);
guint64        sg_sync_monitor_get_kept              (SgSyncMonitor              *self);
guint64        sg_sync_monitor_get_skipped           (SgSyncMonitor              *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgSyncStatistics, sg_sync_statistics_clear)

G_END_DECLS
