/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-chunks.h"

#include "tsdb/sg-map.h"
#include "tsdb/sg-mapped-chunk.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * A file is mapped once, with the length that it may get at most, so that the map need not change
 * while the file grows; nobody looks beyond its end. Chunks are written behind it with write(2): the
 * map shows them at once. A new file is begun by whoever starts, since nobody knows how the last one
 * ended; the loader says where its good chunks end.
 *
 * Chunks are copied from the map before their checksum is compared, so that what is decoded is what
 * was checked, even if the file is cut meanwhile.
 */

/* Series, two times, encoding: what stands before the length of a chunk's data. */
#define BEFORE_LENGTH (8 + 8 + 8 + 1)

/* A place has no room for more, beside the bit that says that it is in no file. */
#define MAX_NUMBER G_MAXINT32

typedef struct
{
  guint32 number;
  guint64 length;
  SgTimeMs max_t;
  gboolean has_late;
  SgMap *map;
} File;

struct _SgHeadChunks
{
  char *folder;
  SgHeadGate *gate;
  SgLock lock;
  GPtrArray *files;
  SgLock writing;
  int fd;
  File *current;
  guint32 next_number;
  SgWireWriter out;
};

static void
map_unref (gpointer map)
{
  sg_map_unref (map);
}

static void
file_free (gpointer data)
{
  File *file = data;

  sg_map_unref (file->map);
  g_free (file);
}

SgHeadChunks *
sg_head_chunks_new (const char *folder,
                    SgHeadGate *gate)
{
  SgHeadChunks *self = g_new0 (SgHeadChunks, 1);

  self->folder = g_strdup (folder);
  self->gate = gate;
  sg_lock_init (&self->lock);
  sg_lock_init (&self->writing);
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->fd = -1;
  self->next_number = 1;
  return self;
}

/* Nobody may be inside the gate any more. */
void
sg_head_chunks_free (SgHeadChunks *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_ptr_array_unref (self->files);
  sg_wire_writer_clear (&self->out);
  sg_lock_clear (&self->writing);
  sg_lock_clear (&self->lock);
  g_free (self->folder);
  g_free (self);
}

char *
sg_head_chunks_get_path (SgHeadChunks *self,
                         guint32       file)
{
  return g_strdup_printf ("%s/%06u", self->folder, file);
}

static guint64
place_of (const File *file,
          gsize       offset)
{
  return (guint64) file->number << 32 | offset;
}

static void
add_file (SgHeadChunks *self,
          File         *file)
{
  SG_LOCK_SCOPE (&self->lock);
  g_ptr_array_add (self->files, file);
  self->next_number = MAX (self->next_number, file->number + 1);
}

/* Whether there is nothing behind the last chunk but what other writers put there in advance. */
static gboolean
is_rest_zero (const guint8 *data,
              gsize         length,
              gsize         position)
{
  for (; position < length; position++)
    {
      if (data[position] != 0)
        return FALSE;
    }
  return TRUE;
}

/* Reads all chunks of a file. Returns: whether all are whole; else @file ends before the first that is not. */
static gboolean
load_file (File    *file,
           GArray  *stored,
           GError **error)
{
  const guint8 *data = sg_map_get_data (file->map);
  gsize length = sg_map_get_length (file->map);
  gsize position = SG_MAPPED_CHUNKS_HEADER_LENGTH;
  SgMappedChunk chunk;

  file->length = 0;
  file->max_t = SG_TIME_MS_MIN;
  if (length == 0 || !sg_mapped_chunks_check_header (data, length, error))
    return FALSE;
  file->length = position;
  while (sg_mapped_chunk_read (data, length, &position, &chunk, error))
    {
      SgHeadStoredChunk item = { chunk.series_ref,
                                 chunk.chunk.encoding,
                                 chunk.out_of_order,
                                 { place_of (file, file->length), chunk.min_time,
                                   chunk.max_time } };

      g_array_append_val (stored, item);
      file->max_t = MAX (file->max_t, chunk.max_time);
      file->has_late |= chunk.out_of_order;
      file->length = position;
    }
  return *error == NULL && !sg_map_is_faulted (file->map) && is_rest_zero (data, length, position);
}

