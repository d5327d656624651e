/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-error.h"
#include "engine/sg-engine-options-private.h"

#include <string.h>

typedef struct
{
  const char *flags;
  const char *environment;
  const char *preference;
  const char *addresses;
  gboolean asked_for;
} OriginCase;

/* Flag before variable before preference before default. */
static const OriginCase origin_cases[] = {
  { "x", NULL, NULL, "127.0.0.1:8080", FALSE },
  { "x", NULL, "127.0.0.1:9000", "127.0.0.1:9000", TRUE },
  { "x", "9100", "127.0.0.1:9000", "127.0.0.1:9100", TRUE },
  { "x --web.listen-address=:1 --web.listen-address [::1]:2", "9100", "127.0.0.1:9000",
    ":1,[::1]:2", TRUE },
  { "x", "", NULL, "127.0.0.1:8080", FALSE },
};

static void
parse_flags (SgEngineOptions *options,
             const char      *flags)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) argv = g_strsplit (flags, " ", -1);
  g_autoptr (GError) error = NULL;

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_option_context_parse_strv (context, &argv, &error);
  g_assert_no_error (error);
}

static void
test_options_origin (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (origin_cases); i++)
    {
      const OriginCase *c = &origin_cases[i];
      g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
      g_autoptr (SgEngineOptions) copy = NULL;
      g_autofree char *addresses = NULL;

      parse_flags (options, c->flags);
      g_unsetenv ("METRICS_PORT");
      if (c->environment != NULL)
        g_setenv ("METRICS_PORT", c->environment, TRUE);
      g_assert_true (sg_engine_options_read_environment (options, NULL));
      if (c->preference != NULL)
        g_assert_true (sg_engine_options_prefer_listen_address (options, c->preference, NULL));
      copy = sg_engine_options_copy (options);
      addresses = g_strjoinv (",", (GStrv) sg_engine_options_get_listen_addresses (copy));
      g_assert_cmpstr (addresses, ==, c->addresses);
      g_assert_cmpint (sg_engine_options_get_listen_address_is_asked_for (copy), ==, c->asked_for);
    }
}

typedef struct
{
  const char *variable;
  const char *value;
  const char *message;
} WrongCase;

static const WrongCase wrong_cases[] = {
  { "METRICS_PORT", "http",
    "METRICS_PORT is “http”: set it to a port from 1 to 65535, or unset it" },
  { "KOTOBA_METRICS_PORT", "65536",
    "KOTOBA_METRICS_PORT is “65536”: set it to a port from 1 to 65535, or unset it" },
  { "KOTOBA_METRICS_PATH", "metrics",
    "the metrics path “metrics” cannot be served: write it as /metrics, without ? # % : or "
    "blanks" },
};

static void
test_options_wrong (void)
{
  g_unsetenv ("METRICS_PORT");
  for (guint i = 0; i < G_N_ELEMENTS (wrong_cases); i++)
    {
      g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
      g_autoptr (GError) error = NULL;

      g_setenv (wrong_cases[i].variable, wrong_cases[i].value, TRUE);
      g_assert_false (sg_engine_options_read_environment (options, &error));
      g_assert_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION);
      g_assert_cmpstr (error->message, ==, wrong_cases[i].message);
      g_unsetenv (wrong_cases[i].variable);
    }
}

static void
test_options_preference (void)
{
  static const char *const wrong[] = { "", "localhost", "localhost:", "localhost:99999", "a:b" };
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sg_engine_options_prefer_listen_address (options, wrong[i], &error));
      g_assert_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION);
    }
  g_assert_false (sg_engine_options_get_listen_address_is_asked_for (options));
}

/* Flags that are wrong are told when everything is known, with what to write instead. */
static void
test_options_flags (void)
{
  static const char *const wrong[][2] = {
    { "x --builtin.interval=never",
      "--builtin.interval is “never”: write a duration from 100ms on, as 5s" },
    { "x --builtin.jobs=nobody",
      "--builtin.jobs is “nobody”: write sightglass,node,pushgateway or some of them, or none" },
    { "x --demo --demo.rate=0",
      "--demo.rate is 0: write a number of requests a second, from 1 to 5000" },
    { "x --demo.rate=5001",
      "--demo.rate is 5001: write a number of requests a second, from 1 to 5000" },
    { "x --storage.tsdb.wal-fsync=often",
      "--storage.tsdb.wal-fsync is “often”: write always, interval or never" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
      g_autoptr (GError) error = NULL;

      parse_flags (options, wrong[i][0]);
      g_assert_false (sg_engine_options_read_environment (options, &error));
      g_assert_cmpstr (error->message, ==, wrong[i][1]);
    }
}

static void
test_options_web_config (void)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GError) error = NULL;

  parse_flags (options, "x --web.config.file=/nowhere/web.yml");
  g_assert_false (sg_engine_options_read_environment (options, &error));
  g_assert_nonnull (strstr (error->message, "/nowhere/web.yml"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-options/origin", test_options_origin);
  g_test_add_func ("/engine-options/wrong", test_options_wrong);
  g_test_add_func ("/engine-options/preference", test_options_preference);
  g_test_add_func ("/engine-options/flags", test_options_flags);
  g_test_add_func ("/engine-options/web-config", test_options_web_config);
  return g_test_run ();
}
