/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-operations.h"

#include "base/sg-json-writer.h"
#include "http/api/sg-api-params.h"

#include <string.h>

/*
 * POST /api/operations takes operations that ended, in the format of sg-operation-intake.c; "service" in the
 * query string says whose they are that do not say so themselves:
 *
 *   200  {"status":"success","taken":2,"refused":1,"errors":[{"line":3,"column":1,"error":"…"}]}
 *        those are stored, and stay; of those that are not, the first 20 are told why
 *   400  the same, with "status":"error", when none was right
 *   413  more than one request may have; nothing was taken
 *   415  not UTF-8, or compressed in another way than gzip; nothing was taken
 *   429  more comes than is taken; nothing was taken, and Retry-After says when to come again
 *   503  the store cannot take anything now; nothing was taken
 *
 * GET /api/operations tells those that are stored, the newest first: "start", "end", "service", "type",
 * "status", "key", "contains", "limit" (100, at most 1000), and "count=true" for how many there are.
 */
#define PATH          "/api/operations"
#define LIMIT_DEFAULT 100
#define LIMIT_MAX     1000
#define FULL_RETRY    "60"
#define NS_PER_MS     1000000

static SgHttpResponse *
refuse (guint       status,
        const char *message)
{
  return sg_http_response_new_json_error (status, NULL, message);
}

static SgHttpResponse *
refuse_later (guint       status,
              const char *message,
              guint       seconds)
{
  g_autofree char *after = g_strdup_printf ("%u", seconds);
  SgHttpResponse *response = refuse (status, message);

  sg_http_response_set_header (response, "Retry-After", after);
  return response;
}

static SgHttpResponse *
finish (SgJsonWriter *json,
        guint         status)
{
  g_autoptr (GBytes) body = sg_json_writer_free_to_bytes (json);

  return sg_http_response_new (status, SG_HTTP_TYPE_JSON, body);
}

static void
write_problems (SgJsonWriter *json,
                const GArray *problems)
{
  sg_json_writer_key (json, "errors");
  sg_json_writer_begin_array (json);
  for (guint i = 0; i < problems->len; i++)
    {
      const SgIntakeProblem *problem = &g_array_index (problems, SgIntakeProblem, i);

      sg_json_writer_begin_object (json);
      sg_json_writer_key (json, "line");
      sg_json_writer_integer (json, problem->line);
      sg_json_writer_key (json, "column");
      sg_json_writer_integer (json, problem->column);
      sg_json_writer_key (json, "error");
      sg_json_writer_string (json, problem->message);
      sg_json_writer_end_object (json);
    }
  sg_json_writer_end_array (json);
}

static SgHttpResponse *
answer_taken (const SgIntakeResult *result)
{
  gboolean none = result->taken == 0 && result->refused > 0;
  g_auto (SgJsonWriter) json;

  sg_json_writer_init (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "status");
  sg_json_writer_string (&json, none ? "error" : "success");
  sg_json_writer_key (&json, "taken");
  sg_json_writer_integer (&json, result->taken);
  sg_json_writer_key (&json, "refused");
  sg_json_writer_integer (&json, result->refused);
  write_problems (&json, result->problems);
  sg_json_writer_end_object (&json);
  return finish (&json, none ? 400 : 200);
}

static SgHttpResponse *
answer_error (const SgIntakeResult *result,
              const GError         *error)
{
  switch ((SgIntakeError) error->code)
    {
    case SG_INTAKE_ERROR_BUSY:
      return refuse_later (429, error->message, result->retry_after);
    case SG_INTAKE_ERROR_TOO_MANY:
      return refuse (413, error->message);
    case SG_INTAKE_ERROR_EMPTY:
      return refuse (400, error->message);
    case SG_INTAKE_ERROR_STORE:
    default:
      return refuse (503, error->message);
    }
}

