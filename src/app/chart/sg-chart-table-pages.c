/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-private.h"

#include "chart/sg-chart-tables.h"
#include "widgets/sg-table.h"

/*
 * The tables of a chart: its twin, which stands in place of the plot, and the legend of many series, which
 * stands below it. Both are made when they are asked for, and have new rows with each refresh.
 */
#define LEGEND_HEIGHT 190

/* A row of the legend was clicked: once hides or shows its series, twice leaves only that. */
static void
on_legend_row (SgChart *self,
               guint    row)
{
  SgScene *scene = sg_chart_get_scene (self);
  gint64 now = g_get_monotonic_time () / 1000;
  g_autofree char *name = NULL;
  int double_click;

  if (row >= scene->series->len)
    return;
  name = g_strdup (sg_series_data_get_name (sg_scene_get_series (scene, row)->data));
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-double-click-time", &double_click,
                NULL);
  if (row == self->clicked_row && now - self->clicked_at <= double_click)
    {
      sg_chart_set_hidden (self, name, FALSE);
      sg_chart_isolate (self, name);
    }
  else
    sg_chart_set_hidden (self, name, !sg_chart_get_hidden (self, name));
  self->clicked_row = row;
  self->clicked_at = now;
}

static void
clear_place (GtkWidget *place)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (place)) != NULL)
    gtk_box_remove (GTK_BOX (place), child);
}

static void
put_table (GtkWidget    *place,
           SgTableModel *model)
{
  GtkWidget *table = sg_table_new (model, NULL, NULL);

  gtk_widget_remove_css_class (table, "card");
  clear_place (place);
  gtk_widget_set_vexpand (table, TRUE);
  gtk_widget_set_hexpand (table, TRUE);
  gtk_box_append (GTK_BOX (place), table);
}

static void
update_legend_table (SgChart *self)
{
  SgScene *scene = sg_chart_get_scene (self);
  g_autoptr (SgTableModel) model = NULL;
  GtkWidget *table = gtk_widget_get_first_child (self->legend_table);

  gtk_widget_set_visible (self->legend_table, self->shows_legend_table);
  if (!self->shows_legend_table)
    {
      clear_place (self->legend_table);
      return;
    }
  model = sg_chart_tables_new_legend (scene);
  if (table != NULL)
    {
      sg_table_set_model (SG_TABLE (table), model);
      return;
    }
  put_table (self->legend_table, model);
  table = gtk_widget_get_first_child (self->legend_table);
  gtk_widget_set_size_request (self->legend_table, -1, LEGEND_HEIGHT);
  sg_table_set_single_click (SG_TABLE (table), TRUE);
  g_signal_connect_swapped (table, "row-activated", G_CALLBACK (on_legend_row), self);
}

void
sg_chart_update_tables (SgChart *self)
{
  update_legend_table (self);
  gtk_stack_set_visible_child_name (self->stack, self->shows_table ? "table" : "plot");
  if (self->shows_table)
    {
      g_autoptr (SgTableModel) model = sg_chart_tables_new_samples (sg_chart_get_scene (self));

      put_table (self->twin, model);
    }
  else
    clear_place (self->twin);
}

/* Shows last, min, max, mean and sum of all series below the plot, in a table that scrolls. */
void
sg_chart_show_legend_table (SgChart  *self,
                            gboolean  show)
{
  self->shows_legend_table = show;
  sg_chart_update_tables (self);
  sg_chart_update_legend (self);
}
