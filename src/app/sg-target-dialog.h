/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * SgTargetDialog:
 *
 * Asks for a target: its job, address and labels, checked as they are typed. Emits "done" (job, address,
 * labels) when they are good and wanted; the window stays until sg_target_dialog_take_answer().
 */
#define SG_TYPE_TARGET_DIALOG (sg_target_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SgTargetDialog, sg_target_dialog, SG, TARGET_DIALOG, AdwWindow)

/* @status (nullable): the target that is changed; %NULL to add one */
GtkWidget  *sg_target_dialog_new         (const SgTargetStatus *status);
/* Begins with these, for a new target. */
void        sg_target_dialog_suggest     (SgTargetDialog       *self,
                                          const char           *job,
                                          const char           *address);
/* Closes, or with @problem says why it could not be done. */
void        sg_target_dialog_take_answer (SgTargetDialog       *self,
                                          const char           *problem);
gboolean    sg_target_dialog_is_good     (SgTargetDialog       *self);
const char *sg_target_dialog_get_problem (SgTargetDialog       *self);

G_END_DECLS
