/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-appender.h"

#include "tsdb/sg-head-private.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-record.h"

/*
 * A batch holds series, not references: from its first sample to its end the appender is inside the
 * head (sg-head-gate.h), and each sample is counted in its series as pending, so that the series stays
 * in the index.
 *
 * Names of series. The log must name a series before it has samples of it, and must not name it twice:
 * Prometheus takes the second time for the sign that all before it is in blocks by now. Several
 * appenders may have samples of a series that is not yet named. So a batch in which there is one is
 * written while the lock for naming is held, and names those that are still not named; the others need
 * no lock.
 */
typedef struct
{
  SgHeadSeries *series;
  SgTimeMs t;
  double value;
} Sample;

typedef struct
{
  SgHeadSeries *series;
  SgTimeMs t;
  double value;
  SgLabels *labels;
} Exemplar;

struct _SgAppender
{
  SgHead *head;
  SgHeadGuard guard;
  gboolean inside;
  SgHeadWindow window;
  Sample *samples;
  gsize n_samples;
  gsize max_samples;
  GArray *exemplars;
  SgTimeMs min_t;
  SgTimeMs max_t;
  gboolean has_unnamed;
  SgWireWriter record;
  SgWalBatch batch;
};

static void
exemplar_clear (gpointer item)
{
  Exemplar *exemplar = item;

  sg_labels_unref (exemplar->labels);
}

/**
 * sg_head_appender_new:
 * @self: a head
 *
 * Returns: (transfer full): an appender without samples
 */
SgAppender *
sg_head_appender_new (SgHead *self)
{
  SgAppender *appender = g_new0 (SgAppender, 1);

  appender->head = sg_head_ref (self);
  appender->exemplars = g_array_new (FALSE, FALSE, sizeof (Exemplar));
  g_array_set_clear_func (appender->exemplars, exemplar_clear);
  sg_wal_batch_init (&appender->batch);
  return appender;
}

static void
enter (SgAppender *self)
{
  if (self->inside)
    return;
  sg_head_gate_enter (&self->head->gate, &self->guard);
  sg_head_get_window (self->head, &self->window);
  self->min_t = SG_TIME_MS_MAX;
  self->max_t = SG_TIME_MS_MIN;
  self->inside = TRUE;
}

static void
leave (SgAppender *self)
{
  self->n_samples = 0;
  self->has_unnamed = FALSE;
  g_array_set_size (self->exemplars, 0);
  if (self->inside)
    sg_head_gate_leave (&self->head->gate, &self->guard);
  self->inside = FALSE;
}

static void
push (SgAppender   *self,
      SgHeadSeries *series,
      SgTimeMs      t,
      double        value)
{
  if (self->n_samples == self->max_samples)
    {
      self->max_samples = MAX (64, self->max_samples * 2);
      self->samples = g_renew (Sample, self->samples, self->max_samples);
    }
  self->samples[self->n_samples++] = (Sample) { series, t, value };
  self->min_t = MIN (self->min_t, t);
  self->max_t = MAX (self->max_t, t);
  self->has_unnamed |= !__atomic_load_n (&series->named, __ATOMIC_RELAXED);
}

/*
 * The moment since which a counter counts is a zero sample before the first one that comes after it.
 * Not when that is long ago: it would be before what the head takes once it has this sample.
 */
static gboolean
has_zero (const SgAppender   *self,
          const SgHeadSeries *series,
          const SgSample     *sample)
{
  gint64 age;

  return sample->start_t != 0 && series->pending == 0
         && !__builtin_sub_overflow (sample->t, sample->start_t, &age) && age > 0
         && age < self->head->options.chunk_range_ms / 2
         && (!series->has_samples || series->open.t < sample->start_t)
         && sample->start_t >= self->window.min_valid_t;
}