/**
 * sg_head_chunks_load:
 * @self: a folder that was not yet read
 * @stored: (element-type SgHeadStoredChunk): its chunks, in the order in which they were written
 * @ret_damage: (out): where the first damaged chunk is; nothing behind it was read, in any file
 * @error: why the folder cannot be read
 *
 * A damaged chunk is no reason to fail: what is behind it is in the log. Whoever is going to write takes
 * away what @ret_damage tells of, so that the numbers of files stay a row without a gap, which
 * Prometheus would not start with. A file without bytes, from who was ended before his first chunk,
 * is one that is damaged from its beginning.
 *
 * Returns: whether the folder could be read
 */
gboolean
sg_head_chunks_load (SgHeadChunks        *self,
                     GArray              *stored,
                     SgHeadChunksDamage  *ret_damage,
                     GError             **error)
{
  g_autoptr (GPtrArray) found = sg_wal_list_segments (self->folder, error);
  gboolean good = TRUE;

  *ret_damage = (SgHeadChunksDamage) { 0 };
  if (found == NULL)
    return FALSE;
  for (guint i = 0; good && i < found->len; i++)
    {
      const SgWalSegment *segment = g_ptr_array_index (found, i);
      g_autoptr (GError) damage = NULL;
      SgMap *map;
      File *file;

      if (segment->index == 0 || segment->index >= MAX_NUMBER)
        continue;
      map = sg_map_new (segment->path, error);
      if (map == NULL)
        return FALSE;
      file = g_new0 (File, 1);
      file->number = (guint32) segment->index;
      file->map = map;
      self->next_number = file->number;
      good = load_file (file, stored, &damage);
      if (!good)
        *ret_damage = (SgHeadChunksDamage) { file->number, file->length };
      if (file->length > 0)
        add_file (self, file);
      else
        file_free (file);
    }
  return TRUE;
}

static void
close_current (SgHeadChunks *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->current = NULL;
}

static gboolean
write_out (SgHeadChunks  *self,
           GError       **error)
{
  File *file = self->current;
  gsize done = 0;

  while (done < self->out.length)
    {
      ssize_t n = pwrite (self->fd, self->out.data + done, self->out.length - done,
                          (off_t) (file->length + done));

      if (n < 0 && errno != EINTR)
        {
          int saved_errno = errno;
          g_autofree char *path = sg_head_chunks_get_path (self, file->number);

          if (ftruncate (self->fd, (off_t) file->length) != 0)
            close_current (self);
          return sg_tsdb_fail_errno (error, saved_errno, path, "write");
        }
      done += n > 0 ? (gsize) n : 0;
    }
  sg_lock_acquire (&self->lock);
  file->length += done;
  sg_lock_release (&self->lock);
  return TRUE;
}

/*
 * Nothing says where a file should end. So the next one is begun only when the last one is on the disk:
 * else, after a power cut, chunks of a series could be there and those before them not.
 */
static gboolean
sync_last (SgHeadChunks  *self,
           GError       **error)
{
  const File *last = self->files->len > 0 ? self->files->pdata[self->files->len - 1] : NULL;
  g_autofree char *path = NULL;
  gboolean good;
  int fd;

  if (last == NULL)
    return TRUE;
  path = sg_head_chunks_get_path (self, last->number);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return sg_tsdb_fail_errno (error, errno, path, "open");
  good = fdatasync (fd) == 0 || sg_tsdb_fail_errno (error, errno, path, "write to disk");
  close (fd);
  return good;
}

