/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-metrics-log-export.h"

#include <glib/gi18n.h>

static const struct
{
  const char *name;
  const char *ending;
} formats[] = {
  [SG_EXPORT_TEXT] = { "text", ".prom" },
  [SG_EXPORT_OPENMETRICS] = { "openmetrics", ".openmetrics.txt" },
  [SG_EXPORT_JSON] = { "json", ".json" },
  [SG_EXPORT_CSV] = { "csv", ".csv" },
};

typedef struct
{
  SgMetricsLogPage *page;
  GFile *file;
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->page);
  g_object_unref (export->file);
  g_free (export);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

static void
tell_failure (Export       *export,
              const GError *error)
{
  g_autofree char *title = g_strdup_printf (_ ("Not exported: %s"), error->message);
  g_autofree char *markup = g_markup_escape_text (title, -1);

  sg_page_add_toast (SG_PAGE (export->page), adw_toast_new (markup));
}

static void
tell_success (Export *export)
{
  g_autofree char *name = g_file_get_basename (export->file);
  g_autofree char *uri = g_file_get_uri (export->file);
  g_autofree char *shown_name = g_filename_display_name (name);
  g_autofree char *title = g_strdup_printf (_ ("Saved as “%s”"), shown_name);
  g_autofree char *markup = g_markup_escape_text (title, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_button_label (toast, _ ("Open Folder"));
  adw_toast_set_action_name (toast, "win.open-folder");
  adw_toast_set_action_target (toast, "s", uri);
  sg_page_add_toast (SG_PAGE (export->page), toast);
}

static void
file_written (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Export) export = data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    tell_success (export);
  else
    tell_failure (export, error);
}

static void
got_bytes (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (Export) export = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sg_engine_export_finish (SG_ENGINE (object), result, &error);
  GFile *file = export->file;

  if (bytes == NULL)
    tell_failure (export, error);
  else
    g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                         file_written, g_steal_pointer (&export));
}

/* Writes the metrics of the job that is shown, as they are now, into @file, and tells how it went. */
void
sg_metrics_log_export_to (SgMetricsLogPage *self,
                          SgExportFormat    format,
                          GFile            *file)
{
  SgEngine *engine = sg_page_get_engine (SG_PAGE (self));
  Export *export;

  g_return_if_fail (engine != NULL);
  export = g_new0 (Export, 1);
  export->page = g_object_ref (self);
  export->file = g_object_ref (file);
  sg_engine_export_async (engine, sg_metrics_log_page_get_job (self), format, NULL, got_bytes,
                          export);
}

/* Returns: (transfer full): "sightglass-20260514-135704.prom" */
char *
sg_metrics_log_export_name (const char     *job,
                            SgExportFormat  format,
                            SgTimeMs        time)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (time / 1000);
  g_autofree char *stamp = g_date_time_format (local, "%Y%m%d-%H%M%S");
  g_autofree char *name = g_strdelimit (g_strdup (job), "/\\:*?\"<>|", '-');

  return g_strconcat (name, "-", stamp, formats[format].ending, NULL);
}

typedef struct
{
  SgMetricsLogPage *page;
  SgExportFormat format;
} Question;

static void
file_chosen (GtkNativeDialog *dialog,
             int              response,
             gpointer         data)
{
  Question *question = data;
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && sg_page_get_engine (SG_PAGE (question->page)) != NULL)
    sg_metrics_log_export_to (question->page, question->format, file);
  g_object_unref (question->page);
  g_free (question);
  g_object_unref (dialog);
}

static void
ask_for_file (SgMetricsLogPage *self,
              SgExportFormat    format)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  SgTimeWindow *time_window = sg_page_get_time_window (SG_PAGE (self));
  SgTimeMs now = sg_clock_now_ms (sg_time_window_get_clock (time_window));
  g_autofree char *name =
      sg_metrics_log_export_name (sg_metrics_log_page_get_job (self), format, now);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Export Metrics"), GTK_WINDOW (root), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  Question *question = g_new0 (Question, 1);

  question->page = g_object_ref (self);
  question->format = format;
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (file_chosen), question);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
export_activated (GtkWidget  *widget,
                  const char *action,
                  GVariant   *parameter)
{
  const char *name = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (g_str_equal (formats[i].name, name))
        ask_for_file (SG_METRICS_LOG_PAGE (widget), (SgExportFormat) i);
    }
}

void
sg_metrics_log_export_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "log.export", "s", export_activated);
}
