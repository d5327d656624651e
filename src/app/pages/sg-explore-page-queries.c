/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-explore-page-private.h"

/* The rows of queries, and how they become the plan of the page. */

static const char *const roles[SG_EXPLORE_MAX_QUERIES] = { "A", "B", "C", "D", "E",
                                                           "F", "G", "H", "I", "J" };

const char *
sg_explore_page_get_role (guint place)
{
  return roles[place];
}

guint
sg_explore_page_count_rows (SgExplorePage *self)
{
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->queries)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    n++;
  return n;
}

SgQueryRow *
sg_explore_page_get_row (SgExplorePage *self,
                         guint          place)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->queries));

  while (place-- > 0 && row != NULL)
    row = gtk_widget_get_next_sibling (row);
  return row != NULL ? SG_QUERY_ROW (row) : NULL;
}

static void
number_rows (SgExplorePage *self)
{
  guint n = sg_explore_page_count_rows (self);

  for (guint i = 0; i < n; i++)
    sg_query_row_set_place (sg_explore_page_get_row (self, i), i, n == 1);
}

static void
row_run (SgExplorePage *self)
{
  sg_explore_page_run (self);
}

static void
row_remove (SgExplorePage *self,
            SgQueryRow    *row)
{
  gtk_box_remove (self->queries, GTK_WIDGET (row));
  number_rows (self);
  gtk_widget_grab_focus (GTK_WIDGET (sg_explore_page_get_row (self, 0)));
  sg_explore_page_run (self);
}

/* Returns: (nullable): the new row, or %NULL when there are as many as there may be */
SgQueryRow *
sg_explore_page_add_row (SgExplorePage *self,
                         const char    *text)
{
  GtkWidget *row;
  SgQueryEditor *editor;

  if (sg_explore_page_count_rows (self) >= SG_EXPLORE_MAX_QUERIES)
    return NULL;
  row = sg_query_row_new ();
  editor = sg_query_row_get_editor (SG_QUERY_ROW (row));
  g_signal_connect_object (row, "run", G_CALLBACK (row_run), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "shown", G_CALLBACK (row_run), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "remove", G_CALLBACK (row_remove), self, G_CONNECT_SWAPPED);
  sg_query_editor_set_catalog (editor, self->catalog);
  sg_query_editor_set_engine (editor, sg_page_get_engine (SG_PAGE (self)));
  sg_query_editor_set_text (editor, text);
  gtk_box_append (self->queries, row);
  number_rows (self);
  return SG_QUERY_ROW (row);
}

static void
remove_rows (SgExplorePage *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->queries))) != NULL)
    gtk_box_remove (self->queries, row);
}

/* Shows the queries of the last time; they are asked with the first refresh. */
void
sg_explore_page_restore (SgExplorePage *self)
{
  g_auto (GStrv) texts = g_settings_get_strv (self->settings, "explore-queries");

  for (guint i = 0; texts[i] != NULL; i++)
    sg_explore_page_add_row (self, texts[i]);
  if (texts[0] == NULL)
    sg_explore_page_add_row (self, "");
}

static char *
get_text (SgQueryRow *row)
{
  return g_strstrip (sg_query_editor_get_text (sg_query_row_get_editor (row)));
}

static void
store_queries (SgExplorePage *self)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < sg_explore_page_count_rows (self); i++)
    {
      g_autofree char *text = get_text (sg_explore_page_get_row (self, i));

      if (*text != '\0')
        g_ptr_array_add (texts, g_steal_pointer (&text));
    }
  g_ptr_array_add (texts, NULL);
  g_settings_set_strv (self->settings, "explore-queries", (const char *const *) texts->pdata);
}

/* What is wrong is shown and not asked. */
static void
plan_row (SgExplorePage *self,
          guint          place)
{
  SgQueryRow *row = sg_explore_page_get_row (self, place);
  SgQueryShape shape = sg_explore_page_is_range (self) ? SG_QUERY_RANGE : SG_QUERY_INSTANT;
  g_autofree char *text = row != NULL ? get_text (row) : g_strdup ("");
  gboolean good = *text != '\0' && sg_query_editor_check (sg_query_row_get_editor (row))
                  && sg_query_row_get_shown (row);

  sg_query_plan_set_query (self->plan, roles[place], good ? text : NULL, shape);
  if (good)
    sg_query_history_add (self->history, text);
}

/* Names keep their colours as long as their queries are there; other queries begin anew. */
static void
renew_colours (SgExplorePage *self)
{
  g_autoptr (SgChartGroup) group = sg_chart_group_new ();

  sg_chart_set_group (self->chart, group);
}

void
sg_explore_page_run (SgExplorePage *self)
{
  if (sg_explore_page_count_rows (self) == 1)
    renew_colours (self);
  for (guint i = SG_EXPLORE_MAX_QUERIES; i-- > 0;)
    plan_row (self, i);
  store_queries (self);
  sg_explore_page_stop_explaining (self);
  sg_explore_page_update_results (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.refresh", NULL);
}

void
sg_explore_page_ask (SgExplorePage *self,
                     const char    *text)
{
  remove_rows (self);
  sg_explore_page_add_row (self, text);
  gtk_stack_set_visible_child_name (self->main, "ask");
  gtk_widget_grab_focus (GTK_WIDGET (sg_explore_page_get_row (self, 0)));
  sg_explore_page_run (self);
}

char *
sg_explore_page_get_first_text (SgExplorePage *self)
{
  for (guint i = 0; i < sg_explore_page_count_rows (self); i++)
    {
      SgQueryRow *row = sg_explore_page_get_row (self, i);
      g_autofree char *text = get_text (row);

      if (*text != '\0' && sg_query_row_get_shown (row))
        return g_steal_pointer (&text);
    }
  return g_strdup ("");
}
