/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "tsdb/sg-block.h"

G_BEGIN_DECLS

SgPostings  *sg_block_match         (SgBlock                 *block,
                                     const SgMatcher *const  *matchers,
                                     gsize                    n_matchers,
                                     GCancellable            *cancellable,
                                     GError                 **error);
SgSeriesSet *sg_block_select        (SgBlock                 *block,
                                     const SgMatcher *const  *matchers,
                                     gsize                    n_matchers,
                                     const SgSelectHints     *hints,
                                     GCancellable            *cancellable,
                                     GError                 **error);
gboolean     sg_block_find_labels   (SgBlock                 *block,
                                     const SgMatcher *const  *matchers,
                                     gsize                    n_matchers,
                                     const SgSelectHints     *hints,
                                     GPtrArray               *labels,
                                     GCancellable            *cancellable,
                                     GError                 **error);
gboolean     sg_block_find_names    (SgBlock                 *block,
                                     const SgMatcher *const  *matchers,
                                     gsize                    n_matchers,
                                     GHashTable              *names,
                                     GCancellable            *cancellable,
                                     GError                 **error);
gboolean     sg_block_find_values   (SgBlock                 *block,
                                     const char              *name,
                                     const SgMatcher *const  *matchers,
                                     gsize                    n_matchers,
                                     GHashTable              *values,
                                     GCancellable            *cancellable,
                                     GError                 **error);
gboolean     sg_block_delete        (SgBlock                 *block,
                                     const SgMatcher *const  *matchers,
                                     gsize                    n_matchers,
                                     SgTimeMs                 min_time,
                                     SgTimeMs                 max_time,
                                     GCancellable            *cancellable,
                                     GError                 **error);

G_END_DECLS
