/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-appender-private.h"

#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-record.h"

/*
 * A commit writes the batch to the log, then applies it to the series, one lock after the other, under
 * the number of the commit, which makes all of it visible at once.
 *
 * Names of series. The log must name a series before it has samples of it, and must not name it twice:
 * Prometheus takes the second time for the sign that all before it is in blocks by now. Several
 * appenders may have samples of a series that is not yet named. So a batch in which there is one is
 * written while the lock for naming is held, and names those that are still not named; the others need
 * no lock.
 *
 * Samples out of order have a log of their own, which is written first: when it takes nothing, nothing
 * is kept. Should the other one then take nothing, the late samples of the batch may be there after the
 * next start although they were refused.
 */

/* How many samples ahead of the one that is applied its series is fetched from memory, and its chunk. */
#define SERIES_AHEAD 24
#define CHUNK_AHEAD  8

typedef struct
{
  guint64 appended;
  guint64 late;
  guint64 same;
  guint64 refused;
} Applied;

static void
add_record (SgAppender        *self,
            const SgWalWriter *log)
{
  sg_wal_batch_add (&self->batch, self->record.data, self->record.length,
                    sg_wal_writer_compresses (log));
  sg_wire_writer_reset (&self->record);
}

static void
collect_unnamed (SgHeadSeries *series,
                 GHashTable   *seen,
                 GPtrArray    *unnamed)
{
  if (!__atomic_load_n (&series->named, __ATOMIC_RELAXED) && g_hash_table_add (seen, series))
    g_ptr_array_add (unnamed, series);
}

/* Returns: the series of the batch that the log does not name yet */
static GPtrArray *
find_unnamed (SgAppender *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GPtrArray *unnamed = g_ptr_array_new ();

  for (gsize i = 0; i < self->n_samples; i++)
    collect_unnamed (self->samples[i].series, seen, unnamed);
  for (guint i = 0; i < self->late->len; i++)
    collect_unnamed (g_array_index (self->late, SgPendingSample, i).series, seen, unnamed);
  for (guint i = 0; i < self->exemplars->len; i++)
    collect_unnamed (g_array_index (self->exemplars, SgPendingExemplar, i).series, seen, unnamed);
  for (guint i = 0; i < self->metadata->len; i++)
    collect_unnamed (g_array_index (self->metadata, SgPendingMetadata, i).series, seen, unnamed);
  return unnamed;
}

static void
encode_names (SgAppender      *self,
              const GPtrArray *unnamed)
{
  g_autofree SgWalSeries *names = g_new (SgWalSeries, unnamed->len);

  for (guint i = 0; i < unnamed->len; i++)
    {
      const SgHeadSeries *series = unnamed->pdata[i];

      names[i] = (SgWalSeries) { series->ref, series->labels };
    }
  sg_wal_encode_series (&self->record, names, unnamed->len);
  add_record (self, self->head->wal);
}

static void
encode_samples (SgAppender            *self,
                const SgWalWriter     *log,
                const SgPendingSample *samples,
                gsize                  n)
{
  const SgWalSample first = { samples[0].ref, samples[0].t, samples[0].value };

  sg_wal_begin_samples (&self->record, &first);
  for (gsize i = 0; i < n; i++)
    sg_wal_add_sample (&self->record, &first,
                       &(SgWalSample) { samples[i].ref, samples[i].t, samples[i].value });
  add_record (self, log);
}

static void
encode_metadata (SgAppender *self)
{
  g_autofree SgWalMetadata *metadata = g_new (SgWalMetadata, self->metadata->len);

  for (guint i = 0; i < self->metadata->len; i++)
    {
      const SgPendingMetadata *item = &g_array_index (self->metadata, SgPendingMetadata, i);

      metadata[i].ref = item->series->ref;
      metadata[i].type = sg_wal_metric_type_from_string (item->metadata->type);
      metadata[i].unit = (char *) item->metadata->unit;
      metadata[i].help = (char *) item->metadata->help;
    }
  sg_wal_encode_metadata (&self->record, metadata, self->metadata->len);
  add_record (self, self->head->wal);
}

static void
encode_exemplars (SgAppender *self)
{
  g_autofree SgWalExemplar *exemplars = g_new (SgWalExemplar, self->exemplars->len);

  for (guint i = 0; i < self->exemplars->len; i++)
    {
      const SgPendingExemplar *item = &g_array_index (self->exemplars, SgPendingExemplar, i);

      exemplars[i] = (SgWalExemplar) { item->series->ref, item->t, item->value, item->labels };
    }
  sg_wal_encode_exemplars (&self->record, exemplars, self->exemplars->len);
  add_record (self, self->head->wal);
}

static gboolean
write_late (SgAppender  *self,
            GError     **error)
{
  SgWalWriter *log = self->head->late_wal;

  if (self->late->len == 0 || log == NULL)
    return TRUE;
  sg_wal_batch_reset (&self->batch);
  encode_samples (self, log, (const SgPendingSample *) (gpointer) self->late->data,
                  self->late->len);
  return sg_wal_writer_log (log, &self->batch, error);
}

