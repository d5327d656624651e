/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "sg-settings.h"

static void
assert_address (const char *host,
                guint       port,
                const char *wanted)
{
  g_autofree char *address = sg_settings_make_address (host, port);

  g_assert_cmpstr (address, ==, wanted);
}

static void
test_address (void)
{
  assert_address ("127.0.0.1", 8080, "127.0.0.1:8080");
  assert_address ("::1", 9090, "[::1]:9090");
  assert_address ("[::1]", 9090, "[::1]:9090");
  assert_address ("", 8080, ":8080");
}

/* The default is nobody's wish, so that the port may move; anything else is asked for. */
static void
test_prefer (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  g_autoptr (SgEngineOptions) untouched = sg_engine_options_new ();
  g_autoptr (SgEngineOptions) chosen = sg_engine_options_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_settings_prefer_address (settings, untouched, &error));
  g_assert_no_error (error);
  g_assert_false (sg_engine_options_get_listen_address_is_asked_for (untouched));
  g_settings_set_uint (settings, "listen-port", 9091);
  g_assert_true (sg_settings_prefer_address (settings, chosen, &error));
  g_assert_true (sg_engine_options_get_listen_address_is_asked_for (chosen));
  g_assert_cmpstr (sg_engine_options_get_listen_addresses (chosen)[0], ==, "127.0.0.1:9091");
}

static void
test_colour_scheme (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_settings_set_string (settings, "colour-scheme", "dark");
  sg_settings_apply_colour_scheme (settings);
  g_assert_true (adw_style_manager_get_dark (manager));
  g_settings_set_string (settings, "colour-scheme", "light");
  sg_settings_apply_colour_scheme (settings);
  g_assert_false (adw_style_manager_get_dark (manager));
  g_settings_set_string (settings, "colour-scheme", "system");
  sg_settings_apply_colour_scheme (settings);
  g_assert_cmpint (adw_style_manager_get_color_scheme (manager), ==, ADW_COLOR_SCHEME_DEFAULT);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/settings/address", test_address);
  g_test_add_func ("/app/settings/prefer", test_prefer);
  g_test_add_func ("/app/settings/colour-scheme", test_colour_scheme);
  return g_test_run ();
}
