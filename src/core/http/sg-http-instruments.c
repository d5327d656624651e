/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-instruments.h"

static const char *const refusal_names[SG_HTTP_N_REFUSALS] = {
  [SG_HTTP_REFUSAL_BAD_REQUEST] = "bad_request",
  [SG_HTTP_REFUSAL_HEAD_TOO_LARGE] = "head_too_large",
  [SG_HTTP_REFUSAL_BODY_TOO_LARGE] = "body_too_large",
  [SG_HTTP_REFUSAL_TOO_SLOW] = "too_slow",
  [SG_HTTP_REFUSAL_BUSY] = "busy",
  [SG_HTTP_REFUSAL_HEAD_MEMORY] = "head_memory",
  [SG_HTTP_REFUSAL_UPLOAD_MEMORY] = "upload_memory",
  [SG_HTTP_REFUSAL_REPLY_MEMORY] = "reply_memory",
  [SG_HTTP_REFUSAL_CONNECTION_LIMIT] = "connection_limit",
  [SG_HTTP_REFUSAL_FD_LIMIT] = "fd_limit",
  [SG_HTTP_REFUSAL_TLS] = "tls",
  [SG_HTTP_REFUSAL_HOST] = "host",
  [SG_HTTP_REFUSAL_UNAUTHORIZED] = "unauthorized",
  [SG_HTTP_REFUSAL_FORBIDDEN] = "forbidden",
};

static const char *const state_names[] = { "head", "idle", "serving", "closing" };

static const double duration_bounds[] = { 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                          0.25,   0.5,   1,      2.5,   5,    10,    30,   60 };
static const double size_bounds[] = { 256,    1024,    4096,    16384,   65536,
                                      262144, 1048576, 4194304, 16777216 };

static void
init_wire (SgHttpInstruments *self,
           SgRegistry        *registry)
{
  SgFamily *refused = sg_registry_counter_family (
      registry, "sightglass_http_refused_total",
      "Clients that were turned away or given up, by the bound or rule that bit.", "reason", NULL);
  SgFamily *connections =
      sg_registry_gauge_family (registry, "sightglass_http_connections",
                                "Open connections, by what they are at.", "state", NULL);

  for (guint i = 0; i < SG_HTTP_N_REFUSALS; i++)
    self->refused[i] = sg_family_counter (refused, SG_VALUES (refusal_names[i]));
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    self->connections[i] = sg_family_gauge (connections, SG_VALUES (state_names[i]));
  self->connections_limit = sg_registry_gauge (registry, "sightglass_http_connections_limit",
                                               "How many connections may be open.");
  self->accepted = sg_registry_counter (registry, "sightglass_http_connections_accepted_total",
                                        "Connections that were accepted.");
}

void
sg_http_instruments_init (SgHttpInstruments *self,
                          SgRegistry        *registry)
{
  init_wire (self, registry);
  self->in_flight =
      sg_registry_gauge (registry, "sightglass_http_requests_in_flight",
                         "Requests between their head and the end of their response.");
  self->requests =
      sg_registry_counter_family (registry, "sightglass_http_requests_total",
                                  "Requests, by path pattern and status.", "handler", "code", NULL);
  self->durations = sg_registry_histogram_family (
      registry, "sightglass_http_request_duration_seconds",
      "From the end of the head until the response is ready to be sent.", duration_bounds,
      G_N_ELEMENTS (duration_bounds), "handler", NULL);
  self->sizes =
      sg_registry_histogram_family (registry, "sightglass_http_response_size_bytes",
                                    "What was sent of responses, with their heads.", size_bounds,
                                    G_N_ELEMENTS (size_bounds), "handler", NULL);
}

/* So that the children that every handler will have exist at 0 from the start: with its usual @code. */
void
sg_http_instruments_add_handler (SgHttpInstruments *self,
                                 const char        *handler,
                                 const char        *code)
{
  sg_family_counter (self->requests, SG_VALUES (handler, code));
  sg_family_histogram (self->durations, SG_VALUES (handler));
  sg_family_histogram (self->sizes, SG_VALUES (handler));
}

void
sg_http_instruments_observe (SgHttpInstruments *self,
                             const char        *handler,
                             guint              status,
                             double             seconds,
                             gsize              bytes)
{
  char code[16];

  g_snprintf (code, sizeof code, "%u", status);
  sg_counter_inc (sg_family_counter (self->requests, SG_VALUES (handler, code)));
  sg_histogram_observe (sg_family_histogram (self->durations, SG_VALUES (handler)), seconds);
  sg_histogram_observe (sg_family_histogram (self->sizes, SG_VALUES (handler)), (double) bytes);
}

/* What a handler answers of its own accord is no refusal. */
gboolean
sg_http_refusal_from_status (guint          status,
                             SgHttpRefusal *ret_refusal)
{
  static const struct
  {
    guint status;
    SgHttpRefusal refusal;
  } refusals[] = {
    { 400, SG_HTTP_REFUSAL_BAD_REQUEST },    { 401, SG_HTTP_REFUSAL_UNAUTHORIZED },
    { 403, SG_HTTP_REFUSAL_FORBIDDEN },      { 408, SG_HTTP_REFUSAL_TOO_SLOW },
    { 413, SG_HTTP_REFUSAL_BODY_TOO_LARGE }, { 414, SG_HTTP_REFUSAL_HEAD_TOO_LARGE },
    { 417, SG_HTTP_REFUSAL_BAD_REQUEST },    { 421, SG_HTTP_REFUSAL_HOST },
    { 431, SG_HTTP_REFUSAL_HEAD_TOO_LARGE }, { 501, SG_HTTP_REFUSAL_BAD_REQUEST },
    { 503, SG_HTTP_REFUSAL_BUSY },           { 505, SG_HTTP_REFUSAL_BAD_REQUEST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      if (refusals[i].status == status)
        {
          *ret_refusal = refusals[i].refusal;
          return TRUE;
        }
    }
  return FALSE;
}
