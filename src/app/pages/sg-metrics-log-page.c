/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-metrics-log-page.h"

#include "models/sg-format.h"
#include "pages/sg-metrics-log-actions.h"
#include "pages/sg-metrics-log-export.h"
#include "widgets/sg-exposition-row.h"
#include "widgets/sg-loading.h"
#include "widgets/sg-strip.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgMetricsLogPage
{
  SgPage parent_instance;
  SgExpositionModel *model;
  GtkStringList *job_names;
  gboolean to_top;
  gboolean moved;
  double scroll_value;
  GtkWidget *tools;
  GtkDropDown *jobs;
  GtkSearchEntry *filter;
  GtkLabel *count;
  GtkWidget *copy;
  GtkMenuButton *export;
  SgStrip *strip;
  GtkStack *stack;
  SgLoading *loading;
  GtkListView *list;
  AdwStatusPage *no_match;
  AdwStatusPage *failed;
};

G_DEFINE_FINAL_TYPE (SgMetricsLogPage, sg_metrics_log_page, SG_TYPE_PAGE)

/* Returns: the job that is shown */
const char *
sg_metrics_log_page_get_job (SgMetricsLogPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->jobs);

  return gtk_string_list_get_string (self->job_names, selected);
}

/* Returns: (transfer none): the lines */
SgExpositionModel *
sg_metrics_log_page_get_model (SgMetricsLogPage *self)
{
  return self->model;
}

static void
job_chosen (SgMetricsLogPage *self)
{
  if (sg_page_get_state (SG_PAGE (self)) != SG_PAGE_LOADING)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.refresh", NULL);
}

/* Takes the engine's jobs; the one that is shown stays chosen if it is still there. */
static void
update_jobs (SgMetricsLogPage *self,
             SgEngine         *engine)
{
  g_auto (GStrv) jobs = sg_engine_list_jobs (engine);
  g_autofree char *chosen = g_strdup (sg_metrics_log_page_get_job (self));
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (self->job_names));
  gboolean equal = n_jobs == g_strv_length (jobs);

  for (guint i = 0; equal && i < n_jobs; i++)
    equal = g_str_equal (gtk_string_list_get_string (self->job_names, i), jobs[i]);
  if (equal)
    return;
  g_signal_handlers_block_by_func (self->jobs, job_chosen, self);
  gtk_string_list_splice (self->job_names, 0, n_jobs, (const char *const *) jobs);
  for (guint i = 0; chosen != NULL && jobs[i] != NULL; i++)
    {
      if (g_str_equal (jobs[i], chosen))
        gtk_drop_down_set_selected (self->jobs, i);
    }
  g_signal_handlers_unblock_by_func (self->jobs, job_chosen, self);
}

static char *
describe_count (SgExpositionView *view)
{
  SgExpositionPage *page = sg_exposition_view_get_page (view);
  guint n_families = sg_exposition_page_get_n_families (page);
  guint n_series = sg_exposition_page_get_n_series (page);
  g_autofree char *families = sg_format_count (n_families);
  g_autofree char *series = sg_format_count (n_series);
  g_autofree char *families_shown = sg_format_count (sg_exposition_view_get_n_families (view));
  g_autofree char *series_shown = sg_format_count (sg_exposition_view_get_n_series (view));
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (*sg_exposition_view_get_filter (view) == '\0')
    {
      first = g_strdup_printf (ngettext ("%s family", "%s families", n_families), families);
      second = g_strdup_printf (ngettext ("%s series", "%s series", n_series), series);
    }
  else
    {
      first = g_strdup_printf (ngettext ("%s of %s family", "%s of %s families", n_families),
                               families_shown, families);
      second = g_strdup_printf (ngettext ("%s of %s series", "%s of %s series", n_series),
                                series_shown, series);
    }
  return g_strdup_printf ("%s · %s", first, second);
}

static const char *
choose_view (SgMetricsLogPage *self,
             SgExpositionView *view)
{
  if (view == NULL)
    return sg_page_get_state (SG_PAGE (self)) == SG_PAGE_FAILED ? "failed" : "loading";
  if (sg_exposition_view_get_n_rows (view) > 0)
    return "list";
  return *sg_exposition_view_get_filter (view) != '\0' ? "no-match" : "empty";
}

