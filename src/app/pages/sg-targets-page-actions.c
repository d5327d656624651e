/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-targets-page-private.h"

#include "models/sg-command.h"
#include "models/sg-target-form.h"

#include <glib/gi18n.h>
#include <string.h>

/* The actions of the page, so that buttons, keys, the palette of commands and tests take one way. */

/*
 * A change of the configuration that is under way. What is not wanted is kept, for Undo; the dialog that
 * asked for it is told how it went.
 */
typedef struct
{
  SgTargetsPage *page;
  SgTargetDialog *dialog;
  char *job;
  char *address;
  SgLabels *labels;
  char *told;
  gboolean can_undo;
} Change;

static void
change_free (Change *change)
{
  g_clear_weak_pointer (&change->dialog);
  g_object_unref (change->page);
  g_free (change->job);
  g_free (change->address);
  g_clear_pointer (&change->labels, sg_labels_unref);
  g_free (change->told);
  g_free (change);
}

static void
tell (SgTargetsPage *self,
      const char    *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  sg_page_add_toast (SG_PAGE (self), adw_toast_new (markup));
}

static void
refresh (SgTargetsPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.refresh", NULL);
}

/* A toast is not inside of the page: the page's actions are out of its reach. */
static void
undo_clicked (SgTargetsPage *self,
              AdwToast      *toast)
{
  GVariant *target = g_object_get_data (G_OBJECT (toast), "undo");

  gtk_widget_activate_action_variant (GTK_WIDGET (self), "targets.undo", target);
}

static void
tell_change (Change *change)
{
  g_autofree char *markup = g_markup_escape_text (change->told, -1);
  AdwToast *toast = adw_toast_new (markup);

  if (change->can_undo)
    {
      g_autofree char *labels = sg_target_form_write_labels (change->labels);
      GVariant *target = g_variant_new ("(sss)", change->job, change->address, labels);

      adw_toast_set_button_label (toast, _ ("_Undo"));
      g_object_set_data_full (G_OBJECT (toast), "undo", g_variant_ref_sink (target),
                              (GDestroyNotify) g_variant_unref);
      g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_clicked), change->page,
                               G_CONNECT_SWAPPED);
    }
  sg_page_add_toast (SG_PAGE (change->page), toast);
}

static void
changed (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  Change *change = data;
  g_autoptr (GError) error = NULL;
  gboolean done = sg_engine_change_target_finish (SG_ENGINE (object), result, &error);

  if (change->page->main == NULL)
    {
      change_free (change);
      return;
    }
  if (change->dialog != NULL)
    sg_target_dialog_take_answer (change->dialog, done ? NULL : error->message);
  else if (!done)
    tell (change->page, error->message);
  if (done)
    {
      tell_change (change);
      refresh (change->page);
    }
  change_free (change);
}

static Change *
change_new (SgTargetsPage  *self,
            const char     *job,
            const char     *address,
            const SgLabels *labels,
            const char     *format)
{
  Change *change = g_new0 (Change, 1);

  change->page = g_object_ref (self);
  change->job = g_strdup (job);
  change->address = g_strdup (address);
  change->labels = sg_labels_ref (labels);
  change->told = g_strconcat (address, " ", format, NULL);
  return change;
}

static void
begin_change (SgTargetsPage        *self,
              const SgTargetChange *wanted,
              Change               *change)
{
  SgEngine *engine = sg_page_get_engine (SG_PAGE (self));

  if (engine != NULL)
    sg_engine_change_target_async (engine, wanted, changed, change);
  else
    change_free (change);
}

static void
add_target (SgTargetsPage  *self,
            SgTargetDialog *dialog,
            const char     *job,
            const char     *address,
            const SgLabels *labels)
{
  const SgTargetChange wanted = { SG_TARGET_VERB_ADD, job, address, NULL, labels };
  Change *change = change_new (self, job, address, labels, _ ("is watched now"));

  if (dialog != NULL)
    g_set_weak_pointer (&change->dialog, dialog);
  begin_change (self, &wanted, change);
}

static void
add_done (SgTargetsPage  *self,
          const char     *job,
          const char     *address,
          SgLabels       *labels,
          SgTargetDialog *dialog)
{
  add_target (self, dialog, job, address, labels);
}

