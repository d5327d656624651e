/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-palette.h"

#include <adwaita.h>
#include <math.h>

/*
 * Colours are written as 0xRRGGBB. The eight of the series are in the order in which they are given
 * out: any two of them are apart for people who see red, green or blue less, and each stands out from
 * the card by 3.2:1 at least. Text in them would need 4.5:1, which is why the syntax has its own.
 */
struct _SgPalette
{
  guint32 card;
  guint32 series[SG_PALETTE_N_SERIES];
  guint32 levels[SG_LEVEL_UNKNOWN + 1];
  guint32 heat[SG_PALETTE_N_HEAT];
  guint32 syntax[SG_SYNTAX_N];
  double mark_alpha;
  double line_width;
  double grid_alpha;
  double fill_alpha;
  double stack_alpha;
  double dim_alpha;
};

#define SERIES_GREY   0x808080
#define HEAT_POWER    0.75
#define SUCCESS_ALPHA .55f

#define LIGHT                                                                                   \
  .card = 0xffffff,                                                                             \
  .series = { 0x3087f5, 0xed641b, 0x13726b, 0x852fb2, 0x9a8f6d, 0xc460a7, 0x325926, 0x323057 }, \
  .levels = { 0x279a64, 0xbd7f00, 0xe01b24, 0x77767b },                                         \
  .heat = { 0xedf5ff, 0xb8d6fa, 0x6ba8f2, 0x216bcc, 0x0d3375 }, .stack_alpha = .42

#define DARK                                                                                    \
  .card = 0x363636,                                                                             \
  .series = { 0x4a90fc, 0xf6ac63, 0x58ded5, 0xc062af, 0xf7dc17, 0xec789c, 0xb5f0a3, 0xaaa9ed }, \
  .levels = { 0x33d17a, 0xf5c211, 0xff7b63, 0x9a9996 },                                         \
  .heat = { 0x3c4554, 0x2b578f, 0x3880d6, 0x80bdfa, 0xdef2ff }, .stack_alpha = .55

#define LIGHT_SYNTAX                                                                            \
  .syntax = { 0x241f31, 0x13726b, 0x7a2aa3, 0x1a5fb4, 0x5e5c64, 0x8a4200, 0x5e5c64, 0xf5c211 }, \
  .mark_alpha = .45

#define DARK_SYNTAX                                                                             \
  .syntax = { 0xffffff, 0x7fe0d8, 0xdcb0f5, 0x99c1f1, 0xc0bfbc, 0xffbe6f, 0xc0bfbc, 0xe5a50a }, \
  .mark_alpha = .45

#define LIGHT_SYNTAX_HC                                                                         \
  .syntax = { 0x000000, 0x00423d, 0x4b0d6b, 0x0b357a, 0x000000, 0x5c2c00, 0x241f31, 0xf5c211 }, \
  .mark_alpha = .6

#define DARK_SYNTAX_HC                                                                          \
  .syntax = { 0xffffff, 0xa8fff8, 0xf0d5ff, 0xc6e0ff, 0xffffff, 0xffdcb0, 0xffffff, 0xc64600 }, \
  .mark_alpha = .6

#define NORMAL        .line_width = 1.5, .grid_alpha = .09, .fill_alpha = 1., .dim_alpha = .72
#define HIGH_CONTRAST .line_width = 2.5, .grid_alpha = .3, .fill_alpha = 0., .dim_alpha = 1.

/* In the order light, dark, light in high contrast, dark in high contrast. */
static const SgPalette palettes[] = {
  { LIGHT, LIGHT_SYNTAX, NORMAL },
  { DARK, DARK_SYNTAX, NORMAL },
  { LIGHT, LIGHT_SYNTAX_HC, HIGH_CONTRAST },
  { DARK, DARK_SYNTAX_HC, HIGH_CONTRAST },
};

/* Returns: (transfer none): the palette of a look */
const SgPalette *
sg_palette_get (gboolean dark,
                gboolean high_contrast)
{
  return &palettes[(high_contrast ? 2 : 0) + (dark ? 1 : 0)];
}

/* Returns: (transfer none): the palette of the desktop's present look */
const SgPalette *
sg_palette_get_current (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  return sg_palette_get (adw_style_manager_get_dark (manager),
                         adw_style_manager_get_high_contrast (manager));
}

static GdkRGBA
to_rgba (guint32 colour)
{
  return (GdkRGBA) {
    .red = (float) (colour >> 16 & 0xff) / 255.f,
    .green = (float) (colour >> 8 & 0xff) / 255.f,
    .blue = (float) (colour & 0xff) / 255.f,
    .alpha = 1.f,
  };
}

/* The ground that charts, tiles and lists are drawn on. */
GdkRGBA
sg_palette_get_card (const SgPalette *self)
{
  return to_rgba (self->card);
}

