/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-kept-page.h"

#include "base/sg-snappy.h"
#include "ingest/scrape/sg-scrape-work.h"
#include "ingest/sg-exposition-parser.h"

/*
 * Compressing every page of every scrape would cost more than reading it, so that a page is kept as it
 * came. Only when half of the room is taken are plain ones packed, with what packs fastest.
 */

/* What was taken once is no longer than this. */
#define TEXT_MAX G_MAXINT32

typedef enum
{
  CODING_NONE,
  CODING_GZIP,
  CODING_SNAPPY,
} Coding;

struct _SgKeptPage
{
  gatomicrefcount ref_count;
  Coding coding;
  GBytes *bytes;
  SgTimeMs t;
};

static GBytes *
pack (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  guint8 *packed;
  gsize packed_length;

  if (length > SG_SNAPPY_MAX_LENGTH)
    return NULL;
  packed = g_malloc (SG_SNAPPY_BOUND (length));
  packed_length = sg_snappy_compress (text, length, packed);
  return g_bytes_new_take (g_realloc (packed, packed_length), packed_length);
}

SgKeptPage *
sg_kept_page_new (const SgFetched *fetched,
                  SgTimeMs         t,
                  gboolean         compress)
{
  SgKeptPage *self = g_new0 (SgKeptPage, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->t = t;
  self->coding = fetched->is_gzip ? CODING_GZIP : CODING_NONE;
  if (compress && !fetched->is_gzip)
    self->bytes = pack (fetched->body);
  if (self->bytes != NULL)
    self->coding = CODING_SNAPPY;
  else
    self->bytes = g_bytes_ref (fetched->body);
  return self;
}

SgKeptPage *
sg_kept_page_ref (SgKeptPage *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_kept_page_unref (SgKeptPage *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_bytes_unref (self->bytes);
  g_free (self);
}

gsize
sg_kept_page_get_size (SgKeptPage *self)
{
  return g_bytes_get_size (self->bytes);
}

SgTimeMs
sg_kept_page_get_time (SgKeptPage *self)
{
  return self->t;
}

static GBytes *
unpack (GBytes  *bytes,
        GError **error)
{
  gsize length;
  const char *packed = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) wrong = NULL;
  g_autofree guint8 *text = NULL;
  gsize text_length = 0;

  if (sg_snappy_get_length (packed, length, &text_length, &wrong))
    text = g_malloc (text_length + 1);
  if (text == NULL || !sg_snappy_expand (packed, length, text, &wrong))
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, "the kept page is damaged: %s",
                   wrong->message);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&text), text_length);
}

GBytes *
sg_kept_page_get_text (SgKeptPage  *self,
                       GError     **error)
{
  if (self->coding == CODING_GZIP)
    return sg_page_gunzip (self->bytes, TEXT_MAX, error);
  if (self->coding == CODING_SNAPPY)
    return unpack (self->bytes, error);
  return g_bytes_ref (self->bytes);
}
