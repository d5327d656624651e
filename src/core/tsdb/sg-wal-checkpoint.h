/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-appender.h"

G_BEGIN_DECLS

/**
 * SgWalCheckpointFilter:
 * @keep: whether the name of a series is still needed
 * @user_data: for @keep
 * @min_t: samples, exemplars and tombstones before it are not needed
 */
typedef struct
{
  gboolean (*keep) (SgHeadRef ref,
                    gpointer  user_data);
  gpointer user_data;
  SgTimeMs min_t;
} SgWalCheckpointFilter;

gboolean sg_wal_checkpoint_create (const char                   *folder,
                                   guint64                       last,
                                   const SgWalCheckpointFilter  *filter,
                                   gboolean                      compress,
                                   GError                      **error);

G_END_DECLS
