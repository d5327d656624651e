/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgStrip:
 *
 * Says on a page that its last refresh failed, and of when the data are that it still shows, with the
 * error behind Details and the action "win.refresh" behind Retry. Hidden while all is well.
 */
#define SG_TYPE_STRIP (sg_strip_get_type ())
G_DECLARE_FINAL_TYPE (SgStrip, sg_strip, SG, STRIP, GtkWidget)

GtkWidget  *sg_strip_new      (void);
void        sg_strip_set_page (SgStrip *self,
                               SgPage  *page);
const char *sg_strip_get_text (SgStrip *self);

G_END_DECLS
