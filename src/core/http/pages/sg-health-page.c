/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/pages/sg-health-page.h"

typedef struct
{
  gboolean degraded_fails;
  SgHealthPageFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} HealthPage;

static void
health_page_free (gpointer data)
{
  HealthPage *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

static SgHttpResponse *
health_page_answer (const SgHttpRequest *request,
                    gpointer             user_data)
{
  HealthPage *self = user_data;
  SgLevel level = SG_LEVEL_UNKNOWN;
  g_autofree char *checks = self->func (&level, self->user_data);
  g_autofree char *line = g_strconcat (checks, "\n", NULL);
  gboolean fails =
      level == SG_LEVEL_UNHEALTHY || (level == SG_LEVEL_DEGRADED && self->degraded_fails);
  SgHttpResponse *response = sg_http_response_new_text (fails ? 503 : 200, SG_HTTP_TYPE_JSON, line);

  sg_http_response_set_header (response, "Cache-Control", "no-store");
  return response;
}

void
sg_health_page_add (SgHttpServer     *server,
                    gboolean          degraded_fails,
                    SgHealthPageFunc  func,
                    gpointer          user_data,
                    GDestroyNotify    destroy)
{
  HealthPage *self = g_new0 (HealthPage, 1);

  *self = (HealthPage) { degraded_fails, func, user_data, destroy };
  sg_http_server_add_route (server, "/health", SG_HTTP_GET, SG_HTTP_SCOPE_READ, health_page_answer,
                            self, health_page_free);
  sg_http_server_set_quick (server, "/health");
}
