/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-store.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "base/sg-lock.h"
#include "logs/sg-log-files.h"
#include "logs/sg-log-writer.h"

/* Clocks of others may go wrong by a little. */
#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
#define MAX_AHEAD_NS  (86400 * NS_PER_SECOND)

/**
 * SgLogStore:
 * @writer: (nullable): who writes, or %NULL once the store is closed, or when it only reads
 * @closing: guards @writer against going away in the middle of a call
 */
struct _SgLogStore
{
  GObject parent_instance;

  char *folder;
  gint64 retention_ms;
  gboolean read_only;
  SgClock *clock;
  SgLock closing;
  SgLogWriter *writer;
};

/**
 * Wait:
 * @lock: guards the rest
 * @changed: signalled with it
 * @over: whether the job was done, or could not be
 * @error: (nullable): why it could not
 *
 * A job of the writer that is waited for; not with @closing held, since all who append want that.
 */
typedef struct
{
  SgLock lock;
  SgCond changed;
  gboolean over;
  GError *error;
} Wait;

static void
on_over (GError   *error,
         gpointer  user_data)
{
  Wait *wait = user_data;

  SG_LOCK_SCOPE (&wait->lock);
  wait->over = TRUE;
  wait->error = error;
  sg_cond_signal (&wait->changed);
}

static void
wait_init (Wait *wait)
{
  *wait = (Wait) { .over = FALSE };
  sg_lock_init (&wait->lock);
  sg_cond_init (&wait->changed);
}

static void
wait_clear (Wait *wait)
{
  sg_cond_clear (&wait->changed);
  sg_lock_clear (&wait->lock);
}

static void
wait_until_over (Wait *wait)
{
  SG_LOCK_SCOPE (&wait->lock);
  while (!wait->over)
    sg_cond_wait (&wait->changed, &wait->lock);
}

G_DEFINE_FINAL_TYPE (SgLogStore, sg_log_store, G_TYPE_OBJECT)

static void
sg_log_store_finalize (GObject *object)
{
  SgLogStore *self = SG_LOG_STORE (object);

  sg_log_store_close (self);
  g_free (self->folder);
  g_clear_object (&self->clock);
  sg_lock_clear (&self->closing);
  G_OBJECT_CLASS (sg_log_store_parent_class)->finalize (object);
}

static void
sg_log_store_class_init (SgLogStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_log_store_finalize;
}

static void
sg_log_store_init (SgLogStore *self)
{
  sg_lock_init (&self->closing);
}

/**
 * sg_log_store_open:
 * @options: where, and how much
 * @error: return location
 *
 * Returns: (transfer full): the store, or %NULL
 */
SgLogStore *
sg_log_store_open (const SgLogStoreOptions  *options,
                   GError                  **error)
{
  g_autoptr (SgLogStore) self = g_object_new (SG_TYPE_LOG_STORE, NULL);

  self->folder = g_strdup (options->folder);
  self->retention_ms = options->retention_ms;
  self->read_only = options->read_only;
  self->clock = g_object_ref (options->clock != NULL ? options->clock : sg_clock_get_system ());
  if (self->read_only)
    return g_steal_pointer (&self);
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO, "%s cannot be made: %s", self->folder,
                   g_strerror (errno));
      return NULL;
    }
  self->writer = sg_log_writer_new (options, error);
  return self->writer != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * sg_log_store_close:
 * @self: a store
 *
 * Writes what waits to be written, and refuses what comes after. Reading goes on.
 */
void
sg_log_store_close (SgLogStore *self)
{
  SG_LOCK_SCOPE (&self->closing);
  g_clear_pointer (&self->writer, sg_log_writer_free);
}

/**
 * sg_log_store_accepts:
 * @self: a store
 * @time: a record's time
 * @error: return location
 *
 * Returns: whether a record of that time can be kept: not one that retention would delete, and not
 *   one from the future
 */
gboolean
sg_log_store_accepts (SgLogStore  *self,
                      SgTimeNs     time,
                      GError     **error)
{
  SgTimeNs now = sg_clock_now_ns (self->clock);
  gint64 oldest = self->retention_ms > 0 ? MAX (0, now.ns - self->retention_ms * 1000000) : 0;

  if (time.ns < oldest)
    {
      g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_TIME,
                   "a record from %" G_GINT64_FORMAT " s before now is older than what is kept",
                   now.ns / NS_PER_SECOND - time.ns / NS_PER_SECOND);
      return FALSE;
    }
  if (time.ns > now.ns + MAX_AHEAD_NS)
    {
      g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_TIME,
                   "a record from %" G_GINT64_FORMAT " s in the future is refused: check the clock"
                   " of who sent it, and that its time is of the right unit",
                   time.ns / NS_PER_SECOND - now.ns / NS_PER_SECOND);
      return FALSE;
    }
  return TRUE;
}

