/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"

#include "base/sg-duration.h"
#include "base/sg-number.h"
#include "promql/sg-parser.h"
#include "promql/sg-promql-error.h"

#include <math.h>
#include <string.h>

/* Times beyond it are not whole milliseconds any more; durations beyond it overflow in Prometheus. */
#define TIME_SECONDS_MAX     9.2e15
#define DURATION_SECONDS_MAX 9.2e9

/* How Go's clients write the first and the last of times: no calendar here goes so far. */
#define FIRST_TIME "-292273086-05-16T16:47:06Z"
#define LAST_TIME  "292277025-08-18T07:12:54.999999999Z"

static gboolean
parse_calendar (const char *text,
                SgTimeMs   *ret_t)
{
  g_autoptr (GDateTime) time = NULL;

  if (g_str_equal (text, FIRST_TIME))
    *ret_t = SG_API_MIN_TIME;
  else if (g_str_equal (text, LAST_TIME))
    *ret_t = SG_API_MAX_TIME;
  else if ((time = g_date_time_new_from_iso8601 (text, NULL)) != NULL)
    *ret_t = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
  else
    return FALSE;
  return TRUE;
}

gboolean
sg_api_parse_time (const char *text,
                   SgTimeMs   *ret_t)
{
  double seconds;

  if (!sg_double_parse (text, strlen (text), &seconds))
    return parse_calendar (text, ret_t);
  if (!(fabs (seconds) < TIME_SECONDS_MAX))
    return FALSE;
  *ret_t = (SgTimeMs) rint (seconds * 1000);
  return TRUE;
}

/* What is more than nothing is a millisecond at least. */
gboolean
sg_api_parse_duration (const char *text,
                       gint64     *ret_ms)
{
  double seconds;

  if (!sg_double_parse (text, strlen (text), &seconds))
    return sg_duration_parse (text, -1, 0, ret_ms, NULL);
  if (!(fabs (seconds) < DURATION_SECONDS_MAX))
    return FALSE;
  *ret_ms = seconds > 0 ? MAX (1, (gint64) rint (seconds * 1000)) : (gint64) rint (seconds * 1000);
  return TRUE;
}

/* Returns: (transfer full): bad_data with a message */
SgHttpResponse *
sg_api_refuse_data (const char *message)
{
  return sg_http_response_new_json_error (400, "bad_data", message);
}

/* Returns: (transfer full): the refusal of a parameter, in the words of Prometheus */
SgHttpResponse *
sg_api_refuse_parameter (const char *name,
                         const char *why)
{
  g_autofree char *message = g_strdup_printf ("invalid parameter \"%s\": %s", name, why);

  return sg_api_refuse_data (message);
}

static gboolean
refuse_text (const char      *name,
             const char      *before,
             const char      *text,
             const char      *what,
             SgHttpResponse **ret_refusal)
{
  g_autofree char *why =
      g_strdup_printf ("%scannot parse \"%s\" to a valid %s", before, text, what);

  *ret_refusal = sg_api_refuse_parameter (name, why);
  return FALSE;
}

