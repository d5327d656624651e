/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-writer.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-postings-builder.h"
#include "tsdb/sg-tsdb-error.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * The format is in sg-index-format.h. All is written from the beginning to the end, in one pass.
 * Symbols are kept as they will stand in the file, with the place of each and a hash table of their
 * numbers, and go to the file before the first series. The rest is the postings builder's.
 */

struct _SgIndexWriter
{
  SgFileWriter *file;
  char *path;
  SgIndexContents contents;
  SgWireWriter symbols;
  GArray *symbol_places;
  guint32 *slots;
  gsize n_slots;
  SgPostingsBuilder *postings;
  SgLabels *last_labels;
  SgWireWriter scratch;
};

/**
 * sg_index_writer_new:
 * @path: the file to write
 *
 * Returns: (transfer full) (nullable): a writer
 */
SgIndexWriter *
sg_index_writer_new (const char  *path,
                     GError     **error)
{
  SgFileWriter *file = sg_file_writer_new (path, error);
  SgIndexWriter *self;

  if (file == NULL)
    return NULL;
  self = g_new0 (SgIndexWriter, 1);
  self->file = file;
  self->path = g_strdup (path);
  sg_wire_writer_init (&self->symbols);
  sg_wire_writer_init (&self->scratch);
  self->symbol_places = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->postings = sg_postings_builder_new ();
  return self;
}

void
sg_index_writer_free (SgIndexWriter *self)
{
  sg_file_writer_free (self->file);
  g_free (self->path);
  sg_wire_writer_clear (&self->symbols);
  sg_wire_writer_clear (&self->scratch);
  g_array_unref (self->symbol_places);
  g_free (self->slots);
  sg_postings_builder_free (self->postings);
  g_clear_pointer (&self->last_labels, sg_labels_unref);
  g_free (self);
}

static gboolean
fail (SgIndexWriter  *self,
      GError        **error,
      SgTsdbError     code,
      const char     *problem)
{
  g_set_error (error, SG_TSDB_ERROR, code, "%s: %s", self->path, problem);
  return FALSE;
}

static const char *
get_symbol (const SgIndexWriter *self,
            guint32              symbol,
            gsize               *ret_length)
{
  SgWireReader reader;

  sg_wire_reader_init (&reader, self->symbols.data, self->symbols.length);
  reader.position = g_array_index (self->symbol_places, guint32, symbol);
  *ret_length = sg_wire_read_uvarint (&reader);
  return (const char *) sg_wire_read_bytes (&reader, *ret_length);
}

static int
compare_text (const char *a,
              gsize       a_length,
              const char *b,
              gsize       b_length)
{
  int order = memcmp (a, b, MIN (a_length, b_length));

  return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/**
 * sg_index_writer_add_symbol:
 * @self: a writer that no series was added to
 * @text: a name or value
 * @length: its length
 *
 * Returns: whether it was added; it was not when it is not after the one before
 */
gboolean
sg_index_writer_add_symbol (SgIndexWriter  *self,
                            const char     *text,
                            gsize           length,
                            GError        **error)
{
  guint n = self->symbol_places->len;
  guint32 place = (guint32) self->symbols.length;

  g_return_val_if_fail (self->slots == NULL, FALSE);
  if (self->symbols.length + length + 2 * SG_UVARINT_MAX_LENGTH > G_MAXUINT32)
    return fail (self, error, SG_TSDB_ERROR_LIMIT,
                 "the symbols take more than 4 GiB: store fewer different label values");
  if (n > 0)
    {
      gsize last_length;
      const char *last = get_symbol (self, n - 1, &last_length);

      if (compare_text (last, last_length, text, length) >= 0)
        return fail (self, error, SG_TSDB_ERROR_OUT_OF_ORDER,
                     "a symbol is not after the one before it");
    }
  sg_wire_put_text (&self->symbols, text, length);
  g_array_append_val (self->symbol_places, place);
  return TRUE;
}

static gsize
first_slot (const SgIndexWriter *self,
            const char          *text,
            gsize                length)
{
  return XXH3_64bits (text, length) & (self->n_slots - 1);
}

/* A slot holds a symbol's number plus 1; half of them are free at least. */
static void
make_slots (SgIndexWriter *self)
{
  self->n_slots = 16;
  while (self->n_slots < (gsize) self->symbol_places->len * 2)
    self->n_slots *= 2;
  self->slots = g_new0 (guint32, self->n_slots);
  for (guint32 i = 0; i < self->symbol_places->len; i++)
    {
      gsize length;
      const char *text = get_symbol (self, i, &length);
      gsize slot = first_slot (self, text, length);

      while (self->slots[slot] != 0)
        slot = (slot + 1) & (self->n_slots - 1);
      self->slots[slot] = i + 1;
    }
}

static gboolean
find_symbol (SgIndexWriter  *self,
             const char     *text,
             gsize           length,
             guint32        *ret_symbol,
             GError        **error)
{
  gsize slot = first_slot (self, text, length);

  for (; self->slots[slot] != 0; slot = (slot + 1) & (self->n_slots - 1))
    {
      gsize found_length;
      const char *found = get_symbol (self, self->slots[slot] - 1, &found_length);

      if (found_length == length && memcmp (found, text, length) == 0)
        {
          *ret_symbol = self->slots[slot] - 1;
          return TRUE;
        }
    }
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID,
               "%s: \"%.*s\" is in a series and not among the symbols", self->path,
               (int) MIN (length, 100), text);
  return FALSE;
}

