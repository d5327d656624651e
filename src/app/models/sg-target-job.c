/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-target-job.h"

#include "chart/sg-unit.h"
#include "models/sg-answer-trend.h"
#include "models/sg-format.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* From this part of its timeout on, a scrape is slow: a little more, and it fails. */
#define SLOW_PART .8

static const char *const past_roles[][2] = {
  { "up", "up" },
  { "duration", "scrape_duration_seconds" },
  { "samples", "scrape_samples_scraped" },
  { "added", "scrape_series_added" },
};

static void
row_free (gpointer data)
{
  SgTargetRow *row = data;

  g_free (row->job);
  g_free (row->instance);
  g_free (row->endpoint);
  g_free (row->labels);
  g_free (row->trend);
  g_clear_pointer (&row->status, sg_target_status_unref);
  g_free (row);
}

static SgTargetJob *
job_new (const char *name,
         SgTimeMs    time)
{
  SgTargetJob *self = g_new0 (SgTargetJob, 1);

  self->ref_count = 1;
  self->name = g_strdup (name);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->time = time;
  return self;
}

SgTargetJob *
sg_target_job_ref (SgTargetJob *self)
{
  self->ref_count++;
  return self;
}

void
sg_target_job_unref (SgTargetJob *self)
{
  if (--self->ref_count > 0)
    return;
  g_free (self->name);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

gboolean
sg_target_job_same_rows (SgTargetJob *a,
                         SgTargetJob *b)
{
  if (a->rows->len != b->rows->len)
    return FALSE;
  for (guint i = 0; i < a->rows->len; i++)
    {
      const SgTargetRow *x = a->rows->pdata[i];
      const SgTargetRow *y = b->rows->pdata[i];

      if (!g_str_equal (x->endpoint, y->endpoint) || !g_str_equal (x->instance, y->instance)
          || !g_str_equal (x->labels, y->labels))
        return FALSE;
    }
  return TRUE;
}

/* Not healthy comes first, and the worst of that; else they stand as they were found. */
static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  static const int ranks[] = { [SG_LEVEL_UNHEALTHY] = 0,
                               [SG_LEVEL_DEGRADED] = 1,
                               [SG_LEVEL_UNKNOWN] = 2,
                               [SG_LEVEL_HEALTHY] = 3 };
  const SgTargetRow *x = *(const SgTargetRow *const *) a;
  const SgTargetRow *y = *(const SgTargetRow *const *) b;

  return ranks[x->level] - ranks[y->level];
}

/* g_ptr_array_sort() is stable. */
static void
job_finish (SgTargetJob *self)
{
  guint n_down = 0;

  self->n_targets = self->rows->len;
  self->level = self->rows->len > 0 ? SG_LEVEL_HEALTHY : SG_LEVEL_UNKNOWN;
  for (guint i = 0; i < self->rows->len; i++)
    {
      const SgTargetRow *row = self->rows->pdata[i];

      n_down += row->level == SG_LEVEL_UNHEALTHY;
      self->n_up += row->level == SG_LEVEL_HEALTHY || row->level == SG_LEVEL_DEGRADED;
      self->n_bad += row->level == SG_LEVEL_UNHEALTHY || row->level == SG_LEVEL_DEGRADED;
      self->level = sg_level_worst (self->level, row->level);
    }
  if (self->level == SG_LEVEL_UNHEALTHY && n_down < self->rows->len)
    self->level = SG_LEVEL_DEGRADED;
  g_ptr_array_sort (self->rows, compare_rows);
}

static char *
describe_labels (const SgLabels *labels)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; labels != NULL && i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];

      if (g_str_equal (label->name, "job") || g_str_equal (label->name, "instance")
          || g_str_equal (label->name, SG_LABEL_NAME))
        continue;
      g_string_append_printf (out, "%s%s=", out->len > 0 ? ", " : "", label->name);
      sg_labels_append_quoted (out, label->value);
    }
  return g_string_free (out, FALSE);
}

