/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/*
 * The index of a block, version 2:
 *
 *   index    = 0xbaaad700:u32  version:1  symbols  series  label offsets  postings
 *              postings offsets  contents
 *   symbols  = length:u32  n:u32  { length:uvarint  text }  crc:u32
 *   series   = { zeros up to a multiple of 16  length:uvarint  entry  crc:u32 }
 *   entry    = n:uvarint  { name:uvarint  value:uvarint }  n:uvarint  { chunk }
 *   chunk    = first time:varint  last time - first:uvarint  reference:uvarint      (the first)
 *            | first time - last of the one before:uvarint  last - first:uvarint
 *              reference - reference of the one before:varint                       (all others)
 *   postings = { zeros up to a multiple of 4  length:u32  n:u32  { series:u32 }  crc:u32 }
 *   postings offsets = length:u32  n:u32  { 2:uvarint  name  value  offset:uvarint }  crc:u32
 *   contents = symbols:u64  series:u64  label indices:u64  label offsets:u64  postings:u64
 *              postings offsets:u64  crc:u32
 *
 * A length counts the bytes between it and the checksum, which is over just these. Contents holds
 * where each section begins. Symbols are sorted, none twice; names and values of labels are given by
 * their place among them, from 0. A series is referred to by where its entry begins, divided by 16;
 * series are sorted by their labels, so that series sorted by reference are, too. Name and value in
 * the offsets of the postings are texts, each with its length as a uvarint before it; they are sorted
 * by name, then by value, and begin with the pair of two empty texts, which all series are under.
 *
 * The label indices of old are no longer read by anybody: there are none, and the table of their
 * offsets is empty (a length of 4, a count of 0).
 */
#define SG_INDEX_MAGIC           0xbaaad700u
#define SG_INDEX_VERSION         2
#define SG_INDEX_HEADER_LENGTH   5
#define SG_INDEX_CRC_LENGTH      4
#define SG_INDEX_CONTENTS_LENGTH (6 * 8 + SG_INDEX_CRC_LENGTH)
#define SG_INDEX_SERIES_ALIGN    16
#define SG_INDEX_PAIR            2

typedef struct
{
  guint64 symbols;
  guint64 series;
  guint64 label_indices;
  guint64 label_offsets;
  guint64 postings;
  guint64 postings_offsets;
} SgIndexContents;
