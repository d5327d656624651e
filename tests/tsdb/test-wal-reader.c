/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-reader.h"
#include "tsdb/sg-wal-segments.h"
#include "tsdb/sg-wal-writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Two segments of one page each, with a record across nothing, and small ones around it. */
typedef struct
{
  char *folder;
  GPtrArray *records;
  char *segments[2];
  gsize lengths[2];
} Fixture;

static void
add_record (Fixture     *fixture,
            SgWalWriter *writer,
            gsize        length,
            gboolean     compress)
{
  g_auto (SgWalBatch) batch = { 0 };
  GBytes *record;
  guint8 *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = compress ? (guint8) (i / 16) : (guint8) g_random_int ();
  record = g_bytes_new_take (bytes, length);
  g_ptr_array_add (fixture->records, record);
  sg_wal_batch_init (&batch);
  sg_wal_batch_add (&batch, bytes, length, compress);
  g_assert_true (sg_wal_writer_log (writer, &batch, NULL));
}

static char *
segment_path (Fixture *fixture,
              guint    i)
{
  return sg_wal_segment_path (fixture->folder, i);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SgWalOptions options = { .sync = SG_WAL_SYNC_NEVER, .segment_size = 2 * SG_WAL_PAGE_SIZE };
  SgWalWriter *writer;
  guint64 segment;

  fixture->folder = g_dir_make_tmp ("sg-wal-XXXXXX", NULL);
  fixture->records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  writer = sg_wal_writer_new (fixture->folder, 0, &options, NULL);
  add_record (fixture, writer, 40, FALSE);
  add_record (fixture, writer, 300, TRUE);
  add_record (fixture, writer, 0, FALSE);
  add_record (fixture, writer, SG_WAL_PAGE_SIZE, FALSE);
  add_record (fixture, writer, 30, FALSE);
  g_assert_true (sg_wal_writer_next_segment (writer, &segment, NULL));
  add_record (fixture, writer, 50, FALSE);
  add_record (fixture, writer, 200, TRUE);
  g_assert_true (sg_wal_writer_close (writer, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = segment_path (fixture, i);

      g_assert_true (g_file_get_contents (path, &fixture->segments[i], &fixture->lengths[i], NULL));
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->segments[0]);
  g_free (fixture->segments[1]);
  g_ptr_array_unref (fixture->records);
  g_free (fixture->folder);
}

/* Reads until the end or the damage. What is read must be the first records. Returns: how many. */
static guint
read_all (Fixture       *fixture,
          SgWalDamage   *ret_damage,
          SgWalPosition *ret_position)
{
  g_autoptr (SgWalReader) reader = sg_wal_reader_new (fixture->folder, 0, G_MAXUINT64, NULL);
  g_autoptr (GError) error = NULL;
  const guint8 *record;
  gsize length;
  guint n = 0;

  while (sg_wal_reader_next (reader, &record, &length, &error))
    {
      GBytes *expected = g_ptr_array_index (fixture->records, n++);

      g_assert_cmpmem (record, length, g_bytes_get_data (expected, NULL),
                       g_bytes_get_size (expected));
    }
  *ret_damage = sg_wal_reader_get_damage (reader);
  *ret_position = sg_wal_reader_get_position (reader);
  if (*ret_damage == SG_WAL_DAMAGE_NONE)
    g_assert_no_error (error);
  else
    g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
  g_assert_false (sg_wal_reader_next (reader, &record, &length, NULL));
  return n;
}

/* Without waiting for the disk, as there are thousands of them. */
static void
put (Fixture *fixture,
     guint    i,
     gsize    at,
     gsize    length)
{
  g_autofree char *path = segment_path (fixture, i);
  int fd = open (path, O_WRONLY);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, fixture->segments[i] + at, length, (off_t) at), ==, (gssize) length);
  close (fd);
}

static void
cut (Fixture *fixture,
     guint    i,
     gsize    length)
{
  g_autofree char *path = segment_path (fixture, i);

  g_assert_cmpint (truncate (path, (off_t) length), ==, 0);
}

static void
test_whole (Fixture       *fixture,
            gconstpointer  data)
{
  SgWalDamage damage;
  SgWalPosition position;

  g_assert_cmpuint (read_all (fixture, &damage, &position), ==, fixture->records->len);
  g_assert_cmpint (damage, ==, SG_WAL_DAMAGE_NONE);
}

