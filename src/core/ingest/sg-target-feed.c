/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-target-feed.h"

#include "ingest/sg-created-times.h"
#include "ingest/sg-family-note.h"
#include "ingest/sg-series-cache.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * A page goes through in one pass. A series that the page before had at the same place costs a comparison
 * of bytes; with others like it, it waits for being appended by reference, all of them together. A new one
 * is read, joined with its target's labels, relabelled and checked, after those that wait were appended, so
 * that the order of the page is that of the appends.
 *
 * Joining labels: where both the page and the target have a label, the target's wins and the page's is
 * kept as exported_<name> (exported_exported_<name> if that is taken, and so on); with honor_labels the
 * page's wins, even when it is empty.
 *
 * When a page cannot be read to its end, what was appended of it is rolled back and the series of the
 * last good page are ended, as if the target had not answered: half a page would be wrong numbers.
 */

typedef enum
{
  REPORT_UP,
  REPORT_DURATION,
  REPORT_SAMPLES,
  REPORT_KEPT,
  REPORT_ADDED,
} Report;

static const char *const report_names[] = {
  [REPORT_UP] = "up",
  [REPORT_DURATION] = "scrape_duration_seconds",
  [REPORT_SAMPLES] = "scrape_samples_scraped",
  [REPORT_KEPT] = "scrape_samples_post_metric_relabeling",
  [REPORT_ADDED] = "scrape_series_added",
};

/* How much of a label set an error shows. */
#define SHOWN_BYTES 200

/* OpenMetrics' bound for the labels of an exemplar. */
#define EXEMPLAR_CHARACTERS 128

/* How many samples are appended together. */
#define RUN_LENGTH 64

#define N_REPORTS G_N_ELEMENTS (report_names)

struct _SgTargetFeed
{
  SgTargetFeedOptions options;
  SgSeriesCache *cache;
  SgCreatedTimes *created;
  SgLabels *report_labels[N_REPORTS];
  SgHeadRef report_refs[N_REPORTS];
};

typedef struct
{
  SgAppender *appender;
  SgTimeMs t;
} EndContext;

/* One page on its way; and the plain samples of it that wait. */
typedef struct
{
  SgAppender *appender;
  SgTimeMs t;
  SgTargetFeedResult *result;
  SgFamilyNote note;
  SgSlice family;
  gboolean counts;
  gboolean has_fresh;
  guint n_run;
  SgCachedSeries *series[RUN_LENGTH];
  SgHeadRef refs[RUN_LENGTH];
  double values[RUN_LENGTH];
} Page;

SgTargetFeed *
sg_target_feed_new (const SgTargetFeedOptions *options)
{
  SgTargetFeed *self = g_new0 (SgTargetFeed, 1);

  self->options = *options;
  self->options.labels = sg_labels_ref (options->labels);
  if (options->metric_relabel != NULL)
    self->options.metric_relabel = sg_relabel_ref (options->metric_relabel);
  self->cache = sg_series_cache_new ();
  if (options->created_timestamps)
    self->created = sg_created_times_new ();
  for (guint i = 0; i < N_REPORTS; i++)
    {
      g_auto (SgLabelsBuilder) builder = { 0 };

      sg_labels_builder_init (&builder, options->labels);
      sg_labels_builder_set (&builder, SG_LABEL_NAME, report_names[i]);
      self->report_labels[i] = sg_labels_builder_build (&builder);
    }
  return self;
}

void
sg_target_feed_free (SgTargetFeed *self)
{
  sg_labels_unref ((SgLabels *) self->options.labels);
  g_clear_pointer (&self->options.metric_relabel, sg_relabel_unref);
  sg_series_cache_free (self->cache);
  g_clear_pointer (&self->created, sg_created_times_free);
  for (guint i = 0; i < N_REPORTS; i++)
    sg_labels_unref (self->report_labels[i]);
  g_free (self);
}

void
sg_target_feed_result_clear (SgTargetFeedResult *result)
{
  g_clear_error (&result->refusal);
}

