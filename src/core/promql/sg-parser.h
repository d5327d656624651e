/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-ast.h"

G_BEGIN_DECLS

/* A tree that is deeper is refused: each level costs stack when it is walked, about 1 KiB in the worst
 * case, and a worker has 1 MiB. */
#define SG_PARSER_MAX_DEPTH 600u

/**
 * SgParseError:
 * @span: where in the text
 * @message: what is wrong, as Prometheus says it
 * @hint: (nullable): what was probably meant
 */
typedef struct
{
  SgSpan span;
  char *message;
  char *hint;
} SgParseError;

void   sg_parse_error_free      (SgParseError        *self);
char  *sg_parse_error_to_string (const SgParseError  *self,
                                 const char          *text);
char  *sg_parse_error_explain   (const SgParseError  *self,
                                 const char          *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgParseError, sg_parse_error_free)

SgAst *sg_parser_parse          (const char          *text,
                                 GError             **error);
SgAst *sg_parser_parse_full     (const char          *text,
                                 GPtrArray          **ret_errors);
SgAst *sg_parser_parse_selector (const char          *text,
                                 GError             **error);

G_END_DECLS
