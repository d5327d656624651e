/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-config-bar.h"

#include "models/sg-format.h"
#include "widgets/sg-level-style.h"

#include <glib/gi18n.h>

struct _SgConfigBar
{
  GtkWidget parent_instance;
  SgLevel level;
  GtkImage *icon;
  GtkLabel *text;
  GtkWidget *open;
  GtkWidget *reload;
};

G_DEFINE_FINAL_TYPE (SgConfigBar, sg_config_bar, GTK_TYPE_WIDGET)

static void
append_lines (GString           *out,
              const char *const *lines)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    g_string_append_printf (out, "\n%s", lines[i]);
}

static char *
describe_bad (const SgConfigStatus *status)
{
  g_autofree char *good = sg_format_clock (status->last_good, TRUE);

  if (status->last_good == 0)
    return g_strdup_printf (_ ("The configuration is not in force: %s"), status->error);
  /* Translators: what is wrong, and a time of the day */
  return g_strdup_printf (_ ("The configuration is wrong, and that of %2$s goes on: %1$s"),
                          status->error, good);
}

static char *
describe_good (const SgConfigStatus *status,
               SgTimeMs              now)
{
  g_autofree char *name = NULL;
  g_autofree char *ago = sg_format_ago (now - status->last_read);

  if (status->path == NULL)
    return g_strdup (_ ("There is no configuration file yet; the first target makes one."));
  name = g_path_get_basename (status->path);
  if (status->last_read == 0)
    return g_strdup_printf (_ ("%s is not there yet; the first target makes it."), name);
  /* Translators: a file, and how long ago it was read */
  return g_strdup_printf (_ ("%s is in force, read %s ago."), name, ago);
}

static void
take_level (SgConfigBar *self,
            SgLevel      level)
{
  self->level = level;
  gtk_image_set_from_icon_name (self->icon, sg_level_style_get_icon_name (level));
  sg_level_style_apply (GTK_WIDGET (self->icon), level);
  if (level == SG_LEVEL_HEALTHY)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "sg-strip");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "sg-strip");
}

void
sg_config_bar_set_status (SgConfigBar       *self,
                          SgConfigStatus    *status,
                          const char *const *problems,
                          SgTimeMs           now)
{
  gboolean is_bad = status->error != NULL;
  g_autofree char *sentence = is_bad ? describe_bad (status) : describe_good (status, now);
  g_autoptr (GString) text = g_string_new (sentence);
  gboolean any = (status->warnings != NULL && status->warnings[0] != NULL)
                 || (problems != NULL && problems[0] != NULL);

  append_lines (text, problems);
  append_lines (text, (const char *const *) status->warnings);
  gtk_label_set_label (self->text, text->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->text), status->path);
  gtk_widget_set_visible (self->open, status->path != NULL && status->last_read > 0);
  gtk_widget_set_visible (self->reload, status->path != NULL);
  take_level (self, is_bad || any ? SG_LEVEL_DEGRADED : SG_LEVEL_HEALTHY);
}

void
sg_config_bar_set_narrow (SgConfigBar *self,
                          gboolean     narrow)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

SgLevel
sg_config_bar_get_level (SgConfigBar *self)
{
  return self->level;
}

const char *
sg_config_bar_get_text (SgConfigBar *self)
{
  return gtk_label_get_label (self->text);
}

static void
sg_config_bar_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (sg_config_bar_parent_class)->dispose (object);
}

static void
sg_config_bar_class_init (SgConfigBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sg_config_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
add_button (GtkWidget  *box,
            const char *label,
            const char *action,
            const char *tooltip)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
sg_config_bar_init (SgConfigBar *self)
{
  GtkWidget *message = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->icon = GTK_IMAGE (gtk_image_new ());
  self->text = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->text, 0.f);
  gtk_label_set_wrap (self->text, TRUE);
  gtk_label_set_wrap_mode (self->text, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (self->text, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->text), "numeric");
  gtk_widget_set_valign (GTK_WIDGET (self->icon), GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (message), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (message), GTK_WIDGET (self->text));
  gtk_widget_add_css_class (message, "message");
  gtk_widget_set_hexpand (message, TRUE);
  gtk_widget_add_css_class (buttons, "buttons");
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_widget_set_valign (buttons, GTK_ALIGN_CENTER);
  self->open = add_button (buttons, _ ("Open File"), "targets.open-config",
                           _ ("Open the Configuration in an Editor"));
  self->reload =
      add_button (buttons, _ ("Reload"), "targets.reload", _ ("Read the Configuration Again"));
  gtk_widget_add_css_class (GTK_WIDGET (self), "sg-config-bar");
  gtk_widget_set_parent (message, GTK_WIDGET (self));
  gtk_widget_set_parent (buttons, GTK_WIDGET (self));
}

GtkWidget *
sg_config_bar_new (void)
{
  return g_object_new (SG_TYPE_CONFIG_BAR, NULL);
}
