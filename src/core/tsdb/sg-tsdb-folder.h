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

/**
 * SgTsdbTask:
 * @progress: (nullable): is told how far it has come
 * @progress_data: for @progress
 * @warnings: (element-type utf8): what could not be taken along is added here, a sentence each
 * @human: whether the list of blocks that were made is for people
 * @cancellable: (nullable): ends it; what was made is removed then
 *
 * What accompanies an import or an export.
 */
typedef struct
{
  SgTsdbProgress progress;
  gpointer progress_data;
  GPtrArray *warnings;
  gboolean human;
  GCancellable *cancellable;
} SgTsdbTask;

/* How long the blocks are that are made by imports and exports, in milliseconds. */
#define SG_TSDB_RANGE_MS (G_GINT64_CONSTANT (2) * 60 * 60 * 1000)

char *sg_tsdb_find_folder (const char  *path,
                           GError     **error);
char *sg_tsdb_make_folder (const char  *path,
                           GError     **error);

G_END_DECLS
