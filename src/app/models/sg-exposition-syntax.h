/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-palette.h"

G_BEGIN_DECLS

/**
 * SgSyntaxSpan:
 * @start: its first byte
 * @end: the byte after its last
 * @part: what it is
 *
 * A part of a line that has a colour of its own.
 */
typedef struct
{
  guint start;
  guint end;
  SgSyntax part;
} SgSyntaxSpan;

GArray *sg_exposition_syntax_scan (const char           *line,
                                   gsize                 length,
                                   SgExpositionLineKind  kind);

G_END_DECLS
