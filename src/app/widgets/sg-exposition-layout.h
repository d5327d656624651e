/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-exposition-line.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgExpositionLayout:
 *
 * The text of a line with its colours and marks, laid out when it is drawn. Laying out text is what a
 * refresh costs, so that it is put off and cut down where it can be: the height of a plain sample is known
 * by counting its characters, and a sample whose value alone has changed keeps what is before its value.
 */
typedef struct _SgExpositionLayout SgExpositionLayout;

SgExpositionLayout *sg_exposition_layout_new        (PangoContext       *context,
                                                     SgExpositionLine   *line,
                                                     SgExpositionLayout *before);
void                sg_exposition_layout_free       (SgExpositionLayout *self);
const char         *sg_exposition_layout_get_text   (SgExpositionLayout *self);
int                 sg_exposition_layout_get_width  (SgExpositionLayout *self);
int                 sg_exposition_layout_get_height (SgExpositionLayout *self,
                                                     int                 width);
void                sg_exposition_layout_snapshot   (SgExpositionLayout *self,
                                                     GtkSnapshot        *snapshot,
                                                     const GdkRGBA      *colour,
                                                     int                 width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgExpositionLayout, sg_exposition_layout_free)

G_END_DECLS
