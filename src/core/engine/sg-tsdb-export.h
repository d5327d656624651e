/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-tsdb-folder.h"

G_BEGIN_DECLS

gboolean sg_tsdb_export_blocks      (const char        *from,
                                     const char        *to,
                                     gint64             min_ms,
                                     gint64             max_ms,
                                     const char        *selector,
                                     const SgTsdbTask  *task,
                                     GString           *table,
                                     GError           **error);
gboolean sg_tsdb_export_openmetrics (const char        *folder,
                                     gint64             min_ms,
                                     gint64             max_ms,
                                     const char        *selector,
                                     GOutputStream     *out,
                                     const SgTsdbTask  *task,
                                     GError           **error);
gboolean sg_tsdb_import             (const char        *path,
                                     const char        *folder,
                                     const SgTsdbTask  *task,
                                     GString           *table,
                                     GError           **error);

G_END_DECLS
