/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-page-title.h"

#include "widgets/sg-level-style.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

struct _SgPageTitle
{
  GtkWidget parent_instance;
  GtkLabel *title;
  GtkWidget *caption_box;
  GtkImage *dot;
  GtkImage *warning;
  GtkLabel *caption;
};

G_DEFINE_FINAL_TYPE (SgPageTitle, sg_page_title, GTK_TYPE_WIDGET)

void
sg_page_title_set_title (SgPageTitle *self,
                         const char  *title)
{
  gtk_label_set_label (self->title, title);
}

void
sg_page_title_set_caption (SgPageTitle *self,
                           SgPageSign   sign,
                           const char  *caption)
{
  gtk_widget_set_visible (GTK_WIDGET (self->dot), sign == SG_PAGE_SIGN_LIVE);
  gtk_widget_set_visible (GTK_WIDGET (self->warning), sign == SG_PAGE_SIGN_WARN);
  gtk_label_set_label (self->caption, caption);
  gtk_widget_set_visible (self->caption_box, *caption != '\0');
}

const char *
sg_page_title_get_caption (SgPageTitle *self)
{
  return gtk_label_get_label (self->caption);
}

static void
sg_page_title_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_PAGE_TITLE);
  G_OBJECT_CLASS (sg_page_title_parent_class)->dispose (object);
}

static void
sg_page_title_class_init (SgPageTitleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_page_title_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-page-title.ui");
  gtk_widget_class_bind_template_child (widget_class, SgPageTitle, title);
  gtk_widget_class_bind_template_child (widget_class, SgPageTitle, caption_box);
  gtk_widget_class_bind_template_child (widget_class, SgPageTitle, dot);
  gtk_widget_class_bind_template_child (widget_class, SgPageTitle, warning);
  gtk_widget_class_bind_template_child (widget_class, SgPageTitle, caption);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_page_title_init (SgPageTitle *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  sg_page_title_set_caption (self, SG_PAGE_SIGN_NONE, "");
}

GtkWidget *
sg_page_title_new (void)
{
  return g_object_new (SG_TYPE_PAGE_TITLE, NULL);
}
