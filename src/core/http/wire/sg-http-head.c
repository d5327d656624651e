/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-head.h"

#include <string.h>

/*
 * Nothing reaches the HTTP library before its whole head lies here and is well-formed in the strict
 * sense of RFC 9112. So the library never waits for a head, never buffers one without bound, never
 * sees a byte it would have to guess about, and two parsers in a row (a proxy's and ours) can never
 * disagree on where a request ends.
 *
 *   head    = { CRLF } method SP target SP "HTTP/1." ("0" | "1") CRLF { name ":" value CRLF } CRLF
 *   method  = 1 to 32 token characters
 *   target  = "/"… | "http://"…, of visible characters but "#", "%" only before two hexadecimal
 *             digits; what RFC 3986 wants escaped may stand bare, as Go's server lets it: queries
 *             with braces and quotes are typed by hand
 *   name    = 1 or more token characters
 *   value   = UTF-8 without control characters, but for tabs
 *
 * Refused with 400, though often accepted elsewhere: lines that end in a bare LF, continued lines,
 * blanks before a colon, a request without version (HTTP/0.9), Content-Length twice or beside
 * Transfer-Encoding, no Host or two in HTTP/1.1. Refused with 501: a transfer coding other than
 * chunked. With 417: an expectation other than 100-continue. With 505: another version.
 *
 * Lines are looked at once, as they come; @scanned remembers how far, so that a client which sends
 * single bytes costs no more than the bytes. The caller keeps all bytes until the head is complete.
 */

#define METHOD_MAX_LENGTH 32

static gboolean
refuse (SgHttpHead *self,
        guint       status,
        const char *problem)
{
  self->status = status;
  self->problem = problem;
  return FALSE;
}

static gboolean
is_token_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static gsize
token_length (const char *text,
              gsize       length)
{
  gsize n = 0;

  while (n < length && is_token_char (text[n]))
    n++;
  return n;
}

static gboolean
is_prefix (const char *prefix,
           const char *text,
           gsize       length)
{
  gsize n = strlen (prefix);

  return length >= n && g_ascii_strncasecmp (text, prefix, n) == 0;
}

static gboolean
target_is_sound (const char *target,
                 gsize       length)
{
  if (length == 0 || (target[0] != '/' && !is_prefix ("http://", target, length)))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (target[i] == '#' || g_ascii_iscntrl (target[i]))
        return FALSE;
      if (target[i] == '%'
          && (i + 2 >= length || !g_ascii_isxdigit (target[i + 1])
              || !g_ascii_isxdigit (target[i + 2])))
        return FALSE;
    }
  return g_utf8_validate_len (target, length, NULL);
}

static gboolean
take_version (SgHttpHead *self,
              const char *version,
              gsize       length)
{
  if (length != 8 || memcmp (version, "HTTP/", 5) != 0 || !g_ascii_isdigit (version[5])
      || version[6] != '.' || !g_ascii_isdigit (version[7]))
    return refuse (self, 400, "the request line does not end with HTTP/1.0 or HTTP/1.1");
  if (version[5] != '1' || version[7] > '1')
    return refuse (self, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  self->is_http10 = version[7] == '0';
  return TRUE;
}

static gboolean
take_request_line (SgHttpHead *self,
                   const char *line,
                   gsize       offset,
                   gsize       length)
{
  gsize method_length = token_length (line, MIN (length, METHOD_MAX_LENGTH + 1));
  const char *target = line + method_length + 1;
  const char *space;

  if (method_length == 0 || method_length > METHOD_MAX_LENGTH || method_length >= length
      || line[method_length] != ' ')
    return refuse (self, 400, "the request line does not begin with a method and one blank");
  length -= method_length + 1;
  space = memchr (target, ' ', length);
  if (space == NULL)
    return refuse (self, 400, "the request line has no version: HTTP/0.9 is not spoken here");
  if (!target_is_sound (target, (gsize) (space - target)))
    return refuse (self, 400, "the request target is not a path or a http:// address");
  self->has_request_line = TRUE;
  self->target = offset + method_length + 1;
  self->target_length = (gsize) (space - target);
  self->is_head = method_length == 4 && memcmp (line, "HEAD", 4) == 0;
  return take_version (self, space + 1, length - self->target_length - 1);
}

static gboolean
take_length (SgHttpHead *self,
             const char *value,
             gsize       length)
{
  if (self->has_length)
    return refuse (self, 400, "there are two Content-Length fields");
  if (length == 0 || length > 18)
    return refuse (self, length == 0 ? 400 : 413, "the Content-Length is not a sensible number");
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (value[i]))
        return refuse (self, 400, "the Content-Length is not a number");
      self->content_length = self->content_length * 10 + (guint64) (value[i] - '0');
    }
  self->has_length = TRUE;
  return TRUE;
}

