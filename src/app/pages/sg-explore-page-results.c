/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-explore-page-private.h"

#include "models/sg-answer-series.h"
#include "models/sg-format.h"

#include <glib/gi18n.h>

/* What the queries came to, in the view that is chosen; the others are made when they are looked at. */

/* Takes the answers of the plan, and tells the editors of those that failed. */
static void
collect_answers (SgExplorePage *self)
{
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  for (guint i = 0; i < sg_explore_page_count_rows (self); i++)
    {
      SgQueryAnswer *answer = sg_query_plan_get_answer (self->plan, sg_explore_page_get_role (i));
      SgQueryEditor *editor = sg_query_row_get_editor (sg_explore_page_get_row (self, i));

      if (answer == NULL)
        continue;
      g_ptr_array_add (self->answers, sg_query_answer_ref (answer));
      if (answer->error != NULL)
        sg_query_editor_set_failure (editor, answer->error->message);
    }
}

static SgUnit
choose_unit (SgExplorePage *self)
{
  SgUnit unit = SG_UNIT_NONE;

  for (guint i = 0; i < self->answers->len; i++)
    {
      const SgQueryAnswer *answer = g_ptr_array_index (self->answers, i);
      SgUnit own = sg_answer_series_unit (answer->text, self->catalog);

      if (i > 0 && own != unit)
        return SG_UNIT_NONE;
      unit = own;
    }
  return unit;
}

static void
get_range (SgExplorePage *self,
           SgTimeMs      *ret_from,
           SgTimeMs      *ret_to,
           gint64        *ret_step)
{
  const SgQueryAnswer *answer = g_ptr_array_index (self->answers, 0);

  *ret_from = answer->start;
  *ret_to = answer->step > 0 ? answer->end : answer->start;
  *ret_step = answer->step;
}

static void
update_chart (SgExplorePage *self,
              GPtrArray     *series,
              SgUnit         unit)
{
  SgTimeMs from, to;
  gint64 step;
  const SgQueryAnswer *answer = g_ptr_array_index (self->answers, 0);
  g_autofree char *text = sg_explore_page_get_first_text (self);

  get_range (self, &from, &to, &step);
  sg_chart_set_title (self->chart,
                      self->answers->len == 1 ? g_strdelimit (text, "\n", ' ') : _ ("Queries"));
  sg_chart_set_query (self->chart, self->answers->len == 1 ? answer->text : NULL);
  sg_chart_set_unit (self->chart, unit);
  sg_chart_set_window (self->chart, from, to);
  sg_chart_set_series (self->chart, series, step);
}

static void
got_explanation (GObject      *object,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr (SgExplorePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgExplanation) explanation =
      sg_engine_explain_finish (SG_ENGINE (object), result, &error);

  if (self->explanation == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED))
    return;
  g_clear_object (&self->explaining);
  if (explanation != NULL && explanation->n_parts > 0)
    sg_explanation_view_set_explanation (self->explanation, explanation);
  else
    sg_explanation_view_set_message (self->explanation, error != NULL ? error->message : "");
}

void
sg_explore_page_stop_explaining (SgExplorePage *self)
{
  if (self->explaining != NULL)
    g_cancellable_cancel (self->explaining);
  g_clear_object (&self->explaining);
  g_clear_pointer (&self->explained, g_free);
}

/* The first of the queries, at the times at which it was asked last; once, and not with each refresh. */
static void
explain (SgExplorePage *self)
{
  SgEngine *engine = sg_page_get_engine (SG_PAGE (self));
  const SgQueryAnswer *answer = g_ptr_array_index (self->answers, 0);
  SgQuery query = { answer->text, answer->start, answer->end, answer->step };

  if (engine == NULL || g_strcmp0 (self->explained, answer->text) == 0)
    return;
  sg_explore_page_stop_explaining (self);
  self->explained = g_strdup (answer->text);
  sg_explanation_view_set_message (self->explanation, _ ("Asking each part…"));
  self->explaining = g_cancellable_new ();
  sg_engine_explain_async (engine, &query, self->explaining, got_explanation, g_object_ref (self));
}