/* What is sent is UTF-8, plain or with gzip, which the server has undone. */
static SgHttpResponse *
check_head (const SgHttpRequest *request)
{
  const char *type = sg_http_request_get_header (request, "content-type");
  const char *coding = sg_http_request_get_header (request, "content-encoding");
  g_autofree char *lower = type != NULL ? g_ascii_strdown (type, -1) : NULL;
  const char *charset = lower != NULL ? strstr (lower, "charset=") : NULL;

  if (charset != NULL)
    {
      charset += strlen ("charset=");
      charset += *charset == '"';
      if (!g_str_has_prefix (charset, "utf-8") && !g_str_has_prefix (charset, "utf8")
          && !g_str_has_prefix (charset, "us-ascii"))
        return refuse (415, "the body is said not to be UTF-8: send UTF-8");
    }
  if (coding != NULL && *coding != '\0' && g_ascii_strcasecmp (coding, "gzip") != 0
      && g_ascii_strcasecmp (coding, "x-gzip") != 0 && g_ascii_strcasecmp (coding, "identity") != 0)
    return refuse (415,
                   "the body is compressed in a way that is not known: send it plain, or gzip");
  return NULL;
}

/* UTF-16 would be a mistake in each line: it is told once. */
static gboolean
is_utf16 (const char *text,
          gsize       length)
{
  return length >= 2
         && (memcmp (text, "\377\376", 2) == 0 || memcmp (text, "\376\377", 2) == 0
             || text[0] == '\0' || text[1] == '\0');
}

static SgHttpResponse *
take (const SgApiOperationsSource *self,
      SgLogStore                  *store,
      const SgHttpRequest         *request)
{
  GBytes *body = sg_http_request_get_body (request);
  const char *service = sg_http_request_get_value (request, "service");
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_auto (SgIntakeResult) result = { 0 };
  g_autoptr (GError) error = NULL;

  if (service != NULL && (*service == '\0' || strlen (service) > SG_OPERATION_SERVICE_MAX))
    return sg_api_refuse_parameter ("service", "write who reports, in 1 to 128 bytes");
  if (is_utf16 (text, length))
    return refuse (415, "the body looks like UTF-16: send UTF-8");
  if (!sg_operation_intake_take (self->intake, store, text != NULL ? text : "", length, service,
                                 &result, &error))
    return answer_error (&result, error);
  return answer_taken (&result);
}

static SgHttpResponse *
answer_post (const SgHttpRequest *request,
             gpointer             user_data)
{
  const SgApiOperationsSource *self = user_data;
  g_autoptr (SgLogStore) store = self->get_store (self->user_data);
  g_autoptr (GError) error = NULL;
  SgHttpResponse *refusal = check_head (request);

  if (refusal != NULL)
    return refusal;
  if (store == NULL)
    return refuse (503, "nothing can be taken at present: /health says why");
  if (!self->has_room (self->user_data, &error))
    {
      refusal = refuse (503, error->message);
      sg_http_response_set_header (refusal, "Retry-After", FULL_RETRY);
      return refusal;
    }
  return take (self, store, request);
}

static void
write_text (SgJsonWriter *json,
            const char   *key,
            const char   *text)
{
  if (text == NULL || *text == '\0')
    return;
  sg_json_writer_key (json, key);
  sg_json_writer_string (json, text);
}

