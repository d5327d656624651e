/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-appender-private.h"

#include "tsdb/sg-tsdb-error.h"

/*
 * A batch holds series, not references: from its first sample to its end the appender is inside the
 * head (sg-head-gate.h), and each sample is counted in its series as pending, so that the series stays
 * in the index. How it is committed stands in sg-appender-commit.c.
 */

/* How many series are fetched from memory at once. */
#define KNOWN_AT_ONCE 64

static void
exemplar_clear (gpointer item)
{
  SgPendingExemplar *exemplar = item;

  sg_labels_unref (exemplar->labels);
}

static void
metadata_clear (gpointer item)
{
  g_free (((SgPendingMetadata *) item)->metadata);
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
  appender->late = g_array_new (FALSE, FALSE, sizeof (SgPendingSample));
  appender->exemplars = g_array_new (FALSE, FALSE, sizeof (SgPendingExemplar));
  g_array_set_clear_func (appender->exemplars, exemplar_clear);
  appender->metadata = g_array_new (FALSE, FALSE, sizeof (SgPendingMetadata));
  g_array_set_clear_func (appender->metadata, metadata_clear);
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

/* Ends the batch, whose samples are no longer pending. */
void
sg_appender_leave (SgAppender *self)
{
  self->n_samples = 0;
  g_array_set_size (self->late, 0);
  self->has_unnamed = FALSE;
  g_array_set_size (self->exemplars, 0);
  g_array_set_size (self->metadata, 0);
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
      self->samples = g_renew (SgPendingSample, self->samples, self->max_samples);
    }
  self->samples[self->n_samples++] = (SgPendingSample) { series, series->ref, t, value };
  self->min_t = MIN (self->min_t, t);
  self->max_t = MAX (self->max_t, t);
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
  self->has_unnamed |= !__atomic_load_n (&series->named, __ATOMIC_RELAXED);
  if (zero)
    push (self, series, sample->start_t, 0);
  if (*ret_verdict == SG_HEAD_IN_ORDER)
    push (self, series, sample->t, sample->value.f);
  else
    {
      SgPendingSample late = { series, series->ref, sample->t, sample->value.f };

      g_array_append_val (self->late, late);
    }
  return TRUE;
}

/* Waits for who is taking series out of the index, should the one with these labels be among them. */
static SgHeadSeries *
find_or_add (SgAppender      *self,
             const SgLabels  *labels,
             gboolean         gone,
             GError         **error)
{
  SgHead *head = self->head;
  SgHeadSeries *series = gone ? NULL : sg_head_index_find (&head->index, labels);
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
      series = find_or_add (self, labels, series != NULL, error);
      if (series == NULL)
        return FALSE;
    }
  *ref = series->ref;
  if (verdict == SG_HEAD_SAME)
    sg_head_count (&self->head->stats.samples_same, 1);
  return verdict <= SG_HEAD_SAME || refuse (self, series, sample, verdict, error);
}

/* Returns: how many of the samples, from the first on, went into the batch */
static gsize
try_known (SgAppender    *self,
           SgHeadSeries **series,
           const double  *values,
           gsize          n,
           SgTimeMs       t)
{
  SgLock *held = NULL;
  gsize i;

  for (i = 0; i < n && series[i] != NULL; i++)
    {
      SgLock *lock = sg_head_lock_of (self->head, series[i]);

      if (lock != held)
        {
          if (held != NULL)
            sg_lock_release (held);
          sg_lock_acquire (lock);
          held = lock;
        }
      if (series[i]->gone
          || sg_head_series_check (series[i], t, values[i], &self->window) != SG_HEAD_IN_ORDER)
        break;
      series[i]->pending++;
      self->has_unnamed |= !__atomic_load_n (&series[i]->named, __ATOMIC_RELAXED);
      push (self, series[i], t, values[i]);
    }
  if (held != NULL)
    sg_lock_release (held);
  return i;
}

/**
 * sg_appender_append_known:
 * @self: an appender
 * @refs: (array length=n): series that were appended to
 * @values: (array length=n): a value for each
 * @n: how many
 * @t: the time of all of them
 *
 * What most of a page is: samples of series that are known, each later than what its series has. They
 * are looked up together and then checked together, so that their series come from memory side by side
 * rather than one after the other.
 *
 * Returns: how many were appended, from the first on. The one after them is for sg_appender_append(),
 * which finds its series by the labels, or says what is wrong with it.
 */
