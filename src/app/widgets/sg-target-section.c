/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-target-section.h"

#include "chart/sg-unit.h"
#include "models/sg-format.h"
#include "widgets/sg-status-pill.h"
#include "widgets/sg-target-problem.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAX_ROWS     10
#define MAX_PROBLEMS 3

struct _SgTargetSection
{
  GtkWidget parent_instance;
  SgTargetJob *job;
  SgTableModel *model;
  GSettings *settings;
  GtkLabel *name;
  GtkWidget *pill;
  GtkLabel *summary;
  GtkWidget *all;
  GtkWidget *table;
  GtkWidget *problems[MAX_PROBLEMS];
  GtkLabel *more_problems;
};

enum
{
  ROW_ACTIVATED,
  SHOW_ALL,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgTargetSection, sg_target_section, GTK_TYPE_WIDGET)

typedef enum
{
  STATE,
  ENDPOINT,
  LAST_SCRAPE,
  DURATION,
  LABELS,
  TREND,
  SAMPLES,
  ADDED,
} Place;

/* All sections have columns of the same widths, so that they stand in line down the page. */
static const SgTableColumn columns[] = {
  [STATE] = { "state", N_ ("State"), .pill = TRUE, .least_width = 98, .width = 98 },
  [ENDPOINT] = { "endpoint", N_ ("Endpoint"), .fills = TRUE, .least_width = 156, .width = 156 },
  [LAST_SCRAPE] = { "last", N_ ("Last Scrape"), .numeric = TRUE, .least_width = 118, .width = 118 },
  [DURATION] = { "duration", N_ ("Duration"), .numeric = TRUE, .least_width = 130, .width = 130 },
  [LABELS] = { "labels", N_ ("Labels"), .expand = TRUE, .least_width = 120, .width = 120 },
  [TREND] = { "trend", N_ ("Trend"), .trend = TRUE, .least_width = 96, .width = 96 },
  [SAMPLES] = { "samples", N_ ("Samples"), .numeric = TRUE, .least_width = 90, .width = 90 },
  [ADDED] = { "added", N_ ("New Series"), .numeric = TRUE, .least_width = 118, .width = 118 },
};

static char *
format_number (double value)
{
  return isnan (value) ? g_strdup (SG_UNIT_UNKNOWN_TEXT) : sg_format_count ((guint64) value);
}

static char *
format_last (const SgTargetRow *row,
             SgTimeMs           now)
{
  g_autofree char *ago = NULL;

  if (row->last_scrape == 0)
    return g_strdup (SG_UNIT_UNKNOWN_TEXT);
  ago = sg_format_ago (now - row->last_scrape);
  return g_strdup_printf (_ ("%s ago"), ago);
}

/* What nearly every endpoint has is not said in each row; the details have all of it. */
static char *
shorten (const char *endpoint)
{
  static const char scheme[] = "http://", path[] = "/metrics";
  const char *start = g_str_has_prefix (endpoint, scheme) ? endpoint + strlen (scheme) : endpoint;
  gsize length = strlen (start);

  return g_strndup (start, g_str_has_suffix (start, path) ? length - strlen (path) : length);
}

static void
fill_number (SgTableCell *cell,
             double       number)
{
  cell->number = number;
  cell->text = format_number (number);
}

static void
fill_cell (guint        index,
           guint        column,
           SgTableCell *cell,
           gpointer     data)
{
  const SgTargetJob *job = data;
  const SgTargetRow *row = job->rows->pdata[index];

  cell->level = row->level;
  switch ((Place) column)
    {
    case STATE:
      cell->text = g_strdup (row->word);
      break;
    case ENDPOINT:
      cell->text = shorten (row->endpoint);
      break;
    case LAST_SCRAPE:
      cell->number = row->last_scrape > 0 ? (double) (job->time - row->last_scrape) : NAN;
      cell->text = format_last (row, job->time);
      break;
    case DURATION:
      cell->number = row->duration;
      cell->text = sg_target_row_describe_duration (row);
      break;
    case TREND:
      cell->trend = g_memdup2 (row->trend, row->n_trend * sizeof *row->trend);
      cell->n_trend = row->n_trend;
      break;
    case SAMPLES:
      fill_number (cell, row->samples);
      break;
    case ADDED:
      fill_number (cell, row->added);
      break;
    case LABELS:
      cell->text = g_strdup (*row->labels != '\0' ? row->labels : SG_UNIT_UNKNOWN_TEXT);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* "3 of 4 up · every 15 s · 2 dropped by relabelling" */
static char *
make_summary (const SgTargetJob *job,
              gint64             interval_ms)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out,
                          ngettext ("%u of %u target up", "%u of %u targets up", job->n_targets),
                          job->n_up, job->n_targets);
  if (interval_ms > 0)
    {
      g_autofree char *interval = sg_format_span (interval_ms);

      g_string_append (out, " · ");
      g_string_append_printf (out, _ ("every %s"), interval);
    }
  if (job->n_dropped > 0)
    {
      g_string_append (out, " · ");
      g_string_append_printf (
          out, ngettext ("%u dropped by relabelling", "%u dropped by relabelling", job->n_dropped),
          job->n_dropped);
    }
  return g_string_free (out, FALSE);
}

static void
show_head (SgTargetSection *self)
{
  const SgTargetJob *job = self->job;
  gint64 interval_ms = job->rows->len > 0 ? ((SgTargetRow *) job->rows->pdata[0])->interval_ms : 0;
  g_autofree char *summary = make_summary (job, interval_ms);
  g_autofree char *all = g_strdup_printf (_ ("All %u Targets…"), job->rows->len);
  g_autofree char *name = NULL;

  gtk_label_set_label (self->name, job->name);
  name = g_strdup_printf (_ ("Targets of %s"), job->name);
  sg_table_set_name (SG_TABLE (self->table), name);
  sg_status_pill_set_level (SG_STATUS_PILL (self->pill), job->level);
  gtk_label_set_label (self->summary, summary);
  gtk_button_set_label (GTK_BUTTON (self->all), all);
  gtk_widget_set_visible (self->all, job->rows->len > MAX_ROWS);
  gtk_widget_set_visible (self->table, job->rows->len > 0);
}

