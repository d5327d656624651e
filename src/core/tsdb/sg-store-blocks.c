/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-private.h"

#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-block-select.h"
#include "tsdb/sg-block-writer.h"
#include "tsdb/sg-compactor.h"
#include "tsdb/sg-head-block.h"
#include "tsdb/sg-head-delete.h"
#include "tsdb/sg-head-late.h"
#include "tsdb/sg-head-truncate.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

/*
 * Blocks are replaced as a whole list, so that a reader has either all of the old ones or all of the
 * new ones. What a block has by then is let go from the head after the list was replaced: for a moment
 * both have it, and the reader takes each sample once.
 */

/* A block is never longer than a tenth of what is kept, as in Prometheus, and than a month. */
#define RETENTION_PARTS 10
#define LONGEST_BLOCK   (G_GINT64_CONSTANT (31) * 24 * 60 * 60 * 1000)

/* So long somebody may take to copy a block to its place. */
#define ARRIVAL_US (G_GINT64_CONSTANT (10) * 60 * G_USEC_PER_SEC)

/* Returns: (transfer full) (element-type SgBlock): the blocks that are there now */
GPtrArray *
sg_store_ref_blocks (SgStore *self)
{
  SG_LOCK_SCOPE (&self->blocks_lock);
  return g_ptr_array_ref (self->blocks);
}

static void
set_blocks (SgStore   *self,
            GPtrArray *blocks)
{
  g_autoptr (GPtrArray) old = NULL;

  SG_LOCK_SCOPE (&self->blocks_lock);
  old = self->blocks;
  self->blocks = g_ptr_array_ref (blocks);
}

/* What is damaged gets another name, so that it is not tried again; all else may be good tomorrow. */
static void
handle_trouble (SgStore              *self,
                const SgBlockTrouble *trouble)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autofree char *place = NULL;

  if (self->settled || !sg_store_may_write (self))
    sg_store_note (self, "%s", trouble->error->message);
  if (!self->settled || !sg_store_may_write (self)
      || !g_error_matches (trouble->error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT))
    return;
  place = sg_block_set_aside (trouble->folder, sg_store_aside_ensure (self->aside, NULL), &error);
  sg_store_report (self, "reconciliation", trouble->folder, started_us, 1, error);
  if (place == NULL)
    return;
  sg_head_count (&self->blocks_set_aside, 1);
  sg_store_note (self, "%s: kept in %s", trouble->folder, place);
}

static void
remove_obsolete (SgStore         *self,
                 const GPtrArray *folders)
{
  for (guint i = 0; self->settled && sg_store_may_write (self) && i < folders->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!sg_block_remove (folders->pdata[i], &error))
        sg_store_note (self, "%s", error->message);
    }
}

/*
 * Somebody may be copying a block to its place: as long as the store is in use, a folder that is no block
 * is left alone for the first minutes.
 */
static gboolean
may_be_arriving (SgStore    *self,
                 const char *folder)
{
  gint64 now = sg_clock_monotonic (self->clock).us;
  gint64 *since = g_hash_table_lookup (self->arrivals, folder);

  if (since == NULL)
    {
      since = g_memdup2 (&now, sizeof now);
      g_hash_table_insert (self->arrivals, g_strdup (folder), since);
    }
  return self->head != NULL && self->head->wal != NULL && now - *since < ARRIVAL_US;
}

static gboolean
has_gone (gpointer folder,
          gpointer since,
          gpointer data)
{
  const GPtrArray *troubles = data;

  for (guint i = 0; i < troubles->len; i++)
    {
      if (g_str_equal (((const SgBlockTrouble *) troubles->pdata[i])->folder, folder))
        return FALSE;
    }
  return TRUE;
}

static void
handle_troubles (SgStore   *self,
                 GPtrArray *troubles)
{
  g_hash_table_foreach_remove (self->arrivals, has_gone, troubles);
  for (guint i = 0; i < troubles->len; i++)
    {
      const SgBlockTrouble *trouble = troubles->pdata[i];

      if (!may_be_arriving (self, trouble->folder))
        handle_trouble (self, trouble);
    }
}

static guint
count_new (GPtrArray *blocks,
           GPtrArray *old)
{
  guint n = 0;

  for (guint i = 0; i < blocks->len; i++)
    n += !g_ptr_array_find (old, blocks->pdata[i], NULL);
  return n;
}

/**
 * sg_store_load_blocks:
 * @self: a store
 * @error: why the directory cannot be listed
 *
 * Looks which blocks there are now, and opens those that are new.
 *
 * Returns: whether it could be looked
 */
