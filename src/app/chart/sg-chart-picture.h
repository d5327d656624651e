/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-plot-frame.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/**
 * SgChartPicture:
 * @scene: what is shown; its axis is fitted to the height of the picture
 * @title: what stands above it
 * @caption: what stands beside the title
 * @width: how wide the picture is
 * @height: how high it is
 * @palette: its colours
 * @foreground: the colour of text and axes
 * @pango: for its texts
 *
 * A chart as a picture of its own, with title and legend, for other programs.
 */
typedef struct
{
  SgScene *scene;
  const char *title;
  const char *caption;
  int width;
  int height;
  const SgPalette *palette;
  GdkRGBA foreground;
  PangoContext *pango;
} SgChartPicture;

/* For each pixel of the chart so many of the picture. */
#define SG_CHART_PICTURE_SCALE 2

GdkTexture *sg_chart_picture_to_texture (const SgChartPicture *self);
GBytes     *sg_chart_picture_to_svg     (const SgChartPicture *self);

G_END_DECLS
