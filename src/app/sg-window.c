/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-window-private.h"

#include "widgets/sg-sidebar-row.h"

#include "sg-config.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (SgWindow, sg_window, ADW_TYPE_APPLICATION_WINDOW)

/* Returns: (transfer none) (nullable): the page that is seen */
SgPage *
sg_window_get_page (SgWindow *self)
{
  return self->page;
}

/* Returns: (transfer none): the time that all pages look at */
SgTimeWindow *
sg_window_get_time_window (SgWindow *self)
{
  return self->time_window;
}

void
sg_window_add_toast (SgWindow   *self,
                     const char *title)
{
  g_autofree char *markup = g_markup_escape_text (title, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

static gboolean
is_seen (SgWindow *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || surface == NULL)
    return FALSE;
  return (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) == 0;
}

/* Pages refresh while the engine runs, the window is seen, and time moves. */
void
sg_window_update_refresher (SgWindow *self)
{
  gboolean live = sg_time_window_get_mode (self->time_window) == SG_TIME_LIVE;

  sg_refresher_set_active (self->refresher, live && self->engine != NULL && is_seen (self));
}

/* Shows how the server is, unless the window says why there is none. */
void
sg_window_update_foot (SgWindow *self)
{
  g_autoptr (SgHttpStatus) status = NULL;

  if (self->engine != NULL)
    status = sg_engine_get_server_status (self->engine);
  if (status != NULL || !self->troubled)
    sg_sidebar_foot_set_status (self->foot, status);
}

/* Where the time controls and buttons stand, and whether the page has any use for them. */
static void
update_header (SgWindow *self)
{
  gboolean narrow = sg_breakpoint_get_width_class (self->breakpoint) == SG_WIDTH_NARROW;
  gboolean wants_time = self->page != NULL && sg_page_get_wants_time_window (self->page);
  SgTimeMode mode = sg_time_window_get_mode (self->time_window);

  gtk_widget_set_visible (GTK_WIDGET (self->header_time), wants_time && !narrow);
  gtk_widget_set_visible (self->bottom_bar, wants_time && narrow);
  gtk_widget_set_visible (self->refresh, !narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->pause), mode != SG_TIME_FIXED);
}

static void
update_pause_button (SgWindow *self)
{
  gboolean paused = sg_time_window_get_mode (self->time_window) == SG_TIME_PAUSED;

  gtk_button_set_icon_name (self->pause, paused ? "media-playback-start-symbolic"
                                                : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause),
                               paused ? _ ("Resume (Space)") : _ ("Pause (Space)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  paused ? _ ("Resume") : _ ("Pause"), -1);
}

/* Asks a page for what the time window looks at now. While it is live, the refresher does so by itself. */
static void
ask_page (SgWindow *self)
{
  if (self->engine != NULL && self->page != NULL && sg_page_get_wants_time_window (self->page)
      && is_seen (self))
    sg_refresher_refresh_now (self->refresher);
}

static gboolean
is_live (SgWindow *self)
{
  return sg_time_window_get_mode (self->time_window) == SG_TIME_LIVE;
}

/* The past is violet, and nobody can miss it. */
static void
time_window_changed (SgWindow *self)
{
  gboolean past = !is_live (self);

  if (past)
    gtk_widget_add_css_class (GTK_WIDGET (self), "past");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "past");
  gtk_revealer_set_reveal_child (self->past, past);
  update_header (self);
  update_pause_button (self);
  sg_window_actions_update (self);
  sg_window_update_refresher (self);
  sg_window_update_caption (self);
  ask_page (self);
}

static void
page_scrolled (SgWindow *self)
{
  if (sg_page_get_scrolled (self->page))
    gtk_widget_add_css_class (GTK_WIDGET (self->header), "scrolled");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->header), "scrolled");
}

static void
page_refreshed (SgWindow *self)
{
  sg_window_update_foot (self);
  sg_window_update_caption (self);
}