/* Checks a sample and puts it into the batch. Returns: %FALSE when @series is gone. */
static gboolean
try_series (SgAppender     *self,
            SgHeadSeries   *series,
            const SgSample *sample,
            SgHeadVerdict  *ret_verdict)
{
  gboolean zero = FALSE;
  gboolean gone;

  sg_lock_acquire (sg_head_lock_of (self->head, series));
  gone = series->gone;
  if (!gone)
    {
      *ret_verdict = sg_head_series_check (series, sample->t, sample->value.f, &self->window);
      zero = *ret_verdict == SG_HEAD_IN_ORDER && has_zero (self, series, sample);
      if (*ret_verdict < SG_HEAD_SAME)
        series->pending += zero ? 2 : 1;
    }
  sg_lock_release (sg_head_lock_of (self->head, series));
  if (gone || *ret_verdict >= SG_HEAD_SAME)
    return !gone;
  if (zero)
    push (self, series, sample->start_t, 0);
  push (self, series, sample->t, sample->value.f);
  return TRUE;
}

static SgHeadSeries *
find_or_add (SgAppender      *self,
             const SgLabels  *labels,
             GError         **error)
{
  SgHead *head = self->head;
  SgHeadSeries *series = sg_head_index_find (&head->index, labels);
  gboolean created;

  if (series != NULL)
    return series;
  if (labels->n_labels == 0)
    {
      sg_head_count (&head->stats.refused_invalid, 1);
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID,
                   "a series without labels cannot be stored: give it a name");
      return NULL;
    }
  series = sg_head_index_add (&head->index, 0, labels, head->options.max_series, &created);
  if (created)
    sg_head_count (&head->stats.series_created, 1);
  if (series == NULL)
    {
      sg_head_count (&head->stats.refused_series_limit, 1);
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT,
                   "a new series is refused: there are %u already, the limit "
                   "--storage.tsdb.max-series; raise it or send fewer series",
                   sg_head_index_get_size (&head->index));
    }
  return series;
}

static gboolean
refuse (SgAppender          *self,
        const SgHeadSeries  *series,
        const SgSample      *sample,
        SgHeadVerdict        verdict,
        GError             **error)
{
  SgHeadStats *stats = &self->head->stats;
  static const struct
  {
    int code;
    gsize counter;
    const char *reason;
  } reasons[] = {
    [SG_HEAD_DUPLICATE] = { SG_TSDB_ERROR_DUPLICATE,
                            G_STRUCT_OFFSET (SgHeadStats, refused_duplicate),
                            "there is another value for this time already" },
    [SG_HEAD_OUT_OF_ORDER] = { SG_TSDB_ERROR_OUT_OF_ORDER,
                               G_STRUCT_OFFSET (SgHeadStats, refused_out_of_order),
                               "the series has a later sample already" },
    [SG_HEAD_OUT_OF_BOUNDS] = { SG_TSDB_ERROR_OUT_OF_BOUNDS,
                                G_STRUCT_OFFSET (SgHeadStats, refused_out_of_bounds),
                                "it is older than what is still taken" },
    [SG_HEAD_TOO_OLD] = { SG_TSDB_ERROR_TOO_OLD, G_STRUCT_OFFSET (SgHeadStats, refused_too_old),
                          "it is older than the window for samples out of order" },
  };

  sg_head_count ((guint64 *) (gpointer) ((char *) stats + reasons[verdict].counter), 1);
  if (error != NULL)
    {
      g_autofree char *name = sg_labels_to_string (series->labels);

      g_set_error (error, SG_TSDB_ERROR, reasons[verdict].code,
                   "%s: the sample at %" G_GINT64_FORMAT " ms is refused: %s", name, sample->t,
                   reasons[verdict].reason);
    }
  return FALSE;
}

/**
 * sg_appender_append:
 * @self: an appender
 * @ref: (inout): what the series is called, from an earlier call, or 0; set to what it is called now
 * @labels: (nullable): the labels of the series, for when @ref is 0 or stands for nothing any more
 * @sample: a sample; its start time, if it has one, becomes a sample of zero where that is new
 * @error: why it was refused
 *
 * Appending by reference is fast; a reference is good until the series has gone for lack of samples.
 * Should a second appender append to the same series meanwhile, the sample that is committed later is
 * refused if it is the older one; that is counted, and not told.
 *
 * Returns: whether the sample will be stored by the commit, or is there already
 */
