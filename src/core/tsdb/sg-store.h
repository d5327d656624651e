/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-operation.h"
#include "tsdb/sg-head-exemplars.h"
#include "tsdb/sg-head-replay.h"
#include "tsdb/sg-head.h"
#include "tsdb/sg-postings-cache.h"

G_BEGIN_DECLS

/**
 * SgStoreOptions:
 * @path: the folder of all stores; what is damaged goes to its folder "damaged"
 * @tsdb_path: (nullable): the data directory; %NULL for "tsdb" in @path
 * @read_only: open it for reading, and write nothing into it
 * @take_over: open for writing even if the log has records that cannot be written again; the log is
 *   kept in "damaged" then
 * @retention_ms: how long samples are kept; 0 for ever
 * @retention_bytes: how much room they may take; 0 for any
 * @max_block_ms: how long blocks may become; 0 for a tenth of @retention_ms, and 31 days at most
 * @clock: (nullable): what time it is; %NULL for the system's clock
 * @cache: (nullable): where the room for what matchers have selected is taken from; %NULL for
 *   %SG_CACHE_BUDGET_BYTES of its own. It must stay until there is a store.
 * @head: bounds of the head
 * @wal: how the log is written
 * @sink: (nullable): is told of each operation; must stay as long as the store
 * @progress: (nullable): is told how far the log was read; called on the thread that opens the store
 * @progress_data: for @progress
 */
typedef struct
{
  const char *path;
  const char *tsdb_path;
  gboolean read_only;
  gboolean take_over;
  gint64 retention_ms;
  guint64 retention_bytes;
  gint64 max_block_ms;
  SgClock *clock;
  SgCacheBudget *cache;
  SgHeadOptions head;
  SgWalOptions wal;
  const SgOperationSink *sink;
  SgHeadProgress progress;
  gpointer progress_data;
} SgStoreOptions;

/**
 * SgStoreStats:
 * @head: the head
 * @wal: the log
 * @replay: what was read when the store was opened
 * @replay_us: how long that took
 * @wal_bytes: bytes of the log with its checkpoint
 * @head_chunk_bytes: bytes of full chunks of the head
 * @n_blocks: blocks
 * @block_bytes: bytes of them
 * @files_set_aside: files that were damaged
 * @checkpoints: checkpoints that were written
 * @checkpoints_failed: those that could not be written
 * @compactions: blocks that were made of the head or of blocks
 * @compactions_failed: those that could not be made
 * @blocks_set_aside: blocks that were damaged
 * @postings_cache: what matchers have selected
 */
typedef struct
{
  SgHeadStats head;
  SgWalWriterStats wal;
  SgHeadReplayStats replay;
  guint64 replay_us;
  guint64 wal_bytes;
  guint64 head_chunk_bytes;
  guint64 n_blocks;
  guint64 block_bytes;
  guint64 files_set_aside;
  guint64 checkpoints;
  guint64 checkpoints_failed;
  guint64 compactions;
  guint64 compactions_failed;
  guint64 blocks_set_aside;
  SgPostingsCacheStats postings_cache;
} SgStoreStats;

/**
 * SgStoreHealth:
 * @SG_STORE_HEALTHY: all is well
 * @SG_STORE_READ_ONLY: nothing can be appended; see the reason
 * @SG_STORE_REPAIRED: something was damaged when it was opened, and was set aside
 * @SG_STORE_FAILING: the last write failed
 */
typedef enum
{
  SG_STORE_HEALTHY,
  SG_STORE_READ_ONLY,
  SG_STORE_REPAIRED,
  SG_STORE_FAILING,
} SgStoreHealth;

/**
 * SgStore:
 *
 * A Prometheus data directory, for reading or for writing. Opening reads the log, which may take a
 * second for each ten million samples: it is done on a worker.
 *
 * A directory that somebody else writes to, or whose log cannot be carried on, is opened for reading;
 * sg_store_get_read_only_reason() says why.
 */
#define SG_TYPE_STORE (sg_store_get_type ())
G_DECLARE_FINAL_TYPE (SgStore, sg_store, SG, STORE, GObject)

SgStore      *sg_store_new                  (const SgStoreOptions  *options,
                                             GError               **error);
SgAppender   *sg_store_appender_new         (SgStore               *self,
                                             GError               **error);
SgQuerier    *sg_store_querier_new          (SgStore               *self);
GPtrArray    *sg_store_select_exemplars     (SgStore               *self,
                                             const SgMatcher *const *matchers,
                                             gsize                  n_matchers,
                                             SgTimeMs               min_t,
                                             SgTimeMs               max_t);
SgHead       *sg_store_get_head             (SgStore               *self);
void          sg_store_get_retention        (SgStore               *self,
                                             gint64                *ret_ms,
                                             guint64               *ret_bytes);
const char   *sg_store_get_tsdb_path        (SgStore               *self);
const char   *sg_store_get_read_only_reason (SgStore               *self);
char         *sg_store_get_repairs          (SgStore               *self);
gboolean      sg_store_maintain             (SgStore               *self,
                                             GCancellable          *cancellable,
                                             GError               **error);
SgStoreHealth sg_store_get_health           (SgStore               *self,
                                             char                 **ret_text);
void          sg_store_get_stats            (SgStore               *self,
                                             SgStoreStats          *ret_stats);
/* What matchers have selected, as sg_store_get_stats() has it, without a look at the disk. */
void          sg_store_get_postings_stats   (SgStore               *self,
                                             SgPostingsCacheStats  *ret_stats);
gboolean      sg_store_delete               (SgStore               *self,
                                             const SgMatcher *const *matchers,
                                             gsize                  n_matchers,
                                             SgTimeMs               min_t,
                                             SgTimeMs               max_t,
                                             GCancellable          *cancellable,
                                             GError               **error);
gboolean      sg_store_clean_tombstones     (SgStore               *self,
                                             GCancellable          *cancellable,
                                             GError               **error);
gboolean      sg_store_snapshot             (SgStore               *self,
                                             gboolean               with_head,
                                             char                 **ret_name,
                                             GCancellable          *cancellable,
                                             GError               **error);
gboolean      sg_store_close                (SgStore               *self,
                                             GError               **error);

G_END_DECLS
