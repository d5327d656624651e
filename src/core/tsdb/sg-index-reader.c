/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-reader-private.h"

#include "tsdb/sg-crc32c.h"

/* The format is in sg-index-format.h; opening in sg-index-reader-load.c. */

static void
name_clear (gpointer data)
{
  g_free (((SgIndexName *) data)->own_name);
}

/**
 * sg_index_reader_open:
 * @path: the file "index" of a block
 *
 * Returns: (transfer full) (nullable): the index
 */
SgIndexReader *
sg_index_reader_open (const char  *path,
                      GError     **error)
{
  SgMap *map = sg_map_new (path, error);
  g_autoptr (SgIndexReader) self = NULL;

  if (map == NULL)
    return NULL;
  self = g_new0 (SgIndexReader, 1);
  self->map = map;
  self->symbol_samples = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->value_samples = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->names = g_array_new (FALSE, FALSE, sizeof (SgIndexName));
  g_array_set_clear_func (self->names, name_clear);
  return sg_index_reader_load (self, error) ? g_steal_pointer (&self) : NULL;
}

void
sg_index_reader_free (SgIndexReader *self)
{
  g_array_unref (self->symbol_samples);
  g_array_unref (self->value_samples);
  g_array_unref (self->names);
  sg_map_unref (self->map);
  g_free (self);
}

/* Returns: how many bytes the file has */
guint64
sg_index_reader_get_size (const SgIndexReader *self)
{
  return sg_map_get_length (self->map);
}

/**
 * sg_index_reader_check_whole:
 * @self: an index
 *
 * A file is cut from its end, and there is a checksum: so what was read before this is right when
 * this succeeds.
 *
 * Returns: whether the index is still whole
 */
gboolean
sg_index_reader_check_whole (const SgIndexReader  *self,
                             GError              **error)
{
  gsize length = SG_INDEX_CONTENTS_LENGTH - SG_INDEX_CRC_LENGTH;
  const guint8 *contents =
      sg_map_get_data (self->map) + sg_map_get_length (self->map) - SG_INDEX_CONTENTS_LENGTH;

  if (sg_crc32c (0, contents, length) == sg_wire_get_u32 (contents + length)
      && !sg_map_is_faulted (self->map))
    return TRUE;
  return sg_index_reader_fail (
      self, contents,
      "the table of contents does not match its checksum: the file was cut "
      "or is damaged",
      error);
}

guint32
sg_index_reader_get_n_symbols (const SgIndexReader *self)
{
  return self->n_symbols;
}

gboolean
sg_index_reader_get_symbol (const SgIndexReader  *self,
                            guint32               symbol,
                            const char          **ret_text,
                            gsize                *ret_length,
                            GError              **error)
{
  SgWireReader wire = self->symbols;
  const guint8 *text = NULL;
  gsize length = 0;

  if (symbol < self->n_symbols)
    {
      wire.position = g_array_index (self->symbol_samples, guint32, symbol / SG_INDEX_SAMPLE);
      for (guint i = 0; i <= symbol % SG_INDEX_SAMPLE; i++)
        {
          length = sg_wire_read_uvarint (&wire);
          text = sg_wire_read_bytes (&wire, length);
        }
    }
  if (text == NULL)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                   "%s: symbol %u is asked for, and there are %u: the file is damaged",
                   sg_map_get_path (self->map), symbol, self->n_symbols);
      return FALSE;
    }
  *ret_text = (const char *) text;
  *ret_length = length;
  return TRUE;
}

guint
sg_index_reader_get_n_names (const SgIndexReader *self)
{
  return self->names->len;
}

const char *
sg_index_reader_get_name (const SgIndexReader *self,
                          guint                i)
{
  return g_array_index (self->names, SgIndexName, i).name;
}