gboolean
sg_appender_append (SgAppender      *self,
                    SgHeadRef       *ref,
                    const SgLabels  *labels,
                    const SgSample  *sample,
                    GError         **error)
{
  SgHeadSeries *series = NULL;
  SgHeadVerdict verdict = SG_HEAD_SAME;

  if (sample->value.kind != SG_VALUE_FLOAT)
    {
      sg_head_count (&self->head->stats.refused_invalid, 1);
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                   "native histograms are not stored: send classic ones");
      return FALSE;
    }
  enter (self);
  if (*ref != 0)
    series = sg_head_index_find_ref (&self->head->index, *ref);
  while (series == NULL || !try_series (self, series, sample, &verdict))
    {
      if (labels == NULL)
        {
          g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNKNOWN_SERIES,
                       "no series has the reference %" G_GUINT64_FORMAT ": give its labels", *ref);
          return FALSE;
        }
      series = find_or_add (self, labels, error);
      if (series == NULL)
        return FALSE;
    }
  *ref = series->ref;
  if (verdict == SG_HEAD_SAME)
    sg_head_count (&self->head->stats.samples_same, 1);
  return verdict <= SG_HEAD_SAME || refuse (self, series, sample, verdict, error);
}

/**
 * sg_appender_append_exemplar:
 * @self: an appender
 * @ref: a series that was appended to
 * @exemplar: an exemplar
 * @error: why it was refused
 *
 * Returns: whether it will be stored by the commit
 */
gboolean
sg_appender_append_exemplar (SgAppender        *self,
                             SgHeadRef          ref,
                             const SgExemplar  *exemplar,
                             GError           **error)
{
  Exemplar item = { NULL, exemplar->t, exemplar->value, NULL };

  enter (self);
  item.series = sg_head_index_find_ref (&self->head->index, ref);
  if (item.series == NULL)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNKNOWN_SERIES,
                   "no series has the reference %" G_GUINT64_FORMAT
                   ": append a sample before its exemplar",
                   ref);
      return FALSE;
    }
  item.labels = sg_labels_ref (exemplar->labels);
  g_array_append_val (self->exemplars, item);
  return TRUE;
}

gsize
sg_appender_get_n_samples (SgAppender *self)
{
  return self->n_samples;
}

static void
add_record (SgAppender *self)
{
  sg_wal_batch_add (&self->batch, self->record.data, self->record.length,
                    sg_wal_writer_compresses (self->head->wal));
  sg_wire_writer_reset (&self->record);
}

/* Adds a record with the names that are not in the log. Returns: the series that it names. */
static GPtrArray *
encode_names (SgAppender *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (SgWalSeries));
  GPtrArray *unnamed = g_ptr_array_new ();

  for (gsize i = 0; i < self->n_samples; i++)
    {
      SgHeadSeries *series = self->samples[i].series;
      SgWalSeries name = { series->ref, series->labels };

      if (!__atomic_load_n (&series->named, __ATOMIC_RELAXED) && g_hash_table_add (seen, series))
        {
          g_ptr_array_add (unnamed, series);
          g_array_append_val (names, name);
        }
    }
  if (names->len > 0)
    {
      sg_wal_encode_series (&self->record, (SgWalSeries *) (gpointer) names->data, names->len);
      add_record (self);
    }
  return unnamed;
}

static void
encode_samples (SgAppender *self)
{
  g_autofree SgWalSample *samples = g_new (SgWalSample, self->n_samples);

  for (gsize i = 0; i < self->n_samples; i++)
    samples[i] =
        (SgWalSample) { self->samples[i].series->ref, self->samples[i].t, self->samples[i].value };
  sg_wal_encode_samples (&self->record, samples, self->n_samples);
  add_record (self);
}

static gboolean
write_log (SgAppender  *self,
           GError     **error)
{
  sg_wal_batch_reset (&self->batch);
  if (self->n_samples > 0)
    encode_samples (self);
  return sg_wal_writer_log (self->head->wal, &self->batch, error);
}

