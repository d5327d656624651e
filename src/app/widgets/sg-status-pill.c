/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-status-pill.h"

#include "widgets/sg-template.h"

#include "sg-config.h"

struct _SgStatusPill
{
  GtkWidget parent_instance;
  SgLevel level;
  char *text;
  GtkImage *icon;
  GtkLabel *label;
};

enum
{
  PROP_0,
  PROP_LEVEL,
  PROP_TEXT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SgStatusPill, sg_status_pill, GTK_TYPE_WIDGET)

static void
pill_update (SgStatusPill *self)
{
  gtk_image_set_from_icon_name (self->icon, sg_level_style_get_icon_name (self->level));
  gtk_label_set_label (self->label,
                       self->text != NULL ? self->text : sg_level_style_get_word (self->level));
  sg_level_style_apply (GTK_WIDGET (self), self->level);
}

void
sg_status_pill_set_level (SgStatusPill *self,
                          SgLevel       level)
{
  if (self->level == level)
    return;
  self->level = level;
  pill_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVEL]);
}

/* With %NULL it says the word of its level. */
void
sg_status_pill_set_text (SgStatusPill *self,
                         const char   *text)
{
  if (g_strcmp0 (self->text, text) == 0)
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  pill_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
sg_status_pill_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  SgStatusPill *self = SG_STATUS_PILL (object);

  if (id == PROP_LEVEL)
    g_value_set_int (value, (int) self->level);
  else
    g_value_set_string (value, self->text);
}

static void
sg_status_pill_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  SgStatusPill *self = SG_STATUS_PILL (object);

  if (id == PROP_LEVEL)
    sg_status_pill_set_level (self, (SgLevel) g_value_get_int (value));
  else
    sg_status_pill_set_text (self, g_value_get_string (value));
}

static void
sg_status_pill_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_STATUS_PILL);
  g_clear_pointer (&SG_STATUS_PILL (object)->text, g_free);
  G_OBJECT_CLASS (sg_status_pill_parent_class)->dispose (object);
}

static void
sg_status_pill_class_init (SgStatusPillClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sg_status_pill_get_property;
  object_class->set_property = sg_status_pill_set_property;
  object_class->dispose = sg_status_pill_dispose;
  properties[PROP_LEVEL] = sg_level_style_param_spec ("level", flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-status-pill.ui");
  gtk_widget_class_bind_template_child (widget_class, SgStatusPill, icon);
  gtk_widget_class_bind_template_child (widget_class, SgStatusPill, label);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_status_pill_init (SgStatusPill *self)
{
  self->level = SG_LEVEL_UNKNOWN;
  gtk_widget_init_template (GTK_WIDGET (self));
  pill_update (self);
}

GtkWidget *
sg_status_pill_new (SgLevel     level,
                    const char *text)
{
  return g_object_new (SG_TYPE_STATUS_PILL, "level", (int) level, "text", text, NULL);
}
