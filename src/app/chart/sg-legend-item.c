/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-legend-item.h"

#define SWATCH_DISTANCE 6
#define VALUE_DISTANCE  5
#define LEAST_NAME      24
#define NAME_ALPHA      .8f
#define HIDDEN_ALPHA    .5f

struct _SgLegendItem
{
  GtkWidget parent_instance;
  char *name;
  char *value;
  SgSwatch swatch;
  PangoLayout *name_layout;
  PangoLayout *value_layout;
  int name_width;
  int value_width;
};

enum
{
  TOGGLED,
  ISOLATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgLegendItem, sg_legend_item, GTK_TYPE_WIDGET)

static gboolean
is_series (SgLegendItem *self)
{
  return self->swatch.shape != SG_SWATCH_THRESHOLD;
}

/* Room that a value once had it keeps, so that nothing moves while values change. */
static void
measure_texts (SgLegendItem *self)
{
  int width = 0;

  pango_layout_set_width (self->name_layout, -1);
  pango_layout_get_pixel_size (self->name_layout, &self->name_width, NULL);
  if (*self->value != '\0')
    pango_layout_get_pixel_size (self->value_layout, &width, NULL);
  if (width <= self->value_width)
    return;
  self->value_width = width;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
make_layouts (SgLegendItem *self)
{
  g_clear_object (&self->name_layout);
  g_clear_object (&self->value_layout);
  self->name_layout = sg_swatch_new_label (GTK_WIDGET (self), self->name, FALSE);
  self->value_layout = sg_swatch_new_label (GTK_WIDGET (self), self->value, TRUE);
  self->value_width = 0;
  measure_texts (self);
}

static int
width_beside_name (SgLegendItem *self)
{
  return SG_SWATCH_WIDTH + SWATCH_DISTANCE
         + (self->value_width > 0 ? VALUE_DISTANCE + self->value_width : 0);
}

static void
sg_legend_item_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  SgLegendItem *self = SG_LEGEND_ITEM (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      pango_layout_get_pixel_size (self->name_layout, NULL, natural);
      *minimum = *natural;
      return;
    }
  *natural = width_beside_name (self) + self->name_width;
  *minimum = width_beside_name (self) + MIN (self->name_width, LEAST_NAME);
}

static void
append_text (GtkSnapshot   *snapshot,
             PangoLayout   *layout,
             const GdkRGBA *colour,
             int            x)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, 0.f));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

static void
sg_legend_item_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  SgLegendItem *self = SG_LEGEND_ITEM (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (widget);
  int room = width - width_beside_name (self);
  int name_width = MIN (room, self->name_width);
  int name_x = SG_SWATCH_WIDTH + SWATCH_DISTANCE;
  int value_x = name_x + name_width + VALUE_DISTANCE;
  GdkRGBA colour, name_colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  name_colour = colour;
  name_colour.alpha *= self->swatch.hidden ? HIDDEN_ALPHA : NAME_ALPHA;
  pango_layout_set_width (self->name_layout, room < self->name_width ? room * PANGO_SCALE : -1);
  sg_swatch_snapshot (&self->swatch, snapshot, rtl ? width - SG_SWATCH_WIDTH : 0, 0,
                      gtk_widget_get_height (widget));
  append_text (snapshot, self->name_layout, &name_colour,
               rtl ? width - name_x - name_width : name_x);
  if (!self->swatch.hidden && *self->value != '\0')
    {
      int value_width;

      pango_layout_get_pixel_size (self->value_layout, &value_width, NULL);
      append_text (snapshot, self->value_layout, &colour,
                   rtl ? width - value_x - value_width : value_x);
    }
}

static void
on_pressed (SgLegendItem *self,
            int           n_press,
            double        x,
            double        y)
{
  if (is_series (self) && n_press <= 2)
    g_signal_emit (self, signals[n_press == 1 ? TOGGLED : ISOLATED], 0);
}

static gboolean
on_key (SgLegendItem    *self,
        guint            key,
        guint            code,
        GdkModifierType  state)
{
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_space)
    return FALSE;
  g_signal_emit (self, signals[state & GDK_SHIFT_MASK ? ISOLATED : TOGGLED], 0);
  return TRUE;
}

static void
sg_legend_item_css_changed (GtkWidget         *widget,
                            GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sg_legend_item_parent_class)->css_changed (widget, change);
  make_layouts (SG_LEGEND_ITEM (widget));
}

static void
update_accessible (SgLegendItem *self)
{
  g_autofree char *label = *self->value != '\0'
                               ? g_strdup_printf ("%s, %s", self->name, self->value)
                               : g_strdup (self->name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_CHECKED,
      self->swatch.hidden ? GTK_ACCESSIBLE_TRISTATE_FALSE : GTK_ACCESSIBLE_TRISTATE_TRUE, -1);
}

/* @value may be %NULL. */
void
sg_legend_item_set (SgLegendItem   *self,
                    const SgSwatch *swatch,
                    const char     *value)
{
  if (value == NULL)
    value = "";
  self->swatch = *swatch;
  gtk_widget_set_focusable (GTK_WIDGET (self), is_series (self));
  if (!g_str_equal (self->value, value))
    {
      g_free (self->value);
      self->value = g_strdup (value);
      pango_layout_set_text (self->value_layout, value, -1);
      measure_texts (self);
    }
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sg_legend_item_forget_width (SgLegendItem *self)
{
  self->value_width = 0;
  measure_texts (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const char *
sg_legend_item_get_name (SgLegendItem *self)
{
  return self->name;
}

const char *
sg_legend_item_get_value (SgLegendItem *self)
{
  return self->value;
}

gboolean
sg_legend_item_get_hidden (SgLegendItem *self)
{
  return self->swatch.hidden;
}

static void
sg_legend_item_finalize (GObject *object)
{
  SgLegendItem *self = SG_LEGEND_ITEM (object);

  g_clear_object (&self->name_layout);
  g_clear_object (&self->value_layout);
  g_free (self->name);
  g_free (self->value);
  G_OBJECT_CLASS (sg_legend_item_parent_class)->finalize (object);
}

static void
sg_legend_item_class_init (SgLegendItemClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_legend_item_finalize;
  widget_class->measure = sg_legend_item_measure;
  widget_class->snapshot = sg_legend_item_snapshot;
  widget_class->css_changed = sg_legend_item_css_changed;
  gtk_widget_class_set_css_name (widget_class, "legenditem");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_CHECKBOX);
  signals[TOGGLED] = g_signal_new ("toggled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ISOLATED] = g_signal_new ("isolated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_legend_item_init (SgLegendItem *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  self->name = g_strdup ("");
  self->value = g_strdup ("");
  make_layouts (self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

GtkWidget *
sg_legend_item_new (const char *name)
{
  SgLegendItem *self = g_object_new (SG_TYPE_LEGEND_ITEM, NULL);

  g_free (self->name);
  self->name = g_strdup (name);
  make_layouts (self);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  return GTK_WIDGET (self);
}