gboolean
sg_store_load_blocks (SgStore  *self,
                      GError  **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) old = sg_store_ref_blocks (self);
  g_autoptr (SgBlockScan) scan = sg_block_scan (self->tsdb_path, old, error);
  guint n_new;

  if (scan == NULL)
    return FALSE;
  n_new = count_new (scan->blocks, old);
  for (guint i = 0; i < scan->blocks->len; i++)
    sg_block_set_cache (scan->blocks->pdata[i], self->cache);
  set_blocks (self, scan->blocks);
  if (n_new > 0)
    sg_store_report (self, "read_through", "blocks", started_us, n_new, NULL);
  handle_troubles (self, scan->troubles);
  remove_obsolete (self, scan->obsolete);
  return TRUE;
}

/* Returns: the time from which on samples are in no block, but for those that came late */
SgTimeMs
sg_store_get_blocks_end (SgStore *self)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self);
  SgTimeMs end = SG_TIME_MS_MIN;

  for (guint i = 0; i < blocks->len; i++)
    {
      SgBlock *block = blocks->pdata[i];
      g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (block);

      if (!sg_block_meta_has_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER)
          && !sg_block_meta_has_hint (meta, SG_BLOCK_HINT_STALE))
        end = MAX (end, sg_block_get_max_time (block));
    }
  return end;
}

/* Returns: (transfer full): what is said of a new block, from @min_t until before @end */
SgBlockMeta *
sg_store_make_meta (SgStore  *self,
                    SgTimeMs  min_t,
                    SgTimeMs  end)
{
  SgBlockMeta *meta = sg_block_meta_new ();

  sg_ulid_generate (&meta->ulid, sg_clock_now_ms (self->clock));
  meta->min_time = min_t;
  meta->max_time = end;
  meta->level = 1;
  g_array_append_val (meta->sources, meta->ulid);
  return meta;
}

/* Damaged chunks are not in the block; their files are kept before they are deleted. */
static void
keep_damaged_chunks (SgStore          *self,
                     SgChunkSeriesSet *set)
{
  g_autoptr (GPtrArray) files = NULL;
  const char *message;
  guint n = sg_head_chunk_series_get_damage (set, &message);

  if (n == 0)
    return;
  sg_store_note (self, "%u chunks of the head are damaged and in no block; the first: %s", n,
                 message);
  files = sg_wal_list_segments (self->chunks_path, NULL);
  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      const SgWalSegment *file = files->pdata[i];
      g_autofree char *base = g_path_get_basename (file->path);
      g_autofree char *name = g_build_filename ("chunks_head", base, NULL);

      sg_store_aside_copy (self->aside, file->path, name, NULL);
    }
}

/* Takes over @set. Returns: whether there is a block of what it has, unless it has nothing */
static gboolean
write_block (SgStore           *self,
             SgChunkSeriesSet  *set,
             SgBlockMeta       *meta,
             GCancellable      *cancellable,
             GError           **error)
{
  g_autoptr (SgChunkSeriesSet) owned = set;

  if (!sg_block_write (self->tsdb_path, owned, meta, cancellable, error))
    return FALSE;
  keep_damaged_chunks (self, owned);
  return TRUE;
}

/*
 * Takes out of the log what is in blocks by now. What could not be done, for want of room above all, is
 * tried again the next time.
 */