static gboolean
begin_file (SgHeadChunks  *self,
            GError       **error)
{
  g_autofree char *path = sg_head_chunks_get_path (self, self->next_number);
  int fd;
  SgMap *map;

  if (g_mkdir_with_parents (self->folder, 0777) != 0)
    return sg_tsdb_fail_errno (error, errno, self->folder, "create");
  if (!sync_last (self, error))
    return FALSE;
  fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return sg_tsdb_fail_errno (error, errno, path, "create");
  map = sg_map_new_from_fd (fd, SG_MAPPED_CHUNKS_MAX_LENGTH, path, error);
  if (map == NULL)
    {
      close (fd);
      unlink (path);
      return FALSE;
    }
  close_current (self);
  self->fd = fd;
  self->current = g_new0 (File, 1);
  self->current->number = self->next_number;
  self->current->max_t = SG_TIME_MS_MIN;
  self->current->map = map;
  add_file (self, self->current);
  return TRUE;
}

/* Makes sure that there is a file with room for all chunks, so that they come into one. */
static gboolean
prepare (SgHeadChunks         *self,
         SgHeadClosed  *const *closed,
         guint                 n,
         GError              **error)
{
  gsize length = SG_MAPPED_CHUNKS_HEADER_LENGTH;

  for (guint i = 0; i < n; i++)
    length += closed[i]->length + SG_MAPPED_CHUNK_MAX_OVERHEAD;
  if ((self->current == NULL || self->current->length + length > SG_MAPPED_CHUNKS_MAX_LENGTH)
      && !begin_file (self, error))
    return FALSE;
  sg_wire_writer_reset (&self->out);
  if (self->current->length == 0)
    sg_mapped_chunks_put_header (&self->out);
  return TRUE;
}

static guint64
put_chunk (SgHeadChunks       *self,
           const SgHeadClosed *closed)
{
  File *file = self->current;
  gsize offset = file->length + self->out.length;
  SgMappedChunk chunk = {
    .series_ref = closed->series->ref,
    .min_time = closed->min_t,
    .max_time = closed->max_t,
    .out_of_order = closed->late,
    .chunk = { SG_CHUNK_XOR, closed->data, closed->length },
  };

  sg_mapped_chunk_put (&self->out, &chunk);
  sg_lock_acquire (&self->lock);
  file->max_t = MAX (file->max_t, closed->max_t);
  file->has_late |= closed->late;
  sg_lock_release (&self->lock);
  return place_of (file, offset);
}

/**
 * sg_head_chunks_write:
 * @self: the folder
 * @closed: (array length=n): full chunks, some thousands at most
 * @n: how many
 * @ret_places: (out caller-allocates): their places
 * @error: why they could not be written
 *
 * Returns: whether all of them have a place; else nothing of them is in the folder
 */
