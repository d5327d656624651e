/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgTombstone:
 * @series_ref: a series of the block
 * @min_time: the first time that is deleted
 * @max_time: the last one
 */
typedef struct
{
  guint64 series_ref;
  SgTimeMs min_time;
  SgTimeMs max_time;
} SgTombstone;

/**
 * SgTombstones:
 *
 * What is deleted from a block: for each series intervals that rise and neither touch nor overlap.
 * Immutable and reference-counted.
 */
typedef struct _SgTombstones SgTombstones;

SgTombstones      *sg_tombstones_new       (GArray              *stones);
SgTombstones      *sg_tombstones_read      (const char          *folder,
                                            GError             **error);
gboolean           sg_tombstones_write     (const SgTombstones  *self,
                                            const char          *folder,
                                            GError             **error);
SgTombstones      *sg_tombstones_parse     (const guint8        *data,
                                            gsize                length,
                                            GError             **error);
SgTombstones      *sg_tombstones_ref       (SgTombstones        *self);
void               sg_tombstones_unref     (SgTombstones        *self);
guint              sg_tombstones_get_count (const SgTombstones  *self);
const SgTombstone *sg_tombstones_get_all   (const SgTombstones  *self);
const SgTombstone *sg_tombstones_find      (const SgTombstones  *self,
                                            guint64              series_ref,
                                            guint               *ret_n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTombstones, sg_tombstones_unref)

G_END_DECLS
