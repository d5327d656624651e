/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-swatch.h"

#include "core/sightglass.h"

G_BEGIN_DECLS

/**
 * SgTableColumn:
 * @id: what settings call it
 * @title: what its header says
 * @numeric: whether it is sorted by number and stands at the end of its column
 * @expand: whether it takes the room that is left; its text is dim, and ends in dots where it must
 * @fills: whether it takes the room that is left, and is not dim
 * @pill: whether its text stands in a pill of the cell's level
 * @trend: whether it shows how a value went, and no text
 * @least_width: how wide it must be to be shown; where the table is too narrow for all, the last are hidden
 * @rank: where it stands among those that are hidden where there is no room, the highest first; 0 for its
 *   place in the table
 * @width: how wide it is until the user resizes it, so that tables below one another stand in line; 0 for
 *   as wide as its widest cell
 */
typedef struct
{
  const char *id;
  const char *title;
  gboolean numeric;
  gboolean expand;
  gboolean fills;
  gboolean pill;
  int least_width;
  gboolean trend;
  int width;
  guint rank;
} SgTableColumn;

/**
 * SgTableCell:
 * @text: (owned): what it says
 * @number: what a numeric column is sorted by; NaN comes last either way
 * @level: the level of a pill
 * @swatch: what stands before the text
 * @has_swatch: whether it does
 * @trend: (owned) (array length=n_trend): how a value went
 * @n_trend: how many values that are
 * @series: in the colour of which series it is drawn, unless @level is degraded or worse
 */
typedef struct
{
  char *text;
  double number;
  SgLevel level;
  SgSwatch swatch;
  gboolean has_swatch;
  double *trend;
  guint n_trend;
  guint series;
} SgTableCell;

/* Fills in a cell that is all zero, with NaN for its number. */
typedef void (*SgTableCellFunc) (guint        row,
                                 guint        column,
                                 SgTableCell *cell,
                                 gpointer     data);

void sg_table_cell_clear (SgTableCell *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgTableCell, sg_table_cell_clear)

/**
 * SgTableRow:
 *
 * A row of a model as an object, made when somebody asks for it.
 */
#define SG_TYPE_TABLE_ROW (sg_table_row_get_type ())
G_DECLARE_FINAL_TYPE (SgTableRow, sg_table_row, SG, TABLE_ROW, GObject)

guint sg_table_row_get_index (SgTableRow *self);

/**
 * SgTableModel:
 *
 * The rows of a table that match its filter, in the order of their source. A cell is made when it is
 * seen; what a column is sorted by is made once, when it is sorted by that column, so that a hundred
 * thousand rows cost nothing until then.
 */
#define SG_TYPE_TABLE_MODEL (sg_table_model_get_type ())
G_DECLARE_FINAL_TYPE (SgTableModel, sg_table_model, SG, TABLE_MODEL, GObject)

SgTableModel        *sg_table_model_new           (const SgTableColumn *columns,
                                                   guint                n_columns);
guint                sg_table_model_get_n_columns (SgTableModel        *self);
const SgTableColumn *sg_table_model_get_column    (SgTableModel        *self,
                                                   guint                column);
void                 sg_table_model_set_rows      (SgTableModel        *self,
                                                   guint                n_rows,
                                                   SgTableCellFunc      func,
                                                   gpointer             data,
                                                   GDestroyNotify       destroy);
/*
 * The same rows, in the same order, say something else: emits "renewed" in place of "items-changed" where
 * no row comes or goes, so that what is selected and focused stays.
 */
void                 sg_table_model_renew_rows    (SgTableModel        *self,
                                                   SgTableCellFunc      func,
                                                   gpointer             data,
                                                   GDestroyNotify       destroy);
/* Shows only rows in which some cell contains @text; letter case does not count. %NULL for all. */
void                 sg_table_model_set_filter    (SgTableModel        *self,
                                                   const char          *text);
void                 sg_table_model_get_cell      (SgTableModel        *self,
                                                   guint                row,
                                                   guint                column,
                                                   SgTableCell         *ret_cell);
int                  sg_table_model_compare       (SgTableModel        *self,
                                                   guint                column,
                                                   guint                a,
                                                   guint                b);

G_END_DECLS
