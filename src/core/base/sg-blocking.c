/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-blocking.h"

#include "base/sg-error.h"
#include "base/sg-lock.h"
#include "base/sg-thread.h"

/*
 * Turns. Each owner has a queue of its own. The owners that have a job waiting and fewer than
 * SG_BLOCKING_OWNER_MAX running stand in a ring; a free thread serves the first of them and puts it
 * at the end. So one owner whose jobs hang holds eight threads at most, and a flood of one owner's
 * jobs delays another's by one job.
 *
 * Answers. A job belongs to two sides, each with a reference: the pool (queued or running) and the
 * context of its submitter, where up to three sources wait for it: its deadline, its cancellable,
 * and its end, which the worker attaches. Only that context settles the job and touches the GTask,
 * so that there is no race about who answers. What the two sides share is under the lock: whether
 * the worker has finished, and whether the submitter has left. A worker that finds its submitter
 * gone counts that and drops the result; whatever the job holds is freed with its last reference,
 * on any thread.
 */

/* libc's resolver wants more than 64 KiB; untouched pages cost nothing. */
#define STACK_SIZE (256 * 1024)
#define IDLE_MS    10000

typedef struct
{
  char *name;
  GQueue jobs;
  guint running;
  /* Jobs that threads could take now. */
  guint demand;
  GList ring_link;
} Owner;

typedef struct
{
  guint ref_count;
  GList link;
  Owner *owner;
  SgBlockingFunc func;
  gpointer data;
  GDestroyNotify data_destroy;
  GDestroyNotify result_destroy;
  GCancellable *cancellable;
  guint deadline_ms;

  /* Under the lock. */
  gboolean queued;
  gboolean finished;
  gboolean abandoned;
  gpointer result;
  GError *error;

  /* Of the submitter's context alone. */
  GMainContext *context;
  GTask *task;
  GSource *deadline;
  GSource *cancelled;
} Job;

typedef struct _Worker Worker;

struct _Worker
{
  pthread_t thread;
  /* The one that ended before it, and that nobody has joined yet. */
  Worker *ended;
};

static struct
{
  SgLock lock;
  SgCond wake;
  SgCond gone;
  gboolean ready;
  gboolean stopping;
  guint idle;
  guint demand;
  gint64 idle_us;
  GHashTable *owners;
  GQueue ring;
  Worker *ended;
  SgBlockingStats stats;
} pool = { .lock = SG_LOCK_INIT, .idle_us = IDLE_MS * G_GINT64_CONSTANT (1000) };

static void
owner_free (gpointer data)
{
  Owner *self = data;

  g_free (self->name);
  g_free (self);
}

static void
pool_prepare (void)
{
  if (pool.ready)
    return;
  sg_cond_init (&pool.wake);
  sg_cond_init (&pool.gone);
  pool.owners = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, owner_free);
  pool.ready = TRUE;
}

static Owner *
pool_get_owner (const char *name)
{
  Owner *self = g_hash_table_lookup (pool.owners, name);

  if (self != NULL)
    return self;
  self = g_new0 (Owner, 1);
  self->name = g_strdup (name);
  self->ring_link.data = self;
  g_hash_table_insert (pool.owners, self->name, self);
  return self;
}

/*
 * Called after each change of an owner: puts it into the ring or takes it out, counts what it asks
 * for, and forgets it once it has nothing.
 */
static void
owner_update (Owner *self)
{
  guint demand = MIN (self->jobs.length, SG_BLOCKING_OWNER_MAX - self->running);

  if (self->demand == 0 && demand > 0)
    g_queue_push_tail_link (&pool.ring, &self->ring_link);
  if (self->demand > 0 && demand == 0)
    g_queue_unlink (&pool.ring, &self->ring_link);
  pool.demand += demand - self->demand;
  self->demand = demand;
  if (self->jobs.length == 0 && self->running == 0)
    g_hash_table_remove (pool.owners, self->name);
}

