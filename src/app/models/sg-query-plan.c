/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-query-plan.h"

#include <string.h>

/*
 * A step is one of those that people count in, and not shorter than the samples are apart: more points
 * than samples would draw stairs. The first and the last time of a range are multiples of the step.
 *
 * A live range is asked again every few seconds, and nearly all of it is known. What is before the last
 * five minutes, and was asked on the same grid with the same text, is taken from the answer before; the
 * workers join the two. That holds for every query but those that ask for the bounds of the range
 * themselves, as "@ end ()" does.
 */
#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define ALWAYS_ANEW      (5 * MINUTE)
#define DEFAULT_INTERVAL (5 * SECOND)
#define DEFAULT_WIDTH    800
#define COLUMN_WIDTH     8
/* With $rate, four samples are in the range also when one of them is missing or late. */
#define RATE_INTERVALS 4

typedef struct
{
  char *role;
  char *text;
  SgQueryShape shape;
  guint serial;
  gboolean fixed_in_time;
  SgQueryAnswer *answer;
} Entry;

struct _SgQueryPlan
{
  GObject parent_instance;
  GPtrArray *entries;
  guint last_serial;
  int width;
  gint64 interval;
  char *source;
};

static guint answered_signal;

G_DEFINE_FINAL_TYPE (SgQueryPlan, sg_query_plan, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->answer, sg_query_answer_unref);
  g_free (entry->role);
  g_free (entry->text);
  g_free (entry);
}

static Entry *
find_entry (SgQueryPlan *self,
            const char  *role)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (g_str_equal (entry->role, role))
        return entry;
    }
  return NULL;
}

void
sg_query_plan_set_query (SgQueryPlan  *self,
                         const char   *role,
                         const char   *text,
                         SgQueryShape  shape)
{
  Entry *entry = find_entry (self, role);
  g_autoptr (SgQuerySyntax) syntax = NULL;

  if (entry != NULL && g_strcmp0 (entry->text, text) == 0 && entry->shape == shape)
    return;
  if (entry != NULL)
    g_ptr_array_remove (self->entries, entry);
  if (text == NULL)
    return;
  syntax = sg_query_syntax_new (text);
  entry = g_new0 (Entry, 1);
  entry->role = g_strdup (role);
  entry->text = g_strdup (text);
  entry->shape = shape;
  entry->serial = ++self->last_serial;
  entry->fixed_in_time = syntax->fixed_in_time;
  g_ptr_array_add (self->entries, entry);
}

guint
sg_query_plan_get_n_queries (SgQueryPlan *self)
{
  return self->entries->len;
}

void
sg_query_plan_set_width (SgQueryPlan *self,
                         int          pixels)
{
  self->width = MAX (pixels, 1);
}

void
sg_query_plan_set_interval (SgQueryPlan *self,
                            gint64       interval)
{
  g_return_if_fail (interval > 0);
  self->interval = interval;
}

void
sg_query_plan_set_source (SgQueryPlan *self,
                          const char  *matchers)
{
  g_free (self->source);
  self->source = g_strdup (matchers);
}

static gint64
find_step (SgQueryPlan *self,
           gint64       span,
           int          n_points)
{
  static const gint64 steps[] = {
    1 * SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
    1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    1 * HOUR,   2 * HOUR,   3 * HOUR,   6 * HOUR,    12 * HOUR,   1 * DAY,
  };
  gint64 least = MAX (self->interval, (span + n_points - 1) / n_points);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (steps[i] >= least)
        return steps[i];
    }
  return (least + DAY - 1) / DAY * DAY;
}

/* Returns: the distance between two points when @span is shown, in milliseconds */
gint64
sg_query_plan_get_step (SgQueryPlan *self,
                        gint64       span)
{
  return find_step (self, span, self->width);
}

static gint64
step_of_shape (SgQueryPlan  *self,
               gint64        span,
               SgQueryShape  shape)
{
  return find_step (self, span,
                    shape == SG_QUERY_COLUMNS ? MAX (self->width / COLUMN_WIDTH, 1) : self->width);
}

