/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-wire.h"

G_BEGIN_DECLS

/* One record of a batch: where its bytes are, and with what they are compressed. */
typedef struct
{
  gsize offset;
  gsize length;
  guint8 flags;
} SgWalBatchRecord;

/**
 * SgWalBatch:
 * @bytes: the records, compressed
 * @records: (element-type SgWalBatchRecord): where they are
 *
 * Records on their way into the log, which takes all of them or none. Compression happens here, on the
 * thread of the caller, so that the log's own lock is held for copying and writing only.
 */
typedef struct
{
  SgWireWriter bytes;
  GArray *records;
} SgWalBatch;

void sg_wal_batch_init  (SgWalBatch   *self);
void sg_wal_batch_clear (SgWalBatch   *self);
void sg_wal_batch_reset (SgWalBatch   *self);
void sg_wal_batch_add   (SgWalBatch   *self,
                         const guint8 *record,
                         gsize         length,
                         gboolean      compress);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgWalBatch, sg_wal_batch_clear)

G_END_DECLS
