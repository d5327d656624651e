/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-truncate.h"

#include "tsdb/sg-head-private.h"
#include "tsdb/sg-wal-checkpoint.h"
#include "tsdb/sg-wal-segments.h"

/*
 * What is in blocks is let go from memory, from the files of full chunks, and from the log. A series
 * of which nothing is left goes from the index. Its name stays in the log as long as there is a segment
 * that may have samples of it.
 */

/* So many series are taken out of the index at once, while nobody can add one. */
#define BATCH 1024

/**
 * sg_head_find_full_range:
 * @self: a head
 * @ret_min_t: (out): the first time in it
 * @ret_end: (out): where the range that this is in ends
 *
 * Returns: whether the head has so much more than a range that this range can become a block: one and
 *   a half, as in Prometheus
 */
gboolean
sg_head_find_full_range (SgHead   *self,
                         SgTimeMs *ret_min_t,
                         SgTimeMs *ret_end)
{
  gint64 range = self->options.chunk_range_ms;
  SgTimeMs min_t = __atomic_load_n (&self->min_t, __ATOMIC_RELAXED);
  SgTimeMs max_t = __atomic_load_n (&self->max_t, __ATOMIC_RELAXED);
  gint64 length;

  if (min_t > max_t)
    return FALSE;
  if (!__builtin_sub_overflow (max_t, min_t, &length) && length <= range / 2 * 3)
    return FALSE;
  *ret_min_t = min_t;
  *ret_end = sg_head_range_end (min_t, range);
  return TRUE;
}

/* Takes no more samples from before @end. When it returns, none is on its way. */
void
sg_head_close_range (SgHead   *self,
                     SgTimeMs  end)
{
  SgTimeMs seen = __atomic_load_n (&self->min_valid_t, __ATOMIC_SEQ_CST);

  while (seen < end
         && !__atomic_compare_exchange_n (&self->min_valid_t, &seen, end, TRUE, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST))
    continue;
  sg_head_gate_await_writes (&self->gate);
}

/* The name of @ref stays in the log until it has no segment up to @segment, and nothing up to @max_t. */
void
sg_head_keep_ref (SgHead    *self,
                  SgHeadRef  ref,
                  guint64    segment,
                  SgTimeMs   max_t)
{
  SgHeadKept kept = { segment, max_t };

  SG_LOCK_SCOPE (&self->kept_lock);
  g_hash_table_replace (self->kept, g_memdup2 (&ref, sizeof ref), g_memdup2 (&kept, sizeof kept));
}

static guint64
current_segment (SgHead *self)
{
  SgWalWriterStats stats;

  if (self->wal == NULL)
    return 0;
  sg_wal_writer_get_stats (self->wal, &stats);
  return stats.end.segment;
}

/* Takes those series out of the index that have not got a sample meanwhile. */
static guint
remove_empty (SgHead    *self,
              GPtrArray *candidates,
              SgTimeMs   min_t)
{
  guint64 segment = current_segment (self);
  guint n = 0;

  SG_LOCK_SCOPE (&self->index.lock);
  for (guint i = 0; i < candidates->len; i++)
    {
      SgHeadSeries *series = candidates->pdata[i];

      SG_LOCK_SCOPE (sg_head_lock_of (self, series));
      if (!sg_head_series_truncate (series, min_t, &self->gate, self->writes_chunks))
        continue;
      series->gone = TRUE;
      candidates->pdata[n++] = series;
      sg_head_keep_ref (self, series->ref, segment, SG_TIME_MS_MIN);
    }
  sg_head_index_remove (&self->index, (SgHeadSeries *const *) candidates->pdata, n);
  sg_head_count (&self->stats.series_removed, n);
  g_ptr_array_set_size (candidates, 0);
  return n;
}

/* Returns: the first time of a sample that is left */
static SgTimeMs
truncate_series (SgHead   *self,
                 SgTimeMs  min_t)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new ();
  guint32 end = sg_head_index_get_end (&self->index);
  SgTimeMs first = SG_TIME_MS_MAX;

  for (guint32 id = 0; id < end; id++)
    {
      SgHeadSeries *series = sg_head_index_find_id (&self->index, id);
      gboolean empty;

      if (series == NULL)
        continue;
      sg_lock_acquire (sg_head_lock_of (self, series));
      empty = sg_head_series_truncate (series, min_t, &self->gate, self->writes_chunks);
      first = MIN (first, sg_head_series_get_min_t (series));
      sg_lock_release (sg_head_lock_of (self, series));
      if (empty)
        g_ptr_array_add (candidates, series);
      if (candidates->len == BATCH)
        remove_empty (self, candidates, min_t);
    }
  remove_empty (self, candidates, min_t);
  return first;
}

