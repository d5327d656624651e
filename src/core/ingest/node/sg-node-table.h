/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/node/sg-node-private.h"

G_BEGIN_DECLS

/* A column: a family of its own. Columns of one file's devices share the label that names the device. */
typedef struct
{
  const char *source;
  SgMetricKind kind;
  const char *name;
  const char *help;
} SgNodeColumn;

/**
 * SgNodeTable:
 *
 * Files have a line, or a folder, for each device; pages have a family for each number. A table turns one
 * into the other: rows are filled while reading, and the columns are told afterwards. What is not filled
 * is NaN and left out, and so is a family without samples.
 */
typedef struct
{
  const SgNodeColumn *columns;
  guint n_columns;
  GPtrArray *keys;
  GArray *values;
} SgNodeTable;

void    sg_node_table_init    (SgNodeTable        *self,
                               const SgNodeColumn *columns,
                               guint               n_columns);
void    sg_node_table_clear   (SgNodeTable        *self);
/* Returns: the values of a new row, good until the next one is added */
double *sg_node_table_add_row (SgNodeTable        *self,
                               const char         *key);
void    sg_node_table_tell    (SgNodeTable        *self,
                               SgNodeScrape       *scrape,
                               const char         *label);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgNodeTable, sg_node_table_clear)

G_END_DECLS
