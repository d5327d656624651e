/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-palette.h"

#include <math.h>

static double
linear (float channel)
{
  return channel <= .04045f ? channel / 12.92 : pow ((channel + .055) / 1.055, 2.4);
}

static double
luminance (GdkRGBA colour)
{
  return .2126 * linear (colour.red) + .7152 * linear (colour.green) + .0722 * linear (colour.blue);
}

static double
contrast (GdkRGBA a,
          GdkRGBA b)
{
  double x = luminance (a) + .05;
  double y = luminance (b) + .05;

  return x > y ? x / y : y / x;
}

/* OKLab, as Björn Ottosson defines it. */
static void
to_oklab (GdkRGBA colour,
          double  ret_lab[3])
{
  double r = linear (colour.red), g = linear (colour.green), b = linear (colour.blue);
  double l = cbrt (.4122214708 * r + .5363325363 * g + .0514459929 * b);
  double m = cbrt (.2119034982 * r + .6806995451 * g + .1073969566 * b);
  double s = cbrt (.0883024619 * r + .2817188376 * g + .6299787005 * b);

  ret_lab[0] = .2104542553 * l + .7936177850 * m - .0040720468 * s;
  ret_lab[1] = 1.9779984951 * l - 2.4285922050 * m + .4505937099 * s;
  ret_lab[2] = .0259040371 * l + .7827717662 * m - .8086757660 * s;
}

static double
oklab_distance (GdkRGBA a,
                GdkRGBA b)
{
  double x[3], y[3], sum = 0;

  to_oklab (a, x);
  to_oklab (b, y);
  for (int i = 0; i < 3; i++)
    sum += (x[i] - y[i]) * (x[i] - y[i]);
  return 100 * sqrt (sum);
}

static void
test_palette_series (void)
{
  for (int dark = 0; dark < 2; dark++)
    {
      const SgPalette *palette = sg_palette_get (dark, FALSE);

      for (guint i = 0; i < SG_PALETTE_N_SERIES; i++)
        {
          GdkRGBA colour = sg_palette_get_series (palette, i);

          g_assert_cmpfloat (contrast (colour, sg_palette_get_card (palette)), >=, 3.2);
          for (guint j = 0; j < i; j++)
            g_assert_cmpfloat (oklab_distance (colour, sg_palette_get_series (palette, j)), >=,
                               9.3);
        }
    }
}

static void
test_palette_order (void)
{
  const SgPalette *palette = sg_palette_get (FALSE, FALSE);
  GdkRGBA first = sg_palette_get_series (palette, 0);
  GdkRGBA ninth = sg_palette_get_series (palette, 8);
  GdkRGBA rest = sg_palette_get_series (palette, 24);

  g_assert_true (gdk_rgba_equal (&first, &ninth));
  g_assert_cmpfloat (rest.alpha, ==, .5f);
  g_assert_cmpint (sg_palette_get_series_dash (7), ==, SG_DASH_SOLID);
  g_assert_cmpint (sg_palette_get_series_dash (8), ==, SG_DASH_DASHED);
  g_assert_cmpint (sg_palette_get_series_dash (15), ==, SG_DASH_DASHED);
  g_assert_cmpint (sg_palette_get_series_dash (16), ==, SG_DASH_DOTTED);
  g_assert_cmpint (sg_palette_get_series_dash (23), ==, SG_DASH_DOTTED);
  g_assert_cmpint (sg_palette_get_series_dash (24), ==, SG_DASH_SOLID);
}

static void
assert_hex (GdkRGBA     colour,
            const char *hex)
{
  GdkRGBA wanted;

  g_assert_true (gdk_rgba_parse (&wanted, hex));
  g_assert_cmpfloat_with_epsilon (colour.red, wanted.red, .002);
  g_assert_cmpfloat_with_epsilon (colour.green, wanted.green, .002);
  g_assert_cmpfloat_with_epsilon (colour.blue, wanted.blue, .002);
}

static void
test_palette_heat (void)
{
  const SgPalette *light = sg_palette_get (FALSE, FALSE);
  double before = G_MAXDOUBLE;

  assert_hex (sg_palette_get_heat (light, 0), "#edf5ff");
  assert_hex (sg_palette_get_heat (light, 1), "#0d3375");
  assert_hex (sg_palette_get_heat (light, -3), "#edf5ff");
  assert_hex (sg_palette_get_heat (light, 7), "#0d3375");
  /* The middle stop stands where value^.75 is a half. */
  assert_hex (sg_palette_get_heat (light, pow (.5, 1 / .75)), "#6ba8f2");
  for (double value = 0; value <= 1; value += .01)
    {
      double now = luminance (sg_palette_get_heat (light, value));

      g_assert_cmpfloat (now, <, before);
      before = now;
    }
}

static void
test_palette_levels (void)
{
  assert_hex (sg_palette_get_level (sg_palette_get (FALSE, FALSE), SG_LEVEL_UNHEALTHY), "#e01b24");
  assert_hex (sg_palette_get_level (sg_palette_get (TRUE, FALSE), SG_LEVEL_HEALTHY), "#33d17a");
}

/* The ground of a family's header, as ui/style.css has it: the text's colour at .04 over the card. */
static GdkRGBA
header_ground (GdkRGBA  card,
               gboolean dark)
{
  float target = dark ? 1.f : 0.f;

  return (GdkRGBA) {
    .red = card.red + (target - card.red) * .04f,
    .green = card.green + (target - card.green) * .04f,
    .blue = card.blue + (target - card.blue) * .04f,
    .alpha = 1.f,
  };
}

/* What is read needs 4.5:1 on the card and on a family's header, and 7:1 in high contrast. */
static void
test_palette_syntax (void)
{
  for (int look = 0; look < 4; look++)
    {
      const SgPalette *palette = sg_palette_get (look & 1, look & 2);
      GdkRGBA card = sg_palette_get_card (palette);
      double least = look & 2 ? 7. : 4.5;

      for (int part = 0; part < SG_SYNTAX_MARK; part++)
        {
          GdkRGBA colour = sg_palette_get_syntax (palette, (SgSyntax) part);

          g_assert_cmpfloat (contrast (colour, card), >=, least);
          g_assert_cmpfloat (contrast (colour, header_ground (card, look & 1)), >=, least);
        }
    }
}

static void
test_palette_high_contrast (void)
{
  const SgPalette *normal = sg_palette_get (FALSE, FALSE);
  const SgPalette *high = sg_palette_get (FALSE, TRUE);

  g_assert_cmpfloat (sg_palette_get_line_width (normal), ==, 1.5);
  g_assert_cmpfloat (sg_palette_get_line_width (high), ==, 2.5);
  g_assert_cmpfloat (sg_palette_get_grid_alpha (high), ==, .3);
  g_assert_cmpfloat (sg_palette_get_fill_alpha (high), ==, 0.);
  g_assert_cmpfloat (sg_palette_get_dim_alpha (high), ==, 1.);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/palette/series", test_palette_series);
  g_test_add_func ("/app/palette/order", test_palette_order);
  g_test_add_func ("/app/palette/heat", test_palette_heat);
  g_test_add_func ("/app/palette/levels", test_palette_levels);
  g_test_add_func ("/app/palette/syntax", test_palette_syntax);
  g_test_add_func ("/app/palette/high-contrast", test_palette_high_contrast);
  return g_test_run ();
}
