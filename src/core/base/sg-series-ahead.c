/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-series-ahead.h"

#include "base/sg-compute.h"
#include "base/sg-lock.h"

#include <string.h>

/*
 * Reading is most of the work of a query, and series do not depend on each other. So some are looked up,
 * and whoever comes first reads the next one: helpers on the compute pool, or the user itself while the
 * one that it wants is not done. The user waits only for what a helper is reading right now, never for a
 * job in the queue; a helper that comes late finds nothing to do.
 *
 * The slots are a ring. Three counts say how far it has come: consumed <= claimed <= filled. Between
 * consumed and claimed a slot belongs to who claimed it, until it is done; between claimed and filled to
 * nobody. Only the user fills and consumes; it looks up new series when half of the ring is free, so
 * that a helper seldom runs out of work. Where something is made of the samples they are read into a
 * buffer of the worker, which stays in its cache, else into one of the slot.
 *
 * Who is done takes the lock only when the user waits. Either it sees that the user waits, or the user
 * sees that it is done: both are sequentially consistent.
 *
 * A helper holds a reference, so that one that begins after the user has gone does no harm. One that is
 * at work then is waited for, since what it works on is the user's.
 */

#define RING 64u

/* So many chunks, about two megabytes of samples, are looked up at once, unless one series has more. */
#define MAX_CHUNKS 1024

/* What is made of them may be as much. */
#define MAX_VALUES (512u * 1024)

/* Fewer chunks are read faster than a helper wakes up. */
#define MIN_CHUNKS 16

typedef struct
{
  int done;
  SgSeriesPiece *piece;
  SgSampleBuffer samples;
  double *values;
  SgSeriesOutcome outcome;
} Slot;

struct _SgSeriesAhead
{
  int ref_count;
  SgSeriesSet *set;
  gsize n_values;
  SgSeriesAheadFunc func;
  gpointer user_data;
  SgLock lock;
  SgCond done;
  int waiting;
  guint max_helpers;
  guint n_helpers;
  guint filled;
  guint claimed;
  guint consumed;
  guint room;
  guint n_chunks;
  gboolean has_item;
  gboolean at_end;
  SgColumn column;
  SgSeries series;
  int busy[SG_SERIES_AHEAD_WORKERS];
  SgSampleBuffer scratch[SG_SERIES_AHEAD_WORKERS];
  Slot slots[RING];
};

