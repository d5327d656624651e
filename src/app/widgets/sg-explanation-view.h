/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgExplanationView:
 *
 * The syntax tree of a query, with what each part comes to and how long that takes: the first part that is
 * empty makes the query empty, and the longest bar makes it slow.
 */
#define SG_TYPE_EXPLANATION_VIEW (sg_explanation_view_get_type ())
G_DECLARE_FINAL_TYPE (SgExplanationView, sg_explanation_view, SG, EXPLANATION_VIEW, GtkWidget)

GtkWidget *sg_explanation_view_new             (void);
void       sg_explanation_view_set_explanation (SgExplanationView *self,
                                                SgExplanation     *explanation);
/* Says in its place why there is none. */
void       sg_explanation_view_set_message     (SgExplanationView *self,
                                                const char        *message);

G_END_DECLS