static gboolean
take_transfer_encoding (SgHttpHead *self,
                        const char *value,
                        gsize       length)
{
  if (self->chunked)
    return refuse (self, 400, "there are two Transfer-Encoding fields");
  if (length != 7 || g_ascii_strncasecmp (value, "chunked", 7) != 0)
    return refuse (self, 501, "the only transfer coding understood here is \"chunked\"");
  self->chunked = TRUE;
  return TRUE;
}

static gboolean
take_host (SgHttpHead *self,
           const char *value,
           gsize       length)
{
  g_autofree char *host = g_strndup (value, length);
  g_autofree char *name = sg_http_host_get_name (host);

  if (self->has_host)
    return refuse (self, 400, "there are two Host fields");
  if (name == NULL)
    return refuse (self, 400, "the Host field is not a name with an optional port");
  self->has_host = TRUE;
  return TRUE;
}

static void
take_connection (SgHttpHead *self,
                 const char *value,
                 gsize       length)
{
  for (gsize i = 0; i < length;)
    {
      gsize n = token_length (value + i, length - i);

      if (n == 5 && g_ascii_strncasecmp (value + i, "close", 5) == 0)
        self->close = TRUE;
      else if (n == 10 && g_ascii_strncasecmp (value + i, "keep-alive", 10) == 0)
        self->keep_alive = TRUE;
      i += MAX (n, 1);
    }
}

static gboolean
take_expectation (SgHttpHead *self,
                  const char *value,
                  gsize       length)
{
  if (length != 12 || g_ascii_strncasecmp (value, "100-continue", 12) != 0)
    return refuse (self, 417, "the only expectation understood here is \"100-continue\"");
  self->expects_continue = TRUE;
  return TRUE;
}

static gboolean
name_is (const char *wanted,
         const char *name,
         gsize       length)
{
  return strlen (wanted) == length && g_ascii_strncasecmp (wanted, name, length) == 0;
}

static gboolean
value_is_sound (const char *value,
                gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_iscntrl (value[i]) && value[i] != '\t')
        return FALSE;
    }
  return g_utf8_validate_len (value, length, NULL);
}

static gboolean
take_field (SgHttpHead         *self,
            const char         *line,
            gsize               length,
            const SgHttpLimits *limits)
{
  gsize name_length = token_length (line, length);
  const char *value = line + name_length + 1;

  if (++self->n_headers > limits->max_headers)
    return refuse (self, 431, "there are too many header fields");
  if (name_length == 0 || name_length >= length || line[name_length] != ':')
    return refuse (self, 400, "a header line does not begin with a name and a colon");
  length -= name_length + 1;
  while (length > 0 && (*value == ' ' || *value == '\t'))
    value++, length--;
  while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
    length--;
  if (!value_is_sound (value, length))
    return refuse (self, 400, "a header field has control characters or is not UTF-8");
  if (name_is ("Content-Length", line, name_length))
    return take_length (self, value, length);
  if (name_is ("Transfer-Encoding", line, name_length))
    return take_transfer_encoding (self, value, length);
  if (name_is ("Host", line, name_length))
    return take_host (self, value, length);
  if (name_is ("Expect", line, name_length))
    return take_expectation (self, value, length);
  if (name_is ("Connection", line, name_length))
    take_connection (self, value, length);
  return TRUE;
}

