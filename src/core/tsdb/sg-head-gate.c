/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-gate.h"

/*
 * Each piece of memory that is retired gets the next epoch; a guard remembers the epoch at which it
 * entered. Memory with an epoch above that of a guard may be known to it, so it is freed when the
 * oldest guard is not older.
 */
typedef struct
{
  guint64 epoch;
  gpointer memory;
  GDestroyNotify destroy;
} Retired;

void
sg_head_gate_init (SgHeadGate *self)
{
  *self = (SgHeadGate) { 0 };
  sg_lock_init (&self->lock);
  sg_cond_init (&self->completed_one);
  sg_cond_init (&self->left);
  g_queue_init (&self->retired);
  self->last_applying = &self->applying;
}

static void
destroy_all (GQueue *retired)
{
  Retired *item;

  while ((item = g_queue_pop_head (retired)) != NULL)
    {
      item->destroy (item->memory);
      g_free (item);
    }
}

/* Nobody may be inside any more. */
void
sg_head_gate_clear (SgHeadGate *self)
{
  g_assert (self->guards == NULL);
  destroy_all (&self->retired);
  sg_cond_clear (&self->left);
  sg_cond_clear (&self->completed_one);
  sg_lock_clear (&self->lock);
}

static void
enter_locked (SgHeadGate  *self,
              SgHeadGuard *guard,
              gboolean     reads)
{
  guard->epoch = self->epoch;
  guard->reads = reads;
  guard->commits_since = 0;
  guard->captures_since = reads ? ++self->n_captures : 0;
  guard->snapshot = reads ? self->completed : SG_HEAD_NO_SNAPSHOT;
  guard->next = self->guards;
  guard->link = &self->guards;
  if (guard->next != NULL)
    guard->next->link = &guard->next;
  self->guards = guard;
  if (reads)
    __atomic_store_n (&self->n_readers, self->n_readers + 1, __ATOMIC_RELAXED);
}

/* For an appender, or whoever looks at series but not at their samples. */
void
sg_head_gate_enter (SgHeadGate  *self,
                    SgHeadGuard *guard)
{
  SG_LOCK_SCOPE (&self->lock);
  enter_locked (self, guard, FALSE);
}

/* For a reader, whose snapshot is taken now. */
void
sg_head_gate_enter_reader (SgHeadGate  *self,
                           SgHeadGuard *guard)
{
  SG_LOCK_SCOPE (&self->lock);
  enter_locked (self, guard, TRUE);
}

/* The reader needs to know no more which commit a sample is from. */
void
sg_head_gate_captured (SgHeadGate  *self,
                       SgHeadGuard *guard)
{
  SG_LOCK_SCOPE (&self->lock);
  guard->snapshot = SG_HEAD_NO_SNAPSHOT;
  guard->captures_since = 0;
  sg_cond_broadcast (&self->left);
}

/* The appender that has this guard is about to commit. */
void
sg_head_gate_begin_write (SgHeadGate  *self,
                          SgHeadGuard *guard)
{
  SG_LOCK_SCOPE (&self->lock);
  guard->commits_since = ++self->n_writes;
}

static gboolean
writes_since (const SgHeadGate *self,
              guint64           last)
{
  for (const SgHeadGuard *guard = self->guards; guard != NULL; guard = guard->next)
    {
      if (guard->commits_since > 0 && guard->commits_since <= last)
        return TRUE;
    }
  return FALSE;
}

/* Returns when all who had begun to commit when this was called are done. */
void
sg_head_gate_await_writes (SgHeadGate *self)
{
  guint64 last;

  SG_LOCK_SCOPE (&self->lock);
  last = self->n_writes;
  while (writes_since (self, last))
    sg_cond_wait (&self->left, &self->lock);
}

static gboolean
captures_since (const SgHeadGate *self,
                guint64           last)
{
  for (const SgHeadGuard *guard = self->guards; guard != NULL; guard = guard->next)
    {
      if (guard->captures_since > 0 && guard->captures_since <= last)
        return TRUE;
    }
  return FALSE;
}