/* Returns: the last multiple of @step that is not after @time */
static SgTimeMs
align (SgTimeMs time,
       gint64   step)
{
  SgTimeMs rest = time % step;

  return time - (rest < 0 ? rest + step : rest);
}

static char *
expand (SgQueryPlan *self,
        gint64       span,
        gint64       step,
        const char  *text)
{
  g_autofree char *window_text = sg_duration_to_string (MAX (span, 1));
  g_autofree char *step_text = sg_duration_to_string (step);
  g_autofree char *rate_text = sg_duration_to_string (MAX (RATE_INTERVALS * self->interval, step));
  const SgQueryVariable values[] = { { "$window", window_text },
                                     { "$step", step_text },
                                     { "$rate", rate_text },
                                     { "$source", self->source } };

  return sg_query_expand (text, values, G_N_ELEMENTS (values));
}

char *
sg_query_plan_expand (SgQueryPlan  *self,
                      SgTimeWindow *window,
                      const char   *text)
{
  gint64 span = sg_time_window_get_span (window);

  return expand (self, span, sg_query_plan_get_step (self, span), text);
}

SgQueryAnswer *
sg_query_plan_get_answer (SgQueryPlan *self,
                          const char  *role)
{
  Entry *entry = find_entry (self, role);

  return entry != NULL ? entry->answer : NULL;
}

/* Builds upon what is known, where that can be. */
static void
build_upon (const Entry *entry,
            SgQuery     *query)
{
  SgQueryAnswer *known = entry->answer;
  SgTimeMs from;

  if (known == NULL || known->result == NULL || entry->fixed_in_time || known->step != query->step
      || known->start > query->start || !g_str_equal (known->text, query->text))
    return;
  from = align (query->end - ALWAYS_ANEW, query->step) + query->step;
  from = MIN (from, known->end + query->step);
  if (from <= query->start)
    return;
  query->base = sg_query_answer_ref (known);
  query->from = from;
}

static void
planned_clear (gpointer data)
{
  SgPlannedQuery *planned = data;

  g_free ((char *) planned->query.text);
  g_clear_pointer (&planned->query.base, sg_query_answer_unref);
}

/**
 * sg_query_plan_prepare:
 * @self: a plan
 * @window: what is looked at
 *
 * Returns: (transfer full) (element-type SgPlannedQuery): what is to be asked, a query for each role
 */
GArray *
sg_query_plan_prepare (SgQueryPlan  *self,
                       SgTimeWindow *window)
{
  GArray *all = g_array_new (FALSE, TRUE, sizeof (SgPlannedQuery));
  gint64 span = sg_time_window_get_span (window);
  gboolean live = sg_time_window_get_mode (window) == SG_TIME_LIVE;
  SgTimeMs from, to;

  g_array_set_clear_func (all, planned_clear);
  sg_time_window_get_range (window, &from, &to);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);
      SgPlannedQuery planned = { { .start = to }, entry->serial };
      gint64 step = step_of_shape (self, span, entry->shape);

      planned.query.text = expand (self, span, step, entry->text);
      if (entry->shape != SG_QUERY_INSTANT)
        {
          planned.query.start = align (from, step);
          planned.query.end = align (to, step);
          planned.query.step = step;
          if (live)
            build_upon (entry, &planned.query);
        }
      g_array_append_val (all, planned);
    }
  return all;
}

static gboolean
same_column (const SgColumn *a,
             const SgColumn *b)
{
  return a->n == b->n && memcmp (a->t, b->t, a->n * sizeof *a->t) == 0
         && memcmp (a->f, b->f, a->n * sizeof *a->f) == 0;
}

static gboolean
same_result (const SgPromqlResult *a,
             const SgPromqlResult *b)
{
  if (a->type != b->type || a->n_series != b->n_series || a->scalar != b->scalar)
    return FALSE;
  for (guint i = 0; i < a->n_series; i++)
    {
      if (!sg_labels_equal (a->series[i].labels, b->series[i].labels)
          || !same_column (&a->series[i].column, &b->series[i].column))
        return FALSE;
    }
  return TRUE;
}

