/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-task.h"

#include "http/sg-http-access.h"
#include "http/sg-http-coding.h"
#include "http/sg-http-error.h"
#include "http/sg-http-request-private.h"

#include <string.h>

SgHttpTask *
sg_http_task_new (SgHttpRequest *request,
                  SgHttpRoute   *route)
{
  SgHttpTask *self = g_new0 (SgHttpTask, 1);

  self->ref_count = 1;
  self->request = sg_http_request_ref (request);
  self->route = sg_http_route_ref (route);
  self->is_quick = route->is_quick;
  return self;
}

SgHttpTask *
sg_http_task_ref (SgHttpTask *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_http_task_unref (SgHttpTask *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  sg_http_request_unref (self->request);
  sg_http_route_unref (self->route);
  g_clear_pointer (&self->users, sg_http_users_unref);
  g_clear_pointer (&self->response, sg_http_response_unref);
  g_free (self);
}

/* Other codings than gzip are the handler's business: remote write sends snappy. */
static gboolean
decode_body (SgHttpTask  *self,
             GError     **error)
{
  const char *coding = sg_http_request_get_header (self->request, "content-encoding");
  GBytes *decoded;

  if (coding == NULL
      || (g_ascii_strcasecmp (coding, "gzip") != 0 && g_ascii_strcasecmp (coding, "x-gzip") != 0))
    return TRUE;
  decoded = sg_http_gunzip (self->request->body, self->max_decoded_bytes, error);
  if (decoded == NULL)
    return FALSE;
  g_bytes_unref (self->request->body);
  self->request->body = decoded;
  return TRUE;
}

static SgHttpResponse *
refuse_password (void)
{
  SgHttpResponse *response =
      sg_http_response_new_json_error (401, NULL, "the user name or the password is wrong");

  sg_http_response_set_header (response, "WWW-Authenticate", SG_HTTP_CHALLENGE_BASIC);
  return response;
}

static gboolean
check_password (SgHttpTask *self)
{
  if (self->users == NULL)
    return TRUE;
  self->request->user = sg_http_users_check (
      self->users, sg_http_request_get_header (self->request, "authorization"));
  return self->request->user != NULL;
}

/* What is ingested is data, whatever its type says: curl calls all that it posts a form. */
static SgHttpResponse *
answer (SgHttpTask *self)
{
  gboolean body_is_data = self->route->scope == SG_HTTP_SCOPE_INGEST;
  g_autoptr (GError) error = NULL;
  SgHttpResponse *response;

  if (!check_password (self))
    return refuse_password ();
  if (!decode_body (self, &error)
      || !sg_http_request_complete (self->request, body_is_data, &error))
    {
      guint status = g_error_matches (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOO_LARGE) ? 413 : 400;

      return sg_http_response_new_json_error (status, NULL, error->message);
    }
  response = self->route->handler (self->request, self->route->user_data);
  if (response != NULL)
    return response;
  g_critical ("the handler of %s gave no response", self->route->path);
  return sg_http_response_new_json_error (500, NULL, "the handler gave no response");
}

static void
compress (SgHttpResponse *response)
{
  GBytes *body = sg_http_response_get_body (response);
  g_autoptr (GBytes) compressed = NULL;

  compressed = sg_http_gzip (body);
  if (compressed == NULL || g_bytes_get_size (compressed) >= g_bytes_get_size (body))
    return;
  sg_http_response_set_body (response, compressed);
  sg_http_response_set_header (response, "Content-Encoding", "gzip");
}

/* On a worker: checks the password, decodes the body, asks the handler, encodes what it says. */
void
sg_http_task_run (SgHttpTask *self)
{
  SgHttpResponse *response = answer (self);

  self->response = response;
  if (g_bytes_get_size (sg_http_response_get_body (response)) < SG_HTTP_GZIP_MIN_BYTES
      || sg_http_response_get_header (response, "Content-Encoding") != NULL)
    return;
  sg_http_response_append_token (response, "Vary", "Accept-Encoding");
  if (self->accepts_gzip)
    compress (response);
}

/* Instead of running it: the client has probably gone, and others wait. */
void
sg_http_task_skip (SgHttpTask *self)
{
  self->response = sg_http_response_new_json_error (
      503, NULL,
      "the server is busy, and has put off a client that seemed to have gone: ask again");
}
