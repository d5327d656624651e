/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-target-problem.h"

#include "widgets/sg-level-style.h"

#include <string.h>

/* What the line in question begins with, where the core cuts it out of a page. */
#define MARK "> "

struct _SgTargetProblem
{
  GtkWidget parent_instance;
  GtkLabel *text;
  GtkLabel *context;
};

G_DEFINE_FINAL_TYPE (SgTargetProblem, sg_target_problem, GTK_TYPE_WIDGET)

/* The line in question is bold; it keeps its mark, so that it does not differ by its weight alone. */
static char *
make_context (const char *context)
{
  g_auto (GStrv) lines = g_strsplit (context, "\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *escaped = g_markup_escape_text (lines[i], -1);
      gboolean marked = g_str_has_prefix (lines[i], MARK);

      if (*lines[i] == '\0')
        continue;
      g_string_append_printf (out, "%s%s%s%s", out->len > 0 ? "\n" : "", marked ? "<b>" : "",
                              escaped, marked ? "</b>" : "");
    }
  return g_string_free (out, FALSE);
}

static char *
make_text (const SgTargetRow *row,
           gboolean           named)
{
  g_autofree char *endpoint = g_markup_escape_text (row->endpoint, -1);
  g_autofree char *error = g_markup_escape_text (row->status->error, -1);

  return named ? g_strdup_printf ("<b>%s</b>\n%s", endpoint, error) : g_steal_pointer (&error);
}

void
sg_target_problem_set_row (SgTargetProblem   *self,
                           const SgTargetRow *row,
                           gboolean           named)
{
  const SgTargetStatus *status = row != NULL ? row->status : NULL;
  g_autofree char *text = NULL;
  g_autofree char *context = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), status != NULL && status->error != NULL);
  if (status == NULL || status->error == NULL)
    return;
  text = make_text (row, named);
  gtk_label_set_markup (self->text, text);
  gtk_widget_set_visible (GTK_WIDGET (self->context), status->error_context != NULL);
  if (status->error_context == NULL)
    return;
  context = make_context (status->error_context);
  gtk_label_set_markup (self->context, context);
}

const char *
sg_target_problem_get_text (SgTargetProblem *self)
{
  return gtk_label_get_text (self->text);
}

static GtkLabel *
add_label (GtkWidget *box)
{
  GtkWidget *label = gtk_label_new (NULL);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
sg_target_problem_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (sg_target_problem_parent_class)->dispose (object);
}

static void
sg_target_problem_class_init (SgTargetProblemClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_target_problem_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
sg_target_problem_init (SgTargetProblem *self)
{
  GtkWidget *icon =
      gtk_image_new_from_icon_name (sg_level_style_get_icon_name (SG_LEVEL_UNHEALTHY));
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_add_css_class (GTK_WIDGET (self), "sg-problem-box");
  gtk_widget_add_css_class (icon, "sg-err");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_parent (icon, GTK_WIDGET (self));
  gtk_widget_add_css_class (words, "words");
  gtk_widget_set_parent (words, GTK_WIDGET (self));
  self->text = add_label (words);
  self->context = add_label (words);
  /* A line of a page is read from left to right everywhere. */
  gtk_widget_set_direction (GTK_WIDGET (self->context), GTK_TEXT_DIR_LTR);
  gtk_widget_add_css_class (GTK_WIDGET (self->context), "sg-query");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sg_target_problem_new (void)
{
  return g_object_new (SG_TYPE_TARGET_PROBLEM, NULL);
}
