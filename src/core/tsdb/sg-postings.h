/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-map.h"

G_BEGIN_DECLS

/* A series within one block: where its entry begins in the index, divided by 16. */
typedef guint32 SgSeriesRef;

/**
 * SgPostings:
 *
 * A rising sequence of series, read once from its beginning to its end. There is one way to move:
 * sg_postings_seek() says which series is the first that is not before the asked one, and never goes
 * back. A constructor takes over the postings that it is given.
 */
typedef struct _SgPostings SgPostings;

SgPostings *sg_postings_new_empty      (void);
SgPostings *sg_postings_new_mapped     (SgMap              *map,
                                        const guint8       *refs,
                                        gsize               n);
SgPostings *sg_postings_new_array      (GArray             *refs);
SgPostings *sg_postings_new_intersection (GPtrArray        *parts);
SgPostings *sg_postings_new_union      (GPtrArray          *parts);
SgPostings *sg_postings_new_difference (SgPostings         *from,
                                        SgPostings         *without);
gboolean    sg_postings_seek           (SgPostings         *self,
                                        SgSeriesRef         at_least,
                                        SgSeriesRef        *ret_ref);
gboolean    sg_postings_next           (SgPostings         *self,
                                        SgSeriesRef        *ret_ref);
gsize       sg_postings_get_max_size   (const SgPostings   *self);
GArray     *sg_postings_to_array       (SgPostings         *self);
void        sg_postings_free           (SgPostings         *self);

/* Puts series in order; those that are there twice stay so. */
void        sg_postings_sort           (GArray             *refs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPostings, sg_postings_free)

G_END_DECLS
