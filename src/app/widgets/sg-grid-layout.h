/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgGridLayout:
 *
 * Lays children out in columns of one width: as many as fit with the least width, then evened out, so
 * that six children stand 6, 3, 2 or 1 in a row and never 5 and 1. The children of a row are of one
 * height. Properties: "min-column-width", "max-columns", "spacing".
 */
#define SG_TYPE_GRID_LAYOUT (sg_grid_layout_get_type ())
G_DECLARE_FINAL_TYPE (SgGridLayout, sg_grid_layout, SG, GRID_LAYOUT, GtkLayoutManager)

GtkLayoutManager *sg_grid_layout_new         (int           min_column_width,
                                              int           max_columns);
guint             sg_grid_layout_get_columns (SgGridLayout *self,
                                              guint         n_children,
                                              int           width);

G_END_DECLS
