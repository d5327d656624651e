/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-source-chooser.h"

#include <glib/gi18n.h>

struct _SgSourceChooser
{
  GtkWidget parent_instance;
  GtkDropDown *list;
  GtkStringList *names;
  GPtrArray *ids;
  SgSourcePlan *plan;
};

static guint chosen_signal;

G_DEFINE_FINAL_TYPE (SgSourceChooser, sg_source_chooser, GTK_TYPE_WIDGET)

static void
selected (SgSourceChooser *self)
{
  guint i = gtk_drop_down_get_selected (self->list);

  if (i >= self->ids->len)
    return;
  sg_source_plan_set_source (self->plan, self->ids->pdata[i]);
  g_signal_emit (self, chosen_signal, 0);
}

static void
select_quietly (SgSourceChooser *self,
                guint            i)
{
  g_signal_handlers_block_by_func (self->list, selected, self);
  gtk_drop_down_set_selected (self->list, i);
  g_signal_handlers_unblock_by_func (self->list, selected, self);
}

/* The list anew; what was chosen stays so, and is in the list also where it has nothing. */
static void
sources_changed (SgSourceChooser *self)
{
  const GPtrArray *sources = sg_source_plan_get_sources (self->plan);
  guint at = gtk_drop_down_get_selected (self->list);
  g_autofree char *chosen = at < self->ids->len ? g_strdup (self->ids->pdata[at]) : NULL;
  g_autofree char *name = g_strdup (gtk_string_list_get_string (self->names, at));
  guint now = 0;

  g_signal_handlers_block_by_func (self->list, selected, self);
  gtk_string_list_splice (self->names, 1, self->ids->len - 1, NULL);
  g_ptr_array_set_size (self->ids, 1);
  for (guint i = 0; i < sources->len; i++)
    {
      const SgSource *source = sources->pdata[i];

      gtk_string_list_append (self->names, source->title);
      g_ptr_array_add (self->ids, g_strdup (source->id));
      if (g_strcmp0 (chosen, source->id) == 0)
        now = i + 1;
    }
  if (chosen != NULL && now == 0)
    {
      now = self->ids->len;
      gtk_string_list_append (self->names, name);
      g_ptr_array_add (self->ids, g_steal_pointer (&chosen));
    }
  g_signal_handlers_unblock_by_func (self->list, selected, self);
  select_quietly (self, now);
}

void
sg_source_chooser_set_plan (SgSourceChooser *self,
                            SgSourcePlan    *plan)
{
  g_set_object (&self->plan, plan);
  g_signal_connect_object (plan, "sources-changed", G_CALLBACK (sources_changed), self,
                           G_CONNECT_SWAPPED);
  sources_changed (self);
}

void
sg_source_chooser_choose (SgSourceChooser *self,
                          const char      *id)
{
  for (guint i = 0; i < self->ids->len; i++)
    {
      if (g_strcmp0 (self->ids->pdata[i], id) == 0)
        gtk_drop_down_set_selected (self->list, i);
    }
}

static void
sg_source_chooser_dispose (GObject *object)
{
  SgSourceChooser *self = SG_SOURCE_CHOOSER (object);

  if (self->list != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->list));
  self->list = NULL;
  g_clear_object (&self->plan);
  G_OBJECT_CLASS (sg_source_chooser_parent_class)->dispose (object);
}

static void
sg_source_chooser_finalize (GObject *object)
{
  g_ptr_array_unref (SG_SOURCE_CHOOSER (object)->ids);
  G_OBJECT_CLASS (sg_source_chooser_parent_class)->finalize (object);
}

static void
sg_source_chooser_class_init (SgSourceChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sg_source_chooser_dispose;
  G_OBJECT_CLASS (klass)->finalize = sg_source_chooser_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_source_chooser_init (SgSourceChooser *self)
{
  const char *const all[] = { _ ("All sources"), NULL };

  self->ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->ids, NULL);
  self->names = gtk_string_list_new (all);
  self->list = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (self->names), NULL));
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Source"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "sg-heading");
  g_signal_connect_swapped (self->list, "notify::selected", G_CALLBACK (selected), self);
}
