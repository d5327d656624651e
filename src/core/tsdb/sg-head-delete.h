/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head.h"

G_BEGIN_DECLS

gboolean sg_head_delete (SgHead                  *self,
                         const SgMatcher *const  *matchers,
                         gsize                    n_matchers,
                         SgTimeMs                 min_t,
                         SgTimeMs                 max_t,
                         GCancellable            *cancellable,
                         GError                 **error);

G_END_DECLS
