/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * SgWidthClass:
 * @SG_WIDTH_WIDE: from 860 px on: the sidebar stands beside the page
 * @SG_WIDTH_MEDIUM: from 600 px on: the sidebar folds over the page
 * @SG_WIDTH_NARROW: below: as medium, and the time controls move to a bar at the bottom
 */
typedef enum
{
  SG_WIDTH_WIDE,
  SG_WIDTH_MEDIUM,
  SG_WIDTH_NARROW,
} SgWidthClass;

SgWidthClass sg_width_class_for_width (int width);

/**
 * SgBreakpoint:
 *
 * Holds the whole content of a window, lets it be made as small as 360 × 400 whatever the content
 * wants, and follows its width: it folds and unfolds the flap, puts the style class "narrow" on the
 * window, and tells by its property "width-class" (#SgWidthClass).
 */
#define SG_TYPE_BREAKPOINT (sg_breakpoint_get_type ())
G_DECLARE_FINAL_TYPE (SgBreakpoint, sg_breakpoint, SG, BREAKPOINT, GtkWidget)

#define SG_BREAKPOINT_MIN_WIDTH  360
#define SG_BREAKPOINT_MIN_HEIGHT 400

GtkWidget   *sg_breakpoint_new             (void);
void         sg_breakpoint_set_child       (SgBreakpoint *self,
                                            GtkWidget    *child);
void         sg_breakpoint_set_flap        (SgBreakpoint *self,
                                            AdwFlap      *flap);
SgWidthClass sg_breakpoint_get_width_class (SgBreakpoint *self);
void         sg_breakpoint_set_width_class (SgBreakpoint *self,
                                            SgWidthClass  width_class);

G_END_DECLS