/* Returns: (nullable): what is known of a name */
static const SgIndexName *
find_name (const SgIndexReader *self,
           const char          *name)
{
  guint low = 0;
  guint high = self->names->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const SgIndexName *candidate = &g_array_index (self->names, SgIndexName, middle);
      int order = strcmp (candidate->name, name);

      if (order == 0)
        return candidate;
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

/* Returns: whether there is such a label; it is that symbol */
gboolean
sg_index_reader_find_name (const SgIndexReader *self,
                           const char          *name,
                           guint32             *ret_symbol)
{
  const SgIndexName *found = find_name (self, name);

  if (found == NULL)
    return FALSE;
  *ret_symbol = found->symbol;
  return TRUE;
}

SgPostings *
sg_index_reader_get_all (const SgIndexReader  *self,
                         GError              **error)
{
  return self->has_all ? sg_index_reader_get_postings_at (self, self->all_place, error)
                       : sg_postings_new_empty ();
}

/**
 * sg_index_reader_get_postings_at:
 * @self: an index
 * @place: where postings are, from an #SgIndexValueIter
 *
 * Returns: (transfer full) (nullable): them
 */
SgPostings *
sg_index_reader_get_postings_at (const SgIndexReader  *self,
                                 guint64               place,
                                 GError              **error)
{
  SgWireReader wire;
  guint32 n;

  if (!sg_index_reader_section (self, place, "postings", &wire, error))
    return NULL;
  n = sg_wire_read_u32 (&wire);
  if (wire.failed || sg_wire_reader_left (&wire) != (guint64) n * sizeof (SgSeriesRef))
    {
      sg_index_reader_fail (self, wire.data,
                            "postings are not as many as said: the file is damaged", error);
      return NULL;
    }
  return sg_postings_new_mapped (self->map, wire.data + wire.position, n);
}

SgPostings *
sg_index_reader_get_postings (const SgIndexReader  *self,
                              const char           *name,
                              const char           *value,
                              GError              **error)
{
  g_autoptr (GError) problem = NULL;
  SgIndexValueIter iter;
  const char *found;
  gsize length;
  guint64 place;

  if (sg_index_value_iter_seek (&iter, self, name, value, &problem)
      && sg_index_value_iter_next (&iter, &found, &length, &place, &problem)
      && sg_index_compare_text (found, length, value, strlen (value)) == 0)
    return sg_index_reader_get_postings_at (self, place, error);
  if (problem == NULL)
    return sg_postings_new_empty ();
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static void
value_iter_at_sample (SgIndexValueIter    *self,
                      const SgIndexReader *reader,
                      const SgIndexName   *name,
                      guint                sample)
{
  self->reader = reader;
  self->wire = reader->table;
  self->n_left = name->n_values - sample * SG_INDEX_SAMPLE;
  self->wire.position = g_array_index (reader->value_samples, guint32, name->first_sample + sample);
}

/* All values of a label, or none when there is no such label. */
void
sg_index_value_iter_init (SgIndexValueIter    *self,
                          const SgIndexReader *reader,
                          const char          *name)
{
  const SgIndexName *found = find_name (reader, name);

  *self = (SgIndexValueIter) { .reader = reader };
  if (found != NULL)
    value_iter_at_sample (self, reader, found, 0);
}

static gboolean
value_iter_fail (const SgIndexValueIter  *self,
                 GError                 **error)
{
  return sg_index_reader_fail (self->reader, self->wire.data + self->wire.position,
                               "this is no name with a value: the file was cut", error);
}

/* Goes over the values before @at_least, at most as many as lie between two samples. */
static gboolean
value_iter_skip (SgIndexValueIter  *self,
                 const char        *at_least,
                 GError           **error)
{
  gsize length = strlen (at_least);

  while (self->n_left > 0)
    {
      SgWireReader wire = self->wire;
      SgIndexPair pair;

      if (!sg_index_read_pair (&wire, &pair))
        return value_iter_fail (self, error);
      if (sg_index_compare_text (pair.value, pair.value_length, at_least, length) >= 0)
        break;
      self->wire = wire;
      self->n_left--;
    }
  return TRUE;
}

/**
 * sg_index_value_iter_seek:
 * @self: an iterator
 * @reader: an index
 * @name: a label
 * @at_least: a value
 *
 * Begins with the first value that is not before @at_least.
 *
 * Returns: whether the index could be read
 */
gboolean
sg_index_value_iter_seek (SgIndexValueIter     *self,
                          const SgIndexReader  *reader,
                          const char           *name,
                          const char           *at_least,
                          GError              **error)
{
  const SgIndexName *found = find_name (reader, name);
  guint low = 0;
  guint high;

  *self = (SgIndexValueIter) { .reader = reader };
  if (found == NULL)
    return TRUE;
  high = (found->n_values + SG_INDEX_SAMPLE - 1) / SG_INDEX_SAMPLE;
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;
      SgIndexPair pair;

      value_iter_at_sample (self, reader, found, middle);
      if (!sg_index_read_pair (&self->wire, &pair))
        return value_iter_fail (self, error);
      if (sg_index_compare_text (pair.value, pair.value_length, at_least, strlen (at_least)) <= 0)
        low = middle;
      else
        high = middle;
    }
  value_iter_at_sample (self, reader, found, low);
  return value_iter_skip (self, at_least, error);
}

/**
 * sg_index_value_iter_next:
 * @self: an iterator
 * @ret_value: (out): the next value, which may hold any bytes, and has no zero behind it
 * @ret_length: (out): its length
 * @ret_place: (out): for sg_index_reader_get_postings_at()
 * @error: set when the index could not be read; not set at the end
 *
 * Returns: whether there was one
 */
gboolean
sg_index_value_iter_next (SgIndexValueIter  *self,
                          const char       **ret_value,
                          gsize             *ret_length,
                          guint64           *ret_place,
                          GError           **error)
{
  SgIndexPair pair;

  if (self->n_left == 0)
    return FALSE;
  if (!sg_index_read_pair (&self->wire, &pair))
    return value_iter_fail (self, error);
  self->n_left--;
  *ret_value = pair.value;
  *ret_length = pair.value_length;
  *ret_place = pair.place;
  return TRUE;
}

static gboolean
series_fail (const SgIndexReader  *self,
             SgSeriesRef           ref,
             const char           *problem,
             GError              **error)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %" G_GUINT64_FORMAT ": %s",
               sg_map_get_path (self->map), (guint64) ref * SG_INDEX_SERIES_ALIGN, problem);
  return FALSE;
}

