/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-index-format.h"
#include "tsdb/sg-postings.h"

G_BEGIN_DECLS

/*
 * Returns: the text of symbol @symbol, of @ret_length bytes, valid until the next call
 */
typedef const char *(*SgSymbolFunc) (guint32   symbol,
                                     gsize    *ret_length,
                                     gpointer  user_data);

/**
 * SgPostingsBuilder:
 *
 * Collects which series have which label while an index is written, and writes the sections that say
 * so. Names and values are symbols; series come in order.
 */
typedef struct _SgPostingsBuilder SgPostingsBuilder;

SgPostingsBuilder *sg_postings_builder_new        (void);
void               sg_postings_builder_free       (SgPostingsBuilder  *self);
void               sg_postings_builder_add_series (SgPostingsBuilder  *self,
                                                   SgSeriesRef         ref);
void               sg_postings_builder_add_label  (SgPostingsBuilder  *self,
                                                   guint32             name,
                                                   guint32             value);
gboolean           sg_postings_builder_write      (SgPostingsBuilder  *self,
                                                   SgFileWriter       *file,
                                                   SgSymbolFunc        get_symbol,
                                                   gpointer            user_data,
                                                   SgIndexContents    *contents,
                                                   GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPostingsBuilder, sg_postings_builder_free)

G_END_DECLS
