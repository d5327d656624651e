/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-palette.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgSwatchShape:
 * @SG_SWATCH_LINE: a piece of line
 * @SG_SWATCH_AREA: a rounded square
 * @SG_SWATCH_THRESHOLD: a thin dashed line
 */
typedef enum
{
  SG_SWATCH_LINE,
  SG_SWATCH_AREA,
  SG_SWATCH_THRESHOLD,
} SgSwatchShape;

/**
 * SgSwatch:
 * @shape: its shape
 * @colour: its colour
 * @dash: how the line is drawn
 * @hidden: whether the series is put away, so that only its outline is left, struck through
 *
 * The little sign that says which series a name belongs to, in legends, tooltips and tables.
 */
typedef struct
{
  SgSwatchShape shape;
  GdkRGBA colour;
  SgDash dash;
  gboolean hidden;
} SgSwatch;

#define SG_SWATCH_WIDTH 12

/* Draws it in a box %SG_SWATCH_WIDTH wide, in the middle of @height. */
void         sg_swatch_snapshot  (const SgSwatch *self,
                                  GtkSnapshot    *snapshot,
                                  double          x,
                                  double          y,
                                  double          height);

/* Returns: (transfer full): the name or value beside it; digits are equally wide, the middle goes first */
PangoLayout *sg_swatch_new_label (GtkWidget      *widget,
                                  const char     *text,
                                  gboolean        bold);

G_END_DECLS