static void
take_level (SgTargetRow *row,
            SgLevel      level)
{
  row->level = level;
  row->word = level == SG_LEVEL_UNHEALTHY ? _ ("Down")
              : level == SG_LEVEL_UNKNOWN ? _ ("Waiting")
              : level == SG_LEVEL_HEALTHY ? _ ("Up")
                                          : _ ("Slow");
}

static SgTargetRow *
row_new (const char     *job,
         const SgLabels *labels,
         SgQueryPlan    *plan)
{
  SgTargetRow *row = g_new0 (SgTargetRow, 1);
  const char *instance = labels != NULL ? sg_labels_get (labels, "instance") : "";
  SgQueryAnswer *trends = sg_query_plan_get_answer (plan, "trend");
  guint index;

  row->job = g_strdup (job);
  row->instance = g_strdup (instance);
  row->labels = describe_labels (labels);
  row->duration = row->samples = row->added = NAN;
  if (sg_answer_trend_find (trends, row->job, row->instance, &index))
    row->trend = sg_answer_trend_new (trends, index, &row->n_trend);
  return row;
}

static SgLevel
level_of (const SgTargetStatus *status)
{
  if (status->health == SG_TARGET_UNKNOWN)
    return SG_LEVEL_UNKNOWN;
  if (status->health == SG_TARGET_DOWN)
    return SG_LEVEL_UNHEALTHY;
  return status->timeout_ms > 0
                 && status->duration_seconds * 1000. >= SLOW_PART * (double) status->timeout_ms
             ? SG_LEVEL_DEGRADED
             : SG_LEVEL_HEALTHY;
}

static SgTargetRow *
row_new_now (SgTargetStatus *status,
             SgQueryPlan    *plan)
{
  SgTargetRow *row = row_new (status->job, status->labels, plan);

  row->status = sg_target_status_ref (status);
  row->endpoint =
      g_strdup (status->url != NULL && *status->url != '\0' ? status->url : row->instance);
  row->interval_ms = status->interval_ms;
  row->last_scrape = status->last_scrape;
  take_level (row, level_of (status));
  if (status->scrapes > 0)
    {
      row->duration = status->duration_seconds;
      row->samples = (double) status->samples;
      row->added = (double) status->added;
    }
  return row;
}

static SgTargetJob *
find_job (GPtrArray  *jobs,
          const char *name,
          SgTimeMs    time)
{
  SgTargetJob *job;

  for (guint i = 0; i < jobs->len; i++)
    {
      job = jobs->pdata[i];
      if (g_str_equal (job->name, name))
        return job;
    }
  job = job_new (name, time);
  g_ptr_array_add (jobs, job);
  return job;
}

static gboolean
is_builtin (const SgTargetJob *job)
{
  const SgTargetRow *first = job->rows->len > 0 ? job->rows->pdata[0] : NULL;

  return first != NULL && first->status != NULL && first->status->is_builtin;
}

/* What somebody chose to watch comes before what is always there. */
static int
compare_jobs (gconstpointer a,
              gconstpointer b)
{
  return is_builtin (*(SgTargetJob *const *) a) - is_builtin (*(SgTargetJob *const *) b);
}

static GPtrArray *
finish (GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    job_finish (jobs->pdata[i]);
  g_ptr_array_sort (jobs, compare_jobs);
  return jobs;
}

GPtrArray *
sg_target_jobs_new (SgTargetList *list,
                    SgQueryPlan  *plan,
                    SgTimeMs      now)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_target_job_unref);

  for (guint i = 0; list->jobs[i] != NULL; i++)
    find_job (jobs, list->jobs[i], now);
  for (guint i = 0; i < list->n_targets; i++)
    {
      SgTargetStatus *status = list->targets[i];

      g_ptr_array_add (find_job (jobs, status->job, now)->rows, row_new_now (status, plan));
    }
  for (guint i = 0; i < list->n_dropped; i++)
    find_job (jobs, list->dropped_jobs[i], now)->n_dropped++;
  return finish (jobs);
}

