/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgLoading:
 *
 * Stands where there is nothing to show yet: blank for 150 ms, since most of the time something comes
 * before; then a spinner; after 2 s also what is being read ("text"), with the action "win.cancel-refresh".
 */
#define SG_TYPE_LOADING (sg_loading_get_type ())
G_DECLARE_FINAL_TYPE (SgLoading, sg_loading, SG, LOADING, GtkWidget)

GtkWidget *sg_loading_new      (void);
void       sg_loading_set_text (SgLoading  *self,
                                const char *text);

G_END_DECLS
