/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-statistics.h"

#include "tsdb/sg-head-private.h"

#include <stdlib.h>
#include <string.h>

/*
 * One walk over the postings. A list of the greatest is kept in order while it is filled: it is short,
 * and almost everything is smaller than its last.
 */
typedef struct
{
  SgHeadStatistics *out;
  guint limit;
} Walk;

static void
count_clear (gpointer data)
{
  g_free (((SgHeadCount *) data)->name);
}

static GArray *
counts_new (void)
{
  GArray *counts = g_array_new (FALSE, FALSE, sizeof (SgHeadCount));

  g_array_set_clear_func (counts, count_clear);
  return counts;
}

/* Whether @value of @name, or @name alone, comes before @count. */
static gboolean
comes_before (const SgHeadCount *count,
              guint64            value,
              const char        *name)
{
  return value > count->count || (value == count->count && strcmp (name, count->name) < 0);
}

static void
offer (Walk       *walk,
       GArray     *counts,
       guint64     value,
       const char *name)
{
  SgHeadCount added = { NULL, value };
  guint at = counts->len;

  while (at > 0 && comes_before (&g_array_index (counts, SgHeadCount, at - 1), value, name))
    at--;
  if (at == walk->limit)
    return;
  added.name = g_strdup (name);
  if (counts->len == walk->limit)
    g_array_set_size (counts, counts->len - 1);
  g_array_insert_val (counts, at, added);
}

static void
offer_pair (Walk       *walk,
            guint64     n_series,
            const char *name,
            const char *value)
{
  GArray *counts = walk->out->series_by_pair;
  g_autofree char *pair = NULL;

  if (counts->len == walk->limit
      && n_series < g_array_index (counts, SgHeadCount, counts->len - 1).count)
    return;
  pair = g_strconcat (name, "=", value, NULL);
  offer (walk, counts, n_series, pair);
}

static void
walk_name (Walk             *walk,
           const SgHeadName *name)
{
  const SgHeadTableSlots *slots = sg_head_table_get_slots (&name->values);
  gboolean is_metric = g_str_equal (name->name, SG_LABEL_NAME);
  guint64 n_values = 0;
  guint64 bytes = 0;

  for (guint i = 0; i <= slots->mask; i++)
    {
      const SgHeadValue *value = sg_head_table_peek (slots, i);
      guint n = 0;

      if (value == NULL)
        continue;
      sg_head_list_get (&value->list, &n);
      n_values++;
      bytes += (guint64) strlen (value->value) * n;
      if (is_metric)
        offer (walk, walk->out->series_by_metric, n, value->value);
      offer_pair (walk, n, name->name, value->value);
    }
  walk->out->n_label_pairs += n_values;
  offer (walk, walk->out->values_by_label, n_values, name->name);
  offer (walk, walk->out->bytes_by_label, bytes, name->name);
}

static guint64
count_chunks (SgHead *head)
{
  guint32 end = sg_head_index_get_end (&head->index);
  guint64 n = 0;

  for (guint32 id = 0; id < end; id++)
    {
      SgHeadSeries *series = sg_head_index_find_id (&head->index, id);

      if (series == NULL)
        continue;
      SG_LOCK_SCOPE (sg_head_lock_of (head, series));
      n += (series->closed != NULL ? series->closed->n : 0) + (series->open.n_samples > 0);
    }
  return n;
}

/**
 * sg_head_statistics_compute:
 * @self: (out caller-allocates): what was found; sg_head_statistics_clear() empties it
 * @head: a head
 * @limit: how long the lists may be, at least 1
 */
void
sg_head_statistics_compute (SgHeadStatistics *self,
                            SgHead           *head,
                            guint             limit)
{
  const SgHeadTableSlots *slots;
  Walk walk = { self, limit };
  SgHeadGuard guard;

  *self = (SgHeadStatistics) { 0, 0, counts_new (), counts_new (), counts_new (), counts_new () };
  sg_head_gate_enter (&head->gate, &guard);
  slots = sg_head_table_get_slots (&head->index.postings.names);
  for (guint i = 0; i <= slots->mask; i++)
    {
      const SgHeadName *name = sg_head_table_peek (slots, i);

      if (name != NULL)
        walk_name (&walk, name);
    }
  self->n_chunks = count_chunks (head);
  sg_head_gate_leave (&head->gate, &guard);
}

void
sg_head_statistics_clear (SgHeadStatistics *self)
{
  g_clear_pointer (&self->series_by_metric, g_array_unref);
  g_clear_pointer (&self->values_by_label, g_array_unref);
  g_clear_pointer (&self->bytes_by_label, g_array_unref);
  g_clear_pointer (&self->series_by_pair, g_array_unref);
}
