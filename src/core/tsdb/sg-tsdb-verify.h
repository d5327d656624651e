/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-tsdb-folder.h"

G_BEGIN_DECLS

gboolean sg_tsdb_verify (const char      *folder,
                         GOutputStream   *out,
                         SgTsdbProgress   progress,
                         gpointer         progress_data,
                         guint           *ret_n_damaged,
                         GCancellable    *cancellable,
                         GError         **error);

G_END_DECLS
