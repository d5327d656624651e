/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-answer-series.h"

#include <math.h>
#include <string.h>

/*
 * A name says what is different: labels that all series have alike are left out, and so is the name of
 * the metric when there is only one. A series that nothing tells apart is called by the query.
 */
typedef struct
{
  GPtrArray *answers;
  const SgLabels *first;
  GHashTable *differing;
  gboolean names_differ;
  guint n_series;
} Survey;

static const char *
label_or_none (const SgLabels *labels,
               const char     *name)
{
  const char *value = sg_labels_get (labels, name);

  return value != NULL ? value : "";
}

static void
note_differences (Survey         *self,
                  const SgLabels *a,
                  const SgLabels *b)
{
  for (guint i = 0; i < a->n_labels; i++)
    {
      if (!g_str_equal (a->labels[i].value, label_or_none (b, a->labels[i].name)))
        g_hash_table_add (self->differing, (gpointer) a->labels[i].name);
    }
}

static void
survey_series (Survey         *self,
               const SgLabels *labels)
{
  self->n_series++;
  if (self->first == NULL)
    {
      self->first = labels;
      return;
    }
  note_differences (self, self->first, labels);
  note_differences (self, labels, self->first);
}

static void
survey (Survey *self)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      const SgQueryAnswer *answer = g_ptr_array_index (self->answers, i);

      for (guint j = 0; answer->result != NULL && j < answer->result->n_series; j++)
        survey_series (self, answer->result->series[j].labels);
    }
}

static char *
name_series (Survey              *self,
             const SgQueryAnswer *answer,
             const SgLabels      *labels)
{
  GString *out = g_string_new (NULL);
  const char *metric = label_or_none (labels, SG_LABEL_NAME);
  const char *comma = "";

  if (*metric != '\0'
      && (self->n_series == 1 || g_hash_table_contains (self->differing, SG_LABEL_NAME)))
    g_string_append_printf (out, "%s ", metric);
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];

      if (g_str_equal (label->name, SG_LABEL_NAME)
          || !g_hash_table_contains (self->differing, label->name))
        continue;
      g_string_append_printf (out, "%s%s=%s", comma, label->name, label->value);
      comma = ", ";
    }
  if (out->len == 0)
    g_string_append (out, *metric != '\0' ? metric : answer->text);
  g_strchomp (out->str);
  return g_string_free (out, FALSE);
}

static SgSeriesData *
make_series (SgPromqlResult *result,
             const SgLabels *labels,
             const SgColumn *column,
             const char     *name,
             SgUnit          unit)
{
  g_autoptr (GBytes) times = g_bytes_new_with_free_func (column->t, column->n * sizeof *column->t,
                                                         (GDestroyNotify) sg_promql_result_unref,
                                                         sg_promql_result_ref (result));
  g_autoptr (GBytes) values = g_bytes_new_with_free_func (column->f, column->n * sizeof *column->f,
                                                          (GDestroyNotify) sg_promql_result_unref,
                                                          sg_promql_result_ref (result));

  return sg_series_data_new (labels, name, unit, times, values);
}

/* A number is a series with one sample. */
static SgSeriesData *
make_scalar (const SgQueryAnswer *answer)
{
  g_autoptr (GBytes) times = g_bytes_new (&answer->result->time, sizeof (SgTimeMs));
  g_autoptr (GBytes) values = g_bytes_new (&answer->result->scalar, sizeof (double));

  return sg_series_data_new (sg_labels_get_empty (), answer->text, SG_UNIT_NONE, times, values);
}

static void
add_answer (Survey        *self,
            SgQueryAnswer *answer,
            GPtrArray     *out)
{
  SgPromqlResult *result = answer->result;

  if (result == NULL)
    return;
  if (result->type == SG_VALUE_TYPE_SCALAR)
    g_ptr_array_add (out, make_scalar (answer));
  for (guint i = 0; i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];
      g_autofree char *name = name_series (self, answer, series->labels);

      g_ptr_array_add (out,
                       make_series (result, series->labels, &series->column, name, SG_UNIT_NONE));
    }
}

