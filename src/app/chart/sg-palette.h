/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define SG_PALETTE_N_SERIES 8
#define SG_PALETTE_N_HEAT   5

/**
 * SgDash:
 *
 * How the line of a series is drawn: series 9 to 16 repeat the colours dashed, 17 to 24 dotted.
 */
typedef enum
{
  SG_DASH_SOLID,
  SG_DASH_DASHED,
  SG_DASH_DOTTED,
} SgDash;

/**
 * SgSyntax:
 *
 * The parts of a line of text that is a language of its own: expositions, and queries later.
 */
typedef enum
{
  SG_SYNTAX_NAME,
  SG_SYNTAX_LABEL,
  SG_SYNTAX_STRING,
  SG_SYNTAX_NUMBER,
  SG_SYNTAX_KEYWORD,
  SG_SYNTAX_TYPE,
  SG_SYNTAX_COMMENT,
  SG_SYNTAX_MARK,
} SgSyntax;

#define SG_SYNTAX_N (SG_SYNTAX_MARK + 1)

/**
 * SgPalette:
 *
 * Every colour and width that is drawn and not styled by CSS, for one of the four looks of the desktop:
 * light, dark, and the two in high contrast. Text gets its colours from ui/style*.css.
 */
typedef struct _SgPalette SgPalette;

const SgPalette *sg_palette_get              (gboolean         dark,
                                              gboolean         high_contrast);
const SgPalette *sg_palette_get_current      (void);

GdkRGBA          sg_palette_get_card         (const SgPalette *self);
GdkRGBA          sg_palette_get_series       (const SgPalette *self,
                                              guint            index);
SgDash           sg_palette_get_series_dash  (guint            index);
/* The colour of a series that is called by a status, as "failed"; others have none. */
gboolean         sg_palette_find_status      (const SgPalette *self,
                                              const char      *name,
                                              GdkRGBA         *ret_colour);
GdkRGBA          sg_palette_get_level        (const SgPalette *self,
                                              SgLevel          level);
GdkRGBA          sg_palette_get_heat         (const SgPalette *self,
                                              double           value);
GdkRGBA          sg_palette_get_heat_stop    (const SgPalette *self,
                                              guint            i);
GdkRGBA          sg_palette_get_syntax       (const SgPalette *self,
                                              SgSyntax         part);
double           sg_palette_get_line_width   (const SgPalette *self);
double           sg_palette_get_grid_alpha   (const SgPalette *self);
double           sg_palette_get_fill_alpha   (const SgPalette *self);
double           sg_palette_get_stack_alpha  (const SgPalette *self);
double           sg_palette_get_dim_alpha    (const SgPalette *self);

G_END_DECLS
