/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-time-window.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgTimeRangeEditor:
 *
 * Two times to be written, with a calendar for the day of the one that has the focus. "applied" is emitted
 * when the time window has been set to them.
 */
#define SG_TYPE_TIME_RANGE_EDITOR (sg_time_range_editor_get_type ())
G_DECLARE_FINAL_TYPE (SgTimeRangeEditor, sg_time_range_editor, SG, TIME_RANGE_EDITOR, GtkWidget)

GtkWidget *sg_time_range_editor_new   (SgTimeWindow      *time_window);
/* Takes up what the time window looks at now. */
void       sg_time_range_editor_reset (SgTimeRangeEditor *self);
gboolean   sg_time_range_editor_apply (SgTimeRangeEditor *self);

G_END_DECLS
