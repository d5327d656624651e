/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"

G_BEGIN_DECLS

/**
 * SgTargetVerb:
 * @SG_TARGET_VERB_ADD: a target is added to a job, which is made if there is none of that name
 * @SG_TARGET_VERB_CHANGE: a target gets another address, and other labels if they are given
 * @SG_TARGET_VERB_REMOVE: a target goes
 */
typedef enum
{
  SG_TARGET_VERB_ADD,
  SG_TARGET_VERB_CHANGE,
  SG_TARGET_VERB_REMOVE,
} SgTargetVerb;

/**
 * SgTargetChange:
 * @verb: what to do
 * @job: the name of the job
 * @address: the target, as it stands in static_configs
 * @new_address: (nullable): of a change: what it becomes
 * @labels: (nullable): what it has besides; %NULL is none for a new target, and as before for a change
 *
 * What a user wants of the targets that are written in the configuration.
 */
typedef struct
{
  SgTargetVerb verb;
  const char *job;
  const char *address;
  const char *new_address;
  const SgLabels *labels;
} SgTargetChange;

G_END_DECLS
