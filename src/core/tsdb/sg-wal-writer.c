/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-writer-private.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * The format stands in sg-wal-segments.h.
 *
 * Whoever comes with a batch puts it into a queue. If nobody is writing, he takes the whole queue,
 * writes it, and tells the others how it went; so while one write is on its way the next ones gather,
 * and share a system call, and a sync where each batch waits for one.
 *
 *   lock     guards the queue, the counts, and who is the writer
 *   writing  is set by one thread at a time: it owns the file, its end, and the buffer
 *   syncing  is set by one thread at a time: it alone closes segments that are full
 *
 * A group is in the log whole or not at all. When a write fails, for want of room above all, the file
 * is cut back to where the group began, and segments that were begun since are deleted: otherwise a
 * later reader would find records that were refused. If even that fails, nothing is written before it
 * has succeeded.
 *
 * The first segment is created by the first write, so that a full disk is no reason not to open a
 * log. Between two syncs of an interval one thread waits; it sleeps while nothing is written.
 */
#define FLUSH_LENGTH        (1024 * 1024)
#define DEFAULT_INTERVAL_MS 1000

struct _SgWalRequest
{
  const SgWalBatch *batch;
  SgWalRequest *next;
  gboolean done;
  GError *error;
};

static int
current_fd (SgWalWriter *self)
{
  guint n = self->begun->len;

  return n > 0 ? g_array_index (self->begun, int, n - 1) : self->fd;
}

static int
create_segment (SgWalWriter  *self,
                guint64       index,
                GError      **error)
{
  g_autofree char *path = sg_wal_segment_path (self->folder, index);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

  if (fd < 0)
    sg_tsdb_fail_errno (error, errno, path, "create");
  else if (self->options.sync != SG_WAL_SYNC_NEVER && !sg_folder_sync (self->folder, error))
    {
      close (fd);
      unlink (path);
      fd = -1;
    }
  return fd;
}

/* Writes what is in the buffer to the end of the current segment. */
static gboolean
flush (SgWalWriter  *self,
       GError      **error)
{
  gsize done = 0;

  while (done < self->out.length)
    {
      ssize_t n = pwrite (current_fd (self), self->out.data + done, self->out.length - done,
                          (off_t) (self->end.offset + done));

      if (n < 0 && errno != EINTR)
        {
          g_autofree char *path = sg_wal_segment_path (self->folder, self->end.segment);

          return sg_tsdb_fail_errno (error, errno, path, "write");
        }
      done += n > 0 ? (gsize) n : 0;
    }
  self->end.offset += done;
  sg_wire_writer_reset (&self->out);
  return TRUE;
}

static guint64
offset (const SgWalWriter *self)
{
  return self->end.offset + self->out.length;
}

static void
put_zeros (SgWalWriter *self,
           gsize        n)
{
  memset (sg_wire_writer_reserve (&self->out, n), 0, n);
  self->out.length += n;
}

/* Fills the page that was begun, if one was, and goes on in a new segment. */
static gboolean
begin_segment (SgWalWriter  *self,
               GError      **error)
{
  gsize used = offset (self) % SG_WAL_PAGE_SIZE;
  int fd;

  if (used > 0)
    put_zeros (self, SG_WAL_PAGE_SIZE - used);
  if (!flush (self, error))
    return FALSE;
  fd = create_segment (self, self->end.segment + 1, error);
  if (fd < 0)
    return FALSE;
  g_array_append_val (self->begun, fd);
  self->end = (SgWalPosition) { self->end.segment + 1, 0 };
  return TRUE;
}

/* How many bytes of a record fit into the rest of the segment. Negative in one that is too long. */
static gint64
room (const SgWalWriter *self)
{
  gint64 done_pages = (gint64) (offset (self) / SG_WAL_PAGE_SIZE);
  gint64 pages = (gint64) (self->options.segment_size / SG_WAL_PAGE_SIZE);
  gint64 page_left = SG_WAL_PAGE_SIZE - (gint64) (offset (self) % SG_WAL_PAGE_SIZE);

  return page_left - SG_WAL_HEADER_LENGTH
         + (SG_WAL_PAGE_SIZE - SG_WAL_HEADER_LENGTH) * (pages - done_pages - 1);
}

