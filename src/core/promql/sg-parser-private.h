/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-lexer.h"
#include "promql/sg-parser.h"

G_BEGIN_DECLS

/**
 * SgParser:
 * @lexer: where tokens come from
 * @token: the token that comes next, when @has_token
 * @has_token: whether it was read already. It is read as late as possible, so that what is wrong with
 *   an expression is found before what is wrong with the text after it
 * @previous_end: the end of the token before
 * @failed: whether the text does not follow the grammar; nothing is read after that
 * @depth: how deep the parser is in itself
 * @aggregations: how many argument lists of aggregations it is in
 * @errors: (element-type SgParseError): what was found
 */
typedef struct
{
  SgLexer lexer;
  SgToken token;
  gboolean has_token;
  gsize previous_end;
  gboolean failed;
  guint depth;
  guint aggregations;
  SgAst *ast;
  GPtrArray *errors;
} SgParser;

SgTokenKind     sg_parser_peek               (SgParser       *self);
SgToken         sg_parser_take               (SgParser       *self);
gboolean        sg_parser_accept             (SgParser       *self,
                                              SgTokenKind     kind);
const char     *sg_parser_get_text           (SgParser       *self,
                                              SgToken         token,
                                              gsize          *ret_length);
void            sg_parser_add_error          (SgParser       *self,
                                              SgSpan          span,
                                              const char     *format,
                                              ...) G_GNUC_PRINTF (3, 4);
void            sg_parser_unexpected         (SgParser       *self,
                                              const char     *context,
                                              const char     *expected);
void            sg_parser_unexpected_here    (SgParser       *self);
SgExpr         *sg_parser_new_expr           (SgParser       *self,
                                              SgExprKind      kind,
                                              SgValueType     type,
                                              SgSpan          span);
void            sg_parser_adopt              (SgParser       *self,
                                              SgExpr         *expr,
                                              const SgExpr   *child);
gboolean        sg_parser_enter              (SgParser       *self);
void            sg_parser_leave              (SgParser       *self);

SgExpr         *sg_parser_read_expr          (SgParser       *self,
                                              guint           min_level);
SgExpr         *sg_parser_read_selector      (SgParser       *self,
                                              SgToken         name);
SgExpr         *sg_parser_read_modifiers     (SgParser       *self,
                                              SgExpr         *expr);
gboolean        sg_parser_read_labels        (SgParser       *self,
                                              const char   ***ret_labels,
                                              guint          *ret_n_labels);
gboolean        sg_parser_read_number        (SgParser       *self,
                                              SgToken         token,
                                              double         *ret_value);
SgText          sg_parser_read_string        (SgParser       *self,
                                              SgToken         token);
SgDurationExpr *sg_parser_read_duration      (SgParser       *self);
SgDurationExpr *sg_parser_read_offset        (SgParser       *self);
gint64          sg_parser_duration_ms        (double          seconds);

void            sg_parser_check              (SgParser       *self,
                                              SgExpr         *expr);

G_END_DECLS
