/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-exposition-view.h"

G_BEGIN_DECLS

/**
 * SgExpositionPlace:
 * @SG_EXPOSITION_PLACE_FIRST: the first line of its family
 * @SG_EXPOSITION_PLACE_HEADER: one of the comments that say what the family is
 * @SG_EXPOSITION_PLACE_HEADER_END: the last of them
 */
typedef enum
{
  SG_EXPOSITION_PLACE_FIRST = 1 << 0,
  SG_EXPOSITION_PLACE_HEADER = 1 << 1,
  SG_EXPOSITION_PLACE_HEADER_END = 1 << 2,
} SgExpositionPlace;

/**
 * SgExpositionLine:
 *
 * A row of a view as an object, made when somebody looks at it. It stays the same object while its row
 * is there, however often the page is refreshed, and emits "changed" when its text has changed.
 */
#define SG_TYPE_EXPOSITION_LINE (sg_exposition_line_get_type ())
G_DECLARE_FINAL_TYPE (SgExpositionLine, sg_exposition_line, SG, EXPOSITION_LINE, GObject)

SgExpositionLine         *sg_exposition_line_new             (SgExpositionView *view,
                                                              guint             row);
void                      sg_exposition_line_move            (SgExpositionLine *self,
                                                              SgExpositionView *view,
                                                              guint             row);
SgExpositionView         *sg_exposition_line_get_view        (SgExpositionLine *self);
guint                     sg_exposition_line_get_row         (SgExpositionLine *self);
const char               *sg_exposition_line_get_text        (SgExpositionLine *self,
                                                              gsize            *ret_length);
SgExpositionLineKind      sg_exposition_line_get_kind        (SgExpositionLine *self);
const SgExpositionFamily *sg_exposition_line_get_family      (SgExpositionLine *self);
SgExpositionPlace         sg_exposition_line_get_place       (SgExpositionLine *self);
const char               *sg_exposition_line_get_filter      (SgExpositionLine *self);

G_END_DECLS
