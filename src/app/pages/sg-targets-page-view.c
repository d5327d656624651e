/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-targets-page-private.h"

#include "models/sg-answer-trend.h"
#include "models/sg-format.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * How the page shows what it has: tiles, a section for each job, and beside them the details of the target
 * that was opened; in a narrow window those take the place of the list.
 */

static gboolean
is_past (SgTargetsPage *self)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));

  return window != NULL && sg_time_window_get_mode (window) != SG_TIME_LIVE;
}

/* Whether there is a target that somebody chose: what is collected in this process is always there. */
static gboolean
has_own_targets (SgTargetsPage *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    {
      const SgTargetJob *job = self->jobs->pdata[i];

      for (guint j = 0; j < job->rows->len; j++)
        {
          const SgTargetRow *row = job->rows->pdata[j];

          if (row->status == NULL || !row->status->is_builtin)
            return TRUE;
        }
    }
  return FALSE;
}

static void
show_trend (SgTargetsPage *self,
            SgTile        *tile,
            const char    *role)
{
  guint n;
  g_autofree double *values =
      sg_answer_trend_new (sg_query_plan_get_answer (self->plan, role), 0, &n);

  sg_tile_set_trend (tile, values, n);
}

/* The jobs that have targets which are down, by name: "in shop, node" */
static char *
describe_down (SgTargetsPage *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      const SgTargetJob *job = self->jobs->pdata[i];

      if (job->n_up < job->rows->len && job->n_bad > 0)
        g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", job->name);
    }
  if (out->len > 0)
    {
      char *text = g_strdup_printf (_ ("in %s"), out->str);

      g_string_free (out, TRUE);
      return text;
    }
  g_string_append (out, _ ("all is up"));
  return g_string_free (out, FALSE);
}

static double
sum_kept (SgTargetsPage *self,
          double        *ret_added)
{
  double kept = 0.;

  *ret_added = 0.;
  for (guint i = 0; i < self->jobs->len; i++)
    {
      const SgTargetJob *job = self->jobs->pdata[i];

      for (guint j = 0; j < job->rows->len; j++)
        {
          const SgTargetRow *row = job->rows->pdata[j];

          if (row->status != NULL)
            kept += (double) row->status->kept;
          *ret_added += isnan (row->added) ? 0. : row->added;
        }
    }
  return kept;
}

static void
show_series (SgTargetsPage *self)
{
  double added;
  double kept = sum_kept (self, &added);
  g_autofree char *count = sg_format_count ((guint64) added);
  g_autofree char *note = g_strdup_printf (_ ("%s new just now"), count);

  if (is_past (self))
    kept = sg_answer_trend_last (sg_query_plan_get_answer (self->plan, "series"), 0);
  sg_tile_set_value (self->series, kept);
  sg_tile_set_note (self->series, note);
}

static void
show_samples (SgTargetsPage *self)
{
  SgQueryAnswer *answer = sg_query_plan_get_answer (self->plan, "rate");
  double now = is_past (self) ? sg_answer_trend_last (answer, 0) : self->samples_per_second;
  double highest = now;
  guint n;
  g_autofree double *values = sg_answer_trend_new (answer, 0, &n);
  g_autofree char *text = NULL;
  g_autofree char *note = NULL;

  for (guint i = 0; i < n; i++)
    highest = fmax (highest, values[i]);
  text = sg_unit_format (SG_UNIT_PER_SECOND, highest);
  note = g_strdup_printf (_ ("highest %s"), text);
  sg_tile_set_value (self->samples, now);
  sg_tile_set_note (self->samples, isnan (highest) ? "" : note);
}

static void
show_tiles (SgTargetsPage *self)
{
  guint n = 0, n_up = 0, n_down = 0;
  g_autofree char *of = NULL;
  g_autofree char *down = describe_down (self);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      const SgTargetJob *job = self->jobs->pdata[i];

      n += job->rows->len;
      n_up += job->n_up;
      for (guint j = 0; j < job->rows->len; j++)
        n_down += ((SgTargetRow *) job->rows->pdata[j])->level == SG_LEVEL_UNHEALTHY;
    }
  of = g_strdup_printf (ngettext ("of %u target", "of %u targets", n), n);
  sg_tile_set_value (self->up, n_up);
  sg_tile_set_note (self->up, of);
  sg_tile_set_thresholds (self->down, 1., MAX (n, 1));
  sg_tile_set_value (self->down, n_down);
  sg_tile_set_note (self->down, down);
  show_samples (self);
  show_series (self);
  show_trend (self, self->up, "n-up");
  show_trend (self, self->down, "n-down");
  show_trend (self, self->samples, "rate");
  show_trend (self, self->series, "series");
  gtk_widget_set_visible (self->tiles, n > 0);
}