/* From the 25th series on they are grey: more lines than that cannot be told apart by colour. */
GdkRGBA
sg_palette_get_series (const SgPalette *self,
                       guint            index)
{
  GdkRGBA grey = to_rgba (SERIES_GREY);

  if (index < 3 * SG_PALETTE_N_SERIES)
    return to_rgba (self->series[index % SG_PALETTE_N_SERIES]);
  grey.alpha = .5f;
  return grey;
}

SgDash
sg_palette_get_series_dash (guint index)
{
  if (index < SG_PALETTE_N_SERIES || index >= 3 * SG_PALETTE_N_SERIES)
    return SG_DASH_SOLID;
  return index < 2 * SG_PALETTE_N_SERIES ? SG_DASH_DASHED : SG_DASH_DOTTED;
}

/* The words by which applications and exporters call how something went. */
static const struct
{
  const char *word;
  SgLevel level;
} statuses[] = {
  { "success", SG_LEVEL_HEALTHY },    { "ok", SG_LEVEL_HEALTHY },
  { "succeeded", SG_LEVEL_HEALTHY },  { "healthy", SG_LEVEL_HEALTHY },
  { "partial", SG_LEVEL_DEGRADED },   { "partial, timeout", SG_LEVEL_DEGRADED },
  { "timeout", SG_LEVEL_DEGRADED },   { "warning", SG_LEVEL_DEGRADED },
  { "degraded", SG_LEVEL_DEGRADED },  { "failed", SG_LEVEL_UNHEALTHY },
  { "failure", SG_LEVEL_UNHEALTHY },  { "error", SG_LEVEL_UNHEALTHY },
  { "errors", SG_LEVEL_UNHEALTHY },   { "unhealthy", SG_LEVEL_UNHEALTHY },
  { "critical", SG_LEVEL_UNHEALTHY }, { "unknown", SG_LEVEL_UNKNOWN },
};

/* Failures must stand out, not successes: these have the first colour, and that only half. */
gboolean
sg_palette_find_status (const SgPalette *self,
                        const char      *name,
                        GdkRGBA         *ret_colour)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      if (g_ascii_strcasecmp (name, statuses[i].word) != 0)
        continue;
      *ret_colour = sg_palette_get_level (self, statuses[i].level);
      if (statuses[i].level == SG_LEVEL_HEALTHY)
        {
          *ret_colour = sg_palette_get_series (self, 0);
          ret_colour->alpha = SUCCESS_ALPHA;
        }
      return TRUE;
    }
  return FALSE;
}

/* The colour of a level where it is drawn: bars, rings, sparklines. Its word has one of its own. */
GdkRGBA
sg_palette_get_level (const SgPalette *self,
                      SgLevel          level)
{
  return to_rgba (self->levels[level]);
}

/* The colour of a cell whose value is @value of the greatest, from 0 to 1. */
GdkRGBA
sg_palette_get_heat (const SgPalette *self,
                     double           value)
{
  double at = pow (CLAMP (value, 0., 1.), HEAT_POWER) * (SG_PALETTE_N_HEAT - 1);
  guint below = MIN ((guint) at, SG_PALETTE_N_HEAT - 2);
  float part = (float) (at - below);
  GdkRGBA a = to_rgba (self->heat[below]);
  GdkRGBA b = to_rgba (self->heat[below + 1]);

  return (GdkRGBA) {
    .red = a.red + (b.red - a.red) * part,
    .green = a.green + (b.green - a.green) * part,
    .blue = a.blue + (b.blue - a.blue) * part,
    .alpha = 1.f,
  };
}

/* One of the %SG_PALETTE_N_HEAT colours that cells lie between. */
GdkRGBA
sg_palette_get_heat_stop (const SgPalette *self,
                          guint            i)
{
  return to_rgba (self->heat[i]);
}

GdkRGBA
sg_palette_get_syntax (const SgPalette *self,
                       SgSyntax         part)
{
  GdkRGBA colour = to_rgba (self->syntax[part]);

  if (part == SG_SYNTAX_MARK)
    colour.alpha = (float) self->mark_alpha;
  return colour;
}

double
sg_palette_get_line_width (const SgPalette *self)
{
  return self->line_width;
}

double
sg_palette_get_grid_alpha (const SgPalette *self)
{
  return self->grid_alpha;
}

/* What the opacity of a fill is multiplied with; in high contrast nothing is filled. */
double
sg_palette_get_fill_alpha (const SgPalette *self)
{
  return self->fill_alpha;
}

/* The opacity of the areas of a stack. */
double
sg_palette_get_stack_alpha (const SgPalette *self)
{
  return self->stack_alpha * self->fill_alpha;
}

/* The opacity of axis labels and other secondary text that is drawn. */
double
sg_palette_get_dim_alpha (const SgPalette *self)
{
  return self->dim_alpha;
}
