/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Every token of the language: its name, its canonical text, and what it counts as when an error
 * message describes it. Keywords are recognised in any case; the text here is how they are printed.
 */
#define SG_TOKENS(X) \
  X (EOF, "end of input", VALUE) \
  X (ERROR, "error", VALUE) \
  X (IDENTIFIER, "identifier", VALUE) \
  X (METRIC_IDENTIFIER, "metric identifier", VALUE) \
  X (STRING, "string", VALUE) \
  X (NUMBER, "number", VALUE) \
  X (DURATION, "duration", VALUE) \
  X (LEFT_PAREN, "(", SYMBOL) \
  X (RIGHT_PAREN, ")", SYMBOL) \
  X (LEFT_BRACE, "{", SYMBOL) \
  X (RIGHT_BRACE, "}", SYMBOL) \
  X (LEFT_BRACKET, "[", SYMBOL) \
  X (RIGHT_BRACKET, "]", SYMBOL) \
  X (COMMA, ",", SYMBOL) \
  X (COLON, ":", SYMBOL) \
  X (EQL, "=", SYMBOL) \
  X (ADD, "+", OPERATOR) \
  X (SUB, "-", OPERATOR) \
  X (MUL, "*", OPERATOR) \
  X (DIV, "/", OPERATOR) \
  X (MOD, "%", OPERATOR) \
  X (POW, "^", OPERATOR) \
  X (ATAN2, "atan2", OPERATOR) \
  X (EQLC, "==", OPERATOR) \
  X (NEQ, "!=", OPERATOR) \
  X (LTE, "<=", OPERATOR) \
  X (LSS, "<", OPERATOR) \
  X (GTE, ">=", OPERATOR) \
  X (GTR, ">", OPERATOR) \
  X (TRIM_UPPER, "</", OPERATOR) \
  X (TRIM_LOWER, ">/", OPERATOR) \
  X (EQL_REGEX, "=~", OPERATOR) \
  X (NEQ_REGEX, "!~", OPERATOR) \
  X (AND, "and", OPERATOR) \
  X (OR, "or", OPERATOR) \
  X (UNLESS, "unless", OPERATOR) \
  X (AT, "@", OPERATOR) \
  X (AVG, "avg", AGGREGATOR) \
  X (BOTTOMK, "bottomk", AGGREGATOR) \
  X (COUNT, "count", AGGREGATOR) \
  X (COUNT_VALUES, "count_values", AGGREGATOR) \
  X (GROUP, "group", AGGREGATOR) \
  X (LIMITK, "limitk", AGGREGATOR) \
  X (LIMIT_RATIO, "limit_ratio", AGGREGATOR) \
  X (MAX, "max", AGGREGATOR) \
  X (MIN, "min", AGGREGATOR) \
  X (QUANTILE, "quantile", AGGREGATOR) \
  X (STDDEV, "stddev", AGGREGATOR) \
  X (STDVAR, "stdvar", AGGREGATOR) \
  X (SUM, "sum", AGGREGATOR) \
  X (TOPK, "topk", AGGREGATOR) \
  X (ANCHORED, "anchored", KEYWORD) \
  X (BOOL, "bool", KEYWORD) \
  X (BY, "by", KEYWORD) \
  X (FILL, "fill", KEYWORD) \
  X (FILL_LEFT, "fill_left", KEYWORD) \
  X (FILL_RIGHT, "fill_right", KEYWORD) \
  X (GROUP_LEFT, "group_left", KEYWORD) \
  X (GROUP_RIGHT, "group_right", KEYWORD) \
  X (IGNORING, "ignoring", KEYWORD) \
  X (OFFSET, "offset", KEYWORD) \
  X (ON, "on", KEYWORD) \
  X (SMOOTHED, "smoothed", KEYWORD) \
  X (WITHOUT, "without", KEYWORD) \
  X (END, "end", PREPROCESSOR) \
  X (MAX_OF, "max_of", PREPROCESSOR) \
  X (MIN_OF, "min_of", PREPROCESSOR) \
  X (RANGE, "range", PREPROCESSOR) \
  X (START, "start", PREPROCESSOR) \
  X (STEP, "step", PREPROCESSOR)

typedef enum
{
#define X(name, text, class) SG_TOKEN_##name,
  SG_TOKENS (X)
#undef X
    SG_N_TOKENS,
} SgTokenKind;

typedef enum
{
  SG_TOKEN_CLASS_VALUE,
  SG_TOKEN_CLASS_SYMBOL,
  SG_TOKEN_CLASS_OPERATOR,
  SG_TOKEN_CLASS_AGGREGATOR,
  SG_TOKEN_CLASS_KEYWORD,
  SG_TOKEN_CLASS_PREPROCESSOR,
} SgTokenClass;

/**
 * SgSpan:
 * @start: the first byte
 * @end: the byte after the last
 *
 * A piece of the text that was parsed.
 */
typedef struct
{
  gsize start;
  gsize end;
} SgSpan;

typedef struct
{
  SgTokenKind kind;
  SgSpan span;
} SgToken;

const char  *sg_token_kind_get_text  (SgTokenKind  kind);
SgTokenClass sg_token_kind_get_class (SgTokenKind  kind);
SgTokenKind  sg_token_kind_from_word (const char  *word,
                                      gsize        length);
gboolean     sg_token_kind_is_comparison (SgTokenKind kind);
gboolean     sg_token_kind_is_set_operator (SgTokenKind kind);
gboolean     sg_token_kind_is_trim   (SgTokenKind  kind);
char        *sg_token_describe       (const SgToken *token,
                                      const char    *text);

G_END_DECLS
