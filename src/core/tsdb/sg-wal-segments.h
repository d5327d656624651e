/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A log is a folder of segments, files whose names are rising numbers of eight digits, and of
 * checkpoints, folders "checkpoint.NNNNNNNN" that stand for the segments up to this number and hold
 * segments of their own. Prometheus refuses to start when a number is missing in a row of segments.
 *
 *   segment  = page { page }                 32 KiB each, only the last one may be shorter
 *   page     = { fragment } [ zeros ]        zeros where no further header would fit, or no record came
 *   fragment = flags:u8 length:u16 crc:u32 bytes
 *   flags    = 1 the whole record | 2 its first part | 3 a further one | 4 the last one
 *              + 8 compressed with snappy | + 16 with zstd
 *
 * The checksum covers the bytes of the fragment. A record never crosses into another segment: one that
 * does not fit begins a new one. Compression is that of the whole record, before it is cut.
 */
#define SG_WAL_PAGE_SIZE       32768
#define SG_WAL_HEADER_LENGTH   7
#define SG_WAL_SEGMENT_SIZE    (128 * 1024 * 1024)

enum
{
  SG_WAL_FRAGMENT_FULL = 1,
  SG_WAL_FRAGMENT_FIRST = 2,
  SG_WAL_FRAGMENT_MIDDLE = 3,
  SG_WAL_FRAGMENT_LAST = 4,
  SG_WAL_FRAGMENT_TYPES = 7,
  SG_WAL_FRAGMENT_SNAPPY = 8,
  SG_WAL_FRAGMENT_ZSTD = 16,
};

/**
 * SgWalSegment:
 * @index: its number
 * @path: its file
 * @size: how many bytes it has
 */
typedef struct
{
  guint64 index;
  char *path;
  guint64 size;
} SgWalSegment;

GPtrArray *sg_wal_list_segments     (const char  *folder,
                                     GError     **error);
gboolean   sg_wal_find_checkpoint   (const char  *folder,
                                     char       **ret_path,
                                     guint64     *ret_index,
                                     GError     **error);
gboolean   sg_wal_delete_segments   (const char  *folder,
                                     guint64      before,
                                     GError     **error);
gboolean   sg_wal_delete_checkpoints (const char *folder,
                                     guint64      before,
                                     GError     **error);
char      *sg_wal_segment_path      (const char  *folder,
                                     guint64      index);
char      *sg_wal_checkpoint_path   (const char  *folder,
                                     guint64      index);


G_END_DECLS
