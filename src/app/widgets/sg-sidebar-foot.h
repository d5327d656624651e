/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgSidebarFoot:
 *
 * The line of the server at the foot of the sidebar: where it listens, with a button that copies the
 * address; who scraped it last, in its tooltip; and a sign with the reason when it does not listen as
 * asked. Emits "copied" when the address is on the clipboard.
 */
#define SG_TYPE_SIDEBAR_FOOT (sg_sidebar_foot_get_type ())
G_DECLARE_FINAL_TYPE (SgSidebarFoot, sg_sidebar_foot, SG, SIDEBAR_FOOT, GtkWidget)

GtkWidget *sg_sidebar_foot_new         (void);
void       sg_sidebar_foot_set_clock   (SgSidebarFoot  *self,
                                        SgClock        *clock);
void       sg_sidebar_foot_set_status  (SgSidebarFoot  *self,
                                        SgHttpStatus   *status);
char      *sg_sidebar_foot_get_details (SgSidebarFoot  *self);

G_END_DECLS