const SgTargetRow *
sg_targets_page_get_chosen (SgTargetsPage *self)
{
  for (guint i = 0; self->chosen_job != NULL && i < self->jobs->len; i++)
    {
      const SgTargetJob *job = self->jobs->pdata[i];

      if (!g_str_equal (job->name, self->chosen_job))
        continue;
      for (guint j = 0; j < job->rows->len; j++)
        {
          const SgTargetRow *row = job->rows->pdata[j];

          if (g_str_equal (row->endpoint, self->chosen_endpoint))
            return row;
        }
    }
  return NULL;
}

void
sg_targets_page_lay_out (SgTargetsPage *self)
{
  SgWidthClass width_class = sg_page_get_width_class (SG_PAGE (self));
  gboolean narrow = width_class == SG_WIDTH_NARROW;
  gboolean open = self->chosen_job != NULL;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->tools),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  sg_config_bar_set_narrow (self->config_bar, narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->details), open);
  gtk_widget_set_visible (self->separator, open && width_class == SG_WIDTH_WIDE);
  gtk_widget_set_visible (self->content, !open || width_class == SG_WIDTH_WIDE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->details), open && width_class != SG_WIDTH_WIDE);
}

static SgTimeMs
get_time (SgTargetsPage *self)
{
  return self->jobs->len > 0 ? ((SgTargetJob *) self->jobs->pdata[0])->time : 0;
}

/* What is open stays open for as long as the target is there. */
static void
show_details (SgTargetsPage *self)
{
  const SgTargetRow *row = sg_targets_page_get_chosen (self);

  if (row != NULL)
    sg_target_details_set_row (self->details, row, get_time (self));
  else if (self->chosen_job != NULL)
    sg_targets_page_close_details (self);
}

void
sg_targets_page_choose (SgTargetsPage *self,
                        const char    *job,
                        const char    *endpoint)
{
  if (self->chosen_job == NULL)
    g_set_weak_pointer (&self->focus_before,
                        gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))));
  g_free (self->chosen_job);
  g_free (self->chosen_endpoint);
  self->chosen_job = g_strdup (job);
  self->chosen_endpoint = g_strdup (endpoint);
  gtk_stack_set_visible_child_name (self->main, "list");
  show_details (self);
  sg_targets_page_lay_out (self);
  sg_targets_page_update_actions (self);
  if (self->chosen_job != NULL)
    sg_target_details_focus (self->details);
}

/* The focus goes back to where it was. */
void
sg_targets_page_close_details (SgTargetsPage *self)
{
  if (gtk_stack_get_visible_child_name (self->main) != NULL
      && g_str_equal (gtk_stack_get_visible_child_name (self->main), "all"))
    gtk_stack_set_visible_child_name (self->main, "list");
  if (self->chosen_job == NULL)
    return;
  g_clear_pointer (&self->chosen_job, g_free);
  g_clear_pointer (&self->chosen_endpoint, g_free);
  sg_targets_page_lay_out (self);
  sg_targets_page_update_actions (self);
  if (self->focus_before != NULL && gtk_widget_get_mapped (self->focus_before))
    gtk_widget_grab_focus (self->focus_before);
  g_clear_weak_pointer (&self->focus_before);
}

static void
row_activated (SgTargetsPage   *self,
               guint            index,
               SgTargetSection *section)
{
  const SgTargetRow *row = sg_target_section_get_job (section)->rows->pdata[index];

  sg_targets_page_choose (self, row->job, row->endpoint);
}

static void
show_all (SgTargetsPage   *self,
          SgTargetSection *section)
{
  gtk_label_set_label (self->all_title, sg_target_section_get_job (section)->name);
  adw_bin_set_child (self->all_table, sg_target_section_make_table (section));
  gtk_stack_set_visible_child_name (self->main, "all");
  gtk_widget_child_focus (GTK_WIDGET (self->all_table), GTK_DIR_TAB_FORWARD);
}