/* All but the names, in the order of Prometheus. */
static gboolean
write_batch (SgAppender  *self,
             GError     **error)
{
  if (self->metadata->len > 0)
    encode_metadata (self);
  if (self->n_samples > 0)
    encode_samples (self, self->head->wal, self->samples, self->n_samples);
  if (self->exemplars->len > 0)
    encode_exemplars (self);
  return sg_wal_writer_log (self->head->wal, &self->batch, error);
}

static gboolean
write_with_names (SgAppender  *self,
                  GError     **error)
{
  g_autoptr (GPtrArray) unnamed = NULL;

  SG_LOCK_SCOPE (&self->head->naming);
  unnamed = find_unnamed (self);
  if (unnamed->len > 0)
    encode_names (self, unnamed);
  if (!write_batch (self, error))
    return FALSE;
  for (guint i = 0; i < unnamed->len; i++)
    __atomic_store_n (&((SgHeadSeries *) unnamed->pdata[i])->named, TRUE, __ATOMIC_RELEASE);
  return TRUE;
}

/*
 * What belongs to blocks by now is taken no more: it would go with the chunks that are let go. That
 * meets a batch that was open while hours of samples came. And nothing is taken without a log to keep
 * it, once that is closed.
 */
static gboolean
may_write (SgAppender  *self,
           GError     **error)
{
  SgTimeMs min_valid_t;

  sg_head_gate_begin_write (&self->head->gate, &self->guard);
  if (__atomic_load_n (&self->head->sealed, __ATOMIC_SEQ_CST))
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY,
                   "nothing can be appended: the store is closed");
      return FALSE;
    }
  min_valid_t = __atomic_load_n (&self->head->min_valid_t, __ATOMIC_SEQ_CST);
  if (self->n_samples == 0 || self->min_t >= min_valid_t)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_OUT_OF_BOUNDS,
               "the batch was open for so long that its sample at %" G_GINT64_FORMAT
               " ms is older than what is still taken",
               self->min_t);
  return FALSE;
}

/* Whether a sample comes after all that its series has, and has in this batch. */
static gboolean
is_in_order (SgAppender            *self,
             GHashTable            *last,
             const SgPendingSample *sample)
{
  const SgTimeMs *before = g_hash_table_lookup (last, sample->series);

  if (before != NULL && sample->t <= *before)
    return FALSE;
  g_hash_table_insert (last, sample->series, (gpointer) &sample->t);
  SG_LOCK_SCOPE (sg_head_lock_of (self->head, sample->series));
  return sg_head_series_check (sample->series, sample->t, sample->value, &self->window)
         != SG_HEAD_LATE;
}

/*
 * When they came, samples were compared with what was committed then. Where late ones are taken, those
 * are late, too, that come after a later one of the same batch, or of another that was faster.
 */
static void
find_late (SgAppender *self)
{
  g_autoptr (GHashTable) last = NULL;
  gsize kept = 0;

  if (self->head->options.late_ms == 0 || self->n_samples == 0)
    return;
  last = g_hash_table_new (NULL, NULL);
  for (gsize i = 0; i < self->n_samples; i++)
    {
      self->samples[kept] = self->samples[i];
      if (is_in_order (self, last, &self->samples[kept]))
        kept++;
      else
        g_array_append_val (self->late, self->samples[i]);
    }
  self->n_samples = kept;
}

static gboolean
write_log (SgAppender  *self,
           GError     **error)
{
  if (self->head->wal == NULL)
    return TRUE;
  if (!write_late (self, error))
    return FALSE;
  sg_wal_batch_reset (&self->batch);
  if (self->has_unnamed)
    return write_with_names (self, error);
  return write_batch (self, error);
}

/*
 * With the lock of the series. The window is that of the beginning: a sample that is in the log is not
 * refused because the head has moved on since.
 */
static void
apply_sample (SgAppender            *self,
              const SgPendingSample *sample,
              SgHeadWrite           *write,
              Applied               *applied)
{
  SgHeadSeries *series = sample->series;
  SgHeadVerdict verdict;

  series->pending--;
  verdict = sg_head_series_check (series, sample->t, sample->value, &self->window);
  if (G_LIKELY (verdict == SG_HEAD_IN_ORDER))
    sg_head_series_append (series, sample->t, sample->value, write);
  applied->appended += verdict == SG_HEAD_IN_ORDER;
  applied->same += verdict == SG_HEAD_SAME;
  applied->refused += verdict != SG_HEAD_IN_ORDER && verdict != SG_HEAD_SAME;
}

/*
 * The pages of a target are so far apart that nothing of its series is in a cache when one comes: what
 * will be needed is asked for beforehand. Where a chunk goes on is only known under the lock of its
 * series, which is mostly the one that is held.
 */