/* Returns: (nullable): the value; %NULL when it is missing or empty */
static const char *
get_text (const SgHttpRequest *request,
          const char          *name)
{
  const char *text = sg_http_request_get_value (request, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

gboolean
sg_api_require_time (const SgHttpRequest  *request,
                     const char           *name,
                     SgTimeMs             *ret_t,
                     SgHttpResponse      **ret_refusal)
{
  const char *text = get_text (request, name);

  if (text == NULL)
    text = "";
  return sg_api_parse_time (text, ret_t) || refuse_text (name, "", text, "timestamp", ret_refusal);
}

gboolean
sg_api_get_time (const SgHttpRequest  *request,
                 const char           *name,
                 SgTimeMs              otherwise,
                 SgTimeMs             *ret_t,
                 SgHttpResponse      **ret_refusal)
{
  const char *text = get_text (request, name);
  g_autofree char *before = NULL;

  if (text == NULL)
    {
      *ret_t = otherwise;
      return TRUE;
    }
  if (sg_api_parse_time (text, ret_t))
    return TRUE;
  before = g_strdup_printf ("Invalid time value for '%s': ", name);
  return refuse_text (name, before, text, "timestamp", ret_refusal);
}

gboolean
sg_api_get_times (const SgHttpRequest  *request,
                  SgTimeMs             *ret_start,
                  SgTimeMs             *ret_end,
                  SgHttpResponse      **ret_refusal)
{
  return sg_api_get_time (request, "start", SG_API_MIN_TIME, ret_start, ret_refusal)
         && sg_api_get_time (request, "end", SG_API_MAX_TIME, ret_end, ret_refusal);
}

static gboolean
overflows (const char *text)
{
  double seconds;

  return sg_double_parse (text, strlen (text), &seconds) && fabs (seconds) >= DURATION_SECONDS_MAX;
}

gboolean
sg_api_require_duration (const SgHttpRequest  *request,
                         const char           *name,
                         gint64               *ret_ms,
                         SgHttpResponse      **ret_refusal)
{
  const char *text = get_text (request, name);

  if (text == NULL)
    text = "";
  return sg_api_parse_duration (text, ret_ms)
         || refuse_text (name, "", text,
                         overflows (text) ? "duration. It overflows int64" : "duration",
                         ret_refusal);
}

gboolean
sg_api_get_timeout (const SgHttpRequest  *request,
                    gint64               *ret_ms,
                    SgHttpResponse      **ret_refusal)
{
  if (get_text (request, "timeout") == NULL)
    {
      *ret_ms = 0;
      return TRUE;
    }
  if (!sg_api_require_duration (request, "timeout", ret_ms, ret_refusal))
    return FALSE;
  if (*ret_ms > 0)
    return TRUE;
  *ret_refusal = sg_http_response_new_json_error (503, "timeout", "query timed out in query queue");
  return FALSE;
}

gboolean
sg_api_get_lookback (const SgHttpRequest  *request,
                     gint64               *ret_ms,
                     SgHttpResponse      **ret_refusal)
{
  const char *text = get_text (request, "lookback_delta");
  g_autofree char *message = NULL;

  *ret_ms = 0;
  if (text == NULL)
    return TRUE;
  if (sg_api_parse_duration (text, ret_ms))
    {
      *ret_ms = MAX (*ret_ms, 0);
      return TRUE;
    }
  message = g_strdup_printf (
      "error parsing lookback delta duration: cannot parse \"%s\" to a valid duration", text);
  *ret_refusal = sg_api_refuse_data (message);
  return FALSE;
}

gboolean
sg_api_get_limit (const SgHttpRequest  *request,
                  guint64              *ret_limit,
                  SgHttpResponse      **ret_refusal)
{
  const char *text = get_text (request, "limit");

  *ret_limit = 0;
  if (text == NULL || g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, ret_limit, NULL))
    return TRUE;
  *ret_refusal = sg_api_refuse_parameter ("limit", "limit must be a whole number, not negative");
  return FALSE;
}

gboolean
sg_api_get_number (const SgHttpRequest  *request,
                   const char           *name,
                   gint64                otherwise,
                   gint64               *ret_number,
                   SgHttpResponse      **ret_refusal)
{
  const char *text = get_text (request, name);
  g_autofree char *message = NULL;

  *ret_number = otherwise;
  if (text == NULL || g_ascii_string_to_signed (text, 10, G_MININT32, G_MAXINT32, ret_number, NULL))
    return TRUE;
  message = g_strdup_printf ("%s must be a number", name);
  *ret_refusal = sg_api_refuse_data (message);
  return FALSE;
}

/* The words that Go takes for a boolean. */
gboolean
sg_api_get_boolean (const SgHttpRequest  *request,
                    const char           *name,
                    gboolean             *ret_value,
                    SgHttpResponse      **ret_refusal)
{
  static const char *const words[] = { "0", "f", "F", "false", "False", "FALSE",
                                       "1", "t", "T", "true",  "True",  "TRUE" };
  const char *text = get_text (request, name);
  g_autofree char *message = NULL;

  *ret_value = FALSE;
  if (text == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_str_equal (text, words[i]))
        {
          *ret_value = i >= G_N_ELEMENTS (words) / 2;
          return TRUE;
        }
    }
  message = g_strdup_printf ("unable to parse boolean \"%s\": write true or false", text);
  *ret_refusal = sg_api_refuse_parameter (name, message);
  return FALSE;
}

static gboolean
selects_something (const SgAst *ast)
{
  for (guint i = 0; i < ast->matchers->len; i++)
    {
      if (!sg_matcher_matches (ast->matchers->pdata[i], ""))
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
sg_api_get_selectors (const SgHttpRequest  *request,
                      GError              **error)
{
  g_autofree const char **texts = sg_http_request_get_values (request, "match[]");
  g_autoptr (GPtrArray) selectors = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_ast_unref);

  for (guint i = 0; texts[i] != NULL; i++)
    {
      SgAst *ast = sg_parser_parse_selector (texts[i], error);

      if (ast == NULL)
        return NULL;
      g_ptr_array_add (selectors, ast);
      if (selects_something (ast))
        continue;
      g_set_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE,
                   "match[] must contain at least one non-empty matcher");
      return NULL;
    }
  return g_steal_pointer (&selectors);
}