/* The last segment cut anywhere: the records before the cut, and the place where they end. */
static void
test_cut (Fixture       *fixture,
          gconstpointer  data)
{
  guint before = fixture->records->len;

  for (gsize length = fixture->lengths[1]; length-- > 0;)
    {
      SgWalDamage damage;
      SgWalPosition position;
      guint n;

      cut (fixture, 1, length);
      n = read_all (fixture, &damage, &position);
      g_assert_cmpuint (n, <=, before);
      before = n;
      g_assert_true (damage == SG_WAL_DAMAGE_TORN || damage == SG_WAL_DAMAGE_NONE);
      if (damage == SG_WAL_DAMAGE_TORN)
        {
          g_assert_cmpuint (position.segment, ==, 1);
          g_assert_cmpuint (position.offset, <, length);
        }
    }
  g_assert_cmpuint (before, ==, 5);
}

/* A compressed record whose flag is lost, or the other way, is found out by what reads the records. */
static gboolean
is_compression_flag (const Fixture *fixture,
                     guint          i,
                     gsize          at,
                     guint          bit)
{
  const guint8 *bytes = (const guint8 *) fixture->segments[i];
  gsize offset = 0;

  if (bit != 3 && bit != 4)
    return FALSE;
  while (offset + SG_WAL_HEADER_LENGTH <= fixture->lengths[i])
    {
      if (bytes[offset] == 0)
        offset = (offset / SG_WAL_PAGE_SIZE + 1) * SG_WAL_PAGE_SIZE;
      else if (offset == at)
        return TRUE;
      else
        offset += SG_WAL_HEADER_LENGTH + ((gsize) bytes[offset + 1] << 8 | bytes[offset + 2]);
    }
  return FALSE;
}

static gboolean
is_in_padding (const Fixture *fixture,
               guint          i,
               gsize          at)
{
  for (; at < fixture->lengths[i]; at++)
    {
      if (fixture->segments[i][at] != 0)
        return FALSE;
    }
  return TRUE;
}

/* Every bit of the small records, and some of the large one: no wrong record, no crash. */
static void
test_flip (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < 2; i++)
    {
      for (gsize at = 0; at<fixture->lengths[i]; at += at> 1000 && at < 32000 ? 97 : 1)
        {
          guint bit = at % 8;
          SgWalDamage damage;
          SgWalPosition position;
          guint n;

          if (is_compression_flag (fixture, i, at, bit))
            continue;
          fixture->segments[i][at] ^= (char) (1 << bit);
          put (fixture, i, at, 1);
          n = read_all (fixture, &damage, &position);
          fixture->segments[i][at] ^= (char) (1 << bit);
          put (fixture, i, at, 1);
          g_assert_cmpint (damage, !=, SG_WAL_DAMAGE_NONE);
          g_assert_true (n < fixture->records->len || is_in_padding (fixture, i, at));
          g_assert_cmpuint (position.segment, ==, i);
          g_assert_cmpuint (position.offset, <=, at);
        }
    }
}

static void
test_gap (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *from = segment_path (fixture, 1);
  g_autofree char *to = segment_path (fixture, 3);
  SgWalDamage damage;
  SgWalPosition position;

  g_assert_cmpint (rename (from, to), ==, 0);
  g_assert_cmpuint (read_all (fixture, &damage, &position), ==, 5);
  g_assert_cmpint (damage, ==, SG_WAL_DAMAGE_GAP);
  g_assert_cmpuint (position.segment, ==, 0);
}

/* Files that are no segments do not count, whatever they are. */
static void
test_strangers (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *text = g_build_filename (fixture->folder, "notes", NULL);
  g_autofree char *folder = g_build_filename (fixture->folder, "00000009", NULL);
  g_autofree char *checkpoint = g_build_filename (fixture->folder, "checkpoint.x", NULL);
  g_autofree char *found = NULL;
  guint64 index;
  SgWalDamage damage;
  SgWalPosition position;

  g_assert_true (g_file_set_contents (text, "x", 1, NULL));
  g_assert_true (sg_folder_create (folder, NULL));
  g_assert_true (sg_folder_create (checkpoint, NULL));
  g_assert_cmpuint (read_all (fixture, &damage, &position), ==, fixture->records->len);
  g_assert_true (sg_wal_find_checkpoint (fixture->folder, &found, &index, NULL));
  g_assert_null (found);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/wal-reader/whole", test_whole);
  ADD ("/wal-reader/cut", test_cut);
  ADD ("/wal-reader/flip", test_flip);
  ADD ("/wal-reader/gap", test_gap);
  ADD ("/wal-reader/strangers", test_strangers);
  return g_test_run ();
}
