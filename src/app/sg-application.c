/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-application.h"

#include "pages/sg-cache-page.h"
#include "pages/sg-explore-page.h"
#include "pages/sg-metrics-log-page.h"
#include "pages/sg-sync-page.h"
#include "pages/sg-targets-page.h"
#include "sg-about.h"
#include "sg-preferences-window.h"
#include "sg-settings.h"
#include "sg-shortcuts-window.h"
#include "sg-window.h"

#include "sg-config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

/*
 * The engine is started when the window has been presented, on its own thread; the first frame does not
 * wait for it. A change of the listening address ends the engine and starts another with the new one.
 */
struct _SgApplication
{
  AdwApplication parent_instance;
  SgEngineOptions *options;
  GSettings *settings;
  SgEngine *engine;
  gboolean engine_busy;
  gboolean restart_again;
  gboolean ending;
  SgWindow *window;
  GtkWindow *preferences;
  guint restart_idle;
  guint signals[2];
};

G_DEFINE_FINAL_TYPE (SgApplication, sg_application, ADW_TYPE_APPLICATION)

void sg_register_resource (void);

/* Returns: (transfer none): what the user chose */
GSettings *
sg_application_get_settings (SgApplication *self)
{
  return self->settings;
}

/* Returns: (transfer none) (nullable): the engine, while there is one */
SgEngine *
sg_application_get_engine (SgApplication *self)
{
  return self->engine;
}

gboolean
sg_application_get_address_is_given (SgApplication *self)
{
  return sg_engine_options_get_listen_address_is_asked_for (self->options);
}

static void start_engine (SgApplication *self);

static void
show_trouble (SgApplication *self,
              const char    *message)
{
  g_warning ("%s", message);
  if (self->window != NULL)
    sg_window_set_trouble (self->window, message);
}

static void
engine_started (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (SgApplication) self = data;
  g_autoptr (GError) error = NULL;
  gboolean good = sg_engine_start_finish (SG_ENGINE (object), result, &error);

  self->engine_busy = FALSE;
  if (!good)
    {
      g_clear_object (&self->engine);
      show_trouble (self, error->message);
    }
  else if (self->window != NULL)
    sg_window_set_engine (self->window, self->engine);
  if (self->restart_again)
    start_engine (self);
}

static void
create_engine (SgApplication *self)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_copy (self->options);
  g_autoptr (GError) error = NULL;

  if (!sg_settings_prefer_address (self->settings, options, &error))
    {
      show_trouble (self, error->message);
      return;
    }
  self->engine = sg_engine_new (options);
  self->engine_busy = TRUE;
  sg_engine_start_async (self->engine, NULL, engine_started, g_object_ref (self));
}

static void
engine_stopped (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (SgApplication) self = data;
  g_autoptr (GError) error = NULL;

  self->engine_busy = FALSE;
  if (!sg_engine_stop_finish (SG_ENGINE (object), result, &error))
    g_warning ("%s", error->message);
  g_clear_object (&self->engine);
  if (!self->ending)
    start_engine (self);
}

/* Starts the engine with what the preferences say now; one that runs is stopped first. */
static void
start_engine (SgApplication *self)
{
  self->restart_again = self->engine_busy;
  if (self->engine_busy || self->ending)
    return;
  if (self->engine == NULL)
    {
      create_engine (self);
      return;
    }
  self->engine_busy = TRUE;
  if (self->window != NULL)
    sg_window_set_engine (self->window, NULL);
  sg_engine_stop_async (self->engine, engine_stopped, g_object_ref (self));
}

static gboolean
restart_in_idle (gpointer data)
{
  SgApplication *self = data;

  self->restart_idle = 0;
  start_engine (self);
  return G_SOURCE_REMOVE;
}

/* Host and port may change together; one restart does for both. */
static void
address_changed (SgApplication *self)
{
  if (self->restart_idle == 0 && !sg_application_get_address_is_given (self))
    self->restart_idle = g_idle_add (restart_in_idle, self);
}

static void
preferences_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       data)
{
  SgApplication *self = data;

  if (self->preferences == NULL)
    {
      GtkWidget *window =
          sg_preferences_window_new (self->settings, sg_application_get_address_is_given (self));

      g_set_weak_pointer (&self->preferences, GTK_WINDOW (window));
      gtk_window_set_transient_for (self->preferences, GTK_WINDOW (self->window));
    }
  gtk_window_present (self->preferences);
}

static void
shortcuts_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       data)
{
  sg_shortcuts_window_present (GTK_WINDOW (SG_APPLICATION (data)->window));
}

static void
about_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  sg_about_present (GTK_WINDOW (SG_APPLICATION (data)->window));
}

static void
restart_engine_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       data)
{
  start_engine (data);
}

static void
quit_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  SgApplication *self = data;

  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  g_application_quit (G_APPLICATION (self));
}

static const GActionEntry entries[] = {
  { "preferences", preferences_activated, NULL, NULL, NULL },
  { "shortcuts", shortcuts_activated, NULL, NULL, NULL },
  { "about", about_activated, NULL, NULL, NULL },
  { "restart-engine", restart_engine_activated, NULL, NULL, NULL },
  { "quit", quit_activated, NULL, NULL, NULL },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.shortcuts", { "<Control>question" } },
  { "window.close", { "<Control>w" } },
  { "win.refresh", { "F5", "<Control>r" } },
  { "win.commands", { "<Control>k" } },
  { "win.find", { "<Control>f" } },
  { "win.sidebar", { "F9" } },
  { "win.time-choose", { "<Control>t" } },
  { "win.time-back", { "<Alt>Left" } },
  { "win.time-forward", { "<Alt>Right" } },
};

