/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-reader-private.h"

/*
 * What no reader needs any more, but Prometheus 2 still writes, before the postings:
 *
 *   label index   = zeros up to a multiple of 4  length:u32  names:u32  n:u32  { value:u32 }  crc:u32
 *   label offsets = length:u32  n:u32  { 1:uvarint  name  offset:uvarint }  crc:u32
 */
#define ALIGN 4

/**
 * sg_index_reader_verify_label_indices:
 * @self: an index
 * @error: which of them is damaged
 *
 * Returns: whether the label indices and the table of their offsets match their checksums
 */
gboolean
sg_index_reader_verify_label_indices (const SgIndexReader  *self,
                                      GError              **error)
{
  const SgIndexContents *contents = &self->contents;
  guint64 place = (contents->label_indices + ALIGN - 1) / ALIGN * ALIGN;
  guint64 end = contents->postings;
  SgWireReader section;

  if (contents->label_offsets >= contents->label_indices)
    end = MIN (end, contents->label_offsets);
  while (place < end)
    {
      if (!sg_index_reader_section (self, place, "a label index", &section, error))
        return FALSE;
      place += sizeof (guint32) + section.length + SG_INDEX_CRC_LENGTH;
      place = (place + ALIGN - 1) / ALIGN * ALIGN;
    }
  return contents->label_offsets == 0
         || sg_index_reader_section (self, contents->label_offsets, "offsets of label indices",
                                     &section, error);
}