static void
put_fragment (SgWalWriter  *self,
              guint8        flags,
              const guint8 *data,
              gsize         length)
{
  guint8 *p = sg_wire_writer_reserve (&self->out, SG_WAL_HEADER_LENGTH + length);
  gsize left;

  p[0] = flags;
  sg_wire_set_u16 (p + 1, (guint16) length);
  sg_wire_set_u32 (p + 3, sg_crc32c (0, data, length));
  if (length > 0)
    memcpy (p + SG_WAL_HEADER_LENGTH, data, length);
  self->out.length += SG_WAL_HEADER_LENGTH + length;
  left = SG_WAL_PAGE_SIZE - offset (self) % SG_WAL_PAGE_SIZE;
  if (left < SG_WAL_HEADER_LENGTH)
    put_zeros (self, left);
}

static gboolean
put_record (SgWalWriter   *self,
            const guint8  *data,
            gsize          length,
            guint8         flags,
            GError       **error)
{
  gboolean first = TRUE;

  if ((gint64) length > room (self) && !begin_segment (self, error))
    return FALSE;
  do
    {
      gsize page_left = SG_WAL_PAGE_SIZE - offset (self) % SG_WAL_PAGE_SIZE;
      gsize n = MIN (length, page_left - SG_WAL_HEADER_LENGTH);
      gboolean last = n == length;
      guint8 type = last ? SG_WAL_FRAGMENT_LAST : SG_WAL_FRAGMENT_MIDDLE;

      if (first)
        type = last ? SG_WAL_FRAGMENT_FULL : SG_WAL_FRAGMENT_FIRST;
      put_fragment (self, type | flags, data, n);
      data += n;
      length -= n;
      first = FALSE;
      if (self->out.length >= FLUSH_LENGTH && !flush (self, error))
        return FALSE;
    }
  while (length > 0);
  return TRUE;
}

static gboolean
put_batch (SgWalWriter       *self,
           const SgWalBatch  *batch,
           GError           **error)
{
  for (guint i = 0; i < batch->records->len; i++)
    {
      const SgWalBatchRecord *record = &g_array_index (batch->records, SgWalBatchRecord, i);

      if (!put_record (self, batch->bytes.data + record->offset, record->length, record->flags,
                       error))
        return FALSE;
    }
  return TRUE;
}

/* Makes the log what it was when it ended at @start. */
static void
take_back (SgWalWriter   *self,
           SgWalPosition  start)
{
  for (guint i = 0; i < self->begun->len; i++)
    {
      g_autofree char *path = sg_wal_segment_path (self->folder, start.segment + 1 + i);

      close (g_array_index (self->begun, int, i));
      unlink (path);
    }
  g_array_set_size (self->begun, 0);
  sg_wire_writer_reset (&self->out);
  self->end = start;
  self->tail_is_bad = self->fd >= 0 && ftruncate (self->fd, (off_t) start.offset) != 0;
}

/* Makes sure that there is a segment, and that it ends where its good records do. */
static gboolean
prepare (SgWalWriter  *self,
         GError      **error)
{
  g_autofree char *path = NULL;

  if (self->fd < 0)
    {
      int fd = create_segment (self, self->end.segment, error);

      sg_lock_acquire (&self->lock);
      self->fd = fd;
      sg_lock_release (&self->lock);
      return fd >= 0;
    }
  if (!self->tail_is_bad)
    return TRUE;
  self->tail_is_bad = ftruncate (self->fd, (off_t) self->end.offset) != 0;
  if (!self->tail_is_bad)
    return TRUE;
  path = sg_wal_segment_path (self->folder, self->end.segment);
  return sg_tsdb_fail_errno (error, errno, path, "cut back to its last good record");
}