static gboolean
accepts_all (SgLogStore        *self,
             const SgLogBatch  *batch,
             GError           **error)
{
  for (guint i = 0; i < sg_log_batch_get_length (batch); i++)
    {
      if (!sg_log_store_accepts (self, sg_log_batch_get (batch, i)->time, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
push (SgLogStore  *self,
      SgLogBatch  *batch,
      SgLogDone    done,
      gpointer     user_data,
      GError     **error)
{
  if (!accepts_all (self, batch, error))
    return FALSE;
  SG_LOCK_SCOPE (&self->closing);
  if (self->writer != NULL)
    return sg_log_writer_push (self->writer, batch, done, user_data, error);
  g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_CLOSED,
               self->read_only ? "%s was opened for reading: nothing can be added to it"
                               : "%s was closed: nothing can be added to it",
               self->folder);
  return FALSE;
}

static void
on_appended (GError   *error,
             gpointer  user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * sg_log_store_append_async:
 * @self: a store
 * @batch: records, which nobody may add to any more
 * @cancellable: (nullable): to no longer care; what was queued is written all the same
 * @callback: called when they are there to stay
 * @user_data: for @callback
 *
 * Appends all of them, or none if it fails.
 */
void
sg_log_store_append_async (SgLogStore          *self,
                           SgLogBatch          *batch,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, sg_log_store_append_async);
  g_task_set_check_cancellable (task, FALSE);
  if (sg_log_batch_get_length (batch) == 0)
    g_task_return_boolean (task, TRUE);
  else if (push (self, batch, on_appended, g_object_ref (task), &error))
    return;
  else
    {
      g_object_unref (task);
      g_task_return_error (task, error);
    }
}

/**
 * sg_log_store_append_finish:
 * @self: a store
 * @result: what the callback got
 * @error: return location
 *
 * Returns: %TRUE if the records are there, and stay there if this process is killed now
 */
gboolean
sg_log_store_append_finish (SgLogStore    *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
append_and_wait (SgLogStore  *self,
                 SgLogBatch  *batch,
                 Wait        *wait,
                 GError     **error)
{
  if (!push (self, batch, on_over, wait, error))
    return FALSE;
  wait_until_over (wait);
  if (wait->error == NULL)
    return TRUE;
  g_propagate_error (error, wait->error);
  return FALSE;
}

/**
 * sg_log_store_append:
 * @self: a store
 * @batch: records, which nobody may add to any more
 * @error: return location
 *
 * Appends all of them, or none if it fails, and waits for that: for workers.
 *
 * Returns: %TRUE if the records are there, and stay there if this process is killed now
 */
gboolean
sg_log_store_append (SgLogStore  *self,
                     SgLogBatch  *batch,
                     GError     **error)
{
  Wait wait;
  gboolean appended;

  if (sg_log_batch_get_length (batch) == 0)
    return TRUE;
  wait_init (&wait);
  appended = append_and_wait (self, batch, &wait, error);
  wait_clear (&wait);
  return appended;
}

static void
set_aside (SgLogStore     *self,
           SgLogDayNumber  number)
{
  Wait wait;

  wait_init (&wait);
  sg_lock_acquire (&self->closing);
  wait.over = self->writer == NULL;
  if (self->writer != NULL)
    sg_log_writer_set_aside (self->writer, number, on_over, &wait);
  sg_lock_release (&self->closing);
  wait_until_over (&wait);
  wait_clear (&wait);
}

/* A day that went away since the folder was read is a day without records. */
static SgLogDay *
open_to_read (SgLogStore      *self,
              SgLogDayNumber   number,
              gboolean        *ret_missing,
              GError         **error)
{
  g_autofree char *name = sg_log_day_file_name (number);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) problem = NULL;
  gboolean damaged = FALSE;
  SgLogDay *day = sg_log_day_open (self->folder, number, SG_LOG_DAY_READ, &damaged, &problem);

  if (day != NULL)
    return day;
  *ret_missing = damaged || !g_file_test (path, G_FILE_TEST_EXISTS);
  if (damaged)
    set_aside (self, number);
  if (!*ret_missing)
    g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
is_within (const SgLogQuery *query,
           SgLogDayNumber    day)
{
  gint64 start = sg_log_day_start (day).ns;
  gint64 end = sg_log_day_start (day + 1).ns;

  if (query->to.ns <= start || query->from.ns >= end)
    return FALSE;
  if (query->after == NULL)
    return TRUE;
  return query->order == SG_LOG_NEWEST_FIRST ? query->after->time.ns >= start
                                             : query->after->time.ns < end;
}

/* The days that may have what is asked for, in the order in which it is asked for. */
static GArray *
list_days (SgLogStore       *self,
           const SgLogQuery *query)
{
  g_autoptr (GArray) all = sg_log_files_list (self->folder);
  GArray *days = g_array_new (FALSE, FALSE, sizeof (SgLogDayNumber));

  for (guint i = 0; i < all->len; i++)
    {
      guint index = query->order == SG_LOG_NEWEST_FIRST ? all->len - 1 - i : i;
      SgLogDayNumber day = g_array_index (all, SgLogDayNumber, index);

      if (is_within (query, day))
        g_array_append_val (days, day);
    }
  return days;
}

/**
 * sg_log_store_select:
 * @self: a store
 * @query: which records
 * @cancellable: (nullable): to give up
 * @ret_more: (out) (optional): whether there are more than its limit
 * @error: return location
 *
 * Returns: (transfer full): the records, in the order that was asked for
 */
SgLogBatch *
sg_log_store_select (SgLogStore        *self,
                     const SgLogQuery  *query,
                     GCancellable      *cancellable,
                     gboolean          *ret_more,
                     GError           **error)
{
  g_autoptr (SgLogBatch) page = sg_log_batch_new ();
  g_autoptr (GArray) days = list_days (self, query);

  for (guint i = 0; i < days->len && sg_log_batch_get_length (page) <= query->limit; i++)
    {
      gboolean missing = FALSE;
      g_autoptr (SgLogDay) day =
          open_to_read (self, g_array_index (days, SgLogDayNumber, i), &missing, error);
      guint wanted = query->limit + 1 - sg_log_batch_get_length (page);

      if (missing)
        continue;
      if (day == NULL || !sg_log_day_select (day, query, wanted, cancellable, page, error))
        return NULL;
    }
  if (ret_more != NULL)
    *ret_more = sg_log_batch_get_length (page) > query->limit;
  sg_log_batch_truncate (page, query->limit);
  return g_steal_pointer (&page);
}

/**
 * sg_log_store_count:
 * @self: a store
 * @query: which records; its limit does not count
 * @cancellable: (nullable): to give up
 * @ret_count: (out): how many there are
 * @error: return location
 *
 * Returns: %FALSE if they could not be counted
 */
gboolean
sg_log_store_count (SgLogStore        *self,
                    const SgLogQuery  *query,
                    GCancellable      *cancellable,
                    guint64           *ret_count,
                    GError           **error)
{
  g_autoptr (GArray) days = list_days (self, query);
  guint64 total = 0;

  for (guint i = 0; i < days->len; i++)
    {
      gboolean missing = FALSE;
      g_autoptr (SgLogDay) day =
          open_to_read (self, g_array_index (days, SgLogDayNumber, i), &missing, error);
      guint64 n = 0;

      if (missing)
        continue;
      if (day == NULL || !sg_log_day_count (day, query, cancellable, &n, error))
        return FALSE;
      total += n;
    }
  *ret_count = total;
  return TRUE;
}

/**
 * sg_log_store_apply_retention:
 * @self: a store
 *
 * Deletes the days that are no longer kept, and waits for that: for workers.
 */
void
sg_log_store_apply_retention (SgLogStore *self)
{
  Wait wait;

  wait_init (&wait);
  sg_lock_acquire (&self->closing);
  wait.over = self->writer == NULL;
  if (self->writer != NULL)
    sg_log_writer_retain (self->writer, on_over, &wait);
  sg_lock_release (&self->closing);
  wait_until_over (&wait);
  wait_clear (&wait);
}

/**
 * sg_log_store_get_counts:
 * @self: a store
 * @ret_counts: (out caller-allocates): what it did and has
 */
void
sg_log_store_get_counts (SgLogStore       *self,
                         SgLogStoreCounts *ret_counts)
{
  g_autoptr (GArray) days = sg_log_files_list (self->folder);

  *ret_counts = (SgLogStoreCounts) { 0 };
  {
    SG_LOCK_SCOPE (&self->closing);
    if (self->writer != NULL)
      sg_log_writer_get_counts (self->writer, ret_counts);
  }
  ret_counts->days = days->len;
  for (guint i = 0; i < days->len; i++)
    ret_counts->bytes +=
        sg_log_files_measure (self->folder, g_array_index (days, SgLogDayNumber, i));
}

/**
 * sg_log_store_get_repairs:
 * @self: a store
 *
 * Returns: (transfer full): which files were damaged since the start and where they are now, a line
 *   each, or ""
 */
char *
sg_log_store_get_repairs (SgLogStore *self)
{
  SG_LOCK_SCOPE (&self->closing);
  return self->writer != NULL ? sg_log_writer_get_repairs (self->writer) : g_strdup ("");
}
