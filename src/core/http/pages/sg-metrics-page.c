/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/pages/sg-metrics-page.h"

/* The server outlives its handlers. */
typedef struct
{
  SgHttpServer *server;
  SgRegistry *registry;
  SgRegistry *guest;
} MetricsPage;

static void
metrics_page_free (gpointer data)
{
  MetricsPage *self = data;

  g_object_unref (self->registry);
  g_clear_object (&self->guest);
  g_free (self);
}

static SgHttpResponse *
metrics_page_answer (const SgHttpRequest *request,
                     gpointer             user_data)
{
  MetricsPage *self = user_data;
  SgExpositionFormat format =
      sg_exposition_negotiate (sg_http_request_get_header (request, "accept"));
  g_autoptr (GBytes) page = sg_exposition_write_both (self->registry, self->guest, format);
  SgHttpResponse *response = sg_http_response_new (200, sg_exposition_content_type (format), page);

  sg_http_response_append_token (response, "Vary", "Accept");
  sg_http_server_count_scrape (self->server, request);
  return response;
}

void
sg_metrics_page_add (SgHttpServer *server,
                     const char   *path,
                     SgRegistry   *registry,
                     SgRegistry   *guest)
{
  MetricsPage *self = g_new0 (MetricsPage, 1);

  self->server = server;
  self->registry = g_object_ref (registry);
  g_set_object (&self->guest, guest);
  sg_http_server_add_route (server, path, SG_HTTP_GET, SG_HTTP_SCOPE_READ, metrics_page_answer,
                            self, metrics_page_free);
  sg_http_server_set_quick (server, path);
}
