/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-metric-browser.h"

#include "models/sg-format.h"
#include "models/sg-metric-item.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _SgMetricBrowser
{
  GtkWidget parent_instance;
  GListStore *metrics;
  GtkStringList *job_names;
  GtkCustomFilter *filter;
  GtkFilterListModel *shown;
  SgCatalog *catalog;
  GtkSearchEntry *words;
  GtkDropDown *jobs;
  GtkLabel *count;
  GtkStack *stack;
  GtkColumnView *view;
  GtkColumnViewColumn *type;
  GtkColumnViewColumn *labels;
  GtkColumnViewColumn *help;
};

enum
{
  CHOSEN,
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgMetricBrowser, sg_metric_browser, GTK_TYPE_WIDGET)

guint
sg_metric_browser_get_n_shown (SgMetricBrowser *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->shown));
}

static void
update_count (SgMetricBrowser *self)
{
  guint n_shown = sg_metric_browser_get_n_shown (self);
  guint n_metrics = self->catalog != NULL ? self->catalog->n_metrics : 0;
  g_autofree char *shown = sg_format_count (n_shown);
  g_autofree char *all = sg_format_count (n_metrics);
  g_autofree char *series = sg_format_count (self->catalog != NULL ? self->catalog->n_series : 0);
  g_autofree char *text = n_shown == n_metrics
                              /* Translators: how many metrics, and how many series they have */
                              ? g_strdup_printf (_ ("%s metrics · %s series"), all, series)
                              : g_strdup_printf (_ ("%s of %s metrics"), shown, all);

  gtk_label_set_label (self->count, text);
  gtk_stack_set_visible_child_name (self->stack, n_shown > 0 ? "list" : "nothing");
}

/* The first of the jobs stands for all of them. */
static const char *
get_job (SgMetricBrowser *self)
{
  guint selected = gtk_drop_down_get_selected (self->jobs);

  return selected > 0 ? gtk_string_list_get_string (self->job_names, selected) : NULL;
}

static gboolean
is_shown (gpointer item,
          gpointer data)
{
  SgMetricBrowser *self = data;

  return sg_metric_item_matches (item, gtk_editable_get_text (GTK_EDITABLE (self->words)),
                                 get_job (self));
}

static void
filter_changed (SgMetricBrowser *self)
{
  if (self->filter == NULL)
    return;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update_count (self);
}

static void
update_jobs (SgMetricBrowser *self)
{
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (self->job_names));
  g_autofree char *chosen = g_strdup (get_job (self));

  gtk_string_list_splice (self->job_names, 1, n_jobs - 1,
                          (const char *const *) self->catalog->jobs);
  for (guint i = 0; chosen != NULL && self->catalog->jobs[i] != NULL; i++)
    {
      if (g_str_equal (self->catalog->jobs[i], chosen))
        gtk_drop_down_set_selected (self->jobs, i + 1);
    }
}

void
sg_metric_browser_set_catalog (SgMetricBrowser *self,
                               SgCatalog       *catalog)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  sg_catalog_ref (catalog);
  g_clear_pointer (&self->catalog, sg_catalog_unref);
  self->catalog = catalog;
  for (guint i = 0; i < catalog->n_metrics; i++)
    g_ptr_array_add (items, sg_metric_item_new (catalog, i));
  g_list_store_splice (self->metrics, 0, g_list_model_get_n_items (G_LIST_MODEL (self->metrics)),
                       items->pdata, items->len);
  update_jobs (self);
  update_count (self);
}

/* A column that is hidden still takes its width: it is taken out, and put in again at its place. */
static void
show_column (SgMetricBrowser     *self,
             GtkColumnViewColumn *column,
             guint                place,
             gboolean             shown)
{
  gboolean is_shown_now = gtk_column_view_column_get_column_view (column) != NULL;

  if (shown && !is_shown_now)
    gtk_column_view_insert_column (self->view, place, column);
  else if (!shown && is_shown_now)
    gtk_column_view_remove_column (self->view, column);
}

void
sg_metric_browser_set_width_class (SgMetricBrowser *self,
                                   SgWidthClass     width_class)
{
  gboolean narrow = width_class == SG_WIDTH_NARROW;

  show_column (self, self->type, 1, !narrow);
  show_column (self, self->labels, 3, !narrow);
  show_column (self, self->help, 4, width_class == SG_WIDTH_WIDE);
}

void
sg_metric_browser_find (SgMetricBrowser *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->words));
}

static void
close_clicked (SgMetricBrowser *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
choose (SgMetricBrowser *self,
        guint            position)
{
  g_autoptr (SgMetricItem) item =
      g_list_model_get_item (G_LIST_MODEL (gtk_column_view_get_model (self->view)), position);
  g_autofree char *query = NULL;

  if (item == NULL)
    return;
  query = sg_metric_item_make_query (item);
  g_signal_emit (self, signals[CHOSEN], 0, query);
}

static void
row_activated (SgMetricBrowser *self,
               guint            position)
{
  choose (self, position);
}

/* Enter in the search takes the first that is found. */
static void
words_activated (SgMetricBrowser *self)
{
  choose (self, 0);
}

static void
words_stopped (SgMetricBrowser *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->words)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->words), "");
  else
    close_clicked (self);
}

