/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-target-job.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgTargetProblem:
 *
 * Why a target is down, in full, with the line of its page that could not be read among its neighbours.
 * Hidden while all is well.
 */
#define SG_TYPE_TARGET_PROBLEM (sg_target_problem_get_type ())
G_DECLARE_FINAL_TYPE (SgTargetProblem, sg_target_problem, SG, TARGET_PROBLEM, GtkWidget)

GtkWidget  *sg_target_problem_new      (void);
/* @row (nullable); with @named its endpoint is said as well */
void        sg_target_problem_set_row  (SgTargetProblem   *self,
                                        const SgTargetRow *row,
                                        gboolean           named);
const char *sg_target_problem_get_text (SgTargetProblem   *self);

G_END_DECLS
