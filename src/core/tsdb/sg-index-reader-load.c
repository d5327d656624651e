/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-reader-private.h"

#include "base/sg-symbols.h"
#include "tsdb/sg-crc32c.h"

/* What happens once, when an index is opened; the format is in sg-index-format.h. */

gboolean
sg_index_reader_fail (const SgIndexReader  *self,
                      const guint8         *at,
                      const char           *problem,
                      GError              **error)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %zu: %s",
               sg_map_get_path (self->map), (gsize) (at - sg_map_get_data (self->map)), problem);
  return FALSE;
}

int
sg_index_compare_text (const char *a,
                       gsize       a_length,
                       const char *b,
                       gsize       b_length)
{
  int order = memcmp (a, b, MIN (a_length, b_length));

  return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/**
 * sg_index_reader_section: (skip)
 * @place: where the length of a section stands
 * @what: what to call it in an error
 * @ret_section: (out): what is between the length and the checksum
 *
 * Returns: whether it is all there and matches its checksum
 */
gboolean
sg_index_reader_section (const SgIndexReader  *self,
                         guint64               place,
                         const char           *what,
                         SgWireReader         *ret_section,
                         GError              **error)
{
  SgWireReader wire;
  const guint8 *data;
  guint32 length;
  guint32 crc;

  sg_wire_reader_init (&wire, sg_map_get_data (self->map), sg_map_get_length (self->map));
  sg_wire_read_bytes (&wire, place);
  length = sg_wire_read_u32 (&wire);
  data = sg_wire_read_bytes (&wire, length);
  crc = sg_wire_read_u32 (&wire);
  if (!wire.failed && crc == sg_crc32c (0, data, length))
    {
      sg_wire_reader_init (ret_section, data, length);
      return TRUE;
    }
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %" G_GUINT64_FORMAT ": %s %s",
               sg_map_get_path (self->map), place, what,
               wire.failed ? "reach over the end: the file is damaged"
                           : "do not match their checksum: the file is damaged");
  return FALSE;
}

static gboolean
load_header (SgIndexReader  *self,
             GError        **error)
{
  const guint8 *data = sg_map_get_data (self->map);
  gsize length = sg_map_get_length (self->map);

  if (length < SG_INDEX_HEADER_LENGTH + SG_INDEX_CONTENTS_LENGTH
      || sg_wire_get_u32 (data) != SG_INDEX_MAGIC)
    return sg_index_reader_fail (self, data, "not an index, which begins with baaad700", error);
  if (data[4] != SG_INDEX_VERSION)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                   "%s: byte 4: version %u of the index; only %d is known here",
                   sg_map_get_path (self->map), data[4], SG_INDEX_VERSION);
      return FALSE;
    }
  return TRUE;
}

static gboolean
load_contents (SgIndexReader  *self,
               GError        **error)
{
  SgWireReader wire;

  if (!sg_index_reader_check_whole (self, error))
    return FALSE;
  sg_wire_reader_init (&wire, sg_map_get_data (self->map), sg_map_get_length (self->map));
  wire.position = wire.length - SG_INDEX_CONTENTS_LENGTH;
  self->contents.symbols = sg_wire_read_u64 (&wire);
  self->contents.series = sg_wire_read_u64 (&wire);
  self->contents.label_indices = sg_wire_read_u64 (&wire);
  self->contents.label_offsets = sg_wire_read_u64 (&wire);
  self->contents.postings = sg_wire_read_u64 (&wire);
  self->contents.postings_offsets = sg_wire_read_u64 (&wire);
  return TRUE;
}

static gboolean
load_symbols (SgIndexReader  *self,
              GError        **error)
{
  SgWireReader wire;

  if (!sg_index_reader_section (self, self->contents.symbols, "symbols", &self->symbols, error))
    return FALSE;
  wire = self->symbols;
  self->n_symbols = sg_wire_read_u32 (&wire);
  for (guint32 i = 0; i < self->n_symbols && !wire.failed; i++)
    {
      guint32 place = (guint32) wire.position;

      if (i % SG_INDEX_SAMPLE == 0)
        g_array_append_val (self->symbol_samples, place);
      sg_wire_read_bytes (&wire, sg_wire_read_uvarint (&wire));
    }
  if (wire.failed)
    return sg_index_reader_fail (self, wire.data + wire.position,
                                 "there are fewer symbols than said: the file is damaged", error);
  return TRUE;
}

