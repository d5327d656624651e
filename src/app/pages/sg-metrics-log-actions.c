/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-metrics-log-actions.h"

#include "models/sg-exposition-copy.h"
#include "models/sg-format.h"
#include "widgets/sg-exposition-row.h"

#include <glib/gi18n.h>

/* The line that the context menu was opened on is kept with the menu, which goes when it is closed. */
#define LINE_KEY "sg-context-line"

typedef struct
{
  SgMetricsLogPage *page;
  guint n_lines;
} Copying;

static void
copy_done (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  Copying *copying = data;
  g_autofree char *text = sg_exposition_copy_finish (result);
  g_autofree char *count = sg_format_count (copying->n_lines);
  g_autofree char *title =
      g_strdup_printf (ngettext ("Copied %s line", "Copied %s lines", copying->n_lines), count);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (copying->page)), text);
  sg_page_add_toast (SG_PAGE (copying->page), adw_toast_new (title));
  g_object_unref (copying->page);
  g_free (copying);
}

static void
copy_rows (SgMetricsLogPage *self,
           SgExpositionView *view,
           GtkBitset        *rows)
{
  Copying *copying = g_new0 (Copying, 1);

  copying->page = g_object_ref (self);
  copying->n_lines = (guint) gtk_bitset_get_size (rows);
  sg_exposition_copy_async (view, rows, copy_done, copying);
}

static void
copy_activated (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  SgMetricsLogPage *self = SG_METRICS_LOG_PAGE (widget);
  SgExpositionModel *model = sg_metrics_log_page_get_model (self);
  SgExpositionView *view = sg_exposition_model_get_view (model);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (model));
  g_autoptr (GtkBitset) all = NULL;

  if (view == NULL || sg_exposition_view_get_n_rows (view) == 0)
    return;
  all = gtk_bitset_new_range (0, sg_exposition_view_get_n_rows (view));
  copy_rows (self, view, gtk_bitset_is_empty (selected) ? all : selected);
}

static SgExpositionLine *
context_line (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), LINE_KEY);
}

static void
copy_line_activated (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  SgExpositionLine *line = context_line (widget);
  g_autoptr (GtkBitset) rows = NULL;

  if (line == NULL)
    return;
  rows = gtk_bitset_new_range (sg_exposition_line_get_row (line), 1);
  copy_rows (SG_METRICS_LOG_PAGE (widget), sg_exposition_line_get_view (line), rows);
}

static void
copy_family_activated (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  SgExpositionLine *line = context_line (widget);
  g_autoptr (GtkBitset) rows = NULL;

  if (line == NULL)
    return;
  rows = sg_exposition_copy_family_rows (sg_exposition_line_get_view (line),
                                         sg_exposition_line_get_row (line));
  copy_rows (SG_METRICS_LOG_PAGE (widget), sg_exposition_line_get_view (line), rows);
}

static void
filter_family_activated (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  SgExpositionLine *line = context_line (widget);

  if (line != NULL)
    sg_metrics_log_page_set_filter (SG_METRICS_LOG_PAGE (widget),
                                    sg_exposition_line_get_family (line)->name);
}

static GMenuModel *
make_menu (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) copies = g_menu_new ();

  g_menu_append (copies, _ ("Copy _Line"), "log.copy-line");
  g_menu_append (copies, _ ("Copy _Family"), "log.copy-family");
  g_menu_append (copies, _ ("Copy _Selected Lines"), "log.copy");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copies));
  g_menu_append (menu, _ ("Show _Only This Family"), "log.filter-family");
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/* The row at (x, y); above the first line of a family there is a gap that belongs to the row as well. */
static SgExpositionRow *
find_row (GtkWidget *list,
          double     x,
          double     y)
{
  GtkWidget *picked = gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT);

  if (picked == NULL || picked == list)
    return NULL;
  if (SG_IS_EXPOSITION_ROW (picked))
    return SG_EXPOSITION_ROW (picked);
  picked = gtk_widget_get_first_child (picked);
  return SG_IS_EXPOSITION_ROW (picked) ? SG_EXPOSITION_ROW (picked) : NULL;
}

static gboolean
unparent_popover (gpointer data)
{
  if (gtk_widget_get_parent (data) != NULL)
    gtk_widget_unparent (data);
  return G_SOURCE_REMOVE;
}

/* Its actions run after it has closed, hence it goes in an idle. The page may go before that. */
static void
popover_closed (GtkWidget *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent_popover, g_object_ref (popover),
                   g_object_unref);
}

/* Opens the menu of the line at (x, y) of @list. */
void
sg_metrics_log_actions_popup_menu (SgMetricsLogPage *self,
                                   GtkWidget        *list,
                                   double            x,
                                   double            y)
{
  SgExpositionRow *row = find_row (list, x, y);
  g_autoptr (GMenuModel) menu = NULL;
  GtkWidget *popover;
  double page_x, page_y;

  if (row == NULL || sg_exposition_row_get_line (row) == NULL)
    return;
  g_object_set_data_full (G_OBJECT (self), LINE_KEY,
                          g_object_ref (sg_exposition_row_get_line (row)), g_object_unref);
  menu = make_menu ();
  popover = gtk_popover_menu_new_from_model (menu);
  gtk_widget_set_parent (popover, GTK_WIDGET (self));
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_widget_translate_coordinates (list, GTK_WIDGET (self), x, y, &page_x, &page_y);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover),
                               &(GdkRectangle) { (int) page_x, (int) page_y, 1, 1 });
  g_signal_connect (popover, "closed", G_CALLBACK (popover_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

void
sg_metrics_log_actions_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "log.copy", NULL, copy_activated);
  gtk_widget_class_install_action (klass, "log.copy-line", NULL, copy_line_activated);
  gtk_widget_class_install_action (klass, "log.copy-family", NULL, copy_family_activated);
  gtk_widget_class_install_action (klass, "log.filter-family", NULL, filter_family_activated);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "log.copy", NULL);
}
