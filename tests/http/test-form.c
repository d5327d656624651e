/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-error.h"
#include "http/sg-http-form.h"

#include <string.h>

typedef struct
{
  const char *text;
  const char *name;
  const char *values;
} FormCase;

/* @values: joined by "|" */
static const FormCase form_cases[] = {
  { "", "a", "" },
  { "a=1", "a", "1" },
  { "a=1&b=2&a=3", "a", "1|3" },
  { "a", "a", "" },
  { "a=", "a", "" },
  { "=x", "", "x" },
  { "&&a=1&", "a", "1" },
  { "a=b=c", "a", "b=c" },
  { "match[]=up&match%5B%5D=x", "match[]", "up|x" },
  { "q=a+b%20c%2B", "q", "a b c+" },
  { "q=%C3%A4", "q", "\xc3\xa4" },
  { "q={a=\"b\"}", "q", "{a=\"b\"}" },
};

static void
test_form_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (form_cases); i++)
    {
      g_autoptr (SgHttpForm) form = sg_http_form_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *exact = g_memdup2 (form_cases[i].text, strlen (form_cases[i].text));
      g_autofree const char **values = NULL;
      g_autofree char *joined = NULL;

      g_assert_true (sg_http_form_parse (form, exact, strlen (form_cases[i].text), &error));
      g_assert_no_error (error);
      values = sg_http_form_get_all (form, form_cases[i].name);
      joined = g_strjoinv ("|", (char **) values);
      g_assert_cmpstr (joined, ==, form_cases[i].values);
      g_assert_cmpstr (sg_http_form_get (form, form_cases[i].name), ==, values[0]);
    }
}

static void
test_form_errors (void)
{
  static const char *const wrong[] = { "a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ff", "a=\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (SgHttpForm) form = sg_http_form_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *exact = g_memdup2 (wrong[i], strlen (wrong[i]));

      g_assert_false (sg_http_form_parse (form, exact, strlen (wrong[i]), &error));
      g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_REQUEST);
      g_assert_cmpstr (error->message, ==, "value number 1 is not UTF-8 text in percent-encoding");
    }
}

static void
test_form_join (void)
{
  g_autoptr (SgHttpForm) form = sg_http_form_new ();

  sg_http_form_join (form, "accept", "a");
  sg_http_form_join (form, "host", "h");
  sg_http_form_join (form, "accept", "b;q=0.5");
  g_assert_cmpstr (sg_http_form_get (form, "accept"), ==, "a, b;q=0.5");
  g_assert_cmpstr (sg_http_form_get (form, "host"), ==, "h");
}

static void
test_form_bound (void)
{
  g_autoptr (SgHttpForm) form = sg_http_form_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < SG_HTTP_FORM_MAX_VALUES; i++)
    g_string_append (text, "a&");
  g_assert_true (sg_http_form_parse (form, text->str, text->len, &error));
  g_assert_false (sg_http_form_parse (form, "a", 1, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOO_LARGE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/values", test_form_values);
  g_test_add_func ("/form/errors", test_form_errors);
  g_test_add_func ("/form/join", test_form_join);
  g_test_add_func ("/form/bound", test_form_bound);
  return g_test_run ();
}
