/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-record.h"

#include "base/sg-sample.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

/*
 * Reads the records that sg-wal-record.c describes, and those of Prometheus 3's samples with start
 * times, in which each sample is told by its distance from the one before (times: from the first):
 *
 *   samples-2 = 0b [ ref:varint t:varint start:varint value:64 bits
 *                    { ref-before:varint t-t0:varint start value:64 bits } ]
 *   start     = 00 (none) | 01 (that of the sample before) | 02 start-start0:varint
 *
 * A record whose checksum is right and whose contents are not is damage all the same: the caller is
 * told the byte, and treats it as the log treats every damage.
 */

/* The shortest sample: two differences of one byte and the value. */
#define MIN_SAMPLE_LENGTH 10

static gboolean
begin (SgWireReader     *reader,
       const guint8     *record,
       gsize             length,
       SgWalRecordType   type,
       GError          **error)
{
  guint8 found;

  sg_wire_reader_init (reader, record, length);
  found = sg_wire_read_u8 (reader);
  if (!reader->failed && found == type)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "log record: byte 0: the type is %u, expected %u", found, type);
  return FALSE;
}

static gboolean
finish (const SgWireReader  *reader,
        const char          *what,
        GError             **error)
{
  if (!reader->failed)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "log record: byte %zu: %s do not end where the record ends", reader->position, what);
  return FALSE;
}

/* Whether there is a further item. */
static gboolean
more (const SgWireReader *reader)
{
  return !reader->failed && sg_wire_reader_left (reader) > 0;
}

static char *
read_text (SgWireReader *reader)
{
  guint64 length = sg_wire_read_uvarint (reader);
  const guint8 *bytes = sg_wire_read_bytes (reader, length);

  if (bytes == NULL)
    return NULL;
  return g_strndup ((const char *) bytes, length);
}

/* Copies a text to @scratch, with a NUL. Returns: its place there; clears @whole if it has a NUL. */
static gsize
copy_text (SgWireReader *reader,
           SgWireWriter *scratch,
           gboolean     *whole)
{
  guint64 length = sg_wire_read_uvarint (reader);
  const guint8 *bytes = sg_wire_read_bytes (reader, length);
  gsize place = scratch->length;

  if (bytes != NULL)
    {
      *whole = *whole && memchr (bytes, '\0', length) == NULL;
      sg_wire_put_bytes (scratch, bytes, length);
    }
  sg_wire_put_u8 (scratch, 0);
  return place;
}

/* Returns: (nullable): %NULL when the record is cut, or when @whole was cleared. */
static SgLabels *
decode_labels (SgWireReader *reader,
               SgWireWriter *scratch,
               gboolean     *whole)
{
  g_autofree SgLabel *pairs = NULL;
  guint64 n = sg_wire_read_uvarint (reader);

  *whole = TRUE;
  if (n > sg_wire_reader_left (reader) / 2)
    {
      reader->failed = TRUE;
      return NULL;
    }
  pairs = g_new (SgLabel, n);
  sg_wire_writer_reset (scratch);
  for (guint64 i = 0; i < n && !reader->failed; i++)
    {
      pairs[i].name = GSIZE_TO_POINTER (copy_text (reader, scratch, whole));
      pairs[i].value = GSIZE_TO_POINTER (copy_text (reader, scratch, whole));
    }
  if (reader->failed || !*whole)
    return NULL;
  for (guint64 i = 0; i < n; i++)
    {
      pairs[i].name = (const char *) scratch->data + GPOINTER_TO_SIZE (pairs[i].name);
      pairs[i].value = (const char *) scratch->data + GPOINTER_TO_SIZE (pairs[i].value);
    }
  return sg_labels_new (pairs, n);
}

static void
series_clear (gpointer item)
{
  SgWalSeries *series = item;

  g_clear_pointer (&series->labels, sg_labels_unref);
}

static void
exemplar_clear (gpointer item)
{
  SgWalExemplar *exemplar = item;

  g_clear_pointer (&exemplar->labels, sg_labels_unref);
}

static void
metadata_clear (gpointer item)
{
  SgWalMetadata *metadata = item;

  g_free (metadata->unit);
  g_free (metadata->help);
}

