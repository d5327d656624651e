/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-span-raster.h"

#include <math.h>

/*
 * A line with more than one sample a pixel is not a stroke but a row of vertical spans: in each column
 * of pixels it covers all heights between its least and its greatest value, and between the last value
 * of the column before and its own first one. So a column is one span, its ends softened by how much
 * of their pixel they cover, and the time goes with the pixels that are inked, not with the samples.
 *
 * To join two columns, the way from one to the other is shared: each covers it up to the middle, as a
 * stroke through both centres would.
 */

typedef struct
{
  double top;
  double bottom;
} Span;

/* From a value to a height in pixels, downwards from the upper edge. */
static double
raster_y (const SgSpanRaster *self,
          double              value)
{
  return (self->high - value) / (self->high - self->low) * self->height;
}

static void
span_include (Span   *span,
              double  y)
{
  span->top = MIN (span->top, y);
  span->bottom = MAX (span->bottom, y);
}

static inline guint32
blend_channel (guint32 under,
               guint32 over,
               guint32 keep,
               guint   shift)
{
  guint32 below = (under >> shift) & 0xff;
  guint32 above = (over >> shift) & 0xff;

  return (above + (below * keep + 127) / 255) << shift;
}

static inline guint32
blend (guint32 under,
       guint32 over)
{
  guint32 keep = 255 - (over >> 24);

  return blend_channel (under, over, keep, 24) | blend_channel (under, over, keep, 16)
         | blend_channel (under, over, keep, 8) | blend_channel (under, over, keep, 0);
}

/* @color at @coverage (0 to 1) of its strength. */
static guint32
fade (guint32 color,
      double  coverage)
{
  guint32 factor = (guint32) (coverage * 255 + 0.5);
  guint32 faded = 0;

  for (guint shift = 0; shift < 32; shift += 8)
    faded |= ((((color >> shift) & 0xff) * factor + 127) / 255) << shift;
  return faded;
}

/* The inside of a span; most colours cover what is below them. */
static void
fill (guint32 *pixels,
      int      n,
      guint32  color)
{
  if (color >> 24 == 255)
    {
      for (int i = 0; i < n; i++)
        pixels[i] = color;
      return;
    }
  for (int i = 0; i < n; i++)
    pixels[i] = blend (pixels[i], color);
}

static void
draw_span (SgSpanRaster *self,
           guint         x,
           Span          span,
           guint32       color)
{
  double top = MAX (span.top, 0);
  double bottom = MIN (span.bottom, self->height);
  int first = (int) floor (top);
  int last = (int) ceil (bottom) - 1;
  guint32 *column = self->pixels + (gsize) x * self->height;

  if (!(bottom > top))
    return;
  if (first == last)
    {
      column[first] = blend (column[first], fade (color, bottom - top));
      return;
    }
  column[first] = blend (column[first], fade (color, first + 1 - top));
  fill (column + first + 1, last - first - 1, color);
  column[last] = blend (column[last], fade (color, bottom - last));
}

void
sg_span_raster_draw_line (SgSpanRaster        *self,
                          const SgPixelColumn *columns,
                          guint32              color)
{
  double half = self->line_width / 2;
  guint previous = self->width;
  Span pending = { 0, 0 };

  for (guint x = 0; x < self->width; x++)
    {
      Span span;

      if (columns[x].n == 0)
        continue;
      span = (Span) { raster_y (self, columns[x].max), raster_y (self, columns[x].min) };
      if (columns[x].joins)
        {
          double from = raster_y (self, columns[previous].last);
          double to = raster_y (self, columns[x].first);

          /* Columns without samples in between get their part of the straight way. */
          for (guint between = previous + 1; between < x; between++)
            {
              double left = from + (to - from) * (between - 0.5 - previous) / (x - previous);
              double right = from + (to - from) * (between + 0.5 - previous) / (x - previous);

              draw_span (self, between,
                         (Span) { MIN (left, right) - half, MAX (left, right) + half }, color);
            }
          span_include (&pending, from + (to - from) * 0.5 / (x - previous));
          span_include (&span, to - (to - from) * 0.5 / (x - previous));
        }
      if (previous < self->width)
        draw_span (self, previous, (Span) { pending.top - half, pending.bottom + half }, color);
      pending = span;
      previous = x;
    }
  if (previous < self->width)
    draw_span (self, previous, (Span) { pending.top - half, pending.bottom + half }, color);
}

/* In squares that stay in the cache, since one of the two sides is always read across. */
#define SQUARE 16

void
sg_span_raster_write_rows (const SgSpanRaster *self,
                           guint32            *rows)
{
  for (guint top = 0; top < self->height; top += SQUARE)
    {
      guint bottom = MIN (top + SQUARE, self->height);

      for (guint left = 0; left < self->width; left += SQUARE)
        {
          guint right = MIN (left + SQUARE, self->width);

          for (guint y = top; y < bottom; y++)
            {
              for (guint x = left; x < right; x++)
                rows[(gsize) y * self->width + x] = self->pixels[(gsize) x * self->height + y];
            }
        }
    }
}
