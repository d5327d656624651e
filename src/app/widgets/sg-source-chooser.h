/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-source-plan.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgSourceChooser:
 *
 * All sources, or one of them: what the plan of a page asks. One that was chosen stays chosen while it is
 * not there, so that a look into the past and back does not change it. Emits "chosen" when the user chose.
 */
#define SG_TYPE_SOURCE_CHOOSER (sg_source_chooser_get_type ())
G_DECLARE_FINAL_TYPE (SgSourceChooser, sg_source_chooser, SG, SOURCE_CHOOSER, GtkWidget)

void sg_source_chooser_set_plan (SgSourceChooser *self,
                                 SgSourcePlan    *plan);
/* Chooses the source @id, %NULL for all, as a click would. */
void sg_source_chooser_choose   (SgSourceChooser *self,
                                 const char      *id);

G_END_DECLS
