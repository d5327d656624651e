/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-answer-text.h"

#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>
#include <string.h>

struct _SgAnswerText
{
  GtkWidget parent_instance;
  GtkTextView *view;
  GtkLabel *more;
  GCancellable *making;
  char *subject;
  GBytes *whole;
};

typedef struct
{
  GPtrArray *answers;
  gboolean json;
} Job;

G_DEFINE_FINAL_TYPE (SgAnswerText, sg_answer_text, GTK_TYPE_WIDGET)

static void
job_free (gpointer data)
{
  Job *job = data;

  g_ptr_array_unref (job->answers);
  g_free (job);
}

static void
append_series (GString              *out,
               const SgPromqlSeries *series)
{
  for (gsize i = 0; i < series->column.n; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      gint64 t = series->column.t[i];

      if (i == 0)
        sg_labels_append_text (series->labels, out);
      g_ascii_dtostr (number, sizeof number, series->column.f[i]);
      g_string_append_printf (out, "%s%s @%" G_GINT64_FORMAT ".%03d", i == 0 ? " " : "\n    ",
                              number, t / 1000, (int) ABS (t % 1000));
    }
  g_string_append_c (out, '\n');
}

static void
append_answer (GString       *out,
               SgQueryAnswer *answer)
{
  g_string_append_printf (out, "# %s\n", answer->text);
  if (answer->error != NULL)
    g_string_append_printf (out, "%s\n", answer->error->message);
  if (answer->result == NULL)
    return;
  if (answer->result->type == SG_VALUE_TYPE_SCALAR)
    g_string_append_printf (out, "%.17g\n", answer->result->scalar);
  if (answer->result->string != NULL)
    {
      g_string_append_len (out, g_bytes_get_data (answer->result->string, NULL),
                           (gssize) g_bytes_get_size (answer->result->string));
      g_string_append_c (out, '\n');
    }
  for (guint i = 0; i < answer->result->n_series; i++)
    append_series (out, &answer->result->series[i]);
}

static void
append_json (GString       *out,
             SgQueryAnswer *answer)
{
  g_autoptr (GBytes) json = sg_query_answer_to_json (answer);

  g_string_append_len (out, g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json));
  g_string_append_c (out, '\n');
}

static void
make_text (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  Job *job = data;
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < job->answers->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      if (job->json)
        append_json (out, g_ptr_array_index (job->answers, i));
      else
        append_answer (out, g_ptr_array_index (job->answers, i));
    }
  g_task_return_pointer (task, g_string_free_to_bytes (out), (GDestroyNotify) g_bytes_unref);
}

/* Whether somebody reads it: has scrolled down, or has chosen a piece. */
static gboolean
is_read (SgAnswerText *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  return gtk_adjustment_get_value (adjustment) > 0.
         || gtk_text_buffer_get_has_selection (gtk_text_view_get_buffer (self->view));
}

/* The text is cut at the end of a line, and says so. */
static void
show_text (SgAnswerText *self)
{
  gsize size;
  const char *text = g_bytes_get_data (self->whole, &size);
  gsize shown = size;

  if (size > SG_ANSWER_TEXT_MAX)
    {
      const char *end = g_utf8_find_prev_char (text, text + SG_ANSWER_TEXT_MAX);

      shown = (gsize) (end - text);
    }
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, (int) shown);
  gtk_widget_set_visible (GTK_WIDGET (self->more), shown < size);
}

static void
text_made (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  SgAnswerText *self = SG_ANSWER_TEXT (object);
  const char *subject = g_task_get_name (G_TASK (result));
  GBytes *text = g_task_propagate_pointer (G_TASK (result), NULL);
  gboolean same;

  if (text == NULL)
    return;
  g_clear_object (&self->making);
  g_clear_pointer (&self->whole, g_bytes_unref);
  self->whole = text;
  same = g_strcmp0 (self->subject, subject) == 0;
  g_free (self->subject);
  self->subject = g_strdup (subject);
  /* A refresh does not take away what somebody reads. */
  if (self->view != NULL && !(same && is_read (self)))
    show_text (self);
}

/* Returns: (transfer full): what the text will be about, whatever the time */
static char *
make_subject (GPtrArray *answers,
              gboolean   json)
{
  GString *out = g_string_new (json ? "json" : "raw");

  for (guint i = 0; i < answers->len; i++)
    g_string_append_printf (out, "\n%s", ((SgQueryAnswer *) answers->pdata[i])->text);
  return g_string_free (out, FALSE);
}

static void
stop (SgAnswerText *self)
{
  if (self->making != NULL)
    g_cancellable_cancel (self->making);
  g_clear_object (&self->making);
}

void
sg_answer_text_set_answers (SgAnswerText *self,
                            GPtrArray    *answers,
                            gboolean      json)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *subject = make_subject (answers, json);
  Job *job = g_new (Job, 1);

  *job = (Job) { g_ptr_array_ref (answers), json };
  stop (self);
  self->making = g_cancellable_new ();
  task = g_task_new (self, self->making, text_made, NULL);
  g_task_set_name (task, subject);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, make_text);
}

gboolean
sg_answer_text_is_busy (SgAnswerText *self)
{
  return self->making != NULL;
}

char *
sg_answer_text_get_text (SgAnswerText *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
copy_clicked (SgAnswerText *self)
{
  g_autofree char *text = NULL;

  if (self->whole == NULL)
    return;
  text = g_strndup (g_bytes_get_data (self->whole, NULL), g_bytes_get_size (self->whole));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
sg_answer_text_dispose (GObject *object)
{
  SgAnswerText *self = SG_ANSWER_TEXT (object);

  stop (self);
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_ANSWER_TEXT);
  self->view = NULL;
  g_clear_pointer (&self->whole, g_bytes_unref);
  g_clear_pointer (&self->subject, g_free);
  G_OBJECT_CLASS (sg_answer_text_parent_class)->dispose (object);
}

static void
sg_answer_text_class_init (SgAnswerTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_answer_text_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-answer-text.ui");
  gtk_widget_class_bind_template_child (widget_class, SgAnswerText, view);
  gtk_widget_class_bind_template_child (widget_class, SgAnswerText, more);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_answer_text_init (SgAnswerText *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
sg_answer_text_new (void)
{
  return g_object_new (SG_TYPE_ANSWER_TEXT, NULL);
}