static Job *
job_ref (Job *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

static void
job_unref (gpointer data)
{
  Job *self = data;

  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  if (self->result != NULL && self->result_destroy != NULL)
    self->result_destroy (self->result);
  if (self->data_destroy != NULL)
    self->data_destroy (self->data);
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Called with the lock held. Returns: (nullable): the next job, which its owner now runs. */
static Job *
pool_take_job (void)
{
  Owner *owner = g_queue_peek_head (&pool.ring);
  Job *job;

  if (owner == NULL)
    return NULL;
  g_queue_unlink (&pool.ring, &owner->ring_link);
  g_queue_push_tail_link (&pool.ring, &owner->ring_link);
  job = g_queue_peek_head (&owner->jobs);
  g_queue_unlink (&owner->jobs, &job->link);
  job->queued = FALSE;
  owner->running++;
  pool.stats.queued--;
  pool.stats.running++;
  owner_update (owner);
  return job;
}

static Job *
job_new (SgBlockingFunc func,
         gpointer       data,
         GDestroyNotify data_destroy,
         GDestroyNotify result_destroy)
{
  Job *self = g_new0 (Job, 1);

  self->ref_count = 1;
  self->link.data = self;
  self->func = func;
  self->data = data;
  self->data_destroy = data_destroy;
  self->result_destroy = result_destroy;
  self->cancellable = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  return self;
}

static void
source_clear (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
job_attach (Job         *self,
            GSource     *source,
            GSourceFunc  func)
{
  g_source_set_callback (source, func, job_ref (self), job_unref);
  g_source_set_static_name (source, "sg-blocking");
  g_source_attach (source, self->context);
  return source;
}

/* Calls @func on the submitter's context. */
static void
job_post (Job         *self,
          GSourceFunc  func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  job_attach (self, source, func);
}

/* On the submitter's context: gives the answer, of which there is one only. */
static void
job_settle (Job    *self,
            GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  source_clear (&self->deadline);
  source_clear (&self->cancelled);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&self->result), self->result_destroy);
}

/* On the submitter's context: the worker has finished. */
static gboolean
job_on_finished (gpointer data)
{
  Job *self = data;

  if (self->task != NULL)
    {
      sg_lock_acquire (&pool.lock);
      g_assert (self->finished);
      sg_lock_release (&pool.lock);
      job_settle (self, g_steal_pointer (&self->error));
    }
  return G_SOURCE_REMOVE;
}

/*
 * On the submitter's context: leaves the job, counted in @counter. Returns: whether it could; if
 * not, it has finished already, and its answer is on the way.
 */
static gboolean
job_abandon (Job     *self,
             guint64 *counter)
{
  SG_LOCK_SCOPE (&pool.lock);
  if (self->finished)
    return FALSE;
  self->abandoned = TRUE;
  ++*counter;
  if (self->queued)
    {
      self->queued = FALSE;
      g_queue_unlink (&self->owner->jobs, &self->link);
      pool.stats.queued--;
      owner_update (self->owner);
      job_unref (self);
    }
  else
    pool.stats.stuck++;
  return TRUE;
}

static gboolean
job_on_deadline (gpointer data)
{
  Job *self = data;
  GError *error = NULL;

  if (job_abandon (self, &pool.stats.timed_out))
    {
      g_set_error (&error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                   "%s: no answer within %u ms: see why it hangs, or allow it more time",
                   g_task_get_name (self->task), self->deadline_ms);
      g_cancellable_cancel (self->cancellable);
      job_settle (self, error);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
job_on_cancelled (GCancellable *cancellable,
                  gpointer      data)
{
  Job *self = data;
  GError *error = NULL;

  if (job_abandon (self, &pool.stats.cancelled))
    {
      g_cancellable_set_error_if_cancelled (cancellable, &error);
      g_cancellable_cancel (self->cancellable);
      job_settle (self, error);
    }
  return G_SOURCE_REMOVE;
}

static void
job_watch (Job          *self,
           GCancellable *cancellable)
{
  self->deadline = job_attach (self, g_timeout_source_new (self->deadline_ms), job_on_deadline);
  if (cancellable != NULL)
    self->cancelled =
        job_attach (self, g_cancellable_source_new (cancellable), G_SOURCE_FUNC (job_on_cancelled));
}

/*
 * Runs @self, and tells its submitter unless it has left. Called without the lock. The thread is
 * idle from the moment its owner may have the next turn, or another would be started for that.
 */
static void
worker_run_job (Job *self)
{
  GError *error = NULL;
  gpointer result = self->func (self->data, self->cancellable, &error);

  sg_lock_acquire (&pool.lock);
  self->result = result;
  self->error = error;
  self->finished = TRUE;
  self->owner->running--;
  pool.stats.running--;
  pool.idle++;
  pool.stats.stuck -= self->abandoned;
  pool.stats.late += self->abandoned;
  owner_update (self->owner);
  sg_lock_release (&pool.lock);
  if (!self->abandoned)
    job_post (self, job_on_finished);
  job_unref (self);
}

/* Called with the lock held. Returns: (nullable): a job, or %NULL when the thread shall end. */
static Job *
worker_wait_for_job (void)
{
  gint64 until = g_get_monotonic_time () + pool.idle_us;
  gboolean in_time = TRUE;
  Job *job;

  while ((job = pool_take_job ()) == NULL && in_time && !pool.stopping)
    in_time = sg_cond_wait_until (&pool.wake, &pool.lock, until);
  return job;
}

static void
worker_join (Worker *self)
{
  while (self != NULL)
    {
      Worker *ended = self->ended;

      pthread_join (self->thread, NULL);
      g_free (self);
      self = ended;
    }
}

/* A thread that ends joins the one that ended before it, so that at most one is ever left. */
static gpointer
worker_main (gpointer data)
{
  Worker *self = data;
  Worker *ended;
  Job *job;

  sg_lock_acquire (&pool.lock);
  while ((job = worker_wait_for_job ()) != NULL)
    {
      pool.idle--;
      sg_lock_release (&pool.lock);
      worker_run_job (job);
      sg_lock_acquire (&pool.lock);
    }
  pool.idle--;
  pool.stats.threads--;
  ended = pool.ended;
  pool.ended = self;
  sg_cond_broadcast (&pool.gone);
  sg_lock_release (&pool.lock);
  worker_join (ended);
  return NULL;
}

/* Called with the lock held. A thread is idle from its start on. Returns: whether there is one. */
static gboolean
pool_serve_demand (void)
{
  if (pool.demand > pool.idle && pool.stats.threads < SG_BLOCKING_THREADS_MAX)
    {
      Worker *worker = g_new0 (Worker, 1);

      if (sg_thread_start (&worker->thread, "sg-blocking", STACK_SIZE, worker_main, worker))
        {
          pool.stats.threads++;
          pool.idle++;
        }
      else
        g_free (worker);
    }
  sg_cond_signal (&pool.wake);
  return pool.stats.threads > 0;
}

static gboolean
pool_submit (Job         *job,
             const char  *owner,
             GError     **error)
{
  SG_LOCK_SCOPE (&pool.lock);
  pool_prepare ();
  pool.stats.jobs++;
  if (pool.stats.queued >= SG_BLOCKING_QUEUE_MAX)
    {
      pool.stats.refused++;
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "%s: %d blocking calls wait already: see which of them hang, or ask less often",
                   owner, SG_BLOCKING_QUEUE_MAX);
      return FALSE;
    }
  job_ref (job);
  job->owner = pool_get_owner (owner);
  job->queued = TRUE;
  g_queue_push_tail_link (&job->owner->jobs, &job->link);
  pool.stats.queued++;
  owner_update (job->owner);
  if (pool_serve_demand ())
    return TRUE;
  pool.stats.queued--;
  pool.stats.refused++;
  g_queue_unlink (&job->owner->jobs, &job->link);
  owner_update (job->owner);
  job_unref (job);
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
               "%s: the system gives no thread: raise the limit of processes (ulimit -u)", owner);
  return FALSE;
}

/**
 * sg_blocking_run_async:
 * @owner: on whose behalf, in a few stable words; said in errors, and the unit of fairness
 * @deadline_ms: how long to wait for the answer, waiting for a thread included
 * @func: what to run; it should return soon once its cancellable is cancelled
 * @data: for @func
 * @data_destroy: (nullable): frees @data, on any thread, once @func has returned or cannot run any
 *   more
 * @result_destroy: (nullable): frees a result that nobody takes, on any thread
 * @cancellable: (nullable): gives up at once, whether or not @func returns
 * @callback: called on the thread-default context of the caller
 * @user_data: for @callback
 *
 * Runs @func on a thread of its own. The answer is the result, %G_IO_ERROR_TIMED_OUT when the
 * deadline has passed, %G_IO_ERROR_CANCELLED, or %SG_BASE_ERROR_LIMIT when too many jobs wait.
 */
void
sg_blocking_run_async (const char          *owner,
                       guint                deadline_ms,
                       SgBlockingFunc       func,
                       gpointer             data,
                       GDestroyNotify       data_destroy,
                       GDestroyNotify       result_destroy,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  Job *job = job_new (func, data, data_destroy, result_destroy);
  GError *error = NULL;

  job->deadline_ms = deadline_ms;
  job->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, sg_blocking_run_async);
  g_task_set_name (job->task, owner);
  if (g_cancellable_set_error_if_cancelled (cancellable, &error))
    job_settle (job, error);
  else
    {
      job_watch (job, cancellable);
      if (!pool_submit (job, owner, &error))
        job_settle (job, error);
    }
  job_unref (job);
}