static void
edit_done (SgTargetsPage  *self,
           const char     *job,
           const char     *address,
           SgLabels       *labels,
           SgTargetDialog *dialog)
{
  const char *before = g_object_get_data (G_OBJECT (dialog), "address");
  const SgTargetChange wanted = { SG_TARGET_VERB_CHANGE, job, before, address, labels };
  Change *change = change_new (self, job, address, labels, _ ("is changed"));

  g_set_weak_pointer (&change->dialog, dialog);
  begin_change (self, &wanted, change);
}

static GtkWidget *
present_dialog (SgTargetsPage        *self,
                const SgTargetStatus *status,
                GCallback             done)
{
  GtkWidget *dialog = sg_target_dialog_new (status);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (root));
  g_signal_connect_object (dialog, "done", done, self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}

void
sg_targets_page_add_found (SgTargetsPage *self,
                           const char    *name,
                           const char    *address)
{
  GtkWidget *dialog = present_dialog (self, NULL, G_CALLBACK (add_done));

  sg_target_dialog_suggest (SG_TARGET_DIALOG (dialog), name, address);
}

static void
add_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  present_dialog (data, NULL, G_CALLBACK (add_done));
}

static const SgTargetStatus *
chosen_status (SgTargetsPage *self)
{
  const SgTargetRow *row = sg_targets_page_get_chosen (self);

  return row != NULL ? row->status : NULL;
}

static void
edit_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  const SgTargetStatus *status = chosen_status (data);
  GtkWidget *dialog;

  if (status == NULL)
    return;
  dialog = present_dialog (data, status, G_CALLBACK (edit_done));
  g_object_set_data_full (G_OBJECT (dialog), "address",
                          g_strdup (sg_labels_get (status->discovered, "__address__")), g_free);
}

static void
remove_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  SgTargetsPage *self = data;
  const SgTargetStatus *status = chosen_status (self);
  g_autoptr (SgLabels) labels = NULL;
  Change *change;

  if (status == NULL)
    return;
  labels = sg_target_form_own_labels (status);
  change = change_new (self, status->job, sg_labels_get (status->discovered, "__address__"), labels,
                       _ ("is no longer watched"));
  change->can_undo = TRUE;
  begin_change (
      self, &(SgTargetChange) { SG_TARGET_VERB_REMOVE, change->job, change->address, NULL, NULL },
      change);
}

static void
undo_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  const char *job, *address, *text;
  g_autofree char *problem = NULL;
  g_autoptr (SgLabels) labels = NULL;

  g_variant_get (parameter, "(&s&s&s)", &job, &address, &text);
  labels = sg_target_form_parse_labels (text, &problem);
  if (labels != NULL)
    add_target (data, NULL, job, address, labels);
  else
    tell (data, problem);
}

static void
scrape_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  const SgTargetStatus *status = chosen_status (data);
  SgEngine *engine = sg_page_get_engine (data);

  if (status != NULL && engine != NULL)
    sg_engine_scrape_now (engine, status->job, status->url);
}

static void
scrape_all_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       data)
{
  SgEngine *engine = sg_page_get_engine (data);

  if (engine != NULL)
    sg_engine_scrape_now (engine, NULL, NULL);
}

static void
open_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  const SgTargetStatus *status = chosen_status (data);

  if (status != NULL)
    g_app_info_launch_default_for_uri_async (status->url, NULL, NULL, NULL, NULL);
}

static void
copy_curl_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       data)
{
  const SgTargetStatus *status = chosen_status (data);
  g_autofree char *command = status != NULL ? sg_target_form_make_curl (status) : NULL;

  if (command == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (data), command);
  tell (data, _ ("Copied as a curl command, without passwords and tokens"));
}

static void
reloaded (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (SgTargetsPage) self = data;
  gboolean good = sg_engine_reload_finish (SG_ENGINE (object), result, NULL);

  if (self->main == NULL)
    return;
  /* What is wrong is told by the bar, in full. */
  tell (self, good ? _ ("The configuration is read") : _ ("The configuration is wrong"));
  refresh (self);
}

static void
reload_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  SgEngine *engine = sg_page_get_engine (data);

  if (engine != NULL)
    sg_engine_reload_async (engine, reloaded, g_object_ref (data));
}

