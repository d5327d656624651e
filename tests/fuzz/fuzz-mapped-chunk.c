/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-mapped-chunk.h"

/* Puts the checksum of the chunk at @position right, if there is room for one. */
static void
repair (guint8 *data,
        gsize   size,
        gsize   position)
{
  SgWireReader wire;
  guint64 length;

  sg_wire_reader_init (&wire, data, size);
  sg_wire_read_bytes (&wire, position + 25);
  length = sg_wire_read_uvarint (&wire);
  sg_wire_read_bytes (&wire, length);
  if (!wire.failed && sg_wire_reader_left (&wire) >= 4)
    sg_wire_set_u32 (data + wire.position,
                     sg_crc32c (0, data + position, wire.position - position));
}

/* Each chunk that is read can be written, and is the same bytes but for how its length is written. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  gsize position = SG_MAPPED_CHUNKS_HEADER_LENGTH;
  SgMappedChunk chunk;

  sg_mapped_chunks_check_header (copy, size, NULL);
  for (gsize begin = position; begin <= size; begin = position)
    {
      g_auto (SgWireWriter) out;

      sg_wire_writer_init (&out);
      repair (copy, size, begin);
      if (!sg_mapped_chunk_read (copy, size, &position, &chunk, NULL))
        break;
      g_assert_cmpuint (position, >, begin);
      sg_mapped_chunk_put (&out, &chunk);
      g_assert_cmpuint (out.length, <=, position - begin);
      g_assert_cmpmem (out.data, 25, copy + begin, 25);
    }
  return 0;
}
