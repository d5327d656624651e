/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-read-ahead.h"

#include "base/sg-compute.h"
#include "base/sg-lock.h"

/*
 * Decoding is most of the work of a query, and the series of a block do not depend on each other. So a
 * batch of them is looked up, and whoever comes first decodes: helpers on the compute pool, from the
 * front on, or the reader itself when it wants one that nobody has begun. The reader waits only for what
 * a helper is decoding right now, never for a job in the queue; a helper that comes late finds nothing to
 * do.
 *
 * A slot is waiting, then taken, then done. Who takes it owns its reading until it is done; after that the
 * reader does, until it has gone through the batch and fills it anew. Helpers hold a reference, so that
 * one that is still decoding when the reader has lost its interest does no harm.
 *
 * Locks: the lock is for waiting only. States are atomic: a release when a slot is filled or done.
 */

/* A batch ends with so many series, or so many chunks, which are about two megabytes of samples. */
#define MAX_SERIES 64
#define MAX_CHUNKS 1024

/* Fewer chunks are decoded faster than a helper wakes up. */
#define MIN_CHUNKS 16

typedef enum
{
  SLOT_DONE,
  SLOT_WAITING,
  SLOT_TAKEN,
} SlotState;

typedef struct
{
  int state;
  SgBlockReading reading;
} Slot;

struct _SgReadAhead
{
  int ref_count;
  SgBlock *block;
  SgTombstones *tombstones;
  SgSelectHints hints;
  SgLock lock;
  SgCond done;
  int stopped;
  guint max_helpers;
  guint n_helpers;
  guint n;
  guint next;
  Slot slots[MAX_SERIES];
};

static void
unref (SgReadAhead *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  for (guint i = 0; i < MAX_SERIES; i++)
    sg_block_reading_clear (&self->slots[i].reading);
  sg_block_unref (self->block);
  sg_tombstones_unref (self->tombstones);
  sg_cond_clear (&self->done);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/**
 * sg_read_ahead_new: (skip)
 * @block: a block
 * @tombstones: (transfer full): what is deleted in it
 * @hints: the times that are wanted
 *
 * Returns: (transfer full): a reader
 */
SgReadAhead *
sg_read_ahead_new (SgBlock             *block,
                   SgTombstones        *tombstones,
                   const SgSelectHints *hints)
{
  SgReadAhead *self = g_new0 (SgReadAhead, 1);
  SgComputeStats stats;

  self->ref_count = 1;
  sg_compute_get_stats (&stats);
  self->max_helpers = stats.max_threads - 1;
  self->block = sg_block_ref (block);
  self->tombstones = tombstones;
  self->hints = *hints;
  sg_lock_init (&self->lock);
  sg_cond_init (&self->done);
  return self;
}

void
sg_read_ahead_free (SgReadAhead *self)
{
  __atomic_store_n (&self->stopped, TRUE, __ATOMIC_RELAXED);
  unref (self);
}

/* Decodes what is in @slot, unless somebody else does. Returns: whether that was done here */
static gboolean
try_decode (Slot *slot)
{
  int waiting = SLOT_WAITING;

  if (!__atomic_compare_exchange_n (&slot->state, &waiting, SLOT_TAKEN, FALSE, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
    return FALSE;
  sg_block_reading_decode (&slot->reading);
  return TRUE;
}

/* Returns: whether there was anything to do */
static gboolean
help_once (SgReadAhead *self)
{
  gboolean found = FALSE;

  for (guint i = 0; i < MAX_SERIES && !__atomic_load_n (&self->stopped, __ATOMIC_RELAXED); i++)
    {
      if (!try_decode (&self->slots[i]))
        continue;
      found = TRUE;
      sg_lock_acquire (&self->lock);
      __atomic_store_n (&self->slots[i].state, SLOT_DONE, __ATOMIC_RELEASE);
      sg_cond_signal (&self->done);
      sg_lock_release (&self->lock);
    }
  return found;
}

/* A helper. The reader may have filled the slots anew while it went through them. */
static void
help (gpointer data)
{
  SgReadAhead *self = data;

  while (help_once (self))
    continue;
  __atomic_fetch_sub (&self->n_helpers, 1, __ATOMIC_RELAXED);
  unref (self);
}

static void
call_helpers (SgReadAhead *self)
{
  while (__atomic_load_n (&self->n_helpers, __ATOMIC_RELAXED) < self->max_helpers)
    {
      __atomic_fetch_add (&self->n_helpers, 1, __ATOMIC_RELAXED);
      __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
      sg_compute_push (help, self);
    }
}

/* Looks up the next batch. Those without a wanted chunk are left out, unless they are damaged. */
static void
fill (SgReadAhead *self,
      SgPostings  *postings)
{
  guint n_chunks = 0;
  SgSeriesRef ref;

  self->n = 0;
  self->next = 0;
  while (self->n < MAX_SERIES && n_chunks < MAX_CHUNKS && sg_postings_next (postings, &ref))
    {
      Slot *slot = &self->slots[self->n];
      guint n_wanted;

      if (slot->reading.metas == NULL)
        sg_block_reading_init (&slot->reading, self->block, self->tombstones, &self->hints);
      n_wanted = sg_block_reading_begin (&slot->reading, ref);
      if (n_wanted > 0)
        __atomic_store_n (&slot->state, SLOT_WAITING, __ATOMIC_RELEASE);
      n_chunks += n_wanted;
      self->n += n_wanted > 0 || slot->reading.troubles->len > 0;
    }
  if (self->n > 1 && n_chunks >= MIN_CHUNKS)
    call_helpers (self);
}

static void
wait_for (SgReadAhead *self,
          Slot        *slot)
{
  SG_LOCK_SCOPE (&self->lock);

  while (__atomic_load_n (&slot->state, __ATOMIC_ACQUIRE) != SLOT_DONE)
    sg_cond_wait (&self->done, &self->lock);
}

/**
 * sg_read_ahead_next: (skip)
 * @self: a reader
 * @postings: the series that are to be read; the same ones each time
 *
 * Returns: (transfer none) (nullable): the next series, until the one after it is asked for; it may have
 *   no samples, or even no labels; NULL at the end
 */
const SgBlockReading *
sg_read_ahead_next (SgReadAhead *self,
                    SgPostings  *postings)
{
  Slot *slot;

  if (self->next == self->n)
    fill (self, postings);
  if (self->n == 0)
    return NULL;
  slot = &self->slots[self->next++];
  if (try_decode (slot))
    __atomic_store_n (&slot->state, SLOT_DONE, __ATOMIC_RELEASE);
  else if (__atomic_load_n (&slot->state, __ATOMIC_ACQUIRE) != SLOT_DONE)
    wait_for (self, slot);
  return &slot->reading;
}
