/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-compute.h"
#include "base/sg-lock.h"

/* Counts to a number, and wakes who waits for it. */
typedef struct
{
  SgLock lock;
  SgCond cond;
  guint count;
} Counter;

static void
counter_init (Counter *self)
{
  sg_lock_init (&self->lock);
  sg_cond_init (&self->cond);
  self->count = 0;
}

static void
counter_clear (Counter *self)
{
  sg_lock_clear (&self->lock);
  sg_cond_clear (&self->cond);
}

static void
counter_add (gpointer data)
{
  Counter *self = data;

  SG_LOCK_SCOPE (&self->lock);
  self->count++;
  sg_cond_broadcast (&self->cond);
}

static void
counter_wait (Counter *self,
              guint    count)
{
  SG_LOCK_SCOPE (&self->lock);
  while (self->count < count)
    sg_cond_wait (&self->cond, &self->lock);
  g_assert_cmpuint (self->count, ==, count);
}

static void
test_compute_push (void)
{
  Counter counter;
  SgComputeStats before, stats;

  counter_init (&counter);
  sg_compute_get_stats (&before);
  for (guint i = 0; i < 10000; i++)
    sg_compute_push (counter_add, &counter);
  counter_wait (&counter, 10000);
  sg_compute_get_stats (&stats);
  g_assert_cmpuint (stats.jobs - before.jobs, ==, 10000);
  g_assert_cmpuint (stats.queued, ==, 0);
  g_assert_cmpuint (stats.threads, >=, 1);
  g_assert_cmpuint (stats.threads, <=, g_get_num_processors ());
  g_assert_cmpuint (stats.max_threads, ==, g_get_num_processors ());
  sg_compute_shutdown ();
  counter_clear (&counter);
}

/* What is queued when the pool is shut down has run when that returns. */
static void
test_compute_shutdown (void)
{
  for (guint round = 0; round < 50; round++)
    {
      Counter counter;
      SgComputeStats stats;

      counter_init (&counter);
      for (guint i = 0; i < 20; i++)
        sg_compute_push (counter_add, &counter);
      sg_compute_shutdown ();
      g_assert_cmpuint (counter.count, ==, 20);
      sg_compute_get_stats (&stats);
      g_assert_cmpuint (stats.threads, ==, 0);
      counter_clear (&counter);
    }
}

static void
mark (gsize    index,
      gpointer data)
{
  guint *marks = data;

  marks[index]++;
}

static void
check_marks (gsize n)
{
  g_autofree guint *marks = g_new0 (guint, n + 1);

  sg_compute_for (n, mark, marks);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint (marks[i], ==, 1);
  g_assert_cmpuint (marks[n], ==, 0);
}

static void
test_compute_for (void)
{
  check_marks (0);
  check_marks (1);
  check_marks (2);
  check_marks (3);
  for (guint i = 0; i < 2000; i++)
    check_marks (i % 37);
  check_marks (1000000);
  sg_compute_shutdown ();
}

typedef struct
{
  guint depth;
  guint *leaves;
} Nested;

static void
nested_run (gsize    index,
            gpointer data)
{
  Nested *self = data;
  Nested below = { self->depth - 1, self->leaves };

  if (self->depth == 0)
    __atomic_fetch_add (self->leaves, 1, __ATOMIC_RELAXED);
  else
    sg_compute_for (4, nested_run, &below);
}

/* Forks within forks, on every thread of the pool at once, wait for nothing that is only queued. */
static void
test_compute_nested (void)
{
  guint leaves = 0;
  Nested top = { 6, &leaves };

  sg_compute_for (4, nested_run, &top);
  g_assert_cmpuint (leaves, ==, 16384);
  sg_compute_shutdown ();
}

typedef struct
{
  Counter *counter;
  guint leaves;
} ForkingJob;

static void
forking_job_run (gpointer data)
{
  ForkingJob *self = data;
  Nested top = { 3, &self->leaves };

  sg_compute_for (4, nested_run, &top);
  counter_add (self->counter);
}

static void
test_compute_forking_jobs (void)
{
  ForkingJob jobs[64] = { { 0 } };
  Counter counter;

  counter_init (&counter);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      jobs[i].counter = &counter;
      sg_compute_push (forking_job_run, &jobs[i]);
    }
  counter_wait (&counter, G_N_ELEMENTS (jobs));
  sg_compute_shutdown ();
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    g_assert_cmpuint (jobs[i].leaves, ==, 256);
  counter_clear (&counter);
}

static gpointer
fork_often (gpointer data)
{
  for (guint i = 0; i < 300; i++)
    check_marks (50);
  return NULL;
}

static void
test_compute_many_callers (void)
{
  GThread *threads[6];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("caller", fork_often, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  sg_compute_shutdown ();
}

static void
double_it (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  g_task_return_int (task, GPOINTER_TO_INT (task_data) * 2);
}

static void
keep_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
run_task (GCancellable *cancellable)
{
  GAsyncResult *result = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, keep_result, &result);

  g_task_set_task_data (task, GINT_TO_POINTER (21), NULL);
  sg_compute_run_task (task, double_it);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return result;
}

static void
test_compute_task (void)
{
  g_autoptr (GAsyncResult) result = run_task (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_task_propagate_int (G_TASK (result), &error), ==, 42);
  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  cancelled = run_task (cancellable);
  g_task_propagate_int (G_TASK (cancelled), &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  sg_compute_shutdown ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compute/push", test_compute_push);
  g_test_add_func ("/compute/shutdown", test_compute_shutdown);
  g_test_add_func ("/compute/for", test_compute_for);
  g_test_add_func ("/compute/nested", test_compute_nested);
  g_test_add_func ("/compute/forking-jobs", test_compute_forking_jobs);
  g_test_add_func ("/compute/many-callers", test_compute_many_callers);
  g_test_add_func ("/compute/task", test_compute_task);
  return g_test_run ();
}
