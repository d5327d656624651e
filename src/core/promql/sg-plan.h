/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-ast.h"

G_BEGIN_DECLS

/**
 * SgGrid:
 * @start: the first time
 * @step: the distance from one to the next; 0 when there is one only
 * @n: how many there are
 *
 * The times at which something is evaluated.
 */
typedef struct
{
  SgTimeMs start;
  gint64 step;
  guint n;
} SgGrid;

static inline SgTimeMs
sg_grid_get_time (const SgGrid *grid, guint i)
{
  return grid->start + (gint64) i * grid->step;
}

static inline SgTimeMs
sg_grid_get_end (const SgGrid *grid)
{
  return sg_grid_get_time (grid, grid->n - 1);
}

/**
 * SgPlanTime:
 * @has_at: whether @at stands for the time of evaluation
 * @at: the time of the @ modifier
 * @offset: what is taken from the time of evaluation
 * @range: the length of the range
 * @first: the first time that is looked at, inclusive
 * @last: the last time that is looked at, inclusive
 *
 * What a selector or a subquery looks at, with everything that was to be computed.
 */
typedef struct
{
  gboolean has_at;
  SgTimeMs at;
  gint64 offset;
  gint64 range;
  SgTimeMs first;
  SgTimeMs last;
} SgPlanTime;

typedef struct _SgPlanNode SgPlanNode;

/**
 * SgPlanNode:
 * @expr: what it evaluates, never a pair of parentheses
 * @children: operands or arguments; an aggregation's parameter is its second
 * @n_children: how many
 * @grid: when it is evaluated
 * @invariant: whether it is the same at every time; then @grid has one
 * @constant: whether it is a number that is known
 * @value: that number
 * @memo: 0, or the number, from 1, of the memo that keeps it for those who ask again
 * @read: 0, or the number, from 1, of the reading that it shares with others
 * @time: of a selector or a subquery
 * @inner: of a subquery, when what is in it is evaluated
 * @selector: (nullable): of an instant or range selector
 * @function: (nullable): the function around a selector
 * @aggregate: (nullable): the aggregation around a selector
 */
struct _SgPlanNode
{
  const SgExpr *expr;
  SgPlanNode **children;
  guint n_children;
  SgGrid grid;
  gboolean invariant;
  gboolean constant;
  double value;
  guint memo;
  guint read;
  SgPlanTime time;
  SgGrid inner;
  const SgVectorExpr *selector;
  const SgFunction *function;
  const SgAggregateExpr *aggregate;
};

/* The window that several selectors with the same matchers look at. */
typedef struct
{
  const SgVectorExpr *selector;
  SgTimeMs first;
  SgTimeMs last;
  guint n_uses;
} SgPlanRead;

/**
 * SgPlanParams:
 * @start: the first time of the query
 * @end: its last time
 * @step: the distance of its times, 0 for one time
 * @lookback: how old the sample of an instant selector may be
 * @default_step: the step of a subquery that gives none
 * @max_steps: how many times a query or subquery may be evaluated
 * @pinned: whether @pin holds
 * @pin: what "@" gets where the query gives none; tests ask the same of other times with it
 */
typedef struct
{
  SgTimeMs start;
  SgTimeMs end;
  gint64 step;
  gint64 lookback;
  gint64 default_step;
  guint64 max_steps;
  gboolean pinned;
  SgTimeMs pin;
} SgPlanParams;

/**
 * SgPlan:
 * @root: what to evaluate; part of it may stand in several places
 * @n_steps: at how many times the query is evaluated
 * @n_memos: how many memos there are
 * @reads: what is read for several selectors at once
 *
 * How an expression is evaluated for given times.
 */
typedef struct
{
  SgAst *ast;
  SgArena *arena;
  SgPlanParams params;
  SgPlanNode *root;
  guint n_steps;
  guint n_memos;
  GArray *reads;
} SgPlan;

SgPlan *sg_plan_new                (SgAst                *ast,
                                    const SgPlanParams   *params,
                                    GError              **error);
void    sg_plan_free               (SgPlan               *self);
gint64  sg_plan_compute_duration   (const SgPlanParams   *params,
                                    const SgDurationExpr *duration,
                                    gboolean              may_be_negative,
                                    GError              **error);
gboolean sg_plan_place             (SgPlan               *self,
                                    GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPlan, sg_plan_free)

G_END_DECLS