static void
update_view (SgMetricsLogPage *self)
{
  SgExpositionView *view = sg_exposition_model_get_view (self->model);
  const char *error = sg_page_get_error (SG_PAGE (self));
  gboolean any = view != NULL && sg_exposition_view_get_n_rows (view) > 0;
  g_autofree char *count = view != NULL ? describe_count (view) : g_strdup ("");
  g_autofree char *reason = g_strdup_printf (_ ("Refresh failed: %s."), error != NULL ? error : "");
  g_autofree char *markup = g_markup_escape_text (reason, -1);

  gtk_label_set_label (self->count, count);
  gtk_widget_set_sensitive (self->copy, any);
  gtk_widget_set_sensitive (GTK_WIDGET (self->export),
                            view != NULL && sg_page_get_engine (SG_PAGE (self)) != NULL);
  adw_status_page_set_description (self->failed, markup);
  gtk_stack_set_visible_child_name (self->stack, choose_view (self, view));
}

/* A filter that finds nothing is named in the title, cut where it would not be read any more. */
static void
update_no_match (SgMetricsLogPage *self,
                 SgExpositionView *view)
{
  const char *filter = sg_exposition_view_get_filter (view);
  g_autofree char *cut =
      g_utf8_strlen (filter, -1) > 40 ? g_utf8_substring (filter, 0, 40) : g_strdup (filter);
  g_autofree char *title = g_strdup_printf (_ ("No Family Matches “%s%s”"), cut,
                                            strlen (cut) < strlen (filter) ? "…" : "");
  g_autofree char *markup = g_markup_escape_text (title, -1);

  adw_status_page_set_title (self->no_match, markup);
}

/*
 * Rows draw only what is seen. What comes in sight is asked to draw now: the rows that stand from @top to
 * @bottom of the list as it is laid out.
 */
static void
renew_rows (SgMetricsLogPage *self,
            double            top,
            double            bottom)
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->list)); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);
      graphene_rect_t bounds;

      if (!SG_IS_EXPOSITION_ROW (row) || !sg_exposition_row_is_stale (SG_EXPOSITION_ROW (row))
          || !gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds))
        continue;
      if (bounds.origin.y + bounds.size.height > top && bounds.origin.y < bottom)
        sg_exposition_row_renew (SG_EXPOSITION_ROW (row));
    }
}

static void
scrolled (SgMetricsLogPage *self,
          GtkAdjustment    *adjustment)
{
  double delta = gtk_adjustment_get_value (adjustment) - self->scroll_value;
  double height = gtk_widget_get_height (GTK_WIDGET (self->list));

  renew_rows (self, delta, delta + height);
  self->scroll_value = gtk_adjustment_get_value (adjustment);
}

static void
list_grown (SgMetricsLogPage *self)
{
  renew_rows (self, 0., gtk_widget_get_height (GTK_WIDGET (self->list)));
}

static void
rows_moved (SgMetricsLogPage *self)
{
  self->moved = TRUE;
}

