/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A block is as long, and begins at a multiple of it. */
#define SG_SLAB_BLOCK_SIZE 16384

/* No cell is longer. */
#define SG_SLAB_CELL_MAX 4096

/**
 * SgSlab:
 * @alignment: each cell begins at a multiple of it: a power of two from 8 to 64
 * @block: (nullable): where the next cell comes from
 *
 * Gives out memory cell by cell, each behind the one before, so that what was made in a row is also read
 * in a row: memory is fetched ahead, and few pages are touched, where cells from the allocator would lie
 * between all else that was made meanwhile. A cell is not used again; a block is freed with its last one.
 *
 * Giving out belongs to whoever holds the owner's lock; any thread may free a cell, also when the slab is
 * gone already.
 */
typedef struct _SgSlabBlock SgSlabBlock;

typedef struct
{
  guint alignment;
  SgSlabBlock *block;
} SgSlab;

void     sg_slab_init   (SgSlab   *self,
                         guint     alignment);
void     sg_slab_clear  (SgSlab   *self);
gpointer sg_slab_alloc0 (SgSlab   *self,
                         gsize     size);
void     sg_slab_free   (gpointer  cell);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgSlab, sg_slab_clear)

G_END_DECLS
