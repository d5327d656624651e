/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-index-format.h"
#include "tsdb/sg-index-reader.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Any file as an index. Its checksums are put right before they are looked at, because otherwise no
 * change would get past them. Where sections overlap that changes what was read before, as if the file
 * were written to while it is open.
 */
typedef struct
{
  guint8 *data;
  gsize size;
} Input;

/* Puts the checksum behind @length bytes at @begin right, as far as they are there. */
static void
repair (Input   *input,
        guint64  begin,
        guint64  length)
{
  if (begin > input->size || length > input->size - begin || input->size - begin - length < 4)
    return;
  sg_wire_set_u32 (input->data + begin + length, sg_crc32c (0, input->data + begin, length));
}

/* A section that has its length before it. */
static void
repair_section (Input   *input,
                guint64  place)
{
  if (place <= input->size && input->size - place >= 4)
    repair (input, place + 4, sg_wire_get_u32 (input->data + place));
}

static void
repair_series (Input       *input,
               SgSeriesRef  ref)
{
  SgWireReader wire;
  guint64 length;

  sg_wire_reader_init (&wire, input->data, input->size);
  sg_wire_read_bytes (&wire, (guint64) ref * SG_INDEX_SERIES_ALIGN);
  length = sg_wire_read_uvarint (&wire);
  if (!wire.failed)
    repair (input, wire.position, length);
}

static void
repair_file (Input *input)
{
  gsize contents = input->size - SG_INDEX_CONTENTS_LENGTH;

  if (input->size < SG_INDEX_HEADER_LENGTH + SG_INDEX_CONTENTS_LENGTH)
    return;
  sg_wire_set_u32 (input->data, SG_INDEX_MAGIC);
  input->data[4] = SG_INDEX_VERSION;
  repair_section (input, sg_wire_get_u64 (input->data + contents));
  repair_section (input, sg_wire_get_u64 (input->data + contents + 40));
  repair (input, contents, SG_INDEX_CONTENTS_LENGTH - SG_INDEX_CRC_LENGTH);
}

static void
read_series (Input         *input,
             SgIndexReader *reader,
             SgPostings    *postings,
             GArray        *chunks)
{
  SgSeriesRef ref;

  for (guint i = 0; postings != NULL && i < 1000 && sg_postings_next (postings, &ref); i++)
    {
      SgIndexSeries series;
      g_autoptr (SgLabels) labels = NULL;

      repair_series (input, ref);
      if (!sg_index_reader_get_series (reader, ref, &series, NULL))
        continue;
      labels = sg_index_reader_read_labels (reader, &series, NULL);
      sg_index_reader_read_chunks (reader, &series, chunks, NULL);
    }
}

static void
read_values (Input         *input,
             SgIndexReader *reader,
             const char    *name,
             GArray        *chunks)
{
  SgIndexValueIter iter;
  const char *value;
  gsize length;
  guint64 place;

  sg_index_value_iter_init (&iter, reader, name);
  while (sg_index_value_iter_next (&iter, &value, &length, &place, NULL))
    {
      g_autoptr (SgPostings) postings = NULL;
      g_autofree char *copy = g_strndup (value, length);
      SgIndexValueIter found;

      sg_index_value_iter_seek (&found, reader, name, copy, NULL);
      repair_section (input, place);
      postings = sg_index_reader_get_postings_at (reader, place, NULL);
      read_series (input, reader, postings, chunks);
    }
}

static void
read_all (Input      *input,
          const char *path)
{
  g_autoptr (SgIndexReader) reader = sg_index_reader_open (path, NULL);
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  g_autoptr (SgPostings) all = NULL;
  const char *text;
  gsize length;

  if (reader == NULL)
    return;
  for (guint32 i = 0; i < sg_index_reader_get_n_symbols (reader); i++)
    g_assert_true (sg_index_reader_get_symbol (reader, i, &text, &length, NULL));
  all = sg_index_reader_get_all (reader, NULL);
  read_series (input, reader, all, chunks);
  for (guint i = 0; i < sg_index_reader_get_n_names (reader); i++)
    read_values (input, reader, sg_index_reader_get_name (reader, i), chunks);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  int fd = memfd_create ("index", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  Input input = { NULL, size };

  if (size > 0 && ftruncate (fd, (off_t) size) == 0)
    {
      input.data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      g_assert_true (input.data != MAP_FAILED);
      memcpy (input.data, data, size);
      repair_file (&input);
      read_all (&input, path);
      munmap (input.data, size);
    }
  close (fd);
  return 0;
}
