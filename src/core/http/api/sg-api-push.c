/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-push.h"

#include "ingest/push/sg-push-path.h"

#include <string.h>

/*
 * Pushgateway's protocol, to which client libraries push:
 *
 *   PUT, POST  /metrics/job/<job>{/<label>/<value>}   200, or 400 with what is wrong in plain text
 *   DELETE     the same                               202
 *   GET        /metrics/pushed                        all groups, as Pushgateway has them on /metrics
 *
 * The body is text 0.0.4, or OpenMetrics when its type says so. The ancient protobuf is not taken (415).
 */
#define PLAIN_JOB  "/metrics/job/"
#define BASE64_JOB "/metrics/job@base64/"
#define PAGE       "/metrics/pushed"

typedef struct
{
  SgApiPushSource source;
  gpointer user_data;
} Push;

static SgHttpResponse *
answer_text (guint       status,
             const char *text)
{
  g_autofree char *line = g_strconcat (text, *text != '\0' ? "\n" : "", NULL);

  return sg_http_response_new_text (status, SG_HTTP_TYPE_TEXT, line);
}

static SgHttpResponse *
answer_error (const GError *error)
{
  guint status = 503;

  if (g_error_matches (error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT))
    status = 429;
  else if (error->domain == SG_INGEST_ERROR)
    status = 400;
  return answer_text (status, error->message);
}

static SgHttpResponse *
take_body (SgPushGroups        *groups,
           const SgHttpRequest *request,
           const SgLabels      *key)
{
  const char *type = sg_http_request_get_header (request, "content-type");
  GBytes *body = sg_http_request_get_body (request);
  gboolean put = sg_http_request_get_method (request) == SG_HTTP_PUT;
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (type != NULL && strstr (type, "protobuf") != NULL)
    return answer_text (415, "push text, or OpenMetrics: protobuf is not taken");
  if (!sg_push_groups_push (groups, key, put ? SG_PUSH_REPLACE : SG_PUSH_ADD,
                            text != NULL ? text : "", length,
                            sg_exposition_dialect_from_content_type (type), &error))
    return answer_error (error);
  return answer_text (200, "");
}

static SgHttpResponse *
answer_push (Push                *self,
             const SgHttpRequest *request,
             gboolean             job_is_base64)
{
  g_autoptr (SgPushGroups) groups = self->source (self->user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLabels) key =
      sg_push_path_parse (sg_http_request_get_rest (request), job_is_base64, &error);

  if (groups == NULL)
    return answer_text (503, "nothing can be pushed at present: /health says why");
  if (key == NULL)
    return answer_text (400, error->message);
  if (sg_http_request_get_method (request) != SG_HTTP_DELETE)
    return take_body (groups, request, key);
  if (!sg_push_groups_delete (groups, key, &error))
    return answer_error (error);
  return answer_text (202, "");
}

static SgHttpResponse *
answer_plain (const SgHttpRequest *request,
              gpointer             user_data)
{
  return answer_push (user_data, request, FALSE);
}

static SgHttpResponse *
answer_base64 (const SgHttpRequest *request,
               gpointer             user_data)
{
  return answer_push (user_data, request, TRUE);
}

static SgHttpResponse *
answer_page (const SgHttpRequest *request,
             gpointer             user_data)
{
  Push *self = user_data;
  g_autoptr (SgPushGroups) groups = self->source (self->user_data);
  g_autoptr (GBytes) page = NULL;

  if (groups == NULL)
    return answer_text (503, "nothing can be pushed at present: /health says why");
  page = sg_push_groups_write_page (groups);
  return sg_http_response_new (200, "text/plain; version=0.0.4; charset=utf-8", page);
}

void
sg_api_push_add (SgHttpServer    *server,
                 SgApiPushSource  source,
                 gpointer         user_data)
{
  Push *self = g_new (Push, 1);
  const SgHttpMethods methods = SG_HTTP_PUT | SG_HTTP_POST | SG_HTTP_DELETE;

  *self = (Push) { source, user_data };
  sg_http_server_add_route (server, PLAIN_JOB, methods, SG_HTTP_SCOPE_INGEST, answer_plain, self,
                            NULL);
  sg_http_server_add_route (server, BASE64_JOB, methods, SG_HTTP_SCOPE_INGEST, answer_base64, self,
                            NULL);
  sg_http_server_add_route (server, PAGE, SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_page, self, NULL);
  g_object_set_data_full (G_OBJECT (server), "sg-api-push", self, g_free);
}
