/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-heat-scale.h"

#include "chart/sg-palette.h"

#define CELL_WIDTH  16
#define CELL_HEIGHT 10
#define DISTANCE    4

struct _SgHeatScale
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (SgHeatScale, sg_heat_scale, GTK_TYPE_WIDGET)

static void
sg_heat_scale_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL
                            ? CELL_HEIGHT
                            : SG_PALETTE_N_HEAT * (CELL_WIDTH + DISTANCE) - DISTANCE;
}

static void
sg_heat_scale_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  const SgPalette *palette = sg_palette_get_current ();
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int top = (gtk_widget_get_height (widget) - CELL_HEIGHT) / 2;

  for (int i = 0; i < SG_PALETTE_N_HEAT; i++)
    {
      int place = rtl ? SG_PALETTE_N_HEAT - 1 - i : i;
      GdkRGBA colour = sg_palette_get_heat_stop (palette, (guint) i);

      gtk_snapshot_append_color (snapshot, &colour,
                                 &GRAPHENE_RECT_INIT ((float) (place * (CELL_WIDTH + DISTANCE)),
                                                      (float) top, CELL_WIDTH, CELL_HEIGHT));
    }
}

static void
sg_heat_scale_class_init (SgHeatScaleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = sg_heat_scale_measure;
  widget_class->snapshot = sg_heat_scale_snapshot;
  gtk_widget_class_set_css_name (widget_class, "heatscale");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sg_heat_scale_init (SgHeatScale *self)
{
}

GtkWidget *
sg_heat_scale_new (void)
{
  return g_object_new (SG_TYPE_HEAT_SCALE, NULL);
}
