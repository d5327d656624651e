/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-wal-reader.h"
#include "tsdb/sg-wal-segments.h"
#include "tsdb/sg-wire.h"

G_BEGIN_DECLS

/**
 * SgWalRecovery:
 * @SG_WAL_RECOVERY_HERE: where the reader is
 * @SG_WAL_RECOVERY_FRAGMENT: with the fragment that was read last
 * @SG_WAL_RECOVERY_AFTER_FRAGMENT: behind it
 * @SG_WAL_RECOVERY_SEGMENT: with the next segment
 * @SG_WAL_RECOVERY_GAP: with the segment behind the gap
 * @SG_WAL_RECOVERY_NONE: nowhere
 *
 * Where reading can go on behind damage.
 */
typedef enum
{
  SG_WAL_RECOVERY_HERE,
  SG_WAL_RECOVERY_FRAGMENT,
  SG_WAL_RECOVERY_AFTER_FRAGMENT,
  SG_WAL_RECOVERY_SEGMENT,
  SG_WAL_RECOVERY_GAP,
  SG_WAL_RECOVERY_NONE,
} SgWalRecovery;

/**
 * SgWalReader:
 * @segments: (element-type SgWalSegment): what is read
 * @next_segment: which of them is next
 * @segment: (nullable): the one that is read
 * @fd: it, or -1
 * @buffer: eight pages of it
 * @buffer_offset: where in the segment these begin
 * @filled: how many bytes of the buffer are read
 * @position: how many of them are done with
 * @fragment_begin: where the fragment that was read last begins in the buffer
 * @recovery: where it can be gone on behind damage
 * @catching_up: whether the rest of a record whose beginning was damaged is passed over
 * @joined: a record of several fragments
 * @plain: a record that was compressed
 * @good: where the good records end
 * @damage: why reading has stopped
 * @bytes_before: bytes of the segments that are done with
 * @bytes_total: bytes of all segments
 * @n_unreadable: records that were passed over
 */
struct _SgWalReader
{
  GPtrArray *segments;
  guint next_segment;
  const SgWalSegment *segment;
  int fd;
  guint8 *buffer;
  guint64 buffer_offset;
  gsize filled;
  gsize position;
  gsize fragment_begin;
  SgWalRecovery recovery;
  gboolean catching_up;
  SgWireWriter joined;
  SgWireWriter plain;
  SgWalPosition good;
  SgWalDamage damage;
  guint64 bytes_before;
  guint64 bytes_total;
  guint64 n_unreadable;
};

void     sg_wal_reader_close_segment (SgWalReader  *self);
gboolean sg_wal_is_zero              (const guint8 *bytes,
                                      gsize         n);

G_END_DECLS