/* Whether nothing that is seen would change. A range that has moved on is another one. */
static gboolean
same_answer (const SgQueryAnswer *a,
             const SgQueryAnswer *b)
{
  if (a == NULL || (a->error == NULL) != (b->error == NULL))
    return FALSE;
  if (b->error != NULL)
    return g_str_equal (a->error->message, b->error->message);
  if (b->step > 0 && (a->start != b->start || a->end != b->end || a->step != b->step))
    return FALSE;
  return same_result (a->result, b->result);
}

static Entry *
find_serial (SgQueryPlan *self,
             guint        serial)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->serial == serial)
        return entry;
    }
  return NULL;
}

/**
 * sg_query_plan_take:
 * @self: a plan
 * @planned: what was asked
 * @answers: (element-type SgQueryAnswer): what was answered
 *
 * Takes the answers of a refresh, and tells which are new. What is no longer asked, or is asked in another
 * way now, is not looked at.
 */
void
sg_query_plan_take (SgQueryPlan  *self,
                    const GArray *planned,
                    GPtrArray    *answers)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < answers->len; i++)
    {
      Entry *entry = find_serial (self, g_array_index (planned, SgPlannedQuery, i).serial);
      SgQueryAnswer *answer = g_ptr_array_index (answers, i);

      if (entry == NULL)
        continue;
      if (!same_answer (entry->answer, answer))
        g_ptr_array_add (changed, g_strdup (entry->role));
      sg_query_answer_ref (answer);
      g_clear_pointer (&entry->answer, sg_query_answer_unref);
      entry->answer = answer;
    }
  for (guint i = 0; i < changed->len; i++)
    g_signal_emit (self, answered_signal, g_quark_from_string (changed->pdata[i]),
                   changed->pdata[i]);
}

static void
answered (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GPtrArray) answers = NULL;
  GError *error = NULL;

  answers = sg_engine_query_finish (SG_ENGINE (object), result, &error);
  if (answers == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  sg_query_plan_take (g_task_get_source_object (task), g_task_get_task_data (task), answers);
  g_task_return_boolean (task, TRUE);
}

/**
 * sg_query_plan_refresh_async:
 * @self: a plan
 * @engine: who is asked
 * @window: what is looked at
 * @cancellable: (nullable): triggered when nobody looks any more; the queries end then
 * @callback: called when the answers have been taken
 * @user_data: for @callback
 */
void
sg_query_plan_refresh_async (SgQueryPlan         *self,
                             SgEngine            *engine,
                             SgTimeWindow        *window,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GArray *planned = sg_query_plan_prepare (self, window);
  g_autofree SgQuery *queries = g_new (SgQuery, planned->len);

  g_task_set_source_tag (task, sg_query_plan_refresh_async);
  g_task_set_task_data (task, planned, (GDestroyNotify) g_array_unref);
  for (guint i = 0; i < planned->len; i++)
    queries[i] = g_array_index (planned, SgPlannedQuery, i).query;
  sg_engine_query_async (engine, queries, planned->len, cancellable, answered, task);
}

/* Fails when nothing could be asked; a query that failed says so in its answer. */
gboolean
sg_query_plan_refresh_finish (SgQueryPlan   *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
sg_query_plan_finalize (GObject *object)
{
  SgQueryPlan *self = SG_QUERY_PLAN (object);

  g_ptr_array_unref (self->entries);
  g_free (self->source);
  G_OBJECT_CLASS (sg_query_plan_parent_class)->finalize (object);
}

static void
sg_query_plan_class_init (SgQueryPlanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_query_plan_finalize;
  answered_signal =
      g_signal_new ("answered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sg_query_plan_init (SgQueryPlan *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->width = DEFAULT_WIDTH;
  self->interval = DEFAULT_INTERVAL;
  self->source = g_strdup ("");
}

SgQueryPlan *
sg_query_plan_new (void)
{
  return g_object_new (SG_TYPE_QUERY_PLAN, NULL);
}
