/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-token.h"

G_BEGIN_DECLS

/**
 * SgLexer:
 *
 * Cuts a query into tokens. Lives on the stack; @text must stay. What a character means depends on
 * whether it stands in braces, in brackets or outside, so the state goes from token to token. After
 * SG_TOKEN_ERROR, sg_lexer_get_error() says what was wrong, and no token follows.
 */
typedef struct
{
  const char *text;
  gsize length;
  gsize pos;
  gsize start;
  int paren_depth;
  gboolean brace_open;
  gboolean bracket_open;
  gboolean in_duration;
  gboolean got_colon;
  gboolean got_duration;
  char *error;
} SgLexer;

void        sg_lexer_init      (SgLexer    *self,
                                const char *text);
void        sg_lexer_clear     (SgLexer    *self);
SgToken     sg_lexer_next      (SgLexer    *self);
const char *sg_lexer_get_error (SgLexer    *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgLexer, sg_lexer_clear)

G_END_DECLS
