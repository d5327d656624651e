/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-mount-probe.h"

#include "base/sg-blocking.h"
#include "base/sg-lock.h"

#include <errno.h>

/*
 * statfs(2) on a network file system whose server is gone does not return, and cannot be interrupted. So
 * it is never called here, but in jobs of the blocking pool. A job goes through a batch of mounts, one
 * after the other, since all of them together take microseconds as long as they are well.
 *
 * A run waits for its batches for `patience`, which a healthy machine never needs. What has not answered by
 * then is not asked again while its job is out; the mounts behind it go into a new batch at the next run.
 * Until it has been silent for `timeout`, its last answer is shown; after that it has failed.
 *
 * Local and remote file systems are owners of their own in the pool, which gives each a bounded number of
 * threads: when all remote ones hang, the local ones are still asked.
 *
 * A mount is shared with the job that asks it: the job's side is under the lock of the batch. The probe may
 * be freed while jobs are out; what is theirs goes with the last of them.
 */

typedef struct
{
  char *path;
  gboolean done;
  int error;
  struct statfs stats;
} Question;

typedef struct
{
  int ref_count;
  SgLock lock;
  SgCond answered;
  SgNodeStatfs statfs;
  Question *questions;
  guint n_questions;
  gboolean started;
  gboolean abandoned;
  gboolean ended;
} Batch;

typedef struct
{
  SgMountState state;
  /* When it was asked for what it has not answered yet, or 0. */
  gint64 asked_us;
  gboolean remote;
  gboolean wanted;
  /* The one that asks it at present, or NULL. */
  const Batch *batch;
} Mount;

struct _SgMountProbe
{
  SgNodeStatfs statfs;
  guint patience_ms;
  guint timeout_ms;
  GHashTable *mounts;
  GPtrArray *batches;
  GMainContext *context;
  GCancellable *cancellable;
  guint n_unsettled;
};

typedef struct
{
  SgMountProbe *probe;
  Batch *batch;
} Sent;