void
sg_answer_series_add (GPtrArray     *out,
                      SgQueryAnswer *answer,
                      const char    *label,
                      const char    *name,
                      SgUnit         unit)
{
  SgPromqlResult *result = answer != NULL ? answer->result : NULL;

  for (guint i = 0; result != NULL && i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];
      const char *value = label != NULL ? sg_labels_get (series->labels, label) : "";

      g_ptr_array_add (out, make_series (result, series->labels, &series->column,
                                         *value != '\0' ? value : name, unit));
    }
}

double
sg_answer_series_value (SgQueryAnswer *answer,
                        const char    *label,
                        const char    *value)
{
  SgPromqlResult *result = answer != NULL ? answer->result : NULL;

  for (guint i = 0; result != NULL && i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];

      if (label != NULL && !g_str_equal (sg_labels_get (series->labels, label), value))
        continue;
      return series->column.n > 0 ? series->column.f[series->column.n - 1] : NAN;
    }
  return NAN;
}

typedef struct
{
  double bound;
  const SgPromqlSeries *series;
} Bucket;

static int
compare_buckets (const void *a,
                 const void *b)
{
  double left = ((const Bucket *) a)->bound;
  double right = ((const Bucket *) b)->bound;

  return (left > right) - (left < right);
}

/* Returns: (transfer full) (element-type Bucket): the running totals, the lowest bound first */
static GArray *
sort_buckets (SgPromqlResult *result)
{
  GArray *buckets = g_array_new (FALSE, FALSE, sizeof (Bucket));

  for (guint i = 0; i < result->n_series; i++)
    {
      Bucket bucket = { .series = &result->series[i] };
      const char *text = sg_labels_get (bucket.series->labels, "le");

      bucket.bound = g_ascii_strtod (text, NULL);
      if (*text != '\0')
        g_array_append_val (buckets, bucket);
    }
  g_array_sort (buckets, compare_buckets);
  return buckets;
}

/* What the column @above has more than @below has at the same time. Returns: whether that is anything */
static gboolean
subtract (const SgColumn *above,
          const SgColumn *below,
          double         *out)
{
  gboolean any = FALSE;
  gsize at = 0;

  for (gsize i = 0; i < above->n; i++)
    {
      while (below != NULL && at < below->n && below->t[at] < above->t[i])
        at++;
      out[i] = above->f[i];
      if (below != NULL && at < below->n && below->t[at] == above->t[i])
        out[i] -= below->f[at];
      out[i] = MAX (out[i], 0);
      any |= out[i] > 0;
    }
  return any;
}

/* Rows at the lower and the upper end into which nothing fell are left out. */
static void
trim_rows (GPtrArray    *rows,
           const GArray *filled)
{
  guint end = rows->len;
  guint start = 0;

  while (end > 0 && !g_array_index (filled, gboolean, end - 1))
    end--;
  while (start < end && !g_array_index (filled, gboolean, start))
    start++;
  g_ptr_array_set_size (rows, (int) end);
  if (start > 0)
    g_ptr_array_remove_range (rows, 0, start);
}

void
sg_answer_series_add_buckets (GPtrArray     *out,
                              SgQueryAnswer *answer,
                              SgUnit         unit)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
  g_autoptr (GArray) filled = g_array_new (FALSE, FALSE, sizeof (gboolean));
  g_autoptr (GArray) buckets = NULL;

  if (answer == NULL || answer->result == NULL)
    return;
  buckets = sort_buckets (answer->result);
  for (guint i = 0; i < buckets->len; i++)
    {
      const Bucket *bucket = &g_array_index (buckets, Bucket, i);
      const Bucket *below = i > 0 ? bucket - 1 : NULL;
      const SgColumn *column = &bucket->series->column;
      double *values = g_new (double, MAX (column->n, 1));
      gboolean any = subtract (column, below != NULL ? &below->series->column : NULL, values);
      g_autoptr (GBytes) values_bytes = g_bytes_new_take (values, column->n * sizeof *values);
      g_autoptr (GBytes) times = g_bytes_new (column->t, column->n * sizeof *column->t);

      g_array_append_val (filled, any);
      g_ptr_array_add (rows, sg_series_data_new_bucket (bucket->series->labels, unit,
                                                        below != NULL ? below->bound : 0,
                                                        bucket->bound, times, values_bytes));
    }
  trim_rows (rows, filled);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (out, sg_series_data_ref (rows->pdata[i]));
}

