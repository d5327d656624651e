/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-matcher.h"
#include "tsdb/sg-head-private.h"

G_BEGIN_DECLS

GArray *sg_head_match (SgHead                  *head,
                       const SgMatcher *const  *matchers,
                       gsize                    n_matchers,
                       GCancellable            *cancellable,
                       GError                 **error);

G_END_DECLS
