/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-events.h"

#include <string.h>

/*
 * Which operations are told of
 *
 * A million operations a second can be counted, but not told of one by one. Time is cut into slices of
 * a tenth of a second, each of which admits a tenth of what a second may hold, so that what is told
 * comes from the whole second and not only from its beginning. A fifth of each slice is kept free for
 * operations that did not succeed: those are the ones that somebody will ask for. Whoever is not
 * admitted has read one word, and that is all: nothing is locked, and nothing written that another
 * processor would have to fetch.
 *
 * The word holds the slice in its upper half and in its lower half how many were admitted in it.
 *
 * The last operations are a ring; those that wait to be stored are a batch, which whoever stores takes
 * away as a whole. Should nobody take it, it stops growing at four seconds' worth: what comes then is
 * not admitted, and so counted as skipped.
 */
#define SLICE_US          100000
#define SLICES_PER_SECOND 10
#define PENDING_SECONDS   4

/**
 * SgSyncEvents:
 * @slice: as above, atomic
 * @n_pending: how many wait in @pending, atomic
 * @lock: guards the rest
 * @recent: (element-type SgLogRecord): the last ones; the oldest is at @next once there are @max_recent
 */
struct _SgSyncEvents
{
  guint64 slice;
  guint n_pending;
  guint per_slice;
  guint max_pending;
  guint max_recent;
  SgLock lock;
  GPtrArray *recent;
  guint next;
  SgLogBatch *pending;
};

SgSyncEvents *
sg_sync_events_new (guint max_recent,
                    guint max_per_second)
{
  SgSyncEvents *self = g_new0 (SgSyncEvents, 1);

  self->per_slice = MAX (max_per_second / SLICES_PER_SECOND, 2);
  self->max_pending = max_per_second * PENDING_SECONDS;
  self->max_recent = max_recent;
  self->recent = g_ptr_array_new_with_free_func (g_free);
  self->pending = sg_log_batch_new ();
  sg_lock_init (&self->lock);
  return self;
}

void
sg_sync_events_free (SgSyncEvents *self)
{
  sg_log_batch_unref (self->pending);
  g_ptr_array_unref (self->recent);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/**
 * sg_sync_events_admit:
 * @self: events
 * @now: the time
 * @preferred: whether it may have what is kept free for those that did not succeed
 *
 * Returns: whether an operation that ended now is to be told of; if so it must then be added
 */
gboolean
sg_sync_events_admit (SgSyncEvents *self,
                      SgMonotonic   now,
                      gboolean      preferred)
{
  guint64 slice = (guint64) (now.us / SLICE_US) << 32;
  guint limit = preferred ? self->per_slice : self->per_slice - MAX (self->per_slice / 5, 1);
  guint64 word = __atomic_load_n (&self->slice, __ATOMIC_RELAXED);
  guint64 next;

  if (__atomic_load_n (&self->n_pending, __ATOMIC_RELAXED) >= self->max_pending)
    return FALSE;
  do
    {
      /* A thread that was held up may come with a slice that is over: it takes from the new one. */
      if (slice <= (word >> 32 << 32) && (guint32) word >= limit)
        return FALSE;
      next = slice > word ? slice + 1 : word + 1;
    }
  while (!__atomic_compare_exchange_n (&self->slice, &word, next, TRUE, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED));
  return TRUE;
}

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

static const char *
copy_text (const char  *text,
           char       **place)
{
  char *copy = *place;

  if (text == NULL)
    return NULL;
  *place = g_stpcpy (copy, text) + 1;
  return copy;
}

/* Returns: (transfer full): @record and its text in one piece */
static SgLogRecord *
copy_record (const SgLogRecord *record)
{
  gsize size = sizeof *record + text_size (record->service) + text_size (record->name)
               + text_size (record->status) + text_size (record->key) + text_size (record->message)
               + text_size (record->trace_id) + text_size (record->fields);
  SgLogRecord *copy = g_malloc (size);
  char *place = (char *) (copy + 1);

  *copy = *record;
  copy->service = copy_text (record->service, &place);
  copy->name = copy_text (record->name, &place);
  copy->status = copy_text (record->status, &place);
  copy->key = copy_text (record->key, &place);
  copy->message = copy_text (record->message, &place);
  copy->trace_id = copy_text (record->trace_id, &place);
  copy->fields = copy_text (record->fields, &place);
  return copy;
}

static void
remember (SgSyncEvents      *self,
          const SgLogRecord *record)
{
  SgLogRecord *copy = copy_record (record);

  if (self->recent->len < self->max_recent)
    {
      g_ptr_array_add (self->recent, copy);
      return;
    }
  g_free (self->recent->pdata[self->next]);
  self->recent->pdata[self->next] = copy;
  self->next = (self->next + 1) % self->max_recent;
}

/*
 * Adds what was admitted, and what is told without being asked for: the state of a breaker, what became of a
 * difference. Of that there is little, and twice the bound is the end of it.
 */
void
sg_sync_events_add (SgSyncEvents      *self,
                    const SgLogRecord *record)
{
  SG_LOCK_SCOPE (&self->lock);
  remember (self, record);
  if (sg_log_batch_get_length (self->pending) >= 2 * self->max_pending)
    return;
  sg_log_batch_add (self->pending, record);
  __atomic_store_n (&self->n_pending, sg_log_batch_get_length (self->pending), __ATOMIC_RELAXED);
}

static gboolean
matches (const SgLogRecord *record,
         const char        *name,
         const char        *status)
{
  return record->kind == SG_LOG_KIND_OPERATION && (name == NULL || g_str_equal (record->name, name))
         && (status == NULL || g_str_equal (record->status, status));
}

/**
 * sg_sync_events_get_recent:
 * @self: events
 * @limit: how many at most
 * @name: (nullable): only those of this name
 * @status: (nullable): only those of this status
 *
 * Returns: (transfer full): the last operations, the newest first
 */
SgLogBatch *
sg_sync_events_get_recent (SgSyncEvents *self,
                           guint         limit,
                           const char   *name,
                           const char   *status)
{
  SgLogBatch *found = sg_log_batch_new ();

  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->recent->len && sg_log_batch_get_length (found) < limit; i++)
    {
      guint index = (self->next + self->recent->len - 1 - i) % self->recent->len;
      const SgLogRecord *record = self->recent->pdata[index];

      if (matches (record, name, status))
        sg_log_batch_add (found, record);
    }
  return found;
}

/* Returns: (transfer full): what is to be stored; it is the caller's to keep from now on */
SgLogBatch *
sg_sync_events_take (SgSyncEvents *self)
{
  SgLogBatch *batch;

  SG_LOCK_SCOPE (&self->lock);
  batch = self->pending;
  self->pending = sg_log_batch_new ();
  __atomic_store_n (&self->n_pending, 0, __ATOMIC_RELAXED);
  return batch;
}