static char *
join_warnings (SgExplorePage *self)
{
  const char *first = NULL;
  guint n = 0;

  for (guint i = 0; i < self->answers->len; i++)
    {
      const SgQueryAnswer *answer = g_ptr_array_index (self->answers, i);
      const GStrv lists[] = { answer->result != NULL ? answer->result->warnings : NULL,
                              answer->result != NULL ? answer->result->infos : NULL };

      for (guint j = 0; j < G_N_ELEMENTS (lists); j++)
        {
          if (lists[j] == NULL || lists[j][0] == NULL)
            continue;
          first = first != NULL ? first : lists[j][0];
          n += g_strv_length (lists[j]);
        }
    }
  if (n < 2)
    return g_strdup (first);
  return g_strdup_printf (ngettext ("%s, and %u more", "%s, and %u more", n - 1), first, n - 1);
}

static void
update_summary (SgExplorePage *self,
                GPtrArray     *series)
{
  gint64 duration = 0;
  guint64 n_samples = 0;
  g_autofree char *n_series_text = sg_format_count (series->len);
  g_autofree char *n_samples_text = NULL;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;
  g_autofree char *warnings = join_warnings (self);

  for (guint i = 0; i < series->len; i++)
    n_samples += sg_series_data_get_n (g_ptr_array_index (series, i));
  for (guint i = 0; i < self->answers->len; i++)
    duration = MAX (duration, ((SgQueryAnswer *) self->answers->pdata[i])->duration_us);
  n_samples_text = sg_format_count (n_samples);
  time = sg_unit_format (SG_UNIT_SECONDS, (double) duration / 1e6);
  /* Translators: how many series, how many samples they have, and how long it took */
  text = g_strdup_printf (_ ("%s series · %s samples · %s"), n_series_text, n_samples_text, time);
  gtk_label_set_label (self->summary, text);
  gtk_label_set_label (self->warnings, warnings != NULL ? warnings : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warnings), warnings != NULL);
}

/* Fills the view that is looked at. */
void
sg_explore_page_update_view (SgExplorePage *self)
{
  const char *view = sg_explore_page_get_view (self);
  gboolean text = g_str_equal (view, "raw") || g_str_equal (view, "json");
  g_autoptr (GPtrArray) series = NULL;
  SgTimeMs from, to;
  gint64 step;
  SgUnit unit;

  gtk_stack_set_visible_child_name (self->views, text ? "text" : view);
  if (self->answers == NULL || self->answers->len == 0)
    return;
  series = sg_answer_series_make (self->answers);
  unit = choose_unit (self);
  get_range (self, &from, &to, &step);
  update_summary (self, series);
  if (g_str_equal (view, "chart"))
    update_chart (self, series, unit);
  else if (g_str_equal (view, "table"))
    sg_answer_table_set_series (self->table, series, unit, step > 0, from, to);
  else if (text)
    sg_answer_text_set_answers (self->text, self->answers, g_str_equal (view, "json"));
  else
    explain (self);
}

/* Shows what there is: the answers, that they are on their way, or what one could ask. */
void
sg_explore_page_update_results (SgExplorePage *self)
{
  collect_answers (self);
  if (self->answers->len > 0)
    gtk_stack_set_visible_child_name (self->results, "answer");
  else
    gtk_stack_set_visible_child_name (
        self->results, sg_query_plan_get_n_queries (self->plan) > 0 ? "loading" : "teach");
  if (self->answers->len > 0)
    sg_explore_page_update_view (self);
}

void
sg_explore_page_show (SgExplorePage *self,
                      GPtrArray     *answers)
{
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  self->answers = g_ptr_array_ref (answers);
  gtk_stack_set_visible_child_name (self->results, "answer");
  sg_explore_page_update_view (self);
}
