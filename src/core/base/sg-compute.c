/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-compute.h"

#include "base/sg-lock.h"
#include "base/sg-thread.h"

/*
 * One queue under one lock. It holds jobs, first come first served, and before them the forks of
 * sg_compute_for(), because what was begun shall end first.
 *
 * A fork stands in the queue once and asks for helpers. It lies on its caller's stack. The caller
 * and every thread that comes to help take indices from one atomic counter until none is left. Then
 * the caller takes the fork out of the queue and waits for those helpers only that already run an
 * index: so it waits for no queued work, and a job that forks inside a fork cannot lock up a full
 * pool.
 */
#define STACK_SIZE  (1024 * 1024)
#define THREADS_MAX 256

typedef struct
{
  gsize n;
  gsize next;
  SgComputeForFunc func;
  gpointer data;
  guint wanted;
  guint helping;
  SgCond done;
} Fork;

/* Either a job or a fork. */
typedef struct
{
  GList link;
  SgComputeFunc func;
  gpointer data;
  Fork *fork;
} Work;

static struct
{
  SgLock lock;
  SgCond wake;
  gboolean ready;
  gboolean stopping;
  /* What is asked for: jobs and helpers. */
  guint demand;
  guint idle;
  guint n_threads;
  guint max_threads;
  guint64 jobs;
  GQueue queue;
  pthread_t threads[THREADS_MAX];
} pool = { .lock = SG_LOCK_INIT };

static void
pool_prepare (void)
{
  if (pool.ready)
    return;
  sg_cond_init (&pool.wake);
  pool.max_threads = CLAMP (g_get_num_processors (), 1, THREADS_MAX);
  pool.ready = TRUE;
}

static void
fork_run (Fork *fork)
{
  gsize index;

  while ((index = __atomic_fetch_add (&fork->next, 1, __ATOMIC_RELAXED)) < fork->n)
    fork->func (index, fork->data);
}

/* Called with the lock held, which it gives up while it helps. */
static void
pool_help (Work *work)
{
  Fork *fork = work->fork;

  pool.demand--;
  if (--fork->wanted == 0)
    g_queue_unlink (&pool.queue, &work->link);
  fork->helping++;
  sg_lock_release (&pool.lock);
  fork_run (fork);
  sg_lock_acquire (&pool.lock);
  if (--fork->helping == 0)
    sg_cond_signal (&fork->done);
}

/* Called with the lock held, which it gives up while it works. */
static void
pool_run_one (void)
{
  Work *work = pool.queue.head->data;

  if (work->fork != NULL)
    {
      pool_help (work);
      return;
    }
  pool.demand--;
  g_queue_unlink (&pool.queue, &work->link);
  sg_lock_release (&pool.lock);
  work->func (work->data);
  g_free (work);
  sg_lock_acquire (&pool.lock);
}

static gpointer
worker_main (gpointer data)
{
  SG_LOCK_SCOPE (&pool.lock);
  while (TRUE)
    {
      while (pool.queue.length == 0 && !pool.stopping)
        sg_cond_wait (&pool.wake, &pool.lock);
      if (pool.queue.length == 0)
        return NULL;
      pool.idle--;
      pool_run_one ();
      pool.idle++;
    }
}

/* Wakes or starts threads for what is asked for. A thread is idle from its start on. */
static void
pool_serve_demand (void)
{
  while (pool.demand > pool.idle && pool.n_threads < pool.max_threads)
    {
      if (!sg_thread_start (&pool.threads[pool.n_threads], "sg-compute", STACK_SIZE, worker_main,
                            NULL))
        break;
      pool.n_threads++;
      pool.idle++;
    }
  if (pool.demand > 1)
    sg_cond_broadcast (&pool.wake);
  else
    sg_cond_signal (&pool.wake);
}

/**
 * sg_compute_push:
 * @func: what to run on a thread of the pool
 * @data: for @func
 *
 * Where the system gives no thread at all, @func is run here and now.
 */