static void
take_page (SgWindow *self,
           SgPage   *page)
{
  if (self->page == page)
    return;
  if (self->page != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->page, page_scrolled, self);
      g_signal_handlers_disconnect_by_func (self->page, page_refreshed, self);
    }
  g_set_object (&self->page, page);
  g_signal_connect_swapped (page, "notify::scrolled", G_CALLBACK (page_scrolled), self);
  g_signal_connect_swapped (page, "notify::updated", G_CALLBACK (page_refreshed), self);
  g_signal_connect_swapped (page, "notify::state", G_CALLBACK (page_refreshed), self);
  gtk_stack_set_visible_child (self->pages, GTK_WIDGET (page));
  sg_page_title_set_title (self->title, sg_page_get_title (page));
  page_scrolled (self);
  update_header (self);
  sg_refresher_set_page (self->refresher, page);
  sg_window_actions_update (self);
  sg_window_update_caption (self);
  if (!is_live (self))
    ask_page (self);
}

static void
tab_selected (SgWindow      *self,
              GtkListBoxRow *row)
{
  if (row != NULL)
    take_page (self, sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row)));
}

/* A tab that is clicked closes the sidebar where that lies over the page. */
static void
tab_activated (SgWindow *self)
{
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

/* Shows the tab @index, counted from 0; one that is not there is not shown. */
void
sg_window_show_tab (SgWindow *self,
                    guint     index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->tabs, (int) index);

  if (row != NULL)
    gtk_list_box_select_row (self->tabs, row);
}

static void
group_header (GtkListBoxRow *row,
              GtkListBoxRow *before,
              gpointer       data)
{
  const char *group = sg_page_get_group (sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row)));
  const char *group_before =
      before != NULL ? sg_page_get_group (sg_sidebar_row_get_page (SG_SIDEBAR_ROW (before))) : NULL;
  GtkWidget *label;

  if (g_strcmp0 (group, group_before) == 0)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = gtk_label_new (group);
  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_widget_add_css_class (label, "group");
  gtk_widget_add_css_class (label, "sg-dim");
  gtk_list_box_row_set_header (row, label);
}

/**
 * sg_window_add_page:
 * @self: a window
 * @page: (transfer floating): a page
 *
 * Adds a tab at the end. The first one is shown.
 */
void
sg_window_add_page (SgWindow *self,
                    SgPage   *page)
{
  gtk_stack_add_child (self->pages, GTK_WIDGET (page));
  sg_page_set_width_class (page, sg_breakpoint_get_width_class (self->breakpoint));
  sg_page_set_time_window (page, self->time_window);
  sg_page_set_engine (page, self->engine);
  gtk_list_box_append (self->tabs, sg_sidebar_row_new (page));
  if (self->page == NULL)
    sg_window_show_tab (self, 0);
}

static void
for_each_page (SgWindow *self,
               void (*apply) (SgWindow *self, SgPage *page))
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->tabs, i)) != NULL; i++)
    apply (self, sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row)));
}

static void
give_engine (SgWindow *self,
             SgPage   *page)
{
  sg_page_set_engine (page, self->engine);
}

static void
give_width_class (SgWindow *self,
                  SgPage   *page)
{
  sg_page_set_width_class (page, sg_breakpoint_get_width_class (self->breakpoint));
}

/**
 * sg_window_set_engine:
 * @self: a window
 * @engine: (nullable): an engine that runs, or %NULL while none does
 */
void
sg_window_set_engine (SgWindow *self,
                      SgEngine *engine)
{
  if (!g_set_object (&self->engine, engine))
    return;
  for_each_page (self, give_engine);
  gtk_widget_set_visible (self->demo_pill, engine != NULL && sg_engine_has_demo (engine));
  if (engine != NULL)
    sg_window_set_trouble (self, NULL);
  sg_window_update_foot (self);
  sg_window_update_refresher (self);
  sg_window_update_caption (self);
  if (!is_live (self))
    ask_page (self);
}

