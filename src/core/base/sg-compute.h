/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The compute pool: as many threads as there are cores, started when work comes, for what computes
 * and never waits: rendering, parsing, queries, compaction. What may hang belongs to sg-blocking.h.
 */
typedef void (*SgComputeFunc)    (gpointer data);
typedef void (*SgComputeForFunc) (gsize    index,
                                  gpointer data);

/**
 * SgComputeStats:
 * @max_threads: how many threads there can be
 * @threads: how many there are
 * @running: how many of them work
 * @queued: jobs that wait for a thread
 * @jobs: jobs that were ever pushed
 */
typedef struct
{
  guint max_threads;
  guint threads;
  guint running;
  guint queued;
  guint64 jobs;
} SgComputeStats;

void sg_compute_push      (SgComputeFunc     func,
                           gpointer          data);
void sg_compute_run_task  (GTask            *task,
                           GTaskThreadFunc   func);
void sg_compute_for       (gsize             n,
                           SgComputeForFunc  func,
                           gpointer          data);
void sg_compute_get_stats (SgComputeStats   *ret_stats);
void sg_compute_shutdown  (void);

G_END_DECLS
