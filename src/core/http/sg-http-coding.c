/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-coding.h"

#include "http/sg-http-error.h"

#include <gio/gio.h>
#include <string.h>

/*
 * gzip, both ways. The level is the lowest: pages of metrics shrink to a tenth with it already, and a
 * scrape comes every few seconds for ever.
 */

#define GZIP_LEVEL 1
#define STEP_BYTES (64 * 1024)
#define MAX_BYTES  (G_MAXUINT32 / 2)

/* No byte that is compressed stands for more. */
#define DEFLATE_RATIO 1032

/* A weight of 0 forbids; "*" stands for what is not named. */
static gboolean
has_weight (const char *parameters)
{
  const char *q = strstr (parameters, "q=");

  return q == NULL || g_ascii_strtod (q + 2, NULL) > 0;
}

/**
 * sg_http_accepts_gzip:
 * @accept_encoding: (nullable): an Accept-Encoding field
 *
 * Returns: whether a response may be compressed
 */
gboolean
sg_http_accepts_gzip (const char *accept_encoding)
{
  g_auto (GStrv) items = g_strsplit (accept_encoding != NULL ? accept_encoding : "", ",", 32);
  gboolean any = FALSE;

  for (guint i = 0; items[i] != NULL; i++)
    {
      char *parameters = items[i] + strcspn (items[i], ";");
      gboolean accepted = has_weight (parameters);

      *parameters = '\0';
      g_strstrip (items[i]);
      if (g_ascii_strcasecmp (items[i], "gzip") == 0
          || g_ascii_strcasecmp (items[i], "x-gzip") == 0)
        return accepted;
      if (g_str_equal (items[i], "*"))
        any = accepted;
    }
  return any;
}

/* Runs all of @bytes through @converter, up to @max_bytes of output; @expected bytes need no growing. */
static GBytes *
convert (GConverter  *converter,
         GBytes      *bytes,
         gsize        expected,
         gsize        max_bytes,
         GError     **error)
{
  g_autoptr (GByteArray) out =
      g_byte_array_sized_new ((guint) (MIN (expected, max_bytes) + STEP_BYTES));
  gsize length = 0;
  const guint8 *in = g_bytes_get_data (bytes, &length);
  GConverterResult result = G_CONVERTER_CONVERTED;
  gsize used = 0;

  while (result != G_CONVERTER_FINISHED)
    {
      gsize read = 0;
      gsize written = 0;

      g_byte_array_set_size (out, (guint) (used + STEP_BYTES));
      result = g_converter_convert (converter, in, length, out->data + used, STEP_BYTES,
                                    G_CONVERTER_INPUT_AT_END, &read, &written, error);
      if (result == G_CONVERTER_ERROR)
        return NULL;
      in += read;
      length -= read;
      used += written;
      if (used > max_bytes)
        {
          g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOO_LARGE,
                       "there is more in it than the %zu bytes that it tells", max_bytes);
          return NULL;
        }
    }
  g_byte_array_set_size (out, (guint) used);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/**
 * sg_http_gzip:
 * @bytes: anything
 *
 * Returns: (transfer full) (nullable): the same, compressed
 */
GBytes *
sg_http_gzip (GBytes *bytes)
{
  g_autoptr (GZlibCompressor) compressor =
      g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, GZIP_LEVEL);

  return convert (G_CONVERTER (compressor), bytes, g_bytes_get_size (bytes) / 4, MAX_BYTES, NULL);
}

/* The last four bytes of a gzip stream say how long its content is. */
static gsize
claimed_size (GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint32 size;

  if (length < sizeof size)
    return 0;
  memcpy (&size, data + length - sizeof size, sizeof size);
  return GUINT32_FROM_LE (size);
}

static void
fail_too_large (gsize    max_bytes,
                GError **error)
{
  g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOO_LARGE,
               "the body is more than %zu bytes once it is decompressed: send less at a time",
               max_bytes);
}

/**
 * sg_http_gunzip:
 * @bytes: what is compressed
 * @max_bytes: how large it may become
 * @error: why it is not taken
 *
 * A body that says that it will be too large is refused before anything is decompressed, and one that turns
 * out larger than it says as soon as it does: neither costs more memory than what it owns up to.
 *
 * Returns: (transfer full) (nullable): the content
 */
GBytes *
sg_http_gunzip (GBytes  *bytes,
                gsize    max_bytes,
                GError **error)
{
  g_autoptr (GZlibDecompressor) decompressor =
      g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GError) local_error = NULL;
  gsize claimed = claimed_size (bytes);
  GBytes *decoded;

  if (claimed / DEFLATE_RATIO > g_bytes_get_size (bytes))
    {
      g_set_error_literal (error, SG_HTTP_ERROR, SG_HTTP_ERROR_REQUEST,
                           "the body is no gzip: its end is missing or damaged");
      return NULL;
    }
  if (claimed > MIN (max_bytes, MAX_BYTES))
    {
      fail_too_large (max_bytes, error);
      return NULL;
    }
  decoded = convert (G_CONVERTER (decompressor), bytes, claimed, claimed, &local_error);
  if (decoded == NULL)
    g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_REQUEST, "the body is no gzip: %s",
                 local_error->message);
  return decoded;
}