/* Returns when all who were capturing when this was called have captured what they need. */
void
sg_head_gate_await_captures (SgHeadGate *self)
{
  guint64 last;

  SG_LOCK_SCOPE (&self->lock);
  last = self->n_captures;
  while (captures_since (self, last))
    sg_cond_wait (&self->left, &self->lock);
}

/* Moves to @freed what no guard may know. */
static void
collect_locked (SgHeadGate *self,
                GQueue     *freed)
{
  guint64 oldest = self->epoch;
  Retired *item;

  for (SgHeadGuard *guard = self->guards; guard != NULL; guard = guard->next)
    oldest = MIN (oldest, guard->epoch);
  while ((item = g_queue_peek_head (&self->retired)) != NULL && item->epoch <= oldest)
    g_queue_push_tail (freed, g_queue_pop_head (&self->retired));
}

void
sg_head_gate_leave (SgHeadGate  *self,
                    SgHeadGuard *guard)
{
  GQueue freed = G_QUEUE_INIT;

  sg_lock_acquire (&self->lock);
  *guard->link = guard->next;
  if (guard->next != NULL)
    guard->next->link = guard->link;
  if (guard->reads)
    __atomic_store_n (&self->n_readers, self->n_readers - 1, __ATOMIC_RELAXED);
  if (guard->commits_since > 0 || guard->captures_since > 0)
    sg_cond_broadcast (&self->left);
  collect_locked (self, &freed);
  sg_lock_release (&self->lock);
  destroy_all (&freed);
}

/**
 * sg_head_gate_retire:
 * @self: a gate
 * @memory: what is no longer in the head, but may be known to somebody inside
 * @destroy: frees it
 */
void
sg_head_gate_retire (SgHeadGate     *self,
                     gpointer        memory,
                     GDestroyNotify  destroy)
{
  Retired *item = g_new (Retired, 1);
  GQueue freed = G_QUEUE_INIT;

  sg_lock_acquire (&self->lock);
  *item = (Retired) { ++self->epoch, memory, destroy };
  g_queue_push_tail (&self->retired, item);
  collect_locked (self, &freed);
  sg_lock_release (&self->lock);
  destroy_all (&freed);
}

/**
 * sg_head_gate_retire_read:
 * @self: a gate
 * @memory: what only readers look at, and find only while they hold the lock of its series
 * @destroy: frees it
 *
 * Called after @memory was taken out of its series under that lock. A reader that found it before has
 * entered before that, and is seen here; one that comes later does not find it.
 */
void
sg_head_gate_retire_read (SgHeadGate     *self,
                          gpointer        memory,
                          GDestroyNotify  destroy)
{
  if (memory == NULL)
    return;
  if (__atomic_load_n (&self->n_readers, __ATOMIC_RELAXED) == 0)
    destroy (memory);
  else
    sg_head_gate_retire (self, memory, destroy);
}

void
sg_head_gate_begin_commit (SgHeadGate   *self,
                           SgHeadCommit *commit)
{
  SG_LOCK_SCOPE (&self->lock);
  *commit = (SgHeadCommit) { .id = ++self->last_commit, .horizon = self->completed };
  *self->last_applying = commit;
  self->last_applying = &commit->next;
  for (SgHeadGuard *guard = self->guards; guard != NULL; guard = guard->next)
    commit->horizon = MIN (commit->horizon, guard->snapshot);
}

/* Returns: the last commit that every reader sees who comes now */
guint64
sg_head_gate_get_completed (SgHeadGate *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->completed;
}

/* Returns when the commit, and each before it, is to be seen by every reader that comes. */
void
sg_head_gate_end_commit (SgHeadGate   *self,
                         SgHeadCommit *commit)
{
  SG_LOCK_SCOPE (&self->lock);
  commit->applied = TRUE;
  if (self->applying == commit)
    {
      while (self->applying != NULL && self->applying->applied)
        {
          self->completed = self->applying->id;
          self->applying = self->applying->next;
        }
      if (self->applying == NULL)
        self->last_applying = &self->applying;
      sg_cond_broadcast (&self->completed_one);
    }
  while (self->completed < commit->id)
    sg_cond_wait (&self->completed_one, &self->lock);
}