static void
setup_text (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            const char               *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), g_str_equal (css_class, "numeric") ? 1.f : 0.f);
  gtk_label_set_ellipsize (GTK_LABEL (label), g_str_equal (css_class, "sg-query-text")
                                                  ? PANGO_ELLIPSIZE_MIDDLE
                                                  : PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  gtk_list_item_set_child (item, label);
}

static void
set_text (GtkListItem *item,
          const char  *text)
{
  GtkWidget *label = gtk_list_item_get_child (item);

  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, text);
}

static const SgCatalogMetric *
get_metric (GtkListItem *item)
{
  return sg_metric_item_get_metric (gtk_list_item_get_item (item));
}

static void
bind_name (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  set_text (item, get_metric (item)->name);
}

static void
bind_type (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  const char *type = get_metric (item)->type;

  set_text (item, *type != '\0' ? type : "–");
}

static void
bind_series (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  g_autofree char *text = sg_format_count (get_metric (item)->n_series);

  set_text (item, text);
}

static void
bind_labels (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  g_autofree char *text = sg_metric_item_describe_labels (gtk_list_item_get_item (item));

  set_text (item, text);
}

static void
bind_help (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  set_text (item, get_metric (item)->help);
}

typedef void (*Bind) (GtkSignalListItemFactory *factory, GtkListItem *item);

static GtkColumnViewColumn *
add_column (SgMetricBrowser *self,
            const char      *title,
            const char      *css_class,
            Bind             bind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column = gtk_column_view_column_new (title, factory);

  g_signal_connect (factory, "setup", G_CALLBACK (setup_text), (gpointer) css_class);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (self->view, column);
  return column;
}

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  return g_strcmp0 (sg_metric_item_get_metric ((SgMetricItem *) a)->name,
                    sg_metric_item_get_metric ((SgMetricItem *) b)->name);
}

static int
compare_series (gconstpointer a,
                gconstpointer b,
                gpointer      data)
{
  guint left = sg_metric_item_get_metric ((SgMetricItem *) a)->n_series;
  guint right = sg_metric_item_get_metric ((SgMetricItem *) b)->n_series;

  return (left > right) - (left < right);
}

static void
set_sorter (GtkColumnViewColumn *column,
            GCompareDataFunc     compare)
{
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));

  gtk_column_view_column_set_sorter (column, sorter);
}

static void
add_columns (SgMetricBrowser *self)
{
  g_autoptr (GtkColumnViewColumn) name =
      add_column (self, _ ("Metric"), "sg-query-text", bind_name);
  g_autoptr (GtkColumnViewColumn) series = NULL;

  gtk_column_view_column_set_expand (name, TRUE);
  set_sorter (name, compare_names);
  self->type = add_column (self, _ ("Type"), "type", bind_type);
  series = add_column (self, _ ("Series"), "numeric", bind_series);
  set_sorter (series, compare_series);
  self->labels = add_column (self, _ ("Values by label"), "sg-dim", bind_labels);
  gtk_column_view_column_set_fixed_width (self->labels, 220);
  self->help = add_column (self, _ ("Meaning"), "sg-dim", bind_help);
  gtk_column_view_column_set_expand (self->help, TRUE);
}

static void
set_up_model (SgMetricBrowser *self)
{
  GtkSortListModel *sorted;
  GtkSingleSelection *selection;

  self->metrics = g_list_store_new (SG_TYPE_METRIC_ITEM);
  self->filter = gtk_custom_filter_new (is_shown, self, NULL);
  self->shown = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->metrics)),
                                           GTK_FILTER (g_object_ref (self->filter)));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->shown)),
                                    g_object_ref (gtk_column_view_get_sorter (self->view)));
  selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}

static void
sg_metric_browser_dispose (GObject *object)
{
  SgMetricBrowser *self = SG_METRIC_BROWSER (object);

  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  g_clear_object (&self->filter);
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_METRIC_BROWSER);
  g_clear_object (&self->type);
  g_clear_object (&self->labels);
  g_clear_object (&self->help);
  g_clear_object (&self->shown);
  g_clear_object (&self->metrics);
  g_clear_object (&self->job_names);
  g_clear_pointer (&self->catalog, sg_catalog_unref);
  G_OBJECT_CLASS (sg_metric_browser_parent_class)->dispose (object);
}

static void
sg_metric_browser_class_init (SgMetricBrowserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_metric_browser_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-metric-browser.ui");
  gtk_widget_class_bind_template_child (widget_class, SgMetricBrowser, words);
  gtk_widget_class_bind_template_child (widget_class, SgMetricBrowser, jobs);
  gtk_widget_class_bind_template_child (widget_class, SgMetricBrowser, count);
  gtk_widget_class_bind_template_child (widget_class, SgMetricBrowser, stack);
  gtk_widget_class_bind_template_child (widget_class, SgMetricBrowser, view);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, words_activated);
  gtk_widget_class_bind_template_callback (widget_class, words_stopped);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_metric_browser_init (SgMetricBrowser *self)
{
  const char *all[] = { _ ("All jobs"), NULL };

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  self->job_names = gtk_string_list_new (all);
  gtk_drop_down_set_model (self->jobs, G_LIST_MODEL (self->job_names));
  set_up_model (self);
  add_columns (self);
  update_count (self);
}

GtkWidget *
sg_metric_browser_new (void)
{
  return g_object_new (SG_TYPE_METRIC_BROWSER, NULL);
}