/* What can only be said of the fields together. */
static gboolean
take_end (SgHttpHead *self)
{
  if (!self->is_http10 && !self->has_host)
    return refuse (self, 400, "there is no Host field");
  if (self->chunked && self->has_length)
    return refuse (self, 400, "there are both a Content-Length and a Transfer-Encoding");
  if (self->chunked && self->is_http10)
    return refuse (self, 400, "HTTP/1.0 has no Transfer-Encoding");
  self->keep_alive = !self->close && (self->keep_alive || !self->is_http10);
  self->expects_continue = self->expects_continue && !self->is_http10;
  self->end = self->scanned;
  return TRUE;
}

/* Takes the line of @length bytes at @offset, its LF left out. */
static gboolean
take_line (SgHttpHead         *self,
           const char         *bytes,
           gsize               offset,
           gsize               length,
           const SgHttpLimits *limits)
{
  const char *line = bytes + offset;

  if (length == 0 || line[length - 1] != '\r')
    return refuse (self, 400, "a line does not end with CR LF");
  length--;
  if (self->has_request_line)
    return length == 0 ? take_end (self) : take_field (self, line, length, limits);
  if (length > limits->max_line_bytes)
    return refuse (self, 414, "the request line is too long");
  if (length > 0)
    return take_request_line (self, line, offset, length);
  self->begin = self->scanned;
  return TRUE;
}

/* The line that is not complete yet may already be too much, or no HTTP at all. */
static SgHttpHeadResult
judge_rest (SgHttpHead         *self,
            const char         *bytes,
            gsize               length,
            const SgHttpLimits *limits)
{
  if (!self->has_request_line)
    {
      if (length > self->line && !is_token_char (bytes[self->line]) && bytes[self->line] != '\r')
        refuse (self, 400, "this is no HTTP request");
      else if (length - self->line > limits->max_line_bytes + strlen ("\r"))
        refuse (self, 414, "the request line is too long");
    }
  if (self->status == 0 && length >= limits->max_head_bytes)
    refuse (self, 431, "the header fields are too large");
  return self->status != 0 ? SG_HTTP_HEAD_REFUSED : SG_HTTP_HEAD_INCOMPLETE;
}

/**
 * sg_http_head_feed:
 * @self: what is known so far, zeroed before the first call
 * @bytes: everything that came since the end of the last request
 * @length: how much it is
 * @limits: the bounds
 *
 * Looks at what is new in @bytes. Once complete, the head is @bytes from @begin to before @end.
 */
SgHttpHeadResult
sg_http_head_feed (SgHttpHead         *self,
                   const char         *bytes,
                   gsize               length,
                   const SgHttpLimits *limits)
{
  while (self->end == 0 && self->status == 0)
    {
      const char *feed = memchr (bytes + self->scanned, '\n', length - self->scanned);
      gsize line = self->line;

      if (feed == NULL)
        {
          self->scanned = length;
          return judge_rest (self, bytes, length, limits);
        }
      self->scanned = (gsize) (feed - bytes) + 1;
      self->line = self->scanned;
      if (self->scanned > limits->max_head_bytes)
        refuse (self, 431, "the header fields are too large");
      else
        take_line (self, bytes, line, (gsize) (feed - bytes) - line, limits);
    }
  return self->status != 0 ? SG_HTTP_HEAD_REFUSED : SG_HTTP_HEAD_COMPLETE;
}

static gboolean
port_is_sound (const char *port)
{
  gsize n = strspn (port, "0123456789");

  return port[n] == '\0' && n <= 5;
}

/**
 * sg_http_host_get_name:
 * @host: a Host field, or the authority of an origin
 *
 * Returns: (transfer full) (nullable): its name in lower case, without port, brackets and last dot,
 *   or %NULL when it is malformed
 */
char *
sg_http_host_get_name (const char *host)
{
  gboolean bracketed = *host == '[';
  const char *name = bracketed ? host + 1 : host;
  const char *chars = bracketed ? "0123456789abcdefABCDEF:."
                                : "-._~0123456789"
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  gsize length = strspn (name, chars);
  const char *rest = name + length;

  if (length == 0 || length > 255)
    return NULL;
  if (bracketed && *rest++ != ']')
    return NULL;
  if (*rest != '\0' && (*rest != ':' || !port_is_sound (rest + 1)))
    return NULL;
  if (!bracketed && length > 1 && name[length - 1] == '.')
    length--;
  return g_ascii_strdown (name, (gssize) length);
}