/* A new filter begins at the top; a refresh leaves everything where it is. */
static void
model_shown (SgMetricsLogPage *self)
{
  SgExpositionView *view = sg_exposition_model_get_view (self->model);

  if (sg_exposition_view_get_n_rows (view) == 0)
    update_no_match (self, view);
  update_view (self);
  /* Where rows have come and gone, others may stand in sight that did not, and are laid out only later. */
  if (self->moved)
    renew_rows (self, -G_MAXDOUBLE, G_MAXDOUBLE);
  self->moved = FALSE;
  /* By the list's own means: its rows have no heights yet, and an adjustment cannot be set by them. */
  if (self->to_top && sg_exposition_view_get_n_rows (view) > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", 0);
  self->to_top = FALSE;
}

/* Shows @page, whoever made it. A page that has been closed meanwhile shows nothing. */
void
sg_metrics_log_page_show (SgMetricsLogPage *self,
                          SgExpositionPage *page)
{
  if (self->model != NULL)
    sg_exposition_model_set_page (self->model, page);
}

static void
apply_filter (SgMetricsLogPage *self)
{
  self->to_top = TRUE;
  sg_exposition_model_set_filter (self->model, gtk_editable_get_text (GTK_EDITABLE (self->filter)));
}

void
sg_metrics_log_page_set_filter (SgMetricsLogPage *self,
                                const char       *filter)
{
  gtk_editable_set_text (GTK_EDITABLE (self->filter), filter);
  apply_filter (self);
}

static void
got_exposition (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (GTask) task = data;
  SgMetricsLogPage *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  gboolean empty;
  g_autoptr (SgExpositionPage) page =
      sg_engine_get_exposition_finish (SG_ENGINE (object), result, &error);

  if (page == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        sg_page_set_level (SG_PAGE (self), SG_LEVEL_DEGRADED, 1);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  empty = sg_exposition_page_get_n_lines (page) == 0;
  sg_page_set_empty (SG_PAGE (self), empty);
  sg_page_set_level (SG_PAGE (self), empty ? SG_LEVEL_UNKNOWN : SG_LEVEL_HEALTHY, 0);
  sg_metrics_log_page_show (self, page);
  g_task_return_boolean (task, TRUE);
}

static void
sg_metrics_log_page_refresh (SgPage *page,
                             GTask  *task)
{
  SgMetricsLogPage *self = SG_METRICS_LOG_PAGE (page);
  SgEngine *engine = sg_page_get_engine (page);
  g_autofree char *text = NULL;

  if (engine == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("the engine is not running"));
      g_object_unref (task);
      return;
    }
  update_jobs (self, engine);
  text = g_strdup_printf (_ ("Reading the metrics of %s…"), sg_metrics_log_page_get_job (self));
  sg_loading_set_text (self->loading, text);
  sg_engine_get_exposition_async (engine, sg_metrics_log_page_get_job (self),
                                  g_task_get_cancellable (task), got_exposition, task);
}

static void
sg_metrics_log_page_find (SgPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (SG_METRICS_LOG_PAGE (page)->filter));
}

static void
clear_filter (SgMetricsLogPage *self)
{
  sg_metrics_log_page_set_filter (self, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->filter));
}

static void
leave_filter (SgMetricsLogPage *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

static void
stop_filter (SgMetricsLogPage *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->filter)) != '\0')
    clear_filter (self);
  else
    leave_filter (self);
}

/* What is not the present cannot be asked for: another job has to wait until the window is live. */
static void
time_window_changed (SgMetricsLogPage *self)
{
  SgTimeWindow *time_window = sg_page_get_time_window (SG_PAGE (self));

  gtk_widget_set_sensitive (GTK_WIDGET (self->jobs),
                            sg_time_window_get_mode (time_window) == SG_TIME_LIVE);
}

static void
follow_time_window (SgMetricsLogPage *self)
{
  g_signal_connect_object (sg_page_get_time_window (SG_PAGE (self)), "changed",
                           G_CALLBACK (time_window_changed), self, G_CONNECT_SWAPPED);
  time_window_changed (self);
}

static void
place_tool (SgMetricsLogPage *self,
            GtkWidget        *tool,
            int               column,
            int               row,
            int               columns)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (self->tools);

  g_object_set (gtk_layout_manager_get_layout_child (layout, tool), "column", column, "row", row,
                "column-span", columns, NULL);
}

/*
 * Wide:    [job] [filter……………] [count, at the end] [copy] [Export…]
 * Narrow:  [job]                                   [copy] [export]
 *          [filter……………………………………………………………………………………………………]
 *          [count…………………………………………………………………………………………………………]
 */
static void
lay_out_tools (SgMetricsLogPage *self)
{
  gboolean narrow = sg_page_get_width_class (SG_PAGE (self)) == SG_WIDTH_NARROW;

  place_tool (self, GTK_WIDGET (self->filter), narrow ? 0 : 1, narrow ? 1 : 0, narrow ? 3 : 1);
  place_tool (self, GTK_WIDGET (self->count), narrow ? 0 : 2, narrow ? 2 : 0, narrow ? 3 : 1);
  place_tool (self, self->copy, narrow ? 1 : 3, 0, 1);
  place_tool (self, GTK_WIDGET (self->export), narrow ? 2 : 4, 0, 1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->jobs), narrow);
  gtk_label_set_xalign (self->count, narrow ? 0.f : 1.f);
  if (narrow)
    gtk_menu_button_set_icon_name (self->export, "document-save-symbolic");
  else
    gtk_menu_button_set_child (self->export, gtk_label_new (_ ("Export…")));
}

