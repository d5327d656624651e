/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/discovery/sg-discovery.h"
#include "ingest/scrape/sg-http-client.h"

G_BEGIN_DECLS

/**
 * SgFinding:
 * @groups: (element-type SgTargetGroup): what was found
 * @unread: (element-type utf8): the names of sources that could not be read; what they said last holds
 * @problem: (nullable): why
 * @failed: nothing of it counts; all that was there holds
 *
 * What one look brought.
 */
typedef struct
{
  GPtrArray *groups;
  GPtrArray *unread;
  char *problem;
  gboolean failed;
} SgFinding;

SgFinding *sg_finding_new     (void);
void       sg_finding_free    (SgFinding                  *self);
/* Notes that @source could not be read. Takes @error. */
void       sg_finding_miss    (SgFinding                  *self,
                               const char                 *source,
                               GError                     *error);
/* Adds a label to a group, replacing one of that name. */
void       sg_target_group_set (SgTargetGroup             *group,
                               const char                 *name,
                               const char                 *value);

/* Each looks once. The first two wait, and are called on threads that may. */
SgFinding *sg_discovery_look_in_files (const SgFileSdConfig *config);
SgFinding *sg_discovery_look_in_dns   (const SgDnsSdConfig  *config,
                                       GCancellable         *cancellable);
SgFinding *sg_discovery_read_answer   (const SgHttpSdConfig *config,
                                       GBytes               *body,
                                       const char           *content_type);

G_END_DECLS
