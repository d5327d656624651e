/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-tsdb-export.h"

#include "base/sg-number.h"
#include "engine/sg-openmetrics-import.h"
#include "promql/sg-parser.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-text-output.h"
#include "tsdb/sg-tsdb-copy.h"

/*
 * Samples as OpenMetrics text: the metrics by their names, of each "# TYPE name unknown", since blocks
 * keep no types, then each series with its samples one after the other, the time of each in seconds;
 * "# EOF" at the end. Without blanks after commas, which some readers do not take.
 *
 *   # TYPE up unknown
 *   up{instance="a:9100",job="node"} 1 1700000000.000
 *
 * The text cannot say everything. A mark that a series has ended is one of the bit patterns of NaN, and
 * text has one NaN only, which Prometheus and we read as the ordinary one: written like this, it would come
 * back as a sample that nobody took, and make NaN of each sum over it. So it is left out, and counted for
 * the warning; a series then ends five minutes later than it did. Native histograms and series without a
 * name have no form in the text that both sides read. What it says comes out the same when it is imported
 * and exported again.
 */
typedef struct
{
  SgQuerier *querier;
  GPtrArray *matchers;
  SgSelectHints hints;
  const SgTsdbTask *task;
  SgTextOutput text;
  const char *untold;
  guint64 n_stale;
} Export;

static void
append_escaped (GString    *out,
                const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '\n')
        g_string_append (out, "\\n");
      else if (*p == '"' || *p == '\\')
        g_string_append_printf (out, "\\%c", *p);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
append_name (GString    *out,
             const char *name,
             gboolean    is_classic)
{
  if (is_classic)
    g_string_append (out, name);
  else
    append_escaped (out, name);
}

/* name{a="b",c="d"}; a name of other characters is in quotes, and within the braces. */
static void
append_series (GString        *out,
               const SgLabels *labels,
               const char     *name)
{
  gboolean is_classic = sg_metric_name_is_classic (name);
  gboolean first = is_classic;

  if (is_classic)
    g_string_append (out, name);
  if (!is_classic || labels->n_labels > 1)
    g_string_append_c (out, '{');
  if (!is_classic)
    append_escaped (out, name);
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];

      if (g_str_equal (label->name, SG_LABEL_NAME))
        continue;
      if (!first)
        g_string_append_c (out, ',');
      append_name (out, label->name, sg_label_name_is_classic (label->name));
      g_string_append_c (out, '=');
      append_escaped (out, label->value);
      first = FALSE;
    }
  if (!is_classic || labels->n_labels > 1)
    g_string_append_c (out, '}');
}

static void
append_sample (GString  *out,
               SgTimeMs  t,
               double    value)
{
  char number[SG_DOUBLE_TEXT_MAX];
  guint64 size = t < 0 ? -(guint64) t : (guint64) t;

  g_string_append_c (out, ' ');
  g_string_append_len (out, number, (gssize) sg_double_write (value, number));
  g_string_append_printf (out, " %s%" G_GUINT64_FORMAT ".%03u\n", t < 0 ? "-" : "", size / 1000,
                          (guint) (size % 1000));
}

/* Before the first sample of a metric, so that one without any is not named. */
static void
tell_type (Export *self)
{
  if (self->untold == NULL)
    return;
  g_string_append (self->text.text, "# TYPE ");
  append_name (self->text.text, self->untold, sg_metric_name_is_classic (self->untold));
  g_string_append (self->text.text, " unknown\n");
  self->untold = NULL;
}

