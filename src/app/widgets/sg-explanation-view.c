/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-explanation-view.h"

#include "chart/sg-unit.h"
#include "models/sg-format.h"
#include "widgets/sg-level-style.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>

#define INDENT 18

struct _SgExplanationView
{
  GtkWidget parent_instance;
  GtkStack *stack;
  GtkListBox *list;
  GtkLabel *message;
};

G_DEFINE_FINAL_TYPE (SgExplanationView, sg_explanation_view, GTK_TYPE_WIDGET)

static char *
describe_count (const SgExplanationPart *part)
{
  g_autofree char *n_series = sg_format_count (part->n_series);
  g_autofree char *n_samples = sg_format_count (part->n_samples);
  g_autofree char *series = NULL;
  g_autofree char *samples = NULL;

  if (part->error != NULL)
    return g_strdup (part->error);
  if (part->n_series == 0)
    return g_strdup (_ ("nothing"));
  series = g_strdup_printf (ngettext ("%s series", "%s series", (gulong) part->n_series), n_series);
  samples =
      g_strdup_printf (ngettext ("%s sample", "%s samples", (gulong) part->n_samples), n_samples);
  return g_strdup_printf ("%s · %s", series, samples);
}

static GtkWidget *
make_label (const char *text,
            const char *css_class,
            float       xalign)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* The share of the whole query's time, which is the first part's. */
static GtkWidget *
make_bar (const SgExplanationPart *part,
          const SgExplanation     *explanation)
{
  gint64 whole = MAX (explanation->parts[0].duration_us, 1);
  GtkWidget *bar = gtk_level_bar_new_for_interval (0., 1.);

  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar),
                           CLAMP ((double) part->duration_us / (double) whole, 0., 1.));
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Share of the time"), -1);
  return bar;
}

static GtkWidget *
make_row (const SgExplanationPart *part,
          const SgExplanation     *explanation)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *head = make_label (part->head, "sg-query-text", 0.f);
  g_autofree char *count = describe_count (part);
  g_autofree char *time = sg_unit_format (SG_UNIT_SECONDS, (double) part->duration_us / 1e6);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", part->head, count, time);
  GtkWidget *counts = make_label (count, "caption", 0.f);
  GtkWidget *times = make_label (time, "caption", 1.f);

  gtk_widget_set_margin_start (texts, (int) part->depth * INDENT);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_add_css_class (counts, "numeric");
  gtk_widget_add_css_class (times, "numeric");
  gtk_widget_add_css_class (times, "time");
  gtk_label_set_width_chars (GTK_LABEL (times), 7);
  if (part->error != NULL || part->n_series == 0)
    sg_level_style_apply (counts, part->error != NULL ? SG_LEVEL_UNHEALTHY : SG_LEVEL_DEGRADED);
  else
    gtk_widget_add_css_class (counts, "sg-dim");
  gtk_box_append (GTK_BOX (texts), head);
  gtk_box_append (GTK_BOX (texts), counts);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), make_bar (part, explanation));
  gtk_box_append (GTK_BOX (box), times);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static void
clear (SgExplanationView *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

static GtkWidget *
make_heading (const SgExplanation *explanation)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = make_label (explanation->text, "heading", 0.f);

  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  explanation->text, -1);
  return row;
}

void
sg_explanation_view_set_explanations (SgExplanationView *self,
                                      GPtrArray         *explanations)
{
  clear (self);
  for (guint i = 0; i < explanations->len; i++)
    {
      const SgExplanation *explanation = g_ptr_array_index (explanations, i);

      if (explanations->len > 1)
        gtk_list_box_append (self->list, make_heading (explanation));
      for (guint k = 0; k < explanation->n_parts; k++)
        gtk_list_box_append (self->list, make_row (&explanation->parts[k], explanation));
    }
  gtk_stack_set_visible_child_name (self->stack, "parts");
}

void
sg_explanation_view_set_message (SgExplanationView *self,
                                 const char        *message)
{
  gtk_label_set_label (self->message, message);
  gtk_stack_set_visible_child_name (self->stack, "message");
}

static void
sg_explanation_view_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_EXPLANATION_VIEW);
  G_OBJECT_CLASS (sg_explanation_view_parent_class)->dispose (object);
}

static void
sg_explanation_view_class_init (SgExplanationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_explanation_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-explanation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, SgExplanationView, stack);
  gtk_widget_class_bind_template_child (widget_class, SgExplanationView, list);
  gtk_widget_class_bind_template_child (widget_class, SgExplanationView, message);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sg_explanation_view_init (SgExplanationView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sg_explanation_view_new (void)
{
  return g_object_new (SG_TYPE_EXPLANATION_VIEW, NULL);
}
