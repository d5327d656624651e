/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/pages/sg-ready-page.h"

typedef struct
{
  SgReadyFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} ReadyPage;

static void
ready_page_free (gpointer data)
{
  ReadyPage *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

static SgHttpResponse *
answer_healthy (const SgHttpRequest *request,
                gpointer             user_data)
{
  return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, "Sightglass is Healthy.\n");
}

static SgHttpResponse *
answer_ready (const SgHttpRequest *request,
              gpointer             user_data)
{
  ReadyPage *self = user_data;

  if (self->func == NULL || self->func (self->user_data))
    return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, "Sightglass is Ready.\n");
  return sg_http_response_new_text (503, SG_HTTP_TYPE_TEXT, "Sightglass is not ready yet.\n");
}

void
sg_ready_page_add (SgHttpServer   *server,
                   SgReadyFunc     func,
                   gpointer        user_data,
                   GDestroyNotify  destroy)
{
  ReadyPage *self = g_new0 (ReadyPage, 1);

  *self = (ReadyPage) { func, user_data, destroy };
  sg_http_server_add_route (server, "/-/healthy", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_healthy,
                            NULL, NULL);
  sg_http_server_add_route (server, "/-/ready", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_ready, self,
                            ready_page_free);
  sg_http_server_set_quick (server, "/-/healthy");
  sg_http_server_set_quick (server, "/-/ready");
}