static gboolean
write_log_with_names (SgAppender  *self,
                      GError     **error)
{
  g_autoptr (GPtrArray) unnamed = NULL;

  SG_LOCK_SCOPE (&self->head->naming);
  sg_wal_batch_reset (&self->batch);
  unnamed = encode_names (self);
  if (self->n_samples > 0)
    encode_samples (self);
  if (!sg_wal_writer_log (self->head->wal, &self->batch, error))
    return FALSE;
  for (guint i = 0; i < unnamed->len; i++)
    __atomic_store_n (&((SgHeadSeries *) unnamed->pdata[i])->named, TRUE, __ATOMIC_RELEASE);
  return TRUE;
}

typedef struct
{
  guint64 appended;
  guint64 late;
  guint64 same;
  guint64 refused;
} Applied;

/*
 * The window is that of the beginning: a sample that is in the log is not refused because the head has
 * moved on since.
 */
static void
apply_sample (SgAppender   *self,
              const Sample *sample,
              SgHeadWrite  *write,
              Applied      *applied)
{
  SgHeadSeries *series = sample->series;
  SgHeadVerdict verdict;

  SG_LOCK_SCOPE (sg_head_lock_of (self->head, series));
  series->pending--;
  verdict = sg_head_series_check (series, sample->t, sample->value, &self->window);
  if (G_LIKELY (verdict == SG_HEAD_IN_ORDER))
    sg_head_series_append (series, sample->t, sample->value, write);
  else if (verdict == SG_HEAD_LATE)
    {
      verdict = sg_head_series_insert_late (series, sample->t, sample->value, write);
      applied->late += verdict == SG_HEAD_LATE;
    }
  applied->appended += verdict <= SG_HEAD_LATE;
  applied->same += verdict == SG_HEAD_SAME;
  applied->refused += verdict > SG_HEAD_SAME;
}

static void
apply (SgAppender *self)
{
  SgHead *head = self->head;
  SgHeadWrite write;
  SgHeadCommit commit;
  Applied applied = { 0 };

  sg_head_begin_write (head, &write);
  sg_head_gate_begin_commit (&head->gate, &commit);
  write.commit = commit.id;
  write.horizon = commit.horizon;
  for (gsize i = 0; i < self->n_samples; i++)
    {
      if (i + 8 < self->n_samples)
        __builtin_prefetch (self->samples[i + 8].series, 1);
      apply_sample (self, &self->samples[i], &write, &applied);
    }
  if (applied.appended > 0)
    sg_head_extend (head, self->min_t, self->max_t);
  sg_head_gate_end_commit (&head->gate, &commit);
  sg_head_count (&head->stats.samples_appended, applied.appended);
  sg_head_count (&head->stats.samples_late, applied.late);
  sg_head_count (&head->stats.samples_same, applied.same);
  sg_head_count (&head->stats.refused_out_of_order, applied.refused);
  sg_head_queue_closed (head, write.closed);
  if (write.closed != NULL && head->chunks != NULL)
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
  gboolean good = TRUE;

  if (self->n_samples == 0 && self->exemplars->len == 0)
    {
      leave (self);
      return TRUE;
    }
  if (self->head->wal != NULL)
    good = self->has_unnamed ? write_log_with_names (self, error) : write_log (self, error);
  sg_head_count (&self->head->stats.commits, 1);
  if (!good)
    {
      sg_head_count (&self->head->stats.commits_failed, 1);
      sg_head_count (&self->head->stats.refused_log, self->n_samples);
      sg_appender_rollback (self);
      return FALSE;
    }
  apply (self);
  leave (self);
  return TRUE;
}

/* Forgets the batch. Series that it made stay until the next time that the head is tidied. */
void
sg_appender_rollback (SgAppender *self)
{
  for (gsize i = 0; i < self->n_samples; i++)
    {
      SgHeadSeries *series = self->samples[i].series;

      SG_LOCK_SCOPE (sg_head_lock_of (self->head, series));
      series->pending--;
    }
  leave (self);
}

void
sg_appender_free (SgAppender *self)
{
  sg_appender_rollback (self);
  g_array_unref (self->exemplars);
  sg_wal_batch_clear (&self->batch);
  sg_wire_writer_clear (&self->record);
  g_free (self->samples);
  sg_head_unref (self->head);
  g_free (self);
}
