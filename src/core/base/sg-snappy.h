/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Snappy's block format: what the records of a write-ahead log and the bodies of remote write and read are
 * compressed with. All calls are safe from any thread and keep nothing.
 */
#define SG_SNAPPY_MAX_LENGTH G_MAXUINT32

/* No block is longer than this for @length bytes, and none that sg_snappy_compress() needs room for. */
#define SG_SNAPPY_BOUND(length) ((gsize) 32 + (length) + (length) / 6)

/*
 * @block has room for SG_SNAPPY_BOUND (@length) bytes, of which those behind the result may be written too;
 * @length is at most SG_SNAPPY_MAX_LENGTH. Returns: the length of the block
 */
gsize    sg_snappy_compress   (gconstpointer   data,
                               gsize           length,
                               guint8         *block);

/* Says what a block claims to hold; it may lie, hence bound it before room is made for that. */
gboolean sg_snappy_get_length (gconstpointer   block,
                               gsize           block_length,
                               gsize          *ret_length,
                               GError        **error);

/*
 * @data has room for what sg_snappy_get_length() said, and no byte behind that is written. After an error,
 * which tells the offset in the block, what it holds is of no use.
 */
gboolean sg_snappy_expand     (gconstpointer   block,
                               gsize           block_length,
                               guint8         *data,
                               GError        **error);

G_END_DECLS
