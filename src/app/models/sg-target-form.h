/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

G_BEGIN_DECLS

/*
 * What a user writes of a target, checked as it is typed, and what is copied of one. Each check tells
 * what to write instead; what is not written yet is told by an empty text, which is no reproach.
 */

/* Returns: (transfer full) (nullable): what is wrong with the name of a job, %NULL when it is good */
char     *sg_target_form_check_job     (const char     *text);
/* Returns: (transfer full) (nullable): what is wrong with host:port */
char     *sg_target_form_check_address (const char     *text);
/* 'team="shop", env=live': the quotes may be left out. Returns: (transfer full): %NULL with @ret_problem */
SgLabels *sg_target_form_parse_labels  (const char     *text,
                                        char          **ret_problem);
char     *sg_target_form_write_labels  (const SgLabels *labels);
/* The labels that were written for a target: those it was found with, without what the job adds. */
SgLabels *sg_target_form_own_labels    (const SgTargetStatus *status);
/* Whether it may stand in static_configs, where it can be changed. */
gboolean  sg_target_form_is_written    (const SgTargetStatus *status);
/* A command for a shell that asks the target as the scraper does, without its secrets. */
char     *sg_target_form_make_curl     (const SgTargetStatus *status);

G_END_DECLS
