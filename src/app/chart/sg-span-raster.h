/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-decimator.h"

G_BEGIN_DECLS

/**
 * SgSpanRaster:
 * @pixels: premultiplied ARGB, one guint32 in the order of the machine; column after column, each from
 *   its top, since spans run downwards
 * @width: its width in pixels
 * @height: its height in pixels
 * @low: the value at the lower edge
 * @high: the value at the upper edge
 * @line_width: in pixels
 *
 * A picture of dense lines in the making: drawn on a worker, shown as a texture.
 */
typedef struct
{
  guint32 *pixels;
  guint width;
  guint height;
  double low;
  double high;
  double line_width;
} SgSpanRaster;

/* Draws one series over what is there; @color is premultiplied ARGB, @columns has one for each x. */
void sg_span_raster_draw_line (SgSpanRaster        *self,
                               const SgPixelColumn *columns,
                               guint32              color);
/* Turns the finished picture into rows, as textures have them (GDK_MEMORY_DEFAULT). */
void sg_span_raster_write_rows (const SgSpanRaster  *self,
                                guint32             *rows);

G_END_DECLS
