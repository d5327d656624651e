/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-exposition-line.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgExpositionRow:
 *
 * Shows a line of an exposition: in colours, with what the filter looked for marked, wrapped behind its
 * commas with the lines after the first set in. Its tooltip explains the family.
 *
 * A list view has many more rows than are seen, and draws them all. A row that is not seen draws nothing,
 * and does not follow its line; whoever scrolls has to call sg_exposition_row_renew() on what comes in
 * sight.
 */
#define SG_TYPE_EXPOSITION_ROW (sg_exposition_row_get_type ())
G_DECLARE_FINAL_TYPE (SgExpositionRow, sg_exposition_row, SG, EXPOSITION_ROW, GtkWidget)

GtkWidget        *sg_exposition_row_new      (void);
void              sg_exposition_row_set_line (SgExpositionRow  *self,
                                              SgExpositionLine *line);
SgExpositionLine *sg_exposition_row_get_line (SgExpositionRow  *self);
gboolean          sg_exposition_row_is_stale (SgExpositionRow  *self);
void              sg_exposition_row_renew    (SgExpositionRow  *self);

G_END_DECLS