static void
join_overruling (SgLabelsBuilder *builder,
                 const SgLabel   *target_label,
                 GPtrArray       *names)
{
  const char *theirs = sg_labels_builder_get (builder, target_label->name);

  if (*theirs != '\0')
    {
      char *exported = g_strconcat ("exported_", target_label->name, NULL);

      while (sg_labels_builder_has (builder, exported))
        {
          char *longer = g_strconcat ("exported_", exported, NULL);

          g_free (exported);
          exported = longer;
        }
      g_ptr_array_add (names, exported);
      sg_labels_builder_set (builder, exported, theirs);
    }
  sg_labels_builder_set (builder, target_label->name, target_label->value);
}

static SgLabels *
join_labels (SgTargetFeed    *self,
             SgLabelsBuilder *builder)
{
  const SgLabels *ours = self->options.labels;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < ours->n_labels; i++)
    {
      if (!self->options.honor_labels)
        join_overruling (builder, &ours->labels[i], names);
      else if (!sg_labels_builder_has (builder, ours->labels[i].name))
        sg_labels_builder_set (builder, ours->labels[i].name, ours->labels[i].value);
    }
  return sg_labels_builder_build (builder);
}

static gboolean
check_limits (SgTargetFeed    *self,
              const SgLabels  *labels,
              GError         **error)
{
  const SgTargetFeedOptions *options = &self->options;
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;

  if (options->label_limit > 0 && labels->n_labels > options->label_limit)
    {
      text = sg_labels_to_string (labels);
      shown = g_utf8_make_valid (text, (gssize) MIN (strlen (text), SHOWN_BYTES));
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
                   "%s%s has %u labels, label_limit is %u", shown,
                   strlen (text) > SHOWN_BYTES ? "…" : "", labels->n_labels, options->label_limit);
      return FALSE;
    }
  for (guint i = 0; i < labels->n_labels; i++)
    {
      gsize name_length = strlen (labels->labels[i].name);
      gsize value_length = sg_labels_value_length (labels, i);

      if ((options->label_name_length_limit > 0 && name_length > options->label_name_length_limit)
          || (options->label_value_length_limit > 0
              && value_length > options->label_value_length_limit))
        {
          g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
                       "the label “%.64s” of %s has %zu bytes of name and %zu of value, the limits "
                       "are %zu and %zu",
                       labels->labels[i].name, sg_labels_get (labels, SG_LABEL_NAME), name_length,
                       value_length, options->label_name_length_limit,
                       options->label_value_length_limit);
          return FALSE;
        }
    }
  return TRUE;
}

/* Makes the label set of a series that the page before did not have. */
static SgCachedSeries *
add_series (SgTargetFeed  *self,
            SgSlice        raw,
            GError       **error)
{
  g_autofree char *room = g_malloc (2 * raw.length + 2);
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autoptr (SgLabels) labels = NULL;

  sg_labels_builder_init (&builder, NULL);
  if (!sg_exposition_collect_labels (raw, room, &builder, error))
    return NULL;
  labels = join_labels (self, &builder);
  if (self->options.metric_relabel != NULL)
    {
      SgLabels *relabelled = sg_relabel_apply (self->options.metric_relabel, labels);

      sg_labels_unref (labels);
      labels = relabelled;
    }
  if (labels != NULL && *sg_labels_get (labels, SG_LABEL_NAME) == '\0')
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, "a series has no name: %.*s",
                   (int) MIN (raw.length, 200), raw.text);
      return NULL;
    }
  if (labels != NULL && !check_limits (self, labels, error))
    return NULL;
  return sg_series_cache_add (self->cache, raw, g_steal_pointer (&labels));
}

/* Appends one sample. What the store refuses is counted. */
static void
append_sample (const Page     *page,
               SgCachedSeries *series,
               const SgSample *sample)
{
  SgTargetFeedResult *result = page->result;
  gboolean first = series->ref == 0;
  GError *refusal = NULL;

  if (sg_appender_append (page->appender, &series->ref, series->labels, sample, &refusal))
    {
      result->added += first;
      return;
    }
  result->refused++;
  if (result->refusal == NULL)
    result->refusal = refusal;
  else
    g_error_free (refusal);
}

