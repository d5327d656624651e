/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-service-list.h"

#include "engine/sg-engine-error.h"

#define DEFAULT_DEADLINE_MS 10000

/*
 * A start or a stop is one task with a walk over the services. Each step has one owner: the service
 * whose answer is awaited. When the deadline of a stop comes, the walk goes on without that answer,
 * and the answer, should it ever come, finds that the walk has left (its step number differs).
 */
struct _SgServiceList
{
  GObject parent_instance;
  GPtrArray *services;
  gint64 deadline_ms;
};

typedef struct
{
  guint next;
  GError *error;
  GSource *deadline;
  GString *left_behind;
  guint step;
} Walk;

typedef struct
{
  GTask *task;
  guint step;
} Step;

G_DEFINE_FINAL_TYPE (SgServiceList, sg_service_list, G_TYPE_OBJECT)

static void stop_next (GTask *task);
static void arm_deadline (GTask *task, gint64 ms);

static void
sg_service_list_finalize (GObject *object)
{
  SgServiceList *self = SG_SERVICE_LIST (object);

  g_ptr_array_unref (self->services);
  G_OBJECT_CLASS (sg_service_list_parent_class)->finalize (object);
}

static void
sg_service_list_class_init (SgServiceListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_service_list_finalize;
}

static void
sg_service_list_init (SgServiceList *self)
{
  self->services = g_ptr_array_new_with_free_func (g_object_unref);
  self->deadline_ms = DEFAULT_DEADLINE_MS;
}

SgServiceList *
sg_service_list_new (void)
{
  return g_object_new (SG_TYPE_SERVICE_LIST, NULL);
}

void
sg_service_list_add (SgServiceList *self,
                     SgService     *service)
{
  g_ptr_array_add (self->services, g_object_ref (service));
}

guint
sg_service_list_get_size (SgServiceList *self)
{
  return self->services->len;
}

/* Returns: (transfer none): the service that starts at place @i */
SgService *
sg_service_list_get (SgServiceList *self,
                     guint          i)
{
  return g_ptr_array_index (self->services, i);
}

/* How long a stop may take altogether. */
void
sg_service_list_set_deadline (SgServiceList *self,
                              gint64         ms)
{
  self->deadline_ms = ms;
}

static void
walk_free (gpointer data)
{
  Walk *walk = data;

  if (walk->deadline != NULL)
    {
      g_source_destroy (walk->deadline);
      g_source_unref (walk->deadline);
    }
  g_clear_error (&walk->error);
  g_string_free (walk->left_behind, TRUE);
  g_free (walk);
}

static GTask *
walk_begin (SgServiceList       *self,
            guint                next,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Walk *walk = g_new0 (Walk, 1);

  walk->next = next;
  walk->left_behind = g_string_new (NULL);
  g_task_set_task_data (task, walk, walk_free);
  return task;
}

static Step *
step_begin (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  Step *step = g_new (Step, 1);

  step->task = g_object_ref (task);
  step->step = ++walk->step;
  return step;
}

/* Returns: (transfer full) (nullable): the task, when the walk is still at this step */
static GTask *
step_end (Step *step)
{
  GTask *task = step->task;
  Walk *walk = g_task_get_task_data (task);
  gboolean current = walk->step == step->step;

  g_free (step);
  if (current)
    return task;
  g_object_unref (task);
  return NULL;
}

/* The end of a stop: what was left behind, or why the start failed that led to it, is the error. */
static void
walk_end (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);

  walk->step++;
  if (walk->error != NULL)
    g_task_return_error (task, g_steal_pointer (&walk->error));
  else if (walk->left_behind->len > 0)
    g_task_return_new_error (task, SG_ENGINE_ERROR, SG_ENGINE_ERROR_DEADLINE,
                             "did not stop in time and was left behind: %s",
                             walk->left_behind->str);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
leave_behind (Walk       *walk,
              const char *name)
{
  g_string_append_printf (walk->left_behind, "%s%s", walk->left_behind->len > 0 ? ", " : "", name);
}

/*
 * The deadline passed: the service that is being waited for is left behind. Each of the others
 * still gets a tenth of the deadline, since it is no fault of theirs.
 */
static gboolean
on_deadline (gpointer data)
{
  GTask *task = data;
  Walk *walk = g_task_get_task_data (task);
  SgServiceList *self = g_task_get_source_object (task);

  leave_behind (walk, sg_service_get_name (sg_service_list_get (self, walk->next)));
  g_clear_pointer (&walk->deadline, g_source_unref);
  arm_deadline (task, self->deadline_ms / 10);
  stop_next (task);
  return G_SOURCE_REMOVE;
}

static void
arm_deadline (GTask  *task,
              gint64  ms)
{
  Walk *walk = g_task_get_task_data (task);

  walk->deadline = g_timeout_source_new ((guint) ms);
  g_source_set_callback (walk->deadline, on_deadline, task, NULL);
  g_source_attach (walk->deadline, g_task_get_context (task));
}

static void
on_stopped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  GTask *task;

  if (!sg_service_stop_finish (SG_SERVICE (source), result, &error))
    g_warning ("%s", error->message);
  task = step_end (user_data);
  if (task == NULL)
    return;
  /* The step held one reference, the walk holds the other. */
  g_object_unref (task);
  stop_next (task);
}

static void
stop_next (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  SgServiceList *self = g_task_get_source_object (task);

  while (walk->next > 0)
    {
      SgService *service = sg_service_list_get (self, --walk->next);

      if (sg_service_get_state (service) == SG_SERVICE_RUNNING)
        {
          sg_service_stop_async (service, on_stopped, step_begin (task));
          return;
        }
    }
  walk_end (task);
}

void
sg_service_list_stop_async (SgServiceList       *self,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = walk_begin (self, self->services->len, callback, user_data);

  arm_deadline (task, self->deadline_ms);
  stop_next (task);
}

gboolean
sg_service_list_stop_finish (SgServiceList  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void start_next (GTask *task);

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask *task = user_data;
  Walk *walk = g_task_get_task_data (task);

  if (sg_service_start_finish (SG_SERVICE (source), result, &walk->error))
    {
      walk->next++;
      start_next (task);
    }
  else
    {
      arm_deadline (task, SG_SERVICE_LIST (g_task_get_source_object (task))->deadline_ms);
      stop_next (task);
    }
}

static void
start_next (GTask *task)
{
  Walk *walk = g_task_get_task_data (task);
  SgServiceList *self = g_task_get_source_object (task);

  if (walk->next == self->services->len)
    walk_end (task);
  else
    sg_service_start_async (sg_service_list_get (self, walk->next), on_started, task);
}

void
sg_service_list_start_async (SgServiceList       *self,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  start_next (walk_begin (self, 0, callback, user_data));
}

gboolean
sg_service_list_start_finish (SgServiceList  *self,
                              GAsyncResult   *result,
                              GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
