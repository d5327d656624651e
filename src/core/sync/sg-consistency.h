/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "sync/sg-sync-monitor.h"

G_BEGIN_DECLS

/**
 * SgSyncEntry:
 * @key: what it is called; g_free() it
 * @version: counts up with each change, or 0 where there are no versions
 * @checksum: of its content, or 0 where there are none
 */
typedef struct
{
  char *key;
  guint64 version;
  guint64 checksum;
} SgSyncEntry;

/**
 * SgSyncSide:
 * @name: "cache", "database"
 * @enumerate: appends to @entries up to @limit entries whose keys come after @after (or from the first
 *   one on, if that is %NULL), in the order of strcmp(); fewer than @limit mean that there are no more
 * @fetch: the content of an entry, or %NULL without an error if there is none of that key
 * @repair: makes the entry what it is on the other side: @content of @version, or gone if that is %NULL
 * @user_data: for all three
 *
 * A cache or a database, as far as comparing them needs it. Called on the thread that checks.
 */
typedef struct
{
  const char *name;
  gboolean (*enumerate) (const char    *after,
                         guint          limit,
                         GArray        *entries,
                         gpointer       user_data,
                         GCancellable  *cancellable,
                         GError       **error);
  GBytes *(*fetch)      (const char    *key,
                         guint64       *ret_version,
                         gpointer       user_data,
                         GError       **error);
  gboolean (*repair)    (const char    *key,
                         GBytes        *content,
                         guint64        version,
                         gpointer       user_data,
                         GError       **error);
  gpointer user_data;
} SgSyncSide;

/**
 * SgDifferenceKind:
 * @SG_DIFFERENCE_NOT_CACHED: only the database has it, and the cache should have everything
 * @SG_DIFFERENCE_STALE: the cache has an older version
 * @SG_DIFFERENCE_ORPHAN: only the cache has it
 * @SG_DIFFERENCE_AHEAD: the cache has a newer version, which never reached the database
 * @SG_DIFFERENCE_CONTENT: the same version of both, but not the same content
 */
typedef enum
{
  SG_DIFFERENCE_NOT_CACHED,
  SG_DIFFERENCE_STALE,
  SG_DIFFERENCE_ORPHAN,
  SG_DIFFERENCE_AHEAD,
  SG_DIFFERENCE_CONTENT,
} SgDifferenceKind;

/**
 * SgDifference:
 * @kind: what differs
 * @severity: how bad that is
 * @key: of what
 * @cache_version: 0 where the cache does not have it
 * @database_version: 0 where the database does not have it
 */
typedef struct
{
  SgDifferenceKind kind;
  SgLogSeverity severity;
  char *key;
  guint64 cache_version;
  guint64 database_version;
} SgDifference;

/**
 * SgConsistencyReport:
 * @check_type: what it was called
 * @compared: how many keys were compared
 * @found: how many differ
 * @by_severity: how many of them how badly
 * @differences: (element-type SgDifference): the first @max_differences of them, by key
 * @duration_us: how long it took
 */
typedef struct
{
  char *check_type;
  guint64 compared;
  guint64 found;
  guint64 by_severity[SG_LOG_N_SEVERITIES];
  GArray *differences;
  gint64 duration_us;
} SgConsistencyReport;

void sg_consistency_report_free (SgConsistencyReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgConsistencyReport, sg_consistency_report_free)

/* @done: keys that were compared, or differences that were seen to */
typedef void (*SgConsistencyProgress) (guint64  done,
                                       gpointer user_data);

/**
 * SgConsistencyOptions:
 * @check_type: what to call it in metrics and records
 * @cache_is_complete: whether the cache should have everything that the database has
 * @batch: how many entries are asked for at once, or 0 for 1000
 * @max_differences: how many are told of one by one, or 0 for 10,000; all are counted
 * @progress: (nullable): called after each batch
 * @user_data: for @progress
 */
typedef struct
{
  const char *check_type;
  gboolean cache_is_complete;
  guint batch;
  guint max_differences;
  SgConsistencyProgress progress;
  gpointer user_data;
} SgConsistencyOptions;

SgConsistencyReport *sg_consistency_check (SgSyncMonitor               *monitor,
                                           const SgSyncSide            *cache,
                                           const SgSyncSide            *database,
                                           const SgConsistencyOptions  *options,
                                           GCancellable                *cancellable,
                                           GError                     **error);

/**
 * SgSyncStrategy:
 * @SG_SYNC_DATABASE_WINS: the cache becomes as the database is
 * @SG_SYNC_CACHE_WINS: the database becomes as the cache is
 * @SG_SYNC_NEWEST_WINS: the higher version wins; where both are the same, the database
 * @SG_SYNC_MANUAL: nothing is changed; each difference is written down for somebody to decide
 */
typedef enum
{
  SG_SYNC_DATABASE_WINS,
  SG_SYNC_CACHE_WINS,
  SG_SYNC_NEWEST_WINS,
  SG_SYNC_MANUAL,
} SgSyncStrategy;

#define SG_SYNC_N_STRATEGIES (SG_SYNC_MANUAL + 1)

const char *sg_sync_strategy_to_string   (SgSyncStrategy   strategy);
gboolean    sg_sync_strategy_from_string (const char      *text,
                                          SgSyncStrategy  *ret_strategy);

/**
 * SgReconciliation:
 * @repaired: how many differences are gone
 * @failed: how many could not be repaired
 * @left: how many were left for somebody to decide
 * @first_error: (nullable): why the first one failed
 * @duration_us: how long it took
 */
typedef struct
{
  guint64 repaired;
  guint64 failed;
  guint64 left;
  char *first_error;
  gint64 duration_us;
} SgReconciliation;

void     sg_reconciliation_clear (SgReconciliation           *self);

gboolean sg_sync_reconcile       (SgSyncMonitor              *monitor,
                                  const SgSyncSide           *cache,
                                  const SgSyncSide           *database,
                                  const SgConsistencyReport  *report,
                                  SgSyncStrategy              strategy,
                                  SgConsistencyProgress       progress,
                                  gpointer                    user_data,
                                  GCancellable               *cancellable,
                                  SgReconciliation           *ret_result,
                                  GError                    **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgReconciliation, sg_reconciliation_clear)

G_END_DECLS