static SgSample
make_sample (SgTimeMs t,
             double   value)
{
  return (SgSample) { .t = t, .value = { .kind = SG_VALUE_FLOAT, .f = value } };
}

/* Appends the samples that wait. The one that cannot be appended like the others is appended alone. */
static void
append_run (Page *page)
{
  for (guint done = 0; done < page->n_run; done++)
    {
      done += (guint) sg_appender_append_known (page->appender, page->refs + done,
                                                page->values + done, page->n_run - done, page->t);
      if (done < page->n_run)
        {
          SgSample sample = make_sample (page->t, page->values[done]);

          append_sample (page, page->series[done], &sample);
        }
    }
  page->n_run = 0;
}

static gboolean
check_sample_limit (SgTargetFeed  *self,
                    const Page    *page,
                    GError       **error)
{
  if (self->options.sample_limit == 0 || page->result->kept <= self->options.sample_limit)
    return TRUE;
  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
               "the page has more than %" G_GUINT64_FORMAT " samples, which is its sample_limit",
               self->options.sample_limit);
  return FALSE;
}

/* Whether OpenMetrics' bound holds: so many characters in all names and values. */
static gboolean
is_short (const SgLabels *labels)
{
  glong length = 0;

  for (guint i = 0; i < labels->n_labels; i++)
    length +=
        g_utf8_strlen (labels->labels[i].name, -1) + g_utf8_strlen (labels->labels[i].value, -1);
  return length <= EXEMPLAR_CHARACTERS;
}

/*
 * A page shows an exemplar until there is a newer one, and it is stored once. One without a time gets that
 * of its sample, and is the same as long as its bytes are.
 */
static void
append_exemplar (const Page              *page,
                 SgCachedSeries          *series,
                 const SgExpositionEntry *entry,
                 SgTimeMs                 t)
{
  const gint64 numbers[] = { (gint64) sg_double_to_bits (entry->exemplar_value),
                             entry->exemplar_has_t ? entry->exemplar_t : 0 };
  guint64 seed = XXH3_64bits (numbers, sizeof numbers);
  guint64 hash = XXH3_64bits_withSeed (entry->exemplar.text, entry->exemplar.length, seed);
  g_autoptr (SgLabels) labels = NULL;
  SgSampleExemplar exemplar = { .t = entry->exemplar_has_t ? entry->exemplar_t : t,
                                .value = entry->exemplar_value };

  if (series->exemplar == hash)
    return;
  series->exemplar = hash;
  labels = sg_exposition_parse_labels (entry->exemplar, NULL);
  exemplar.labels = labels;
  if (labels != NULL && is_short (labels)
      && sg_appender_append_exemplar (page->appender, series->ref, &exemplar, NULL))
    page->result->exemplars++;
  else
    page->result->exemplars_refused++;
}

/* Appends the sample of a line of any form to @series, which is not dropped. */
static void
append_entry (SgTargetFeed            *self,
              Page                    *page,
              SgCachedSeries          *series,
              const SgExpositionEntry *entry)
{
  gboolean timed = entry->has_t && !self->options.ignore_timestamps;
  SgSample sample = make_sample (timed ? entry->t : page->t, entry->value);
  guint64 added = page->result->added;

  append_run (page);
  series->timed = timed && !self->options.track_timestamps;
  if (page->has_fresh && page->counts)
    sample.start_t = sg_created_times_find (self->created, entry->series);
  append_sample (page, series, &sample);
  if (entry->exemplar.length > 0 && series->ref != 0)
    append_exemplar (page, series, entry, sample.t);
  if (page->result->added > added)
    sg_family_note_tell (&page->note, page->appender, series->ref, entry->series);
}

