/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-writer-private.h"

#include "tsdb/sg-tsdb-error.h"

#include <unistd.h>

/* How what was written comes to the disk: at once, each interval, or when the log is closed. */

static gboolean
sync_fd (SgWalWriter  *self,
         int           fd,
         GError      **error)
{
  gint64 start = g_get_monotonic_time ();
  gboolean good = fdatasync (fd) == 0;

  if (!good)
    sg_tsdb_fail_errno (error, errno, self->folder, "write the log to disk");
  sg_lock_acquire (&self->lock);
  self->stats.syncs++;
  self->stats.syncs_failed += !good;
  self->stats.failing = !good;
  self->stats.sync_us += (guint64) (g_get_monotonic_time () - start);
  sg_lock_release (&self->lock);
  return good;
}

void
sg_wal_writer_tell_synced (SgWalWriter  *self,
                           gint64        started_us,
                           guint64       records,
                           const GError *failure)
{
  if (self->options.synced != NULL && records > 0)
    self->options.synced (g_get_monotonic_time () - started_us, records, failure,
                          self->options.synced_data);
}

gboolean
sg_wal_writer_sync_begun (SgWalWriter  *self,
                          GError      **error)
{
  if (!sync_fd (self, self->fd, error))
    return FALSE;
  for (guint i = 0; i < self->begun->len; i++)
    {
      if (!sync_fd (self, g_array_index (self->begun, int, i), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
sync_segments (SgWalWriter   *self,
               const GArray  *full,
               int            fd,
               GError       **error)
{
  gboolean good = TRUE;

  for (guint i = 0; i < full->len; i++)
    {
      good = sync_fd (self, g_array_index (full, int, i), good ? error : NULL) && good;
      close (g_array_index (full, int, i));
    }
  return (fd < 0 || sync_fd (self, fd, good ? error : NULL)) && good;
}

/*
 * Syncs and closes the full segments, and syncs the current one. Called with the lock, which it gives
 * up meanwhile. What failed counts as not yet written to disk.
 */
static gboolean
sync_once (SgWalWriter  *self,
           GError      **error)
{
  g_autoptr (GArray) full = NULL;
  gint64 started_us = g_get_monotonic_time ();
  GError *local = NULL;
  guint64 records;
  gboolean good;
  int fd;

  while (self->syncing)
    sg_cond_wait (&self->written, &self->lock);
  full = g_steal_pointer (&self->full);
  self->full = g_array_new (FALSE, FALSE, sizeof (int));
  self->dirty_since = 0;
  self->syncing = TRUE;
  fd = self->fd;
  records = self->stats.records_written - self->records_synced;
  sg_lock_release (&self->lock);
  good = sync_segments (self, full, fd, &local);
  sg_wal_writer_tell_synced (self, started_us, records, local);
  if (local != NULL)
    g_propagate_error (error, local);
  sg_lock_acquire (&self->lock);
  self->records_synced += good ? records : 0;
  self->syncing = FALSE;
  if (!good && self->dirty_since == 0)
    self->dirty_since = g_get_monotonic_time ();
  sg_cond_broadcast (&self->written);
  return good;
}

static gpointer
sync_periodically (gpointer data)
{
  SgWalWriter *self = data;
  gint64 interval = (gint64) self->options.sync_interval_ms * 1000;

  SG_LOCK_SCOPE (&self->lock);
  while (!self->closing)
    {
      gint64 due = self->dirty_since + interval;

      if (self->dirty_since == 0)
        sg_cond_wait (&self->wake, &self->lock);
      else if (g_get_monotonic_time () < due)
        sg_cond_wait_until (&self->wake, &self->lock, due);
      else
        sync_once (self, NULL);
    }
  return NULL;
}

/* Writes to the disk what the policy has left in the kernel's hands. */
gboolean
sg_wal_writer_sync (SgWalWriter  *self,
                    GError      **error)
{
  SG_LOCK_SCOPE (&self->lock);
  return sync_once (self, error);
}

/* Has the writer synced each interval, from now on. */
void
sg_wal_writer_begin_syncing (SgWalWriter *self)
{
  self->sync_thread = g_thread_new ("wal-sync", sync_periodically, self);
}

void
sg_wal_writer_stop_syncing (SgWalWriter *self)
{
  if (self->sync_thread == NULL)
    return;
  sg_lock_acquire (&self->lock);
  self->closing = TRUE;
  sg_cond_signal (&self->wake);
  sg_lock_release (&self->lock);
  g_thread_join (g_steal_pointer (&self->sync_thread));
}
