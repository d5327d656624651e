/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-matcher.h"
#include "tsdb/sg-tsdb-folder.h"

G_BEGIN_DECLS

/**
 * SgTsdbPart:
 * @min_ms: the first time
 * @max_ms: the last one
 * @matchers: what must hold for a series
 * @n_matchers: how many; 0 for all series
 *
 * A part of a data directory.
 */
typedef struct
{
  gint64 min_ms;
  gint64 max_ms;
  const SgMatcher *const *matchers;
  gsize n_matchers;
} SgTsdbPart;

gboolean sg_tsdb_copy (const char        *from,
                       const char        *to,
                       const SgTsdbPart  *part,
                       const SgTsdbTask  *task,
                       GString           *table,
                       GError           **error);

G_END_DECLS