static double
stored_number (SgQueryPlan       *plan,
               const char        *role,
               const SgTargetRow *row)
{
  SgQueryAnswer *answer = sg_query_plan_get_answer (plan, role);
  guint index;

  return sg_answer_trend_find (answer, row->job, row->instance, &index)
             ? sg_answer_trend_last (answer, index)
             : NAN;
}

GPtrArray *
sg_target_jobs_new_past (SgQueryPlan *plan,
                         SgTimeMs     time)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_target_job_unref);
  SgQueryAnswer *up = sg_query_plan_get_answer (plan, "up");
  guint n = up != NULL && up->result != NULL ? up->result->n_series : 0;

  for (guint i = 0; i < n; i++)
    {
      const SgLabels *labels = up->result->series[i].labels;
      SgTargetRow *row = row_new (sg_labels_get (labels, "job"), labels, plan);

      row->endpoint = g_strdup (row->instance);
      row->duration = stored_number (plan, "duration", row);
      row->samples = stored_number (plan, "samples", row);
      row->added = stored_number (plan, "added", row);
      take_level (row, sg_answer_trend_last (up, i) > 0. ? SG_LEVEL_HEALTHY : SG_LEVEL_UNHEALTHY);
      g_ptr_array_add (find_job (jobs, row->job, time)->rows, row);
    }
  return finish (jobs);
}

void
sg_target_job_plan (SgQueryPlan *plan,
                    gboolean     is_past)
{
  sg_query_plan_set_query (plan, "trend", "scrape_duration_seconds", SG_QUERY_RANGE);
  for (guint i = 0; i < G_N_ELEMENTS (past_roles); i++)
    sg_query_plan_set_query (plan, past_roles[i][0], is_past ? past_roles[i][1] : NULL,
                             SG_QUERY_INSTANT);
}

static gboolean
row_matches (const SgTargetRow *row,
             const char *const *words)
{
  const char *error = row->status != NULL ? row->status->error : NULL;
  g_autofree char *text = g_strjoin ("\n", row->job, row->endpoint, row->instance, row->labels,
                                     row->word, error != NULL ? error : "", NULL);
  g_autofree char *folded = g_utf8_casefold (text, -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strstr (folded, words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

static SgTargetRow *
row_copy (const SgTargetRow *row)
{
  SgTargetRow *copy = g_memdup2 (row, sizeof *row);

  copy->job = g_strdup (row->job);
  copy->instance = g_strdup (row->instance);
  copy->endpoint = g_strdup (row->endpoint);
  copy->labels = g_strdup (row->labels);
  copy->trend = g_memdup2 (row->trend, row->n_trend * sizeof *row->trend);
  if (row->status != NULL)
    copy->status = sg_target_status_ref (row->status);
  return copy;
}

/* What the job says of itself stays that of all its targets. */
SgTargetJob *
sg_target_job_filter (SgTargetJob *self,
                      const char  *filter)
{
  g_autofree char *folded = g_utf8_casefold (filter, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t", -1);
  SgTargetJob *filtered;

  if (*filter == '\0')
    return sg_target_job_ref (self);
  filtered = job_new (self->name, self->time);
  filtered->level = self->level;
  filtered->n_targets = self->n_targets;
  filtered->n_up = self->n_up;
  filtered->n_bad = self->n_bad;
  filtered->n_dropped = self->n_dropped;
  for (guint i = 0; i < self->rows->len; i++)
    {
      if (row_matches (self->rows->pdata[i], (const char *const *) words))
        g_ptr_array_add (filtered->rows, row_copy (self->rows->pdata[i]));
    }
  return filtered;
}

char *
sg_target_row_describe_duration (const SgTargetRow *self)
{
  g_autofree char *duration = sg_unit_format (SG_UNIT_SECONDS, self->duration);
  g_autofree char *interval = NULL;

  if (self->interval_ms == 0 || isnan (self->duration))
    return g_steal_pointer (&duration);
  interval = sg_format_span (self->interval_ms);
  /* Translators: how long a scrape took, and how often there is one: “12 ms / 15 s” */
  return g_strdup_printf (_ ("%s / %s"), duration, interval);
}
