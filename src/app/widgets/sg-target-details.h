/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-target-job.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgTargetDetails:
 *
 * All that is known of one target: how it is and why, its last scrape, how long the ones before took, and
 * its labels before and after relabelling. Its buttons have the page's actions "targets.…".
 */
#define SG_TYPE_TARGET_DETAILS (sg_target_details_get_type ())
G_DECLARE_FINAL_TYPE (SgTargetDetails, sg_target_details, SG, TARGET_DETAILS, GtkWidget)

GtkWidget *sg_target_details_new          (void);
void       sg_target_details_set_row      (SgTargetDetails   *self,
                                           const SgTargetRow *row,
                                           SgTimeMs           now);
/* What became of the label @name, as it is shown; %NULL when it is not. */
const char *sg_target_details_get_change  (SgTargetDetails   *self,
                                           const char        *name);
void       sg_target_details_focus        (SgTargetDetails   *self);

G_END_DECLS