gboolean
sg_index_read_pair (SgWireReader *wire,
                    SgIndexPair  *ret_pair)
{
  if (sg_wire_read_uvarint (wire) != SG_INDEX_PAIR)
    wire->failed = TRUE;
  ret_pair->name_length = sg_wire_read_uvarint (wire);
  ret_pair->name = (const char *) sg_wire_read_bytes (wire, ret_pair->name_length);
  ret_pair->value_length = sg_wire_read_uvarint (wire);
  ret_pair->value = (const char *) sg_wire_read_bytes (wire, ret_pair->value_length);
  ret_pair->place = sg_wire_read_uvarint (wire);
  return !wire->failed;
}

static void
add_name (SgIndexReader     *self,
          const SgIndexPair *pair)
{
  SgIndexName name = { .first_sample = self->value_samples->len };

  name.name = sg_symbols_intern (pair->name, pair->name_length);
  if (name.name == NULL)
    name.name = name.own_name = g_strndup (pair->name, pair->name_length);
  g_array_append_val (self->names, name);
}

/* Takes one pair into the table of names. Returns: whether it is after @last, the one before. */
static gboolean
add_pair (SgIndexReader     *self,
          const SgIndexPair *last,
          const SgIndexPair *pair,
          guint32            place)
{
  int order = sg_index_compare_text (last->name, last->name_length, pair->name, pair->name_length);
  SgIndexName *name;

  if (pair->name_length == 0 && !self->has_all && self->names->len == 0)
    {
      self->has_all = TRUE;
      self->all_place = pair->place;
      return pair->value_length == 0;
    }
  if (order > 0 || pair->name_length == 0)
    return FALSE;
  if (order < 0)
    add_name (self, pair);
  else if (sg_index_compare_text (last->value, last->value_length, pair->value, pair->value_length)
           >= 0)
    return FALSE;
  name = &g_array_index (self->names, SgIndexName, self->names->len - 1);
  if (name->n_values++ % SG_INDEX_SAMPLE == 0)
    g_array_append_val (self->value_samples, place);
  return TRUE;
}

static gboolean
load_table (SgIndexReader  *self,
            GError        **error)
{
  SgIndexPair last = { "", 0, "", 0, 0 };
  SgWireReader wire;
  guint32 n;

  if (!sg_index_reader_section (self, self->contents.postings_offsets, "postings offsets",
                                &self->table, error))
    return FALSE;
  wire = self->table;
  n = sg_wire_read_u32 (&wire);
  for (guint32 i = 0; i < n; i++)
    {
      SgIndexPair pair;
      gsize place = wire.position;

      if (!sg_index_read_pair (&wire, &pair))
        return sg_index_reader_fail (self, wire.data + place,
                                     "this is no name with a value: the file is damaged", error);
      if (memchr (pair.name, '\0', pair.name_length) != NULL)
        return sg_index_reader_fail (self, wire.data + place,
                                     "a label name holds a zero byte: the file is damaged", error);
      if (!add_pair (self, &last, &pair, (guint32) place))
        return sg_index_reader_fail (self, wire.data + place,
                                     "a name with a value is not after the one before it: the file "
                                     "is damaged",
                                     error);
      last = pair;
    }
  return TRUE;
}

/* Finds the numbers of the names among the symbols; both are sorted. */
static gboolean
load_name_symbols (SgIndexReader  *self,
                   GError        **error)
{
  SgWireReader wire = self->symbols;
  guint found = 0;

  sg_wire_read_u32 (&wire);
  for (guint32 i = 0; i < self->n_symbols && found < self->names->len; i++)
    {
      SgIndexName *name = &g_array_index (self->names, SgIndexName, found);
      gsize length = sg_wire_read_uvarint (&wire);
      const char *text = (const char *) sg_wire_read_bytes (&wire, length);

      if (text == NULL)
        break;
      if (sg_index_compare_text (text, length, name->name, strlen (name->name)) == 0)
        {
          name->symbol = i;
          found++;
        }
    }
  if (found == self->names->len)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "%s: the label name \"%s\" is not among the symbols: the file is damaged",
               sg_map_get_path (self->map), g_array_index (self->names, SgIndexName, found).name);
  return FALSE;
}

gboolean
sg_index_reader_load (SgIndexReader  *self,
                      GError        **error)
{
  return load_header (self, error) && load_contents (self, error) && load_symbols (self, error)
         && load_table (self, error) && load_name_symbols (self, error);
}