static void
unref (SgSeriesAhead *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  for (guint i = 0; i < RING; i++)
    {
      sg_sample_buffer_clear (&self->slots[i].samples);
      g_free (self->slots[i].values);
    }
  for (guint i = 0; i < SG_SERIES_AHEAD_WORKERS; i++)
    sg_sample_buffer_clear (&self->scratch[i]);
  sg_cond_clear (&self->done);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/**
 * sg_series_ahead_new: (skip)
 * @set: a set of series, of which none was asked for yet; it must outlive what is returned
 * @n_values: how many values @func makes of a series
 * @func: (nullable): what makes them; NULL when the samples themselves are wanted
 * @user_data: for @func
 *
 * Returns: (transfer full): a reader
 */
SgSeriesAhead *
sg_series_ahead_new (SgSeriesSet       *set,
                     gsize              n_values,
                     SgSeriesAheadFunc  func,
                     gpointer           user_data)
{
  SgSeriesAhead *self = g_new0 (SgSeriesAhead, 1);
  SgComputeStats stats;

  sg_compute_get_stats (&stats);
  self->ref_count = 1;
  self->set = set;
  self->n_values = func != NULL ? n_values : 0;
  self->func = func;
  self->user_data = user_data;
  self->max_helpers = MIN (stats.max_threads, SG_SERIES_AHEAD_WORKERS) - 1;
  self->room = (guint) CLAMP (MAX_VALUES / MAX (self->n_values, 1), 4, RING);
  self->busy[0] = TRUE;
  sg_lock_init (&self->lock);
  sg_cond_init (&self->done);
  return self;
}

/* Returns: whether a slot that was not claimed is @ret_slot now */
static gboolean
claim (SgSeriesAhead  *self,
       Slot          **ret_slot)
{
  guint number = __atomic_load_n (&self->claimed, __ATOMIC_RELAXED);

  do
    {
      if (number == __atomic_load_n (&self->filled, __ATOMIC_ACQUIRE))
        return FALSE;
    }
  while (!__atomic_compare_exchange_n (&self->claimed, &number, number + 1, FALSE, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED));
  *ret_slot = &self->slots[number % RING];
  return TRUE;
}

/* Reads the series of a slot that was claimed. */
static void
work_on (SgSeriesAhead *self,
         Slot          *slot,
         guint          worker)
{
  SgSampleBuffer *samples = self->func != NULL ? &self->scratch[worker] : &slot->samples;
  SgColumn column = { SG_VALUE_FLOAT };
  SgSeries series = { slot->piece->labels, 1, &column };

  samples->n = 0;
  slot->outcome = SG_SERIES_EMPTY;
  slot->piece->klass->read (slot->piece, samples);
  if (self->func == NULL || samples->n == 0)
    return;
  if (slot->values == NULL)
    slot->values = g_new (double, self->n_values);
  column.n = samples->n;
  column.t = samples->t;
  column.f = samples->f;
  slot->outcome = self->func (&series, slot->values, worker, self->user_data);
}

static void
set_done (SgSeriesAhead *self,
          Slot          *slot)
{
  __atomic_store_n (&slot->done, TRUE, __ATOMIC_SEQ_CST);
  if (!__atomic_load_n (&self->waiting, __ATOMIC_SEQ_CST))
    return;
  sg_lock_acquire (&self->lock);
  sg_cond_signal (&self->done);
  sg_lock_release (&self->lock);
}

/* Returns: the number of a worker that nobody is; there are as many as there may be helpers, and one */
static guint
become_worker (SgSeriesAhead *self)
{
  for (guint i = 1;; i = i % self->max_helpers + 1)
    {
      if (!__atomic_exchange_n (&self->busy[i], TRUE, __ATOMIC_ACQUIRE))
        return i;
    }
}

static void
help (gpointer data)
{
  SgSeriesAhead *self = data;
  guint worker = become_worker (self);
  Slot *slot;

  while (claim (self, &slot))
    {
      work_on (self, slot, worker);
      set_done (self, slot);
    }
  __atomic_store_n (&self->busy[worker], FALSE, __ATOMIC_RELEASE);
  __atomic_fetch_sub (&self->n_helpers, 1, __ATOMIC_RELEASE);
  unref (self);
}

static void
call_helpers (SgSeriesAhead *self)
{
  while (__atomic_load_n (&self->n_helpers, __ATOMIC_ACQUIRE) < self->max_helpers)
    {
      __atomic_fetch_add (&self->n_helpers, 1, __ATOMIC_RELAXED);
      __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
      sg_compute_push (help, self);
    }
}

/* Looks up more series, when there is room for half as many as there may be. */
static gboolean
fill (SgSeriesAhead  *self,
      GError        **error)
{
  guint n = self->filled - self->consumed;

  if (self->at_end || (n > 0 && (n > self->room / 2 || self->n_chunks > MAX_CHUNKS / 2)))
    return TRUE;
  for (; n < self->room && self->n_chunks < MAX_CHUNKS; n++)
    {
      Slot *slot = &self->slots[self->filled % RING];
      GError *problem = NULL;

      slot->piece = self->set->klass->look (self->set, &problem);
      self->at_end = slot->piece == NULL;
      if (problem != NULL)
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      if (self->at_end)
        break;
      self->n_chunks += slot->piece->n_chunks;
      __atomic_store_n (&slot->done, FALSE, __ATOMIC_RELAXED);
      __atomic_store_n (&self->filled, self->filled + 1, __ATOMIC_RELEASE);
    }
  if (n > 1 && self->n_chunks >= MIN_CHUNKS)
    call_helpers (self);
  return TRUE;
}

static void
wait_for (SgSeriesAhead *self,
          Slot          *slot)
{
  SG_LOCK_SCOPE (&self->lock);

  __atomic_store_n (&self->waiting, TRUE, __ATOMIC_SEQ_CST);
  while (!__atomic_load_n (&slot->done, __ATOMIC_SEQ_CST))
    sg_cond_wait (&self->done, &self->lock);
  __atomic_store_n (&self->waiting, FALSE, __ATOMIC_RELAXED);
}

static void
consume (SgSeriesAhead *self)
{
  Slot *slot = &self->slots[self->consumed % RING];

  self->n_chunks -= slot->piece->n_chunks;
  slot->piece->klass->done (slot->piece);
  slot->piece = NULL;
  self->consumed++;
}

/* Does what nobody has begun until the first slot is done. */
static Slot *
finish_first (SgSeriesAhead *self)
{
  Slot *first = &self->slots[self->consumed % RING];
  Slot *slot;

  while (!__atomic_load_n (&first->done, __ATOMIC_ACQUIRE))
    {
      if (!claim (self, &slot))
        {
          wait_for (self, first);
          break;
        }
      work_on (self, slot, 0);
      __atomic_store_n (&slot->done, TRUE, __ATOMIC_RELEASE);
    }
  return first;
}

static gboolean
next_ahead (SgSeriesAhead      *self,
            SgSeriesAheadItem  *ret_item,
            GError            **error)
{
  Slot *slot;

  for (;;)
    {
      if (self->has_item)
        consume (self);
      self->has_item = FALSE;
      if (!fill (self, error))
        return FALSE;
      if (self->consumed == self->filled)
        {
          self->set->klass->finish (self->set);
          return FALSE;
        }
      slot = finish_first (self);
      self->has_item = TRUE;
      if (self->func != NULL ? slot->outcome != SG_SERIES_EMPTY : slot->samples.n > 0)
        break;
    }
  self->column =
      (SgColumn) { SG_VALUE_FLOAT, slot->samples.n, slot->samples.t, { slot->samples.f } };
  self->series = (SgSeries) { slot->piece->labels, 1, &self->column };
  *ret_item = (SgSeriesAheadItem) { slot->piece->labels, self->func != NULL ? NULL : &self->series,
                                    slot->values, slot->outcome };
  return TRUE;
}

/* From a set that reads its series itself. */
static gboolean
next_alone (SgSeriesAhead      *self,
            SgSeriesAheadItem  *ret_item,
            GError            **error)
{
  Slot *slot = &self->slots[0];
  const SgSeries *series;

  if (self->func != NULL && slot->values == NULL)
    slot->values = g_new (double, self->n_values);
  do
    {
      if (!self->set->klass->next (self->set, &series, error))
        return FALSE;
      slot->outcome = self->func == NULL ? SG_SERIES_MADE
                                         : self->func (series, slot->values, 0, self->user_data);
    }
  while (slot->outcome == SG_SERIES_EMPTY);
  *ret_item = (SgSeriesAheadItem) { series->labels, self->func != NULL ? NULL : series,
                                    slot->values, slot->outcome };
  return TRUE;
}

/**
 * sg_series_ahead_next: (skip)
 * @self: a reader
 * @ret_item: (out): the next series of which something came, until the one after it is asked for
 * @error: set when looking up failed; not set at the end
 *
 * Returns: whether there was one
 */
gboolean
sg_series_ahead_next (SgSeriesAhead      *self,
                      SgSeriesAheadItem  *ret_item,
                      GError            **error)
{
  return self->set->klass->look != NULL ? next_ahead (self, ret_item, error)
                                        : next_alone (self, ret_item, error);
}

/* Leaves what nobody has begun, and waits for what somebody has. */
void
sg_series_ahead_free (SgSeriesAhead *self)
{
  guint begun = __atomic_exchange_n (&self->claimed, self->filled, __ATOMIC_ACQ_REL);

  for (; self->consumed != self->filled; consume (self))
    {
      Slot *slot = &self->slots[self->consumed % RING];

      if (self->consumed - begun < RING || __atomic_load_n (&slot->done, __ATOMIC_ACQUIRE))
        continue;
      wait_for (self, slot);
    }
  unref (self);
}
