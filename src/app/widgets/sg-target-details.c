/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-target-details.h"

#include "chart/sg-unit.h"
#include "models/sg-format.h"
#include "widgets/sg-sparkline.h"
#include "widgets/sg-status-pill.h"
#include "widgets/sg-target-problem.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>
#include <math.h>

#define N_FACTS 9

struct _SgTargetDetails
{
  GtkWidget parent_instance;
  GtkWidget *close;
  GtkLabel *endpoint;
  GtkWidget *pill;
  GtkLabel *job;
  GtkWidget *problem;
  GtkLabel *note;
  GtkWidget *trend_card;
  GtkLabel *trend_note;
  GtkWidget *trend;
  GtkGrid *facts;
  GtkWidget *labels_title;
  GtkListBox *labels;
  GtkLabel *values[N_FACTS];
  SgLabels *before;
  SgLabels *after;
};

G_DEFINE_FINAL_TYPE (SgTargetDetails, sg_target_details, GTK_TYPE_WIDGET)

static const char *const fact_names[N_FACTS] = {
  N_ ("Last scrape"),
  N_ ("Duration"),
  N_ ("Timeout"),
  N_ ("Samples"),
  N_ ("Kept after relabelling"),
  N_ ("New series"),
  N_ ("Refused"),
  N_ ("Page"),
  N_ ("Scrapes"),
};

/*
 * One line of the two label sets together: what a label was before relabelling, what it is after that, and
 * in a word what became of it.
 */
static char *
describe_change (const char *before,
                 const char *after)
{
  if (g_str_equal (before, after))
    return g_strdup ("");
  if (*before == '\0')
    return g_strdup (_ ("added by relabelling"));
  if (*after == '\0')
    return g_strdup (_ ("not kept"));
  return g_strdup_printf (_ ("was “%s”"), before);
}

static GtkWidget *
make_text (const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  /* What is broken anywhere has no hyphen there: it would be read as part of it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_label_row (const char *name,
                const char *before,
                const char *after)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *change = describe_change (before, after);
  const char *value = *after != '\0' ? after : before;
  g_autofree char *spoken = g_strdup_printf ("%s: %s %s", name, value, change);
  GtkWidget *text = make_text (value, "sg-query-text");

  gtk_box_append (GTK_BOX (box), make_text (name, "caption"));
  gtk_box_append (GTK_BOX (box), text);
  if (*after == '\0')
    gtk_widget_add_css_class (text, "sg-dim");
  if (*change != '\0')
    gtk_box_append (GTK_BOX (box), make_text (change, "caption"));
  gtk_widget_add_css_class (gtk_widget_get_first_child (box), "sg-dim");
  if (*change != '\0')
    gtk_widget_add_css_class (gtk_widget_get_last_child (box), "change");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data_full (G_OBJECT (row), "name", g_strdup (name), g_free);
  g_object_set_data_full (G_OBJECT (row), "change", g_steal_pointer (&change), g_free);
  return row;
}

const char *
sg_target_details_get_change (SgTargetDetails *self,
                              const char      *name)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->labels, i)) != NULL; i++)
    {
      if (g_str_equal (g_object_get_data (G_OBJECT (row), "name"), name))
        return g_object_get_data (G_OBJECT (row), "change");
    }
  return NULL;
}

static void
append_label (SgTargetDetails *self,
              const char      *name)
{
  gtk_list_box_append (self->labels, make_label_row (name, sg_labels_get (self->before, name),
                                                     sg_labels_get (self->after, name)));
}

/* The labels that its series have come first, then those that relabelling took away. */
static void
fill_labels (SgTargetDetails *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->labels, 0)) != NULL)
    gtk_list_box_remove (self->labels, GTK_WIDGET (row));
  for (guint i = 0; i < self->after->n_labels; i++)
    append_label (self, self->after->labels[i].name);
  for (guint i = 0; i < self->before->n_labels; i++)
    {
      if (*sg_labels_get (self->after, self->before->labels[i].name) == '\0')
        append_label (self, self->before->labels[i].name);
    }
}

static void
show_labels (SgTargetDetails      *self,
             const SgTargetStatus *status)
{
  gboolean any = status != NULL && status->labels != NULL;
  SgLabels *before;

  gtk_widget_set_visible (GTK_WIDGET (self->labels), any);
  gtk_widget_set_visible (self->labels_title, any);
  if (!any)
    return;
  before = status->discovered != NULL ? status->discovered : status->labels;
  if (self->after != NULL && sg_labels_equal (self->after, status->labels)
      && sg_labels_equal (self->before, before))
    return;
  g_clear_pointer (&self->before, sg_labels_unref);
  g_clear_pointer (&self->after, sg_labels_unref);
  self->before = sg_labels_ref (before);
  self->after = sg_labels_ref (status->labels);
  fill_labels (self);
}

static void
take_fact (SgTargetDetails *self,
           guint            i,
           char            *text)
{
  gtk_label_set_label (self->values[i], text);
  g_free (text);
}

static char *
format_number (double value)
{
  return isnan (value) ? g_strdup (SG_UNIT_UNKNOWN_TEXT) : sg_format_count ((guint64) value);
}

