/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head.h"

G_BEGIN_DECLS

SgSeriesSet *sg_head_select       (SgHead                  *self,
                                   const SgMatcher *const  *matchers,
                                   gsize                    n_matchers,
                                   const SgSelectHints     *hints,
                                   GCancellable            *cancellable,
                                   GError                 **error);
GPtrArray   *sg_head_select_labels (SgHead                 *self,
                                   const SgMatcher *const  *matchers,
                                   gsize                    n_matchers,
                                   const SgSelectHints     *hints,
                                   GCancellable            *cancellable,
                                   GError                 **error);

G_END_DECLS