static gboolean
take_sample (SgTargetFeed             *self,
             Page                     *page,
             const SgExpositionEntry  *entry,
             GError                  **error)
{
  SgCachedSeries *series = entry->expected ? sg_series_cache_guess (self->cache)
                                           : sg_series_cache_find (self->cache, entry->series);

  page->result->samples++;
  if (series == NULL)
    series = add_series (self, entry->series, error);
  if (series == NULL)
    return FALSE;
  if (series->labels != NULL)
    {
      page->result->kept++;
      if (!check_sample_limit (self, page, error))
        return FALSE;
      append_entry (self, page, series, entry);
    }
  sg_series_cache_see (self->cache, series);
  return TRUE;
}

static gboolean
slice_is (SgSlice     slice,
          const char *text)
{
  return slice.length == strlen (text) && memcmp (slice.text, text, slice.length) == 0;
}

static void
take_comment (Page                    *page,
              const SgExpositionEntry *entry)
{
  sg_family_note_take (&page->note, entry);
  if (entry->kind != SG_EXPOSITION_TYPE)
    return;
  page->family = entry->name;
  page->counts = slice_is (entry->rest, "counter") || slice_is (entry->rest, "histogram")
                 || slice_is (entry->rest, "summary");
}

/* Whether the line says what a sample of zero says instead. */
static gboolean
is_told_otherwise (SgTargetFeed            *self,
                   const Page              *page,
                   const SgExpositionEntry *entry)
{
  return self->created != NULL && page->counts
         && sg_created_times_is_one (entry->series, page->family);
}

/* Takes the lines that are as the last page lets expect. Returns: (nullable): what is expected next */
static SgCachedSeries *
take_plain_lines (SgTargetFeed       *self,
                  Page               *page,
                  SgExpositionParser *parser)
{
  guint64 limit = self->options.sample_limit > 0 ? self->options.sample_limit : G_MAXUINT64;
  SgCachedSeries *series;

  while ((series = sg_series_cache_guess (self->cache)) != NULL && series->live && !series->timed
         && page->result->kept < limit && !page->has_fresh
         && sg_exposition_parser_take_plain (parser, series->raw, &page->values[page->n_run]))
    {
      page->series[page->n_run] = series;
      page->refs[page->n_run++] = series->ref;
      page->result->samples++;
      page->result->kept++;
      sg_series_cache_see (self->cache, series);
      if (page->n_run == RUN_LENGTH)
        append_run (page);
    }
  return series;
}

static gboolean
take_lines (SgTargetFeed        *self,
            Page                *page,
            SgExpositionParser  *parser,
            GError             **error)
{
  SgExpositionEntry entry;
  GError *local_error = NULL;

  for (;;)
    {
      SgCachedSeries *guess = take_plain_lines (self, page, parser);

      sg_exposition_parser_expect (parser, guess != NULL ? guess->raw : (SgSlice) { NULL, 0 });
      if (!sg_exposition_parser_next (parser, &entry, &local_error))
        break;
      if (entry.kind != SG_EXPOSITION_SAMPLE)
        take_comment (page, &entry);
      else if (!is_told_otherwise (self, page, &entry)
               && !take_sample (self, page, &entry, &local_error))
        {
          /* The parser stands behind the line already. */
          page->result->error_line = parser->line_number - 1;
          break;
        }
    }
  append_run (page);
  if (local_error == NULL)
    return TRUE;
  if (page->result->error_line == 0)
    page->result->error_line = parser->line_number;
  g_propagate_error (error, local_error);
  return FALSE;
}

static void
append_stale_marker (SgCachedSeries *series,
                     gpointer        user_data)
{
  EndContext *context = user_data;
  SgSample sample = { .t = context->t, .value = { .kind = SG_VALUE_FLOAT, .f = sg_stale_nan () } };

  /* A series with times of its own ends when its samples are older than the lookback. */
  if (!series->timed)
    sg_appender_append (context->appender, &series->ref, series->labels, &sample, NULL);
}