static char *
describe_last (const SgTargetRow *row,
               SgTimeMs           now)
{
  g_autofree char *ago = sg_format_ago (now - row->last_scrape);
  g_autofree char *clock = sg_format_clock (row->last_scrape, TRUE);

  return row->last_scrape > 0 ? g_strdup_printf (_ ("%s, %s ago"), clock, ago)
                              : g_strdup (SG_UNIT_UNKNOWN_TEXT);
}

static char *
describe_page (const SgTargetStatus *status)
{
  g_autofree char *size = sg_unit_format (SG_UNIT_BYTES, (double) status->page_bytes);

  if (status->page_bytes == 0)
    return g_strdup (SG_UNIT_UNKNOWN_TEXT);
  return status->content_type != NULL ? g_strdup_printf ("%s, %s", size, status->content_type)
                                      : g_steal_pointer (&size);
}

static void
show_facts (SgTargetDetails   *self,
            const SgTargetRow *row,
            SgTimeMs           now)
{
  const SgTargetStatus *status = row->status;
  gboolean scraped = status != NULL && status->scrapes > 0;

  take_fact (self, 0, describe_last (row, now));
  take_fact (self, 1, sg_target_row_describe_duration (row));
  take_fact (self, 2,
             status != NULL && status->timeout_ms > 0 ? sg_format_span (status->timeout_ms)
                                                      : g_strdup (SG_UNIT_UNKNOWN_TEXT));
  take_fact (self, 3, format_number (row->samples));
  take_fact (self, 4, format_number (scraped ? (double) status->kept : NAN));
  take_fact (self, 5, format_number (row->added));
  take_fact (self, 6, format_number (scraped ? (double) status->refused : NAN));
  take_fact (self, 7, status != NULL ? describe_page (status) : g_strdup (SG_UNIT_UNKNOWN_TEXT));
  take_fact (self, 8, format_number (status != NULL ? (double) status->scrapes : NAN));
}

static void
show_trend (SgTargetDetails   *self,
            const SgTargetRow *row)
{
  double longest = NAN;
  g_autofree char *text = NULL;
  g_autofree char *note = NULL;

  for (guint i = 0; i < row->n_trend; i++)
    longest = fmax (longest, row->trend[i]);
  gtk_widget_set_visible (self->trend_card, !isnan (longest));
  sg_sparkline_set_values (SG_SPARKLINE (self->trend), row->trend, row->n_trend);
  sg_sparkline_set_level (SG_SPARKLINE (self->trend), row->level);
  text = sg_unit_format (SG_UNIT_SECONDS, longest);
  note = g_strdup_printf (_ ("longest %s"), text);
  gtk_label_set_label (self->trend_note, note);
}

void
sg_target_details_set_row (SgTargetDetails   *self,
                           const SgTargetRow *row,
                           SgTimeMs           now)
{
  const char *note = row->status == NULL
                         ? _ ("Of the past there is what was stored: no errors, no pages.")
                     : row->status->is_builtin ? _ ("It is collected in this process.")
                                               : NULL;

  gtk_label_set_label (self->endpoint, row->endpoint);
  gtk_label_set_label (self->job, row->job);
  sg_status_pill_set_level (SG_STATUS_PILL (self->pill), row->level);
  sg_status_pill_set_text (SG_STATUS_PILL (self->pill), row->word);
  sg_target_problem_set_row (SG_TARGET_PROBLEM (self->problem), row, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
  gtk_label_set_label (self->note, note != NULL ? note : "");
  show_facts (self, row, now);
  show_trend (self, row);
  show_labels (self, row->status);
}

void
sg_target_details_focus (SgTargetDetails *self)
{
  gtk_widget_grab_focus (self->close);
}

static void
sg_target_details_dispose (GObject *object)
{
  SgTargetDetails *self = SG_TARGET_DETAILS (object);

  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_TARGET_DETAILS);
  g_clear_pointer (&self->before, sg_labels_unref);
  g_clear_pointer (&self->after, sg_labels_unref);
  G_OBJECT_CLASS (sg_target_details_parent_class)->dispose (object);
}

static void
sg_target_details_class_init (SgTargetDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_target_details_dispose;
  g_type_ensure (SG_TYPE_SPARKLINE);
  g_type_ensure (SG_TYPE_STATUS_PILL);
  g_type_ensure (SG_TYPE_TARGET_PROBLEM);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-target-details.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, close);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, endpoint);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, pill);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, job);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, problem);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, note);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, trend_card);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, trend_note);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, trend);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, facts);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, labels_title);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDetails, labels);
}

static void
sg_target_details_init (SgTargetDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_FACTS; i++)
    {
      GtkWidget *name = make_text (_ (fact_names[i]), "sg-dim");
      GtkWidget *value = make_text ("", "numeric");

      gtk_label_set_selectable (GTK_LABEL (name), FALSE);
      gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_xalign (GTK_LABEL (value), 1.f);
      gtk_widget_set_hexpand (value, TRUE);
      gtk_widget_set_valign (name, GTK_ALIGN_START);
      gtk_grid_attach (self->facts, name, 0, (int) i, 1, 1);
      gtk_grid_attach (self->facts, value, 1, (int) i, 1, 1);
      self->values[i] = GTK_LABEL (value);
    }
}

GtkWidget *
sg_target_details_new (void)
{
  return g_object_new (SG_TYPE_TARGET_DETAILS, NULL);
}