/**
 * sg_blocking_run_finish:
 * @result: what the callback was given
 * @error: set where there is no answer
 *
 * Returns: (transfer full) (nullable): what the function returned
 */
gpointer
sg_blocking_run_finish (GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_blocking_run_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
sg_blocking_get_stats (SgBlockingStats *ret_stats)
{
  SG_LOCK_SCOPE (&pool.lock);
  *ret_stats = pool.stats;
}

/* How long a thread stays without work: ten seconds unless told. */
void
sg_blocking_set_idle_ms (guint idle_ms)
{
  SG_LOCK_SCOPE (&pool.lock);
  pool.idle_us = idle_ms * G_GINT64_CONSTANT (1000);
}

/**
 * sg_blocking_shutdown:
 * @wait_ms: how long to wait for jobs that still run or wait
 *
 * Ends the threads. To be called once nobody submits any more; the pool may be used again
 * afterwards.
 *
 * Returns: whether all have ended; those that have not are left behind
 */
gboolean
sg_blocking_shutdown (guint wait_ms)
{
  gint64 until = g_get_monotonic_time () + wait_ms * G_GINT64_CONSTANT (1000);
  gboolean in_time = TRUE;
  gboolean all_ended;
  Worker *ended;

  sg_lock_acquire (&pool.lock);
  pool_prepare ();
  pool.stopping = TRUE;
  sg_cond_broadcast (&pool.wake);
  while (pool.stats.threads > 0 && in_time)
    in_time = sg_cond_wait_until (&pool.gone, &pool.lock, until);
  pool.stopping = FALSE;
  all_ended = pool.stats.threads == 0;
  ended = g_steal_pointer (&pool.ended);
  sg_lock_release (&pool.lock);
  worker_join (ended);
  return all_ended;
}
