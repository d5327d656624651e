/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-labels.h"

G_BEGIN_DECLS

/**
 * SgTargetHealth:
 * @SG_TARGET_UNKNOWN: it has not been scraped yet
 * @SG_TARGET_UP: its last scrape was good
 * @SG_TARGET_DOWN: its last scrape failed
 */
typedef enum
{
  SG_TARGET_UNKNOWN,
  SG_TARGET_UP,
  SG_TARGET_DOWN,
} SgTargetHealth;

/* How many durations of the past a status has. */
#define SG_TARGET_DURATIONS_MAX 32

/**
 * SgTargetStatus:
 * @job: its job
 * @url: what is asked; of a built-in job, an empty text
 * @labels: what its series get
 * @discovered: its labels before relabelling
 * @is_builtin: it is collected in this process
 * @health: how its last scrape went
 * @last_scrape: when that was, or 0
 * @duration_seconds: how long it took
 * @interval_ms: how often it is scraped
 * @timeout_ms: how long it may take
 * @samples: how many samples its last page had
 * @kept: how many of them relabelling left
 * @added: how many series were new in it
 * @refused: how many samples the store refused
 * @scrapes: how often it was scraped
 * @error: (nullable): what is wrong
 * @error_line: the line of the page that could not be read, or 0
 * @error_context: (nullable): that line among its neighbours, each with its number
 * @content_type: (nullable): what the page said that it is
 * @page_bytes: how long the page was
 * @durations: the last durations, oldest first
 * @n_durations: how many
 *
 * One target at one moment. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *job;
  char *url;
  SgLabels *labels;
  SgLabels *discovered;
  gboolean is_builtin;
  SgTargetHealth health;
  SgTimeMs last_scrape;
  double duration_seconds;
  gint64 interval_ms;
  gint64 timeout_ms;
  guint64 samples;
  guint64 kept;
  guint64 added;
  guint64 refused;
  guint64 scrapes;
  char *error;
  guint64 error_line;
  char *error_context;
  char *content_type;
  guint64 page_bytes;
  float durations[SG_TARGET_DURATIONS_MAX];
  guint n_durations;
} SgTargetStatus;

#define SG_TYPE_TARGET_STATUS (sg_target_status_get_type ())

GType           sg_target_status_get_type (void) G_GNUC_CONST;
SgTargetStatus *sg_target_status_new      (void);
SgTargetStatus *sg_target_status_copy     (const SgTargetStatus *self);
SgTargetStatus *sg_target_status_ref      (SgTargetStatus       *self);
void            sg_target_status_unref    (SgTargetStatus       *self);
const char     *sg_target_health_to_string (SgTargetHealth       health);

/**
 * SgTargetList:
 * @jobs: (array zero-terminated=1): the jobs, in the order of the configuration
 * @n_targets: how many targets
 * @targets: (array length=n_targets): they, by job and then as they were found
 * @n_dropped: how many targets relabelling dropped
 * @dropped: (array length=n_dropped): their labels; not more than are kept of them
 * @dropped_jobs: (array length=n_dropped): the job of each of them
 * @problems: (array zero-terminated=1): what keeps targets from being found, as sentences
 * @samples_per_second: what all targets together bring
 *
 * All targets at one moment. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char **jobs;
  guint n_targets;
  SgTargetStatus **targets;
  guint n_dropped;
  SgLabels **dropped;
  char **dropped_jobs;
  char **problems;
  double samples_per_second;
} SgTargetList;

#define SG_TYPE_TARGET_LIST (sg_target_list_get_type ())

GType           sg_target_list_get_type   (void) G_GNUC_CONST;
SgTargetList   *sg_target_list_ref        (SgTargetList         *self);
void            sg_target_list_unref      (SgTargetList         *self);

/**
 * SgTargetListBuilder:
 *
 * Makes an SgTargetList, job by job.
 */
typedef struct
{
  GPtrArray *jobs;
  GPtrArray *targets;
  GPtrArray *dropped;
  GPtrArray *dropped_jobs;
  GPtrArray *problems;
} SgTargetListBuilder;

void            sg_target_list_builder_init        (SgTargetListBuilder *self);
void            sg_target_list_builder_add_job     (SgTargetListBuilder *self,
                                                    const char          *job);
void            sg_target_list_builder_add_target  (SgTargetListBuilder *self,
                                                    SgTargetStatus      *target);
void            sg_target_list_builder_add_dropped (SgTargetListBuilder *self,
                                                    const char          *job,
                                                    const SgLabels      *labels);
void            sg_target_list_builder_add_problem (SgTargetListBuilder *self,
                                                    const char          *text);
SgTargetList   *sg_target_list_builder_end         (SgTargetListBuilder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTargetStatus, sg_target_status_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTargetList, sg_target_list_unref)

G_END_DECLS
