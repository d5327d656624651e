/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-eval-private.h"

G_BEGIN_DECLS

/**
 * SgColumnMaker:
 * @copy: makes a state of its own for a thread, which evaluates with @eval
 * @free: frees what @copy made
 * @make: sets the values of a series at all times; says whether there is any
 * @fresh: whether samples come without stale markers
 * @drop_name: whether the names of the series go when the query is done
 *
 * What makes a column of the samples of a series, of each for itself, so that several threads can.
 */
typedef struct
{
  gpointer (*copy) (gconstpointer      state,
                    SgEval            *eval);
  void     (*free) (gpointer           state);
  gboolean (*make) (gpointer           state,
                    const SgRawSeries *raw,
                    double            *values);
  gboolean fresh;
  gboolean drop_name;
} SgColumnMaker;

gboolean sg_eval_columns (SgEval              *self,
                          SgPlanNode          *node,
                          const SgColumnMaker *maker,
                          gpointer             state,
                          guint                n_steps,
                          SgVectorSink        *sink);

G_END_DECLS
