/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/config/sg-config.h"

G_BEGIN_DECLS

/**
 * SgTarget:
 * @discovered: its labels before relabelling, those with __ among them
 * @labels: what its series get: job, instance, and what its configuration adds
 * @url: what is asked
 * @interval_ms: how often
 * @timeout_ms: how long an answer may take
 * @hash: of all that makes it this target; equal ones are one target
 *
 * One place to scrape, as it came out of relabelling. Immutable and counted.
 */
typedef struct
{
  gatomicrefcount ref_count;
  SgLabels *discovered;
  SgLabels *labels;
  char *url;
  gint64 interval_ms;
  gint64 timeout_ms;
  guint64 hash;
} SgTarget;

SgTarget *sg_target_ref      (SgTarget              *self);
void      sg_target_unref    (SgTarget              *self);
/*
 * Makes a target of labels that were found. It fails when they cannot be one. *@ret_target is %NULL when
 * relabelling drops it; *@ret_discovered is what the labels were before, in every case.
 */
gboolean  sg_target_make     (const SgScrapeConfig  *config,
                              const SgLabels        *found,
                              const SgLabels        *of_group,
                              SgTarget             **ret_target,
                              SgLabels             **ret_discovered,
                              GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTarget, sg_target_unref)

G_END_DECLS
