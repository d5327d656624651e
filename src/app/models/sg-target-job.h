/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-query-plan.h"

G_BEGIN_DECLS

/**
 * SgTargetRow:
 * @job: its job
 * @instance: its label instance, or ""
 * @endpoint: what is asked; of a target in this process, and of one in the past, its instance
 * @labels: its labels but for job and instance, or ""
 * @word: its state in a word
 * @level: its state
 * @last_scrape: when it was scraped last, or 0
 * @duration: how long that took, in seconds, or NaN
 * @interval_ms: how often it is scraped, or 0
 * @samples: how many samples its page had, or NaN
 * @added: how many series were new in it, or NaN
 * @trend: (array length=n_trend): how the duration went
 * @n_trend: how many values that are
 * @status: (nullable): all that is known of it; in the past there is only what was stored
 *
 * A target as the tab shows it.
 */
typedef struct
{
  char *job;
  char *instance;
  char *endpoint;
  char *labels;
  const char *word;
  SgLevel level;
  SgTimeMs last_scrape;
  double duration;
  gint64 interval_ms;
  double samples;
  double added;
  double *trend;
  guint n_trend;
  SgTargetStatus *status;
} SgTargetRow;

/**
 * SgTargetJob:
 * @name: its name
 * @rows: (element-type SgTargetRow): its targets, the worst first
 * @level: unhealthy when none of them is up, degraded when some are not
 * @n_targets: how many there are, @rows may be some of them
 * @n_up: how many are up
 * @n_bad: how many are not healthy
 * @n_dropped: how many relabelling dropped
 * @time: when that was
 *
 * A job and its targets at one moment. Immutable, counted.
 */
typedef struct
{
  int ref_count;
  char *name;
  GPtrArray *rows;
  SgLevel level;
  guint n_targets;
  guint n_up;
  guint n_bad;
  guint n_dropped;
  SgTimeMs time;
} SgTargetJob;

SgTargetJob *sg_target_job_ref         (SgTargetJob  *self);
void         sg_target_job_unref       (SgTargetJob  *self);
/* Whether both have the same targets in the same order. */
gboolean     sg_target_job_same_rows   (SgTargetJob  *a,
                                        SgTargetJob  *b);
/* Returns: (transfer full): of @self those targets that have every word of @filter; letter case does not count */
SgTargetJob *sg_target_job_filter      (SgTargetJob  *self,
                                        const char   *filter);
/* "12 ms / 15 s" */
char        *sg_target_row_describe_duration (const SgTargetRow *self);

/*
 * The roles that a plan has for this: the durations as trends, and, of the past, what was stored of each
 * target.
 */
void         sg_target_job_plan        (SgQueryPlan  *plan,
                                        gboolean      is_past);
/* Returns: (transfer full) (element-type SgTargetJob): what @list has now */
GPtrArray   *sg_target_jobs_new        (SgTargetList *list,
                                        SgQueryPlan  *plan,
                                        SgTimeMs      now);
/* Returns: (transfer full) (element-type SgTargetJob): what was stored at the end of the plan's window */
GPtrArray   *sg_target_jobs_new_past   (SgQueryPlan  *plan,
                                        SgTimeMs      time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTargetJob, sg_target_job_unref)

G_END_DECLS
