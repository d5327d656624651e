/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-day.h"
#include "logs/sg-log-store.h"

G_BEGIN_DECLS

/**
 * SgLogWriter:
 *
 * The one thread that writes, and what waits for it. All calls are safe from any thread.
 */
typedef struct _SgLogWriter SgLogWriter;

/**
 * SgLogDone:
 * @error: (nullable) (transfer full): why it failed, or %NULL
 * @user_data: what was given with the job
 *
 * Called on the writer's thread when a job was done, or could not be. Must not block.
 */
typedef void (*SgLogDone) (GError   *error,
                           gpointer  user_data);

SgLogWriter *sg_log_writer_new           (const SgLogStoreOptions  *options,
                                          GError                  **error);
void         sg_log_writer_free          (SgLogWriter              *self);
gboolean     sg_log_writer_push          (SgLogWriter              *self,
                                          SgLogBatch               *batch,
                                          SgLogDone                 done,
                                          gpointer                  user_data,
                                          GError                  **error);
void         sg_log_writer_retain        (SgLogWriter              *self,
                                          SgLogDone                 done,
                                          gpointer                  user_data);
void         sg_log_writer_set_aside     (SgLogWriter              *self,
                                          SgLogDayNumber            day,
                                          SgLogDone                 done,
                                          gpointer                  user_data);
void         sg_log_writer_get_counts    (SgLogWriter              *self,
                                          SgLogStoreCounts         *ret_counts);
char        *sg_log_writer_get_repairs   (SgLogWriter              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLogWriter, sg_log_writer_free)

G_END_DECLS
