/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-reader-private.h"

/* What the entry of a series says: its labels as texts, and where its chunks are. */

#define LABELS_ON_STACK 32
#define TEXT_ON_STACK   1024

/* The fewest bytes that a label and a chunk take: no entry can have more than that allows. */
#define LABEL_MIN_LENGTH 2
#define CHUNK_MIN_LENGTH 3

typedef struct
{
  const char *text;
  gsize length;
} Text;

static gboolean
entry_fail (const SgIndexReader  *self,
            const SgIndexSeries  *series,
            const char           *problem,
            GError              **error)
{
  return sg_index_reader_fail (self, series->wire.data + series->wire.position, problem, error);
}

static const char *
find_name (const SgIndexReader *self,
           guint32              symbol)
{
  guint low = 0;
  guint high = self->names->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const SgIndexName *candidate = &g_array_index (self->names, SgIndexName, middle);

      if (candidate->symbol == symbol)
        return candidate->name;
      if (candidate->symbol < symbol)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

static gboolean
read_label (const SgIndexReader  *self,
            SgIndexSeries        *series,
            SgLabel              *ret_label,
            Text                 *ret_value,
            GError              **error)
{
  guint32 name;
  guint32 value;

  if (!sg_index_series_next_label (series, &name, &value))
    return entry_fail (self, series, "a series ends within its labels: the file is damaged", error);
  ret_label->name = find_name (self, name);
  if (ret_label->name == NULL)
    return entry_fail (self, series,
                       "a series has a label that no postings have: the file is damaged", error);
  if (!sg_index_reader_get_symbol (self, value, &ret_value->text, &ret_value->length, error))
    return FALSE;
  if (memchr (ret_value->text, '\0', ret_value->length) == NULL)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
               "%s: byte %" G_GUINT64_FORMAT
               ": a series has a label \"%s\" whose value holds a zero "
               "byte, which cannot be shown here",
               sg_map_get_path (self->map), (guint64) series->ref * SG_INDEX_SERIES_ALIGN,
               ret_label->name);
  return FALSE;
}

/* Puts the values one behind the other, each with a zero at its end. */
static SgLabels *
make_labels (SgLabel    *labels,
             const Text *values,
             gsize       n,
             char       *text)
{
  for (gsize i = 0; i < n; i++)
    {
      labels[i].value = text;
      memcpy (text, values[i].text, values[i].length);
      text[values[i].length] = '\0';
      text += values[i].length + 1;
    }
  return sg_labels_new (labels, n);
}

/**
 * sg_index_reader_read_labels:
 * @self: an index
 * @series: a series that nothing was read from
 *
 * Returns: (transfer full) (nullable): its labels
 */
SgLabels *
sg_index_reader_read_labels (const SgIndexReader  *self,
                             SgIndexSeries        *series,
                             GError              **error)
{
  SgLabel labels_on_stack[LABELS_ON_STACK];
  Text values_on_stack[LABELS_ON_STACK];
  char text_on_stack[TEXT_ON_STACK];
  g_autofree gpointer on_heap = NULL;
  g_autofree char *text_on_heap = NULL;
  SgLabel *labels = labels_on_stack;
  Text *values = values_on_stack;
  gsize n = series->n_labels;
  gsize text_length = 0;

  if (n > sg_wire_reader_left (&series->wire) / LABEL_MIN_LENGTH)
    {
      entry_fail (self, series, "a series ends within its labels: the file is damaged", error);
      return NULL;
    }
  if (n > LABELS_ON_STACK)
    {
      labels = on_heap = g_malloc_n (n, sizeof (SgLabel) + sizeof (Text));
      values = (Text *) (gpointer) (labels + n);
    }
  for (gsize i = 0; i < n; i++)
    {
      if (!read_label (self, series, &labels[i], &values[i], error))
        return NULL;
      text_length += values[i].length + 1;
    }
  if (text_length > TEXT_ON_STACK)
    text_on_heap = g_malloc (text_length);
  return make_labels (labels, values, n, text_on_heap != NULL ? text_on_heap : text_on_stack);
}

/* @chunk holds the chunk before and is made the next one. Distances wrap as they were written. */
static void
read_chunk (SgWireReader *wire,
            gboolean      is_first,
            SgChunkMeta  *chunk)
{
  if (is_first)
    chunk->min_time = sg_wire_read_varint (wire);
  else
    chunk->min_time = (SgTimeMs) ((guint64) chunk->max_time + sg_wire_read_uvarint (wire));
  chunk->max_time = (SgTimeMs) ((guint64) chunk->min_time + sg_wire_read_uvarint (wire));
  if (is_first)
    chunk->ref = sg_wire_read_uvarint (wire);
  else
    chunk->ref += (guint64) sg_wire_read_varint (wire);
}

/**
 * sg_index_reader_read_chunks:
 * @self: an index
 * @series: a series, whose labels may have been read
 * @chunks: (element-type SgChunkMeta): emptied, and filled with its chunks
 *
 * Returns: whether they could be read
 */
gboolean
sg_index_reader_read_chunks (const SgIndexReader  *self,
                             SgIndexSeries        *series,
                             GArray               *chunks,
                             GError              **error)
{
  SgWireReader *wire = &series->wire;
  SgChunkMeta chunk = { 0 };
  SgChunkMeta *all;
  guint32 name;
  guint32 value;
  guint64 n;

  while (sg_index_series_next_label (series, &name, &value))
    continue;
  n = sg_wire_read_uvarint (wire);
  if (n > sg_wire_reader_left (wire) / CHUNK_MIN_LENGTH)
    wire->failed = TRUE;
  g_array_set_size (chunks, wire->failed ? 0 : (guint) n);
  all = (SgChunkMeta *) (gpointer) chunks->data;
  for (guint i = 0; i < chunks->len && !wire->failed; i++)
    {
      read_chunk (wire, i == 0, &chunk);
      all[i] = chunk;
    }
  if (wire->failed)
    g_array_set_size (chunks, 0);
  return !wire->failed
         || entry_fail (self, series, "a series ends within its chunks: the file is damaged",
                        error);
}