static gboolean
shorten_log (SgStore  *self,
             GError  **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (GError) local = NULL;
  gboolean done = FALSE;

  if (self->log_due == SG_TIME_MS_MIN)
    return TRUE;
  if (sg_head_truncate_log (self->head, self->wal_path, self->log_due, &done, &local))
    self->log_due = SG_TIME_MS_MIN;
  if (done || local != NULL)
    sg_store_report (self, "refresh", "checkpoint", started_us, 1, local);
  sg_head_count (&self->checkpoints, done);
  sg_head_count (&self->checkpoints_failed, local != NULL);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Makes the first range of the head into a block. */
static gboolean
compact_head (SgStore       *self,
              SgTimeMs       min_t,
              SgTimeMs       end,
              GCancellable  *cancellable,
              GError       **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (SgBlockMeta) meta = sg_store_make_meta (self, min_t, end);
  g_autoptr (GError) local = NULL;
  gboolean good;

  sg_head_close_range (self->head, end);
  good = write_block (self, sg_head_chunk_series_new (self->head, min_t, end), meta, cancellable,
                      &local)
         && sg_store_load_blocks (self, &local);
  sg_head_count (good ? &self->compactions : &self->compactions_failed, 1);
  sg_store_report (self, "bulk_insert", "head", started_us, meta->n_samples, local);
  if (!good)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->log_due = end;
  return sg_head_truncate (self->head, end, error);
}

/* A block for each range in which samples came out of order. */
static gboolean
write_late_blocks (SgStore        *self,
                   SgHeadLateCut  *cut,
                   guint64        *ret_n_samples,
                   GCancellable   *cancellable,
                   GError        **error)
{
  gint64 range = self->head->options.chunk_range_ms;
  SgTimeMs min_t;
  SgTimeMs max_t;

  sg_head_late_get_range (cut, &min_t, &max_t);
  for (SgTimeMs end = sg_head_range_end (min_t, range);; end += range)
    {
      g_autoptr (SgBlockMeta) meta = sg_store_make_meta (self, end - range, end);

      sg_block_meta_add_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER);
      if (!write_block (self, sg_head_late_series_new (self->head, end - range, end), meta,
                        cancellable, error))
        return FALSE;
      *ret_n_samples += meta->n_samples;
      if (max_t < end)
        return TRUE;
    }
}

/* Makes blocks of what came out of order. */
static gboolean
compact_late (SgStore       *self,
              GCancellable  *cancellable,
              GError       **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (SgHeadLateCut) cut = NULL;
  g_autoptr (GError) local = NULL;
  guint64 n_samples = 0;
  gboolean good;

  if (!sg_head_late_begin (self->head, &cut, error))
    return FALSE;
  if (cut == NULL)
    return TRUE;
  good = write_late_blocks (self, cut, &n_samples, cancellable, &local)
         && sg_store_load_blocks (self, &local) && sg_head_late_drop (cut, self->late_path, &local);
  sg_head_count (good ? &self->compactions : &self->compactions_failed, 1);
  sg_store_report (self, "bulk_insert", "late samples", started_us, n_samples, local);
  if (!good)
    g_propagate_error (error, g_steal_pointer (&local));
  return good;
}

/* Makes blocks of what the head has for too long. */
static gboolean
compact_heads (SgStore       *self,
               GCancellable  *cancellable,
               GError       **error)
{
  SgTimeMs min_t;
  SgTimeMs end;

  while (sg_head_find_full_range (self->head, &min_t, &end))
    {
      if (!compact_head (self, min_t, end, cancellable, error)
          || !compact_late (self, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* Makes blocks into longer ones, as long as there are some that should be. */
static gboolean
compact_blocks (SgStore       *self,
                GCancellable  *cancellable,
                GError       **error)
{
  gint64 longest = self->options.retention_ms > 0
                       ? MIN (self->options.retention_ms / RETENTION_PARTS, LONGEST_BLOCK)
                       : LONGEST_BLOCK;
  gint64 max_ms = self->options.max_block_ms > 0 ? self->options.max_block_ms : longest;
  g_autoptr (GArray) ranges = sg_compaction_ranges (
      self->head->options.chunk_range_ms, MAX (max_ms, self->head->options.chunk_range_ms));

  for (;;)
    {
      gint64 started_us = g_get_monotonic_time ();
      g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self);
      g_autoptr (GPtrArray) plan = sg_compaction_plan (blocks, ranges);
      g_autoptr (GError) local = NULL;

      if (plan->len == 0)
        return TRUE;
      sg_compaction_run (self->tsdb_path, plan, sg_clock_now_ms (self->clock), NULL, cancellable,
                         &local);
      sg_store_report (self, "bulk_insert", "blocks", started_us, plan->len, local);
      sg_head_count (local == NULL ? &self->compactions : &self->compactions_failed, 1);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!sg_store_load_blocks (self, error))
        return FALSE;
    }
}

/* Deletes the blocks that are too old, or too many. */
static gboolean
apply_retention (SgStore  *self,
                 GError  **error)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self);
  g_autoptr (GPtrArray) found = NULL;
  SgStoreStats stats;

  if (self->options.retention_ms == 0 && self->options.retention_bytes == 0)
    return TRUE;
  sg_store_get_stats (self, &stats);
  found = sg_retention_find (blocks, self->options.retention_ms, self->options.retention_bytes,
                             stats.wal_bytes + stats.head_chunk_bytes);
  for (guint i = 0; i < found->len; i++)
    {
      if (!sg_block_remove (sg_block_get_folder (found->pdata[i]), error))
        return FALSE;
    }
  return found->len == 0 || sg_store_load_blocks (self, error);
}

