/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-preferences-window.h"

#include "models/sg-format.h"
#include "sg-settings.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgPreferencesWindow
{
  AdwPreferencesWindow parent_instance;
  GSettings *settings;
  AdwComboRow *interval;
  AdwComboRow *scheme;
  AdwPreferencesGroup *server;
  AdwEntryRow *host;
  AdwEntryRow *port;
  GtkLabel *problem;
  GtkSpinButton *success_degraded;
  GtkSpinButton *success_unhealthy;
  GtkSpinButton *p95_degraded;
  GtkSpinButton *p95_unhealthy;
};

G_DEFINE_FINAL_TYPE (SgPreferencesWindow, sg_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static const int intervals[] = { 1, 2, 5, 10, 30, 60 };

static void
show_problem (SgPreferencesWindow *self,
              AdwEntryRow         *row,
              const char          *message)
{
  gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  gtk_label_set_label (self->problem, message);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
}

static void
forget_problem (SgPreferencesWindow *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->host), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->port), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
}

static void
tell_applied (SgPreferencesWindow *self,
              const char          *address)
{
  g_autofree char *title = g_strdup_printf (_ ("The server starts anew on %s"), address);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (title));
}

/* An address that cannot be one is refused here; one that cannot be had is told in the window. */
static gboolean
address_validate (SgPreferencesWindow *self,
                  AdwEntryRow         *row,
                  const char          *address)
{
  g_autoptr (SgEngineOptions) scratch = sg_engine_options_new ();
  g_autoptr (GError) error = NULL;

  if (sg_engine_options_prefer_listen_address (scratch, address, &error))
    return TRUE;
  show_problem (self, row, error->message);
  return FALSE;
}

static void
host_applied (SgPreferencesWindow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->host))));
  guint port = g_settings_get_uint (self->settings, "listen-port");
  g_autofree char *address = sg_settings_make_address (text, port);

  forget_problem (self);
  if (!address_validate (self, self->host, address))
    return;
  g_settings_set_string (self->settings, "listen-host", text);
  tell_applied (self, address);
}

static void
port_applied (SgPreferencesWindow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->port));
  g_autofree char *host = g_settings_get_string (self->settings, "listen-host");
  g_autofree char *address = NULL;
  guint64 port;

  forget_problem (self);
  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL))
    {
      show_problem (self, self->port, _ ("A port is a number from 1 to 65535."));
      return;
    }
  address = sg_settings_make_address (host, (guint) port);
  g_settings_set_uint (self->settings, "listen-port", (guint) port);
  tell_applied (self, address);
}

static void
interval_chosen (SgPreferencesWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->interval);

  if (self->settings != NULL && selected < G_N_ELEMENTS (intervals))
    g_settings_set_int (self->settings, "refresh-interval", intervals[selected]);
}

static void
scheme_chosen (SgPreferencesWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->scheme);

  if (self->settings != NULL && selected != GTK_INVALID_LIST_POSITION)
    g_settings_set_enum (self->settings, "colour-scheme", (int) selected);
}

static void
fill_intervals (SgPreferencesWindow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    gtk_string_list_take (names, sg_format_span (intervals[i] * G_GINT64_CONSTANT (1000)));
  adw_combo_row_set_model (self->interval, G_LIST_MODEL (names));
}

static void
show_settings (SgPreferencesWindow *self,
               GSettings           *settings)
{
  int interval = g_settings_get_int (settings, "refresh-interval");
  g_autofree char *host = g_settings_get_string (settings, "listen-host");
  g_autofree char *port = g_strdup_printf ("%u", g_settings_get_uint (settings, "listen-port"));
  guint chosen = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    chosen = intervals[i] == interval ? i : chosen;
  adw_combo_row_set_selected (self->interval, chosen);
  adw_combo_row_set_selected (self->scheme,
                              (guint) g_settings_get_enum (settings, "colour-scheme"));
  gtk_editable_set_text (GTK_EDITABLE (self->host), host);
  gtk_editable_set_text (GTK_EDITABLE (self->port), port);
  adw_entry_row_set_show_apply_button (self->host, TRUE);
  adw_entry_row_set_show_apply_button (self->port, TRUE);
}

static void
sg_preferences_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_PREFERENCES_WINDOW);
  g_clear_object (&SG_PREFERENCES_WINDOW (object)->settings);
  G_OBJECT_CLASS (sg_preferences_window_parent_class)->dispose (object);
}

static void
sg_preferences_window_class_init (SgPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_preferences_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/sg-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, interval);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, scheme);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, server);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, host);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, port);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, success_degraded);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, success_unhealthy);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, p95_degraded);
  gtk_widget_class_bind_template_child (widget_class, SgPreferencesWindow, p95_unhealthy);
  gtk_widget_class_bind_template_callback (widget_class, interval_chosen);
  gtk_widget_class_bind_template_callback (widget_class, scheme_chosen);
  gtk_widget_class_bind_template_callback (widget_class, host_applied);
  gtk_widget_class_bind_template_callback (widget_class, port_applied);
  gtk_widget_class_bind_template_callback (widget_class, forget_problem);
}

static void
sg_preferences_window_init (SgPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_intervals (self);
}

/* A setting is in the unit of what is judged, 1 or s; people write it in per cent and ms. */
static gboolean
scale_up (GValue   *value,
          GVariant *variant,
          gpointer  data)
{
  g_value_set_double (value, g_variant_get_double (variant) * GPOINTER_TO_INT (data));
  return TRUE;
}

static GVariant *
scale_down (const GValue       *value,
            const GVariantType *type,
            gpointer            data)
{
  return g_variant_new_double (g_value_get_double (value) / GPOINTER_TO_INT (data));
}

static void
bind_thresholds (SgPreferencesWindow *self,
                 GSettings           *settings)
{
  const struct
  {
    const char *key;
    GtkSpinButton *spin;
    int scale;
  } all[] = {
    { "sync-success-degraded", self->success_degraded, 100 },
    { "sync-success-unhealthy", self->success_unhealthy, 100 },
    { "sync-p95-degraded", self->p95_degraded, 1000 },
    { "sync-p95-unhealthy", self->p95_unhealthy, 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_settings_bind_with_mapping (settings, all[i].key, all[i].spin, "value",
                                  G_SETTINGS_BIND_DEFAULT, scale_up, scale_down,
                                  GINT_TO_POINTER (all[i].scale), NULL);
}

/**
 * sg_preferences_window_new:
 * @settings: what the user chose
 * @address_is_given: whether a flag or the environment says where to listen
 */
GtkWidget *
sg_preferences_window_new (GSettings *settings,
                           gboolean   address_is_given)
{
  SgPreferencesWindow *self = g_object_new (SG_TYPE_PREFERENCES_WINDOW, NULL);

  show_settings (self, settings);
  self->settings = g_object_ref (settings);
  bind_thresholds (self, settings);
  if (address_is_given)
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->host), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (self->port), FALSE);
      adw_preferences_group_set_description (
          self->server, _ ("A flag or the environment says where this run listens."));
    }
  return GTK_WIDGET (self);
}
