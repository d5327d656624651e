/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tombstones.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * The file "tombstones" of a block; one that is not there is the same as one without stones:
 *
 *   tombstones = 0x0130ba30:u32  version:1  { stone }  crc:u32
 *   stone      = series:uvarint  first time:varint  last time:varint
 *
 * The checksum is over the stones only. Other writers put them in any order.
 */

#define FILE_NAME     "tombstones"
#define FILE_MAGIC    0x0130ba30u
#define FILE_VERSION  1
#define HEADER_LENGTH 5
#define CRC_LENGTH    4

struct _SgTombstones
{
  gatomicrefcount ref_count;
  GArray *stones;
};

static int
compare_stones (gconstpointer a,
                gconstpointer b)
{
  const SgTombstone *left = a;
  const SgTombstone *right = b;

  if (left->series_ref != right->series_ref)
    return left->series_ref < right->series_ref ? -1 : 1;
  return left->min_time < right->min_time ? -1 : left->min_time > right->min_time;
}

/* Joins sorted stones that overlap, or between which there is no time. */
static void
join (GArray *stones)
{
  guint kept = 0;

  for (guint i = 0; i < stones->len; i++)
    {
      const SgTombstone *stone = &g_array_index (stones, SgTombstone, i);
      SgTombstone *last = kept > 0 ? &g_array_index (stones, SgTombstone, kept - 1) : NULL;

      if (last != NULL && last->series_ref == stone->series_ref
          && (last->max_time == G_MAXINT64 || stone->min_time <= last->max_time + 1))
        last->max_time = MAX (last->max_time, stone->max_time);
      else
        g_array_index (stones, SgTombstone, kept++) = *stone;
    }
  g_array_set_size (stones, kept);
}

/**
 * sg_tombstones_new:
 * @stones: (element-type SgTombstone) (transfer full): in any order; those that end before they begin
 *   delete nothing
 *
 * Returns: (transfer full): the stones
 */
SgTombstones *
sg_tombstones_new (GArray *stones)
{
  SgTombstones *self = g_new (SgTombstones, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->stones = stones;
  for (guint i = stones->len; i > 0; i--)
    {
      const SgTombstone *stone = &g_array_index (stones, SgTombstone, i - 1);

      if (stone->max_time < stone->min_time)
        g_array_remove_index_fast (stones, i - 1);
    }
  g_array_sort (stones, compare_stones);
  join (stones);
  return self;
}

SgTombstones *
sg_tombstones_ref (SgTombstones *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_tombstones_unref (SgTombstones *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_array_unref (self->stones);
  g_free (self);
}

/* Returns: how many intervals there are, of all series */
guint
sg_tombstones_get_count (const SgTombstones *self)
{
  return self->stones->len;
}

/* Returns: them, sorted by series and time */
const SgTombstone *
sg_tombstones_get_all (const SgTombstones *self)
{
  return (const SgTombstone *) (gconstpointer) self->stones->data;
}

/**
 * sg_tombstones_find:
 * @self: what is deleted from a block
 * @series_ref: a series
 * @ret_n: (out): how many intervals of it are deleted
 *
 * Returns: (array length=ret_n): these
 */
const SgTombstone *
sg_tombstones_find (const SgTombstones *self,
                    guint64             series_ref,
                    guint              *ret_n)
{
  const SgTombstone *stones = sg_tombstones_get_all (self);
  guint low = 0;
  guint high = self->stones->len;
  guint n = 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (stones[middle].series_ref < series_ref)
        low = middle + 1;
      else
        high = middle;
    }
  while (low + n < self->stones->len && stones[low + n].series_ref == series_ref)
    n++;
  *ret_n = n;
  return stones + low;
}

static gboolean
fail_at (GError     **error,
         gsize        position,
         const char  *problem)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, FILE_NAME ": byte %zu: %s", position,
               problem);
  return FALSE;
}

static gboolean
check_frame (const guint8  *data,
             gsize          length,
             GError       **error)
{
  gsize end = length - CRC_LENGTH;

  if (length < HEADER_LENGTH + CRC_LENGTH || sg_wire_get_u32 (data) != FILE_MAGIC)
    return fail_at (error, 0, "not a file of tombstones, which begins with 0130ba30");
  if (data[4] != FILE_VERSION)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                   FILE_NAME ": byte 4: version %u; only %d is known here", data[4], FILE_VERSION);
      return FALSE;
    }
  if (sg_crc32c (0, data + HEADER_LENGTH, end - HEADER_LENGTH) != sg_wire_get_u32 (data + end))
    return fail_at (error, end, "the stones do not match their checksum: the file is damaged");
  return TRUE;
}

/**
 * sg_tombstones_parse:
 * @data: what is in a file of tombstones
 * @length: how much
 *
 * Returns: (transfer full) (nullable): the stones
 */
SgTombstones *
sg_tombstones_parse (const guint8  *data,
                     gsize          length,
                     GError       **error)
{
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  SgWireReader reader;

  if (!check_frame (data, length, error))
    return NULL;
  sg_wire_reader_init (&reader, data, length - CRC_LENGTH);
  reader.position = HEADER_LENGTH;
  while (sg_wire_reader_left (&reader) > 0)
    {
      SgTombstone stone;

      stone.series_ref = sg_wire_read_uvarint (&reader);
      stone.min_time = sg_wire_read_varint (&reader);
      stone.max_time = sg_wire_read_varint (&reader);
      if (reader.failed)
        {
          fail_at (error, reader.position, "a stone is not whole: the file is damaged");
          return NULL;
        }
      g_array_append_val (stones, stone);
    }
  return sg_tombstones_new (g_steal_pointer (&stones));
}

/**
 * sg_tombstones_read:
 * @folder: a block
 *
 * Returns: (transfer full) (nullable): what is deleted from it
 */
SgTombstones *
sg_tombstones_read (const char  *folder,
                    GError     **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autoptr (GError) problem = NULL;
  g_autofree char *content = NULL;
  SgTombstones *self;
  gsize length;

  if (g_file_get_contents (path, &content, &length, &problem))
    {
      self = sg_tombstones_parse ((const guint8 *) content, length, error);
      if (self == NULL)
        g_prefix_error (error, "%s/", folder);
      return self;
    }
  if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return sg_tombstones_new (g_array_new (FALSE, FALSE, sizeof (SgTombstone)));
  sg_tsdb_fail_file (error, g_steal_pointer (&problem));
  return NULL;
}

/* Replaces the tombstones of a block at once. */
gboolean
sg_tombstones_write (const SgTombstones  *self,
                     const char          *folder,
                     GError             **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_auto (SgWireWriter) out;

  sg_wire_writer_init (&out);
  sg_wire_put_u32 (&out, FILE_MAGIC);
  sg_wire_put_u8 (&out, FILE_VERSION);
  for (guint i = 0; i < self->stones->len; i++)
    {
      const SgTombstone *stone = &g_array_index (self->stones, SgTombstone, i);

      sg_wire_put_uvarint (&out, stone->series_ref);
      sg_wire_put_varint (&out, stone->min_time);
      sg_wire_put_varint (&out, stone->max_time);
    }
  sg_wire_put_u32 (&out, sg_crc32c (0, out.data + HEADER_LENGTH, out.length - HEADER_LENGTH));
  return sg_file_replace (path, out.data, out.length, error);
}
