/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-private.h"

/*
 * Full chunks go to their files. Those of one series must come there in the order of their times:
 * whoever reads the files takes the last one for the sign that all before it are there. So what is
 * queued are series, and with each of them all its chunks are written that are in no file yet, by one
 * thread at a time.
 */

/* So many chunks are written at once. */
#define SLICE 1024

/* How long nothing is tried after a failure. */
#define RETRY_US G_USEC_PER_SEC

/**
 * sg_head_queue_full:
 * @self: a head
 * @write: what somebody has added samples with
 *
 * Takes the series that have got full chunks. Without a folder for them they stay where they are.
 */
void
sg_head_queue_full (SgHead      *self,
                    SgHeadWrite *write)
{
  sg_head_count (&self->stats.chunks_created, write->n_closed);
  write->n_closed = 0;
  if (write->full == NULL)
    return;
  sg_lock_acquire (&self->queue_lock);
  g_ptr_array_extend_and_steal (self->queue, g_steal_pointer (&write->full));
  sg_lock_release (&self->queue_lock);
}

static GPtrArray *
take_all (SgHead    *self,
          GPtrArray *queue)
{
  GPtrArray *taken = g_ptr_array_new ();

  for (guint i = 0; i < queue->len; i++)
    {
      SgHeadSeries *series = queue->pdata[i];

      SG_LOCK_SCOPE (sg_head_lock_of (self, series));
      sg_head_series_take_closed (series, taken);
    }
  return taken;
}

/* Writes chunks and tells their series where they are. */
static gboolean
write_slice (SgHead              *self,
             SgHeadClosed *const *closed,
             guint                n)
{
  guint64 places[SLICE];

  if (!sg_head_chunks_write (self->chunks, closed, n, places, NULL))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      SgHeadSeries *series = closed[i]->series;

      sg_lock_acquire (sg_head_lock_of (self, series));
      sg_head_series_set_place (series, closed[i], places[i]);
      sg_lock_release (sg_head_lock_of (self, series));
      sg_head_gate_retire_read (&self->gate, closed[i], sg_head_closed_free);
    }
  return TRUE;
}

/* Writes all, or as many as there is room for. */
static gboolean
write_taken (SgHead    *self,
             GPtrArray *taken)
{
  for (guint i = 0; i < taken->len; i += SLICE)
    {
      SgHeadClosed *const *slice = (SgHeadClosed *const *) taken->pdata + i;

      if (write_slice (self, slice, MIN (SLICE, taken->len - i)))
        continue;
      sg_head_count (&self->stats.chunk_writes_failed, 1);
      for (; i < taken->len; i++)
        ((SgHeadClosed *) taken->pdata[i])->taken = FALSE;
      return FALSE;
    }
  return TRUE;
}

static void
release_all (SgHead    *self,
             GPtrArray *queue)
{
  for (guint i = 0; i < queue->len; i++)
    {
      SgHeadSeries *series = queue->pdata[i];

      SG_LOCK_SCOPE (sg_head_lock_of (self, series));
      series->pending--;
    }
}

/* Writes the full chunks of the queue, which is empty afterwards if that was possible. */
static gboolean
drain (SgHead    *self,
       GPtrArray *queue)
{
  g_autoptr (GPtrArray) taken = take_all (self, queue);

  if (!write_taken (self, taken))
    return FALSE;
  release_all (self, queue);
  g_ptr_array_set_size (queue, 0);
  return TRUE;
}

/*
 * One thread writes for all; who comes meanwhile leaves his chunks to him. What cannot be written stays
 * in memory and in the queue for the next time.
 */
void
sg_head_drain_queue (SgHead *self)
{
  gboolean good = TRUE;

  SG_LOCK_SCOPE (&self->queue_lock);
  if (self->draining || g_get_monotonic_time () < self->drain_after)
    return;
  self->draining = TRUE;
  while (good && self->queue->len > 0)
    {
      g_autoptr (GPtrArray) queue = g_steal_pointer (&self->queue);

      self->queue = g_ptr_array_new ();
      sg_lock_release (&self->queue_lock);
      good = drain (self, queue);
      sg_lock_acquire (&self->queue_lock);
      g_ptr_array_extend (self->queue, queue, NULL, NULL);
    }
  self->draining = FALSE;
  self->drain_after = good ? 0 : g_get_monotonic_time () + RETRY_US;
}

/* From now on full chunks go to files, those too that there are already. Nobody appends meanwhile. */
void
sg_head_begin_files (SgHead *self)
{
  guint32 end = sg_head_index_get_end (&self->index);

  self->writes_chunks = TRUE;
  for (guint32 id = 0; id < end; id++)
    {
      SgHeadSeries *series = sg_head_index_find_id (&self->index, id);

      if (series == NULL || !sg_head_series_has_closed (series))
        continue;
      series->pending++;
      g_ptr_array_add (self->queue, series);
    }
  sg_head_drain_queue (self);
}
