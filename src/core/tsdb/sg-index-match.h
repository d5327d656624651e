/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-matcher.h"
#include "tsdb/sg-index-reader.h"

#include <gio/gio.h>

G_BEGIN_DECLS

SgPostings *sg_index_match (const SgIndexReader     *index,
                            const SgMatcher *const  *matchers,
                            gsize                    n_matchers,
                            GCancellable            *cancellable,
                            GError                 **error);

G_END_DECLS
