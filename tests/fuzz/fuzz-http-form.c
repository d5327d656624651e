/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "http/api/sg-api-params.h"
#include "http/sg-http-error.h"
#include "http/sg-http-form.h"
#include "metrics/sg-escaping.h"

#include <string.h>

/*
 * A query string or a form, and each value as whatever the API takes values for: a time, a duration, the
 * name of a label. A name that was escaped reads back as it was.
 */
static void
try_value (const char *value)
{
  g_autofree char *escaped = sg_escaping_label_name (SG_ESCAPING_VALUES, value);
  g_autofree char *name = sg_escaping_unescape_name (escaped);
  g_autofree char *other = sg_escaping_unescape_name (value);
  SgTimeMs t;
  gint64 ms;

  g_assert_true (g_utf8_validate (value, -1, NULL));
  g_assert_true (g_utf8_validate (other, -1, NULL));
  if (!g_str_has_prefix (value, "U__"))
    g_assert_cmpstr (name, ==, value);
  if (sg_api_parse_time (value, &t))
    g_assert_true (t >= SG_TIME_MS_MIN && t <= SG_TIME_MS_MAX);
  if (sg_api_parse_duration (value, &ms))
    g_assert_true (ms > -G_MAXINT64 / 2 && ms < G_MAXINT64);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (SgHttpForm) form = sg_http_form_new ();
  g_autoptr (GError) error = NULL;
  gboolean good = sg_http_form_parse (form, (const char *) data, size, &error);
  g_autofree const char **values = sg_http_form_get_all (form, "q");

  g_assert_true (good == (error == NULL));
  g_assert_true (good || error->domain == SG_HTTP_ERROR);
  for (guint i = 0; values[i] != NULL; i++)
    try_value (values[i]);
  return 0;
}
