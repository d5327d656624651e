/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-blocking.h"
#include "base/sg-error.h"
#include "base/sg-lock.h"

/* What hangs until the test opens it. */
typedef struct
{
  SgLock lock;
  SgCond cond;
  gboolean open;
  guint entered;
} Gate;

static guint results_freed;
static guint data_freed;

static void
gate_init (Gate *self)
{
  sg_lock_init (&self->lock);
  sg_cond_init (&self->cond);
  self->open = FALSE;
  self->entered = 0;
}

static void
gate_clear (Gate *self)
{
  sg_lock_clear (&self->lock);
  sg_cond_clear (&self->cond);
}

static void
gate_open (Gate *self)
{
  SG_LOCK_SCOPE (&self->lock);
  self->open = TRUE;
  sg_cond_broadcast (&self->cond);
}

static void
gate_wait_entered (Gate  *self,
                   guint  n)
{
  SG_LOCK_SCOPE (&self->lock);
  while (self->entered < n)
    sg_cond_wait (&self->cond, &self->lock);
}

static void
free_result (gpointer data)
{
  __atomic_fetch_add (&results_freed, 1, __ATOMIC_RELAXED);
  g_free (data);
}

static void
free_data (gpointer data)
{
  __atomic_fetch_add (&data_freed, 1, __ATOMIC_RELAXED);
}

static gpointer
pass_gate (gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  Gate *gate = data;

  SG_LOCK_SCOPE (&gate->lock);
  gate->entered++;
  sg_cond_broadcast (&gate->cond);
  while (!gate->open)
    sg_cond_wait (&gate->cond, &gate->lock);
  return g_strdup ("passed");
}

static gpointer
answer (gpointer       data,
        GCancellable  *cancellable,
        GError       **error)
{
  return g_strdup (data);
}

static gpointer
refuse (gpointer       data,
        GCancellable  *cancellable,
        GError       **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s is not there", (const char *) data);
  return NULL;
}

/* A well-behaved function: hangs, but minds its cancellable. */
static gpointer
wait_for_cancel (gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  GPollFD fd;

  g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
  while (!g_cancellable_is_cancelled (cancellable))
    g_poll (&fd, 1, -1);
  g_cancellable_release_fd (cancellable);
  g_cancellable_set_error_if_cancelled (cancellable, error);
  return NULL;
}

typedef struct
{
  guint answers;
  guint errors;
  char *text;
  GError *error;
} Answers;

static void
answers_clear (Answers *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_error (&self->error);
  self->answers = self->errors = 0;
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Answers *self = user_data;

  g_clear_pointer (&self->text, g_free);
  g_clear_error (&self->error);
  self->text = sg_blocking_run_finish (result, &self->error);
  self->answers++;
  self->errors += self->error != NULL;
}

static void
submit (const char     *owner,
        guint           deadline_ms,
        SgBlockingFunc  func,
        gpointer        data,
        GCancellable   *cancellable,
        Answers        *answers)
{
  sg_blocking_run_async (owner, deadline_ms, func, data, free_data, free_result, cancellable,
                         on_answer, answers);
}

static void
wait_for_answers (Answers *answers,
                  guint    n)
{
  while (answers->answers < n)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (answers->answers, ==, n);
}