/**
 * sg_head_truncate:
 * @self: a head, whose samples before @min_t are in blocks
 * @min_t: a time, up to which the range was closed with sg_head_close_range()
 * @error: which file could not be deleted
 *
 * Returns: whether all is let go; memory is in any case
 */
gboolean
sg_head_truncate (SgHead    *self,
                  SgTimeMs   min_t,
                  GError   **error)
{
  SgHeadGuard guard;
  SgTimeMs first;

  sg_head_drain_queue (self);
  sg_head_gate_await_captures (&self->gate);
  sg_head_gate_enter (&self->gate, &guard);
  __atomic_store_n (&self->min_t, SG_TIME_MS_MAX, __ATOMIC_RELAXED);
  first = truncate_series (self, min_t);
  sg_head_extend (self, first, SG_TIME_MS_MIN);
  sg_head_gate_leave (&self->gate, &guard);
  return self->chunks == NULL || !self->writes_chunks
         || sg_head_chunks_truncate (self->chunks, min_t, error);
}

typedef struct
{
  SgHead *head;
  guint64 last;
  SgTimeMs min_t;
} Keeping;

static gboolean
keep (SgHeadRef ref,
      gpointer  data)
{
  const Keeping *keeping = data;
  const SgHeadKept *kept;

  if (sg_head_index_find_ref (&keeping->head->index, ref) != NULL)
    return TRUE;
  SG_LOCK_SCOPE (&keeping->head->kept_lock);
  kept = g_hash_table_lookup (keeping->head->kept, &ref);
  return kept != NULL && (kept->segment > keeping->last || kept->max_t >= keeping->min_t);
}

static gboolean
is_past (gpointer key,
         gpointer value,
         gpointer data)
{
  const SgHeadKept *kept = value;
  const Keeping *keeping = data;

  return kept->segment <= keeping->last && kept->max_t < keeping->min_t;
}

static gboolean
write_checkpoint (SgHead      *self,
                  const char  *folder,
                  Keeping     *keeping,
                  GError     **error)
{
  SgWalCheckpointFilter filter = { keep, keeping, keeping->min_t };
  SgHeadGuard guard;
  gboolean good;

  sg_head_gate_enter (&self->gate, &guard);
  good = sg_wal_checkpoint_create (folder, keeping->last, &filter,
                                   sg_wal_writer_compresses (self->wal), error);
  sg_head_gate_leave (&self->gate, &guard);
  return good;
}

/**
 * sg_head_truncate_log:
 * @self: a head
 * @folder: its log
 * @min_t: samples before it are in blocks
 * @ret_done: (out): whether a checkpoint was written; not when there are too few segments for one
 * @error: why it could not be written, or what could not be deleted
 *
 * Makes one checkpoint of the first two thirds of the segments, as Prometheus does: most of what they
 * have is in blocks. Then deletes them.
 *
 * Returns: whether there is no more of the log than needed
 */
gboolean
sg_head_truncate_log (SgHead      *self,
                      const char  *folder,
                      SgTimeMs     min_t,
                      gboolean    *ret_done,
                      GError     **error)
{
  g_autoptr (GPtrArray) segments = NULL;
  Keeping keeping = { self, 0, min_t };
  guint64 first;
  guint64 current;

  *ret_done = FALSE;
  if (!sg_wal_writer_next_segment (self->wal, &current, error))
    return FALSE;
  segments = sg_wal_list_segments (folder, error);
  if (segments == NULL)
    return FALSE;
  if (segments->len == 0)
    return TRUE;
  first = ((const SgWalSegment *) segments->pdata[0])->index;
  if (current <= first + 1)
    return TRUE;
  keeping.last = first + (current - 1 - first) * 2 / 3;
  if (keeping.last <= first)
    return TRUE;
  if (!write_checkpoint (self, folder, &keeping, error))
    return FALSE;
  *ret_done = TRUE;
  sg_lock_acquire (&self->kept_lock);
  g_hash_table_foreach_remove (self->kept, is_past, &keeping);
  sg_lock_release (&self->kept_lock);
  return sg_wal_delete_segments (folder, keeping.last + 1, error)
         && sg_wal_delete_checkpoints (folder, keeping.last, error);
}
