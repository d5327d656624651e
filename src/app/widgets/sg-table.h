/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-table-model.h"

G_BEGIN_DECLS

/**
 * SgTable:
 *
 * A table in a card: sorted by a click on a header, filtered by a text, its columns resized and hidden as
 * the user likes, which is kept in settings under the id of the table. Selected rows are copied with
 * Ctrl+C, all that are shown by the action "table.copy-all"; both as CSV. A click or Enter emits
 * "row-activated" (guint row of the source).
 */
#define SG_TYPE_TABLE (sg_table_get_type ())
G_DECLARE_FINAL_TYPE (SgTable, sg_table, SG, TABLE, GtkWidget)

/* @id may be %NULL, for a table whose columns are not kept. */
GtkWidget    *sg_table_new            (SgTableModel *model,
                                       const char   *id,
                                       GSettings    *settings);
SgTableModel *sg_table_get_model      (SgTable      *self);
/* Shows another model with the same columns; sorting and widths stay. */
void          sg_table_set_model      (SgTable      *self,
                                       SgTableModel *model);
/* What a screen reader calls it. */
void          sg_table_set_name       (SgTable      *self,
                                       const char   *name);
/* Whether one click on a row activates it. */
void          sg_table_set_single_click (SgTable    *self,
                                         gboolean    single_click);
/* A table in a page shows its first rows and does not scroll; with 0 it fills the window and does. */
void          sg_table_set_max_rows   (SgTable      *self,
                                       guint         max_rows);
void          sg_table_sort           (SgTable      *self,
                                       guint         column,
                                       GtkSortType   order);
/* The rows that are shown, in their order, or the selected ones alone, with a header. */
char         *sg_table_to_csv         (SgTable      *self,
                                       gboolean      only_selected);

G_END_DECLS
