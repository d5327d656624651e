/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-reader.h"
#include "tsdb/sg-wal-segments.h"
#include "tsdb/sg-wire.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * A segment of any bytes. The first byte of the input says whether the checksums of the fragments are
 * made right before it is read: else nothing would ever come past them.
 */
static char *folder;
static int segment_fd = -1;

static void
remove_folder (void)
{
  sg_folder_remove (folder, NULL);
}

static void
open_segment (void)
{
  g_autofree char *path = NULL;

  folder = g_strdup ("/dev/shm/sg-fuzz-XXXXXX");
  if (g_mkdtemp (folder) == NULL)
    folder = g_dir_make_tmp ("sg-fuzz-XXXXXX", NULL);
  path = sg_wal_segment_path (folder, 0);
  segment_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (segment_fd, >=, 0);
  atexit (remove_folder);
}

static void
make_checksums_right (guint8 *data,
                      gsize   size)
{
  gsize at = 0;

  while (at + SG_WAL_HEADER_LENGTH <= size)
    {
      gsize length = sg_wire_get_u16 (data + at + 1);

      if (data[at] == 0)
        {
          at = (at / SG_WAL_PAGE_SIZE + 1) * SG_WAL_PAGE_SIZE;
          continue;
        }
      if (at + SG_WAL_HEADER_LENGTH + length > size)
        return;
      sg_wire_set_u32 (data + at + 3, sg_crc32c (0, data + at + SG_WAL_HEADER_LENGTH, length));
      at += SG_WAL_HEADER_LENGTH + length;
    }
}

/* Reads what is behind the damage, as well. Each time it is gone on, it is further on. */
static void
read_rest (SgWalReader *reader,
           gsize        size)
{
  gsize n = 0;

  while (sg_wal_reader_recover (reader))
    {
      const guint8 *record;
      gsize length;

      while (sg_wal_reader_next (reader, &record, &length, NULL))
        ;
      g_assert_cmpuint (n++, <=, size);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree guint8 *copy = NULL;
  g_autoptr (SgWalReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *record;
  gsize length;
  gsize sum = 0;

  if (size < 2)
    return 0;
  if (segment_fd < 0)
    open_segment ();
  copy = g_memdup2 (data + 1, size - 1);
  if (data[0] & 1)
    make_checksums_right (copy, size - 1);
  g_assert_cmpint (ftruncate (segment_fd, 0), ==, 0);
  g_assert_cmpint (pwrite (segment_fd, copy, size - 1, 0), ==, (gssize) size - 1);
  reader = sg_wal_reader_new (folder, 0, G_MAXUINT64, NULL);
  while (sg_wal_reader_next (reader, &record, &length, &error))
    {
      for (gsize i = 0; i < length; i++)
        sum += record[i];
      g_assert_cmpuint (sg_wal_reader_get_position (reader).offset, <, size);
    }
  g_assert_cmpuint (sum, <, G_MAXSIZE);
  g_assert_true ((error != NULL) == (sg_wal_reader_get_damage (reader) != SG_WAL_DAMAGE_NONE));
  g_assert_cmpuint (sg_wal_reader_get_position (reader).offset, <=, size);
  read_rest (reader, size);
  return 0;
}
