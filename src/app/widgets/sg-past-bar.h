/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-time-window.h"
#include "widgets/sg-breakpoint.h"

G_BEGIN_DECLS

/**
 * SgPastBar:
 *
 * The violet bar under the header bar that nobody can miss: the window looks at the past, or is paused.
 * Its button, the action "win.back-to-live", ends that.
 */
#define SG_TYPE_PAST_BAR (sg_past_bar_get_type ())
G_DECLARE_FINAL_TYPE (SgPastBar, sg_past_bar, SG, PAST_BAR, GtkWidget)

GtkWidget *sg_past_bar_new             (void);
void       sg_past_bar_set_time_window (SgPastBar    *self,
                                        SgTimeWindow *time_window);
void       sg_past_bar_set_width_class (SgPastBar    *self,
                                        SgWidthClass  width_class);
void       sg_past_bar_update          (SgPastBar    *self);

G_END_DECLS
