/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sg-window.h"

#include "models/sg-refresher.h"
#include "widgets/sg-page-title.h"
#include "widgets/sg-past-bar.h"
#include "widgets/sg-sidebar-foot.h"
#include "widgets/sg-time-controls.h"

G_BEGIN_DECLS

/* What the files of the window share: sg-window.c, -actions.c, -caption.c and -state.c. */
struct _SgWindow
{
  AdwApplicationWindow parent_instance;
  GSettings *settings;
  SgClock *clock;
  SgEngine *engine;
  gboolean troubled;
  SgTimeWindow *time_window;
  SgRefresher *refresher;
  GSource *caption_tick;
  SgPage *page;
  SgBreakpoint *breakpoint;
  GtkStack *main;
  AdwStatusPage *trouble;
  AdwFlap *flap;
  AdwHeaderBar *sidebar_header;
  AdwWindowTitle *app_title;
  GtkWidget *demo_pill;
  GtkListBox *tabs;
  SgSidebarFoot *foot;
  AdwHeaderBar *header;
  GtkWidget *sidebar_button;
  SgTimeControls *header_time;
  SgPageTitle *title;
  GtkButton *pause;
  GtkWidget *refresh;
  GtkRevealer *past;
  SgPastBar *past_bar;
  AdwToastOverlay *toasts;
  GtkStack *pages;
  GtkWidget *bottom_bar;
  SgTimeControls *bottom_time;
};

void sg_window_actions_init     (SgWindow *self);
void sg_window_actions_update   (SgWindow *self);
void sg_window_caption_stop     (SgWindow *self);
void sg_window_show_commands    (SgWindow *self);
void sg_window_state_restore    (SgWindow *self);
void sg_window_state_save       (SgWindow *self);
void sg_window_update_foot      (SgWindow *self);
void sg_window_update_refresher (SgWindow *self);

G_END_DECLS
