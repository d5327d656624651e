/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-framing.h"

/*
 * Follows the bytes of a body on their way to the HTTP library, which decodes them, to know where the
 * request ends and to stop one that breaks the bounds. What comes behind the end belongs to the next
 * request and is kept back.
 *
 *   chunked   = { chunk } "0" [ extension ] CRLF { trailer CRLF } CRLF
 *   chunk     = 1 to 16 hexadecimal digits [ extension ] CRLF bytes CRLF
 *   extension = ( ";" | blank ) … up to the CRLF, at most EXTENSION_MAX bytes
 *
 * Bytes that are not data (sizes, extensions, trailers, line ends) may be OVERHEAD_FREE and as many
 * again as there are bytes of data: a body of single-byte chunks or long extensions costs its sender
 * no less than it costs us.
 */

#define OVERHEAD_FREE (16 * 1024)
#define EXTENSION_MAX 100

void
sg_http_framing_init (SgHttpFraming    *self,
                      const SgHttpHead *head)
{
  *self = (SgHttpFraming) { 0 };
  if (head->chunked)
    self->state = SG_HTTP_FRAMING_SIZE;
  else if (head->content_length > 0)
    {
      self->state = SG_HTTP_FRAMING_LENGTH;
      self->left = head->content_length;
    }
}

static void
refuse (SgHttpFraming *self,
        guint          status,
        const char    *problem)
{
  self->status = status;
  self->problem = problem;
}

static void
expect (SgHttpFraming      *self,
        char                c,
        char                expected,
        SgHttpFramingState  next)
{
  if (c != expected)
    refuse (self, 400, "a chunk of the body is malformed");
  else
    self->state = next;
}

static void
take_size (SgHttpFraming *self,
           char           c)
{
  int digit = g_ascii_xdigit_value (c);

  if (digit >= 0)
    {
      if (++self->digits > 16 || self->left > G_MAXINT64 / 16)
        refuse (self, 413, "a chunk of the body is too large");
      else
        self->left = self->left * 16 + (guint64) digit;
    }
  else if (self->digits == 0)
    refuse (self, 400, "a chunk of the body has no size");
  else if (c == '\r')
    self->state = SG_HTTP_FRAMING_SIZE_LF;
  else if (c == ';' || c == ' ' || c == '\t')
    self->state = SG_HTTP_FRAMING_EXTENSION;
  else
    refuse (self, 400, "a chunk size of the body is not hexadecimal");
}

/* Extensions and trailers mean nothing here, but they are text. */
static gboolean
is_text (SgHttpFraming *self,
         char           c)
{
  if (!g_ascii_iscntrl (c) || c == '\t')
    return TRUE;
  refuse (self, 400, "a chunk of the body has control characters");
  return FALSE;
}

static void
take_extension (SgHttpFraming *self,
                char           c)
{
  if (c == '\r')
    self->state = SG_HTTP_FRAMING_SIZE_LF;
  else if (is_text (self, c) && ++self->line > EXTENSION_MAX)
    refuse (self, 400, "a chunk extension of the body is too long");
}

static void
take_size_end (SgHttpFraming *self,
               char           c)
{
  self->line = 0;
  expect (self, c, '\n', self->left > 0 ? SG_HTTP_FRAMING_DATA : SG_HTTP_FRAMING_TRAILER);
}

static void
take_trailer (SgHttpFraming *self,
              char           c)
{
  if (c == '\r')
    self->state = SG_HTTP_FRAMING_TRAILER_LF;
  else if (is_text (self, c))
    self->line++;
}

static void
take_trailer_end (SgHttpFraming *self,
                  char           c)
{
  gboolean blank = self->line == 0;

  self->line = 0;
  expect (self, c, '\n', blank ? SG_HTTP_FRAMING_DONE : SG_HTTP_FRAMING_TRAILER);
}

static void
take_control (SgHttpFraming *self,
              char           c)
{
  switch (self->state)
    {
    case SG_HTTP_FRAMING_SIZE:
      take_size (self, c);
      break;
    case SG_HTTP_FRAMING_EXTENSION:
      take_extension (self, c);
      break;
    case SG_HTTP_FRAMING_SIZE_LF:
      take_size_end (self, c);
      break;
    case SG_HTTP_FRAMING_DATA_CR:
      expect (self, c, '\r', SG_HTTP_FRAMING_DATA_LF);
      break;
    case SG_HTTP_FRAMING_DATA_LF:
      self->digits = 0;
      expect (self, c, '\n', SG_HTTP_FRAMING_SIZE);
      break;
    case SG_HTTP_FRAMING_TRAILER:
      take_trailer (self, c);
      break;
    case SG_HTTP_FRAMING_TRAILER_LF:
      take_trailer_end (self, c);
      break;
    case SG_HTTP_FRAMING_LENGTH:
    case SG_HTTP_FRAMING_DATA:
    case SG_HTTP_FRAMING_DONE:
    default:
      g_assert_not_reached ();
    }
  self->overhead++;
}

static gsize
take_data (SgHttpFraming *self,
           gsize          length)
{
  gsize n = (gsize) MIN (self->left, length);

  self->left -= n;
  self->body += n;
  if (self->left == 0)
    self->state =
        self->state == SG_HTTP_FRAMING_LENGTH ? SG_HTTP_FRAMING_DONE : SG_HTTP_FRAMING_DATA_CR;
  return n;
}

/**
 * sg_http_framing_take:
 * @self: where the request is
 * @bytes: what came
 * @length: how much it is
 * @limits: the bounds
 *
 * Returns: how many of @bytes belong to this request; less than @length when it ends before, or when
 *   it is refused (@status)
 */
gsize
sg_http_framing_take (SgHttpFraming      *self,
                      const char         *bytes,
                      gsize               length,
                      const SgHttpLimits *limits)
{
  gsize taken = 0;

  while (taken < length && self->state != SG_HTTP_FRAMING_DONE && self->status == 0)
    {
      if (self->state == SG_HTTP_FRAMING_LENGTH || self->state == SG_HTTP_FRAMING_DATA)
        taken += take_data (self, length - taken);
      else
        take_control (self, bytes[taken++]);
      if (self->body > limits->max_body_bytes
          || (self->state == SG_HTTP_FRAMING_DATA
              && self->left > limits->max_body_bytes - self->body))
        refuse (self, 413, "the body is too large");
      else if (self->overhead > OVERHEAD_FREE + self->body)
        refuse (self, 400, "the body has more framing than data");
    }
  return taken;
}