static gboolean
write_column (Export          *self,
              const SgColumn  *column,
              const GString   *series,
              GError         **error)
{
  for (gsize i = 0; column->kind == SG_VALUE_FLOAT && i < column->n; i++)
    {
      if (sg_is_stale_nan (column->f[i]))
        {
          self->n_stale++;
          continue;
        }
      tell_type (self);
      g_string_append_len (self->text.text, series->str, (gssize) series->len);
      append_sample (self->text.text, column->t[i], column->f[i]);
      if (!sg_text_output_step (&self->text, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_series (Export          *self,
              const SgSeries  *series,
              const char      *name,
              GError         **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_series (text, series->labels, name);
  for (guint i = 0; i < series->n_columns; i++)
    {
      if (!write_column (self, &series->columns[i], text, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_set (Export       *self,
           SgSeriesSet  *set,
           const char   *name,
           GError      **error)
{
  g_autoptr (GError) problem = NULL;
  const SgSeries *series;

  self->untold = name;
  while (sg_series_set_next (set, &series, &problem))
    {
      if (!write_series (self, series, name, error))
        return FALSE;
    }
  for (const char *const *text = sg_series_set_get_warnings (set); *text != NULL; text++)
    g_ptr_array_add (self->task->warnings, g_strdup (*text));
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Writes all series of one name. */
static gboolean
write_metric (Export      *self,
              const char  *name,
              GError     **error)
{
  g_autoptr (SgMatcher) named = sg_matcher_new (SG_MATCH_EQUAL, SG_LABEL_NAME, name, error);
  g_autoptr (SgSeriesSet) set = NULL;

  if (named == NULL)
    return FALSE;
  g_ptr_array_add (self->matchers, named);
  set = sg_querier_select (self->querier, (const SgMatcher *const *) self->matchers->pdata,
                           self->matchers->len, &self->hints, self->task->cancellable, error);
  g_ptr_array_set_size (self->matchers, (gint) self->matchers->len - 1);
  return set != NULL && write_set (self, set, name, error);
}

/* Tells what the text does not say. */
static gboolean
warn_about_rest (Export  *self,
                 GError **error)
{
  g_autoptr (SgMatcher) nameless = sg_matcher_new (SG_MATCH_EQUAL, SG_LABEL_NAME, "", error);
  g_autoptr (GPtrArray) found = NULL;

  if (nameless == NULL)
    return FALSE;
  g_ptr_array_add (self->matchers, nameless);
  found = sg_querier_series (self->querier, (const SgMatcher *const *) self->matchers->pdata,
                             self->matchers->len, &self->hints, self->task->cancellable, error);
  g_ptr_array_set_size (self->matchers, (gint) self->matchers->len - 1);
  if (found == NULL)
    return FALSE;
  if (found->len > 0)
    g_ptr_array_add (self->task->warnings,
                     g_strdup_printf ("%u series have no name, and were left out: export them as "
                                      "blocks",
                                      found->len));
  if (self->n_stale > 0)
    g_ptr_array_add (self->task->warnings,
                     g_strdup_printf ("%" G_GUINT64_FORMAT
                                      " marks that a series has ended have no text, and were left "
                                      "out: an export as blocks keeps them",
                                      self->n_stale));
  return TRUE;
}

static gboolean
write_all (Export  *self,
           GError **error)
{
  g_auto (GStrv) names =
      sg_querier_label_values (self->querier, SG_LABEL_NAME,
                               (const SgMatcher *const *) self->matchers->pdata,
                               self->matchers->len, &self->hints, self->task->cancellable, error);
  guint n = names != NULL ? g_strv_length (names) : 0;

  for (guint i = 0; i < n; i++)
    {
      if (!write_metric (self, names[i], error))
        return FALSE;
      if (self->task->progress != NULL)
        self->task->progress (i + 1, n, self->task->progress_data);
    }
  if (names == NULL || !warn_about_rest (self, error))
    return FALSE;
  g_string_append (self->text.text, "# EOF\n");
  return sg_text_output_flush (&self->text, error);
}

/* Returns: (transfer full) (nullable) (element-type SgMatcher): what a selector asks for; none for %NULL */
static GPtrArray *
parse_selector (const char  *selector,
                GError     **error)
{
  GPtrArray *matchers = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_matcher_unref);
  g_autoptr (SgAst) ast = NULL;

  if (selector == NULL)
    return matchers;
  ast = sg_parser_parse_selector (selector, error);
  for (guint i = 0; ast != NULL && i < ast->matchers->len; i++)
    g_ptr_array_add (matchers, sg_matcher_ref (ast->matchers->pdata[i]));
  if (ast == NULL)
    g_clear_pointer (&matchers, g_ptr_array_unref);
  return matchers;
}

/**
 * sg_tsdb_export_openmetrics:
 * @folder: a data directory, in use or not
 * @min_ms: the first time
 * @max_ms: the last one
 * @selector: (nullable): which series, in PromQL; %NULL for all
 * @out: where the text goes
 * @task: who is told, and who may cancel
 * @error: why not
 *
 * Returns: whether all of it was written, but for what the warnings name
 */
gboolean
sg_tsdb_export_openmetrics (const char        *folder,
                            gint64             min_ms,
                            gint64             max_ms,
                            const char        *selector,
                            GOutputStream     *out,
                            const SgTsdbTask  *task,
                            GError           **error)
{
  SgStoreOptions options = { .path = folder, .tsdb_path = folder, .read_only = TRUE };
  g_autoptr (GPtrArray) parsed = parse_selector (selector, error);
  g_autoptr (GPtrArray) matchers = g_ptr_array_new ();
  g_autoptr (SgStore) store = NULL;
  g_autoptr (SgQuerier) querier = NULL;
  Export self = { .hints = { .start = min_ms, .end = max_ms }, .task = task };
  gboolean written;

  if (parsed == NULL)
    return FALSE;
  store = sg_store_new (&options, error);
  if (store == NULL)
    return FALSE;
  for (guint i = 0; i < parsed->len; i++)
    g_ptr_array_add (matchers, parsed->pdata[i]);
  self.matchers = matchers;
  self.querier = querier = sg_store_querier_new (store);
  sg_text_output_init (&self.text, out, task->cancellable);
  written = write_all (&self, error);
  sg_text_output_clear (&self.text);
  return written;
}

/**
 * sg_tsdb_export_blocks:
 * @from: a data directory, in use or not
 * @to: another one
 * @min_ms: the first time
 * @max_ms: the last one
 * @selector: (nullable): which series, in PromQL; %NULL for all
 * @task: who is told, and who may cancel
 * @table: which blocks were made is appended here
 * @error: why not, or that something was left out
 *
 * Returns: whether all of it is in @to
 */
gboolean
sg_tsdb_export_blocks (const char        *from,
                       const char        *to,
                       gint64             min_ms,
                       gint64             max_ms,
                       const char        *selector,
                       const SgTsdbTask  *task,
                       GString           *table,
                       GError           **error)
{
  g_autoptr (GPtrArray) matchers = parse_selector (selector, error);
  SgTsdbPart part = { .min_ms = min_ms, .max_ms = max_ms };

  if (matchers == NULL)
    return FALSE;
  part.matchers = (const SgMatcher *const *) matchers->pdata;
  part.n_matchers = matchers->len;
  return sg_tsdb_copy (from, to, &part, task, table, error);
}

/**
 * sg_tsdb_import:
 * @path: a file of OpenMetrics text, or a folder with a data directory, in use or not
 * @folder: the data directory that it goes into, in use or not
 * @task: who is told, and who may cancel
 * @table: which blocks were made is appended here
 * @error: why not, or that something was left out
 *
 * Returns: whether all of it is in @folder
 */
gboolean
sg_tsdb_import (const char        *path,
                const char        *folder,
                const SgTsdbTask  *task,
                GString           *table,
                GError           **error)
{
  SgTsdbPart part = { .min_ms = G_MININT64, .max_ms = G_MAXINT64 };
  g_autofree char *from = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return sg_openmetrics_import (path, folder, task, table, error);
  from = sg_tsdb_find_folder (path, error);
  return from != NULL && sg_tsdb_copy (from, folder, &part, task, table, error);
}