gboolean
sg_target_feed_take (SgTargetFeed         *self,
                     SgAppender           *appender,
                     SgTimeMs              t,
                     GBytes               *page,
                     SgExpositionDialect   dialect,
                     SgTargetFeedResult   *ret_result,
                     GError              **error)
{
  EndContext context = { appender, t };
  Page taken = { .appender = appender, .t = t, .result = ret_result };
  SgExpositionParser parser;
  gsize size;
  const char *text = g_bytes_get_data (page, &size);

  *ret_result = (SgTargetFeedResult) { 0 };
  sg_exposition_parser_init (&parser, text, size, dialect);
  sg_series_cache_begin (self->cache);
  if (self->created != NULL && dialect == SG_EXPOSITION_DIALECT_OPENMETRICS)
    taken.has_fresh = sg_created_times_scan (self->created, text, size);
  if (take_lines (self, &taken, &parser, error))
    {
      sg_series_cache_end (self->cache, append_stale_marker, &context);
      return TRUE;
    }
  sg_appender_rollback (appender);
  ret_result->added = 0;
  if (self->created != NULL)
    sg_created_times_forget (self->created);
  sg_target_feed_end (self, appender, t);
  return FALSE;
}

/* Whether a series goes on is asked by reference, since its labels may be made in another way now. */
typedef struct
{
  GHashTable *going_on;
  EndContext end;
} SuccessionContext;

static void
remember_series (SgCachedSeries *series,
                 gpointer        user_data)
{
  if (series->ref != 0)
    g_hash_table_add (user_data, &series->ref);
}

static void
end_unless_going_on (SgCachedSeries *series,
                     gpointer        user_data)
{
  SuccessionContext *context = user_data;

  if (!g_hash_table_contains (context->going_on, &series->ref))
    append_stale_marker (series, &context->end);
}

void
sg_target_feed_succeed (SgTargetFeed *self,
                        SgTargetFeed *predecessor,
                        SgAppender   *appender,
                        SgTimeMs      t)
{
  g_autoptr (GHashTable) going_on = g_hash_table_new (g_int64_hash, g_int64_equal);
  SuccessionContext context = { going_on, { appender, t } };

  sg_series_cache_foreach_live (self->cache, remember_series, going_on);
  sg_series_cache_abort (predecessor->cache, end_unless_going_on, &context);
}

void
sg_target_feed_end (SgTargetFeed *self,
                    SgAppender   *appender,
                    SgTimeMs      t)
{
  EndContext context = { appender, t };

  sg_series_cache_abort (self->cache, append_stale_marker, &context);
}

static void
append_reports (SgTargetFeed *self,
                SgAppender   *appender,
                SgTimeMs      t,
                const double *values)
{
  for (guint i = 0; i < N_REPORTS; i++)
    {
      SgSample sample = { .t = t, .value = { .kind = SG_VALUE_FLOAT, .f = values[i] } };

      sg_appender_append (appender, &self->report_refs[i], self->report_labels[i], &sample, NULL);
    }
}

gboolean
sg_target_feed_report (SgTargetFeed              *self,
                       SgAppender                *appender,
                       SgTimeMs                   t,
                       gboolean                   up,
                       double                     duration_seconds,
                       const SgTargetFeedResult  *result,
                       GError                   **error)
{
  const double values[N_REPORTS] = {
    [REPORT_UP] = up ? 1 : 0,
    [REPORT_DURATION] = duration_seconds,
    [REPORT_SAMPLES] = (double) result->samples,
    [REPORT_KEPT] = (double) result->kept,
    [REPORT_ADDED] = (double) result->added,
  };

  append_reports (self, appender, t, values);
  return sg_appender_commit (appender, error);
}

gboolean
sg_target_feed_close (SgTargetFeed  *self,
                      SgAppender    *appender,
                      SgTimeMs       t,
                      GError       **error)
{
  const double stale = sg_stale_nan ();
  const double values[N_REPORTS] = { stale, stale, stale, stale, stale };

  sg_target_feed_end (self, appender, t);
  append_reports (self, appender, t, values);
  return sg_appender_commit (appender, error);
}