gsize
sg_appender_append_known (SgAppender      *self,
                          const SgHeadRef *refs,
                          const double    *values,
                          gsize            n,
                          SgTimeMs         t)
{
  SgHeadSeries *series[KNOWN_AT_ONCE];
  gsize done = 0;
  gsize taken = 0;
  gsize part = 0;

  enter (self);
  for (; done < n && taken == part; done += taken)
    {
      part = MIN (n - done, KNOWN_AT_ONCE);
      sg_head_index_find_refs (&self->head->index, refs + done, part, series);
      taken = try_known (self, series, values + done, part, t);
    }
  return done;
}

static SgHeadSeries *
find_ref (SgAppender  *self,
          SgHeadRef    ref,
          GError     **error)
{
  SgHeadSeries *series;

  enter (self);
  series = sg_head_index_find_ref (&self->head->index, ref);
  if (series == NULL)
    g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNKNOWN_SERIES,
                 "no series has the reference %" G_GUINT64_FORMAT ": append a sample of it first",
                 ref);
  else
    self->has_unnamed |= !__atomic_load_n (&series->named, __ATOMIC_RELAXED);
  return series;
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
sg_appender_append_exemplar (SgAppender              *self,
                             SgHeadRef                ref,
                             const SgSampleExemplar  *exemplar,
                             GError                 **error)
{
  SgPendingExemplar item = { find_ref (self, ref, error), exemplar->t, exemplar->value, NULL };

  if (item.series == NULL)
    return FALSE;
  item.labels = sg_labels_ref (exemplar->labels);
  g_array_append_val (self->exemplars, item);
  return TRUE;
}

/**
 * sg_appender_set_metadata:
 * @self: an appender
 * @ref: a series of the metric
 * @metadata: what the metric is
 * @error: why it was refused
 *
 * It is the same for all series of a metric, so that telling it with one of them is enough; telling
 * what is known costs nothing.
 *
 * Returns: whether the commit will store it, or need not
 */
gboolean
sg_appender_set_metadata (SgAppender        *self,
                          SgHeadRef          ref,
                          const SgMetadata  *metadata,
                          GError           **error)
{
  SgPendingMetadata item = { find_ref (self, ref, error), NULL };

  if (item.series == NULL)
    return FALSE;
  if (sg_head_metadata_has (&self->head->metadata, metadata))
    return TRUE;
  item.metadata = sg_head_metadata_copy (metadata);
  g_array_append_val (self->metadata, item);
  return TRUE;
}

/* Returns: what the series with these labels is called, or 0 when there is none */
SgHeadRef
sg_appender_find (SgAppender     *self,
                  const SgLabels *labels)
{
  const SgHeadSeries *series;

  enter (self);
  series = sg_head_index_find (&self->head->index, labels);
  return series != NULL ? series->ref : 0;
}

/**
 * sg_appender_find_metric:
 * @self: an appender
 * @name: a metric
 *
 * Returns: one of its series, or 0 when it has none: what metadata can be set with
 */
SgHeadRef
sg_appender_find_metric (SgAppender *self,
                         const char *name)
{
  SgHeadIndex *index = &self->head->index;
  const SgHeadName *metrics;
  const SgHeadValue *metric;
  const SgHeadList *list;
  SgHeadSeries *series = NULL;
  guint n = 0;

  enter (self);
  metrics = sg_head_postings_find_name (&index->postings, SG_LABEL_NAME);
  metric = metrics != NULL ? sg_head_postings_find_value (metrics, name) : NULL;
  list = metric != NULL ? sg_head_list_get (&metric->list, &n) : NULL;
  for (guint i = 0; i < n && series == NULL; i++)
    series = sg_head_index_find_id (index, list->ids[i]);
  return series != NULL ? series->ref : 0;
}

gsize
sg_appender_get_n_samples (SgAppender *self)
{
  return self->n_samples + self->late->len;
}

static void
release (SgAppender   *self,
         SgHeadSeries *series)
{
  SG_LOCK_SCOPE (sg_head_lock_of (self->head, series));
  series->pending--;
}

/* Forgets the batch. Series that it made stay until the next time that the head is tidied. */
void
sg_appender_rollback (SgAppender *self)
{
  for (gsize i = 0; i < self->n_samples; i++)
    release (self, self->samples[i].series);
  for (guint i = 0; i < self->late->len; i++)
    release (self, g_array_index (self->late, SgPendingSample, i).series);
  sg_appender_leave (self);
}

void
sg_appender_free (SgAppender *self)
{
  sg_appender_rollback (self);
  g_array_unref (self->late);
  g_array_unref (self->exemplars);
  g_array_unref (self->metadata);
  sg_wal_batch_clear (&self->batch);
  sg_wire_writer_clear (&self->record);
  g_free (self->samples);
  sg_head_unref (self->head);
  g_free (self);
}