static void
right_clicked (SgMetricsLogPage *self,
               int               n_press,
               double            x,
               double            y)
{
  sg_metrics_log_actions_popup_menu (self, GTK_WIDGET (self->list), x, y);
}

static void
setup_row (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, sg_exposition_row_new ());
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (gtk_list_item_get_child (item)),
                              gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory,
            GtkListItem              *item)
{
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
sg_metrics_log_page_dispose (GObject *object)
{
  SgMetricsLogPage *self = SG_METRICS_LOG_PAGE (object);

  /* What is being worked out keeps the model, which then has nobody to tell. */
  if (self->model != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->model, self);
      g_signal_handlers_disconnect_by_data (
          gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list)), self);
    }
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_METRICS_LOG_PAGE);
  g_clear_object (&self->model);
  g_clear_object (&self->job_names);
  G_OBJECT_CLASS (sg_metrics_log_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, tools);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, jobs);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, filter);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, count);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, copy);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, export);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, strip);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, loading);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, list);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, no_match);
  gtk_widget_class_bind_template_child (widget_class, SgMetricsLogPage, failed);
  gtk_widget_class_bind_template_callback (widget_class, apply_filter);
  gtk_widget_class_bind_template_callback (widget_class, leave_filter);
  gtk_widget_class_bind_template_callback (widget_class, stop_filter);
  gtk_widget_class_bind_template_callback (widget_class, clear_filter);
  gtk_widget_class_bind_template_callback (widget_class, job_chosen);
  gtk_widget_class_bind_template_callback (widget_class, right_clicked);
  gtk_widget_class_bind_template_callback (widget_class, setup_row);
  gtk_widget_class_bind_template_callback (widget_class, bind_row);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row);
}

static void
sg_metrics_log_page_class_init (SgMetricsLogPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_metrics_log_page_dispose;
  SG_PAGE_CLASS (klass)->refresh = sg_metrics_log_page_refresh;
  SG_PAGE_CLASS (klass)->find = sg_metrics_log_page_find;
  g_type_ensure (SG_TYPE_LOADING);
  g_type_ensure (SG_TYPE_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/pages/sg-metrics-log-page.ui");
  bind_template (widget_class);
  sg_metrics_log_actions_install (widget_class);
  sg_metrics_log_export_install (widget_class);
}

static void
sg_metrics_log_page_init (SgMetricsLogPage *self)
{
  static const char *const first_job[] = { "sightglass", NULL };
  GtkAdjustment *adjustment;

  self->model = sg_exposition_model_new ();
  self->job_names = gtk_string_list_new (first_job);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (self->jobs, G_LIST_MODEL (self->job_names));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->model));
  sg_strip_set_page (self->strip, SG_PAGE (self));
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (scrolled), self);
  g_signal_connect_swapped (adjustment, "changed", G_CALLBACK (list_grown), self);
  g_signal_connect_swapped (self->model, "items-changed", G_CALLBACK (rows_moved), self);
  g_signal_connect_swapped (self->model, "shown", G_CALLBACK (model_shown), self);
  g_signal_connect (self, "notify::state", G_CALLBACK (update_view), NULL);
  g_signal_connect (self, "notify::error", G_CALLBACK (update_view), NULL);
  g_signal_connect (self, "notify::engine", G_CALLBACK (update_view), NULL);
  g_signal_connect (self, "notify::width-class", G_CALLBACK (lay_out_tools), NULL);
  g_signal_connect (self, "notify::time-window", G_CALLBACK (follow_time_window), NULL);
  lay_out_tools (self);
  update_view (self);
}

SgPage *
sg_metrics_log_page_new (void)
{
  return g_object_new (SG_TYPE_METRICS_LOG_PAGE, "title", _ ("Metrics Log"), "icon-name",
                       "sg-log-symbolic", "group", _ ("Monitor"), NULL);
}
