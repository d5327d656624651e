/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"

#include "sg-config.h"

/*
 * status/buildinfo: clients of Prometheus look at its version to know what they may ask. What Sightglass
 * speaks is the language and the API of Prometheus 3, and that is what they are told; its own version
 * stands beside.
 */
#define SPEAKS_VERSION "3.0.0"

static SgHttpResponse *
answer_buildinfo (const SgHttpRequest *request,
                  gpointer             user_data)
{
  static const char *const pairs[][2] = {
    { "version", SPEAKS_VERSION },
    { "revision", "" },
    { "branch", "" },
    { "buildUser", "" },
    { "buildDate", "" },
    { "goVersion", "" },
    { "application", "Sightglass" },
    { "applicationVersion", SG_VERSION },
  };
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      sg_json_writer_key (&json, pairs[i][0]);
      sg_json_writer_string (&json, pairs[i][1]);
    }
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

void
sg_api_add_status (SgHttpServer *server,
                   SgApi        *api)
{
  sg_http_server_add_route (server, "/api/v1/status/buildinfo", SG_HTTP_GET, SG_HTTP_SCOPE_READ,
                            answer_buildinfo, api, NULL);
}
