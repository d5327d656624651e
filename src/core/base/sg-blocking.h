/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The blocking pool: for calls that can hang, such as statfs on a dead mount, a database, a command
 * or DNS. Every job has an owner and a deadline. Whoever submits one gets an answer by the
 * deadline, at the latest that there is none; and an owner whose jobs hang keeps nobody else from a
 * turn.
 */

/*
 * How many threads there can be, how many of them one owner can hold, and how many jobs can wait.
 */
#define SG_BLOCKING_THREADS_MAX 64
#define SG_BLOCKING_OWNER_MAX 8
#define SG_BLOCKING_QUEUE_MAX 4096

/**
 * SgBlockingFunc:
 * @data: what was given with the job
 * @cancellable: cancelled when the submitter gave up or the deadline passed
 * @error: set on failure
 *
 * Returns: the result; %NULL may be one
 */
typedef gpointer (*SgBlockingFunc) (gpointer       data,
                                    GCancellable  *cancellable,
                                    GError       **error);

/**
 * SgBlockingStats:
 * @threads: how many there are
 * @running: jobs that run, the stuck ones among them
 * @stuck: jobs that run past their deadline, or after they were cancelled
 * @queued: jobs that wait for a thread
 * @jobs: jobs that were ever submitted
 * @timed_out: jobs that gave no answer by their deadline
 * @cancelled: jobs whose submitter gave up
 * @late: jobs that ended after they had timed out or been cancelled; their results were dropped
 * @refused: jobs that were not taken because too many waited
 */
typedef struct
{
  guint threads;
  guint running;
  guint stuck;
  guint queued;
  guint64 jobs;
  guint64 timed_out;
  guint64 cancelled;
  guint64 late;
  guint64 refused;
} SgBlockingStats;

void     sg_blocking_run_async   (const char           *owner,
                                  guint                 deadline_ms,
                                  SgBlockingFunc        func,
                                  gpointer              data,
                                  GDestroyNotify        data_destroy,
                                  GDestroyNotify        result_destroy,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gpointer sg_blocking_run_finish  (GAsyncResult         *result,
                                  GError              **error);
void     sg_blocking_get_stats   (SgBlockingStats      *ret_stats);
void     sg_blocking_set_idle_ms (guint                 idle_ms);
gboolean sg_blocking_shutdown    (guint                 wait_ms);

G_END_DECLS
