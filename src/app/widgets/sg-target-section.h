/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-target-job.h"
#include "widgets/sg-table.h"

G_BEGIN_DECLS

/**
 * SgTargetSection:
 *
 * A job and its targets: how it is in a line, a table of the first ten, and why those are down that are.
 * Emits "row-activated" (guint row of the job), and "show-all" when there are more.
 */
#define SG_TYPE_TARGET_SECTION (sg_target_section_get_type ())
G_DECLARE_FINAL_TYPE (SgTargetSection, sg_target_section, SG, TARGET_SECTION, GtkWidget)

GtkWidget   *sg_target_section_new         (GSettings       *settings);
void         sg_target_section_set_job     (SgTargetSection *self,
                                            SgTargetJob     *job);
SgTargetJob *sg_target_section_get_job     (SgTargetSection *self);
/* The same rows without a bound: a table that fills the window. */
GtkWidget   *sg_target_section_make_table  (SgTargetSection *self);
const char  *sg_target_section_get_summary (SgTargetSection *self);

G_END_DECLS
