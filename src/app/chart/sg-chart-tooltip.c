/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-tooltip.h"

#define SWATCH_DISTANCE 8
#define VALUE_DISTANCE  18
#define ROW_DISTANCE    4
#define LEAST_NAME      40
#define DIM_ALPHA       .72f

typedef struct
{
  SgSwatch swatch;
  gboolean has_swatch;
  PangoLayout *name;
  PangoLayout *value;
} Row;

struct _SgChartTooltip
{
  GtkWidget parent_instance;
  GArray *rows;
  int row_height;
  int name_width;
  int value_width;
};

G_DEFINE_FINAL_TYPE (SgChartTooltip, sg_chart_tooltip, GTK_TYPE_WIDGET)

static void
row_clear (gpointer data)
{
  Row *row = data;

  g_clear_object (&row->name);
  g_clear_object (&row->value);
}

static int
indent_of (const Row *row)
{
  return row->has_swatch ? SG_SWATCH_WIDTH + SWATCH_DISTANCE : 0;
}

static void
append_row (SgChartTooltip *self,
            Row             row)
{
  int name_width, value_width, height;

  pango_layout_get_pixel_size (row.name, &name_width, &height);
  pango_layout_get_pixel_size (row.value, &value_width, NULL);
  self->name_width = MAX (self->name_width, name_width + indent_of (&row));
  self->value_width = MAX (self->value_width, value_width);
  self->row_height = MAX (self->row_height, height);
  g_array_append_val (self->rows, row);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
sg_chart_tooltip_begin (SgChartTooltip *self,
                        const char     *title,
                        const char     *unit)
{
  g_array_set_size (self->rows, 0);
  self->name_width = self->value_width = self->row_height = 0;
  append_row (self, (Row) { .name = sg_swatch_new_label (GTK_WIDGET (self), title, TRUE),
                            .value = sg_swatch_new_label (GTK_WIDGET (self), unit, FALSE) });
}

void
sg_chart_tooltip_add_row (SgChartTooltip *self,
                          const SgSwatch *swatch,
                          const char     *name,
                          const char     *value)
{
  Row row = { .name = sg_swatch_new_label (GTK_WIDGET (self), name, FALSE),
              .value = sg_swatch_new_label (GTK_WIDGET (self), value, TRUE) };

  if (swatch != NULL)
    {
      row.swatch = *swatch;
      row.has_swatch = TRUE;
    }
  append_row (self, row);
}

guint
sg_chart_tooltip_get_room (SgChartTooltip *self,
                           int             height)
{
  int used = (int) self->rows->len * (self->row_height + ROW_DISTANCE);

  return (guint) MAX ((height - used) / (self->row_height + ROW_DISTANCE), 0);
}

guint
sg_chart_tooltip_get_n_rows (SgChartTooltip *self)
{
  return self->rows->len;
}

static void
sg_chart_tooltip_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  SgChartTooltip *self = SG_CHART_TOOLTIP (widget);
  int n = (int) self->rows->len;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = n * self->row_height + MAX (n - 1, 0) * ROW_DISTANCE;
  else
    {
      *natural = self->name_width + VALUE_DISTANCE + self->value_width;
      *minimum = MIN (self->name_width, LEAST_NAME) + VALUE_DISTANCE + self->value_width;
    }
}

static void
append_text (GtkSnapshot   *snapshot,
             PangoLayout   *layout,
             const GdkRGBA *colour,
             int            x,
             int            y)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_row (SgChartTooltip *self,
              GtkSnapshot    *snapshot,
              const Row      *row,
              const GdkRGBA  *name_colour,
              const GdkRGBA  *value_colour,
              int             y)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int room = width - indent_of (row) - VALUE_DISTANCE - self->value_width;
  int name_width, value_width;

  pango_layout_set_width (row->name, -1);
  pango_layout_get_pixel_size (row->name, &name_width, NULL);
  if (name_width > room)
    pango_layout_set_width (row->name, MAX (room, 1) * PANGO_SCALE);
  pango_layout_get_pixel_size (row->name, &name_width, NULL);
  pango_layout_get_pixel_size (row->value, &value_width, NULL);
  if (row->has_swatch)
    sg_swatch_snapshot (&row->swatch, snapshot, rtl ? width - SG_SWATCH_WIDTH : 0, y,
                        self->row_height);
  append_text (snapshot, row->name, name_colour,
               rtl ? width - indent_of (row) - name_width : indent_of (row), y);
  append_text (snapshot, row->value, value_colour, rtl ? 0 : width - value_width, y);
}

static void
sg_chart_tooltip_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  SgChartTooltip *self = SG_CHART_TOOLTIP (widget);
  GdkRGBA colour, dim;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  dim = colour;
  dim.alpha *= DIM_ALPHA;
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      gboolean quiet = i > 0 && !row->has_swatch;

      snapshot_row (self, snapshot, row, quiet ? &dim : &colour, i == 0 ? &dim : &colour,
                    (int) i * (self->row_height + ROW_DISTANCE));
    }
}

static void
sg_chart_tooltip_finalize (GObject *object)
{
  g_array_unref (SG_CHART_TOOLTIP (object)->rows);
  G_OBJECT_CLASS (sg_chart_tooltip_parent_class)->finalize (object);
}

static void
sg_chart_tooltip_class_init (SgChartTooltipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_chart_tooltip_finalize;
  widget_class->measure = sg_chart_tooltip_measure;
  widget_class->snapshot = sg_chart_tooltip_snapshot;
  gtk_widget_class_set_css_name (widget_class, "charttooltip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sg_chart_tooltip_init (SgChartTooltip *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_array_set_clear_func (self->rows, row_clear);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sg_chart_tooltip_new (void)
{
  return g_object_new (SG_TYPE_CHART_TOOLTIP, NULL);
}
