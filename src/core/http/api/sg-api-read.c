/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-matcher.h"
#include "base/sg-protobuf.h"
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-protobuf.h"
#include "http/api/sg-api-result.h"

#include <string.h>

/*
 * read: remote read, answered with samples (the answer by chunks is an offer that a server need not make).
 *
 *   ReadRequest   1 Query…
 *   Query         1 first time  2 last time  3 Matcher…            milliseconds
 *   Matcher       1 type: 0 =, 1 !=, 2 =~, 3 !~  2 name  3 value
 *   ReadResponse  1 QueryResult…                                   one for each query
 *   QueryResult   1 TimeSeries…
 *   TimeSeries    1 Label…  2 Sample…
 *   Label         1 name  2 value
 *   Sample        1 value:double  2 milliseconds
 */

/* More do not fit into an answer, whatever they are. */
#define MAX_SAMPLES (SG_API_MAX_MESSAGE_BYTES / 12)

typedef struct
{
  SgSelectHints hints;
  GPtrArray *matchers;
} Query;

static void
query_clear (Query *query)
{
  g_clear_pointer (&query->matchers, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Query, query_clear)

static char *
dup_text (const SgProtoField *field)
{
  return g_utf8_validate_len ((const char *) field->bytes, field->length, NULL)
             ? g_strndup ((const char *) field->bytes, field->length)
             : NULL;
}

static SgMatcher *
read_matcher (const SgProtoField  *message,
              GError             **error)
{
  SgProtoReader reader = sg_proto_reader_nested (message);
  g_autofree char *name = NULL;
  g_autofree char *value = g_strdup ("");
  guint64 kind = SG_MATCH_EQUAL;
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      char **text = field.number == 2 ? &name : &value;

      if (field.number == 1)
        kind = field.value;
      else if (field.number == 2 || field.number == 3)
        {
          g_free (*text);
          *text = dup_text (&field);
        }
    }
  if (!reader.failed && name != NULL && value != NULL && kind <= SG_MATCH_NOT_REGEXP)
    return sg_matcher_new ((SgMatchKind) kind, name, value, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "a matcher is malformed");
  return NULL;
}

static gboolean
read_query (const SgProtoField  *message,
            Query               *query,
            GError             **error)
{
  SgProtoReader reader = sg_proto_reader_nested (message);
  SgProtoField field;

  query->hints = (SgSelectHints) { .max_samples = MAX_SAMPLES };
  query->matchers = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_matcher_unref);
  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == 1)
        query->hints.start = CLAMP ((gint64) field.value, SG_API_MIN_TIME, SG_API_MAX_TIME);
      else if (field.number == 2)
        query->hints.end = CLAMP ((gint64) field.value, SG_API_MIN_TIME, SG_API_MAX_TIME);
      else if (field.number == 3)
        {
          SgMatcher *matcher = read_matcher (&field, error);

          if (matcher == NULL)
            return FALSE;
          g_ptr_array_add (query->matchers, matcher);
        }
    }
  if (!reader.failed && query->matchers->len > 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "a query is malformed, or has no matcher");
  return FALSE;
}

static void
append_label (GByteArray    *out,
              GByteArray    *scratch,
              const SgLabel *label)
{
  g_byte_array_set_size (scratch, 0);
  sg_proto_append_text (scratch, 1, label->name);
  sg_proto_append_text (scratch, 2, label->value);
  sg_proto_append_bytes (out, 1, scratch->data, scratch->len);
}

static void
append_sample (GByteArray *out,
               GByteArray *scratch,
               SgTimeMs    t,
               double      value)
{
  g_byte_array_set_size (scratch, 0);
  sg_proto_append_double (scratch, 1, value);
  sg_proto_append_varint (scratch, 2, (guint64) t);
  sg_proto_append_bytes (out, 2, scratch->data, scratch->len);
}

static void
append_series (GByteArray     *out,
               const SgSeries *series)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_autoptr (GByteArray) scratch = g_byte_array_new ();

  for (guint i = 0; i < series->labels->n_labels; i++)
    append_label (message, scratch, &series->labels->labels[i]);
  for (guint i = 0; i < series->n_columns; i++)
    {
      const SgColumn *column = &series->columns[i];

      for (gsize k = 0; column->kind == SG_VALUE_FLOAT && k < column->n; k++)
        append_sample (message, scratch, column->t[k], column->f[k]);
    }
  sg_proto_append_bytes (out, 1, message->data, message->len);
}

static gboolean
append_result (GByteArray    *out,
               SgQuerier     *querier,
               const Query   *query,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GByteArray) result = g_byte_array_new ();
  g_autoptr (SgSeriesSet) set = NULL;
  g_autoptr (GError) local = NULL;
  const SgSeries *series;

  set = sg_querier_select (querier, (const SgMatcher *const *) query->matchers->pdata,
                           query->matchers->len, &query->hints, cancellable, error);
  if (set == NULL)
    return FALSE;
  while (result->len <= SG_API_MAX_MESSAGE_BYTES && sg_series_set_next (set, &series, &local))
    append_series (result, series);
  if (local == NULL && result->len + (gsize) out->len > SG_API_MAX_MESSAGE_BYTES)
    g_set_error (&local, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                 "the answer has more than %d bytes: ask for less at a time",
                 SG_API_MAX_MESSAGE_BYTES);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  sg_proto_append_bytes (out, 1, result->data != NULL ? result->data : (const guint8 *) "",
                         result->len);
  return TRUE;
}

static gboolean
run_queries (GBytes        *request,
             GByteArray    *out,
             SgQuerier     *querier,
             GCancellable  *cancellable,
             GError       **error)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (request, &length);
  SgProtoReader reader = sg_proto_reader (bytes, length);
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      g_auto (Query) query = { 0 };

      if (field.number == 1
          && (!read_query (&field, &query, error)
              || !append_result (out, querier, &query, cancellable, error)))
        return FALSE;
    }
  if (!reader.failed)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the body is no message of remote read");
  return FALSE;
}

static SgHttpResponse *
answer_read (const SgHttpRequest *request,
             gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) message = NULL;
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (GError) error = NULL;

  if ((message = sg_api_get_message (request, &refusal)) == NULL
      || (querier = sg_api_get_querier (user_data, &refusal)) == NULL)
    return refusal;
  if (run_queries (message, out, querier, sg_http_request_get_cancellable (request), &error))
    return sg_api_answer_message (out);
  return sg_api_refuse_text (
      error->domain == G_IO_ERROR || error->domain == SG_BASE_ERROR ? 400 : 500, error->message);
}

const SgApiRoute sg_api_routes_read[] = {
  { "/api/v1/read", SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_read },
  { NULL },
};