/**
 * sg_store_maintain:
 * @self: a store
 * @cancellable: (nullable): ends it
 * @error: what could not be done; what was done until then stays
 *
 * Looks which blocks others have added, makes blocks of what the head has for too long, and longer
 * blocks of short ones, and deletes those that need not be kept, and what the log need not have. Called
 * on a worker, every minute or so; most times there is nothing to do. A part that fails, on a full disk,
 * keeps no other part from being done: it may be that which makes room.
 *
 * Returns: whether there is nothing left to do
 */
gboolean
sg_store_maintain (SgStore       *self,
                   GCancellable  *cancellable,
                   GError       **error)
{
  gboolean good;

  SG_LOCK_SCOPE (&self->maintaining);
  if (sg_store_get_read_only_reason (self) != NULL)
    return TRUE;
  sg_head_drain_queue (self->head);
  good = sg_store_load_blocks (self, error) && compact_heads (self, cancellable, error)
         && compact_blocks (self, cancellable, error);
  good = apply_retention (self, good ? error : NULL) && good;
  good = shorten_log (self, good ? error : NULL) && good;
  __atomic_store_n (&self->maintenance_failing, !good && !g_cancellable_is_cancelled (cancellable),
                    __ATOMIC_RELAXED);
  return good;
}

/**
 * sg_store_delete:
 * @self: a store
 * @matchers: (array length=n_matchers): what must hold for a series to be deleted from
 * @n_matchers: how many
 * @min_t: the first time to delete
 * @max_t: the last one
 * @cancellable: (nullable): ends it
 * @error: what could not be deleted; what was deleted until then stays deleted
 *
 * Returns: whether all is deleted
 */
gboolean
sg_store_delete (SgStore                 *self,
                 const SgMatcher  *const *matchers,
                 gsize                    n_matchers,
                 SgTimeMs                 min_t,
                 SgTimeMs                 max_t,
                 GCancellable            *cancellable,
                 GError                 **error)
{
  g_autoptr (GPtrArray) blocks = NULL;
  gboolean good;

  SG_LOCK_SCOPE (&self->maintaining);
  if (!sg_store_check_writable (self, "deleted", error))
    return FALSE;
  good = sg_head_delete (self->head, matchers, n_matchers, min_t, max_t, cancellable, error);
  blocks = sg_store_ref_blocks (self);
  for (guint i = 0; good && i < blocks->len; i++)
    {
      SgBlock *block = blocks->pdata[i];

      if (sg_block_get_min_time (block) <= max_t && sg_block_get_max_time (block) > min_t)
        good = sg_block_delete (block, matchers, n_matchers, min_t, max_t, cancellable, error);
    }
  sg_head_revise (self->head);
  return good;
}

/* Makes one block anew, without what is deleted of it. */
static gboolean
clean_block (SgStore       *self,
             SgBlock       *block,
             GCancellable  *cancellable,
             GError       **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) plan = g_ptr_array_new ();
  g_autoptr (GError) local = NULL;

  g_ptr_array_add (plan, block);
  sg_compaction_run (self->tsdb_path, plan, sg_clock_now_ms (self->clock), NULL, cancellable,
                     &local);
  sg_head_count (local == NULL ? &self->compactions : &self->compactions_failed, 1);
  sg_store_report (self, "bulk_insert", "blocks", started_us, 1, local);
  if (local == NULL)
    return sg_store_load_blocks (self, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * sg_store_clean_tombstones:
 * @self: a store
 * @cancellable: (nullable): ends it
 * @error: which block could not be made anew; those before it stay as they have become
 *
 * Makes each block anew that has deleted samples, so that these take no room any more.
 *
 * Returns: whether no block has any
 */
gboolean
sg_store_clean_tombstones (SgStore       *self,
                           GCancellable  *cancellable,
                           GError       **error)
{
  g_autoptr (GPtrArray) blocks = NULL;

  SG_LOCK_SCOPE (&self->maintaining);
  if (!sg_store_check_writable (self, "deleted", error))
    return FALSE;
  blocks = sg_store_ref_blocks (self);
  for (guint i = 0; i < blocks->len; i++)
    {
      g_autoptr (SgTombstones) stones = sg_block_ref_tombstones (blocks->pdata[i]);

      if (sg_tombstones_get_count (stones) > 0
          && !clean_block (self, blocks->pdata[i], cancellable, error))
        return FALSE;
    }
  return TRUE;
}