static GArray *
array_new (gsize          item_size,
           GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, FALSE, item_size);

  g_array_set_clear_func (array, clear);
  return array;
}

GArray *
sg_wal_series_array_new (void)
{
  return array_new (sizeof (SgWalSeries), series_clear);
}

GArray *
sg_wal_exemplars_array_new (void)
{
  return array_new (sizeof (SgWalExemplar), exemplar_clear);
}

GArray *
sg_wal_metadata_array_new (void)
{
  return array_new (sizeof (SgWalMetadata), metadata_clear);
}

gboolean
sg_wal_decode_series (const guint8  *record,
                      gsize          length,
                      GArray        *series,
                      GError       **error)
{
  g_auto (SgWireWriter) scratch = { 0 };
  SgWireReader reader;
  guint before = series->len;

  if (!begin (&reader, record, length, SG_WAL_SERIES, error))
    return FALSE;
  while (more (&reader))
    {
      SgWalSeries item = { sg_wire_read_u64 (&reader), NULL };
      gboolean whole;

      item.labels = decode_labels (&reader, &scratch, &whole);
      if (!reader.failed)
        g_array_append_val (series, item);
    }
  if (finish (&reader, "the series", error))
    return TRUE;
  g_array_set_size (series, before);
  return FALSE;
}

static gsize
decode_samples_1 (SgWireReader *reader,
                  SgWalSample  *samples)
{
  guint64 ref = sg_wire_read_u64 (reader);
  guint64 t = sg_wire_read_u64 (reader);
  gsize n = 0;

  while (more (reader))
    {
      SgWalSample *sample = &samples[n];

      sample->ref = ref + (guint64) sg_wire_read_varint (reader);
      sample->t = (SgTimeMs) (t + (guint64) sg_wire_read_varint (reader));
      sample->value = sg_double_from_bits (sg_wire_read_u64 (reader));
      n += !reader->failed;
    }
  return n;
}

static void
skip_start (SgWireReader *reader)
{
  if (sg_wire_read_u8 (reader) > 1)
    sg_wire_read_varint (reader);
}

static gsize
decode_samples_2 (SgWireReader *reader,
                  SgWalSample  *samples)
{
  guint64 ref = (guint64) sg_wire_read_varint (reader);
  guint64 t = (guint64) sg_wire_read_varint (reader);
  gsize n = 1;

  sg_wire_read_varint (reader);
  samples[0].ref = ref;
  samples[0].t = (SgTimeMs) t;
  samples[0].value = sg_double_from_bits (sg_wire_read_u64 (reader));
  while (more (reader))
    {
      ref += (guint64) sg_wire_read_varint (reader);
      samples[n].ref = ref;
      samples[n].t = (SgTimeMs) (t + (guint64) sg_wire_read_varint (reader));
      skip_start (reader);
      samples[n].value = sg_double_from_bits (sg_wire_read_u64 (reader));
      n += !reader->failed;
    }
  return n;
}

/**
 * sg_wal_decode_samples:
 * @record: a record
 * @length: its length
 * @samples: (element-type SgWalSample): where they go
 * @error: which byte is wrong
 *
 * Takes both kinds of record that hold floats.
 *
 * Returns: whether it was one
 */
gboolean
sg_wal_decode_samples (const guint8  *record,
                       gsize          length,
                       GArray        *samples,
                       GError       **error)
{
  gboolean second = length > 0 && record[0] == SG_WAL_SAMPLES_2;
  SgWireReader reader;
  guint before = samples->len;
  SgWalSample *place;
  gsize n;

  if (!begin (&reader, record, length, second ? SG_WAL_SAMPLES_2 : SG_WAL_SAMPLES, error))
    return FALSE;
  if (!more (&reader))
    return TRUE;
  g_array_set_size (samples, before + length / MIN_SAMPLE_LENGTH + 2);
  place = &g_array_index (samples, SgWalSample, before);
  n = second ? decode_samples_2 (&reader, place) : decode_samples_1 (&reader, place);
  g_array_set_size (samples, reader.failed ? before : before + n);
  return finish (&reader, "the samples", error);
}

