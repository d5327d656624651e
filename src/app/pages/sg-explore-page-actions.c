/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-explore-page-private.h"

#include "models/sg-command.h"
#include "models/sg-metric-item.h"
#include "widgets/sg-history-popover.h"

#include <glib/gi18n.h>

/* The actions of the page, so that buttons, keys, the palette of commands and tests take one way. */

static GAction *
lookup (SgExplorePage *self,
        const char    *name)
{
  return g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);
}

static gboolean
state_is (SgExplorePage *self,
          const char    *action,
          const char    *wanted)
{
  g_autoptr (GVariant) state = g_action_get_state (lookup (self, action));

  return g_str_equal (g_variant_get_string (state, NULL), wanted);
}

gboolean
sg_explore_page_is_range (SgExplorePage *self)
{
  return state_is (self, "shape", "range");
}

const char *
sg_explore_page_get_view (SgExplorePage *self)
{
  static const char *const views[] = { "chart", "table", "raw", "json", "explain" };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      if (state_is (self, "view", views[i]))
        return views[i];
    }
  return views[0];
}

void
sg_explore_page_set_view (SgExplorePage *self,
                          const char    *view)
{
  g_action_change_state (lookup (self, "view"), g_variant_new_string (view));
}

static void
run_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  sg_explore_page_run (data);
}

static void
add_query_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       data)
{
  SgQueryRow *row = sg_explore_page_add_row (data, "");

  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
browse_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  SgExplorePage *self = data;

  gtk_stack_set_visible_child_name (self->main, "browse");
  sg_metric_browser_find (self->browser);
}

static void
use_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  sg_explore_page_ask (data, g_variant_get_string (parameter, NULL));
}

static void
clear_history_activated (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       data)
{
  sg_query_history_clear (SG_EXPLORE_PAGE (data)->history);
}

static void
view_changed (GSimpleAction *action,
              GVariant      *value,
              gpointer       data)
{
  SgExplorePage *self = data;

  g_simple_action_set_state (action, value);
  sg_explore_page_stop_explaining (self);
  sg_explore_page_update_view (self);
}

/* One moment has no chart, so that it begins with the table. */
static void
shape_changed (GSimpleAction *action,
               GVariant      *value,
               gpointer       data)
{
  SgExplorePage *self = data;

  g_simple_action_set_state (action, value);
  if (!sg_explore_page_is_range (self) && state_is (self, "view", "chart"))
    sg_explore_page_set_view (self, "table");
  else if (sg_explore_page_is_range (self) && state_is (self, "view", "table"))
    sg_explore_page_set_view (self, "chart");
  sg_explore_page_run (self);
}

static const GActionEntry entries[] = {
  { "run", run_activated, NULL, NULL, NULL },
  { "add-query", add_query_activated, NULL, NULL, NULL },
  { "browse", browse_activated, NULL, NULL, NULL },
  { "use", use_activated, "s", NULL, NULL },
  { "clear-history", clear_history_activated, NULL, NULL, NULL },
  { "view", NULL, "s", "'chart'", view_changed },
  { "shape", NULL, "s", "'range'", shape_changed },
};

static void
add_command (SgExplorePage *self,
             GPtrArray     *commands,
             const char    *title,
             const char    *group,
             const char    *action,
             GVariant      *target)
{
  g_ptr_array_add (commands, sg_command_new (title, group, "sg-explore-symbolic", SG_PAGE (self),
                                             action, target));
}

/* What can be done here, the queries that were saved, and a query for each metric. */
void
sg_explore_page_list_commands (SgPage    *page,
                               GPtrArray *commands)
{
  SgExplorePage *self = SG_EXPLORE_PAGE (page);

  add_command (self, commands, _ ("Browse Metrics"), _ ("Explore"), "explore.browse", NULL);
  add_command (self, commands, _ ("Add a Query"), _ ("Explore"), "explore.add-query", NULL);
  add_command (self, commands, _ ("Forget Recent Queries"), _ ("Explore"), "explore.clear-history",
               NULL);
  for (guint i = 0; i < sg_query_history_get_n_saved (self->history); i++)
    {
      SgSavedQuery saved = sg_query_history_get_saved (self->history, i);

      add_command (self, commands, saved.name, _ ("Saved query"), "explore.use",
                   g_variant_new_string (saved.text));
    }
  for (guint i = 0; self->catalog != NULL && i < self->catalog->n_metrics; i++)
    {
      g_autoptr (SgMetricItem) item = sg_metric_item_new (self->catalog, i);
      g_autofree char *query = sg_metric_item_make_query (item);

      add_command (self, commands, self->catalog->metrics[i].name, _ ("Metric"), "explore.use",
                   g_variant_new_string (query));
    }
}

static void
save_query (SgExplorePage *self,
            const char    *name)
{
  g_autofree char *text = sg_explore_page_get_first_text (self);
  g_autofree char *told = g_strdup_printf (_ ("Saved as “%s”"), name);
  g_autofree char *markup = g_markup_escape_text (told, -1);

  if (*text == '\0')
    return;
  sg_query_history_save (self->history, name, text);
  sg_page_add_toast (SG_PAGE (self), adw_toast_new (markup));
}

static void
create_history (GtkMenuButton *button,
                gpointer       data)
{
  SgExplorePage *self = data;
  GtkWidget *popover = sg_history_popover_new (self->history);

  g_signal_connect_object (popover, "chosen", G_CALLBACK (sg_explore_page_ask), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (popover, "save", G_CALLBACK (save_query), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (button, popover);
  gtk_menu_button_set_create_popup_func (button, NULL, NULL, NULL);
}

void
sg_explore_page_actions_init (SgExplorePage *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "explore", G_ACTION_GROUP (self->actions));
  gtk_menu_button_set_create_popup_func (self->history_button, create_history, self, NULL);
}
