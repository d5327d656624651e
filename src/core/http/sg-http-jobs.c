/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-jobs.h"

#include "base/sg-compute.h"
#include "base/sg-lock.h"
#include "http/sg-http-error.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/eventfd.h>
#include <unistd.h>

/*
 * Between the server's thread and the workers. A task is pushed, some worker runs it, and it comes
 * back through a queue under the lock; an eventfd wakes the server's thread.
 *
 * Long tasks may have all workers but one, so that quick ones (pages of metrics, health) never wait
 * for a long one to end; what exceeds that waits in a queue here. A password that was not seen before
 * makes any task a long one.
 *
 * Clients that ask and hang up at once, over and over, would fill the workers with pages that nobody
 * reads. Whether a client has hung up, or only has nothing more to send, cannot be told apart before
 * something is written. So such clients are served, but not while more than PATIENCE tasks wait.
 *
 * Stopping waits for the tasks that run, at most STOP_TIMEOUT_US: when it returns, no handler touches
 * what belongs to services that are stopped next. Tasks that no worker has begun are dropped.
 */

#define PATIENCE        4
#define STOP_TIMEOUT_US (10 * G_USEC_PER_SEC)

struct _SgHttpJobs
{
  int ref_count;
  SgLock lock;
  SgCond idle;
  GQueue done_tasks;
  GQueue long_tasks;
  guint n_long;
  guint max_long;
  guint pending;
  guint running;
  gboolean stopped;
  int event_fd;
  GSource *source;
  SgHttpJobsFunc done;
  gpointer user_data;
};

typedef struct
{
  SgHttpJobs *jobs;
  SgHttpTask *task;
} Job;

static void
jobs_unref (SgHttpJobs *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  close (self->event_fd);
  sg_cond_clear (&self->idle);
  sg_lock_clear (&self->lock);
  g_free (self);
}

static void job_work (gpointer data);

static void
hand_over (SgHttpJobs *self,
           SgHttpTask *task)
{
  Job *job = g_new (Job, 1);

  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  *job = (Job) { self, sg_http_task_ref (task) };
  sg_compute_push (job_work, job);
}

/* Called with the lock held. Returns: (transfer full) (nullable): the long task whose turn it is */
static SgHttpTask *
next_long (SgHttpJobs *self)
{
  if (self->n_long >= self->max_long || g_queue_is_empty (&self->long_tasks))
    return NULL;
  self->n_long++;
  return g_queue_pop_head (&self->long_tasks);
}

/* Returns: whether the job is still wanted */
static gboolean
job_begin (SgHttpJobs *self,
           gboolean   *ret_crowded)
{
  SG_LOCK_SCOPE (&self->lock);
  if (self->stopped)
    return FALSE;
  *ret_crowded = self->pending > PATIENCE;
  self->running++;
  return TRUE;
}

/*
 * The task is given back before the count falls: whoever waits for the count then owns it again.
 *
 * Returns: (transfer full) (nullable): a task to run after it
 */
static SgHttpTask *
job_end (SgHttpJobs *self,
         SgHttpTask *task)
{
  const guint64 one = 1;

  SG_LOCK_SCOPE (&self->lock);
  if (!self->stopped)
    g_queue_push_tail (&self->done_tasks, sg_http_task_ref (task));
  self->pending--;
  self->running--;
  if (self->running == 0)
    sg_cond_broadcast (&self->idle);
  if (write (self->event_fd, &one, sizeof one) != sizeof one)
    g_critical ("eventfd: %s", g_strerror (errno));
  if (!task->is_quick)
    self->n_long--;
  return next_long (self);
}

static gboolean
is_doubtful (SgHttpTask *task)
{
  return task->is_doubtful
         || g_cancellable_is_cancelled (sg_http_request_get_cancellable (task->request));
}

static void
job_work (gpointer data)
{
  g_autofree Job *job = data;
  g_autoptr (SgHttpTask) next = NULL;
  gboolean crowded = FALSE;

  if (job_begin (job->jobs, &crowded))
    {
      if (crowded && is_doubtful (job->task))
        sg_http_task_skip (job->task);
      else
        sg_http_task_run (job->task);
      next = job_end (job->jobs, job->task);
      if (next != NULL)
        hand_over (job->jobs, next);
    }
  sg_http_task_unref (job->task);
  jobs_unref (job->jobs);
}

