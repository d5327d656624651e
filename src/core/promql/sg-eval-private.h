/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "promql/sg-annotations.h"
#include "promql/sg-arithmetic.h"
#include "promql/sg-label-key.h"
#include "promql/sg-plan.h"
#include "promql/sg-promql-error.h"
#include "promql/sg-promql-result.h"

G_BEGIN_DECLS

/*
 * The evaluator.
 *
 * A vector is evaluated series by series, each at all times of its grid at once: whoever evaluates
 * pushes one series after the other into a sink, and a function that treats each series for itself is
 * a sink before another. Nothing is kept but by those that must see all series, and they hold it in a
 * SgVectorBlock, which counts against the limit of samples. A range vector is pushed the same way,
 * series by series with its samples.
 *
 * Everything that can fail returns FALSE then, and the error is in the SgEval: sg_eval_fail().
 */
typedef struct _SgEval SgEval;

/**
 * SgVectorSeries:
 * @labels: (not owned): what it is called
 * @drop_name: whether its name goes when the query is done
 * @values: for every time of the grid; who gets the series may change them
 */
typedef struct
{
  const SgLabels *labels;
  gboolean drop_name;
  double *values;
} SgVectorSeries;

typedef struct _SgVectorSink SgVectorSink;

struct _SgVectorSink
{
  gboolean (*push) (SgVectorSink   *self,
                    SgVectorSeries *series);
};

/* A series of a range vector: its samples without stale markers, also those around the ranges. */
typedef struct
{
  const SgLabels *labels;
  gboolean drop_name;
  const SgTimeMs *t;
  const double *f;
  gsize n;
} SgRawSeries;

typedef struct _SgRawSink SgRawSink;

struct _SgRawSink
{
  gboolean (*push) (SgRawSink         *self,
                    const SgRawSeries *series);
};

/* Series that are kept, in the order in which they came; their labels are owned. */
typedef struct
{
  SgVectorSink sink;
  SgEval *eval;
  SgArena *arena;
  GArray *series;
  guint n_steps;
  guint64 held;
} SgVectorBlock;

/* A scalar at every time; @owned is what the operand points to, if anything. */
typedef struct
{
  SgOperand operand;
  double *owned;
} SgScalarColumn;

/**
 * SgEvalLimits:
 * @max_samples: how many samples may be in memory at once
 * @max_series: how many series one selector may yield
 * @deadline: when to give up
 */
typedef struct
{
  guint64 max_samples;
  guint64 max_series;
  SgMonotonic deadline;
} SgEvalLimits;

struct _SgEval
{
  const SgPlan *plan;
  SgQuerier *querier;
  SgClock *clock;
  GCancellable *cancellable;
  SgEvalLimits limits;
  SgAnnotations *annotations;
  GError *error;
  SgPromqlStats stats;
  guint64 held;
  guint64 work;
  gboolean warn_types;
  GPtrArray *memos;
  GPtrArray *reads;
};

gboolean sg_eval_fail         (SgEval              *self,
                               SgPromqlError        code,
                               const char          *format,
                               ...) G_GNUC_PRINTF (3, 4);
gboolean sg_eval_take_error   (SgEval              *self,
                               GError              *error);
gboolean sg_eval_check        (SgEval              *self);
gboolean sg_eval_hold         (SgEval              *self,
                               guint64              samples);
void     sg_eval_release      (SgEval              *self,
                               guint64              samples);

/* Counts work, and looks now and then whether to go on. A unit is about a nanosecond or ten. */
#define SG_EVAL_WORK_MAX 100000

static inline gboolean
sg_eval_work (SgEval *self, guint64 units)
{
  self->work += units;
  return self->work < SG_EVAL_WORK_MAX || sg_eval_check (self);
}

gboolean sg_eval_vector       (SgEval              *self,
                               SgPlanNode          *node,
                               guint                n_steps,
                               SgVectorSink        *sink);
gboolean sg_eval_scalar       (SgEval              *self,
                               SgPlanNode          *node,
                               guint                n_steps,
                               SgScalarColumn      *ret_column);
