/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgPromqlWordKind:
 * @SG_PROMQL_WORD_FUNCTION: takes its arguments in parentheses
 * @SG_PROMQL_WORD_AGGREGATION: as a function, and may stand before "by" or "without"
 * @SG_PROMQL_WORD_OPERATOR: stands between two expressions
 * @SG_PROMQL_WORD_MODIFIER: says more about what stands before it
 */
typedef enum
{
  SG_PROMQL_WORD_FUNCTION,
  SG_PROMQL_WORD_AGGREGATION,
  SG_PROMQL_WORD_OPERATOR,
  SG_PROMQL_WORD_MODIFIER,
} SgPromqlWordKind;

/**
 * SgPromqlWord:
 * @kind: how it is used
 * @name: the word
 * @signature: how it is written, with what belongs to it
 * @summary: one sentence
 * @example: a query that needs no series
 * @result: what @example gives at 1970-01-01T01:00:00Z, one line a series
 * @experimental: whether Prometheus wants a feature flag for it; here none is needed
 *
 * A word of the query language with its documentation.
 */
typedef struct
{
  SgPromqlWordKind kind;
  const char *name;
  const char *signature;
  const char *summary;
  const char *example;
  const char *result;
  gboolean experimental;
} SgPromqlWord;

guint               sg_promql_word_get_n  (void);
const SgPromqlWord *sg_promql_word_get    (guint       i);
const SgPromqlWord *sg_promql_word_lookup (const char *name);

G_END_DECLS
