/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/wire/sg-http-head.h"

G_BEGIN_DECLS

typedef enum
{
  SG_HTTP_FRAMING_DONE,
  SG_HTTP_FRAMING_LENGTH,
  SG_HTTP_FRAMING_SIZE,
  SG_HTTP_FRAMING_EXTENSION,
  SG_HTTP_FRAMING_SIZE_LF,
  SG_HTTP_FRAMING_DATA,
  SG_HTTP_FRAMING_DATA_CR,
  SG_HTTP_FRAMING_DATA_LF,
  SG_HTTP_FRAMING_TRAILER,
  SG_HTTP_FRAMING_TRAILER_LF,
} SgHttpFramingState;

/**
 * SgHttpFraming:
 * @state: what the next byte is
 * @left: bytes left of the body, or of the chunk
 * @body: bytes of the body so far
 * @overhead: bytes so far that only frame the body
 * @digits: digits of the chunk size so far
 * @line: bytes of the extension, or of the trailer's line, so far
 * @status: why it is refused, 0 while it is not
 * @problem: the same in words
 *
 * Where a request ends: see sg-http-framing.c.
 */
typedef struct
{
  SgHttpFramingState state;
  guint64 left;
  guint64 body;
  guint64 overhead;
  guint digits;
  guint line;
  guint status;
  const char *problem;
} SgHttpFraming;

void  sg_http_framing_init (SgHttpFraming      *self,
                            const SgHttpHead   *head);
gsize sg_http_framing_take (SgHttpFraming      *self,
                            const char         *bytes,
                            gsize               length,
                            const SgHttpLimits *limits);

G_END_DECLS
