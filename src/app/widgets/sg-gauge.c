/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-gauge.h"

#include "chart/sg-plot-frame.h"

#include <adwaita.h>
#include <math.h>

#define RING_SIZE   84
#define RING_STROKE 9
#define BAR_HEIGHT  8
#define BAR_LEAST   60
#define TRACK_ALPHA .1

struct _SgGauge
{
  GtkWidget parent_instance;
  gboolean is_ring;
  double part;
  SgLevel level;
  char *name;
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (SgGauge, sg_gauge, GTK_TYPE_WIDGET)

static GdkRGBA
get_colour (SgGauge *self)
{
  return sg_palette_get_level (sg_palette_get_current (), self->level);
}

static void
draw_arc (double   part,
          cairo_t *cr)
{
  cairo_arc (cr, RING_SIZE / 2., RING_SIZE / 2., (RING_SIZE - RING_STROKE) / 2., -G_PI / 2,
             -G_PI / 2 + 2 * G_PI * part);
  cairo_stroke (cr);
}

static void
draw_ring (SgGauge *self,
           GdkRGBA  foreground,
           cairo_t *cr)
{
  cairo_translate (cr, (gtk_widget_get_width (GTK_WIDGET (self)) - RING_SIZE) / 2.,
                   (gtk_widget_get_height (GTK_WIDGET (self)) - RING_SIZE) / 2.);
  cairo_set_line_width (cr, RING_STROKE);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  sg_plot_frame_set_colour (cr, foreground, TRACK_ALPHA);
  draw_arc (1, cr);
  if (!(self->part > 0))
    return;
  sg_plot_frame_set_colour (cr, get_colour (self), 1);
  draw_arc (self->part, cr);
}

/* From the side where reading begins. */
static void
draw_bar (SgGauge *self,
          double   part,
          cairo_t *cr)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.;
  double length = (width - BAR_HEIGHT) * part;
  double start = rtl ? width - BAR_HEIGHT / 2. : BAR_HEIGHT / 2.;

  cairo_set_line_width (cr, BAR_HEIGHT);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, start, y);
  cairo_line_to (cr, rtl ? start - length : start + length, y);
  cairo_stroke (cr);
}

static void
sg_gauge_snapshot (GtkWidget   *widget,
                   GtkSnapshot *snapshot)
{
  SgGauge *self = SG_GAUGE (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0.f, 0.f, (float) gtk_widget_get_width (widget),
                                     (float) gtk_widget_get_height (widget)));
  GdkRGBA foreground;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &foreground);
  if (self->is_ring)
    draw_ring (self, foreground, cr);
  else
    {
      sg_plot_frame_set_colour (cr, foreground, TRACK_ALPHA);
      draw_bar (self, 1, cr);
      sg_plot_frame_set_colour (cr, get_colour (self), 1);
      if (self->part > 0)
        draw_bar (self, self->part, cr);
    }
  cairo_destroy (cr);
  if (self->label != NULL)
    gtk_widget_snapshot_child (widget, self->label, snapshot);
}

static void
sg_gauge_measure (GtkWidget      *widget,
                  GtkOrientation  orientation,
                  int             for_size,
                  int            *minimum,
                  int            *natural,
                  int            *minimum_baseline,
                  int            *natural_baseline)
{
  SgGauge *self = SG_GAUGE (widget);

  if (self->label != NULL)
    gtk_widget_measure (self->label, orientation, -1, NULL, NULL, NULL, NULL);
  if (self->is_ring)
    *minimum = *natural = RING_SIZE;
  else
    *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? BAR_HEIGHT : BAR_LEAST;
}

static void
sg_gauge_size_allocate (GtkWidget *widget,
                        int        width,
                        int        height,
                        int        baseline)
{
  SgGauge *self = SG_GAUGE (widget);

  if (self->label != NULL)
    gtk_widget_size_allocate (self->label, &(GtkAllocation) { 0, 0, width, height }, -1);
}

static void
speak (SgGauge    *self,
       const char *text)
{
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->name,
      GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0., GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 1.,
      GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, isnan (self->part) ? 0 : self->part,
      GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text != NULL ? text : "–", -1);
}

void
sg_gauge_set_value (SgGauge    *self,
                    double      part,
                    const char *text)
{
  self->part = isnan (part) ? part : CLAMP (part, 0., 1.);
  if (self->label != NULL)
    gtk_label_set_label (GTK_LABEL (self->label), text != NULL ? text : "–");
  speak (self, text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sg_gauge_set_level (SgGauge *self,
                    SgLevel  level)
{
  self->level = level;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

double
sg_gauge_get_value (SgGauge *self)
{
  return self->part;
}

static void
sg_gauge_dispose (GObject *object)
{
  g_clear_pointer (&SG_GAUGE (object)->label, gtk_widget_unparent);
  G_OBJECT_CLASS (sg_gauge_parent_class)->dispose (object);
}

static void
sg_gauge_finalize (GObject *object)
{
  g_free (SG_GAUGE (object)->name);
  G_OBJECT_CLASS (sg_gauge_parent_class)->finalize (object);
}

static void
sg_gauge_class_init (SgGaugeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_gauge_dispose;
  G_OBJECT_CLASS (klass)->finalize = sg_gauge_finalize;
  widget_class->measure = sg_gauge_measure;
  widget_class->size_allocate = sg_gauge_size_allocate;
  widget_class->snapshot = sg_gauge_snapshot;
  gtk_widget_class_set_css_name (widget_class, "gauge");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_METER);
}

static void
sg_gauge_init (SgGauge *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->part = NAN;
  self->level = SG_LEVEL_UNKNOWN;
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
sg_gauge_new_bar (const char *name)
{
  SgGauge *self = g_object_new (SG_TYPE_GAUGE, NULL);

  self->name = g_strdup (name);
  speak (self, NULL);
  return GTK_WIDGET (self);
}

GtkWidget *
sg_gauge_new_ring (const char *name)
{
  SgGauge *self = SG_GAUGE (sg_gauge_new_bar (name));

  self->is_ring = TRUE;
  self->label = gtk_label_new ("–");
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
