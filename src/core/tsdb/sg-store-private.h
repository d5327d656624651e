/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

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
 * @head: (nullable): the head; %NULL once the store is closed
 * @read_only_reason: (nullable): why nothing can be appended
 * @repairs: what was damaged, a line each
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
  SgHead *head;
  char *read_only_reason;
  GString *repairs;
  SgHeadReplayStats replay;
  guint64 replay_us;
  guint64 checkpoints;
  guint64 checkpoints_failed;
};

gboolean sg_store_load           (SgStore          *self,
                                  GError          **error);
void     sg_store_set_read_only  (SgStore          *self,
                                  const char       *reason);
void     sg_store_report         (SgStore          *self,
                                  const char       *type,
                                  const char       *key,
                                  gint64            started_us,
                                  guint64           records,
                                  const GError     *failure);

G_END_DECLS
