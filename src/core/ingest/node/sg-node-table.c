/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <math.h>

void
sg_node_table_init (SgNodeTable        *self,
                    const SgNodeColumn *columns,
                    guint               n_columns)
{
  self->columns = columns;
  self->n_columns = n_columns;
  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
}

void
sg_node_table_clear (SgNodeTable *self)
{
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_clear_pointer (&self->values, g_array_unref);
}

double *
sg_node_table_add_row (SgNodeTable *self,
                       const char  *key)
{
  guint first = self->values->len;
  double *row;

  g_ptr_array_add (self->keys, g_strdup (key));
  g_array_set_size (self->values, first + self->n_columns);
  row = &g_array_index (self->values, double, first);
  for (guint i = 0; i < self->n_columns; i++)
    row[i] = NAN;
  return row;
}

void
sg_node_table_tell (SgNodeTable  *self,
                    SgNodeScrape *scrape,
                    const char   *label)
{
  const char *const labels[] = { label, NULL };

  for (guint k = 0; k < self->n_columns; k++)
    {
      const SgNodeColumn *column = &self->columns[k];
      gboolean begun = FALSE;

      for (guint i = 0; i < self->keys->len; i++)
        {
          double value = g_array_index (self->values, double, i * self->n_columns + k);

          if (isnan (value))
            continue;
          if (!begun)
            sg_node_family (scrape, column->kind, column->name, column->help, labels);
          begun = TRUE;
          sg_collection_add (scrape->out, SG_VALUES (g_ptr_array_index (self->keys, i)), value);
        }
    }
}
