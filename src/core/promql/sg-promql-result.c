/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-result.h"

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
