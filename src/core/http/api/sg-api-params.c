/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"

#include "base/sg-duration.h"
#include "base/sg-number.h"

#include <math.h>
#include <string.h>

#define SECONDS_MAX 9.2e15

gboolean
sg_api_parse_time (const char *text,
                   SgTimeMs   *ret_t)
{
  double seconds;
  g_autoptr (GTimeZone) utc = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (sg_double_parse (text, strlen (text), &seconds))
    {
      if (!(fabs (seconds) < SECONDS_MAX))
        return FALSE;
      *ret_t = (SgTimeMs) rint (seconds * 1000);
      return TRUE;
    }
  utc = g_time_zone_new_utc ();
  time = g_date_time_new_from_iso8601 (text, NULL);
  if (time == NULL)
    return FALSE;
  *ret_t = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
  return TRUE;
}

gboolean
sg_api_parse_duration (const char *text,
                       gint64     *ret_ms)
{
  double seconds;

  if (!sg_double_parse (text, strlen (text), &seconds))
    return sg_duration_parse (text, -1, 0, ret_ms, NULL);
  if (!(fabs (seconds) < SECONDS_MAX))
    return FALSE;
  *ret_ms = (gint64) rint (seconds * 1000);
  return TRUE;
}

/* Returns: (transfer full): the refusal of a parameter, in the words of Prometheus */
SgHttpResponse *
sg_api_refuse_parameter (const char *name,
                         const char *why)
{
  g_autofree char *message = g_strdup_printf ("invalid parameter \"%s\": %s", name, why);

  return sg_http_response_new_json_error (400, "bad_data", message);
}

static gboolean
refuse_text (const char      *name,
             const char      *text,
             const char      *what,
             SgHttpResponse **ret_refusal)
{
  g_autofree char *why = g_strdup_printf ("cannot parse \"%s\" to a valid %s", text, what);

  *ret_refusal = sg_api_refuse_parameter (name, why);
  return FALSE;
}

gboolean
sg_api_require_time (const SgHttpRequest  *request,
                     const char           *name,
                     SgTimeMs             *ret_t,
                     SgHttpResponse      **ret_refusal)
{
  const char *text = sg_http_request_get_value (request, name);

  if (text == NULL)
    text = "";
  return sg_api_parse_time (text, ret_t) || refuse_text (name, text, "timestamp", ret_refusal);
}

gboolean
sg_api_get_time (const SgHttpRequest  *request,
                 const char           *name,
                 SgTimeMs              otherwise,
                 SgTimeMs             *ret_t,
                 SgHttpResponse      **ret_refusal)
{
  const char *text = sg_http_request_get_value (request, name);

  if (text != NULL && *text != '\0')
    return sg_api_require_time (request, name, ret_t, ret_refusal);
  *ret_t = otherwise;
  return TRUE;
}

gboolean
sg_api_require_duration (const SgHttpRequest  *request,
                         const char           *name,
                         gint64               *ret_ms,
                         SgHttpResponse      **ret_refusal)
{
  const char *text = sg_http_request_get_value (request, name);

  if (text == NULL)
    text = "";
  return sg_api_parse_duration (text, ret_ms) || refuse_text (name, text, "duration", ret_refusal);
}

gboolean
sg_api_get_duration (const SgHttpRequest  *request,
                     const char           *name,
                     gint64                otherwise,
                     gint64               *ret_ms,
                     SgHttpResponse      **ret_refusal)
{
  const char *text = sg_http_request_get_value (request, name);

  if (text != NULL && *text != '\0')
    return sg_api_require_duration (request, name, ret_ms, ret_refusal);
  *ret_ms = otherwise;
  return TRUE;
}

gboolean
sg_api_get_limit (const SgHttpRequest  *request,
                  guint64              *ret_limit,
                  SgHttpResponse      **ret_refusal)
{
  const char *text = sg_http_request_get_value (request, "limit");

  *ret_limit = 0;
  if (text == NULL || *text == '\0')
    return TRUE;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, ret_limit, NULL))
    return TRUE;
  *ret_refusal = sg_api_refuse_parameter ("limit", "limit must be a whole number, not negative");
  return FALSE;
}
