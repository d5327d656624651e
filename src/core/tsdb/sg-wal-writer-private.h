/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "tsdb/sg-wal-writer.h"

G_BEGIN_DECLS

typedef struct _SgWalRequest SgWalRequest;

/**
 * SgWalWriter:
 * @folder: the log
 * @options: how it is written
 * @lock: guards what follows, up to @full
 * @written: is told when somebody has written or synced
 * @wake: is told when there is something to sync
 * @first: (nullable): the batches that wait
 * @last: where the next one goes
 * @writing: whether somebody writes
 * @syncing: whether somebody syncs
 * @closing: whether the thread is to end
 * @dirty_since: when something was written that is not synced, on the monotonic clock; 0 for nothing
 * @records_synced: records that are on the disk
 * @stats: the counts
 * @sync_thread: (nullable): who syncs each interval
 * @full: (element-type int): segments that are to be synced and closed
 * @fd: the current segment, or -1; of who writes
 * @end: where it ends; of who writes
 * @out: what is to be written; of who writes
 * @begun: (element-type int): segments that the current group has begun; of who writes
 * @tail_is_bad: whether a group that failed could not be taken back; of who writes
 */
struct _SgWalWriter
{
  char *folder;
  SgWalOptions options;

  SgLock lock;
  SgCond written;
  SgCond wake;
  SgWalRequest *first;
  SgWalRequest **last;
  gboolean writing;
  gboolean syncing;
  gboolean closing;
  gint64 dirty_since;
  guint64 records_synced;
  SgWalWriterStats stats;
  GThread *sync_thread;
  GArray *full;
  int fd;

  SgWalPosition end;
  SgWireWriter out;
  GArray *begun;
  gboolean tail_is_bad;
};

/* The segment before those that were begun, and all of them, are on the disk afterwards. */
gboolean sg_wal_writer_sync_begun    (SgWalWriter   *self,
                                      GError       **error);
/* Tells whoever wants to know of a write to the disk. Called without the lock. */
void     sg_wal_writer_tell_synced   (SgWalWriter   *self,
                                      gint64         started_us,
                                      guint64        records,
                                      const GError  *failure);
void     sg_wal_writer_begin_syncing (SgWalWriter   *self);
void     sg_wal_writer_stop_syncing  (SgWalWriter   *self);

G_END_DECLS
