/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-span-raster.h"

#define WIDTH  8
#define HEIGHT 10
#define BLUE   0xff0000ffu

typedef struct
{
  SgSpanRaster raster;
  guint32 pixels[WIDTH * HEIGHT];
  SgPixelColumn columns[WIDTH];
} Picture;

static void
picture_init (Picture *picture)
{
  *picture = (Picture) { 0 };
  picture->raster = (SgSpanRaster) { picture->pixels, WIDTH, HEIGHT, 0, HEIGHT, 2 };
}

/* The values 0 to 10 stand at the pixel edges from the bottom to the top. */
static void
picture_set (Picture  *picture,
             guint     x,
             double    first,
             double    last,
             gboolean  joins)
{
  picture->columns[x] = (SgPixelColumn) {
    .n = 2,
    .joins = joins,
    .first = first,
    .last = last,
    .min = MIN (first, last),
    .max = MAX (first, last),
  };
}

/* How much ink a column has at a row, 0 to 255. */
static guint
ink (const Picture *picture,
     guint          x,
     guint          row)
{
  return picture->pixels[x * HEIGHT + row] >> 24;
}

static void
test_raster_flat (void)
{
  Picture picture;

  picture_init (&picture);
  for (guint x = 0; x < WIDTH; x++)
    picture_set (&picture, x, 5, 5, x > 0);
  sg_span_raster_draw_line (&picture.raster, picture.columns, BLUE);
  for (guint x = 0; x < WIDTH; x++)
    {
      g_assert_cmpuint (ink (&picture, x, 3), ==, 0);
      g_assert_cmpuint (ink (&picture, x, 4), ==, 255);
      g_assert_cmpuint (ink (&picture, x, 5), ==, 255);
      g_assert_cmpuint (ink (&picture, x, 6), ==, 0);
    }
}

/* Half a pixel of line is half of its strength. */
static void
test_raster_soft (void)
{
  Picture picture;

  picture_init (&picture);
  picture_set (&picture, 0, 5.5, 5.5, FALSE);
  sg_span_raster_draw_line (&picture.raster, picture.columns, BLUE);
  g_assert_cmpuint (ink (&picture, 0, 3), ==, 128);
  g_assert_cmpuint (ink (&picture, 0, 4), ==, 255);
  g_assert_cmpuint (ink (&picture, 0, 5), ==, 128);
  g_assert_cmpuint (ink (&picture, 1, 4), ==, 0);
}

/* From 2 to 8 between two columns: each covers its half of the way. Over a hole, neither does. */
static void
test_raster_join (void)
{
  Picture picture;

  picture_init (&picture);
  picture_set (&picture, 2, 2, 2, FALSE);
  picture_set (&picture, 3, 8, 8, TRUE);
  sg_span_raster_draw_line (&picture.raster, picture.columns, BLUE);
  for (guint row = 4; row < 9; row++)
    g_assert_cmpuint (ink (&picture, 2, row), ==, 255);
  for (guint row = 1; row < 6; row++)
    g_assert_cmpuint (ink (&picture, 3, row), ==, 255);
  g_assert_cmpuint (ink (&picture, 2, 3), ==, 0);

  picture_init (&picture);
  picture_set (&picture, 2, 2, 2, FALSE);
  picture_set (&picture, 3, 8, 8, FALSE);
  sg_span_raster_draw_line (&picture.raster, picture.columns, BLUE);
  g_assert_cmpuint (ink (&picture, 2, 6), ==, 0);
  g_assert_cmpuint (ink (&picture, 3, 4), ==, 0);
}

/* Columns without samples between two joined ones are crossed; without a join they stay empty. */
static void
test_raster_between (void)
{
  Picture picture;

  picture_init (&picture);
  picture_set (&picture, 1, 5, 5, FALSE);
  picture_set (&picture, 5, 5, 5, TRUE);
  picture_set (&picture, 7, 5, 5, FALSE);
  sg_span_raster_draw_line (&picture.raster, picture.columns, BLUE);
  for (guint x = 1; x <= 5; x++)
    g_assert_cmpuint (ink (&picture, x, 4), ==, 255);
  g_assert_cmpuint (ink (&picture, 6, 4), ==, 0);
  g_assert_cmpuint (ink (&picture, 7, 4), ==, 255);
}

static void
test_raster_outside (void)
{
  Picture picture;

  picture_init (&picture);
  picture_set (&picture, 0, -1e300, 1e300, FALSE);
  picture_set (&picture, 1, 50, 60, TRUE);
  picture_set (&picture, 2, -60, -50, FALSE);
  sg_span_raster_draw_line (&picture.raster, picture.columns, BLUE);
  for (guint row = 0; row < HEIGHT; row++)
    g_assert_cmpuint (ink (&picture, 0, row), ==, 255);
  for (guint row = 0; row < HEIGHT; row++)
    g_assert_cmpuint (ink (&picture, 2, row), ==, 0);
}

static void
test_raster_blend (void)
{
  Picture picture;
  guint32 rows[WIDTH * HEIGHT];

  picture_init (&picture);
  picture_set (&picture, 3, 0, 10, FALSE);
  sg_span_raster_draw_line (&picture.raster, picture.columns, 0xffff0000u);
  sg_span_raster_draw_line (&picture.raster, picture.columns, 0x80000080u);
  sg_span_raster_write_rows (&picture.raster, rows);
  g_assert_cmphex (rows[5 * WIDTH + 3], ==, 0xff7f0080u);
  g_assert_cmphex (rows[5 * WIDTH + 4], ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/span-raster/flat", test_raster_flat);
  g_test_add_func ("/span-raster/soft", test_raster_soft);
  g_test_add_func ("/span-raster/join", test_raster_join);
  g_test_add_func ("/span-raster/between", test_raster_between);
  g_test_add_func ("/span-raster/outside", test_raster_outside);
  g_test_add_func ("/span-raster/blend", test_raster_blend);
  return g_test_run ();
}