void
sg_compute_push (SgComputeFunc func,
                 gpointer      data)
{
  Work *work = g_new0 (Work, 1);

  work->func = func;
  work->data = data;
  work->link.data = work;
  sg_lock_acquire (&pool.lock);
  pool_prepare ();
  g_queue_push_tail_link (&pool.queue, &work->link);
  pool.demand++;
  pool.jobs++;
  pool_serve_demand ();
  while (pool.n_threads == 0 && pool.queue.length > 0)
    pool_run_one ();
  sg_lock_release (&pool.lock);
}

typedef struct
{
  GTask *task;
  GTaskThreadFunc func;
} TaskJob;

static void
task_job_run (gpointer data)
{
  TaskJob *job = data;
  GTask *task = job->task;

  if (!g_task_return_error_if_cancelled (task))
    job->func (task, g_task_get_source_object (task), g_task_get_task_data (task),
               g_task_get_cancellable (task));
  g_object_unref (task);
  g_free (job);
}

/**
 * sg_compute_run_task:
 * @task: what to answer; it is kept until @func has returned
 * @func: computes the answer on a thread of the pool, and gives it with g_task_return_…()
 *
 * As g_task_run_in_thread(), on this pool. A task that is cancelled before its turn is not run.
 */
void
sg_compute_run_task (GTask           *task,
                     GTaskThreadFunc  func)
{
  TaskJob *job = g_new (TaskJob, 1);

  job->task = g_object_ref (task);
  job->func = func;
  sg_compute_push (task_job_run, job);
}

static void
fork_offer (Fork *fork,
            Work *work)
{
  SG_LOCK_SCOPE (&pool.lock);
  pool_prepare ();
  fork->wanted = (guint) MIN (fork->n - 1, pool.max_threads - 1);
  if (fork->wanted == 0)
    return;
  g_queue_push_head_link (&pool.queue, &work->link);
  pool.demand += fork->wanted;
  pool_serve_demand ();
}

static void
fork_join (Fork *fork,
           Work *work)
{
  SG_LOCK_SCOPE (&pool.lock);
  if (fork->wanted > 0)
    {
      pool.demand -= fork->wanted;
      g_queue_unlink (&pool.queue, &work->link);
    }
  while (fork->helping > 0)
    sg_cond_wait (&fork->done, &pool.lock);
}

/**
 * sg_compute_for:
 * @n: how many
 * @func: (scope call): called once with each index below @n, on any thread, in any order
 * @data: for @func
 *
 * Returns when all are done. The caller does its share, so that this may be called on the pool too.
 * An index should be worth some microseconds.
 */
void
sg_compute_for (gsize            n,
                SgComputeForFunc func,
                gpointer         data)
{
  Fork fork = { .n = n, .func = func, .data = data };
  Work work = { .link = { .data = &work }, .fork = &fork };

  if (n <= 1)
    {
      fork_run (&fork);
      return;
    }
  sg_cond_init (&fork.done);
  fork_offer (&fork, &work);
  fork_run (&fork);
  fork_join (&fork, &work);
  sg_cond_clear (&fork.done);
}

void
sg_compute_get_stats (SgComputeStats *ret_stats)
{
  SG_LOCK_SCOPE (&pool.lock);
  pool_prepare ();
  ret_stats->max_threads = pool.max_threads;
  ret_stats->threads = pool.n_threads;
  ret_stats->running = pool.n_threads - pool.idle;
  ret_stats->queued = pool.demand;
  ret_stats->jobs = pool.jobs;
}

/**
 * sg_compute_shutdown:
 *
 * Runs what is queued and ends the threads. To be called once nobody pushes any more, and on none
 * of the pool's threads; the pool may be used again afterwards.
 */
void
sg_compute_shutdown (void)
{
  guint n_threads;

  sg_lock_acquire (&pool.lock);
  n_threads = pool.n_threads;
  pool.stopping = TRUE;
  if (pool.ready)
    sg_cond_broadcast (&pool.wake);
  sg_lock_release (&pool.lock);
  for (guint i = 0; i < n_threads; i++)
    pthread_join (pool.threads[i], NULL);
  sg_lock_acquire (&pool.lock);
  pool.n_threads = pool.idle = 0;
  pool.stopping = FALSE;
  sg_lock_release (&pool.lock);
}
