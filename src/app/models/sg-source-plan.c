/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-source-plan.h"

/*
 * A refresh asks twice: which applications there are, which is quick, and then what they say. The queries
 * are made anew each time; the plan knows those that are as they were, and builds upon their answers.
 */
struct _SgSourcePlan
{
  GObject parent_instance;
  const SgPageMeasure *measures;
  guint n_measures;
  const SgMappingRole *roles;
  guint n_roles;
  SgQueryPlan *plan;
  SgSourceList *list;
  GPtrArray *sources;
  char *chosen;
};

static guint sources_changed_signal;

G_DEFINE_FINAL_TYPE (SgSourcePlan, sg_source_plan, G_TYPE_OBJECT)

SgQueryPlan *
sg_source_plan_get_plan (SgSourcePlan *self)
{
  return self->plan;
}

const GPtrArray *
sg_source_plan_get_sources (SgSourcePlan *self)
{
  return self->sources;
}

/* One that was chosen and is not there is all there is to know of it: it has nothing. */
const SgSource *
sg_source_plan_get_source (SgSourcePlan *self)
{
  return self->chosen != NULL && self->list != NULL ? sg_source_list_get (self->list, self->chosen)
                                                    : NULL;
}

static gboolean
is_of_the_page (SgSourcePlan   *self,
                const SgSource *source)
{
  for (guint i = 0; i < self->n_roles; i++)
    {
      if (sg_source_has_role (source, self->roles[i]))
        return TRUE;
    }
  return FALSE;
}

/* How often samples come of what is asked: the longest interval of it. */
static gint64
get_interval (SgSourcePlan *self)
{
  gint64 longest = 0;

  for (guint i = 0; i < self->sources->len; i++)
    {
      const SgSource *source = self->sources->pdata[i];

      if (self->chosen == NULL || g_str_equal (source->id, self->chosen))
        longest = MAX (longest, source->interval_ms);
    }
  return longest > 0 ? longest : SG_SOURCE_INTERVAL_MS;
}

static void
make_queries (SgSourcePlan *self)
{
  g_autofree char *matchers = sg_source_list_make_matchers (self->list, self->chosen);

  sg_query_plan_set_source (self->plan, matchers);
  sg_query_plan_set_interval (self->plan, get_interval (self));
  for (guint i = 0; i < self->n_measures; i++)
    {
      const SgPageMeasure *measure = &self->measures[i];
      g_autofree char *text = sg_source_list_expand (self->list, self->chosen, &measure->query);

      sg_query_plan_set_query (self->plan, measure->role, text, measure->shape);
    }
}

static gboolean
same_sources (const GPtrArray *a,
              const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      if (!g_str_equal (((const SgSource *) a->pdata[i])->id, ((const SgSource *) b->pdata[i])->id))
        return FALSE;
    }
  return TRUE;
}

void
sg_source_plan_take_sources (SgSourcePlan *self,
                             SgSourceList *sources)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->sources);
  g_autoptr (SgSourceList) list_before = g_steal_pointer (&self->list);

  self->list = sg_source_list_ref (sources);
  self->sources = g_ptr_array_new ();
  for (guint i = 0; i < sources->n_sources; i++)
    {
      if (is_of_the_page (self, sources->sources[i]))
        g_ptr_array_add (self->sources, sources->sources[i]);
    }
  make_queries (self);
  if (!same_sources (before, self->sources))
    g_signal_emit (self, sources_changed_signal, 0);
}

void
sg_source_plan_set_source (SgSourcePlan *self,
                           const char   *id)
{
  if (g_strcmp0 (id, self->chosen) == 0)
    return;
  g_free (self->chosen);
  self->chosen = g_strdup (id);
  if (self->list != NULL)
    make_queries (self);
}

gboolean
sg_source_plan_has_role (SgSourcePlan  *self,
                         SgMappingRole  role)
{
  return self->list != NULL && sg_source_list_has_role (self->list, self->chosen, role);
}

SgQueryAnswer *
sg_source_plan_get_answer (SgSourcePlan *self,
                           const char   *role)
{
  return sg_query_plan_get_answer (self->plan, role);
}

static void
on_answered (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (sg_query_plan_refresh_finish (SG_QUERY_PLAN (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_sources (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  SgSourcePlan *self = g_task_get_source_object (task);
  SgTimeWindow *window = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (SgSourceList) sources =
      sg_engine_list_sources_finish (SG_ENGINE (object), result, &error);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (sources == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  sg_source_plan_take_sources (self, sources);
  sg_query_plan_refresh_async (self->plan, SG_ENGINE (object), window, cancellable, on_answered,
                               g_steal_pointer (&task));
}

/**
 * sg_source_plan_refresh_async:
 * @self: a plan
 * @engine: who is asked
 * @window: what is looked at
 * @cancellable: (nullable): triggered when nobody looks any more
 * @callback: called when the answers have been taken
 * @user_data: for @callback
 */
void
sg_source_plan_refresh_async (SgSourcePlan        *self,
                              SgEngine            *engine,
                              SgTimeWindow        *window,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  SgTimeMs from, to;

  g_task_set_source_tag (task, sg_source_plan_refresh_async);
  g_task_set_task_data (task, g_object_ref (window), g_object_unref);
  sg_time_window_get_range (window, &from, &to);
  sg_engine_list_sources_async (engine, from, to, cancellable, on_sources, task);
}

gboolean
sg_source_plan_refresh_finish (SgSourcePlan  *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
sg_source_plan_finalize (GObject *object)
{
  SgSourcePlan *self = SG_SOURCE_PLAN (object);

  g_object_unref (self->plan);
  g_ptr_array_unref (self->sources);
  g_clear_pointer (&self->list, sg_source_list_unref);
  g_free (self->chosen);
  G_OBJECT_CLASS (sg_source_plan_parent_class)->finalize (object);
}

static void
sg_source_plan_class_init (SgSourcePlanClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_source_plan_finalize;
  sources_changed_signal = g_signal_new ("sources-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_source_plan_init (SgSourcePlan *self)
{
  self->plan = sg_query_plan_new ();
  self->sources = g_ptr_array_new ();
}

/**
 * sg_source_plan_new:
 * @measures: (array length=n_measures): what is asked; stays as long as the program
 * @n_measures: how many
 * @roles: (array length=n_roles): what an application must have one of; stays as long as the program
 * @n_roles: how many
 */
SgSourcePlan *
sg_source_plan_new (const SgPageMeasure *measures,
                    guint                n_measures,
                    const SgMappingRole *roles,
                    guint                n_roles)
{
  SgSourcePlan *self = g_object_new (SG_TYPE_SOURCE_PLAN, NULL);

  self->measures = measures;
  self->n_measures = n_measures;
  self->roles = roles;
  self->n_roles = n_roles;
  return self;
}
