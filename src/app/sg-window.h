/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgWindow:
 *
 * The window: the sidebar with a tab for each page, the header bar of the page that is seen, and the one
 * time window that all pages look at.
 */
#define SG_TYPE_WINDOW (sg_window_get_type ())
G_DECLARE_FINAL_TYPE (SgWindow, sg_window, SG, WINDOW, AdwApplicationWindow)

GtkWidget    *sg_window_new             (GtkApplication *application,
                                         GSettings      *settings,
                                         SgClock        *clock);
void          sg_window_add_page        (SgWindow       *self,
                                         SgPage         *page);
void          sg_window_set_engine      (SgWindow       *self,
                                         SgEngine       *engine);
void          sg_window_set_trouble     (SgWindow       *self,
                                         const char     *message);
void          sg_window_show_tab        (SgWindow       *self,
                                         guint           index);
SgPage       *sg_window_get_page        (SgWindow       *self);
SgTimeWindow *sg_window_get_time_window (SgWindow       *self);
void          sg_window_add_toast       (SgWindow       *self,
                                         const char     *title);
void          sg_window_update_caption  (SgWindow       *self);

/* What can be done now, by name (element-type SgCommand). */
GPtrArray    *sg_window_list_commands    (SgWindow       *self);

G_END_DECLS