static Batch *
batch_ref (Batch *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

static void
batch_unref (gpointer data)
{
  Batch *self = data;

  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  for (guint i = 0; i < self->n_questions; i++)
    g_free (self->questions[i].path);
  g_free (self->questions);
  sg_lock_clear (&self->lock);
  sg_cond_clear (&self->answered);
  g_free (self);
}

/* Runs in the blocking pool. */
static gpointer
ask (gpointer       data,
     GCancellable  *cancellable,
     GError       **error)
{
  Batch *self = data;
  gboolean go_on = TRUE;

  sg_lock_acquire (&self->lock);
  self->started = TRUE;
  sg_lock_release (&self->lock);
  for (guint i = 0; i < self->n_questions && go_on; i++)
    {
      struct statfs stats;
      int problem = self->statfs (self->questions[i].path, &stats) == 0 ? 0 : errno;

      SG_LOCK_SCOPE (&self->lock);
      self->questions[i].stats = stats;
      self->questions[i].error = problem;
      self->questions[i].done = TRUE;
      go_on = !self->abandoned;
    }
  SG_LOCK_SCOPE (&self->lock);
  self->ended = TRUE;
  sg_cond_broadcast (&self->answered);
  return NULL;
}

SgMountProbe *
sg_mount_probe_new (SgNodeStatfs statfs,
                    guint        patience_ms,
                    guint        timeout_ms)
{
  SgMountProbe *self = g_new0 (SgMountProbe, 1);

  self->statfs = statfs;
  self->patience_ms = patience_ms;
  self->timeout_ms = timeout_ms;
  self->mounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->batches = g_ptr_array_new_with_free_func (batch_unref);
  self->context = g_main_context_new ();
  self->cancellable = g_cancellable_new ();
  return self;
}

static void
batch_abandon (gpointer data,
               gpointer user_data)
{
  Batch *batch = data;

  SG_LOCK_SCOPE (&batch->lock);
  batch->abandoned = TRUE;
}

/* A job that is cancelled is settled at once, even one that hangs: it is the pool's from then on. */
void
sg_mount_probe_free (SgMountProbe *self)
{
  g_ptr_array_foreach (self->batches, batch_abandon, NULL);
  g_cancellable_cancel (self->cancellable);
  while (self->n_unsettled > 0)
    g_main_context_iteration (self->context, TRUE);
  g_ptr_array_unref (self->batches);
  g_hash_table_unref (self->mounts);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_free (self);
}

void
sg_mount_probe_add (SgMountProbe *self,
                    const char   *path,
                    gboolean      remote)
{
  Mount *mount = g_hash_table_lookup (self->mounts, path);

  if (mount == NULL)
    {
      mount = g_new0 (Mount, 1);
      g_hash_table_insert (self->mounts, g_strdup (path), mount);
    }
  mount->remote = remote;
  mount->wanted = TRUE;
}

static void
take_answer (Mount          *mount,
             const Question *question)
{
  mount->batch = NULL;
  mount->asked_us = 0;
  mount->state.failed = question->error != 0;
  if (question->error == 0)
    {
      mount->state.known = TRUE;
      mount->state.stats = question->stats;
    }
}

/*
 * What stands behind the first that has not answered was not asked, and is free for another batch. Returns:
 * whether the batch is over
 */
static gboolean
take_batch_locked (SgMountProbe *self,
                   Batch        *batch)
{
  gboolean silent = batch->ended;

  for (guint i = 0; i < batch->n_questions; i++)
    {
      Question *question = &batch->questions[i];
      Mount *mount = g_hash_table_lookup (self->mounts, question->path);
      gboolean ours = mount != NULL && mount->batch == batch;

      if (ours && question->done)
        take_answer (mount, question);
      else if (ours && silent)
        mount->batch = NULL;
      silent |= !question->done;
    }
  batch->abandoned |= silent;
  return batch->ended;
}

static void
take_answers (SgMountProbe *self)
{
  for (guint i = 0; i < self->batches->len;)
    {
      Batch *batch = g_ptr_array_index (self->batches, i);
      gboolean over;

      sg_lock_acquire (&batch->lock);
      over = take_batch_locked (self, batch);
      sg_lock_release (&batch->lock);
      if (over)
        g_ptr_array_remove_index (self->batches, i);
      else
        i++;
    }
}

/* Returns: (nullable): the questions to those that are not asked at present */
static Batch *
make_batch (SgMountProbe *self,
            gboolean      remote)
{
  g_autoptr (GArray) questions = g_array_new (FALSE, TRUE, sizeof (Question));
  GHashTableIter iter;
  gpointer path;
  gpointer value;
  Batch *batch = g_new0 (Batch, 1);

  g_hash_table_iter_init (&iter, self->mounts);
  while (g_hash_table_iter_next (&iter, &path, &value))
    {
      Mount *mount = value;
      Question question = { 0 };

      if (mount->batch != NULL || mount->remote != remote || !mount->wanted)
        continue;
      mount->batch = batch;
      if (mount->asked_us == 0)
        mount->asked_us = g_get_monotonic_time ();
      question.path = g_strdup (path);
      g_array_append_val (questions, question);
    }
  if (questions->len == 0)
    {
      g_free (batch);
      return NULL;
    }
  batch->ref_count = 1;
  sg_lock_init (&batch->lock);
  sg_cond_init (&batch->answered);
  batch->statfs = self->statfs;
  batch->n_questions = questions->len;
  batch->questions = (Question *) (gpointer) g_array_free (g_steal_pointer (&questions), FALSE);
  return batch;
}

/*
 * The answers are in the batch. One that never began (the owner's threads all hang) is over: it shows as
 * silence, and its mounts stand in line again.
 */
static void
on_settled (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Sent *sent = user_data;

  sg_blocking_run_finish (result, NULL);
  sg_lock_acquire (&sent->batch->lock);
  if (!sent->batch->started)
    sent->batch->ended = TRUE;
  sg_lock_release (&sent->batch->lock);
  sent->probe->n_unsettled--;
  batch_unref (sent->batch);
  g_free (sent);
}

static void
send_batch (SgMountProbe *self,
            gboolean      remote)
{
  Batch *batch = make_batch (self, remote);
  Sent *sent;

  if (batch == NULL)
    return;
  g_ptr_array_add (self->batches, batch);
  sent = g_new (Sent, 1);
  *sent = (Sent) { self, batch_ref (batch) };
  self->n_unsettled++;
  sg_blocking_run_async (remote ? "file systems, remote" : "file systems", self->timeout_ms, ask,
                         batch_ref (batch), batch_unref, NULL, self->cancellable, on_settled, sent);
}

static void
wait_for_batches (SgMountProbe *self)
{
  gint64 until = g_get_monotonic_time () + (gint64) self->patience_ms * 1000;

  for (guint i = 0; i < self->batches->len; i++)
    {
      Batch *batch = g_ptr_array_index (self->batches, i);

      SG_LOCK_SCOPE (&batch->lock);
      while (!batch->ended && !batch->abandoned
             && sg_cond_wait_until (&batch->answered, &batch->lock, until))
        continue;
    }
}

static gboolean
settle_mount (gpointer key,
              gpointer value,
              gpointer user_data)
{
  SgMountProbe *self = user_data;
  Mount *mount = value;

  if (!mount->wanted)
    return TRUE;
  mount->wanted = FALSE;
  if (mount->asked_us != 0
      && g_get_monotonic_time () - mount->asked_us > (gint64) self->timeout_ms * 1000)
    mount->state.failed = TRUE;
  return FALSE;
}

void
sg_mount_probe_run (SgMountProbe *self)
{
  g_main_context_push_thread_default (self->context);
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  take_answers (self);
  send_batch (self, FALSE);
  send_batch (self, TRUE);
  wait_for_batches (self);
  take_answers (self);
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_main_context_pop_thread_default (self->context);
  g_hash_table_foreach_remove (self->mounts, settle_mount, self);
}

const SgMountState *
sg_mount_probe_get (SgMountProbe *self,
                    const char   *path)
{
  const Mount *mount = g_hash_table_lookup (self->mounts, path);

  return mount != NULL ? &mount->state : NULL;
}

guint
sg_mount_probe_n_silent (SgMountProbe *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->mounts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((const Mount *) value)->asked_us != 0;
  return n;
}
