/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-time-window.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgTimeControls:
 *
 * The linked buttons of the time window: back, what it is with the quick choices behind it, forward.
 * The choices and both arrows are the window's actions "win.time-span", "win.time-back" and
 * "win.time-forward", so that keys and buttons are one. Property: "time-window".
 */
#define SG_TYPE_TIME_CONTROLS (sg_time_controls_get_type ())
G_DECLARE_FINAL_TYPE (SgTimeControls, sg_time_controls, SG, TIME_CONTROLS, GtkWidget)

GtkWidget  *sg_time_controls_new             (void);
void        sg_time_controls_set_time_window (SgTimeControls *self,
                                              SgTimeWindow   *time_window);
void        sg_time_controls_popup           (SgTimeControls *self);
const char *sg_time_controls_get_label       (SgTimeControls *self);

G_END_DECLS