static void
open_config_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       data)
{
  SgTargetsPage *self = data;
  g_autofree char *uri = NULL;

  if (self->config == NULL || self->config->path == NULL)
    return;
  uri = g_filename_to_uri (self->config->path, NULL, NULL);
  if (uri != NULL)
    g_app_info_launch_default_for_uri_async (uri, NULL, NULL, NULL, NULL);
}

static void
search_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  sg_found_list_search (SG_TARGETS_PAGE (data)->found);
}

static void
show_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  const char *job, *endpoint;

  g_variant_get (parameter, "(&s&s)", &job, &endpoint);
  sg_targets_page_choose (data, job, endpoint);
}

static void
filter_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  gtk_editable_set_text (GTK_EDITABLE (SG_TARGETS_PAGE (data)->filter),
                         g_variant_get_string (parameter, NULL));
}

static void
close_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  sg_targets_page_close_details (data);
}

static const GActionEntry entries[] = {
  { "add", add_activated, NULL, NULL, NULL },
  { "edit", edit_activated, NULL, NULL, NULL },
  { "remove", remove_activated, NULL, NULL, NULL },
  { "undo", undo_activated, "(sss)", NULL, NULL },
  { "scrape", scrape_activated, NULL, NULL, NULL },
  { "scrape-all", scrape_all_activated, NULL, NULL, NULL },
  { "open", open_activated, NULL, NULL, NULL },
  { "copy-curl", copy_curl_activated, NULL, NULL, NULL },
  { "reload", reload_activated, NULL, NULL, NULL },
  { "open-config", open_config_activated, NULL, NULL, NULL },
  { "search", search_activated, NULL, NULL, NULL },
  { "show", show_activated, "(ss)", NULL, NULL },
  { "filter", filter_activated, "s", NULL, NULL },
  { "close-details", close_activated, NULL, NULL, NULL },
};

static void
enable (SgTargetsPage *self,
        const char    *action,
        gboolean       enabled)
{
  GAction *found = g_action_map_lookup_action (G_ACTION_MAP (self->actions), action);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (found), enabled);
}

/* What cannot be done to the target that is open, or to any, cannot be asked for. */
void
sg_targets_page_update_actions (SgTargetsPage *self)
{
  const SgTargetStatus *status = chosen_status (self);
  gboolean runs = sg_page_get_engine (SG_PAGE (self)) != NULL;
  gboolean asked = status != NULL && !status->is_builtin;
  gboolean written = status != NULL && sg_target_form_is_written (status);

  enable (self, "add", runs);
  enable (self, "search", runs);
  enable (self, "scrape-all", runs);
  enable (self, "reload", runs);
  enable (self, "edit", runs && written);
  enable (self, "remove", runs && written);
  enable (self, "scrape", runs && asked);
  enable (self, "open", asked);
  enable (self, "copy-curl", asked);
}

static void
add_command (SgTargetsPage *self,
             GPtrArray     *commands,
             const char    *title,
             const char    *group,
             const char    *action,
             GVariant      *target)
{
  g_ptr_array_add (commands, sg_command_new (title, group, "sg-target-symbolic", SG_PAGE (self),
                                             action, target));
}

/* What can be done here, and every target. */
void
sg_targets_page_list_commands (SgPage    *page,
                               GPtrArray *commands)
{
  SgTargetsPage *self = SG_TARGETS_PAGE (page);

  add_command (self, commands, _ ("Add a Target"), _ ("Targets"), "targets.add", NULL);
  add_command (self, commands, _ ("Find What Runs Here"), _ ("Targets"), "targets.search", NULL);
  add_command (self, commands, _ ("Scrape All Targets Now"), _ ("Targets"), "targets.scrape-all",
               NULL);
  add_command (self, commands, _ ("Reload the Configuration"), _ ("Targets"), "targets.reload",
               NULL);
  for (guint i = 0; i < self->jobs->len; i++)
    {
      const SgTargetJob *job = self->jobs->pdata[i];

      for (guint j = 0; j < job->rows->len; j++)
        {
          const SgTargetRow *row = job->rows->pdata[j];
          g_autofree char *title = g_strdup_printf ("%s: %s", job->name, row->endpoint);

          add_command (self, commands, title, _ ("Target"), "targets.show",
                       g_variant_new ("(ss)", row->job, row->endpoint));
        }
    }
}

void
sg_targets_page_actions_init (SgTargetsPage *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "targets", G_ACTION_GROUP (self->actions));
}