static SgTargetSection *
get_section (SgTargetsPage *self,
             guint          index)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->sections));
  GtkWidget *section;

  for (guint i = 0; child != NULL && i < index; i++)
    child = gtk_widget_get_next_sibling (child);
  if (child != NULL)
    return SG_TARGET_SECTION (child);
  section = sg_target_section_new (self->settings);
  g_signal_connect_object (section, "row-activated", G_CALLBACK (row_activated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (section, "show-all", G_CALLBACK (show_all), self, G_CONNECT_SWAPPED);
  gtk_box_append (self->sections, section);
  return SG_TARGET_SECTION (section);
}

/* A job keeps its section, and the section its place, as long as no job comes before it or goes. */
static void
show_sections (SgTargetsPage *self)
{
  const char *filter = gtk_editable_get_text (GTK_EDITABLE (self->filter));
  GtkWidget *rest;
  guint n_shown = 0;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      g_autoptr (SgTargetJob) job = sg_target_job_filter (self->jobs->pdata[i], filter);
      SgTargetSection *section = get_section (self, i);
      gboolean any = job->rows->len > 0 || *filter == '\0';

      sg_target_section_set_job (section, job);
      gtk_widget_set_visible (GTK_WIDGET (section), any);
      n_shown += any;
    }
  rest = gtk_widget_get_first_child (GTK_WIDGET (self->sections));
  for (guint i = 0; rest != NULL; i++)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (rest);

      if (i >= self->jobs->len)
        gtk_box_remove (self->sections, rest);
      rest = next;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->no_match), n_shown == 0 && *filter != '\0');
}

/* Nothing is watched yet but ourselves: what runs here is looked for once, by itself. */
static void
show_teach (SgTargetsPage *self)
{
  gboolean empty = !is_past (self) && !has_own_targets (self);

  gtk_widget_set_visible (self->teach, empty);
  gtk_widget_set_visible (GTK_WIDGET (self->tools), !empty);
  if (empty && !self->searched && sg_page_get_state (SG_PAGE (self)) != SG_PAGE_LOADING
      && sg_page_get_engine (SG_PAGE (self)) != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->searched = TRUE;
      sg_found_list_search (self->found);
    }
}

static void
choose_state (SgTargetsPage *self)
{
  const char *shown = gtk_stack_get_visible_child_name (self->main);
  const char *error = sg_page_get_error (SG_PAGE (self));
  gboolean any = sg_page_get_state (SG_PAGE (self)) != SG_PAGE_LOADING || self->jobs->len > 0;

  if (sg_page_get_state (SG_PAGE (self)) == SG_PAGE_FAILED && self->jobs->len == 0)
    {
      g_autofree char *markup = g_markup_escape_text (error != NULL ? error : "", -1);

      adw_status_page_set_description (self->failed, markup);
      gtk_stack_set_visible_child_name (self->main, "failed");
    }
  else if (!any)
    gtk_stack_set_visible_child_name (self->main, "loading");
  else if (!g_str_equal (shown, "all"))
    gtk_stack_set_visible_child_name (self->main, "list");
}

/* What is wrong stands at the top; that all is well is a line at the end. */
static void
show_config (SgTargetsPage *self)
{
  gboolean good = sg_config_bar_get_level (self->config_bar) == SG_LEVEL_HEALTHY;
  GtkWidget *after = good ? GTK_WIDGET (self->sections) : GTK_WIDGET (self->strip);

  gtk_widget_set_visible (GTK_WIDGET (self->config_bar), self->config != NULL);
  gtk_box_reorder_child_after (self->body, GTK_WIDGET (self->config_bar), after);
}

void
sg_targets_page_update (SgTargetsPage *self)
{
  if (self->up == NULL || self->main == NULL)
    return;
  choose_state (self);
  show_tiles (self);
  show_sections (self);
  show_teach (self);
  show_details (self);
  show_config (self);
  sg_targets_page_update_actions (self);
}

void
sg_targets_page_take_jobs (SgTargetsPage *self,
                           GPtrArray     *jobs)
{
  g_ptr_array_ref (jobs);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  self->jobs = jobs;
  sg_targets_page_update (self);
}

static SgTile *
add_tile (SgTargetsPage *self,
          const char    *name,
          SgUnit         unit,
          const char    *action,
          const char    *target)
{
  GtkWidget *tile = sg_tile_new (name, unit);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (tile), action);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (tile), g_variant_new_string (target));
  gtk_box_append (GTK_BOX (self->tiles), tile);
  return SG_TILE (tile);
}

/* A click on what is down shows just that; on a number, where it comes from. */
void
sg_targets_page_init_view (SgTargetsPage *self)
{
  self->up = add_tile (self, _ ("Up"), SG_UNIT_COUNT, "targets.filter", "");
  self->down = add_tile (self, _ ("Down"), SG_UNIT_COUNT, "targets.filter", _ ("Down"));
  self->samples = add_tile (self, _ ("Samples"), SG_UNIT_PER_SECOND, "win.ask",
                            "sum by (job) (sum_over_time(scrape_samples_scraped[1m])) / 60");
  self->series = add_tile (self, _ ("Series"), SG_UNIT_COUNT, "win.ask",
                           "sum by (job) (scrape_samples_post_metric_relabeling)");
  sg_targets_page_lay_out (self);
  sg_targets_page_update (self);
}