static void
set_accels (SgApplication *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           (const char *const *) accels[i].keys);
  for (int tab = 1; tab <= 9; tab++)
    {
      g_autofree char *action = g_strdup_printf ("win.tab(%d)", tab);
      g_autofree char *key = g_strdup_printf ("<Control>%d", tab);
      const char *keys[] = { key, NULL };

      gtk_application_set_accels_for_action (GTK_APPLICATION (self), action, keys);
    }
}

/* As Ctrl+Q: what the window keeps is kept. */
static gboolean
signal_received (gpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

static void
sg_application_startup (GApplication *application)
{
  SgApplication *self = SG_APPLICATION (application);

  sg_register_resource ();
  G_APPLICATION_CLASS (sg_application_parent_class)->startup (application);
  sg_settings_apply_colour_scheme (self->settings);
  g_signal_connect (self->settings, "changed::colour-scheme",
                    G_CALLBACK (sg_settings_apply_colour_scheme), NULL);
  g_signal_connect_swapped (self->settings, "changed::listen-host", G_CALLBACK (address_changed),
                            self);
  g_signal_connect_swapped (self->settings, "changed::listen-port", G_CALLBACK (address_changed),
                            self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accels (self);
  self->signals[0] = g_unix_signal_add (SIGTERM, signal_received, self);
  self->signals[1] = g_unix_signal_add (SIGINT, signal_received, self);
}

static void
sg_application_activate (GApplication *application)
{
  SgApplication *self = SG_APPLICATION (application);
  GtkWidget *window;

  if (self->window == NULL)
    {
      window = sg_window_new (GTK_APPLICATION (self), self->settings, sg_clock_get_system ());
      g_set_weak_pointer (&self->window, SG_WINDOW (window));
      sg_window_add_page (self->window, sg_sync_page_new (self->settings));
      sg_window_add_page (self->window, sg_cache_page_new ());
      sg_window_add_page (self->window, sg_metrics_log_page_new ());
      sg_window_add_page (self->window, sg_explore_page_new (self->settings));
      sg_window_add_page (self->window, sg_targets_page_new (self->settings));
      sg_window_show_tab (self->window, (guint) g_settings_get_int (self->settings, "tab"));
    }
  gtk_window_present (GTK_WINDOW (self->window));
  if (self->engine == NULL)
    start_engine (self);
  else if (!self->engine_busy)
    sg_window_set_engine (self->window, self->engine);
}

static gboolean
fail (const GError *error)
{
  g_printerr ("sightglass: %s\n", error->message);
  return FALSE;
}

static gboolean
check_options (SgApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (!sg_engine_options_read_environment (self->options, &error))
    return fail (error);
  self->settings = sg_settings_new (&error);
  return self->settings != NULL || fail (error);
}

static int
sg_application_handle_local_options (GApplication *application,
                                     GVariantDict *options)
{
  g_autoptr (GError) error = NULL;
  SgApplication *self = SG_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_autofree char *text = sg_version_describe ("sightglass");

      g_print ("%s", text);
      return 0;
    }
  if (!check_options (self))
    return 2;
  if (!g_application_register (application, NULL, &error))
    {
      fail (error);
      return 1;
    }
  if (g_application_get_is_remote (application)
      && sg_engine_options_get_listen_address_is_asked_for (self->options))
    g_printerr (
        _ ("sightglass: it runs already, so that its options stay as they are; its window is "
           "shown\n"));
  return G_APPLICATION_CLASS (sg_application_parent_class)
      ->handle_local_options (application, options);
}

static void
engine_stopped_at_end (GObject      *object,
                       GAsyncResult *result,
                       gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!sg_engine_stop_finish (SG_ENGINE (object), result, &error))
    g_warning ("%s", error->message);
  *(gboolean *) data = TRUE;
}

/* Every service stops in order, within the engine's deadline, before the process ends. */
static void
stop_engine (SgApplication *self)
{
  gboolean stopped = FALSE;

  self->ending = TRUE;
  while (self->engine_busy)
    g_main_context_iteration (NULL, TRUE);
  if (self->engine == NULL)
    return;
  sg_engine_stop_async (self->engine, engine_stopped_at_end, &stopped);
  while (!stopped)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->engine);
}

static void
sg_application_shutdown (GApplication *application)
{
  SgApplication *self = SG_APPLICATION (application);

  for (guint i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);
  g_clear_handle_id (&self->restart_idle, g_source_remove);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  stop_engine (self);
  G_APPLICATION_CLASS (sg_application_parent_class)->shutdown (application);
}

static void
sg_application_finalize (GObject *object)
{
  SgApplication *self = SG_APPLICATION (object);

  sg_engine_options_free (self->options);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->preferences);
  G_OBJECT_CLASS (sg_application_parent_class)->finalize (object);
}

static void
sg_application_class_init (SgApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_application_finalize;
  application_class->startup = sg_application_startup;
  application_class->activate = sg_application_activate;
  application_class->handle_local_options = sg_application_handle_local_options;
  application_class->shutdown = sg_application_shutdown;
}

static void
sg_application_init (SgApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  self->options = sg_engine_options_new ();
  g_application_set_option_context_summary (application,
                                            _ ("Watches applications: their metrics, their health, "
                                               "and what they do."));
  g_application_add_main_option (application, "version", 0, 0, G_OPTION_ARG_NONE,
                                 _ ("Tell the version and what it runs on"), NULL);
  g_application_add_option_group (application, sg_engine_options_get_group (self->options));
}

SgApplication *
sg_application_new (void)
{
  return g_object_new (SG_TYPE_APPLICATION, "application-id", SG_APP_ID, "flags",
                       G_APPLICATION_DEFAULT_FLAGS, NULL);
}
