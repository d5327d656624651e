/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-ulid.h"

G_BEGIN_DECLS

/* Made of samples that came late: the log may still hold others of these times. */
#define SG_BLOCK_HINT_OUT_OF_ORDER "from-out-of-order"

/* Made of series that have ended: likewise. */
#define SG_BLOCK_HINT_STALE "from-stale-series"

/**
 * SgBlockParent:
 * @ulid: a block that another was made from
 * @min_time: its first time
 * @max_time: the time behind its last
 */
typedef struct
{
  SgUlid ulid;
  SgTimeMs min_time;
  SgTimeMs max_time;
} SgBlockParent;

/**
 * SgBlockMeta:
 * @ulid: the block's name
 * @min_time: no sample is before it
 * @max_time: all samples are before it
 * @n_samples: how many samples there are
 * @n_series: how many series
 * @n_chunks: how many chunks
 * @n_tombstones: how many intervals of series are deleted
 * @level: how often what is in it was compacted, 1 for what came from the head
 * @sources: (element-type SgUlid): the blocks from the head that are in it
 * @parents: (element-type SgBlockParent): the blocks that it was made from
 * @deletable: whether nothing is left of it
 * @failed: whether its compaction failed, so that it is not tried again
 * @hints: (element-type utf8): other things that a reader must know, such as
 *   %SG_BLOCK_HINT_OUT_OF_ORDER
 * @others: (nullable): private: the file as it was read, for what else it holds
 *
 * What meta.json says about a block.
 */
typedef struct
{
  SgUlid ulid;
  SgTimeMs min_time;
  SgTimeMs max_time;
  guint64 n_samples;
  guint64 n_series;
  guint64 n_chunks;
  guint64 n_tombstones;
  guint64 level;
  GArray *sources;
  GArray *parents;
  gboolean deletable;
  gboolean failed;
  GPtrArray *hints;
  gpointer others;
} SgBlockMeta;

SgBlockMeta *sg_block_meta_new      (void);
SgBlockMeta *sg_block_meta_copy     (const SgBlockMeta  *self);
void         sg_block_meta_free     (SgBlockMeta        *self);
SgBlockMeta *sg_block_meta_parse    (const char         *text,
                                     gsize               length,
                                     GError            **error);
char        *sg_block_meta_to_text  (const SgBlockMeta  *self);
SgBlockMeta *sg_block_meta_read     (const char         *folder,
                                     GError            **error);
gboolean     sg_block_meta_write    (const SgBlockMeta  *self,
                                     const char         *folder,
                                     GError            **error);
gboolean     sg_block_meta_has_hint (const SgBlockMeta  *self,
                                     const char         *hint);
void         sg_block_meta_add_hint (SgBlockMeta        *self,
                                     const char         *hint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBlockMeta, sg_block_meta_free)

G_END_DECLS
