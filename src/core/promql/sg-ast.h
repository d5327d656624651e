/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-labels.h"
#include "base/sg-matcher.h"
#include "base/sg-sample.h"
#include "promql/sg-arena.h"
#include "promql/sg-function-table.h"
#include "promql/sg-token.h"
#include "promql/sg-value-type.h"

G_BEGIN_DECLS

typedef struct _SgExpr SgExpr;
typedef struct _SgDurationExpr SgDurationExpr;

/**
 * SgDurationExpr:
 * @op: SG_TOKEN_NUMBER, an arithmetic operator, SG_TOKEN_STEP, _RANGE, _MIN_OF or _MAX_OF
 * @span: where it stands
 * @seconds: the value of a number
 * @is_duration: whether the number was written with units
 * @wrapped: whether it stands in parentheses
 * @lhs: (nullable): its left side; a sign has none
 * @rhs: (nullable): its right side
 *
 * A duration that can only be known when the query runs.
 */
struct _SgDurationExpr
{
  SgTokenKind op;
  SgSpan span;
  double seconds;
  gboolean is_duration;
  gboolean wrapped;
  SgDurationExpr *lhs;
  SgDurationExpr *rhs;
};

/**
 * SgTimeShift:
 * @offset_ms: how far before the time of evaluation, negative for after
 * @offset_expr: (nullable): the same, when it must be computed
 * @has_at: whether @at holds
 * @at: the time of evaluation
 * @at_bound: SG_TOKEN_START or SG_TOKEN_END, for `@ start()` and `@ end()`, else SG_TOKEN_EOF
 *
 * The offset and @ modifiers of a selector or subquery.
 */
typedef struct
{
  gint64 offset_ms;
  SgDurationExpr *offset_expr;
  gboolean has_at;
  SgTimeMs at;
  SgTokenKind at_bound;
} SgTimeShift;

/**
 * SgAstDuration:
 * @ms: its length in milliseconds
 * @expr: (nullable): what it is computed from, when @ms is not known yet
 */
typedef struct
{
  gint64 ms;
  SgDurationExpr *expr;
} SgAstDuration;

typedef struct
{
  const char *text;
  gsize length;
} SgText;

/**
 * SgAstMatcher:
 * @name: the label
 * @op: SG_TOKEN_EQL, _NEQ, _EQL_REGEX or _NEQ_REGEX
 * @value: what it is compared with, any bytes
 * @compiled: what matches
 */
typedef struct
{
  const char *name;
  SgTokenKind op;
  SgText value;
  SgMatcher *compiled;
} SgAstMatcher;

typedef enum
{
  SG_CARDINALITY_ONE_TO_ONE,
  SG_CARDINALITY_MANY_TO_ONE,
  SG_CARDINALITY_ONE_TO_MANY,
  SG_CARDINALITY_MANY_TO_MANY,
} SgCardinality;

/**
 * SgMatching:
 * @cardinality: which sides may have several series in a group
 * @on: whether @labels are those that count, or those that do not
 * @labels: the labels of on() or ignoring()
 * @include: the labels of group_left() or group_right()
 * @fill_left: what stands for a series that is missing on the left
 * @fill_right: what stands for a series that is missing on the right
 */
typedef struct
{
  SgCardinality cardinality;
  gboolean on;
  const char **labels;
  guint n_labels;
  const char **include;
  guint n_include;
  gboolean has_fill_left;
  gboolean has_fill_right;
  double fill_left;
  double fill_right;
} SgMatching;

typedef enum
{
  SG_EXPR_AGGREGATE,
  SG_EXPR_BINARY,
  SG_EXPR_CALL,
  SG_EXPR_MATRIX,
  SG_EXPR_NUMBER,
  SG_EXPR_PAREN,
  SG_EXPR_STRING,
  SG_EXPR_SUBQUERY,
  SG_EXPR_UNARY,
  SG_EXPR_VECTOR,
} SgExprKind;

typedef struct
{
  SgTokenKind op;
  SgExpr *expr;
  SgExpr *param;
  const char **grouping;
  guint n_grouping;
  gboolean without;
} SgAggregateExpr;

typedef struct
{
  SgTokenKind op;
  SgExpr *lhs;
  SgExpr *rhs;
  gboolean return_bool;
  SgMatching *matching;
} SgBinaryExpr;

typedef struct
{
  const SgFunction *function;
  SgExpr **args;
  guint n_args;
} SgCallExpr;

typedef struct
{
  SgExpr *vector;
  SgAstDuration range;
} SgMatrixExpr;

typedef struct
{
  SgExpr *expr;
  SgAstDuration range;
  SgAstDuration step;
  SgTimeShift shift;
} SgSubqueryExpr;

typedef struct
{
  double value;
  gboolean is_duration;
} SgNumberExpr;

typedef struct
{
  SgTokenKind op;
  SgExpr *expr;
} SgUnaryExpr;

/* @name is the one before the braces, or %NULL; @matchers have it too, as the last. */
typedef struct
{
  const char *name;
  SgAstMatcher *matchers;
  guint n_matchers;
  SgTimeShift shift;
  gboolean anchored;
  gboolean smoothed;
} SgVectorExpr;

/**
 * SgExpr:
 * @kind: which member of the union it is
 * @type: what it evaluates to
 * @span: where it stands in the text
 * @depth: how many nodes lie under it, in the longest line
 *
 * A node of a syntax tree. All of a tree is in the arena of its #SgAst and does not change once it
 * was parsed, so that any number of threads may evaluate it.
 */
struct _SgExpr
{
  SgExprKind kind;
  SgValueType type;
  SgSpan span;
  guint depth;
  union
  {
    SgAggregateExpr aggregate;
    SgBinaryExpr binary;
    SgCallExpr call;
    SgMatrixExpr matrix;
    SgSubqueryExpr subquery;
    SgNumberExpr number;
    SgText string;
    SgExpr *paren;
    SgUnaryExpr unary;
    SgVectorExpr vector;
  };
};

/**
 * SgAst:
 * @text: what was parsed
 * @root: the whole expression
 */
typedef struct
{
  gatomicrefcount ref_count;
  SgArena *arena;
  GPtrArray *matchers;
  char *text;
  SgExpr *root;
} SgAst;

SgAst   *sg_ast_new              (const char    *text);
SgAst   *sg_ast_ref              (SgAst         *self);
void     sg_ast_unref            (SgAst         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgAst, sg_ast_unref)

/**
 * SgExprVisit:
 * @expr: a node
 * @user_data: the caller's
 *
 * Returns: whether to go on below @expr
 */
typedef gboolean (*SgExprVisit)  (SgExpr        *expr,
                                  gpointer       user_data);

void     sg_expr_walk            (SgExpr        *self,
                                  SgExprVisit    visit,
                                  gpointer       user_data);
SgExpr  *sg_expr_unwrap          (SgExpr        *self);
gboolean sg_expr_equal           (const SgExpr  *a,
                                  const SgExpr  *b);
void     sg_text_position        (const char    *text,
                                  gsize          offset,
                                  guint         *ret_line,
                                  guint         *ret_column);

G_END_DECLS
