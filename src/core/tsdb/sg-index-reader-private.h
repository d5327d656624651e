/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-index-format.h"
#include "tsdb/sg-index-reader.h"
#include "tsdb/sg-tsdb-error.h"

G_BEGIN_DECLS

/* Of the symbols and of the values of a label each so manieth has its place in memory. */
#define SG_INDEX_SAMPLE 16

typedef struct
{
  const char *name;
  char *own_name;
  guint32 symbol;
  guint32 n_values;
  guint first_sample;
} SgIndexName;

struct _SgIndexReader
{
  SgMap *map;
  SgIndexContents contents;
  SgWireReader symbols;
  guint32 n_symbols;
  GArray *symbol_samples;
  SgWireReader table;
  GArray *value_samples;
  GArray *names;
  gboolean has_all;
  guint64 all_place;
};

/* A place in the table of postings offsets. */
typedef struct
{
  const char *name;
  gsize name_length;
  const char *value;
  gsize value_length;
  guint64 place;
} SgIndexPair;

gboolean sg_index_reader_load      (SgIndexReader        *self,
                                    GError              **error);
gboolean sg_index_reader_fail      (const SgIndexReader  *self,
                                    const guint8         *at,
                                    const char           *problem,
                                    GError              **error);
gboolean sg_index_reader_section   (const SgIndexReader  *self,
                                    guint64               place,
                                    const char           *what,
                                    SgWireReader         *ret_section,
                                    GError              **error);
gboolean sg_index_read_pair        (SgWireReader         *wire,
                                    SgIndexPair          *ret_pair);
int      sg_index_compare_text     (const char           *a,
                                    gsize                 a_length,
                                    const char           *b,
                                    gsize                 b_length);

G_END_DECLS
