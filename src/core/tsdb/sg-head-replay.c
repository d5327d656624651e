/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-replay-private.h"

#include "tsdb/sg-wal-reader.h"

#include <stdlib.h>
#include <string.h>

/*
 * What a log says is added to the head as an appender would, without its checks: a sample that is not
 * later than the last one of its series is passed over. Those are the ones that are in files already,
 * and those that were refused when they were applied.
 *
 * A series may have been named twice, with two references: it had gone from the head in between. Both
 * stand for the one that is there now. Chunks in files go to their series when it is named; they must
 * follow one another, since a sample that is missing between two of them would never be found.
 */

/* How many samples are looked up ahead of the one that is added. */
#define LOOK_AHEAD 16

#define PROGRESS_INTERVAL (4 * 1024 * 1024)
#define DRAIN_LENGTH      4096

static int
compare_stored (const void *a,
                const void *b)
{
  const SgHeadStoredChunk *left = a;
  const SgHeadStoredChunk *right = b;

  if (left->ref != right->ref)
    return left->ref < right->ref ? -1 : 1;
  return left->chunk.place < right->chunk.place ? -1 : left->chunk.place > right->chunk.place;
}

/**
 * sg_head_replay_new:
 * @head: a head that nobody uses yet
 * @stored: (element-type SgHeadStoredChunk): the chunks in its folder
 * @progress: (nullable): is told how far it is
 * @user_data: for @progress
 *
 * Returns: (transfer full): to be ended with sg_head_replay_finish()
 */
SgHeadReplay *
sg_head_replay_new (SgHead         *head,
                    GArray         *stored,
                    SgHeadProgress  progress,
                    gpointer        user_data)
{
  SgHeadReplay *self = g_new0 (SgHeadReplay, 1);

  self->head = head;
  self->stored = g_array_ref (stored);
  self->progress = progress;
  self->user_data = user_data;
  self->aliases = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->min_t = SG_TIME_MS_MAX;
  self->max_t = SG_TIME_MS_MIN;
  self->series = sg_wal_series_array_new ();
  self->samples = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  self->tombstones = g_array_new (FALSE, FALSE, sizeof (SgWalTombstone));
  self->exemplars = sg_wal_exemplars_array_new ();
  self->metadata = sg_wal_metadata_array_new ();
  self->late_times = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  sg_head_begin_write (head, &self->write);
  if (stored->len > 0)
    qsort (stored->data, stored->len, sizeof (SgHeadStoredChunk), compare_stored);
  for (guint i = 0; i < stored->len; i++)
    {
      const SgHeadStoredChunk *item = &g_array_index (stored, SgHeadStoredChunk, i);

      self->last_ref = MAX (self->last_ref, item->ref);
    }
  return self;
}

/**
 * sg_head_replay_set_suspicious:
 * @self: a replay
 * @suspicious: whether the chunks in files may belong to another log
 *
 * Then of each chunk one sample is looked up that the log has for its time.
 */
