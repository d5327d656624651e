/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "sg-application.h"

#include "sg-config.h"

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
  g_autoptr (SgHttpStatus) status = engine != NULL ? sg_engine_get_server_status (engine) : NULL;

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

static GPid
spawn (char **environment,
       char  *storage)
{
  char *argv[] = { (char *) SG_SIGHTGLASS, storage, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async (NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                 NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

typedef struct
{
  GPid pid;
  gboolean ended;
  int status;
  gboolean owned;
} Instance;

static void
instance_ended (GPid     pid,
                int      status,
                gpointer data)
{
  Instance *instance = data;

  instance->ended = TRUE;
  instance->status = status;
}

static gboolean
has_ended (gpointer data)
{
  return ((Instance *) data)->ended;
}

static void
name_appeared (GDBusConnection *bus,
               const char      *name,
               const char      *owner,
               gpointer         data)
{
  ((Instance *) data)->owned = TRUE;
}

static gboolean
is_owned (gpointer data)
{
  return ((Instance *) data)->owned;
}

static void
quit_over_bus (GDBusConnection *bus)
{
  g_autoptr (GDBusActionGroup) actions =
      g_dbus_action_group_get (bus, SG_APP_ID, "/io/github/sightglass/Sightglass");

  g_action_group_activate_action (G_ACTION_GROUP (actions), "quit", NULL);
  g_dbus_connection_flush_sync (bus, NULL, NULL);
}

/* With a bus, a second one shows the window of the first and goes. Both are real processes. */
static void
test_single_instance (void)
{
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  g_autofree char *folder = g_dir_make_tmp ("sightglass-test-XXXXXX", NULL);
  g_autofree char *storage = g_strconcat ("--storage.path=", folder, NULL);
  g_autoptr (GTestDBus) test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GDBusConnection) bus = NULL;
  g_auto (GStrv) environment = g_get_environ ();
  Instance first = { 0 }, second = { 0 };
  guint watch;

  if (daemon == NULL)
    {
      g_test_skip ("dbus-daemon is not installed");
      return;
    }
  /* The environment was taken before, as this takes the display out of it. */
  g_test_dbus_up (test_bus);
  environment = g_environ_setenv (environment, "DBUS_SESSION_BUS_ADDRESS",
                                  g_test_dbus_get_bus_address (test_bus), TRUE);
  bus =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (test_bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, NULL);
  watch = g_bus_watch_name_on_connection (bus, SG_APP_ID, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                          name_appeared, NULL, &first, NULL);
  first.pid = spawn (environment, storage);
  g_child_watch_add (first.pid, instance_ended, &first);
  sg_test_wait_until (is_owned, &first);
  second.pid = spawn (environment, storage);
  g_child_watch_add (second.pid, instance_ended, &second);
  sg_test_wait_until (has_ended, &second);
  g_assert_cmpint (second.status, ==, 0);
  g_assert_false (first.ended);
  quit_over_bus (bus);
  sg_test_wait_until (has_ended, &first);
  g_assert_cmpint (first.status, ==, 0);
  g_bus_unwatch_name (watch);
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_test_dbus_down (test_bus);
  g_setenv ("DISPLAY", g_environ_getenv (environment, "DISPLAY"), TRUE);
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
  g_test_add_func ("/app/application/single-instance", test_single_instance);
  g_test_add_func ("/app/application/options", test_options);
  g_test_add_func ("/app/application/wrong-option", test_wrong_option);
  return g_test_run ();
}