gboolean
sg_head_chunks_write (SgHeadChunks         *self,
                      SgHeadClosed  *const *closed,
                      guint                 n,
                      guint64              *ret_places,
                      GError              **error)
{
  SG_LOCK_SCOPE (&self->writing);
  if (!prepare (self, closed, n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    ret_places[i] = put_chunk (self, closed[i]);
  return write_out (self, error);
}

/* Returns: (nullable): the map of a file, and how much of it there is */
static SgMap *
find_map (SgHeadChunks *self,
          guint32       number,
          guint64      *ret_length)
{
  SG_LOCK_SCOPE (&self->lock);
  for (guint i = self->files->len; i > 0; i--)
    {
      const File *file = g_ptr_array_index (self->files, i - 1);

      if (file->number == number)
        {
          *ret_length = file->length;
          return file->map;
        }
    }
  return NULL;
}

static gboolean
fail_read (GError       **error,
           SgHeadChunks  *self,
           guint64        place,
           const char    *problem)
{
  g_autofree char *path = sg_head_chunks_get_path (self, place >> 32);

  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %u: %s", path,
               (guint32) place, problem);
  return FALSE;
}

/**
 * sg_head_chunks_read:
 * @self: the folder
 * @place: a chunk's place
 * @scratch: where it is copied to
 * @ret_encoding: (out): how it is encoded
 * @ret_data: (out): its bytes, in @scratch
 * @ret_length: (out): how many
 * @error: what is wrong with it
 *
 * Called by who is inside the gate.
 *
 * Returns: whether it is whole
 */
gboolean
sg_head_chunks_read (SgHeadChunks  *self,
                     guint64        place,
                     SgWireWriter  *scratch,
                     guint8        *ret_encoding,
                     const guint8 **ret_data,
                     gsize         *ret_length,
                     GError       **error)
{
  guint64 length;
  guint64 offset = (guint32) place;
  SgMap *map = find_map (self, place >> 32, &length);
  SgMappedChunk chunk;
  SgWireReader head;
  gsize position = 0;

  if (map == NULL || offset >= length)
    return fail_read (error, self, place, "there is no chunk");
  sg_wire_reader_init (&head, sg_map_get_data (map) + offset, length - offset);
  sg_wire_read_bytes (&head, BEFORE_LENGTH);
  length = sg_wire_read_uvarint (&head);
  length = MIN (length, sg_wire_reader_left (&head));
  length = MIN (head.position + length + sizeof (guint32), head.length);
  sg_wire_writer_reset (scratch);
  sg_wire_put_bytes (scratch, head.data, length);
  if (!sg_mapped_chunk_read (scratch->data, length, &position, &chunk, NULL))
    return fail_read (error, self, place, "the chunk is damaged: its samples are left out");
  *ret_encoding = chunk.chunk.encoding;
  *ret_data = chunk.chunk.data;
  *ret_length = chunk.chunk.length;
  return TRUE;
}

/**
 * sg_head_chunks_truncate:
 * @self: the folder
 * @min_t: a time
 * @error: what could not be deleted
 *
 * Deletes the first files in which there is nothing from @min_t on, and no samples out of order. What
 * is written next goes to a new file, so that this one can be deleted in its time.
 *
 * Returns: whether they are deleted
 */
gboolean
sg_head_chunks_truncate (SgHeadChunks  *self,
                         SgTimeMs       min_t,
                         GError       **error)
{
  SG_LOCK_SCOPE (&self->writing);
  close_current (self);
  for (;;)
    {
      g_autofree char *path = NULL;
      File *file;

      sg_lock_acquire (&self->lock);
      file = self->files->len > 0 ? g_ptr_array_index (self->files, 0) : NULL;
      if (file != NULL && file->max_t < min_t && !file->has_late)
        g_ptr_array_steal_index (self->files, 0);
      else
        file = NULL;
      sg_lock_release (&self->lock);
      if (file == NULL)
        return TRUE;
      path = sg_head_chunks_get_path (self, file->number);
      sg_head_gate_retire (self->gate, g_steal_pointer (&file->map), map_unref);
      g_free (file);
      if (unlink (path) != 0 && errno != ENOENT)
        return sg_tsdb_fail_errno (error, errno, path, "delete");
    }
}

/* Begins a new file. Returns: a number above those of the files so far */
guint32
sg_head_chunks_next_file (SgHeadChunks *self)
{
  SG_LOCK_SCOPE (&self->writing);
  close_current (self);
  SG_LOCK_SCOPE (&self->lock);
  return self->next_number;
}

/* The samples out of order in files with smaller numbers than @before are needed no more. */
void
sg_head_chunks_release_late (SgHeadChunks *self,
                             guint32       before)
{
  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->files->len; i++)
    {
      File *file = g_ptr_array_index (self->files, i);

      if (file->number < before)
        file->has_late = FALSE;
    }
}

/* Returns: how many bytes are in the folder */
guint64
sg_head_chunks_get_size (SgHeadChunks *self)
{
  guint64 size = 0;

  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->files->len; i++)
    size += ((const File *) g_ptr_array_index (self->files, i))->length;
  return size;
}
