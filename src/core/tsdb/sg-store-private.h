/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block-meta.h"
#include "tsdb/sg-head-private.h"
#include "tsdb/sg-store-aside.h"
#include "tsdb/sg-store-lock.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

/**
 * SgStore:
 * @options: as given, without what belongs to the caller
 * @tsdb_path: the data directory
 * @wal_path: its log
 * @late_path: its log of samples out of order
 * @chunks_path: its folder for full chunks
 * @clock: what time it is
 * @lock: (nullable): the right to write
 * @aside: where damaged files go
 * @settled: whether it was read, and may change what it finds in the directory
 * @closed: whether nothing can be appended any more, atomic
 * @head: the head
 * @read_only_reason: (nullable): why nothing can be appended
 * @cache: what matchers have selected
 * @blocks_lock: guards the list of blocks
 * @blocks: (element-type SgBlock): the blocks, by their first times; replaced as a whole
 * @arrivals: (element-type utf8 gint64): folders that are not blocks yet, since when on the monotonic
 *   clock; used by who loads blocks
 * @notes_lock: guards @repairs
 * @repairs: what was damaged, a line each
 * @maintaining: held by who makes blocks or deletes samples
 * @log_due: samples before it need not be in the log, %SG_TIME_MS_MIN when that is so; guarded by
 *   @maintaining
 * @maintenance_failing: whether the last maintenance could not do all, atomic
 * @wal_lock: held by who closes the logs, or asks for their counts
 * @replay: what was read
 * @replay_us: how long that took
 */
struct _SgStore
{
  GObject parent_instance;
  SgStoreOptions options;
  char *tsdb_path;
  char *wal_path;
  char *late_path;
  char *chunks_path;
  SgClock *clock;
  SgStoreLock *lock;
  SgStoreAside *aside;
  gboolean settled;
  gboolean closed;
  SgHead *head;
  char *read_only_reason;
  SgPostingsCache *cache;
  SgLock blocks_lock;
  GPtrArray *blocks;
  GHashTable *arrivals;
  SgLock notes_lock;
  GString *repairs;
  SgLock maintaining;
  SgTimeMs log_due;
  gboolean maintenance_failing;
  SgLock wal_lock;
  SgHeadReplayStats replay;
  guint64 replay_us;
  guint64 checkpoints;
  guint64 checkpoints_failed;
  guint64 compactions;
  guint64 compactions_failed;
  guint64 blocks_set_aside;
};

gboolean   sg_store_load           (SgStore          *self,
                                    GError          **error);
gboolean   sg_store_load_blocks    (SgStore          *self,
                                    GError          **error);
GPtrArray *sg_store_ref_blocks     (SgStore          *self);
SgTimeMs   sg_store_get_blocks_end (SgStore          *self);
SgBlockMeta *sg_store_make_meta    (SgStore          *self,
                                    SgTimeMs          min_t,
                                    SgTimeMs          end);
gboolean   sg_store_may_write      (SgStore          *self);
gboolean   sg_store_check_writable (SgStore          *self,
                                    const char       *verb,
                                    GError          **error);
void       sg_store_set_read_only  (SgStore          *self,
                                    const char       *reason);
void       sg_store_note           (SgStore          *self,
                                    const char       *format,
                                    ...) G_GNUC_PRINTF (2, 3);
void       sg_store_report         (SgStore          *self,
                                    const char       *type,
                                    const char       *key,
                                    gint64            started_us,
                                    guint64           records,
                                    const GError     *failure);

G_END_DECLS
