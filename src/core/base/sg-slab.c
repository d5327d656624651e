/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-slab.h"

#include <string.h>

/*
 * A block begins with how many hold it: each of its cells, and the slab as long as it gives out of it.
 * Which block a cell is in is told by its address, since a block begins at a multiple of its length. A
 * cell that would be too long for a block of its own kind (a label set of kilobytes) gets one for itself.
 */
struct _SgSlabBlock
{
  guint n_holders;
  guint used;
};

/* The first cell is at a multiple of any alignment. */
#define FIRST_CELL 64

void
sg_slab_init (SgSlab *self,
              guint   alignment)
{
  g_return_if_fail (alignment >= 8 && alignment <= FIRST_CELL
                    && (alignment & (alignment - 1)) == 0);

  *self = (SgSlab) { .alignment = alignment };
}

static void
release (SgSlabBlock *block)
{
  if (__atomic_sub_fetch (&block->n_holders, 1, __ATOMIC_ACQ_REL) == 0)
    g_aligned_free (block);
}

/* Gives out nothing more. The cells stay. */
void
sg_slab_clear (SgSlab *self)
{
  g_clear_pointer (&self->block, release);
}

static SgSlabBlock *
block_new (gsize size)
{
  SgSlabBlock *block = g_aligned_alloc (1, size, SG_SLAB_BLOCK_SIZE);

  block->n_holders = 1;
  block->used = FIRST_CELL;
  return block;
}

/**
 * sg_slab_alloc0:
 * @self: a slab
 * @size: how many bytes
 *
 * Returns: (transfer full): a cell full of zeros, for sg_slab_free()
 */
gpointer
sg_slab_alloc0 (SgSlab *self,
                gsize   size)
{
  gsize taken = (size + self->alignment - 1) & ~(gsize) (self->alignment - 1);
  gpointer cell;

  if (G_UNLIKELY (taken > SG_SLAB_CELL_MAX))
    return memset ((char *) block_new (FIRST_CELL + taken) + FIRST_CELL, 0, size);
  if (self->block == NULL || self->block->used + taken > SG_SLAB_BLOCK_SIZE)
    {
      sg_slab_clear (self);
      self->block = block_new (SG_SLAB_BLOCK_SIZE);
    }
  cell = (char *) self->block + self->block->used;
  self->block->used += (guint) taken;
  __atomic_add_fetch (&self->block->n_holders, 1, __ATOMIC_RELAXED);
  return memset (cell, 0, size);
}

void
sg_slab_free (gpointer cell)
{
  release ((SgSlabBlock *) ((gsize) cell & ~(gsize) (SG_SLAB_BLOCK_SIZE - 1)));
}
