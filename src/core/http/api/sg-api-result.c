/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-result.h"

#include "base/sg-number.h"
#include "http/api/sg-api-samples.h"
#include "promql/sg-promql-error.h"

#include <gio/gio.h>

/*
 * Times are seconds with up to three decimals, none of them a trailing zero; values are texts, so that
 * NaN and the infinities have a form. A bare scalar has no exponent, however long it becomes; the others
 * have one below 1e-6 and from 1e21 on.
 */

void
sg_api_begin (SgJsonWriter *json)
{
  sg_json_writer_init (json);
  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "status");
  sg_json_writer_string (json, "success");
  sg_json_writer_key (json, "data");
}

static void
write_notes (SgJsonWriter      *json,
             const char        *key,
             const char *const *notes)
{
  if (notes == NULL || *notes == NULL)
    return;
  sg_json_writer_key (json, key);
  sg_json_writer_begin_array (json);
  for (; *notes != NULL; notes++)
    sg_json_writer_string (json, *notes);
  sg_json_writer_end_array (json);
}

SgHttpResponse *
sg_api_end (SgJsonWriter      *json,
            const char *const *warnings,
            const char *const *infos)
{
  g_autoptr (GBytes) body = NULL;

  write_notes (json, "warnings", warnings);
  write_notes (json, "infos", infos);
  sg_json_writer_end_object (json);
  body = sg_json_writer_free_to_bytes (json);
  return sg_http_response_new (200, SG_HTTP_TYPE_JSON, body);
}

void
sg_api_write_labels (SgJsonWriter   *json,
                     const SgLabels *labels)
{
  sg_json_writer_begin_object (json);
  for (guint i = 0; i < labels->n_labels; i++)
    {
      sg_json_writer_key (json, labels->labels[i].name);
      sg_json_writer_string (json, labels->labels[i].value);
    }
  sg_json_writer_end_object (json);
}

static gsize
write_time (SgTimeMs  t,
            char     *out)
{
  guint64 size = t < 0 ? -(guint64) t : (guint64) t;
  guint rest = (guint) (size % 1000);
  char *p = out;

  if (t < 0)
    *p++ = '-';
  p += sg_u64_write (size / 1000, p);
  if (rest == 0)
    return (gsize) (p - out);
  *p++ = '.';
  for (guint digit = 100; rest > 0; digit /= 10)
    {
      *p++ = (char) ('0' + rest / digit);
      rest %= digit;
    }
  return (gsize) (p - out);
}

void
sg_api_write_time (SgJsonWriter *json,
                   SgTimeMs      t)
{
  char text[SG_INTEGER_TEXT_MAX + 8];
  gsize length = write_time (t, text);

  sg_json_writer_raw (json, text, length);
}

void
sg_api_write_value (SgJsonWriter *json,
                    double        value)
{
  char text[SG_DOUBLE_TEXT_MAX];

  sg_double_write_json (value, text);
  sg_json_writer_string (json, text);
}

void
sg_api_write_sample (SgJsonWriter *json,
                     SgTimeMs      t,
                     double        value,
                     gboolean      is_scalar)
{
  char text[SG_INTEGER_TEXT_MAX + SG_DOUBLE_FIXED_MAX + 16];
  char *p = text;

  *p++ = '[';
  p += write_time (t, p);
  *p++ = ',';
  *p++ = '"';
  p += is_scalar ? sg_double_write_fixed (value, p) : sg_double_write_json (value, p);
  *p++ = '"';
  *p++ = ']';
  sg_json_writer_raw (json, text, (gsize) (p - text));
}

static void
write_series (SgJsonWriter         *json,
              const SgPromqlSeries *series,
              gboolean              is_matrix)
{
  const SgColumn *column = &series->column;

  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "metric");
  sg_api_write_labels (json, series->labels);
  sg_json_writer_key (json, is_matrix ? "values" : "value");
  if (is_matrix)
    sg_api_write_samples (json, column);
  else
    sg_api_write_sample (json, column->t[0], column->f[0], FALSE);
  sg_json_writer_end_object (json);
}

static void
write_string_sample (SgJsonWriter         *json,
                     const SgPromqlResult *result)
{
  gsize length;
  const char *bytes = g_bytes_get_data (result->string, &length);
  g_autofree char *string = g_strndup (bytes, length);

  sg_json_writer_begin_array (json);
  sg_api_write_time (json, result->time);
  sg_json_writer_string (json, string);
  sg_json_writer_end_array (json);
}

static void
write_seconds (SgJsonWriter *json,
               const char   *key,
               gint64        us)
{
  char text[SG_DOUBLE_TEXT_MAX];
  gsize length = sg_double_write (us / 1e6, text);

  sg_json_writer_key (json, key);
  sg_json_writer_raw (json, text, length);
}

/* Preparing is a part of evaluating here, and so is sorting. */
static void
write_stats (SgJsonWriter        *json,
             const SgPromqlStats *stats)
{
  sg_json_writer_key (json, "stats");
  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "timings");
  sg_json_writer_begin_object (json);
  write_seconds (json, "evalTotalTime", stats->eval_us);
  write_seconds (json, "resultSortTime", 0);
  write_seconds (json, "queryPreparationTime", 0);
  write_seconds (json, "innerEvalTime", stats->eval_us);
  write_seconds (json, "execQueueTime", stats->wait_us);
  write_seconds (json, "execTotalTime", stats->wait_us + stats->eval_us);
  sg_json_writer_end_object (json);
  sg_json_writer_key (json, "samples");
  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "totalQueryableSamples");
  sg_json_writer_integer (json, (gint64) stats->n_samples);
  sg_json_writer_key (json, "peakSamples");
  sg_json_writer_integer (json, (gint64) stats->peak_samples);
  sg_json_writer_end_object (json);
  sg_json_writer_end_object (json);
}

gboolean
sg_api_write_result (SgJsonWriter         *json,
                     const SgPromqlResult *result,
                     guint64               limit,
                     gboolean              with_stats)
{
  gboolean cut = limit > 0 && result->n_series > limit;
  guint n_series = cut ? (guint) limit : result->n_series;

  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "resultType");
  sg_json_writer_string (json, sg_value_type_get_api_name (result->type));
  sg_json_writer_key (json, "result");
  if (result->type == SG_VALUE_TYPE_SCALAR)
    sg_api_write_sample (json, result->time, result->scalar, TRUE);
  else if (result->type == SG_VALUE_TYPE_STRING)
    write_string_sample (json, result);
  else
    {
      sg_json_writer_begin_array (json);
      for (guint i = 0; i < n_series; i++)
        write_series (json, &result->series[i], result->type == SG_VALUE_TYPE_MATRIX);
      sg_json_writer_end_array (json);
    }
  if (with_stats)
    write_stats (json, &result->stats);
  sg_json_writer_end_object (json);
  return cut;
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

SgHttpResponse *
sg_api_refuse_error (const GError *error)
{
  if (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE))
    return sg_http_response_new_json_error (400, "bad_data", error->message);
  if (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_TIMEOUT))
    return sg_http_response_new_json_error (503, "timeout", error->message);
  if (is_cancelled (error))
    return sg_http_response_new_json_error (499, "canceled", error->message);
  if (error->domain != SG_PROMQL_ERROR
      || g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_STORAGE))
    return sg_http_response_new_json_error (500, "internal", error->message);
  return sg_http_response_new_json_error (422, "execution", error->message);
}