gboolean sg_eval_matrix       (SgEval              *self,
                               SgPlanNode          *node,
                               SgRawSink           *sink);
gboolean sg_eval_collect      (SgEval              *self,
                               SgPlanNode          *node,
                               guint                n_steps,
                               SgVectorBlock       *block);
SgText   sg_eval_string       (const SgPlanNode    *node);

/* Of each kind of expression. */
gboolean sg_eval_selector     (SgEval              *self,
                               SgPlanNode          *node,
                               gboolean             timestamps,
                               SgVectorSink        *sink);
void     sg_eval_read_free    (gpointer             data);
gboolean sg_eval_read         (SgEval              *self,
                               SgPlanNode          *node,
                               SgRawSink           *sink);
SgSeriesSet *sg_eval_select   (SgEval              *self,
                               SgPlanNode          *node);
gboolean sg_eval_take_floats  (SgEval              *self,
                               const SgSeries      *series,
                               SgRawSeries         *ret_raw);
void     sg_eval_take_warnings (SgEval             *self,
                               SgSeriesSet         *set);
gboolean sg_eval_check_series (SgEval              *self,
                               guint64              n);
gboolean sg_eval_call         (SgEval              *self,
                               SgPlanNode          *node,
                               SgVectorSink        *sink);
gboolean sg_eval_scalar_call  (SgEval              *self,
                               SgPlanNode          *node,
                               double              *out);
gboolean sg_eval_aggregate    (SgEval              *self,
                               SgPlanNode          *node,
                               SgVectorSink        *sink);
gboolean sg_eval_binary       (SgEval              *self,
                               SgPlanNode          *node,
                               SgVectorSink        *sink);

/* Samples of a series without stale markers. */
typedef struct
{
  gsize capacity;
  SgTimeMs *t;
  double *f;
} SgFreshener;

gboolean sg_freshener_apply       (SgFreshener         *self,
                                   SgRawSeries         *raw);
void     sg_freshener_clear       (SgFreshener         *self);

void     sg_vector_block_init     (SgVectorBlock       *self,
                                   SgEval              *eval,
                                   guint                n_steps);
void     sg_vector_block_clear    (SgVectorBlock       *self);
gboolean sg_vector_block_add      (SgVectorBlock       *self,
                                   const SgLabels      *labels,
                                   gboolean             drop_name,
                                   const double        *values);
double  *sg_vector_block_add_empty (SgVectorBlock      *self,
                                    const SgLabels     *labels,
                                    gboolean            drop_name);
gboolean sg_vector_block_replay   (SgVectorBlock       *self,
                                   SgVectorSink        *sink);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgVectorBlock, sg_vector_block_clear)

static inline guint
sg_vector_block_get_n (const SgVectorBlock *self)
{
  return self->series->len;
}

static inline SgVectorSeries *
sg_vector_block_get (const SgVectorBlock *self, guint i)
{
  return &g_array_index (self->series, SgVectorSeries, i);
}

void     sg_scalar_column_clear   (SgScalarColumn      *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgScalarColumn, sg_scalar_column_clear)

static inline double
sg_operand_at (const SgOperand *self, guint i)
{
  return self->values != NULL ? self->values[i] : self->constant;
}

static inline double
sg_scalar_at (const SgScalarColumn *self, guint i)
{
  return sg_operand_at (&self->operand, i);
}

void     sg_column_clear          (double              *values,
                                   guint                n);
gboolean sg_column_has_value      (const double        *values,
                                   guint                n);

/**
 * SgVectorMerger:
 *
 * Keeps series, and makes one of those with the same labels. Two that have a value at the same time
 * are an error. One whose name goes is another one than one whose name stays, so each has a table.
 */
typedef struct
{
  SgVectorSink sink;
  SgVectorBlock block;
  SgLabelTable tables[2];
  GArray *numbers[2];
} SgVectorMerger;

void     sg_vector_merger_init    (SgVectorMerger      *self,
                                   SgEval              *eval,
                                   guint                n_steps);
void     sg_vector_merger_clear   (SgVectorMerger      *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgVectorMerger, sg_vector_merger_clear)

G_END_DECLS