/* Takes the last begun segment for the current one; those before it are full. */
static void
settle (SgWalWriter *self)
{
  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->begun->len; i++)
    {
      if (self->options.sync == SG_WAL_SYNC_INTERVAL)
        g_array_append_val (self->full, self->fd);
      else
        close (self->fd);
      self->fd = g_array_index (self->begun, int, i);
    }
  g_array_set_size (self->begun, 0);
  if (self->dirty_since == 0)
    {
      self->dirty_since = g_get_monotonic_time ();
      sg_cond_signal (&self->wake);
    }
}

static guint64
count_records (const SgWalRequest *group)
{
  guint64 n = 0;

  for (; group != NULL; group = group->next)
    n += group->batch->records->len;
  return n;
}

static gboolean
sync_group (SgWalWriter         *self,
            const SgWalRequest  *group,
            GError             **error)
{
  gint64 started_us = g_get_monotonic_time ();
  GError *local = NULL;
  gboolean good = sg_wal_writer_sync_begun (self, &local);

  sg_wal_writer_tell_synced (self, started_us, count_records (group), local);
  if (local != NULL)
    g_propagate_error (error, local);
  return good;
}

static gboolean
write_group (SgWalWriter   *self,
             SgWalRequest  *group,
             GError       **error)
{
  SgWalPosition start = self->end;
  gboolean good = prepare (self, error);

  for (SgWalRequest *request = group; good && request != NULL; request = request->next)
    good = put_batch (self, request->batch, error);
  good = good && flush (self, error);
  if (good && self->options.sync == SG_WAL_SYNC_ALWAYS)
    good = sync_group (self, group, error);
  if (good)
    settle (self);
  else
    take_back (self, start);
  return good;
}

static void
count_group (SgWalWriter        *self,
             SgWalPosition       start,
             const SgWalRequest *group,
             gboolean            good)
{
  self->stats.end = self->end;
  self->stats.writes++;
  self->stats.writes_failed += !good;
  self->stats.failing = !good;
  if (good)
    self->stats.records_written += count_records (group);
  if (self->options.sync == SG_WAL_SYNC_ALWAYS)
    self->records_synced = self->stats.records_written;
  if (self->end.segment == start.segment)
    self->stats.bytes_written += self->end.offset - start.offset;
  else
    self->stats.bytes_written += self->options.segment_size
                                 - MIN (start.offset, self->options.segment_size)
                                 + self->end.offset;
}

/* Writes all that is in the queue. Called with the lock, which it gives up meanwhile. */
static void
write_queue (SgWalWriter *self)
{
  SgWalRequest *group = self->first;
  SgWalPosition start = self->end;
  g_autoptr (GError) error = NULL;
  gboolean good;

  self->first = NULL;
  self->last = &self->first;
  self->writing = TRUE;
  sg_lock_release (&self->lock);
  good = write_group (self, group, &error);
  sg_lock_acquire (&self->lock);
  count_group (self, start, group, good);
  while (group != NULL)
    {
      SgWalRequest *next = group->next;

      group->error = good ? NULL : g_error_copy (error);
      group->done = TRUE;
      group = next;
    }
  self->writing = FALSE;
  sg_cond_broadcast (&self->written);
}

/**
 * sg_wal_writer_log:
 * @self: a writer
 * @batch: records that belong together
 * @error: why they could not be written
 *
 * When it returns the records are in the kernel's hands, or on the disk, as the policy says. They are
 * in the log one after the other, with nothing between them.
 *
 * Returns: whether all are in the log; else none of them is
 */
gboolean
sg_wal_writer_log (SgWalWriter       *self,
                   const SgWalBatch  *batch,
                   GError           **error)
{
  SgWalRequest request = { .batch = batch };

  sg_lock_acquire (&self->lock);
  *self->last = &request;
  self->last = &request.next;
  while (!request.done)
    {
      if (self->writing)
        sg_cond_wait (&self->written, &self->lock);
      else
        write_queue (self);
    }
  sg_lock_release (&self->lock);
  if (request.error == NULL)
    return TRUE;
  g_propagate_error (error, request.error);
  return FALSE;
}

