/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block.h"

#include "base/sg-lock.h"

/* The lock is for @meta and @tombstones, and is held while their files are written. */
struct _SgBlock
{
  gatomicrefcount ref_count;
  char *folder;
  SgUlid ulid;
  SgTimeMs min_time;
  SgTimeMs max_time;
  SgIndexReader *index;
  SgChunkSegments *chunks;
  SgPostingsCache *cache;
  guint64 cache_source;
  SgLock lock;
  SgBlockMeta *meta;
  SgTombstones *tombstones;
};

static gboolean
open_files (SgBlock  *self,
            GError  **error)
{
  g_autofree char *chunks = g_build_filename (self->folder, "chunks", NULL);
  g_autofree char *index = g_build_filename (self->folder, "index", NULL);

  self->meta = sg_block_meta_read (self->folder, error);
  if (self->meta == NULL)
    return FALSE;
  self->index = sg_index_reader_open (index, error);
  if (self->index == NULL)
    return FALSE;
  self->chunks = sg_chunk_segments_open (chunks, error);
  if (self->chunks == NULL)
    return FALSE;
  self->tombstones = sg_tombstones_read (self->folder, error);
  return self->tombstones != NULL;
}

/**
 * sg_block_open:
 * @folder: the folder of a block
 *
 * Opens a block, which compares the checksums of what all of it is found through: the symbols and the
 * table of label values. The rest is compared when it is read.
 *
 * Returns: (transfer full) (nullable): the block
 */
SgBlock *
sg_block_open (const char  *folder,
               GError     **error)
{
  g_autoptr (SgBlock) self = g_new0 (SgBlock, 1);

  g_atomic_ref_count_init (&self->ref_count);
  sg_lock_init (&self->lock);
  self->folder = g_strdup (folder);
  if (!open_files (self, error))
    return NULL;
  self->ulid = self->meta->ulid;
  self->min_time = self->meta->min_time;
  self->max_time = self->meta->max_time;
  return g_steal_pointer (&self);
}

SgBlock *
sg_block_ref (SgBlock *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_block_unref (SgBlock *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  if (self->cache != NULL)
    sg_postings_cache_remove_source (self->cache, self->cache_source);
  g_clear_pointer (&self->cache, sg_postings_cache_unref);
  g_clear_pointer (&self->meta, sg_block_meta_free);
  g_clear_pointer (&self->index, sg_index_reader_free);
  g_clear_pointer (&self->chunks, sg_chunk_segments_free);
  g_clear_pointer (&self->tombstones, sg_tombstones_unref);
  sg_lock_clear (&self->lock);
  g_free (self->folder);
  g_free (self);
}

const char *
sg_block_get_folder (const SgBlock *self)
{
  return self->folder;
}

const SgUlid *
sg_block_get_ulid (const SgBlock *self)
{
  return &self->ulid;
}

SgTimeMs
sg_block_get_min_time (const SgBlock *self)
{
  return self->min_time;
}

/* Returns: the time behind the last sample */
SgTimeMs
sg_block_get_max_time (const SgBlock *self)
{
  return self->max_time;
}

/* Returns: how many bytes of disk it takes, but for the little that says what it is */
guint64
sg_block_get_size (const SgBlock *self)
{
  return sg_index_reader_get_size (self->index) + sg_chunk_segments_get_size (self->chunks);
}

const SgIndexReader *
sg_block_get_index (const SgBlock *self)
{
  return self->index;
}

const SgChunkSegments *
sg_block_get_chunks (const SgBlock *self)
{
  return self->chunks;
}

/* Before it is shared with others. A block that has a cache keeps it. */
void
sg_block_set_cache (SgBlock         *self,
                    SgPostingsCache *cache)
{
  if (self->cache != NULL)
    return;
  self->cache = sg_postings_cache_ref (cache);
  self->cache_source = sg_postings_cache_add_source (cache);
}

/* Returns: (nullable): what matchers have selected, and what the block is called there */
SgPostingsCache *
sg_block_get_cache (const SgBlock *self,
                    guint64       *ret_source)
{
  *ret_source = self->cache_source;
  return self->cache;
}

SgBlockMeta *
sg_block_copy_meta (SgBlock *self)
{
  SG_LOCK_SCOPE (&self->lock);

  return sg_block_meta_copy (self->meta);
}

SgTombstones *
sg_block_ref_tombstones (SgBlock *self)
{
  SG_LOCK_SCOPE (&self->lock);

  return sg_tombstones_ref (self->tombstones);
}

/* Writes @changed and takes it, whose lock is held. */
static gboolean
replace_meta (SgBlock      *self,
              SgBlockMeta  *changed,
              GError      **error)
{
  if (!sg_block_meta_write (changed, self->folder, error))
    {
      sg_block_meta_free (changed);
      return FALSE;
    }
  sg_block_meta_free (self->meta);
  self->meta = changed;
  return TRUE;
}

/**
 * sg_block_add_tombstones:
 * @self: a block
 * @stones: (element-type SgTombstone): what to delete from it
 *
 * Deletes samples, on the disk when this returns. Whoever reads meanwhile may still see them.
 *
 * Returns: whether they are deleted
 */
gboolean
sg_block_add_tombstones (SgBlock  *self,
                         GArray   *stones,
                         GError  **error)
{
  SG_LOCK_SCOPE (&self->lock);
  GArray *all = g_array_copy (stones);
  g_autoptr (SgTombstones) changed = NULL;
  SgBlockMeta *meta;

  g_array_append_vals (all, sg_tombstones_get_all (self->tombstones),
                       sg_tombstones_get_count (self->tombstones));
  changed = sg_tombstones_new (all);
  if (!sg_tombstones_write (changed, self->folder, error))
    return FALSE;
  sg_tombstones_unref (self->tombstones);
  self->tombstones = g_steal_pointer (&changed);
  meta = sg_block_meta_copy (self->meta);
  meta->n_tombstones = sg_tombstones_get_count (self->tombstones);
  return replace_meta (self, meta, error);
}

/* Notes that the block could not be compacted, so that it is not tried again and again. */
gboolean
sg_block_mark_failed (SgBlock  *self,
                      GError  **error)
{
  SG_LOCK_SCOPE (&self->lock);
  SgBlockMeta *meta = sg_block_meta_copy (self->meta);

  meta->failed = TRUE;
  return replace_meta (self, meta, error);
}

/* Notes that nothing is left of the block, so that it is deleted. */
gboolean
sg_block_mark_deletable (SgBlock  *self,
                         GError  **error)
{
  SG_LOCK_SCOPE (&self->lock);
  SgBlockMeta *meta = sg_block_meta_copy (self->meta);

  meta->deletable = TRUE;
  return replace_meta (self, meta, error);
}
