/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-table-model.h"

G_BEGIN_DECLS

/**
 * SgTableCellView:
 *
 * A cell of a table: swatch and text, at the start or at the end. It draws itself, since a table has
 * hundreds of them and a label each would be slow to scroll.
 */
#define SG_TYPE_TABLE_CELL_VIEW (sg_table_cell_view_get_type ())
G_DECLARE_FINAL_TYPE (SgTableCellView, sg_table_cell_view, SG, TABLE_CELL_VIEW, GtkWidget)

GtkWidget  *sg_table_cell_view_new      (const SgTableColumn *column);
void        sg_table_cell_view_set      (SgTableCellView     *self,
                                         const SgTableCell   *cell);
const char *sg_table_cell_view_get_text (SgTableCellView     *self);

G_END_DECLS
