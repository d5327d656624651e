/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-binary-private.h"

/*
 * and, or, unless: whether a series has a value depends on whether one of the other side with the same
 * matching labels has one at that time. Of that side nothing is kept but where there are values.
 */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  SgEval *eval;
  SgLabelKey key;
  SgLabelTable table;
  GPtrArray *present;
  guint n;
} Presence;

/* Notes where @series has values, and passes it on, if there is to whom. */
static gboolean
note_push (SgVectorSink   *sink,
           SgVectorSeries *series)
{
  Presence *self = (Presence *) sink;
  gboolean added;
  guint group = sg_label_table_add (&self->table, series->labels, &added);
  guint8 *present;

  if (added)
    g_ptr_array_add (self->present, g_new0 (guint8, self->n));
  present = g_ptr_array_index (self->present, group);
  for (guint i = 0; i < self->n; i++)
    present[i] |= !sg_is_absent (series->values[i]);
  return sg_eval_work (self->eval, self->n)
         && (self->next == NULL || self->next->push (self->next, series));
}

/* Takes away those values of a series for which there is something, or nothing, on the other side. */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  const Presence *presence;
  gboolean wanted;
} Filter;

static gboolean
filter_push (SgVectorSink   *sink,
             SgVectorSeries *series)
{
  Filter *self = (Filter *) sink;
  const Presence *presence = self->presence;
  guint group = sg_label_table_find (&presence->table, series->labels);
  const guint8 *present =
      group == SG_LABEL_TABLE_NONE ? NULL : g_ptr_array_index (presence->present, group);

  for (guint i = 0; i < presence->n; i++)
    {
      if ((present != NULL && present[i]) != self->wanted)
        series->values[i] = sg_absent ();
    }
  return sg_eval_work (presence->eval, presence->n) && self->next->push (self->next, series);
}

/* Series of both sides that are called the same are one, at different times. */
static gboolean
eval_or (SgEval       *self,
         SgPlanNode   *node,
         Presence     *presence,
         SgVectorSink *sink)
{
  g_auto (SgVectorMerger) merger = { 0 };
  Filter filter = { { filter_push }, sink, presence, FALSE };

  presence->next = sink;
  sg_vector_merger_init (&merger, self, node->grid.n);
  if (node->grid.n > 1)
    presence->next = filter.next = &merger.sink;
  return sg_eval_vector (self, node->children[0], node->grid.n, &presence->sink)
         && sg_eval_vector (self, node->children[1], node->grid.n, &filter.sink)
         && sg_vector_block_replay (&merger.block, sink);
}

static gboolean
eval_and_unless (SgEval       *self,
                 SgPlanNode   *node,
                 Presence     *presence,
                 SgVectorSink *sink)
{
  Filter filter = { { filter_push }, sink, presence, node->expr->binary.op == SG_TOKEN_AND };

  return sg_eval_vector (self, node->children[1], node->grid.n, &presence->sink)
         && sg_eval_vector (self, node->children[0], node->grid.n, &filter.sink);
}

gboolean
sg_eval_set_operation (SgEval       *self,
                       SgPlanNode   *node,
                       SgVectorSink *sink)
{
  Presence presence = { { note_push }, NULL, self };
  gboolean success;

  presence.n = node->grid.n;
  presence.present = g_ptr_array_new_with_free_func (g_free);
  sg_matching_key_init (&presence.key, node->expr->binary.matching);
  sg_label_table_init (&presence.table, &presence.key);
  success = node->expr->binary.op == SG_TOKEN_OR ? eval_or (self, node, &presence, sink)
                                                 : eval_and_unless (self, node, &presence, sink);
  sg_label_table_clear (&presence.table);
  sg_label_key_clear (&presence.key);
  g_ptr_array_unref (presence.present);
  return success;
}
