/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-function-table.h"
#include "promql/sg-token.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgQueryPartKind:
 * @SG_QUERY_PART_METRIC: the name of a metric
 * @SG_QUERY_PART_FUNCTION: the name of a function, or of an aggregation
 * @SG_QUERY_PART_KEYWORD: by, offset, and …
 * @SG_QUERY_PART_LABEL: the name of a label
 * @SG_QUERY_PART_STRING: a text in quotes
 * @SG_QUERY_PART_NUMBER: a number or a duration
 * @SG_QUERY_PART_VARIABLE: $rate and the others that a page fills in
 * @SG_QUERY_PART_MARK: operators, brackets and commas
 * @SG_QUERY_PART_COMMENT: from # to the end of the line
 * @SG_QUERY_PART_ERROR: what is no token
 */
typedef enum
{
  SG_QUERY_PART_METRIC,
  SG_QUERY_PART_FUNCTION,
  SG_QUERY_PART_KEYWORD,
  SG_QUERY_PART_LABEL,
  SG_QUERY_PART_STRING,
  SG_QUERY_PART_NUMBER,
  SG_QUERY_PART_VARIABLE,
  SG_QUERY_PART_MARK,
  SG_QUERY_PART_COMMENT,
  SG_QUERY_PART_ERROR,
} SgQueryPartKind;

typedef struct
{
  SgQueryPartKind kind;
  SgSpan span;
} SgQueryPart;

/**
 * SgQueryProblem:
 * @span: where in the text
 * @message: what is wrong
 * @hint: (nullable): what was probably meant
 */
typedef struct
{
  SgSpan span;
  char *message;
  char *hint;
} SgQueryProblem;

/**
 * SgQuerySyntax:
 * @text: the query
 * @n_parts: how many parts it has
 * @parts: (array length=n_parts): from left to right
 * @n_problems: how many things are wrong with it
 * @problems: (array length=n_problems): the worst first
 * @fixed_in_time: whether it asks for the bounds of what is asked, with start() or end(), so that an
 *   earlier answer says nothing about a later one
 *
 * A query cut into its parts, for those who show it. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *text;
  guint n_parts;
  SgQueryPart *parts;
  guint n_problems;
  SgQueryProblem *problems;
  gboolean fixed_in_time;
} SgQuerySyntax;

#define SG_TYPE_QUERY_SYNTAX (sg_query_syntax_get_type ())

GType          sg_query_syntax_get_type    (void) G_GNUC_CONST;
SgQuerySyntax *sg_query_syntax_new         (const char          *text);
SgQuerySyntax *sg_query_syntax_ref         (SgQuerySyntax       *self);
void           sg_query_syntax_unref       (SgQuerySyntax       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgQuerySyntax, sg_query_syntax_unref)

/**
 * SgQueryWant:
 * @SG_QUERY_WANTS_NOTHING: nothing that could be guessed
 * @SG_QUERY_WANTS_EXPRESSION: a metric, a function, an aggregation
 * @SG_QUERY_WANTS_OPERATOR: what stands between two expressions, or after one
 * @SG_QUERY_WANTS_LABEL: the name of a label
 * @SG_QUERY_WANTS_VALUE: the value of a label
 * @SG_QUERY_WANTS_DURATION: a length of time
 */
typedef enum
{
  SG_QUERY_WANTS_NOTHING,
  SG_QUERY_WANTS_EXPRESSION,
  SG_QUERY_WANTS_OPERATOR,
  SG_QUERY_WANTS_LABEL,
  SG_QUERY_WANTS_VALUE,
  SG_QUERY_WANTS_DURATION,
} SgQueryWant;

/**
 * SgQueryContext:
 * @want: what may stand at the place
 * @typed: what of it stands there already
 * @metric: (nullable): the metric that a label belongs to
 * @label: (nullable): the label that a value belongs to
 * @in_braces: whether it stands among matchers
 *
 * What can be written at a place in a query that is not finished.
 */
typedef struct
{
  SgQueryWant want;
  SgSpan typed;
  char *metric;
  char *label;
  gboolean in_braces;
} SgQueryContext;

void           sg_query_context_find       (const char          *text,
                                            gsize                offset,
                                            SgQueryContext      *ret_context);
void           sg_query_context_clear      (SgQueryContext      *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgQueryContext, sg_query_context_clear)

/**
 * SgQueryVariable:
 * @name: with its $
 * @value: what stands for it
 */
typedef struct
{
  const char *name;
  const char *value;
} SgQueryVariable;

/* The names that a page fills in, with a sentence each; the last is %NULL. */
const SgQueryVariable *sg_query_variables_describe (void);
char                  *sg_query_expand             (const char            *text,
                                                    const SgQueryVariable *variables,
                                                    gsize                  n_variables);

G_END_DECLS