static void
show_problems (SgTargetSection *self)
{
  guint n = 0;

  for (guint i = 0; i < self->job->rows->len; i++)
    {
      const SgTargetRow *row = self->job->rows->pdata[i];

      if (row->status == NULL || row->status->error == NULL)
        continue;
      if (n < MAX_PROBLEMS)
        sg_target_problem_set_row (SG_TARGET_PROBLEM (self->problems[n]), row, TRUE);
      n++;
    }
  for (guint i = n; i < MAX_PROBLEMS; i++)
    sg_target_problem_set_row (SG_TARGET_PROBLEM (self->problems[i]), NULL, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->more_problems), n > MAX_PROBLEMS);
  if (n > MAX_PROBLEMS)
    {
      g_autofree char *more = g_strdup_printf (
          ngettext ("%u more is down.", "%u more are down.", n - MAX_PROBLEMS), n - MAX_PROBLEMS);

      gtk_label_set_label (self->more_problems, more);
    }
}

void
sg_target_section_set_job (SgTargetSection *self,
                           SgTargetJob     *job)
{
  gboolean same = self->job != NULL && sg_target_job_same_rows (self->job, job);

  sg_target_job_ref (job);
  g_clear_pointer (&self->job, sg_target_job_unref);
  self->job = job;
  if (same)
    sg_table_model_renew_rows (self->model, fill_cell, sg_target_job_ref (job),
                               (GDestroyNotify) sg_target_job_unref);
  else
    sg_table_model_set_rows (self->model, job->rows->len, fill_cell, sg_target_job_ref (job),
                             (GDestroyNotify) sg_target_job_unref);
  show_head (self);
  show_problems (self);
}

SgTargetJob *
sg_target_section_get_job (SgTargetSection *self)
{
  return self->job;
}

const char *
sg_target_section_get_summary (SgTargetSection *self)
{
  return gtk_label_get_label (self->summary);
}

static void
on_row_activated (SgTargetSection *self,
                  guint            row)
{
  g_signal_emit (self, signals[ROW_ACTIVATED], 0, row);
}

static void
on_all_clicked (SgTargetSection *self)
{
  g_signal_emit (self, signals[SHOW_ALL], 0);
}

GtkWidget *
sg_target_section_make_table (SgTargetSection *self)
{
  GtkWidget *table = sg_table_new (self->model, "targets", self->settings);

  sg_table_set_single_click (SG_TABLE (table), TRUE);
  sg_table_set_name (SG_TABLE (table), _ ("Targets"));
  g_signal_connect_object (table, "row-activated", G_CALLBACK (on_row_activated), self,
                           G_CONNECT_SWAPPED);
  return table;
}

static void
sg_target_section_dispose (GObject *object)
{
  SgTargetSection *self = SG_TARGET_SECTION (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->job, sg_target_job_unref);
  G_OBJECT_CLASS (sg_target_section_parent_class)->dispose (object);
}

static void
sg_target_section_class_init (SgTargetSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_target_section_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  signals[ROW_ACTIVATED] =
      g_signal_new ("row-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SHOW_ALL] = g_signal_new ("show-all", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
make_head (SgTargetSection *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->name = GTK_LABEL (gtk_label_new (NULL));
  self->pill = sg_status_pill_new (SG_LEVEL_UNKNOWN, NULL);
  self->summary = GTK_LABEL (gtk_label_new (NULL));
  self->all = gtk_button_new_with_label ("");
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (self->summary, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->summary, 0.f);
  gtk_widget_set_hexpand (GTK_WIDGET (self->summary), TRUE);
  gtk_widget_add_css_class (head, "sg-section");
  gtk_widget_add_css_class (GTK_WIDGET (self->name), "sg-section-title");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "sg-dim");
  gtk_widget_add_css_class (self->all, "flat");
  gtk_widget_set_valign (self->pill, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->name));
  gtk_box_append (GTK_BOX (head), self->pill);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->summary));
  gtk_box_append (GTK_BOX (head), self->all);
  gtk_widget_set_parent (head, GTK_WIDGET (self));
  g_signal_connect_swapped (self->all, "clicked", G_CALLBACK (on_all_clicked), self);
}

static void
sg_target_section_init (SgTargetSection *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  make_head (self);
}

/* @settings keeps the columns of all sections alike. */
GtkWidget *
sg_target_section_new (GSettings *settings)
{
  static SgTableColumn translated[G_N_ELEMENTS (columns)];
  SgTargetSection *self = g_object_new (SG_TYPE_TARGET_SECTION, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      translated[i] = columns[i];
      translated[i].title = _ (columns[i].title);
    }
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  self->model = sg_table_model_new (translated, G_N_ELEMENTS (translated));
  self->table = sg_target_section_make_table (self);
  sg_table_set_max_rows (SG_TABLE (self->table), MAX_ROWS);
  gtk_widget_set_parent (self->table, GTK_WIDGET (self));
  for (guint i = 0; i < MAX_PROBLEMS; i++)
    {
      self->problems[i] = sg_target_problem_new ();
      gtk_widget_set_parent (self->problems[i], GTK_WIDGET (self));
    }
  self->more_problems = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->more_problems, 0.f);
  gtk_widget_add_css_class (GTK_WIDGET (self->more_problems), "sg-dim");
  gtk_widget_set_parent (GTK_WIDGET (self->more_problems), GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