static gboolean
write_symbols (SgIndexWriter  *self,
               GError        **error)
{
  guint8 words[8];
  guint32 crc;

  sg_wire_set_u32 (words, (guint32) self->symbols.length + 4);
  sg_wire_set_u32 (words + 4, self->symbol_places->len);
  crc = sg_crc32c (0, words + 4, 4);
  crc = sg_crc32c (crc, self->symbols.data, self->symbols.length);
  if (!sg_file_writer_put (self->file, words, sizeof words, error)
      || !sg_file_writer_put (self->file, self->symbols.data, self->symbols.length, error))
    return FALSE;
  sg_wire_set_u32 (words, crc);
  return sg_file_writer_put (self->file, words, 4, error);
}

static gboolean
begin_series (SgIndexWriter  *self,
              GError        **error)
{
  guint8 header[SG_INDEX_HEADER_LENGTH];

  if (self->slots != NULL)
    return TRUE;
  make_slots (self);
  sg_wire_set_u32 (header, SG_INDEX_MAGIC);
  header[4] = SG_INDEX_VERSION;
  self->contents.symbols = sizeof header;
  if (!sg_file_writer_put (self->file, header, sizeof header, error)
      || !write_symbols (self, error))
    return FALSE;
  self->contents.series = sg_file_writer_tell (self->file);
  return TRUE;
}

/* Puts the labels into the entry of a series, and the series into their postings. */
static gboolean
put_labels (SgIndexWriter   *self,
            const SgLabels  *labels,
            SgSeriesRef      ref,
            GError         **error)
{
  sg_postings_builder_add_series (self->postings, ref);
  sg_wire_put_uvarint (&self->scratch, labels->n_labels);
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];
      guint32 name;
      guint32 value;

      if (!find_symbol (self, label->name, strlen (label->name), &name, error)
          || !find_symbol (self, label->value, sg_labels_value_length (labels, i), &value, error))
        return FALSE;
      sg_wire_put_uvarint (&self->scratch, name);
      sg_wire_put_uvarint (&self->scratch, value);
      sg_postings_builder_add_label (self->postings, name, value);
    }
  return TRUE;
}

static void
put_chunks (SgIndexWriter     *self,
            const SgChunkMeta *chunks,
            gsize              n_chunks)
{
  sg_wire_put_uvarint (&self->scratch, n_chunks);
  for (gsize i = 0; i < n_chunks; i++)
    {
      const SgChunkMeta *chunk = &chunks[i];

      if (i == 0)
        sg_wire_put_varint (&self->scratch, chunk->min_time);
      else
        sg_wire_put_uvarint (&self->scratch,
                             (guint64) chunk->min_time - (guint64) chunk[-1].max_time);
      sg_wire_put_uvarint (&self->scratch, (guint64) chunk->max_time - (guint64) chunk->min_time);
      if (i == 0)
        sg_wire_put_uvarint (&self->scratch, chunk->ref);
      else
        sg_wire_put_varint (&self->scratch, (gint64) (chunk->ref - chunk[-1].ref));
    }
}

static gboolean
check_series (SgIndexWriter      *self,
              const SgLabels     *labels,
              const SgChunkMeta  *chunks,
              gsize               n_chunks,
              GError            **error)
{
  if (labels->n_labels == 0)
    return fail (self, error, SG_TSDB_ERROR_INVALID, "a series has no labels");
  if (self->last_labels != NULL && sg_labels_compare (self->last_labels, labels) >= 0)
    return fail (self, error, SG_TSDB_ERROR_OUT_OF_ORDER,
                 "a series is not after the one before it");
  for (gsize i = 0; i < n_chunks; i++)
    {
      if (chunks[i].max_time < chunks[i].min_time
          || (i > 0 && chunks[i].min_time <= chunks[i - 1].max_time))
        return fail (self, error, SG_TSDB_ERROR_OUT_OF_ORDER,
                     "a chunk is not after the one before it");
    }
  return TRUE;
}