GPtrArray *
sg_answer_series_make (GPtrArray *answers)
{
  g_autoptr (GHashTable) differing = g_hash_table_new (g_str_hash, g_str_equal);
  Survey self = { .answers = answers, .differing = differing };
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

  survey (&self);
  for (guint i = 0; i < answers->len; i++)
    add_answer (&self, g_ptr_array_index (answers, i), out);
  return out;
}

static gboolean
is_one_of (const char        *text,
           SgSpan             span,
           const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strlen (words[i]) == span.end - span.start
          && strncmp (text + span.start, words[i], span.end - span.start) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Seconds a second are a number, bytes a second have a unit of their own. */
static SgUnit
per_second (SgUnit unit)
{
  switch ((guint) unit)
    {
    case SG_UNIT_BYTES:
    case SG_UNIT_BYTES_SI:
      return SG_UNIT_BYTES_PER_SECOND;
    case SG_UNIT_SECONDS:
      return SG_UNIT_NONE;
    default:
      return SG_UNIT_PER_SECOND;
    }
}

typedef struct
{
  char *name;
  gboolean rates;
  gboolean quantiles;
} Guess;

/* Returns: whether the unit can still be known after @part */
static gboolean
guess_part (Guess             *self,
            const char        *text,
            const SgQueryPart *part)
{
  static const char *const keeping[] = {
    "sum",           "avg",           "min",           "max", "topk", "bottomk",   "quantile",
    "avg_over_time", "max_over_time", "min_over_time", "abs", "sort", "sort_desc", "last_over_time",
    "increase",      "delta",         "idelta",        NULL
  };
  static const char *const rating[] = { "rate", "irate", "deriv", NULL };
  static const char *const quantile[] = { "histogram_quantile", NULL };

  if (part->kind == SG_QUERY_PART_METRIC)
    {
      if (self->name != NULL)
        return FALSE;
      self->name = g_strndup (text + part->span.start, part->span.end - part->span.start);
    }
  else if (part->kind == SG_QUERY_PART_FUNCTION)
    {
      self->rates |= is_one_of (text, part->span, rating);
      self->quantiles |= is_one_of (text, part->span, quantile);
      return is_one_of (text, part->span, rating) || is_one_of (text, part->span, quantile)
             || is_one_of (text, part->span, keeping);
    }
  else if (part->kind == SG_QUERY_PART_MARK)
    return strchr ("+-*/%^<>", text[part->span.start]) == NULL;
  return TRUE;
}

/* A counter says what it counts before its ending: seconds, bytes, or things. */
static SgUnit
unit_of_metric (const char *name,
                SgCatalog  *catalog)
{
  static const char *const endings[] = { "_bucket", "_sum", "_total", NULL };
  const SgCatalogMetric *metric = catalog != NULL ? sg_catalog_find (catalog, name) : NULL;
  SgUnit unit =
      sg_unit_from_name (name, metric != NULL && *metric->unit != '\0' ? metric->unit : NULL);

  for (guint i = 0; endings[i] != NULL; i++)
    {
      g_autofree char *stem = NULL;
      SgUnit stem_unit;

      if (!g_str_has_suffix (name, endings[i]))
        continue;
      stem = g_strndup (name, strlen (name) - strlen (endings[i]));
      stem_unit = sg_unit_from_name (stem, NULL);
      if (stem_unit != SG_UNIT_NONE)
        return stem_unit;
    }
  return unit;
}

/* Only what is plain is guessed: one metric, no arithmetic, functions that keep the unit or divide it. */
SgUnit
sg_answer_series_unit (const char *text,
                       SgCatalog  *catalog)
{
  g_autoptr (SgQuerySyntax) syntax = sg_query_syntax_new (text);
  Guess guess = { NULL };
  gboolean known = TRUE;
  SgUnit unit = SG_UNIT_NONE;

  for (guint i = 0; known && i < syntax->n_parts; i++)
    known = guess_part (&guess, text, &syntax->parts[i]);
  if (known && guess.name != NULL)
    {
      unit = unit_of_metric (guess.name, catalog);
      if (guess.rates && !guess.quantiles)
        unit = per_second (unit);
    }
  g_free (guess.name);
  return unit;
}
