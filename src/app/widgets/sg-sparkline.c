/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-sparkline.h"

#include "chart/sg-plot-frame.h"

#include <adwaita.h>
#include <math.h>

#define HEIGHT      36
#define LEAST_WIDTH 40
#define AREA_TOP    .26
#define AREA_BOTTOM .03
#define FREE_BELOW  .25

#define SMALL_WIDTH  72
#define SMALL_HEIGHT 22
#define DOT_RADIUS   2.

struct _SgSparkline
{
  GtkWidget parent_instance;
  double *values;
  guint n_values;
  SgLevel level;
  guint series;
  gboolean is_small;
};

G_DEFINE_FINAL_TYPE (SgSparkline, sg_sparkline, GTK_TYPE_WIDGET)

typedef struct
{
  double low;
  double high;
  double width;
  double height;
  double margin;
} Scale;

static Scale
make_scale (SgSparkline *self,
            double       margin)
{
  Scale scale = { INFINITY, -INFINITY, gtk_widget_get_width (GTK_WIDGET (self)),
                  gtk_widget_get_height (GTK_WIDGET (self)), margin };

  for (guint i = 0; i < self->n_values; i++)
    {
      if (!isfinite (self->values[i]))
        continue;
      scale.low = MIN (scale.low, self->values[i]);
      scale.high = MAX (scale.high, self->values[i]);
    }
  /* What never changes runs through the middle. */
  if (!(scale.high > scale.low))
    {
      scale.low -= fabs (scale.low) + 1;
      scale.high += fabs (scale.high) + 1;
    }
  scale.low -= (scale.high - scale.low) * FREE_BELOW;
  return scale;
}

static double
place_x (SgSparkline *self,
         const Scale *scale,
         guint        i)
{
  double inset = self->is_small ? DOT_RADIUS : 0.;

  return self->n_values > 1 ? inset + (scale->width - 2 * inset) * i / (self->n_values - 1) : inset;
}

static double
place_y (const Scale *scale,
         double       value)
{
  return scale->margin
         + (scale->height - 2 * scale->margin) * (scale->high - value) / (scale->high - scale->low);
}

/* The end of the run of known values that begins at @start. */
static guint
trace_run (SgSparkline *self,
           const Scale *scale,
           guint        start,
           cairo_t     *cr)
{
  guint i = start;

  cairo_new_sub_path (cr);
  for (; i < self->n_values && isfinite (self->values[i]); i++)
    cairo_line_to (cr, place_x (self, scale, i), place_y (scale, self->values[i]));
  return i;
}

static void
fill_run (SgSparkline *self,
          const Scale *scale,
          GdkRGBA      colour,
          double       strength,
          guint        start,
          guint        end,
          cairo_t     *cr)
{
  cairo_pattern_t *pattern = cairo_pattern_create_linear (0, 0, 0, scale->height);

  cairo_pattern_add_color_stop_rgba (pattern, 0, (double) colour.red, (double) colour.green,
                                     (double) colour.blue, AREA_TOP * strength);
  cairo_pattern_add_color_stop_rgba (pattern, 1, (double) colour.red, (double) colour.green,
                                     (double) colour.blue, AREA_BOTTOM * strength);
  cairo_line_to (cr, place_x (self, scale, end - 1), scale->height);
  cairo_line_to (cr, place_x (self, scale, start), scale->height);
  cairo_close_path (cr);
  cairo_set_source (cr, pattern);
  cairo_fill (cr);
  cairo_pattern_destroy (pattern);
}

/* Where it ended, if that is known. */
static void
draw_dot (SgSparkline *self,
          const Scale *scale,
          GdkRGBA      colour,
          cairo_t     *cr)
{
  guint last = self->n_values - 1;

  if (self->n_values == 0 || !isfinite (self->values[last]))
    return;
  cairo_new_path (cr);
  cairo_arc (cr, place_x (self, scale, last), place_y (scale, self->values[last]), DOT_RADIUS, 0.,
             2 * G_PI);
  sg_plot_frame_set_colour (cr, colour, 1);
  cairo_fill (cr);
}

static void
sg_sparkline_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  SgSparkline *self = SG_SPARKLINE (widget);
  const SgPalette *palette = sg_palette_get_current ();
  gboolean is_bad = self->level == SG_LEVEL_DEGRADED || self->level == SG_LEVEL_UNHEALTHY;
  GdkRGBA colour = is_bad ? sg_palette_get_level (palette, self->level)
                          : sg_palette_get_series (palette, self->series);
  double line_width = sg_palette_get_line_width (palette);
  Scale scale = make_scale (self, self->is_small ? DOT_RADIUS : line_width / 2);
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0.f, 0.f, (float) scale.width, (float) scale.height));

  cairo_set_line_width (cr, line_width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < self->n_values; i++)
    {
      guint start = i;

      if (!isfinite (self->values[i]))
        continue;
      i = trace_run (self, &scale, start, cr);
      if (!self->is_small)
        {
          fill_run (self, &scale, colour, sg_palette_get_fill_alpha (palette), start, i, cr);
          trace_run (self, &scale, start, cr);
        }
      sg_plot_frame_set_colour (cr, colour, 1);
      cairo_stroke (cr);
    }
  if (self->is_small)
    draw_dot (self, &scale, colour, cr);
  cairo_destroy (cr);
}

static void
sg_sparkline_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  gboolean is_small = SG_SPARKLINE (widget)->is_small;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = is_small ? SMALL_HEIGHT : HEIGHT;
  else
    *minimum = *natural = is_small ? SMALL_WIDTH : LEAST_WIDTH;
}

void
sg_sparkline_set_values (SgSparkline  *self,
                         const double *values,
                         guint         n_values)
{
  g_free (self->values);
  self->values = g_memdup2 (values, n_values * sizeof *values);
  self->n_values = n_values;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sg_sparkline_set_level (SgSparkline *self,
                        SgLevel      level)
{
  self->level = level;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sg_sparkline_set_series (SgSparkline *self,
                         guint        series)
{
  self->series = series;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
sg_sparkline_finalize (GObject *object)
{
  g_free (SG_SPARKLINE (object)->values);
  G_OBJECT_CLASS (sg_sparkline_parent_class)->finalize (object);
}

static void
sg_sparkline_class_init (SgSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_sparkline_finalize;
  widget_class->measure = sg_sparkline_measure;
  widget_class->snapshot = sg_sparkline_snapshot;
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sg_sparkline_init (SgSparkline *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->level = SG_LEVEL_UNKNOWN;
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
sg_sparkline_new (void)
{
  return g_object_new (SG_TYPE_SPARKLINE, NULL);
}

GtkWidget *
sg_sparkline_new_small (void)
{
  SgSparkline *self = g_object_new (SG_TYPE_SPARKLINE, NULL);

  self->is_small = TRUE;
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  return GTK_WIDGET (self);
}
