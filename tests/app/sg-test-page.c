/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-page.h"

struct _SgTestPage
{
  SgPage parent_instance;
  GTask *task;
  guint n_begun;
  guint n_cancelled;
};

G_DEFINE_FINAL_TYPE (SgTestPage, sg_test_page, SG_TYPE_PAGE)

static void
cancelled (GCancellable *cancellable,
           SgTestPage   *self)
{
  self->n_cancelled++;
}

static void
sg_test_page_refresh (SgPage *page,
                      GTask  *task)
{
  SgTestPage *self = SG_TEST_PAGE (page);

  /* One that was cancelled and not answered yet gives way. */
  if (self->task != NULL)
    sg_test_page_answer (self, "cancelled");
  self->task = task;
  self->n_begun++;
  g_signal_connect (g_task_get_cancellable (task), "cancelled", G_CALLBACK (cancelled), self);
}

guint
sg_test_page_get_n_begun (SgTestPage *self)
{
  return self->n_begun;
}

guint
sg_test_page_get_n_cancelled (SgTestPage *self)
{
  return self->n_cancelled;
}

gboolean
sg_test_page_is_refreshing (SgTestPage *self)
{
  return self->task != NULL;
}

/* Ends the refresh that waits, well or with @error, and lets its news get around. */
void
sg_test_page_answer (SgTestPage *self,
                     const char *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_assert_nonnull (task);
  g_signal_handlers_disconnect_by_data (g_task_get_cancellable (task), self);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
sg_test_page_set_content (SgTestPage *self,
                          GtkWidget  *content)
{
  gtk_widget_set_parent (content, GTK_WIDGET (self));
}

static void
sg_test_page_class_init (SgTestPageClass *klass)
{
  SG_PAGE_CLASS (klass)->refresh = sg_test_page_refresh;
}

static void
sg_test_page_init (SgTestPage *self)
{
}

SgTestPage *
sg_test_page_new (const char *title,
                  const char *icon_name,
                  const char *group,
                  gboolean    wants_time_window)
{
  return g_object_new (SG_TYPE_TEST_PAGE, "title", title, "icon-name", icon_name, "group", group,
                       "wants-time-window", wants_time_window, NULL);
}
