/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-protobuf.h"
#include "metrics/sg-exposition.h"
#include "promql/sg-ast.h"
#include "promql/sg-go-text.h"

#include <string.h>

/*
 * /federate: the last sample of each series that any "match[]" selects, with its time, for a server that
 * scrapes us. As Prometheus writes it: metrics in the order of their names, none with a type, and
 * instance="" where there is no such label, so that the scraper does not put its own there.
 *
 *   # TYPE name untyped
 *   name{label="value",instance=""} 1.5 1700000000000
 *
 * Series that have ended are left out. Names outside the classic alphabet are written as the reader's
 * Accept field wants them.
 */
#define LOOKBACK_MS  (5 * 60 * 1000)
#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

typedef struct
{
  SgLabels *labels;
  SgTimeMs t;
  double value;
} Sample;

static void
sample_clear (gpointer data)
{
  sg_labels_unref (((Sample *) data)->labels);
}

/* The last float of a series. Returns: whether it has one that is no stale marker */
static gboolean
find_last (const SgSeries *series,
           Sample         *sample)
{
  for (guint i = 0; i < series->n_columns; i++)
    {
      const SgColumn *column = &series->columns[i];

      if (column->kind != SG_VALUE_FLOAT || column->n == 0)
        continue;
      *sample = (Sample) { NULL, column->t[column->n - 1], column->f[column->n - 1] };
      return !sg_is_stale_nan (sample->value);
    }
  return FALSE;
}

/* Adds the samples of one selector, but for series that another has found before. */
static gboolean
collect (SgQuerier            *querier,
         const SgAst          *ast,
         const SgSelectHints  *hints,
         GHashTable           *seen,
         GArray               *samples,
         GCancellable         *cancellable,
         GError              **error)
{
  g_autoptr (SgSeriesSet) set =
      sg_querier_select (querier, (const SgMatcher *const *) ast->matchers->pdata,
                         ast->matchers->len, hints, cancellable, error);
  g_autoptr (GError) local = NULL;
  const SgSeries *series;

  if (set == NULL)
    return FALSE;
  while (sg_series_set_next (set, &series, &local))
    {
      Sample sample;

      if (g_hash_table_contains (seen, series->labels) || !find_last (series, &sample))
        continue;
      sample.labels = sg_labels_ref (series->labels);
      g_hash_table_add (seen, sample.labels);
      g_array_append_val (samples, sample);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static int
compare_samples (gconstpointer a,
                 gconstpointer b)
{
  const SgLabels *left = ((const Sample *) a)->labels;
  const SgLabels *right = ((const Sample *) b)->labels;
  int by_name = strcmp (sg_labels_get (left, SG_LABEL_NAME), sg_labels_get (right, SG_LABEL_NAME));

  return by_name != 0 ? by_name : sg_labels_compare (left, right);
}

static void
append_escaped (GString    *out,
                const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (*text == '\\' || *text == '"')
        g_string_append_c (out, '\\');
      if (*text == '\n')
        g_string_append (out, "\\n");
      else
        g_string_append_c (out, *text);
    }
}

static void
append_quoted (GString    *out,
               const char *text)
{
  g_string_append_c (out, '"');
  append_escaped (out, text);
  g_string_append_c (out, '"');
}

static void
append_label (GString    *out,
              const char *name,
              const char *value)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  if (sg_label_name_is_classic (name))
    g_string_append (out, name);
  else
    append_quoted (out, name);
  g_string_append_c (out, '=');
  append_quoted (out, value);
}

static void
append_type (GString    *out,
             const char *metric)
{
  g_string_append (out, "# TYPE ");
  if (sg_metric_name_is_classic (metric))
    g_string_append (out, metric);
  else
    append_quoted (out, metric);
  g_string_append (out, " untyped\n");
}

/* @metric is its name as it is written; one that needs quotes stands inside the braces. */
static void
append_sample (GString      *out,
               const char   *metric,
               const Sample *sample,
               SgEscaping    escaping)
{
  g_autofree char *value = sg_go_format_general (sample->value);

  if (sg_metric_name_is_classic (metric))
    g_string_append_printf (out, "%s{", metric);
  else
    {
      g_string_append_c (out, '{');
      append_quoted (out, metric);
    }
  for (guint i = 0; i < sample->labels->n_labels; i++)
    {
      const SgLabel *label = &sample->labels->labels[i];
      g_autofree char *name = sg_escaping_label_name (escaping, label->name);

      if (!g_str_equal (label->name, SG_LABEL_NAME))
        append_label (out, name, label->value);
    }
  if (*sg_labels_get (sample->labels, "instance") == '\0')
    append_label (out, "instance", "");
  g_string_append (out, "} ");
  g_string_append_printf (out, "%s %" G_GINT64_FORMAT "\n", value, sample->t);
}

static SgHttpResponse *
answer_samples (GArray     *samples,
                SgEscaping  escaping)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GBytes) body = NULL;
  const char *last = "";

  for (guint i = 0; i < samples->len; i++)
    {
      const Sample *sample = &g_array_index (samples, Sample, i);
      const char *name = sg_labels_get (sample->labels, SG_LABEL_NAME);
      g_autofree char *metric = sg_escaping_metric_name (escaping, name);

      if (*name == '\0')
        continue;
      if (!g_str_equal (name, last))
        append_type (out, metric);
      append_sample (out, metric, sample, escaping);
      last = name;
    }
  body = g_string_free_to_bytes (g_steal_pointer (&out));
  return sg_http_response_new (200, CONTENT_TYPE, body);
}

static SgHttpResponse *
answer_federate (const SgHttpRequest *request,
                 gpointer             user_data)
{
  SgApi *self = user_data;
  SgHttpResponse *refusal = NULL;
  SgTimeMs now = sg_clock_now_ms (self->backend.clock);
  SgSelectHints hints = { .start = now - LOOKBACK_MS, .end = now };
  SgExpositionFormat format =
      sg_exposition_negotiate (sg_http_request_get_header (request, "accept"));
  g_autoptr (GPtrArray) selectors = NULL;
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (GArray) samples = NULL;
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (GError) error = NULL;

  selectors = sg_api_get_selectors (request, &error);
  if (selectors == NULL)
    return sg_api_refuse_text (400, error->message);
  querier = sg_api_get_querier (self, &refusal);
  if (querier == NULL)
    return refusal;
  samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  g_array_set_clear_func (samples, sample_clear);
  seen = g_hash_table_new (sg_labels_hash, sg_labels_equal_func);
  for (guint i = 0; i < selectors->len; i++)
    {
      if (!collect (querier, g_ptr_array_index (selectors, i), &hints, seen, samples,
                    sg_http_request_get_cancellable (request), &error))
        return sg_api_refuse_text (500, error->message);
    }
  g_array_sort (samples, compare_samples);
  return answer_samples (samples, sg_exposition_format_get_escaping (format));
}

const SgApiRoute sg_api_routes_federate[] = {
  { "/federate", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_federate },
  { NULL },
};
