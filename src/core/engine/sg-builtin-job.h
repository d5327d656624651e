/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-service.h"
#include "engine/sg-store-service.h"
#include "ingest/scrape/sg-target-status.h"
#include "ingest/sg-exposition-parser.h"

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): the page at this moment; %NULL when there is nothing to collect */
typedef GBytes *(*SgBuiltinPage) (gpointer user_data);

/**
 * SgBuiltinSpec:
 * @name: what the job is called
 * @interval_ms: how often it is collected
 * @may_hang: whether making the page may wait for hardware or a disk: it is made in the blocking pool then
 * @honor_labels: whether the labels "job" and "instance" of the page win
 * @dialect: of the page
 * @page: makes it
 * @user_data: for @page; stays as long as the job
 */
typedef struct
{
  const char *name;
  gint64 interval_ms;
  gboolean may_hang;
  gboolean honor_labels;
  SgExpositionDialect dialect;
  SgBuiltinPage page;
  gpointer user_data;
} SgBuiltinSpec;

/**
 * SgBuiltinJob:
 *
 * A job that is collected without being configured, from a page that this process makes: every few
 * seconds, on times of the clock that the interval divides, it goes the way of any target's page into the
 * store. Its instance is the name of the host.
 */
#define SG_TYPE_BUILTIN_JOB (sg_builtin_job_get_type ())
G_DECLARE_FINAL_TYPE (SgBuiltinJob, sg_builtin_job, SG, BUILTIN_JOB, SgService)

SgBuiltinJob *sg_builtin_job_new (const SgBuiltinSpec *spec,
                                  SgStoreService      *store,
                                  SgClock             *clock);
const char   *sg_builtin_job_get_job      (SgBuiltinJob   *self);
/* On the engine's thread: whether a configured job stands in its place. */
void          sg_builtin_job_set_replaced (SgBuiltinJob   *self,
                                           gboolean        replaced);
/* Adds itself to a list of targets; from any thread. */
void          sg_builtin_job_list         (SgBuiltinJob        *self,
                                           SgTargetListBuilder *builder);

G_END_DECLS