static GtkWidget *
make_trouble_button (const char *label,
                     const char *action,
                     gboolean    suggested)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "pill");
  if (suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  return button;
}

static void
create_trouble (SgWindow *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *status = adw_status_page_new ();

  gtk_widget_add_css_class (buttons, "sg-pills");
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (buttons),
                  make_trouble_button (_ ("Try Again"), "app.restart-engine", TRUE));
  gtk_box_append (GTK_BOX (buttons),
                  make_trouble_button (_ ("Preferences…"), "app.preferences", FALSE));
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "sg-err-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("Sightglass Could Not Start"));
  adw_status_page_set_child (ADW_STATUS_PAGE (status), buttons);
  gtk_stack_add_child (self->main, status);
  self->trouble = ADW_STATUS_PAGE (status);
}

/**
 * sg_window_set_trouble:
 * @self: a window
 * @message: (nullable): why the engine could not start
 *
 * Shows that in place of the page, with what can be done about it.
 */
void
sg_window_set_trouble (SgWindow   *self,
                       const char *message)
{
  g_autofree char *markup = message != NULL ? g_markup_escape_text (message, -1) : NULL;
  g_autoptr (SgHttpStatus) status = NULL;

  self->troubled = message != NULL;
  sg_window_update_caption (self);
  if (message == NULL)
    {
      gtk_stack_set_visible_child (self->main, GTK_WIDGET (self->toasts));
      return;
    }
  if (self->trouble == NULL)
    create_trouble (self);
  adw_status_page_set_description (self->trouble, markup);
  gtk_stack_set_visible_child (self->main, GTK_WIDGET (self->trouble));
  status = sg_http_status_new ();
  status->level = SG_LEVEL_UNHEALTHY;
  status->note = g_strdup (message);
  sg_sidebar_foot_set_status (self->foot, status);
}

static void
width_class_changed (SgWindow *self)
{
  SgWidthClass width_class = sg_breakpoint_get_width_class (self->breakpoint);

  sg_past_bar_set_width_class (self->past_bar, width_class);
  for_each_page (self, give_width_class);
  update_header (self);
  sg_window_update_caption (self);
}

/* Beside the page, each header bar has the window's buttons of its side; else the page's has them all. */
static void
folded_changed (SgWindow *self)
{
  gboolean folded = adw_flap_get_folded (self->flap);

  adw_header_bar_set_show_start_title_buttons (self->sidebar_header, !folded);
  adw_header_bar_set_show_start_title_buttons (self->header, folded);
  gtk_widget_set_visible (self->sidebar_button, folded);
}

static void
address_copied (SgWindow *self)
{
  sg_window_add_toast (self, _ ("Address copied"));
}

static void
interval_changed (SgWindow *self)
{
  sg_refresher_set_interval (self->refresher,
                             (guint) g_settings_get_int (self->settings, "refresh-interval"));
}

/* The focus begins at the tab, where Space is free to pause, and not at the first button. */
static void
focus_tab (SgWindow *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->tabs);

  if (row != NULL && gtk_window_get_focus (GTK_WINDOW (self)) == NULL)
    gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (row));
}

static void
sg_window_map (GtkWidget *widget)
{
  SgWindow *self = SG_WINDOW (widget);

  GTK_WIDGET_CLASS (sg_window_parent_class)->map (widget);
  focus_tab (self);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (self)), "notify::state",
                           G_CALLBACK (sg_window_update_refresher), self, G_CONNECT_SWAPPED);
  sg_window_update_refresher (self);
  sg_window_update_caption (self);
}

static void
sg_window_unmap (GtkWidget *widget)
{
  SgWindow *self = SG_WINDOW (widget);

  g_signal_handlers_disconnect_by_func (gtk_native_get_surface (GTK_NATIVE (self)),
                                        sg_window_update_refresher, self);
  GTK_WIDGET_CLASS (sg_window_parent_class)->unmap (widget);
  sg_window_update_refresher (self);
  sg_window_caption_stop (self);
}

