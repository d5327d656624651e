/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-repair.h"

#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-store-private.h"

#include <string.h>

/*
 * What is left of a damaged block goes into new blocks, two hours at a time, and then the block goes to
 * the folder of what is damaged, whole: what could not be read, or not be written again, is still there
 * for who knows more. A process that ends between the two leaves samples in two blocks, which are read
 * once, and finds the damage again.
 */

typedef struct
{
  SgStore *store;
  SgBlock *block;
  GCancellable *cancellable;
  SgTimeMs late_from;
  GPtrArray *metas;
} Repair;

/* Moves what can be read of a span of time into new blocks. */
static gboolean
save_span (Repair     *self,
           SgQuerier  *querier,
           SgTimeMs    min_t,
           SgTimeMs    max_t,
           gint64      range_ms,
           GError    **error)
{
  SgSelectHints hints = { .start = min_t, .end = max_t };
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (range_ms);
  g_autoptr (SgSeriesSet) set =
      sg_querier_select (querier, NULL, 0, &hints, self->cancellable, error);
  g_autoptr (GError) problem = NULL;
  const SgSeries *series;

  if (set == NULL)
    return FALSE;
  while (sg_series_set_next (set, &series, &problem))
    {
      if (!sg_block_builder_add_series (builder, series, error))
        return FALSE;
    }
  if (problem == NULL)
    return sg_block_builder_write (builder, self->store->tsdb_path, self->late_from, self->metas,
                                   self->cancellable, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
save_rest (Repair  *self,
           GError **error)
{
  gint64 range_ms = self->store->head->options.chunk_range_ms;
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (SgQuerier) querier = NULL;
  SgTimeMs max_t = sg_block_get_max_time (self->block) - 1;

  g_ptr_array_add (blocks, sg_block_ref (self->block));
  querier = sg_block_querier_new (blocks);
  for (SgTimeMs min_t = sg_block_get_min_time (self->block); min_t <= max_t;)
    {
      SgTimeMs last = MIN (max_t, sg_head_range_end (min_t, range_ms) - 1);

      if (!save_span (self, querier, min_t, last, range_ms, error))
        return FALSE;
      min_t = last + 1;
    }
  return TRUE;
}

/* Deletes the blocks that were made in vain. */
static void
undo (Repair *self)
{
  for (guint i = 0; i < self->metas->len; i++)
    {
      const SgBlockMeta *meta = self->metas->pdata[i];
      char name[SG_ULID_LENGTH + 1];
      g_autofree char *path = NULL;

      sg_ulid_print (&meta->ulid, name);
      path = g_build_filename (self->store->tsdb_path, name, NULL);
      sg_block_remove (path, NULL);
    }
}

static void
tell (Repair       *self,
      const GError *damage,
      const char   *place)
{
  g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (self->block);
  guint64 n_saved = 0;

  for (guint i = 0; i < self->metas->len; i++)
    n_saved += ((const SgBlockMeta *) self->metas->pdata[i])->n_samples;
  sg_store_note (self->store,
                 "%s; the block is kept in %s, and %" G_GUINT64_FORMAT " of its %" G_GUINT64_FORMAT
                 " samples are in new blocks",
                 damage->message, place, n_saved, meta->n_samples);
}

static gboolean
replace_block (Repair        *self,
               const GError  *damage,
               GError       **error)
{
  g_autofree char *place = NULL;
  const char *aside = sg_store_aside_ensure (self->store->aside, error);

  if (aside == NULL)
    return FALSE;
  if (save_rest (self, error))
    place = sg_block_set_aside (sg_block_get_folder (self->block), aside, error);
  if (place == NULL)
    {
      undo (self);
      return FALSE;
    }
  tell (self, damage, place);
  sg_head_count (&self->store->blocks_set_aside, 1);
  return sg_store_load_blocks (self->store, error);
}

/**
 * sg_store_repair_block:
 * @self: a store
 * @block: one of its blocks, which is damaged
 * @damage: what was found
 * @cancellable: (nullable): ends it
 * @error: why it could not be replaced; it stays where it is then, and what is left of it can be read
 *
 * Replaces a damaged block with blocks of what is left of it, and sets it aside. A store that is open for
 * reading leaves it where it is, and a block that was replaced meanwhile is none of its business.
 *
 * Returns: whether there is nothing left to do
 */
gboolean
sg_store_repair_block (SgStore       *self,
                       SgBlock       *block,
                       const GError  *damage,
                       GCancellable  *cancellable,
                       GError       **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (block);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GError) local = NULL;
  Repair repair = { self, block, cancellable, SG_TIME_MS_MAX, metas };

  SG_LOCK_SCOPE (&self->maintaining);
  blocks = sg_store_ref_blocks (self);
  if (sg_store_get_read_only_reason (self) != NULL || !g_ptr_array_find (blocks, block, NULL))
    return TRUE;
  if (sg_block_meta_has_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER))
    repair.late_from = SG_TIME_MS_MIN;
  replace_block (&repair, damage, &local);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  sg_store_report (self, "reconciliation", sg_block_get_folder (block), started_us, meta->n_samples,
                   local);
  sg_head_revise (self->head);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
