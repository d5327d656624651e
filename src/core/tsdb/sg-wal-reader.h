/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgWalDamage:
 * @SG_WAL_DAMAGE_NONE: every record so far was whole
 * @SG_WAL_DAMAGE_TORN: a segment ends within a record, as one does whose writer was interrupted
 * @SG_WAL_DAMAGE_BAD: bytes are not what they were written as
 * @SG_WAL_DAMAGE_GAP: a segment is missing before the next one
 */
typedef enum
{
  SG_WAL_DAMAGE_NONE,
  SG_WAL_DAMAGE_TORN,
  SG_WAL_DAMAGE_BAD,
  SG_WAL_DAMAGE_GAP,
} SgWalDamage;

/**
 * SgWalPosition:
 * @segment: the number of a segment
 * @offset: a byte of it
 */
typedef struct
{
  guint64 segment;
  guint64 offset;
} SgWalPosition;

/**
 * SgWalReader:
 *
 * Reads the records of a log, or of a checkpoint, one after the other, and stops at the first that is
 * not whole, unless it is told to go on. It only ever reads, and does not mind a writer beside it.
 */
typedef struct _SgWalReader SgWalReader;

SgWalReader  *sg_wal_reader_new              (const char     *folder,
                                              guint64         first,
                                              guint64         last,
                                              GError        **error);
gboolean      sg_wal_reader_next             (SgWalReader    *self,
                                              const guint8  **ret_record,
                                              gsize          *ret_length,
                                              GError        **error);
gboolean      sg_wal_reader_reject           (SgWalReader    *self,
                                              const GError   *reason,
                                              GError        **error);
gboolean      sg_wal_reader_recover          (SgWalReader    *self);
SgWalDamage   sg_wal_reader_get_damage       (SgWalReader    *self);
SgWalPosition sg_wal_reader_get_position     (SgWalReader    *self);
guint64       sg_wal_reader_get_bytes_read   (SgWalReader    *self);
guint64       sg_wal_reader_get_bytes_total  (SgWalReader    *self);
guint64       sg_wal_reader_get_n_unreadable (SgWalReader    *self);
void          sg_wal_reader_free             (SgWalReader    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgWalReader, sg_wal_reader_free)

G_END_DECLS
