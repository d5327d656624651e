/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "logs/sg-log-query.h"
#include "logs/sg-logs-error.h"

G_BEGIN_DECLS

/**
 * SgLogStoreOptions:
 * @folder: where the files are; it is made if it is not there
 * @aside: where damaged files go
 * @read_only: whether somebody else writes
 * @retention_ms: how long records are kept, or 0 for ever
 * @max_bytes: how much the files may take, or 0 for no bound; the oldest days go first
 * @max_queued: how many records may wait to be written, or 0 for 200,000
 * @max_queued_bytes: how much they may take, or 0 for 64 MiB
 * @clock: (nullable): what tells the time, or %NULL for the system's
 */
typedef struct
{
  const char *folder;
  const char *aside;
  gboolean read_only;
  gint64 retention_ms;
  guint64 max_bytes;
  guint max_queued;
  gsize max_queued_bytes;
  SgClock *clock;
} SgLogStoreOptions;

/**
 * SgLogStoreCounts:
 * @appended: records that were acknowledged since the start
 * @refused: records that were not, since too many waited
 * @failed: records that were not, since the system refused
 * @queued: records that wait now
 * @commits: transactions
 * @commit_us: the time they took
 * @days: how many days have a file
 * @bytes: what the files take
 * @deleted_days: how many days were deleted by retention since the start
 * @damaged_days: how many files were set aside since the start
 */
typedef struct
{
  guint64 appended;
  guint64 refused;
  guint64 failed;
  guint64 queued;
  guint64 commits;
  guint64 commit_us;
  guint64 days;
  guint64 bytes;
  guint64 deleted_days;
  guint64 damaged_days;
} SgLogStoreCounts;

/**
 * SgLogStore:
 *
 * The store of records. Appending and reading are safe from any thread; reading sees all that was
 * acknowledged, blocks nobody who writes, and is for workers: it waits for the disk. The essay is in
 * sg-log-day.c.
 */
#define SG_TYPE_LOG_STORE (sg_log_store_get_type ())
G_DECLARE_FINAL_TYPE (SgLogStore, sg_log_store, SG, LOG_STORE, GObject)

SgLogStore *sg_log_store_open          (const SgLogStoreOptions  *options,
                                        GError                  **error);
void        sg_log_store_close         (SgLogStore               *self);

gboolean    sg_log_store_accepts       (SgLogStore               *self,
                                        SgTimeNs                  time,
                                        GError                  **error);
gboolean    sg_log_store_append        (SgLogStore               *self,
                                        SgLogBatch               *batch,
                                        GError                  **error);
void        sg_log_store_append_async  (SgLogStore               *self,
                                        SgLogBatch               *batch,
                                        GCancellable             *cancellable,
                                        GAsyncReadyCallback       callback,
                                        gpointer                  user_data);
gboolean    sg_log_store_append_finish (SgLogStore               *self,
                                        GAsyncResult             *result,
                                        GError                  **error);

SgLogBatch *sg_log_store_select        (SgLogStore               *self,
                                        const SgLogQuery         *query,
                                        GCancellable             *cancellable,
                                        gboolean                 *ret_more,
                                        GError                  **error);
gboolean    sg_log_store_count         (SgLogStore               *self,
                                        const SgLogQuery         *query,
                                        GCancellable             *cancellable,
                                        guint64                  *ret_count,
                                        GError                  **error);
void        sg_log_store_apply_retention (SgLogStore             *self);
void        sg_log_store_get_counts    (SgLogStore               *self,
                                        SgLogStoreCounts         *ret_counts);
char       *sg_log_store_get_repairs   (SgLogStore               *self);

G_END_DECLS
