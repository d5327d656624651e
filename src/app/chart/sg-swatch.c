/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-swatch.h"

#define LINE_HEIGHT      3
#define THRESHOLD_HEIGHT 1.5f
#define AREA_SIZE        10
#define AREA_RADIUS      2.5f
#define HIDDEN_ALPHA     .6f

static void
append_rounded (GtkSnapshot   *snapshot,
                const GdkRGBA *colour,
                float          x,
                float          y,
                float          width,
                float          height,
                float          radius)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, y, width, height);
  GskRoundedRect rounded;

  gsk_rounded_rect_init_from_rect (&rounded, &bounds, radius);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, colour, &bounds);
  gtk_snapshot_pop (snapshot);
}

/* Pieces of a line: lengths and distances, until the width is used up. */
static void
append_pieces (GtkSnapshot   *snapshot,
               const GdkRGBA *colour,
               float          x,
               float          y,
               float          height,
               float          length,
               float          distance)
{
  for (float at = 0; at < SG_SWATCH_WIDTH; at += length + distance)
    append_rounded (snapshot, colour, x + at, y, MIN (length, SG_SWATCH_WIDTH - at), height,
                    MIN (height, length) / 2);
}

static void
append_outline (GtkSnapshot   *snapshot,
                const GdkRGBA *colour,
                float          x,
                float          y)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, y, AREA_SIZE, AREA_SIZE);
  GskRoundedRect rounded;
  GdkRGBA faint = *colour;
  const float widths[] = { 1, 1, 1, 1 };

  faint.alpha *= HIDDEN_ALPHA;
  gsk_rounded_rect_init_from_rect (&rounded, &bounds, AREA_RADIUS);
  gtk_snapshot_append_border (snapshot, &rounded, widths,
                              (GdkRGBA[]) { faint, faint, faint, faint });
  gtk_snapshot_append_color (
      snapshot, &faint, &GRAPHENE_RECT_INIT (x - 1, y + AREA_SIZE / 2.f - .5f, AREA_SIZE + 2, 1));
}

void
sg_swatch_snapshot (const SgSwatch *self,
                    GtkSnapshot    *snapshot,
                    double          x,
                    double          y,
                    double          height)
{
  float left = (float) x;
  float middle = (float) (y + height / 2);

  if (self->hidden)
    append_outline (snapshot, &self->colour, left + 1, middle - AREA_SIZE / 2.f);
  else if (self->shape == SG_SWATCH_AREA)
    append_rounded (snapshot, &self->colour, left + 1, middle - AREA_SIZE / 2.f, AREA_SIZE,
                    AREA_SIZE, AREA_RADIUS);
  else if (self->shape == SG_SWATCH_THRESHOLD)
    append_pieces (snapshot, &self->colour, left, middle - THRESHOLD_HEIGHT / 2, THRESHOLD_HEIGHT,
                   3, 1.5f);
  else if (self->dash == SG_DASH_DASHED)
    append_pieces (snapshot, &self->colour, left, middle - LINE_HEIGHT / 2.f, LINE_HEIGHT, 5, 2);
  else if (self->dash == SG_DASH_DOTTED)
    append_pieces (snapshot, &self->colour, left, middle - LINE_HEIGHT / 2.f, LINE_HEIGHT, 3, 1.5f);
  else
    append_rounded (snapshot, &self->colour, left, middle - LINE_HEIGHT / 2.f, SG_SWATCH_WIDTH,
                    LINE_HEIGHT, LINE_HEIGHT / 2.f);
}

PangoLayout *
sg_swatch_new_label (GtkWidget  *widget,
                     const char *text,
                     gboolean    bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  return layout;
}