static SgHttpTask *
pop_done (SgHttpJobs *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return g_queue_pop_head (&self->done_tasks);
}

static gboolean
jobs_on_event (int          fd,
               GIOCondition condition,
               gpointer     user_data)
{
  SgHttpJobs *self = user_data;
  SgHttpTask *task;
  guint64 count;

  if (read (fd, &count, sizeof count) < 0 && errno != EAGAIN)
    g_critical ("eventfd: %s", g_strerror (errno));
  while ((task = pop_done (self)) != NULL)
    {
      self->done (task, self->user_data);
      sg_http_task_unref (task);
    }
  return G_SOURCE_CONTINUE;
}

/**
 * sg_http_jobs_new:
 * @context: where tasks come back
 * @done: what gets them there
 * @user_data: for @done
 *
 * Returns: (transfer full): a queue; sg_http_jobs_stop() frees it
 */
SgHttpJobs *
sg_http_jobs_new (GMainContext    *context,
                  SgHttpJobsFunc   done,
                  gpointer         user_data,
                  GError         **error)
{
  SgHttpJobs *self;
  SgComputeStats stats;
  int fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);

  if (fd < 0)
    {
      g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_LISTEN, "eventfd: %s", g_strerror (errno));
      return NULL;
    }
  self = g_new0 (SgHttpJobs, 1);
  self->ref_count = 1;
  sg_lock_init (&self->lock);
  sg_cond_init (&self->idle);
  g_queue_init (&self->done_tasks);
  g_queue_init (&self->long_tasks);
  sg_compute_get_stats (&stats);
  self->max_long = MAX (stats.max_threads, 2) - 1;
  self->event_fd = fd;
  self->done = done;
  self->user_data = user_data;
  self->source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (jobs_on_event), self, NULL);
  g_source_attach (self->source, context);
  return self;
}

void
sg_http_jobs_push (SgHttpJobs *self,
                   SgHttpTask *task)
{
  g_autoptr (SgHttpTask) next = NULL;

  sg_lock_acquire (&self->lock);
  self->pending++;
  if (task->is_quick)
    next = sg_http_task_ref (task);
  else
    {
      g_queue_push_tail (&self->long_tasks, sg_http_task_ref (task));
      next = next_long (self);
    }
  sg_lock_release (&self->lock);
  if (next != NULL)
    hand_over (self, next);
}

/* How many tasks were pushed and have not been run. */
guint
sg_http_jobs_get_pending (SgHttpJobs *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->pending;
}

/* Whether tasks have to wait for others. */
gboolean
sg_http_jobs_is_crowded (SgHttpJobs *self)
{
  return sg_http_jobs_get_pending (self) > PATIENCE;
}

/* From now on no task is begun, and none comes back. */
void
sg_http_jobs_close (SgHttpJobs *self)
{
  SG_LOCK_SCOPE (&self->lock);
  self->stopped = TRUE;
  g_queue_clear_full (&self->long_tasks, (GDestroyNotify) sg_http_task_unref);
  g_queue_clear_full (&self->done_tasks, (GDestroyNotify) sg_http_task_unref);
}

static void
wait_until_idle (SgHttpJobs *self)
{
  gint64 deadline_us = g_get_monotonic_time () + STOP_TIMEOUT_US;

  SG_LOCK_SCOPE (&self->lock);
  while (self->running > 0)
    {
      if (!sg_cond_wait_until (&self->idle, &self->lock, deadline_us))
        {
          g_warning ("%u requests do not end although the server stops", self->running);
          return;
        }
    }
}

/* Waits for the tasks that run; frees the queue once the last worker has let go of it. */
void
sg_http_jobs_stop (SgHttpJobs *self)
{
  sg_http_jobs_close (self);
  wait_until_idle (self);
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  jobs_unref (self);
}