/**
 * sg_index_writer_add_series:
 * @self: a writer that has all symbols
 * @labels: a series, after the one before
 * @chunks: (array length=n_chunks): its chunks, each after the one before
 * @n_chunks: how many
 * @ret_ref: (out) (optional): where the series is
 *
 * Returns: whether it was added
 */
gboolean
sg_index_writer_add_series (SgIndexWriter      *self,
                            const SgLabels     *labels,
                            const SgChunkMeta  *chunks,
                            gsize               n_chunks,
                            SgSeriesRef        *ret_ref,
                            GError            **error)
{
  guint64 place;
  SgSeriesRef ref;
  guint8 length[SG_UVARINT_MAX_LENGTH];
  gsize n;

  if (!check_series (self, labels, chunks, n_chunks, error) || !begin_series (self, error)
      || !sg_file_writer_align (self->file, SG_INDEX_SERIES_ALIGN, error))
    return FALSE;
  place = sg_file_writer_tell (self->file) / SG_INDEX_SERIES_ALIGN;
  if (place > G_MAXUINT32)
    return fail (self, error, SG_TSDB_ERROR_LIMIT,
                 "the index takes more than 64 GiB: store fewer series");
  ref = (SgSeriesRef) place;
  sg_wire_writer_reset (&self->scratch);
  if (!put_labels (self, labels, ref, error))
    return FALSE;
  put_chunks (self, chunks, n_chunks);
  n = sg_wire_set_uvarint (length, self->scratch.length);
  sg_wire_put_u32 (&self->scratch, sg_crc32c (0, self->scratch.data, self->scratch.length));
  g_clear_pointer (&self->last_labels, sg_labels_unref);
  self->last_labels = sg_labels_ref (labels);
  if (!sg_file_writer_put (self->file, length, n, error)
      || !sg_file_writer_put (self->file, self->scratch.data, self->scratch.length, error))
    return FALSE;
  if (ret_ref != NULL)
    *ret_ref = ref;
  return TRUE;
}

static const char *
get_symbol_func (guint32   symbol,
                 gsize    *ret_length,
                 gpointer  user_data)
{
  return get_symbol (user_data, symbol, ret_length);
}

static gboolean
write_contents (SgIndexWriter  *self,
                GError        **error)
{
  const SgIndexContents *contents = &self->contents;
  SgWireWriter *out = &self->scratch;

  sg_wire_writer_reset (out);
  sg_wire_put_u64 (out, contents->symbols);
  sg_wire_put_u64 (out, contents->series);
  sg_wire_put_u64 (out, contents->label_indices);
  sg_wire_put_u64 (out, contents->label_offsets);
  sg_wire_put_u64 (out, contents->postings);
  sg_wire_put_u64 (out, contents->postings_offsets);
  sg_wire_put_u32 (out, sg_crc32c (0, out->data, out->length));
  return sg_file_writer_put (self->file, out->data, out->length, error);
}

/* A table of no label indices: a length of 4, a count of 0, and its checksum. */
static gboolean
write_label_offsets (SgIndexWriter  *self,
                     GError        **error)
{
  SgWireWriter *out = &self->scratch;

  self->contents.label_indices = sg_file_writer_tell (self->file);
  self->contents.label_offsets = self->contents.label_indices;
  sg_wire_writer_reset (out);
  sg_wire_put_u32 (out, 4);
  sg_wire_put_u32 (out, 0);
  sg_wire_put_u32 (out, sg_crc32c (0, out->data + 4, 4));
  return sg_file_writer_put (self->file, out->data, out->length, error);
}

/**
 * sg_index_writer_close:
 * @self: a writer, which can only be freed afterwards
 *
 * Writes the rest of the index.
 *
 * Returns: whether all of it is on the disk
 */
gboolean
sg_index_writer_close (SgIndexWriter  *self,
                       GError        **error)
{
  return begin_series (self, error) && write_label_offsets (self, error)
         && sg_postings_builder_write (self->postings, self->file, get_symbol_func, self,
                                       &self->contents, error)
         && write_contents (self, error) && sg_file_writer_close (self->file, error);
}
