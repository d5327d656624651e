/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-wal-batch.h"
#include "tsdb/sg-wal-reader.h"

G_BEGIN_DECLS

/**
 * SgWalSync:
 * @SG_WAL_SYNC_INTERVAL: written to the kernel at once, to the disk every so often
 * @SG_WAL_SYNC_ALWAYS: on the disk before it is acknowledged
 * @SG_WAL_SYNC_NEVER: written to the kernel at once, to the disk when the kernel likes
 *
 * When what was logged reaches the disk. With each of them it survives the end of this process,
 * kill -9 included; only a loss of power tells them apart.
 */
typedef enum
{
  SG_WAL_SYNC_INTERVAL,
  SG_WAL_SYNC_ALWAYS,
  SG_WAL_SYNC_NEVER,
} SgWalSync;

/**
 * SgWalOptions:
 * @sync: when to write to disk
 * @sync_interval_ms: how often, for %SG_WAL_SYNC_INTERVAL; 0 for each second
 * @segment_size: bytes of a segment, a multiple of the page; 0 for 128 MiB
 * @plain: whether records are left uncompressed
 * @synced: (nullable): is told of each write to the disk: how long it took, how many records came with
 *   it, and why it failed; called on any thread
 * @synced_data: for @synced
 */
typedef struct
{
  SgWalSync sync;
  guint sync_interval_ms;
  guint64 segment_size;
  gboolean plain;
  void (*synced) (gint64        duration_us,
                  guint64       records,
                  const GError *failure,
                  gpointer      user_data);
  gpointer synced_data;
} SgWalOptions;

/* Counts since the writer was opened, the place where the next record goes, and whether the last write
 * or sync failed. */
typedef struct
{
  SgWalPosition end;
  guint64 bytes_written;
  guint64 records_written;
  guint64 writes;
  guint64 writes_failed;
  guint64 syncs;
  guint64 syncs_failed;
  guint64 sync_us;
  gboolean failing;
} SgWalWriterStats;

/**
 * SgWalWriter:
 *
 * Writes a log. Any number of threads call sg_wal_writer_log() at once; batches that come together go
 * to the file in one write, and to the disk by one sync.
 */
typedef struct _SgWalWriter SgWalWriter;

SgWalWriter *sg_wal_writer_new          (const char          *folder,
                                          guint64              first,
                                          const SgWalOptions  *options,
                                          GError             **error);
gboolean      sg_wal_writer_log          (SgWalWriter         *self,
                                          const SgWalBatch    *batch,
                                          GError             **error);
gboolean      sg_wal_writer_next_segment (SgWalWriter         *self,
                                          guint64             *ret_segment,
                                          GError             **error);
gboolean      sg_wal_writer_sync         (SgWalWriter         *self,
                                          GError             **error);
gboolean      sg_wal_writer_compresses   (const SgWalWriter   *self);
void          sg_wal_writer_get_stats    (SgWalWriter         *self,
                                          SgWalWriterStats    *ret_stats);
gboolean      sg_wal_writer_close        (SgWalWriter         *self,
                                          GError             **error);

G_END_DECLS
