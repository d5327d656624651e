/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-result.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (SgPromqlResult,
                     sg_promql_result,
                     sg_promql_result_ref,
                     sg_promql_result_unref)

SgPromqlResult *
sg_promql_result_new (SgValueType type,
                      SgTimeMs    time)
{
  SgPromqlResult *self = g_new0 (SgPromqlResult, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->type = type;
  self->time = time;
  self->arena = sg_arena_new ();
  return self;
}

SgPromqlResult *
sg_promql_result_ref (SgPromqlResult *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_promql_result_unref (SgPromqlResult *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_series; i++)
    sg_labels_unref (self->series[i].labels);
  g_free (self->series);
  g_clear_pointer (&self->string, g_bytes_unref);
  g_strfreev (self->warnings);
  g_strfreev (self->infos);
  sg_arena_free (self->arena);
  g_free (self);
}

/* The samples of @column from @start to @end; both inclusive. */
static SgColumn
cut_column (const SgColumn *column,
            SgTimeMs        start,
            SgTimeMs        end)
{
  SgColumn cut = *column;

  while (cut.n > 0 && cut.t[0] < start)
    {
      cut.t++;
      cut.f++;
      cut.n--;
    }
  while (cut.n > 0 && cut.t[cut.n - 1] > end)
    cut.n--;
  return cut;
}

static void
add_joined (SgPromqlResult *self,
            const SgLabels *labels,
            const SgColumn *first,
            const SgColumn *second)
{
  gsize n = first->n + second->n;
  SgPromqlSeries *series = &self->series[self->n_series];
  SgTimeMs *t;
  double *f;

  if (n == 0)
    return;
  t = sg_arena_new_array (self->arena, SgTimeMs, n);
  f = sg_arena_new_array (self->arena, double, n);
  if (first->n > 0)
    {
      memcpy (t, first->t, first->n * sizeof *t);
      memcpy (f, first->f, first->n * sizeof *f);
    }
  if (second->n > 0)
    {
      memcpy (t + first->n, second->t, second->n * sizeof *t);
      memcpy (f + first->n, second->f, second->n * sizeof *f);
    }
  series->labels = sg_labels_ref (labels);
  series->column = (SgColumn) { SG_VALUE_FLOAT, n, t, { f } };
  self->n_series++;
}

/* Returns: (transfer full): the texts of both, each once */
static GStrv
join_texts (GStrv first,
            GStrv second)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; first != NULL && first[i] != NULL; i++)
    g_strv_builder_add (builder, first[i]);
  for (guint i = 0; second != NULL && second[i] != NULL; i++)
    {
      if (first == NULL || !g_strv_contains ((const char *const *) first, second[i]))
        g_strv_builder_add (builder, second[i]);
    }
  return g_strv_builder_end (builder);
}

/**
 * sg_promql_result_join: (skip)
 * @first: a matrix
 * @start: the first time of @first that is wanted
 * @end: the last one
 * @second: (nullable): a matrix of later times, or nothing more
 *
 * Returns: (transfer full): both as one, with the cost of the second
 */
SgPromqlResult *
sg_promql_result_join (const SgPromqlResult *first,
                       SgTimeMs              start,
                       SgTimeMs              end,
                       const SgPromqlResult *second)
{
  static const SgColumn none;
  SgPromqlResult *self = sg_promql_result_new (SG_VALUE_TYPE_MATRIX, first->time);
  guint n_second = second != NULL ? second->n_series : 0;
  guint i = 0;
  guint j = 0;

  self->series = g_new0 (SgPromqlSeries, first->n_series + n_second);
  while (i < first->n_series || j < n_second)
    {
      int order = i == first->n_series ? 1
                  : j == n_second
                      ? -1
                      : sg_labels_compare (first->series[i].labels, second->series[j].labels);
      SgColumn cut = order <= 0 ? cut_column (&first->series[i].column, start, end) : none;

      add_joined (self, order <= 0 ? first->series[i].labels : second->series[j].labels, &cut,
                  order >= 0 ? &second->series[j].column : &none);
      i += order <= 0;
      j += order >= 0;
    }
  if (second != NULL)
    self->stats = second->stats;
  self->warnings = join_texts (first->warnings, second != NULL ? second->warnings : NULL);
  self->infos = join_texts (first->infos, second != NULL ? second->infos : NULL);
  return self;
}