static void
write_seconds (SgJsonWriter *json,
               const char   *key,
               gint64        whole,
               gint64        millionths)
{
  g_autofree char *text =
      g_strdup_printf ("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, whole, millionths);

  sg_json_writer_key (json, key);
  sg_json_writer_raw (json, text, strlen (text));
}

static void
write_operation (SgJsonWriter      *json,
                 const SgLogRecord *record)
{
  gint64 start_us = record->time.ns / 1000 - MAX (record->duration_us, 0);

  sg_json_writer_begin_object (json);
  write_text (json, "service", record->service);
  write_text (json, "type", record->name);
  write_text (json, "status", record->status);
  write_seconds (json, "start", start_us / G_USEC_PER_SEC, start_us % G_USEC_PER_SEC);
  if (record->duration_us >= 0)
    write_seconds (json, "duration", record->duration_us / G_USEC_PER_SEC,
                   record->duration_us % G_USEC_PER_SEC);
  write_text (json, "key", record->key);
  if (record->amount >= 0)
    {
      sg_json_writer_key (json, "records");
      sg_json_writer_integer (json, record->amount);
    }
  write_text (json, "error", record->message);
  write_text (json, "trace_id", record->trace_id);
  if (record->fields != NULL)
    {
      sg_json_writer_key (json, "fields");
      sg_json_writer_raw (json, record->fields, strlen (record->fields));
    }
  sg_json_writer_end_object (json);
}

static SgHttpResponse *
write_page (const SgLogBatch *page,
            gboolean          more,
            gint64            count)
{
  g_auto (SgJsonWriter) json;

  sg_json_writer_init (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "status");
  sg_json_writer_string (&json, "success");
  sg_json_writer_key (&json, "operations");
  sg_json_writer_begin_array (&json);
  for (guint i = 0; i < sg_log_batch_get_length (page); i++)
    write_operation (&json, sg_log_batch_get (page, i));
  sg_json_writer_end_array (&json);
  sg_json_writer_key (&json, "more");
  sg_json_writer_boolean (&json, more);
  if (count >= 0)
    {
      sg_json_writer_key (&json, "count");
      sg_json_writer_integer (&json, count);
    }
  sg_json_writer_end_object (&json);
  return finish (&json, 200);
}

/* Returns: (nullable): the value; %NULL when it is missing or empty */
static const char *
get_text (const SgHttpRequest *request,
          const char          *name)
{
  const char *text = sg_http_request_get_value (request, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

static gboolean
read_query (const SgHttpRequest  *request,
            SgLogQuery           *query,
            gboolean             *ret_count,
            SgHttpResponse      **ret_refusal)
{
  SgTimeMs start;
  SgTimeMs end;
  guint64 limit;

  if (!sg_api_get_time (request, "start", 0, &start, ret_refusal)
      || !sg_api_get_time (request, "end", G_MAXINT64 / NS_PER_MS - 1, &end, ret_refusal)
      || !sg_api_get_limit (request, &limit, ret_refusal)
      || !sg_api_get_boolean (request, "count", ret_count, ret_refusal))
    return FALSE;
  query->kinds = 1u << SG_LOG_KIND_OPERATION;
  query->from.ns = CLAMP (start, 0, G_MAXINT64 / NS_PER_MS - 1) * NS_PER_MS;
  query->to.ns = CLAMP (end, 0, G_MAXINT64 / NS_PER_MS - 1) * NS_PER_MS + 1;
  query->service = get_text (request, "service");
  query->name = get_text (request, "type");
  query->status = get_text (request, "status");
  query->key = get_text (request, "key");
  query->contains = get_text (request, "contains");
  query->limit = (guint) (limit == 0 ? LIMIT_DEFAULT : MIN (limit, LIMIT_MAX));
  return TRUE;
}

static SgHttpResponse *
answer_get (const SgHttpRequest *request,
            gpointer             user_data)
{
  const SgApiOperationsSource *self = user_data;
  g_autoptr (SgLogStore) store = self->get_store (self->user_data);
  GCancellable *cancellable = sg_http_request_get_cancellable (request);
  g_autoptr (SgLogBatch) page = NULL;
  g_autoptr (GError) error = NULL;
  SgLogQuery query = SG_LOG_QUERY_INIT;
  SgHttpResponse *refusal = NULL;
  gboolean wants_count = FALSE;
  gboolean more = FALSE;
  guint64 count = 0;

  if (!read_query (request, &query, &wants_count, &refusal))
    return refusal;
  if (store == NULL)
    return refuse (503, "there is nothing to read at present: /health says why");
  page = sg_log_store_select (store, &query, cancellable, &more, &error);
  if (page == NULL
      || (wants_count && !sg_log_store_count (store, &query, cancellable, &count, &error)))
    return refuse (503, error->message);
  return write_page (page, more, wants_count ? (gint64) count : -1);
}

void
sg_api_operations_add (SgHttpServer                *server,
                       const SgApiOperationsSource *source)
{
  SgApiOperationsSource *self = g_memdup2 (source, sizeof *source);

  sg_http_server_add_route (server, PATH, SG_HTTP_POST, SG_HTTP_SCOPE_INGEST, answer_post, self,
                            NULL);
  sg_http_server_add_route (server, PATH, SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_get, self, NULL);
  g_object_set_data_full (G_OBJECT (server), "sg-api-operations", self, g_free);
}
