/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-protobuf.h"
#include "ingest/sg-exposition-parser.h"
#include "ingest/sg-remote-write.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

/*
 * write: the receiver of remote write, 1.0 and 2.0. The type of the body says which:
 *
 *   application/x-protobuf                                       1.0
 *   application/x-protobuf;proto=prometheus.WriteRequest         1.0
 *   application/x-protobuf;proto=io.prometheus.write.v2.Request  2.0
 *
 * 204 means that everything is stored, and survives the end of this process. 400 means that what the text
 * names is refused for good, and the rest stored; who sends must not send it again. 5xx means that nothing
 * is stored, and that it may be sent again. The answer to 2.0 says in its head how much was stored.
 */
static gboolean
get_version (const SgHttpRequest   *request,
             SgRemoteWriteVersion  *ret_version,
             SgHttpResponse       **ret_refusal)
{
  const char *type = sg_http_request_get_header (request, "content-type");
  const char *proto = type != NULL ? strstr (type, "proto=") : NULL;
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;

  *ret_version = SG_REMOTE_WRITE_1;
  if (proto == NULL)
    return TRUE;
  proto += strlen ("proto=");
  name = g_strndup (proto, strcspn (proto, "; "));
  if (g_str_equal (name, "prometheus.WriteRequest"))
    return TRUE;
  if (g_str_equal (name, "io.prometheus.write.v2.Request"))
    {
      *ret_version = SG_REMOTE_WRITE_2;
      return TRUE;
    }
  message = g_strdup_printf ("unknown remote write protobuf message %s: send "
                             "prometheus.WriteRequest or io.prometheus.write.v2.Request",
                             name);
  *ret_refusal = sg_api_refuse_text (415, message);
  return FALSE;
}

/* What a store cannot take now it may take later; whoever reads only will not. */
static SgHttpResponse *
refuse_error (const GError *error)
{
  guint status = 500;

  if (g_error_matches (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX))
    status = 400;
  else if (g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY))
    status = 503;
  return sg_api_refuse_text (status, error->message);
}

static void
set_count (SgHttpResponse *response,
           const char     *name,
           guint64         count)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  sg_http_response_set_header (response, name, text);
}

static SgHttpResponse *
answer_stored (const SgRemoteWriteResult *result,
               SgRemoteWriteVersion       version)
{
  SgHttpResponse *response = result->problems != NULL
                                 ? sg_api_refuse_text (400, result->problems->str)
                                 : sg_http_response_new (204, NULL, NULL);

  if (version == SG_REMOTE_WRITE_1)
    return response;
  set_count (response, "X-Prometheus-Remote-Write-Samples-Written", result->samples);
  set_count (response, "X-Prometheus-Remote-Write-Histograms-Written", 0);
  set_count (response, "X-Prometheus-Remote-Write-Exemplars-Written", result->exemplars);
  return response;
}

static SgHttpResponse *
answer_write (const SgHttpRequest *request,
              gpointer             user_data)
{
  SgApi *self = user_data;
  SgHttpResponse *refusal = NULL;
  g_auto (SgRemoteWriteResult) result = { 0 };
  g_autoptr (GBytes) message = NULL;
  g_autoptr (SgStore) store = NULL;
  g_autoptr (SgAppender) appender = NULL;
  g_autoptr (GError) error = NULL;
  SgRemoteWriteVersion version;

  if (!get_version (request, &version, &refusal)
      || (message = sg_api_get_message (request, &refusal)) == NULL
      || (store = sg_api_get_store (self, &refusal)) == NULL)
    return refusal;
  appender = sg_store_appender_new (store, &error);
  if (appender == NULL
      || !sg_remote_write_store (appender, version, message, sg_clock_now_ms (self->backend.clock),
                                 &result, &error))
    return refuse_error (error);
  return answer_stored (&result, version);
}

const SgApiRoute sg_api_routes_write[] = {
  { "/api/v1/write", SG_HTTP_POST, SG_HTTP_SCOPE_INGEST, answer_write },
  { NULL },
};
