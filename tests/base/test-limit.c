/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-limit.h"

static const SgLimit body_size = {
  .name = "http.body-size",
  .description = "a request's body",
  .unit = SG_LIMIT_BYTES,
  .min = 1024,
  .max = 1 << 30,
  .default_value = 10 << 20,
};

static const SgLimit samples = {
  .name = "query.samples",
  .description = "samples of one query",
  .unit = SG_LIMIT_COUNT,
  .min = 1,
  .max = G_MAXUINT64,
  .default_value = 50000000,
};

static const SgLimit timeout = {
  .name = "query.timeout",
  .description = "the time of one query",
  .unit = SG_LIMIT_DURATION,
  .min = 10,
  .max = 3600000,
  .default_value = 120000,
};

static void
test_limit_allows (void)
{
  g_autoptr (SgLimits) limits = sg_limits_new ();
  SgLimit *limit = sg_limits_add (limits, &samples);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (sg_limit_get (limit), ==, 50000000);
  g_assert_true (sg_limit_allows (limit, 50000000));
  g_assert_cmpuint (sg_limit_get_hits (limit), ==, 0);
  g_assert_false (sg_limit_allows (limit, 50000001));
  g_assert_cmpuint (sg_limit_get_hits (limit), ==, 1);
  sg_limit_set_error (limit, 50000001, &error);
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==,
                   "samples of one query: 50000001 is more than 50000000: ask "
                   "for less, or raise the limit query.samples");
}

static void
test_limit_set (void)
{
  static const char *const cases[][3] = {
    { "query.samples", "7", NULL },
    { "http.body-size", "1MiB", NULL },
    { "query.timeout", "1h", NULL },
    { "query.samples", "0",
      "query.samples: 0 is out of range: write a value from 1 to 18446744073709551615" },
    { "query.samples", "1e6",
      "query.samples: \"1e6\" is not a number: write digits only, for example 5000" },
    { "query.samples", "-1",
      "query.samples: \"-1\" is not a number: write digits only, for example 5000" },
    { "http.body-size", "2GB",
      "http.body-size: 2GB is out of range: write a value from 1KiB to 1GiB" },
    { "http.body-size", "lots",
      "http.body-size: size \"lots\": expected a number: write for example 512MB" },
    { "query.timeout", "2h", "query.timeout: 2h is out of range: write a value from 10ms to 1h" },
    { "query.timeout", "5",
      "query.timeout: duration \"5\": byte 1: a number without its unit: write one of y, w, d, h, m, "
      "s and ms after it" },
    { "query.tiemout", "5m",
      "there is no limit \"query.tiemout\": did you mean \"query.timeout\"?" },
    { "nothing", "5m",
      "there is no limit \"nothing\": write one of http.body-size, query.samples, query.timeout" },
  };
  g_autoptr (SgLimits) limits = sg_limits_new ();
  SgLimit *limit = sg_limits_add (limits, &samples);

  sg_limits_add (limits, &timeout);
  sg_limits_add (limits, &body_size);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean set = sg_limits_set (limits, cases[i][0], cases[i][1], &error);

      g_assert_cmpint (set, ==, cases[i][2] == NULL);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, cases[i][2]);
    }
  g_assert_cmpuint (sg_limit_get (limit), ==, 7);
  g_assert_true (sg_limits_add (limits, &samples) == limit);
  g_assert_cmpuint (sg_limit_get (sg_limits_find (limits, "http.body-size")), ==, 1 << 20);
  g_assert_cmpuint (sg_limit_get (sg_limits_find (limits, "query.timeout")), ==, 3600000);
  g_assert_null (sg_limits_find (limits, "nothing"));
}

static void
append_limit (const SgLimit *limit,
              gpointer       user_data)
{
  g_autofree char *value = sg_limit_value_to_string (limit, sg_limit_get (limit));

  g_string_append_printf (user_data, "%s=%s ", limit->name, value);
}

static void
test_limit_walk (void)
{
  g_autoptr (SgLimits) limits = sg_limits_new ();
  g_autoptr (SgLimits) again = sg_limits_ref (limits);
  g_autoptr (GString) text = g_string_new (NULL);

  sg_limits_add (limits, &timeout);
  sg_limits_add (limits, &body_size);
  sg_limits_add (limits, &samples);
  sg_limits_foreach (again, append_limit, text);
  g_assert_cmpstr (text->str, ==, "http.body-size=10MiB query.samples=50000000 query.timeout=2m ");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limit/allows", test_limit_allows);
  g_test_add_func ("/limit/set", test_limit_set);
  g_test_add_func ("/limit/walk", test_limit_walk);
  return g_test_run ();
}