/* Becomes the writer, as write_queue() does, and returns with the lock given up. */
static void
take_file (SgWalWriter *self)
{
  sg_lock_acquire (&self->lock);
  while (self->writing)
    sg_cond_wait (&self->written, &self->lock);
  self->writing = TRUE;
  sg_lock_release (&self->lock);
}

static void
give_file (SgWalWriter *self)
{
  SG_LOCK_SCOPE (&self->lock);
  self->stats.end = self->end;
  self->writing = FALSE;
  sg_cond_broadcast (&self->written);
}

/**
 * sg_wal_writer_next_segment:
 * @self: a writer
 * @ret_segment: (out): the segment that is written from now on
 * @error: why none could be begun
 *
 * Ends the current segment, so that a checkpoint can stand for it; an empty one is taken for the next.
 *
 * Returns: whether there is a segment without records
 */
gboolean
sg_wal_writer_next_segment (SgWalWriter  *self,
                            guint64      *ret_segment,
                            GError      **error)
{
  SgWalPosition start;
  gboolean good;

  take_file (self);
  start = self->end;
  good = start.offset == 0 || (prepare (self, error) && begin_segment (self, error));
  if (good && start.offset > 0 && self->options.sync == SG_WAL_SYNC_ALWAYS)
    good = sg_wal_writer_sync_begun (self, error);
  if (good)
    {
      settle (self);
      *ret_segment = self->end.segment;
    }
  else
    take_back (self, start);
  give_file (self);
  return good;
}

/**
 * sg_wal_writer_new:
 * @folder: a log's folder, which is made if it is not there
 * @first: the number of the segment to begin with, which must not be there yet
 * @options: how to write
 * @error: what the system refused
 *
 * Returns: (transfer full): a writer
 */
SgWalWriter *
sg_wal_writer_new (const char          *folder,
                   guint64              first,
                   const SgWalOptions  *options,
                   GError             **error)
{
  SgWalWriter *self = g_new0 (SgWalWriter, 1);

  self->folder = g_strdup (folder);
  self->options = *options;
  if (self->options.segment_size == 0)
    self->options.segment_size = SG_WAL_SEGMENT_SIZE;
  if (self->options.sync_interval_ms == 0)
    self->options.sync_interval_ms = DEFAULT_INTERVAL_MS;
  sg_lock_init (&self->lock);
  sg_cond_init (&self->written);
  sg_cond_init (&self->wake);
  self->last = &self->first;
  self->full = g_array_new (FALSE, FALSE, sizeof (int));
  self->begun = g_array_new (FALSE, FALSE, sizeof (int));
  self->end.segment = self->stats.end.segment = first;
  self->fd = -1;
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      sg_tsdb_fail_errno (error, errno, folder, "create");
      sg_wal_writer_close (self, NULL);
      return NULL;
    }
  if (self->options.sync == SG_WAL_SYNC_INTERVAL)
    sg_wal_writer_begin_syncing (self);
  return self;
}

gboolean
sg_wal_writer_compresses (const SgWalWriter *self)
{
  return !self->options.plain;
}

void
sg_wal_writer_get_stats (SgWalWriter      *self,
                         SgWalWriterStats *ret_stats)
{
  SG_LOCK_SCOPE (&self->lock);
  *ret_stats = self->stats;
}

/**
 * sg_wal_writer_close:
 * @self: (transfer full): a writer that nobody uses any more
 * @error: why its last bytes may not be on the disk
 *
 * Returns: whether they are, as far as the policy promises
 */
gboolean
sg_wal_writer_close (SgWalWriter  *self,
                     GError      **error)
{
  gboolean good = TRUE;

  sg_wal_writer_stop_syncing (self);
  if (self->fd >= 0 && self->options.sync != SG_WAL_SYNC_NEVER)
    good = sg_wal_writer_sync (self, error);
  if (self->fd >= 0)
    close (self->fd);
  g_array_unref (self->full);
  g_array_unref (self->begun);
  sg_wire_writer_clear (&self->out);
  sg_cond_clear (&self->wake);
  sg_cond_clear (&self->written);
  sg_lock_clear (&self->lock);
  g_free (self->folder);
  g_free (self);
  return good;
}
