/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-found-list.h"

#include "models/sg-format.h"
#include "models/sg-target-job.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

struct _SgFoundList
{
  GtkWidget parent_instance;
  GCancellable *searching;
  GPtrArray *found;
  GHashTable *ports;
  GtkLabel *note;
  GtkWidget *spinner;
  GtkWidget *list;
};

static guint add_signal;

G_DEFINE_FINAL_TYPE (SgFoundList, sg_found_list, GTK_TYPE_WIDGET)

gboolean
sg_found_list_is_busy (SgFoundList *self)
{
  return self->searching != NULL;
}

guint
sg_found_list_get_n_rows (SgFoundList *self)
{
  guint n = 0;

  while (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) n) != NULL)
    n++;
  return n;
}

static void
add_clicked (SgFoundList *self,
             GtkWidget   *button)
{
  const SgFoundTarget *found = g_object_get_data (G_OBJECT (button), "found");

  g_signal_emit (self, add_signal, 0, found->name, found->address);
}

static GtkWidget *
make_row (SgFoundList   *self,
          SgFoundTarget *found)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Add…"));
  g_autofree char *count = sg_format_count (found->n_samples);
  g_autofree char *samples =
      g_strdup_printf (ngettext ("%s sample", "%s samples", found->n_samples), count);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", found->address, samples);
  g_autofree char *spoken = g_strdup_printf (_ ("Add %s on %s"), found->name, found->address);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), found->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "found", sg_found_target_ref (found),
                          (GDestroyNotify) sg_found_target_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (add_clicked), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

/* A port of loopback is one service, by whatever name the target asks for it. */
static char *
port_of (const char *address)
{
  const char *colon = strrchr (address, ':');

  return g_strndup (colon != NULL ? colon + 1 : "",
                    colon != NULL ? strspn (colon + 1, "0123456789") : 0);
}

static gboolean
is_watched (SgFoundList         *self,
            const SgFoundTarget *found)
{
  g_autofree char *port = port_of (found->address);

  return self->ports != NULL && g_hash_table_contains (self->ports, port);
}

static void
update (SgFoundList *self)
{
  GtkListBoxRow *row;
  guint n = 0;

  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
  for (guint i = 0; self->found != NULL && i < self->found->len; i++)
    {
      SgFoundTarget *found = self->found->pdata[i];

      if (is_watched (self, found))
        continue;
      gtk_list_box_append (GTK_LIST_BOX (self->list), make_row (self, found));
      n++;
    }
  gtk_widget_set_visible (self->list, n > 0);
  gtk_widget_set_visible (self->spinner, self->searching != NULL);
  gtk_label_set_label (self->note, self->searching != NULL
                                       ? _ ("Looking at what listens on this machine…")
                                   : n > 0 ? _ ("These tell metrics, and are not watched yet.")
                                           : _ ("Nothing else on this machine tells metrics."));
}

void
sg_found_list_show (SgFoundList *self,
                    GPtrArray   *found)
{
  g_ptr_array_ref (found);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  self->found = found;
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  update (self);
}

static gboolean
is_here (const char *authority)
{
  g_autofree char *host = g_strndup (authority, strcspn (authority, ":"));

  return g_str_equal (host, "localhost") || g_str_has_prefix (host, "127.")
         || g_str_has_prefix (authority, "[::1]") || g_str_equal (host, g_get_host_name ());
}

static void
add_port (GHashTable *ports,
          const char *address)
{
  const char *host = strstr (address, "://");
  g_autofree char *authority = NULL;

  host = host != NULL ? host + 3 : address;
  authority = g_strndup (host, strcspn (host, "/?"));
  if (is_here (authority))
    g_hash_table_add (ports, port_of (authority));
}

static gboolean
same_ports (GHashTable *a,
            GHashTable *b)
{
  GHashTableIter iter;
  gpointer port;

  if (a == NULL || g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &port, NULL))
    {
      if (!g_hash_table_contains (b, port))
        return FALSE;
    }
  return TRUE;
}

void
sg_found_list_set_watched (SgFoundList  *self,
                           GPtrArray    *jobs,
                           SgHttpStatus *own)
{
  g_autoptr (GHashTable) ports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < jobs->len; i++)
    {
      const SgTargetJob *job = jobs->pdata[i];

      for (guint j = 0; j < job->rows->len; j++)
        add_port (ports, ((SgTargetRow *) job->rows->pdata[j])->endpoint);
    }
  if (own != NULL && own->address != NULL)
    add_port (ports, own->address);
  if (same_ports (self->ports, ports))
    return;
  g_clear_pointer (&self->ports, g_hash_table_unref);
  self->ports = g_steal_pointer (&ports);
  if (self->found != NULL)
    update (self);
}

static void
searched (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (SgFoundList) self = data;
  g_autoptr (GPtrArray) found = sg_local_search_run_finish (result, NULL);

  g_clear_object (&self->searching);
  if (self->list == NULL)
    return;
  if (found != NULL)
    sg_found_list_show (self, found);
  else
    update (self);
}

void
sg_found_list_search (SgFoundList *self)
{
  if (self->searching != NULL)
    return;
  self->searching = g_cancellable_new ();
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  update (self);
  sg_local_search_run_async (NULL, self->searching, searched, g_object_ref (self));
}

static void
sg_found_list_dispose (GObject *object)
{
  SgFoundList *self = SG_FOUND_LIST (object);
  GtkWidget *child;

  if (self->searching != NULL)
    g_cancellable_cancel (self->searching);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  self->list = NULL;
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_clear_pointer (&self->ports, g_hash_table_unref);
  G_OBJECT_CLASS (sg_found_list_parent_class)->dispose (object);
}

static void
sg_found_list_class_init (SgFoundListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sg_found_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  add_signal = g_signal_new ("add", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                             NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
sg_found_list_init (SgFoundList *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *title = gtk_label_new (_ ("On this machine"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->spinner = gtk_spinner_new ();
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), TRUE);
  self->note = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->note, 0.f);
  gtk_label_set_ellipsize (self->note, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->note), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "sg-dim");
  gtk_widget_add_css_class (title, "sg-section-title");
  gtk_widget_add_css_class (head, "sg-section");
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->note));
  gtk_box_append (GTK_BOX (head), self->spinner);
  gtk_widget_set_parent (head, GTK_WIDGET (self));
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Found on this machine"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

GtkWidget *
sg_found_list_new (void)
{
  return g_object_new (SG_TYPE_FOUND_LIST, NULL);
}
