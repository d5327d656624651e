/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-series.h"

/* What of a series is in blocks by now goes from memory, once nobody reads it. */

/* Frees a chunk that is in no file, once nobody reads it. */
static void
let_go (const SgHeadChunk *chunk,
        SgHeadGate        *gate)
{
  if (chunk->place & SG_HEAD_IN_MEMORY)
    sg_head_gate_retire_read (gate, (gpointer) sg_head_place_closed (chunk->place),
                              sg_head_closed_free);
}

/* Lets the first chunks go that have nothing from @min_t on, unless they wait for a file. */
static void
truncate_list (SgHeadChunkList **place,
               SgTimeMs          min_t,
               SgHeadGate       *gate,
               gboolean          in_files)
{
  SgHeadChunkList *old = *place;
  SgHeadChunkList *left;
  guint n = 0;

  while (old != NULL && n < old->n && old->chunks[n].max_t < min_t
         && !(in_files && (old->chunks[n].place & SG_HEAD_IN_MEMORY)))
    n++;
  if (n == 0)
    return;
  left = g_malloc (sizeof (SgHeadChunkList) + (old->n - n) * sizeof (SgHeadChunk));
  left->n = left->capacity = old->n - n;
  memcpy (left->chunks, old->chunks + n, left->n * sizeof (SgHeadChunk));
  for (guint i = 0; i < n; i++)
    let_go (&old->chunks[i], gate);
  if (left->n == 0)
    g_clear_pointer (&left, g_free);
  *place = left;
  sg_head_gate_retire_read (gate, old, g_free);
}

static void
truncate_open (SgHeadSeries *self,
               SgTimeMs      min_t,
               SgHeadGate   *gate)
{
  SgTimeMs last_t = self->open.t;
  guint64 last_value = self->open.value;

  if (self->open.n_samples == 0 || last_t >= min_t)
    return;
  sg_head_gate_retire_read (gate, g_steal_pointer (&self->open.data), g_free);
  sg_xor_appender_init (&self->open);
  self->open.t = last_t;
  self->open.value = last_value;
}

static void
truncate_deleted (SgHeadExtra *extra,
                  SgTimeMs     min_t,
                  SgHeadGate  *gate)
{
  SgHeadRanges *old = extra->deleted;

  for (guint i = 0; old != NULL && i < old->n; i++)
    {
      if (old->ranges[i].max_t >= min_t)
        return;
    }
  extra->deleted = NULL;
  sg_head_gate_retire_read (gate, old, g_free);
}

/**
 * sg_head_series_truncate:
 * @self: a series, locked
 * @min_t: what is before it is in blocks
 * @gate: frees what readers may know
 * @in_files: whether full chunks go to files: those that wait for one are kept
 *
 * Lets go the chunks that have nothing from @min_t on.
 *
 * Returns: whether the series may go, too
 */
gboolean
sg_head_series_truncate (SgHeadSeries *self,
                         SgTimeMs      min_t,
                         SgHeadGate   *gate,
                         gboolean      in_files)
{
  truncate_list (&self->closed, min_t, gate, in_files);
  if (self->closed == NULL)
    truncate_open (self, min_t, gate);
  if (self->extra != NULL)
    truncate_deleted (self->extra, min_t, gate);
  return sg_head_series_count_chunks (self) == 0 && self->pending == 0
         && (self->extra == NULL
             || (self->extra->late == NULL && self->extra->late_chunks == NULL));
}
