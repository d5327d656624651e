/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-frame.h"

#define LABEL_POINTS 9
#define CLIP_MARGIN  2

void
sg_plot_frame_set_colour (cairo_t *cr,
                          GdkRGBA  colour,
                          double   alpha)
{
  cairo_set_source_rgba (cr, (double) colour.red, (double) colour.green, (double) colour.blue,
                         (double) colour.alpha * alpha);
}

void
sg_plot_frame_set_dash (cairo_t *cr,
                        SgDash   dash)
{
  static const double dashed[] = { 6, 3 };
  static const double dotted[] = { 2, 3 };

  if (dash == SG_DASH_DASHED)
    cairo_set_dash (cr, dashed, G_N_ELEMENTS (dashed), 0);
  else if (dash == SG_DASH_DOTTED)
    cairo_set_dash (cr, dotted, G_N_ELEMENTS (dotted), 0);
  else
    cairo_set_dash (cr, NULL, 0, 0);
}

/* Returns: (transfer full): @text as axes, legends and tooltips write it, with figures of one width */
PangoLayout *
sg_plot_frame_new_layout (const SgPlotFrame *self,
                          const char        *text,
                          gboolean           bold)
{
  PangoLayout *layout = pango_layout_new (self->pango);
  PangoFontDescription *font = pango_font_description_new ();
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_font_description_set_size (font, LABEL_POINTS * PANGO_SCALE);
  if (bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_attr_list_insert (attributes, pango_attr_font_desc_new (font));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  pango_font_description_free (font);
  return layout;
}

void
sg_plot_frame_clip (const SgPlotFrame *self,
                    cairo_t           *cr)
{
  cairo_rectangle (cr, self->x, self->y - CLIP_MARGIN, self->width, self->height + 2 * CLIP_MARGIN);
  cairo_clip (cr);
}
