/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-regex.h"

G_BEGIN_DECLS

typedef enum
{
  SG_REGEX_OP_EMPTY,
  SG_REGEX_OP_LITERAL,
  SG_REGEX_OP_CLASS,
  SG_REGEX_OP_ANY,
  SG_REGEX_OP_LINE_START,
  SG_REGEX_OP_LINE_END,
  SG_REGEX_OP_TEXT_START,
  SG_REGEX_OP_TEXT_END,
  SG_REGEX_OP_WORD_EDGE,
  SG_REGEX_OP_NOT_WORD_EDGE,
  SG_REGEX_OP_GROUP,
  SG_REGEX_OP_REPEAT,
  SG_REGEX_OP_CONCAT,
  SG_REGEX_OP_ALTERNATE,
} SgRegexOp;

typedef struct
{
  gunichar low;
  gunichar high;
} SgRegexRange;

/**
 * SgRegexNode:
 * @op: what it is
 * @fold: a literal or class that minds no case
 * @negated: a class that matches what it does not name
 * @sealed: a literal that was in (?:…), to which nothing can be added
 * @lazy: a repetition that takes as little as it can
 * @min: least count of a repetition
 * @max: its greatest, −1 for none
 * @weight: how often the repetitions in it multiply what is innermost
 * @text: of a literal; the name of a group, empty if it has none; the \p{…} of a class
 * @ranges: (element-type SgRegexRange): of a class
 * @closed: (element-type SgRegexRange): more of a class, with all their other cases already
 * @children: parts, in order
 *
 * A node of the syntax tree. A group captures; (?:…) leaves no node.
 */
typedef struct
{
  SgRegexOp op;
  gboolean fold;
  gboolean negated;
  gboolean sealed;
  gboolean lazy;
  int min;
  int max;
  guint weight;
  GString *text;
  GArray *ranges;
  GArray *closed;
  GPtrArray *children;
} SgRegexNode;

typedef enum
{
  SG_REGEX_FOLD = 1 << 0,
  SG_REGEX_MULTI_LINE = 1 << 1,
  SG_REGEX_DOT_ALL = 1 << 2,
  SG_REGEX_UNGREEDY = 1 << 3,
} SgRegexMode;

/* Where a parse stands. It owns all nodes. */
typedef struct
{
  const char *start;
  const char *p;
  guint mode;
  guint depth;
  guint n_groups;
  guint folded;
  const char *repeat_end;
  GPtrArray *nodes;
  GError **error;
} SgRegexParser;

void         sg_regex_parser_init     (SgRegexParser  *self,
                                       const char     *pattern,
                                       GError        **error);
void         sg_regex_parser_clear    (SgRegexParser  *self);
SgRegexNode *sg_regex_parser_add      (SgRegexParser  *self,
                                       SgRegexOp       op);
gboolean     sg_regex_parser_fail     (SgRegexParser  *self,
                                       const char     *at,
                                       const char     *format,
                                       ...) G_GNUC_PRINTF (3, 4);
SgRegexNode *sg_regex_parser_run      (SgRegexParser  *self);

gboolean     sg_regex_parse_character (SgRegexParser  *self,
                                       gunichar       *ret_character);
SgRegexNode *sg_regex_parse_class     (SgRegexParser  *self);
SgRegexNode *sg_regex_class_new_single (SgRegexParser *self,
                                        gunichar       character);
SgRegexNode *sg_regex_parse_class_escape (SgRegexParser *self);
gboolean     sg_regex_is_class_escape (const char     *p);

void         sg_regex_node_write      (const SgRegexNode *node,
                                       gboolean        captures,
                                       GString        *out);

/* In the texts of sg_regex_node_expand(): .* and .+, with bytes that UTF-8 does not have. */
#define SG_REGEX_ANY_TEXT '\xff'
#define SG_REGEX_SOME_TEXT '\xfe'

GPtrArray   *sg_regex_node_expand     (const SgRegexNode *node);
void         sg_regex_node_get_prefix (const SgRegexNode *node,
                                       GString        *out);
void         sg_regex_node_get_contains (const SgRegexNode *node,
                                         GString      *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgRegexParser, sg_regex_parser_clear)

G_END_DECLS
