/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "promql/sg-arena.h"
#include "promql/sg-value-type.h"

G_BEGIN_DECLS

typedef struct
{
  SgLabels *labels;
  SgColumn column;
} SgPromqlSeries;

/**
 * SgPromqlStats:
 * @wait_us: how long the query waited for its turn
 * @eval_us: how long it was evaluated
 * @n_series: how many series were read
 * @n_samples: how many samples were read
 * @peak_samples: how many were in memory at once
 * @has_histograms: whether native histograms were left out
 */
typedef struct
{
  gint64 wait_us;
  gint64 eval_us;
  guint64 n_series;
  guint64 n_samples;
  guint64 peak_samples;
  gboolean has_histograms;
} SgPromqlStats;

/**
 * SgPromqlResult:
 * @type: which of the members below hold
 * @time: when an instant query was evaluated
 * @scalar: the value of a scalar
 * @string: the value of a string
 * @series: of a vector, each with one sample; of a matrix, in the order of their labels
 * @n_series: how many
 * @warnings: that something may be wrong
 * @infos: that something may not be what was meant
 * @stats: what it took
 *
 * What a query came to. Immutable, counted, and safe from any thread. The samples are in an arena;
 * series that have a value at every time of a range share one array of times.
 */
typedef struct
{
  gatomicrefcount ref_count;
  SgValueType type;
  SgTimeMs time;
  double scalar;
  GBytes *string;
  SgPromqlSeries *series;
  guint n_series;
  GStrv warnings;
  GStrv infos;
  SgPromqlStats stats;
  SgArena *arena;
} SgPromqlResult;

#define SG_TYPE_PROMQL_RESULT (sg_promql_result_get_type ())

GType           sg_promql_result_get_type (void) G_GNUC_CONST;
SgPromqlResult *sg_promql_result_new      (SgValueType     type,
                                           SgTimeMs        time);
SgPromqlResult *sg_promql_result_ref      (SgPromqlResult *self);
void            sg_promql_result_unref    (SgPromqlResult *self);
SgPromqlResult *sg_promql_result_join     (const SgPromqlResult *first,
                                           SgTimeMs              start,
                                           SgTimeMs              end,
                                           const SgPromqlResult *second);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPromqlResult, sg_promql_result_unref)

G_END_DECLS
