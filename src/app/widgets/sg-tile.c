/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-tile.h"

#include "widgets/sg-level-style.h"
#include "widgets/sg-sparkline.h"

#include "sg-config.h"

#include <math.h>

struct _SgTile
{
  GtkButton parent_instance;
  GtkLabel *name;
  GtkImage *icon;
  GtkWidget *figure;
  GtkLabel *value;
  GtkLabel *unit_label;
  GtkLabel *change;
  SgSparkline *sparkline;
  SgUnit unit;
  double number;
  double before;
  double warning;
  double error;
  char *suffix;
  char *note;
};

G_DEFINE_FINAL_TYPE (SgTile, sg_tile, GTK_TYPE_BUTTON)

static gboolean
is_beyond (SgTile *self,
           double  threshold)
{
  return self->error < self->warning ? self->number <= threshold : self->number >= threshold;
}

/* Unknown without thresholds, or without a value. */
SgLevel
sg_tile_get_level (SgTile *self)
{
  if (isnan (self->warning) || isnan (self->number))
    return SG_LEVEL_UNKNOWN;
  if (is_beyond (self, self->error))
    return SG_LEVEL_UNHEALTHY;
  return is_beyond (self, self->warning) ? SG_LEVEL_DEGRADED : SG_LEVEL_HEALTHY;
}

static void
update_level (SgTile *self)
{
  SgLevel level = sg_tile_get_level (self);

  gtk_widget_set_visible (GTK_WIDGET (self->icon), !isnan (self->warning));
  gtk_image_set_from_icon_name (self->icon, sg_level_style_get_icon_name (level));
  sg_level_style_apply (GTK_WIDGET (self->icon), level);
  sg_sparkline_set_level (self->sparkline, level);
}

/* Name, value, change and status in one sentence. */
static void
update_spoken (SgTile     *self,
               const char *change)
{
  g_autoptr (GString) text = g_string_new (gtk_label_get_label (self->name));

  g_string_append_printf (text, ", %s %s", gtk_label_get_label (self->value),
                          gtk_label_get_label (self->unit_label));
  if (*change != '\0')
    g_string_append_printf (text, ", %s", change);
  if (!isnan (self->warning))
    g_string_append_printf (text, ", %s", sg_level_style_get_word (sg_tile_get_level (self)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str,
                                  -1);
}

static void
update (SgTile *self)
{
  g_autofree char *number = NULL;
  g_autofree char *change = NULL;
  const char *symbol;

  sg_unit_format_parts (self->unit, self->number, &number, &symbol);
  change = self->note != NULL ? g_strdup (self->note)
                              : sg_unit_format_change (self->unit, self->number, self->before);
  gtk_label_set_label (self->value, number);
  gtk_label_set_label (self->unit_label, self->suffix != NULL ? self->suffix : symbol);
  /* A tile without a change keeps the line, so that those of a row stand in line. */
  gtk_label_set_label (self->change, change != NULL ? change : "");
  update_level (self);
  update_spoken (self, change != NULL ? change : "");
}

void
sg_tile_set_value (SgTile *self,
                   double  value)
{
  self->number = value;
  update (self);
}

void
sg_tile_set_suffix (SgTile     *self,
                    const char *suffix)
{
  g_free (self->suffix);
  self->suffix = g_strdup (suffix);
  update (self);
}

void
sg_tile_set_before (SgTile *self,
                    double  before)
{
  self->before = before;
  update (self);
}

void
sg_tile_set_note (SgTile     *self,
                  const char *note)
{
  g_free (self->note);
  self->note = g_strdup (note);
  update (self);
}

void
sg_tile_set_trend (SgTile       *self,
                   const double *values,
                   guint         n_values)
{
  sg_sparkline_set_values (self->sparkline, values, n_values);
}

void
sg_tile_set_thresholds (SgTile *self,
                        double  warning,
                        double  error)
{
  self->warning = warning;
  self->error = error;
  update (self);
}

/* A number and its unit are read from left to right everywhere; they begin where the name does. */
static void
sg_tile_direction_changed (GtkWidget        *widget,
                           GtkTextDirection  before)
{
  SgTile *self = SG_TILE (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  GTK_WIDGET_CLASS (sg_tile_parent_class)->direction_changed (widget, before);
  gtk_widget_set_direction (self->figure, GTK_TEXT_DIR_LTR);
  gtk_widget_set_halign (self->figure, rtl ? GTK_ALIGN_END : GTK_ALIGN_START);
}

static void
sg_tile_finalize (GObject *object)
{
  g_free (SG_TILE (object)->suffix);
  g_free (SG_TILE (object)->note);
  G_OBJECT_CLASS (sg_tile_parent_class)->finalize (object);
}

static void
sg_tile_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_TILE);
  G_OBJECT_CLASS (sg_tile_parent_class)->dispose (object);
}

static void
sg_tile_class_init (SgTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_tile_dispose;
  G_OBJECT_CLASS (klass)->finalize = sg_tile_finalize;
  GTK_WIDGET_CLASS (klass)->direction_changed = sg_tile_direction_changed;
  g_type_ensure (SG_TYPE_SPARKLINE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTile, name);
  gtk_widget_class_bind_template_child (widget_class, SgTile, icon);
  gtk_widget_class_bind_template_child (widget_class, SgTile, figure);
  gtk_widget_class_bind_template_child (widget_class, SgTile, value);
  gtk_widget_class_bind_template_child (widget_class, SgTile, unit_label);
  gtk_widget_class_bind_template_child (widget_class, SgTile, change);
  gtk_widget_class_bind_template_child (widget_class, SgTile, sparkline);
}

static void
sg_tile_init (SgTile *self)
{
  self->number = self->before = self->warning = self->error = NAN;
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_tile_direction_changed (GTK_WIDGET (self), GTK_TEXT_DIR_NONE);
}

GtkWidget *
sg_tile_new (const char *name,
             SgUnit      unit)
{
  SgTile *self = g_object_new (SG_TYPE_TILE, NULL);

  self->unit = unit;
  gtk_label_set_label (self->name, name);
  update (self);
  return GTK_WIDGET (self);
}