void
sg_head_replay_set_suspicious (SgHeadReplay *self,
                               gboolean      suspicious)
{
  self->suspicious = suspicious && self->stored->len > 0;
  if (self->suspicious && self->checked == NULL)
    self->checked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
extend (SgHeadReplay *self,
        SgTimeMs      min_t,
        SgTimeMs      max_t)
{
  self->min_t = MIN (self->min_t, min_t);
  self->max_t = MAX (self->max_t, max_t);
}

static guint
find_stored (const GArray *stored,
             SgHeadRef     ref)
{
  guint first = 0;
  guint last = stored->len;

  while (first < last)
    {
      guint middle = first + (last - first) / 2;

      if (g_array_index (stored, SgHeadStoredChunk, middle).ref < ref)
        first = middle + 1;
      else
        last = middle;
    }
  return first;
}

static void
attach_chunks (SgHeadReplay *self,
               SgHeadSeries *series,
               SgHeadRef     ref)
{
  for (guint i = find_stored (self->stored, ref); i < self->stored->len; i++)
    {
      const SgHeadStoredChunk *item = &g_array_index (self->stored, SgHeadStoredChunk, i);
      gboolean follows = !series->has_samples || item->chunk.min_t > series->open.t;

      if (item->ref != ref)
        break;
      if (item->chunk.max_t < self->head->min_valid_t
          || (!item->late && (!follows || series->open.n_samples > 0)))
        continue;
      sg_head_series_add_chunk (series, &item->chunk, item->late, &self->head->gate);
      extend (self, item->chunk.min_t, item->chunk.max_t);
      self->stats.chunks++;
    }
}

static void
add_alias (SgHeadReplay *self,
           SgHeadRef     ref,
           SgHeadSeries *series)
{
  SgHeadAlias alias = { series, SG_TIME_MS_MIN };

  g_hash_table_insert (self->aliases, g_memdup2 (&ref, sizeof ref),
                       g_memdup2 (&alias, sizeof alias));
}

static void
read_series (SgHeadReplay *self)
{
  for (guint i = 0; i < self->series->len; i++)
    {
      const SgWalSeries *item = &g_array_index (self->series, SgWalSeries, i);
      SgHeadSeries *series;
      gboolean created;

      self->last_ref = MAX (self->last_ref, item->ref);
      self->stats.series++;
      series = item->labels != NULL && item->ref != 0
                   ? sg_head_index_add (&self->head->index, item->ref, item->labels, 0, &created)
                   : NULL;
      if (series == NULL)
        {
          self->stats.unnameable++;
          continue;
        }
      series->named = TRUE;
      if (series->ref != item->ref)
        add_alias (self, item->ref, series);
      if (created || series->ref != item->ref)
        attach_chunks (self, series, item->ref);
    }
}

SgHeadSeries *
sg_head_replay_find_series (SgHeadReplay *self,
                            SgHeadRef     ref,
                            SgTimeMs      t)
{
  SgHeadSeries *series = sg_head_index_find_ref (&self->head->index, ref);
  SgHeadAlias *alias;

  if (G_LIKELY (series != NULL))
    return series;
  alias = g_hash_table_lookup (self->aliases, &ref);
  if (alias == NULL)
    return NULL;
  alias->max_t = MAX (alias->max_t, t);
  return alias->series;
}

static void
drain (SgHeadReplay *self)
{
  sg_head_queue_full (self->head, &self->write);
  sg_head_drain_queue (self->head);
  sg_head_begin_write (self->head, &self->write);
}

static gboolean
has_sample (const SgHeadSamples *samples,
            const SgWalSample   *sample)
{
  for (gsize i = 0; i < samples->n; i++)
    {
      if (samples->t[i] == sample->t)
        return sg_double_to_bits (samples->v[i]) == sg_double_to_bits (sample->value);
    }
  return FALSE;
}

/* Whether the chunk that should have this sample is there, and has it; each chunk is asked once. */
static void
check_chunk (SgHeadReplay      *self,
             SgHeadSeries      *series,
             const SgWalSample *sample)
{
  const SgHeadChunkList *list = series->closed;
  SgHeadCapture capture = { .series = series, .hidden_from = SG_TIME_MS_MAX };
  gboolean covered = FALSE;

  for (guint i = 0; list != NULL && i < list->n; i++)
    {
      const SgHeadChunk *chunk = &list->chunks[i];
      SgHeadChunkList *one;

      if (sample->t < chunk->min_t || sample->t > chunk->max_t)
        continue;
      covered = TRUE;
      if ((chunk->place & SG_HEAD_IN_MEMORY) != 0
          || !g_hash_table_add (self->checked, g_memdup2 (&chunk->place, sizeof chunk->place)))
        continue;
      one = g_malloc (sizeof (SgHeadChunkList) + sizeof (SgHeadChunk));
      one->n = 1;
      one->chunks[0] = *chunk;
      capture.closed = one;
      capture.n_closed = 1;
      sg_head_capture_decode (&capture, self->head, chunk->min_t, chunk->max_t,
                              &self->samples_of_chunk);
      self->foreign |=
          self->samples_of_chunk.n > 0 && !has_sample (&self->samples_of_chunk, sample);
      g_free (one);
    }
  self->foreign |= !covered && series->closed != NULL && series->open.n_samples == 0;
}

static void
add_sample (SgHeadReplay      *self,
            SgHeadSeries      *series,
            const SgWalSample *sample)
{
  if (G_UNLIKELY (sample->t <= series->open.t && series->has_samples))
    {
      if (sample->t == series->open.t && series->open.n_samples == 0)
        series->open.value = sg_double_to_bits (sample->value);
      if (self->suspicious)
        check_chunk (self, series, sample);
      self->stats.samples_skipped++;
      return;
    }
  sg_head_series_append (series, sample->t, sample->value, &self->write);
  extend (self, sample->t, sample->t);
  self->stats.samples++;
  if (self->write.n_closed == DRAIN_LENGTH)
    drain (self);
}

/*
 * Looking a series up and touching it are the dear part, when there are many of them; so that is done
 * for some samples ahead.
 */
static void
read_samples (SgHeadReplay *self)
{
  const SgWalSample *samples = (const SgWalSample *) (gpointer) self->samples->data;
  SgTimeMs min_valid_t = self->head->min_valid_t;
  SgHeadSeries *ahead[LOOK_AHEAD];
  guint n = self->samples->len;

  for (guint i = 0; i < n + LOOK_AHEAD; i++)
    {
      guint k = i - LOOK_AHEAD;
      SgHeadSeries *series = i >= LOOK_AHEAD ? ahead[k % LOOK_AHEAD] : NULL;

      if (i < n)
        {
          ahead[i % LOOK_AHEAD] = sg_head_replay_find_series (self, samples[i].ref, samples[i].t);
          __builtin_prefetch (ahead[i % LOOK_AHEAD], 1);
        }
      if (i < LOOK_AHEAD)
        continue;
      if (series == NULL)
        {
          self->last_ref = MAX (self->last_ref, samples[k].ref);
          self->stats.unknown++;
        }
      else if (samples[k].t >= min_valid_t)
        add_sample (self, series, &samples[k]);
      else
        self->stats.samples_skipped++;
    }
}

static gboolean
read_record (SgHeadReplay  *self,
             const guint8  *record,
             gsize          length,
             GError       **error)
{
  self->stats.records++;
  switch (length > 0 ? record[0] : 0)
    {
    case SG_WAL_SERIES:
      g_array_set_size (self->series, 0);
      if (!sg_wal_decode_series (record, length, self->series, error))
        return FALSE;
      read_series (self);
      return TRUE;
    case SG_WAL_SAMPLES:
    case SG_WAL_SAMPLES_2:
      g_array_set_size (self->samples, 0);
      if (!sg_wal_decode_samples (record, length, self->samples, error))
        return FALSE;
      read_samples (self);
      return TRUE;
    case SG_WAL_TOMBSTONES:
      g_array_set_size (self->tombstones, 0);
      if (!sg_wal_decode_tombstones (record, length, self->tombstones, error))
        return FALSE;
      sg_head_replay_take_tombstones (self);
      return TRUE;
    case SG_WAL_EXEMPLARS:
      g_array_set_size (self->exemplars, 0);
      if (!sg_wal_decode_exemplars (record, length, self->exemplars, error))
        return FALSE;
      sg_head_replay_take_exemplars (self);
      return TRUE;
    case SG_WAL_METADATA:
      g_array_set_size (self->metadata, 0);
      if (!sg_wal_decode_metadata (record, length, self->metadata, error))
        return FALSE;
      sg_head_replay_take_metadata (self);
      return TRUE;
    default:
      self->stats.opaque++;
      return TRUE;
    }
}

static void
report (SgHeadReplay *self,
        SgWalReader  *reader,
        gboolean      end)
{
  guint64 bytes = sg_wal_reader_get_bytes_read (reader);

  if (self->progress == NULL || (bytes < self->next_report && !end))
    return;
  self->next_report = bytes + PROGRESS_INTERVAL;
  self->progress (bytes, sg_wal_reader_get_bytes_total (reader), self->user_data);
}

static void
note_strange (SgHeadReplay *self,
              guint64       segment)
{
  if (self->checkpoint != NULL)
    segment = *self->checkpoint;
  self->stats.strange_segment = MAX (self->stats.strange_segment, segment);
}

typedef gboolean (*ReadRecord) (SgHeadReplay *self,
                                const guint8 *record,
                                gsize length,
                                GError **error);

static gboolean
read_log (SgHeadReplay  *self,
          SgWalReader   *reader,
          ReadRecord     read,
          GError       **error)
{
  GError *local = NULL;
  const guint8 *record;
  gsize length;

  self->next_report = 0;
  while (sg_wal_reader_next (reader, &record, &length, &local))
    {
      guint64 strange = self->stats.opaque;
      g_autoptr (GError) reason = NULL;

      if (!read (self, record, length, &reason))
        return sg_wal_reader_reject (reader, reason, error);
      if (self->stats.opaque > strange)
        note_strange (self, sg_wal_reader_get_position (reader).segment);
      report (self, reader, FALSE);
    }
  report (self, reader, TRUE);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
read_folder (SgHeadReplay   *self,
             const char     *folder,
             guint64         first,
             guint64         last,
             ReadRecord      read,
             SgWalDamage    *ret_damage,
             SgWalPosition  *ret_position,
             GError        **error)
{
  g_autoptr (SgWalReader) reader = sg_wal_reader_new (folder, first, last, error);
  gboolean good;

  *ret_damage = SG_WAL_DAMAGE_NONE;
  if (reader == NULL)
    return FALSE;
  good = read_log (self, reader, read, error);
  *ret_damage = sg_wal_reader_get_damage (reader);
  *ret_position = sg_wal_reader_get_position (reader);
  self->stats.unreadable += sg_wal_reader_get_n_unreadable (reader);
  if (sg_wal_reader_get_n_unreadable (reader) > 0)
    note_strange (self, ret_position->segment);
  drain (self);
  return good;
}

/**
 * sg_head_replay_read:
 * @self: a replay
 * @folder: a log, or a checkpoint
 * @first: its first segment
 * @last: its last segment
 * @ret_damage: (out): what is wrong with it
 * @ret_position: (out): where its good records end, when it is damaged
 * @error: what is wrong with it, or that it cannot be read
 *
 * Returns: whether all of it was read; what was read until then is in the head
 */
gboolean
sg_head_replay_read (SgHeadReplay   *self,
                     const char     *folder,
                     guint64         first,
                     guint64         last,
                     SgWalDamage    *ret_damage,
                     SgWalPosition  *ret_position,
                     GError        **error)
{
  return read_folder (self, folder, first, last, read_record, ret_damage, ret_position, error);
}

/* As sg_head_replay_read(), for the checkpoint that stands for the segments up to @index. */
gboolean
sg_head_replay_read_checkpoint (SgHeadReplay   *self,
                                const char     *folder,
                                guint64         index,
                                SgWalDamage    *ret_damage,
                                SgWalPosition  *ret_position,
                                GError        **error)
{
  gboolean good;

  self->checkpoint = &index;
  good = read_folder (self, folder, 0, G_MAXUINT64, read_record, ret_damage, ret_position, error);
  self->checkpoint = NULL;
  return good;
}

/* As sg_head_replay_read(), for the log of samples that came out of order. */
gboolean
sg_head_replay_read_late (SgHeadReplay   *self,
                          const char     *folder,
                          guint64         first,
                          guint64         last,
                          SgWalDamage    *ret_damage,
                          SgWalPosition  *ret_position,
                          GError        **error)
{
  return read_folder (self, folder, first, last, sg_head_replay_take_late_record, ret_damage,
                      ret_position, error);
}

const SgHeadReplayStats *
sg_head_replay_get_stats (SgHeadReplay *self)
{
  return &self->stats;
}

static gboolean
has_strangers (SgHeadReplay *self)
{
  for (guint i = 0; i < self->stored->len; i++)
    {
      const SgHeadStoredChunk *item = &g_array_index (self->stored, SgHeadStoredChunk, i);

      if (sg_head_replay_find_series (self, item->ref, SG_TIME_MS_MIN) == NULL)
        return TRUE;
    }
  return FALSE;
}

/* The names of aliases stay in the log as long as it may have samples by them. */
static void
keep_aliases (SgHeadReplay *self)
{
  GHashTableIter iter;
  gpointer ref;
  gpointer alias;

  g_hash_table_iter_init (&iter, self->aliases);
  while (g_hash_table_iter_next (&iter, &ref, &alias))
    sg_head_keep_ref (self->head, *(const SgHeadRef *) ref, 0,
                      ((const SgHeadAlias *) alias)->max_t);
}

/**
 * sg_head_replay_finish:
 * @self: (transfer full): a replay
 *
 * No new series gets a reference that was found anywhere: chunks of it may still be about.
 *
 * Returns: whether it was suspicious, and found chunks that do not belong to this log
 */
gboolean
sg_head_replay_finish (SgHeadReplay *self)
{
  gboolean foreign = self->foreign || (self->suspicious && has_strangers (self));

  keep_aliases (self);
  sg_head_queue_full (self->head, &self->write);
  sg_head_index_raise (&self->head->index, self->last_ref);
  if (self->min_t <= self->max_t)
    sg_head_extend (self->head, self->min_t, self->max_t);
  g_array_unref (self->stored);
  g_array_unref (self->series);
  g_array_unref (self->samples);
  g_array_unref (self->tombstones);
  g_array_unref (self->exemplars);
  g_array_unref (self->metadata);
  g_hash_table_unref (self->late_times);
  g_hash_table_unref (self->aliases);
  g_clear_pointer (&self->checked, g_hash_table_unref);
  sg_head_samples_clear (&self->samples_of_chunk);
  g_free (self);
  return foreign;
}
