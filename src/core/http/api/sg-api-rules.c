/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"

/*
 * rules, alerts and alertmanagers: nothing evaluates rules in this process, and no alert leaves it, so
 * that the lists are empty; clients ask for them before they ask anything else.
 */
static SgHttpResponse *
answer_lists (const char *const *names)
{
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  for (; *names != NULL; names++)
    {
      sg_json_writer_key (&json, *names);
      sg_json_writer_begin_array (&json);
      sg_json_writer_end_array (&json);
    }
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

static SgHttpResponse *
answer_rules (const SgHttpRequest *request,
              gpointer             user_data)
{
  static const char *const names[] = { "groups", NULL };
  const char *type = sg_http_request_get_value (request, "type");
  g_autofree char *why = NULL;

  if (type == NULL || *type == '\0' || g_ascii_strcasecmp (type, "alert") == 0
      || g_ascii_strcasecmp (type, "record") == 0)
    return answer_lists (names);
  why = g_strdup_printf ("not supported value \"%s\"", type);
  return sg_api_refuse_parameter ("type", why);
}

static SgHttpResponse *
answer_alerts (const SgHttpRequest *request,
               gpointer             user_data)
{
  static const char *const names[] = { "alerts", NULL };

  return answer_lists (names);
}

static SgHttpResponse *
answer_alertmanagers (const SgHttpRequest *request,
                      gpointer             user_data)
{
  static const char *const names[] = { "activeAlertmanagers", "droppedAlertmanagers", NULL };

  return answer_lists (names);
}

const SgApiRoute sg_api_routes_rules[] = {
  { "/api/v1/rules", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_rules },
  { "/api/v1/alerts", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_alerts },
  { "/api/v1/alertmanagers", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_alertmanagers },
  { NULL },
};
