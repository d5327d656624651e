/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-loading.h"

#include "widgets/sg-template.h"

#include "sg-config.h"

#define SPINNER_AFTER_MS 150
#define WORDS_AFTER_MS   2000

struct _SgLoading
{
  GtkWidget parent_instance;
  GtkSpinner *spinner;
  GtkWidget *words;
  GtkLabel *text;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (SgLoading, sg_loading, GTK_TYPE_WIDGET)

static gboolean
show_words (gpointer data)
{
  SgLoading *self = data;

  self->timeout = 0;
  gtk_widget_set_visible (self->words, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
show_spinner (gpointer data)
{
  SgLoading *self = data;

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
  gtk_spinner_start (self->spinner);
  self->timeout = g_timeout_add (WORDS_AFTER_MS - SPINNER_AFTER_MS, show_words, self);
  return G_SOURCE_REMOVE;
}

static void
sg_loading_map (GtkWidget *widget)
{
  SgLoading *self = SG_LOADING (widget);

  GTK_WIDGET_CLASS (sg_loading_parent_class)->map (widget);
  self->timeout = g_timeout_add (SPINNER_AFTER_MS, show_spinner, self);
}

static void
sg_loading_unmap (GtkWidget *widget)
{
  SgLoading *self = SG_LOADING (widget);

  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
  gtk_widget_set_visible (self->words, FALSE);
  GTK_WIDGET_CLASS (sg_loading_parent_class)->unmap (widget);
}

void
sg_loading_set_text (SgLoading  *self,
                     const char *text)
{
  gtk_label_set_label (self->text, text);
}

static void
sg_loading_dispose (GObject *object)
{
  g_clear_handle_id (&SG_LOADING (object)->timeout, g_source_remove);
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_LOADING);
  G_OBJECT_CLASS (sg_loading_parent_class)->dispose (object);
}

static void
sg_loading_class_init (SgLoadingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_loading_dispose;
  widget_class->map = sg_loading_map;
  widget_class->unmap = sg_loading_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-loading.ui");
  gtk_widget_class_bind_template_child (widget_class, SgLoading, spinner);
  gtk_widget_class_bind_template_child (widget_class, SgLoading, words);
  gtk_widget_class_bind_template_child (widget_class, SgLoading, text);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_loading_init (SgLoading *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
sg_loading_new (void)
{
  return g_object_new (SG_TYPE_LOADING, NULL);
}