static void
test_blocking_answer (void)
{
  Answers answers = { 0 };

  data_freed = results_freed = 0;
  submit ("test", 60000, answer, (gpointer) "hello", NULL, &answers);
  g_assert_cmpuint (answers.answers, ==, 0);
  wait_for_answers (&answers, 1);
  g_assert_cmpstr (answers.text, ==, "hello");
  submit ("test", 60000, refuse, (gpointer) "it", NULL, &answers);
  wait_for_answers (&answers, 2);
  g_assert_error (answers.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (sg_blocking_shutdown (10000));
  g_assert_cmpuint (data_freed, ==, 2);
  g_assert_cmpuint (results_freed, ==, 0);
  answers_clear (&answers);
}

/*
 * A job that hangs is told at its deadline; its late result is dropped. The deadline leaves time for
 * a thread to take the job on a busy machine, or it would never be there to hang.
 */
static void
test_blocking_deadline (void)
{
  Answers answers = { 0 };
  SgBlockingStats before, stats;
  Gate gate;

  gate_init (&gate);
  data_freed = results_freed = 0;
  sg_blocking_get_stats (&before);
  submit ("disk /mnt", 500, pass_gate, &gate, NULL, &answers);
  wait_for_answers (&answers, 1);
  g_assert_error (answers.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (answers.error->message, ==,
                   "disk /mnt: no answer within 500 ms: see why it hangs, or allow it more time");
  gate_wait_entered (&gate, 1);
  sg_blocking_get_stats (&stats);
  g_assert_cmpuint (stats.timed_out - before.timed_out, ==, 1);
  g_assert_cmpuint (stats.stuck, ==, 1);
  g_assert_cmpuint (stats.running, ==, 1);
  submit ("other", 60000, answer, (gpointer) "served", NULL, &answers);
  wait_for_answers (&answers, 2);
  g_assert_cmpstr (answers.text, ==, "served");
  g_assert_false (sg_blocking_shutdown (1));
  gate_open (&gate);
  g_assert_true (sg_blocking_shutdown (10000));
  sg_blocking_get_stats (&stats);
  g_assert_cmpuint (stats.stuck, ==, 0);
  g_assert_cmpuint (stats.late - before.late, ==, 1);
  g_assert_cmpuint (results_freed, ==, 1);
  g_assert_cmpuint (data_freed, ==, 2);
  answers_clear (&answers);
  gate_clear (&gate);
}

static void
test_blocking_deadline_cancels (void)
{
  Answers answers = { 0 };

  submit ("test", 10, wait_for_cancel, NULL, NULL, &answers);
  wait_for_answers (&answers, 1);
  g_assert_error (answers.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_true (sg_blocking_shutdown (10000));
  answers_clear (&answers);
}

/* One owner's flood of hanging jobs holds eight threads, and another owner is served at once. */
static void
test_blocking_fairness (void)
{
  Answers hanging = { 0 };
  Answers answers = { 0 };
  SgBlockingStats stats;
  Gate gate;

  gate_init (&gate);
  for (guint i = 0; i < 100; i++)
    submit ("greedy", 60000, pass_gate, &gate, NULL, &hanging);
  gate_wait_entered (&gate, SG_BLOCKING_OWNER_MAX);
  for (guint i = 0; i < 50; i++)
    submit ("modest", 60000, answer, (gpointer) "served", NULL, &answers);
  wait_for_answers (&answers, 50);
  sg_blocking_get_stats (&stats);
  g_assert_cmpuint (stats.running, ==, SG_BLOCKING_OWNER_MAX);
  g_assert_cmpuint (stats.queued, ==, 100 - SG_BLOCKING_OWNER_MAX);
  g_assert_cmpuint (stats.threads, <=, 2 * SG_BLOCKING_OWNER_MAX);
  g_assert_cmpuint (hanging.answers, ==, 0);
  gate_open (&gate);
  wait_for_answers (&hanging, 100);
  g_assert_cmpuint (hanging.errors, ==, 0);
  g_assert_true (sg_blocking_shutdown (10000));
  answers_clear (&answers);
  answers_clear (&hanging);
  gate_clear (&gate);
}

/* With all 64 threads held a further job waits, and is told when that took too long. */
static void
test_blocking_full (void)
{
  Answers hanging = { 0 };
  Answers answers = { 0 };
  SgBlockingStats stats;
  Gate gate;

  gate_init (&gate);
  for (guint i = 0; i < SG_BLOCKING_THREADS_MAX; i++)
    {
      g_autofree char *owner = g_strdup_printf ("owner %u", i / SG_BLOCKING_OWNER_MAX);

      submit (owner, 60000, pass_gate, &gate, NULL, &hanging);
    }
  gate_wait_entered (&gate, SG_BLOCKING_THREADS_MAX);
  submit ("one more", 10, answer, (gpointer) "never", NULL, &answers);
  wait_for_answers (&answers, 1);
  g_assert_error (answers.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  submit ("one more", 60000, answer, (gpointer) "in time", NULL, &answers);
  sg_blocking_get_stats (&stats);
  g_assert_cmpuint (stats.threads, ==, SG_BLOCKING_THREADS_MAX);
  g_assert_cmpuint (stats.queued, ==, 1);
  g_assert_cmpuint (stats.stuck, ==, 0);
  gate_open (&gate);
  wait_for_answers (&answers, 2);
  g_assert_cmpstr (answers.text, ==, "in time");
  wait_for_answers (&hanging, SG_BLOCKING_THREADS_MAX);
  g_assert_true (sg_blocking_shutdown (10000));
  answers_clear (&answers);
  answers_clear (&hanging);
  gate_clear (&gate);
}

static void
test_blocking_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answers hanging = { 0 };
  Answers answers = { 0 };
  SgBlockingStats before, stats;
  Gate gate;

  gate_init (&gate);
  data_freed = 0;
  sg_blocking_get_stats (&before);
  for (guint i = 0; i < SG_BLOCKING_OWNER_MAX; i++)
    submit ("test", 60000, pass_gate, &gate, i == 0 ? cancellable : NULL, &hanging);
  gate_wait_entered (&gate, SG_BLOCKING_OWNER_MAX);
  submit ("test", 60000, pass_gate, &gate, cancellable, &answers);
  g_cancellable_cancel (cancellable);
  wait_for_answers (&answers, 1);
  g_assert_error (answers.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wait_for_answers (&hanging, 1);
  g_assert_error (hanging.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  sg_blocking_get_stats (&stats);
  g_assert_cmpuint (stats.cancelled - before.cancelled, ==, 2);
  g_assert_cmpuint (stats.stuck, ==, 1);
  g_assert_cmpuint (stats.queued, ==, 0);
  g_assert_cmpuint (data_freed, ==, 1);
  /* One that is cancelled before it is submitted never begins. */
  submit ("test", 60000, pass_gate, &gate, cancellable, &answers);
  wait_for_answers (&answers, 2);
  g_assert_error (answers.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gate_open (&gate);
  wait_for_answers (&hanging, SG_BLOCKING_OWNER_MAX);
  g_assert_true (sg_blocking_shutdown (10000));
  g_assert_cmpuint (gate.entered, ==, SG_BLOCKING_OWNER_MAX);
  g_assert_cmpuint (data_freed, ==, SG_BLOCKING_OWNER_MAX + 2);
  answers_clear (&answers);
  answers_clear (&hanging);
  gate_clear (&gate);
}

static void
test_blocking_refused (void)
{
  Answers hanging = { 0 };
  Answers answers = { 0 };
  SgBlockingStats before, stats;
  Gate gate;

  gate_init (&gate);
  sg_blocking_get_stats (&before);
  for (guint i = 0; i < SG_BLOCKING_OWNER_MAX; i++)
    submit ("test", 60000, pass_gate, &gate, NULL, &hanging);
  gate_wait_entered (&gate, SG_BLOCKING_OWNER_MAX);
  for (guint i = 0; i < SG_BLOCKING_QUEUE_MAX; i++)
    submit ("test", 60000, pass_gate, &gate, NULL, &hanging);
  submit ("test", 60000, pass_gate, &gate, NULL, &answers);
  wait_for_answers (&answers, 1);
  g_assert_error (answers.error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT);
  g_assert_cmpstr (answers.error->message, ==,
                   "test: 4096 blocking calls wait already: see which of them hang, or ask less "
                   "often");
  sg_blocking_get_stats (&stats);
  g_assert_cmpuint (stats.refused - before.refused, ==, 1);
  gate_open (&gate);
  wait_for_answers (&hanging, SG_BLOCKING_OWNER_MAX + SG_BLOCKING_QUEUE_MAX);
  g_assert_cmpuint (hanging.errors, ==, 0);
  g_assert_true (sg_blocking_shutdown (10000));
  answers_clear (&answers);
  answers_clear (&hanging);
  gate_clear (&gate);
}

static gboolean
keep_iterating (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Threads without work end by themselves. */
static void
test_blocking_idle (void)
{
  guint tick = g_timeout_add (1, keep_iterating, NULL);
  Answers answers = { 0 };
  SgBlockingStats stats;

  sg_blocking_set_idle_ms (1);
  for (guint i = 0; i < 20; i++)
    submit ("test", 60000, answer, (gpointer) "x", NULL, &answers);
  wait_for_answers (&answers, 20);
  do
    {
      g_main_context_iteration (NULL, TRUE);
      sg_blocking_get_stats (&stats);
    }
  while (stats.threads > 0);
  submit ("test", 60000, answer, (gpointer) "again", NULL, &answers);
  wait_for_answers (&answers, 21);
  g_assert_cmpstr (answers.text, ==, "again");
  sg_blocking_set_idle_ms (10000);
  g_assert_true (sg_blocking_shutdown (10000));
  g_source_remove (tick);
  answers_clear (&answers);
}

/* Answers, deadlines, cancellations and ending threads, all at once. */
static void
test_blocking_churn (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  Answers answers = { 0 };
  guint n = 3000;

  data_freed = 0;
  sg_blocking_set_idle_ms (0);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *owner = g_strdup_printf ("owner %d", g_rand_int_range (random, 0, 20));
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      gboolean hangs = i % 10 == 0;

      submit (owner, hangs ? 1 : 60000, hangs ? wait_for_cancel : answer, (gpointer) "x",
              cancellable, &answers);
      if (i % 7 == 0)
        g_cancellable_cancel (cancellable);
      while (g_main_context_iteration (NULL, FALSE) && i % 3 == 0)
        ;
    }
  wait_for_answers (&answers, n);
  g_assert_cmpuint (answers.errors, >=, n / 10);
  g_assert_true (sg_blocking_shutdown (60000));
  g_assert_cmpuint (data_freed, ==, n);
  sg_blocking_set_idle_ms (10000);
  answers_clear (&answers);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blocking/answer", test_blocking_answer);
  g_test_add_func ("/blocking/deadline", test_blocking_deadline);
  g_test_add_func ("/blocking/deadline-cancels", test_blocking_deadline_cancels);
  g_test_add_func ("/blocking/fairness", test_blocking_fairness);
  g_test_add_func ("/blocking/full", test_blocking_full);
  g_test_add_func ("/blocking/cancel", test_blocking_cancel);
  g_test_add_func ("/blocking/refused", test_blocking_refused);
  g_test_add_func ("/blocking/idle", test_blocking_idle);
  g_test_add_func ("/blocking/churn", test_blocking_churn);
  return g_test_run ();
}
