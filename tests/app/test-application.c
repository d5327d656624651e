/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "sg-application.h"

#include <string.h>

/*
 * The application as it runs, once through: it opens its window with the engine beside it, shows its own
 * metrics, starts the engine anew for another address, and ends in order.
 */

static SgWindow *
window_of (SgApplication *application)
{
  return SG_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
}

static gboolean
is_refreshed (gpointer application)
{
  SgWindow *window = window_of (application);

  return window != NULL && sg_page_get_state (sg_window_get_page (window)) == SG_PAGE_READY;
}

static guint
port_of (SgApplication *application)
{
  SgEngine *engine = sg_application_get_engine (application);
  g_autoptr (SgServerStatus) status = engine != NULL ? sg_engine_get_server_status (engine) : NULL;

  return status != NULL ? status->port : 0;
}

static gboolean
moved_port (gpointer data)
{
  SgApplication *application = data;
  guint wanted = g_settings_get_uint (sg_application_get_settings (application), "listen-port");

  return port_of (application) == wanted;
}

static guint
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static gboolean
walk (gpointer data)
{
  SgApplication *application = data;
  GSettings *settings = sg_application_get_settings (application);

  sg_test_wait_until (is_refreshed, application);
  g_assert_cmpuint (port_of (application), !=, 0);
  g_assert_false (sg_application_get_address_is_given (application));
  g_settings_set_uint (settings, "listen-port", free_port ());
  sg_test_wait_until (moved_port, application);
  sg_test_wait_until (is_refreshed, application);
  g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  return G_SOURCE_REMOVE;
}

static void
test_run (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sightglass-test-XXXXXX", NULL);
  g_autofree char *storage = g_strconcat ("--storage.path=", folder, NULL);
  const char *argv[] = { "sightglass", storage, NULL };
  SgApplication *application = sg_application_new ();

  g_idle_add (walk, application);
  g_assert_cmpint (g_application_run (G_APPLICATION (application), 2, (char **) argv), ==, 0);
  g_assert_null (sg_application_get_engine (application));
  g_assert_finalize_object (application);
}

static int
run_with (const char *option)
{
  const char *argv[] = { "sightglass", option, NULL };
  g_autoptr (SgApplication) application = sg_application_new ();

  return g_application_run (G_APPLICATION (application), 2, (char **) argv);
}

/* In processes of their own, since GApplication is run once. */
static void
test_options (void)
{
  if (g_test_subprocess ())
    exit (run_with ("--version"));
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*libsoup*");
}

static void
test_wrong_option (void)
{
  if (g_test_subprocess ())
    {
      g_setenv ("METRICS_PORT", "eighty", TRUE);
      exit (run_with (NULL));
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*METRICS_PORT*eighty*");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/application/run", test_run);
  g_test_add_func ("/app/application/options", test_options);
  g_test_add_func ("/app/application/wrong-option", test_wrong_option);
  return g_test_run ();
}