static inline void
fetch_ahead (SgAppender   *self,
             gsize         i,
             const SgLock *held)
{
  const SgPendingSample *samples = self->samples;

  if (i + SERIES_AHEAD < self->n_samples)
    {
      __builtin_prefetch (samples[i + SERIES_AHEAD].series, 1);
      __builtin_prefetch ((const guint8 *) samples[i + SERIES_AHEAD].series + 64, 1);
    }
  if (i + CHUNK_AHEAD < self->n_samples
      && sg_head_lock_of (self->head, samples[i + CHUNK_AHEAD].series) == held)
    {
      const SgXorAppender *open = &samples[i + CHUNK_AHEAD].series->open;

      __builtin_prefetch (open->data, 1);
      __builtin_prefetch (open->data + open->n_bits / 8, 1);
    }
}

/* A lock is kept for as long as the series that follow have the same one. */
static void
apply_samples (SgAppender  *self,
               SgHeadWrite *write,
               Applied     *applied)
{
  SgLock *held = NULL;

  for (gsize i = 0; i < self->n_samples; i++)
    {
      SgLock *lock = sg_head_lock_of (self->head, self->samples[i].series);

      if (lock != held)
        {
          if (held != NULL)
            sg_lock_release (held);
          sg_lock_acquire (lock);
          held = lock;
        }
      fetch_ahead (self, i, held);
      apply_sample (self, &self->samples[i], write, applied);
    }
  if (held != NULL)
    sg_lock_release (held);
}

static void
apply_late (SgAppender            *self,
            const SgPendingSample *sample,
            SgHeadWrite           *write,
            Applied               *applied)
{
  SgHeadVerdict verdict;

  SG_LOCK_SCOPE (sg_head_lock_of (self->head, sample->series));
  sample->series->pending--;
  verdict = sg_head_series_insert_late (sample->series, sample->t, sample->value, write);
  applied->appended += verdict == SG_HEAD_LATE;
  applied->late += verdict == SG_HEAD_LATE;
  applied->same += verdict == SG_HEAD_SAME;
  applied->refused += verdict == SG_HEAD_DUPLICATE;
}

static void
apply_others (SgAppender *self)
{
  for (guint i = 0; i < self->exemplars->len; i++)
    {
      const SgPendingExemplar *item = &g_array_index (self->exemplars, SgPendingExemplar, i);

      sg_head_exemplars_add (&self->head->exemplars, item->series->labels,
                             &(SgSampleExemplar) { item->t, item->value, item->labels });
    }
  for (guint i = 0; i < self->metadata->len; i++)
    sg_head_metadata_set (&self->head->metadata,
                          g_array_index (self->metadata, SgPendingMetadata, i).metadata);
}

static void
count (SgAppender    *self,
       const Applied *applied)
{
  SgHeadStats *stats = &self->head->stats;

  sg_head_count (&stats->samples_appended, applied->appended);
  sg_head_count (&stats->samples_late, applied->late);
  sg_head_count (&stats->samples_same, applied->same);
  sg_head_count (&stats->refused_out_of_order, applied->refused);
  sg_head_count (&stats->exemplars_appended, self->exemplars->len);
}

/* Whether there is a sample that nobody expects any more who remembers what was answered. */
static gboolean
has_unexpected (SgAppender *self)
{
  SgQuerierVersion version;

  sg_head_get_version (self->head, &version);
  return self->late->len > 0 || (self->n_samples > 0 && self->min_t <= version.settled);
}

static void
apply (SgAppender *self)
{
  SgHead *head = self->head;
  gboolean unexpected = has_unexpected (self);
  SgHeadWrite write;
  SgHeadCommit commit;
  Applied applied = { 0 };
  gboolean full;

  sg_head_begin_write (head, &write);
  sg_head_gate_begin_commit (&head->gate, &commit);
  write.commit = commit.id;
  write.horizon = commit.horizon;
  apply_samples (self, &write, &applied);
  for (guint i = 0; i < self->late->len; i++)
    apply_late (self, &g_array_index (self->late, SgPendingSample, i), &write, &applied);
  if (self->n_samples > 0)
    sg_head_extend (head, self->min_t, self->max_t);
  sg_head_gate_end_commit (&head->gate, &commit);
  if (unexpected)
    sg_head_revise (head);
  apply_others (self);
  count (self, &applied);
  full = write.full != NULL && write.full->len > 0;
  sg_head_queue_full (head, &write);
  if (full)
    sg_head_drain_queue (head);
}

/**
 * sg_appender_commit:
 * @self: an appender
 * @error: why nothing of the batch is kept
 *
 * Returns: whether the batch is in the log, and visible
 */
gboolean
sg_appender_commit (SgAppender  *self,
                    GError     **error)
{
  SgHeadStats *stats = &self->head->stats;
  gsize n = sg_appender_get_n_samples (self);

  if (n == 0 && self->exemplars->len == 0 && self->metadata->len == 0)
    {
      sg_appender_leave (self);
      return TRUE;
    }
  sg_head_count (&stats->commits, 1);
  find_late (self);
  if (!may_write (self, error) || !write_log (self, error))
    {
      sg_head_count (&stats->commits_failed, 1);
      sg_head_count (&stats->refused_log, n);
      sg_appender_rollback (self);
      return FALSE;
    }
  apply (self);
  sg_appender_leave (self);
  return TRUE;
}