static gboolean
sg_window_close_request (GtkWindow *window)
{
  sg_window_state_save (SG_WINDOW (window));
  return GTK_WINDOW_CLASS (sg_window_parent_class)->close_request (window);
}

static void
sg_window_dispose (GObject *object)
{
  SgWindow *self = SG_WINDOW (object);

  sg_window_caption_stop (self);
  if (self->refresher != NULL)
    sg_refresher_set_page (self->refresher, NULL);
  if (self->page != NULL)
    g_signal_handlers_disconnect_by_data (self->page, self);
  g_clear_object (&self->page);
  g_clear_object (&self->refresher);
  g_clear_object (&self->engine);
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_WINDOW);
  g_clear_object (&self->time_window);
  g_clear_object (&self->settings);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (sg_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SgWindow, breakpoint);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, main);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, sidebar_header);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, app_title);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, demo_pill);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, tabs);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, foot);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, header);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, header_time);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, title);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, pause);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, refresh);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, past);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, past_bar);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, bottom_bar);
  gtk_widget_class_bind_template_child (widget_class, SgWindow, bottom_time);
  gtk_widget_class_bind_template_callback (widget_class, tab_selected);
  gtk_widget_class_bind_template_callback (widget_class, tab_activated);
  gtk_widget_class_bind_template_callback (widget_class, folded_changed);
  gtk_widget_class_bind_template_callback (widget_class, width_class_changed);
  gtk_widget_class_bind_template_callback (widget_class, address_copied);
}

static void
sg_window_class_init (SgWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_window_dispose;
  widget_class->map = sg_window_map;
  widget_class->unmap = sg_window_unmap;
  GTK_WINDOW_CLASS (klass)->close_request = sg_window_close_request;
  g_type_ensure (SG_TYPE_BREAKPOINT);
  g_type_ensure (SG_TYPE_PAGE_TITLE);
  g_type_ensure (SG_TYPE_PAST_BAR);
  g_type_ensure (SG_TYPE_SIDEBAR_FOOT);
  g_type_ensure (SG_TYPE_TIME_CONTROLS);
  gtk_widget_class_set_template_from_resource (widget_class, SG_RESOURCE_PATH "/sg-window.ui");
  bind_template (widget_class);
}

static void
sg_window_init (SgWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->tabs, group_header, NULL, NULL);
  sg_breakpoint_set_flap (self->breakpoint, self->flap);
}

static void
set_up (SgWindow  *self,
        GSettings *settings,
        SgClock   *clock)
{
  self->settings = g_object_ref (settings);
  self->clock = g_object_ref (clock);
  self->time_window = sg_time_window_new (clock);
  self->refresher = sg_refresher_new (clock);
  sg_time_controls_set_time_window (self->header_time, self->time_window);
  sg_time_controls_set_time_window (self->bottom_time, self->time_window);
  sg_past_bar_set_time_window (self->past_bar, self->time_window);
  sg_sidebar_foot_set_clock (self->foot, clock);
  g_signal_connect_object (self->time_window, "changed", G_CALLBACK (time_window_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::refresh-interval", G_CALLBACK (interval_changed),
                           self, G_CONNECT_SWAPPED);
  interval_changed (self);
  sg_window_actions_init (self);
  sg_window_state_restore (self);
  folded_changed (self);
  width_class_changed (self);
  time_window_changed (self);
}

/**
 * sg_window_new:
 * @application: the application
 * @settings: what the user chose
 * @clock: the clock that its pages live by
 *
 * Returns: a window without pages, of the size that it had last
 */
GtkWidget *
sg_window_new (GtkApplication *application,
               GSettings      *settings,
               SgClock        *clock)
{
  SgWindow *self = g_object_new (SG_TYPE_WINDOW, "application", application, NULL);

  set_up (self, settings, clock);
  return GTK_WIDGET (self);
}
