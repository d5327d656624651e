/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-late.h"

#include "tsdb/sg-head-private.h"
#include "tsdb/sg-wal-segments.h"

/*
 * Samples out of order are kept beside those in order: a few of each series as they are, then in chunks
 * of their own, which may overlap one another and all others. When the head is made into blocks, they
 * become blocks of their own, which are merged with their neighbours later.
 *
 * What is let go afterwards is exactly what was there at the beginning: samples of commits until then,
 * chunks until then, and the segments of their log. What came since may be in those blocks, too, and
 * stays here nevertheless: it is read once, and comes into the next blocks again.
 */
typedef struct
{
  SgHeadSeries *series;
  guint n_chunks;
} Part;

struct _SgHeadLateCut
{
  SgHead *head;
  SgHeadGuard guard;
  guint64 snapshot;
  guint64 segment;
  guint32 file;
  GArray *parts;
  SgTimeMs min_t;
  SgTimeMs max_t;
};

static void
extend (SgHeadLateCut *self,
        SgTimeMs       min_t,
        SgTimeMs       max_t)
{
  self->min_t = MIN (self->min_t, min_t);
  self->max_t = MAX (self->max_t, max_t);
}

static void
add_part (SgHeadLateCut *self,
          SgHeadSeries  *series)
{
  const SgHeadExtra *extra;
  Part part = { series, 0 };

  SG_LOCK_SCOPE (sg_head_lock_of (self->head, series));
  extra = series->extra;
  if (extra == NULL || (extra->late == NULL && extra->late_chunks == NULL))
    return;
  part.n_chunks = extra->late_chunks != NULL ? extra->late_chunks->n : 0;
  for (guint i = 0; i < part.n_chunks; i++)
    extend (self, extra->late_chunks->chunks[i].min_t, extra->late_chunks->chunks[i].max_t);
  if (extra->late != NULL)
    extend (self, extra->late->samples[0].t, extra->late->samples[extra->late->n - 1].t);
  g_array_append_val (self->parts, part);
}

/**
 * sg_head_late_begin:
 * @self: a head
 * @ret_cut: (out) (nullable): the samples out of order, %NULL when there are none
 * @error: why it could not be begun
 *
 * Returns: whether it was begun
 */
gboolean
sg_head_late_begin (SgHead         *self,
                    SgHeadLateCut **ret_cut,
                    GError        **error)
{
  g_autoptr (SgHeadLateCut) cut = g_new0 (SgHeadLateCut, 1);
  guint32 end = sg_head_index_get_end (&self->index);

  cut->head = sg_head_ref (self);
  cut->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  cut->min_t = SG_TIME_MS_MAX;
  cut->max_t = SG_TIME_MS_MIN;
  cut->segment = G_MAXUINT64;
  sg_head_gate_enter (&self->gate, &cut->guard);
  if (self->late_wal != NULL && !sg_wal_writer_next_segment (self->late_wal, &cut->segment, error))
    return FALSE;
  if (self->chunks != NULL)
    cut->file = sg_head_chunks_next_file (self->chunks);
  sg_head_gate_await_writes (&self->gate);
  cut->snapshot = sg_head_gate_get_completed (&self->gate);
  for (guint32 id = 0; id < end; id++)
    {
      SgHeadSeries *series = sg_head_index_find_id (&self->index, id);

      if (series != NULL)
        add_part (cut, series);
    }
  *ret_cut = cut->parts->len > 0 ? g_steal_pointer (&cut) : NULL;
  return TRUE;
}

/* The times of the first sample and of the last one. */
void
sg_head_late_get_range (SgHeadLateCut *self,
                        SgTimeMs      *ret_min_t,
                        SgTimeMs      *ret_max_t)
{
  *ret_min_t = self->min_t;
  *ret_max_t = self->max_t;
}

/* Returns: what is left of a list without its first @n chunks */
static SgHeadChunkList *
without_first (const SgHeadChunkList *list,
               guint                  n)
{
  SgHeadChunkList *left;

  if (list->n == n)
    return NULL;
  left = g_malloc (sizeof (SgHeadChunkList) + (list->n - n) * sizeof (SgHeadChunk));
  left->n = left->capacity = list->n - n;
  memcpy (left->chunks, list->chunks + n, left->n * sizeof (SgHeadChunk));
  return left;
}

static SgHeadLate *
without_commits (const SgHeadLate *late,
                 guint64           until)
{
  SgHeadLate *left = g_malloc (sizeof (SgHeadLate) + late->n * sizeof (SgHeadLateSample));

  left->n = 0;
  for (guint i = 0; i < late->n; i++)
    {
      if (late->samples[i].commit > until)
        left->samples[left->n++] = late->samples[i];
    }
  if (left->n == 0)
    g_clear_pointer (&left, g_free);
  return left;
}

/* Chunks that wait for a file stay: whoever writes them knows them. They are in the next blocks again. */
static guint
count_droppable (const SgHeadChunkList *list,
                 guint                  n,
                 gboolean               in_files)
{
  guint i = 0;

  while (list != NULL && i < n && i < list->n
         && !(in_files && (list->chunks[i].place & SG_HEAD_IN_MEMORY)))
    i++;
  return i;
}

static void
drop_part (SgHeadLateCut *self,
           const Part    *part)
{
  SgHead *head = self->head;
  SgHeadExtra *extra = part->series->extra;
  SgHeadChunkList *chunks;
  SgHeadLate *late;
  guint n;

  SG_LOCK_SCOPE (sg_head_lock_of (head, part->series));
  chunks = extra->late_chunks;
  late = extra->late;
  n = count_droppable (chunks, part->n_chunks, head->writes_chunks);
  if (n > 0)
    {
      extra->late_chunks = without_first (chunks, n);
      for (guint i = 0; i < n; i++)
        {
          if (chunks->chunks[i].place & SG_HEAD_IN_MEMORY)
            sg_head_gate_retire_read (&head->gate,
                                      (gpointer) sg_head_place_closed (chunks->chunks[i].place),
                                      sg_head_closed_free);
        }
      sg_head_gate_retire_read (&head->gate, chunks, g_free);
    }
  if (late != NULL)
    {
      extra->late = without_commits (late, self->snapshot);
      sg_head_gate_retire_read (&head->gate, late, g_free);
    }
}

/**
 * sg_head_late_drop:
 * @self: samples out of order, which are in blocks now
 * @folder: the log of such samples
 * @error: which part of it could not be deleted
 *
 * Lets them go, from memory and from their log.
 *
 * Returns: whether all is let go; memory is in any case
 */
gboolean
sg_head_late_drop (SgHeadLateCut  *self,
                   const char     *folder,
                   GError        **error)
{
  sg_head_gate_await_captures (&self->head->gate);
  for (guint i = 0; i < self->parts->len; i++)
    drop_part (self, &g_array_index (self->parts, Part, i));
  if (self->head->chunks != NULL)
    sg_head_chunks_release_late (self->head->chunks, self->file);
  return sg_wal_delete_segments (folder, self->segment, error);
}

void
sg_head_late_cut_free (SgHeadLateCut *self)
{
  sg_head_gate_leave (&self->head->gate, &self->guard);
  sg_head_unref (self->head);
  g_array_unref (self->parts);
  g_free (self);
}
