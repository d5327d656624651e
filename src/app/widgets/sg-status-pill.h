/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "widgets/sg-level-style.h"

G_BEGIN_DECLS

/**
 * SgStatusPill:
 *
 * A level as icon, word and colour on a round ground. The word may be another than the level's own:
 * "Open" for a breaker, "97.2 %" for a rate. Properties: "level", "text".
 */
#define SG_TYPE_STATUS_PILL (sg_status_pill_get_type ())
G_DECLARE_FINAL_TYPE (SgStatusPill, sg_status_pill, SG, STATUS_PILL, GtkWidget)

GtkWidget *sg_status_pill_new       (SgLevel       level,
                                     const char   *text);
void       sg_status_pill_set_level (SgStatusPill *self,
                                     SgLevel       level);
void       sg_status_pill_set_text  (SgStatusPill *self,
                                     const char   *text);

G_END_DECLS
