/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which series a dump has when nobody says: all. */
#define SG_TSDB_DUMP_ALL "{__name__=~'(?s:.*)'}"

gboolean sg_tsdb_dump (const char     *folder,
                       gint64          min_ms,
                       gint64          max_ms,
                       const char     *selector,
                       GOutputStream  *out,
                       GPtrArray      *warnings,
                       GCancellable   *cancellable,
                       GError        **error);

G_END_DECLS