/**
 * sg_index_reader_get_series:
 * @self: an index
 * @ref: a series
 * @ret_series: (out): what is said of it
 *
 * Returns: whether there is a series that matches its checksum
 */
gboolean
sg_index_reader_get_series (const SgIndexReader  *self,
                            SgSeriesRef           ref,
                            SgIndexSeries        *ret_series,
                            GError              **error)
{
  SgWireReader wire;
  const guint8 *data;
  gsize length;
  guint32 crc;

  sg_wire_reader_init (&wire, sg_map_get_data (self->map), sg_map_get_length (self->map));
  sg_wire_read_bytes (&wire, (guint64) ref * SG_INDEX_SERIES_ALIGN);
  length = sg_wire_read_uvarint (&wire);
  data = sg_wire_read_bytes (&wire, length);
  crc = sg_wire_read_u32 (&wire);
  /* Zeros, which a cut file is full of, would be a series of no bytes with the right checksum. */
  if (wire.failed || length == 0)
    return series_fail (self, ref, "no series can begin here: the file is damaged", error);
  if (crc != sg_crc32c (0, data, length))
    return series_fail (self, ref, "a series does not match its checksum: the file is damaged",
                        error);
  ret_series->ref = ref;
  sg_wire_reader_init (&ret_series->wire, data, length);
  ret_series->n_labels = sg_wire_read_uvarint (&ret_series->wire);
  return TRUE;
}

/* Returns: whether there was one more label; its name and value are symbols. */
gboolean
sg_index_series_next_label (SgIndexSeries *self,
                            guint32       *ret_name,
                            guint32       *ret_value)
{
  guint64 name;
  guint64 value;

  if (self->n_labels == 0)
    return FALSE;
  self->n_labels--;
  name = sg_wire_read_uvarint (&self->wire);
  value = sg_wire_read_uvarint (&self->wire);
  if (self->wire.failed || name > G_MAXUINT32 || value > G_MAXUINT32)
    {
      self->wire.failed = TRUE;
      return FALSE;
    }
  *ret_name = (guint32) name;
  *ret_value = (guint32) value;
  return TRUE;
}