gboolean
sg_wal_decode_tombstones (const guint8  *record,
                          gsize          length,
                          GArray        *tombstones,
                          GError       **error)
{
  SgWireReader reader;
  guint before = tombstones->len;

  if (!begin (&reader, record, length, SG_WAL_TOMBSTONES, error))
    return FALSE;
  while (more (&reader))
    {
      SgWalTombstone item;

      item.ref = sg_wire_read_u64 (&reader);
      item.min_t = sg_wire_read_varint (&reader);
      item.max_t = sg_wire_read_varint (&reader);
      if (!reader.failed)
        g_array_append_val (tombstones, item);
    }
  if (finish (&reader, "the tombstones", error))
    return TRUE;
  g_array_set_size (tombstones, before);
  return FALSE;
}

gboolean
sg_wal_decode_exemplars (const guint8  *record,
                         gsize          length,
                         GArray        *exemplars,
                         GError       **error)
{
  g_auto (SgWireWriter) scratch = { 0 };
  SgWireReader reader;
  guint before = exemplars->len;
  guint64 ref;
  guint64 t;

  if (!begin (&reader, record, length, SG_WAL_EXEMPLARS, error))
    return FALSE;
  if (!more (&reader))
    return TRUE;
  ref = sg_wire_read_u64 (&reader);
  t = sg_wire_read_u64 (&reader);
  while (more (&reader))
    {
      SgWalExemplar item;
      gboolean whole;

      item.ref = ref + (guint64) sg_wire_read_varint (&reader);
      item.t = (SgTimeMs) (t + (guint64) sg_wire_read_varint (&reader));
      item.value = sg_double_from_bits (sg_wire_read_u64 (&reader));
      item.labels = decode_labels (&reader, &scratch, &whole);
      if (item.labels != NULL)
        g_array_append_val (exemplars, item);
    }
  if (finish (&reader, "the exemplars", error))
    return TRUE;
  g_array_set_size (exemplars, before);
  return FALSE;
}

gboolean
sg_wal_decode_mmap_markers (const guint8  *record,
                            gsize          length,
                            GArray        *markers,
                            GError       **error)
{
  SgWireReader reader;
  guint before = markers->len;

  if (!begin (&reader, record, length, SG_WAL_MMAP_MARKERS, error))
    return FALSE;
  while (more (&reader))
    {
      SgWalMmapMarker item;

      item.ref = sg_wire_read_u64 (&reader);
      item.chunk_ref = sg_wire_read_u64 (&reader);
      if (!reader.failed)
        g_array_append_val (markers, item);
    }
  if (finish (&reader, "the markers", error))
    return TRUE;
  g_array_set_size (markers, before);
  return FALSE;
}

static void
decode_field (SgWireReader  *reader,
              SgWalMetadata *item)
{
  g_autofree char *name = read_text (reader);
  g_autofree char *value = read_text (reader);

  if (name == NULL || value == NULL)
    return;
  if (g_str_equal (name, "UNIT"))
    {
      g_free (item->unit);
      item->unit = g_steal_pointer (&value);
    }
  else if (g_str_equal (name, "HELP"))
    {
      g_free (item->help);
      item->help = g_steal_pointer (&value);
    }
}

gboolean
sg_wal_decode_metadata (const guint8  *record,
                        gsize          length,
                        GArray        *metadata,
                        GError       **error)
{
  SgWireReader reader;
  guint before = metadata->len;

  if (!begin (&reader, record, length, SG_WAL_METADATA, error))
    return FALSE;
  while (more (&reader))
    {
      SgWalMetadata item = { sg_wire_read_uvarint (&reader), 0, g_strdup (""), g_strdup ("") };
      guint64 n;

      item.type = sg_wire_read_u8 (&reader);
      n = sg_wire_read_uvarint (&reader);
      for (guint64 i = 0; i < n && !reader.failed; i++)
        decode_field (&reader, &item);
      g_array_append_val (metadata, item);
    }
  if (finish (&reader, "the metadata", error))
    return TRUE;
  g_array_set_size (metadata, before);
  return FALSE;
}
