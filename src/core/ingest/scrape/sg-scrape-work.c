/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-scrape-work.h"

#include "base/sg-bytes.h"

#include <string.h>

#define STEP_BYTES    (256 * 1024)
#define CONTEXT_LINES 2
#define CONTEXT_BYTES 200

/* How long a gzip says its content is; whoever lies gains no more than this. */
#define CLAIMED_MAX (4 * 1024 * 1024)

static gsize
claimed_size (const guint8 *data,
              gsize         length)
{
  guint32 size = 0;

  if (length >= sizeof size)
    memcpy (&size, data + length - sizeof size, sizeof size);
  return MIN (GUINT32_FROM_LE (size), CLAIMED_MAX);
}

static gboolean
fail_too_long (guint64   max_bytes,
               GError  **error)
{
  g_autofree char *bound = sg_bytes_to_string (max_bytes);

  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
               "the page is longer than its body_size_limit of %s once it is decompressed", bound);
  return FALSE;
}

/* Decodes one piece. Returns: whether to go on; *@ret_done when the end was seen */
static gboolean
decode_step (GConverter    *decoder,
             const guint8 **in,
             gsize         *length,
             GByteArray    *out,
             gboolean      *ret_done,
             GError       **error)
{
  gsize used = out->len;
  gsize read = 0;
  gsize written = 0;
  GConverterResult result;
  GError *cause = NULL;

  g_byte_array_set_size (out, (guint) (used + STEP_BYTES));
  result = g_converter_convert (decoder, *in, *length, out->data + used, STEP_BYTES,
                                G_CONVERTER_INPUT_AT_END, &read, &written, &cause);
  if (result == G_CONVERTER_ERROR)
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX,
                   "the page says that it is gzip, and is not: %s", cause->message);
      g_error_free (cause);
      return FALSE;
    }
  g_byte_array_set_size (out, (guint) (used + written));
  *in += read;
  *length -= read;
  *ret_done = result == G_CONVERTER_FINISHED;
  return TRUE;
}

GBytes *
sg_page_gunzip (GBytes   *bytes,
                guint64   max_bytes,
                GError  **error)
{
  g_autoptr (GConverter) decoder =
      G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  gsize length;
  const guint8 *in = g_bytes_get_data (bytes, &length);
  g_autoptr (GByteArray) out =
      g_byte_array_sized_new ((guint) (claimed_size (in, length) + STEP_BYTES));
  gboolean done = FALSE;

  while (!done)
    {
      if (!decode_step (decoder, &in, &length, out, &done, error))
        return NULL;
      if (out->len > max_bytes && !fail_too_long (max_bytes, error))
        return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static SgExpositionDialect
dialect_of (const SgScrapeWork *self)
{
  const char *type = self->fetched->content_type;

  if (type == NULL || *type == '\0')
    return self->dialect_when_unknown;
  return sg_exposition_dialect_from_content_type (type);
}

/* The line that could not be read with its neighbours, each with its number, none of them long. */
static char *
cut_context (GBytes  *page,
             guint64  error_line)
{
  gsize length;
  const char *text = g_bytes_get_data (page, &length);
  const char *end = text + length;
  GString *out = g_string_new (NULL);

  for (guint64 line = 1; text < end && line <= error_line + CONTEXT_LINES; line++)
    {
      const char *stop = memchr (text, '\n', (gsize) (end - text));
      gsize size = (gsize) ((stop != NULL ? stop : end) - text);

      if (line + CONTEXT_LINES >= error_line)
        {
          g_autofree char *valid = g_utf8_make_valid (text, (gssize) MIN (size, CONTEXT_BYTES));

          g_string_append_printf (out, "%s%" G_GUINT64_FORMAT ": %s%s\n",
                                  line == error_line ? "> " : "  ", line, valid,
                                  size > CONTEXT_BYTES ? "…" : "");
        }
      text += size + 1;
    }
  return g_string_free (out, FALSE);
}

static gboolean
take_page (SgScrapeWork  *self,
           GError       **error)
{
  g_autoptr (GBytes) page = self->fetched->is_gzip
                                ? sg_page_gunzip (self->fetched->body, self->max_bytes, error)
                                : g_bytes_ref (self->fetched->body);

  if (page == NULL)
    return FALSE;
  self->page_bytes = g_bytes_get_size (page);
  if (sg_target_feed_take (self->feed, self->appender, self->t, page, dialect_of (self),
                           &self->result, error))
    return TRUE;
  self->error_line = self->result.error_line;
  if (self->error_line > 0)
    self->error_context = cut_context (page, self->error_line);
  return FALSE;
}

void
sg_scrape_work_run (SgScrapeWork *self)
{
  GError *failure = NULL;

  self->up = self->fetched != NULL && take_page (self, &self->failure);
  if (self->fetched == NULL || (!self->up && self->error_line == 0))
    sg_target_feed_end (self->feed, self->appender, self->t);
  if (self->predecessor != NULL)
    sg_target_feed_succeed (self->feed, self->predecessor, self->appender, self->t);
  self->duration_seconds = sg_monotonic_seconds (self->start, sg_clock_monotonic (self->clock));
  if (sg_target_feed_report (self->feed, self->appender, self->t, self->up, self->duration_seconds,
                             &self->result, &failure))
    return;
  self->up = FALSE;
  g_clear_error (&self->failure);
  self->failure = failure;
}

void
sg_scrape_work_clear (SgScrapeWork *self)
{
  g_clear_pointer (&self->fetched, sg_fetched_free);
  g_clear_pointer (&self->appender, sg_appender_free);
  g_clear_error (&self->failure);
  sg_target_feed_result_clear (&self->result);
  g_clear_pointer (&self->error_context, g_free);
}
