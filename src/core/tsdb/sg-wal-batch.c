/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-batch.h"

#include "base/sg-snappy.h"
#include "tsdb/sg-wal-segments.h"

void
sg_wal_batch_init (SgWalBatch *self)
{
  sg_wire_writer_init (&self->bytes);
  self->records = g_array_new (FALSE, FALSE, sizeof (SgWalBatchRecord));
}

void
sg_wal_batch_clear (SgWalBatch *self)
{
  sg_wire_writer_clear (&self->bytes);
  g_clear_pointer (&self->records, g_array_unref);
}

void
sg_wal_batch_reset (SgWalBatch *self)
{
  sg_wire_writer_reset (&self->bytes);
  g_array_set_size (self->records, 0);
}

/* Returns: whether that made it shorter; else nothing was added. */
static gboolean
add_compressed (SgWalBatch   *self,
                const guint8 *record,
                gsize         length)
{
  guint8 *place = sg_wire_writer_reserve (&self->bytes, SG_SNAPPY_BOUND (length));
  gsize compressed = sg_snappy_compress (record, length, place);

  if (compressed >= length)
    return FALSE;
  self->bytes.length += compressed;
  return TRUE;
}

/**
 * sg_wal_batch_add:
 * @self: a batch
 * @record: a record
 * @length: its length
 * @compress: whether it is compressed, should that make it shorter
 */
void
sg_wal_batch_add (SgWalBatch   *self,
                  const guint8 *record,
                  gsize         length,
                  gboolean      compress)
{
  SgWalBatchRecord entry = { .offset = self->bytes.length };

  if (compress && length > 0 && add_compressed (self, record, length))
    entry.flags = SG_WAL_FRAGMENT_SNAPPY;
  else
    sg_wire_put_bytes (&self->bytes, record, length);
  entry.length = self->bytes.length - entry.offset;
  g_array_append_val (self->records, entry);
}
