/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-replay-private.h"

#include <stdlib.h>

/* The log of samples that came out of order. */

static int
compare_times (const void *a,
               const void *b)
{
  SgTimeMs left = *(const SgTimeMs *) a;
  SgTimeMs right = *(const SgTimeMs *) b;

  return left < right ? -1 : left > right;
}

/* The times of the late samples of a series that are in chunks, in order. */
static GArray *
decode_late_times (SgHeadReplay *self,
                   SgHeadSeries *series)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (SgTimeMs));
  const SgHeadChunkList *list = series->extra != NULL ? series->extra->late_chunks : NULL;
  SgHeadCapture capture = { .series = series, .hidden_from = SG_TIME_MS_MAX };

  if (list == NULL)
    return times;
  capture.late_chunks = list;
  capture.n_late_chunks = list->n;
  sg_head_capture_decode (&capture, self->head, SG_TIME_MS_MIN, SG_TIME_MS_MAX,
                          &self->samples_of_chunk);
  g_array_append_vals (times, self->samples_of_chunk.t, self->samples_of_chunk.n);
  return times;
}

/*
 * Whether a late sample is in a chunk that was in a file already. Prometheus says in the log which are,
 * with markers; but a chunk may have been lost, and then they would be lost, too.
 */
static gboolean
is_in_late_chunk (SgHeadReplay *self,
                  SgHeadSeries *series,
                  SgTimeMs      t)
{
  GArray *times = g_hash_table_lookup (self->late_times, series);

  if (times == NULL)
    {
      times = decode_late_times (self, series);
      g_hash_table_insert (self->late_times, series, times);
    }
  return times->len > 0
         && bsearch (&t, times->data, times->len, sizeof (SgTimeMs), compare_times) != NULL;
}

static void
read_late_samples (SgHeadReplay *self)
{
  for (guint i = 0; i < self->samples->len; i++)
    {
      const SgWalSample *sample = &g_array_index (self->samples, SgWalSample, i);
      SgHeadSeries *series = sg_head_replay_find_series (self, sample->ref, sample->t);

      if (series == NULL)
        self->stats.unknown++;
      else if (is_in_late_chunk (self, series, sample->t)
               || sg_head_series_insert_late (series, sample->t, sample->value, &self->write)
                      != SG_HEAD_LATE)
        self->stats.samples_skipped++;
      else
        self->stats.samples_late++;
    }
}

gboolean
sg_head_replay_take_late_record (SgHeadReplay  *self,
                                 const guint8  *record,
                                 gsize          length,
                                 GError       **error)
{
  self->stats.records++;
  switch (length > 0 ? record[0] : 0)
    {
    case SG_WAL_SAMPLES:
    case SG_WAL_SAMPLES_2:
      g_array_set_size (self->samples, 0);
      if (!sg_wal_decode_samples (record, length, self->samples, error))
        return FALSE;
      read_late_samples (self);
      return TRUE;
    case SG_WAL_MMAP_MARKERS:
      return TRUE;
    default:
      self->stats.opaque++;
      return TRUE;
    }
}
