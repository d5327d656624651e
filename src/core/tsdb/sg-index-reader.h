/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "tsdb/sg-index-writer.h"
#include "tsdb/sg-postings.h"
#include "tsdb/sg-wire.h"

G_BEGIN_DECLS

/**
 * SgIndexReader:
 *
 * The index of a block, mapped. Beside the map it keeps the names of labels and where each sixteenth
 * symbol and label value stands. It can be used by many threads at once.
 *
 * All that is read is compared with its checksum, except that a file may be cut while it is used:
 * whoever has finished with what was read asks sg_index_reader_check_whole().
 */
typedef struct _SgIndexReader SgIndexReader;

SgIndexReader *sg_index_reader_open         (const char           *path,
                                             GError              **error);
void           sg_index_reader_free         (SgIndexReader        *self);
guint64        sg_index_reader_get_size     (const SgIndexReader  *self);
gboolean       sg_index_reader_check_whole  (const SgIndexReader  *self,
                                             GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgIndexReader, sg_index_reader_free)

gboolean       sg_index_reader_verify_label_indices (const SgIndexReader *self,
                                             GError              **error);

/* Symbols are numbered from 0, in the order of their bytes. They may hold any bytes. */
guint32        sg_index_reader_get_n_symbols (const SgIndexReader *self);
gboolean       sg_index_reader_get_symbol   (const SgIndexReader  *self,
                                             guint32               symbol,
                                             const char          **ret_text,
                                             gsize                *ret_length,
                                             GError              **error);

/* Label names are numbered from 0, in the order of their bytes. */
guint          sg_index_reader_get_n_names  (const SgIndexReader  *self);
const char    *sg_index_reader_get_name     (const SgIndexReader  *self,
                                             guint                 i);
gboolean       sg_index_reader_find_name    (const SgIndexReader  *self,
                                             const char           *name,
                                             guint32              *ret_symbol);

/* All series; those that have a label with that value. */
SgPostings    *sg_index_reader_get_all      (const SgIndexReader  *self,
                                             GError              **error);
SgPostings    *sg_index_reader_get_postings (const SgIndexReader  *self,
                                             const char           *name,
                                             const char           *value,
                                             GError              **error);

/**
 * SgIndexValueIter:
 *
 * Goes through the values of one label, in order, with the place of each one's postings. It lives on
 * the stack.
 */
typedef struct
{
  const SgIndexReader *reader;
  SgWireReader wire;
  guint32 n_left;
} SgIndexValueIter;

void           sg_index_value_iter_init     (SgIndexValueIter     *self,
                                             const SgIndexReader  *reader,
                                             const char           *name);
gboolean       sg_index_value_iter_seek     (SgIndexValueIter     *self,
                                             const SgIndexReader  *reader,
                                             const char           *name,
                                             const char           *at_least,
                                             GError              **error);
gboolean       sg_index_value_iter_next     (SgIndexValueIter     *self,
                                             const char          **ret_value,
                                             gsize                *ret_length,
                                             guint64              *ret_place,
                                             GError              **error);
SgPostings    *sg_index_reader_get_postings_at (const SgIndexReader *self,
                                             guint64               place,
                                             GError              **error);

/**
 * SgIndexSeries:
 *
 * One series as it stands in the index; it is valid as long as the reader, on the stack, and read from
 * its beginning to its end: the labels, then the chunks.
 */
typedef struct
{
  SgSeriesRef ref;
  SgWireReader wire;
  guint64 n_labels;
} SgIndexSeries;

gboolean       sg_index_reader_get_series   (const SgIndexReader  *self,
                                             SgSeriesRef           ref,
                                             SgIndexSeries        *ret_series,
                                             GError              **error);
gboolean       sg_index_series_next_label   (SgIndexSeries        *self,
                                             guint32              *ret_name,
                                             guint32              *ret_value);
SgLabels      *sg_index_reader_read_labels  (const SgIndexReader  *self,
                                             SgIndexSeries        *series,
                                             GError              **error);
gboolean       sg_index_reader_read_chunks  (const SgIndexReader  *self,
                                             SgIndexSeries        *series,
                                             GArray               *chunks,
                                             GError              **error);

G_END_DECLS
