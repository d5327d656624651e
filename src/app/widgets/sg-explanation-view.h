/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgExplanationView:
 *
 * The syntax trees of queries, with what each part comes to and how long that takes: the first part that is
 * empty makes its query empty, and the longest bar makes it slow.
 */
#define SG_TYPE_EXPLANATION_VIEW (sg_explanation_view_get_type ())
G_DECLARE_FINAL_TYPE (SgExplanationView, sg_explanation_view, SG, EXPLANATION_VIEW, GtkWidget)

GtkWidget *sg_explanation_view_new             (void);
/* Shows @explanations (element-type SgExplanation), each below its query when there are several. */
void       sg_explanation_view_set_explanations (SgExplanationView *self,
                                                 GPtrArray         *explanations);
/* Says in its place why there is none. */
void       sg_explanation_view_set_message     (SgExplanationView *self,
                                                const char        *message);

G_END_DECLS
