/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgTsdbProgress:
 * @done: how much is done
 * @total: how much there is; 0 when that is not known yet
 *
 * Told now and then how far long work has come, on the thread that does it.
 */
typedef void (*SgTsdbProgress) (guint64  done,
                                guint64  total,
                                gpointer user_data);

char *sg_tsdb_find_folder (const char  *path,
                           GError     **error);

G_END_DECLS
