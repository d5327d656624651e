/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-checkpoint.h"

#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-reader.h"
#include "tsdb/sg-wal-record.h"
#include "tsdb/sg-wal-segments.h"
#include "tsdb/sg-wal-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * A checkpoint is a log of its own that stands for the segments up to its number: the names that are
 * still needed, and what is not in blocks yet, in the order in which it was written, with the metadata
 * at the end, the last of each series. It begins with the checkpoint before it. It is made in a folder
 * "checkpoint.NNNNNNNN.tmp", and counts once that is on the disk and renamed.
 *
 * Damage ends it: nothing may be deleted that was not read.
 */
#define FLUSH_LENGTH (1024 * 1024)

typedef struct
{
  const SgWalCheckpointFilter *filter;
  SgWalWriter *writer;
  gboolean compress;
  SgWalBatch batch;
  SgWireWriter record;
  GArray *series;
  GArray *samples;
  GArray *tombstones;
  GArray *exemplars;
  GArray *read_metadata;
  GHashTable *metadata;
} Checkpoint;

static void
metadata_free (gpointer data)
{
  SgWalMetadata *metadata = data;

  g_free (metadata->unit);
  g_free (metadata->help);
  g_free (metadata);
}

static void
checkpoint_init (Checkpoint                  *self,
                 const SgWalCheckpointFilter *filter,
                 SgWalWriter                 *writer,
                 gboolean                     compress)
{
  *self = (Checkpoint) { .filter = filter, .writer = writer, .compress = compress };
  sg_wal_batch_init (&self->batch);
  self->series = sg_wal_series_array_new ();
  self->samples = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  self->tombstones = g_array_new (FALSE, FALSE, sizeof (SgWalTombstone));
  self->exemplars = sg_wal_exemplars_array_new ();
  self->read_metadata = sg_wal_metadata_array_new ();
  self->metadata = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, metadata_free);
}

static void
checkpoint_clear (Checkpoint *self)
{
  sg_wal_batch_clear (&self->batch);
  sg_wire_writer_clear (&self->record);
  g_array_unref (self->series);
  g_array_unref (self->samples);
  g_array_unref (self->tombstones);
  g_array_unref (self->exemplars);
  g_array_unref (self->read_metadata);
  g_hash_table_unref (self->metadata);
}

static void
add_record (Checkpoint *self)
{
  sg_wal_batch_add (&self->batch, self->record.data, self->record.length, self->compress);
  sg_wire_writer_reset (&self->record);
}

static gboolean
flush (Checkpoint  *self,
       GError     **error)
{
  gboolean good =
      self->batch.records->len == 0 || sg_wal_writer_log (self->writer, &self->batch, error);

  sg_wal_batch_reset (&self->batch);
  return good;
}

static gboolean
keep_series (Checkpoint    *self,
             const guint8  *record,
             gsize          length,
             GError       **error)
{
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (SgWalSeries));

  g_array_set_size (self->series, 0);
  if (!sg_wal_decode_series (record, length, self->series, error))
    return FALSE;
  for (guint i = 0; i < self->series->len; i++)
    {
      const SgWalSeries *item = &g_array_index (self->series, SgWalSeries, i);

      if (item->labels != NULL && self->filter->keep (item->ref, self->filter->user_data))
        g_array_append_val (kept, *item);
    }
  if (kept->len > 0)
    {
      sg_wal_encode_series (&self->record, (const SgWalSeries *) (gpointer) kept->data, kept->len);
      add_record (self);
    }
  return TRUE;
}

static gboolean
keep_samples (Checkpoint    *self,
              const guint8  *record,
              gsize          length,
              GError       **error)
{
  SgWalSample *samples;
  guint kept = 0;

  g_array_set_size (self->samples, 0);
  if (!sg_wal_decode_samples (record, length, self->samples, error))
    return FALSE;
  samples = (SgWalSample *) (gpointer) self->samples->data;
  for (guint i = 0; i < self->samples->len; i++)
    {
      if (samples[i].t >= self->filter->min_t)
        samples[kept++] = samples[i];
    }
  if (kept > 0)
    {
      sg_wal_encode_samples (&self->record, samples, kept);
      add_record (self);
    }
  return TRUE;
}

static gboolean
keep_tombstones (Checkpoint    *self,
                 const guint8  *record,
                 gsize          length,
                 GError       **error)
{
  SgWalTombstone *stones;
  guint kept = 0;

  g_array_set_size (self->tombstones, 0);
  if (!sg_wal_decode_tombstones (record, length, self->tombstones, error))
    return FALSE;
  stones = (SgWalTombstone *) (gpointer) self->tombstones->data;
  for (guint i = 0; i < self->tombstones->len; i++)
    {
      if (stones[i].max_t >= self->filter->min_t)
        stones[kept++] = stones[i];
    }
  if (kept > 0)
    {
      sg_wal_encode_tombstones (&self->record, stones, kept);
      add_record (self);
    }
  return TRUE;
}

static gboolean
keep_exemplars (Checkpoint    *self,
                const guint8  *record,
                gsize          length,
                GError       **error)
{
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (SgWalExemplar));

  g_array_set_size (self->exemplars, 0);
  if (!sg_wal_decode_exemplars (record, length, self->exemplars, error))
    return FALSE;
  for (guint i = 0; i < self->exemplars->len; i++)
    {
      const SgWalExemplar *item = &g_array_index (self->exemplars, SgWalExemplar, i);

      if (item->t >= self->filter->min_t)
        g_array_append_val (kept, *item);
    }
  if (kept->len > 0)
    {
      sg_wal_encode_exemplars (&self->record, (const SgWalExemplar *) (gpointer) kept->data,
                               kept->len);
      add_record (self);
    }
  return TRUE;
}

/* Remembers the last of each series, for the end. */
static gboolean
keep_metadata (Checkpoint    *self,
               const guint8  *record,
               gsize          length,
               GError       **error)
{
  g_array_set_size (self->read_metadata, 0);
  if (!sg_wal_decode_metadata (record, length, self->read_metadata, error))
    return FALSE;
  for (guint i = 0; i < self->read_metadata->len; i++)
    {
      const SgWalMetadata *item = &g_array_index (self->read_metadata, SgWalMetadata, i);
      SgWalMetadata *copy;

      if (!self->filter->keep (item->ref, self->filter->user_data))
        continue;
      copy = g_new (SgWalMetadata, 1);
      *copy =
          (SgWalMetadata) { item->ref, item->type, g_strdup (item->unit), g_strdup (item->help) };
      g_hash_table_replace (self->metadata, &copy->ref, copy);
    }
  return TRUE;
}

static void
add_metadata (Checkpoint *self)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SgWalMetadata));
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->metadata);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_array_append_vals (all, item, 1);
  if (all->len == 0)
    return;
  sg_wal_encode_metadata (&self->record, (const SgWalMetadata *) (gpointer) all->data, all->len);
  add_record (self);
}

static gboolean
keep_record (Checkpoint    *self,
             const guint8  *record,
             gsize          length,
             GError       **error)
{
  switch (length > 0 ? record[0] : 0)
    {
    case SG_WAL_SERIES:
      return keep_series (self, record, length, error);
    case SG_WAL_SAMPLES:
    case SG_WAL_SAMPLES_2:
      return keep_samples (self, record, length, error);
    case SG_WAL_TOMBSTONES:
      return keep_tombstones (self, record, length, error);
    case SG_WAL_EXEMPLARS:
      return keep_exemplars (self, record, length, error);
    case SG_WAL_METADATA:
      return keep_metadata (self, record, length, error);
    default:
      return TRUE;
    }
}

static gboolean
read_segments (Checkpoint  *self,
               const char  *folder,
               guint64      first,
               guint64      last,
               GError     **error)
{
  g_autoptr (SgWalReader) reader = sg_wal_reader_new (folder, first, last, error);
  GError *local = NULL;
  const guint8 *record;
  gsize length;

  if (reader == NULL)
    return FALSE;
  while (sg_wal_reader_next (reader, &record, &length, &local))
    {
      if (!keep_record (self, record, length, error))
        return FALSE;
      if (self->batch.bytes.length >= FLUSH_LENGTH && !flush (self, error))
        return FALSE;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Where the segments begin that no checkpoint stands for. */
static gboolean
find_first_segment (const char  *folder,
                    guint64     *ret_first,
                    GError     **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);

  if (segments == NULL)
    return FALSE;
  *ret_first = segments->len > 0 ? ((const SgWalSegment *) segments->pdata[0])->index : 0;
  return TRUE;
}

static gboolean
read_all (Checkpoint  *self,
          const char  *folder,
          guint64      last,
          GError     **error)
{
  g_autofree char *before = NULL;
  guint64 index;
  guint64 first;

  if (!sg_wal_find_checkpoint (folder, &before, &index, error))
    return FALSE;
  if (before != NULL)
    first = index + 1;
  else if (!find_first_segment (folder, &first, error))
    return FALSE;
  if (before != NULL && !read_segments (self, before, 0, G_MAXUINT64, error))
    return FALSE;
  if (!read_segments (self, folder, first, last, error))
    return FALSE;
  add_metadata (self);
  return flush (self, error);
}

static gboolean
sync_file (const char  *path,
           GError     **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;

  if (!good)
    sg_tsdb_fail_errno (error, errno, path, "write to disk");
  if (fd >= 0)
    close (fd);
  return good;
}

static gboolean
sync_all (const char  *folder,
          GError     **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    {
      if (!sync_file (((const SgWalSegment *) segments->pdata[i])->path, error))
        return FALSE;
    }
  return segments != NULL && sg_folder_sync (folder, error);
}

static gboolean
fill (const char                   *temporary,
      const char                   *folder,
      guint64                       last,
      const SgWalCheckpointFilter  *filter,
      gboolean                      compress,
      GError                      **error)
{
  SgWalOptions options = { .sync = SG_WAL_SYNC_NEVER, .plain = !compress };
  SgWalWriter *writer = sg_wal_writer_new (temporary, 0, &options, error);
  Checkpoint checkpoint;
  gboolean good;

  if (writer == NULL)
    return FALSE;
  checkpoint_init (&checkpoint, filter, writer, compress);
  good = read_all (&checkpoint, folder, last, error);
  checkpoint_clear (&checkpoint);
  good = sg_wal_writer_close (writer, good ? error : NULL) && good;
  return good && sync_all (temporary, error);
}

/**
 * sg_wal_checkpoint_create:
 * @folder: a log
 * @last: the last segment that the checkpoint stands for
 * @filter: what is still needed
 * @compress: whether its records are compressed
 * @error: why there is none now
 *
 * Segments and older checkpoints stay where they are.
 *
 * Returns: whether there is a checkpoint of this number now
 */
gboolean
sg_wal_checkpoint_create (const char                   *folder,
                          guint64                       last,
                          const SgWalCheckpointFilter  *filter,
                          gboolean                      compress,
                          GError                      **error)
{
  g_autofree char *path = sg_wal_checkpoint_path (folder, last);
  g_autofree char *temporary = g_strconcat (path, ".tmp", NULL);

  if (!sg_folder_remove (temporary, error) || !sg_folder_create (temporary, error))
    return FALSE;
  if (fill (temporary, folder, last, filter, compress, error) && sg_folder_remove (path, error)
      && sg_folder_rename (temporary, path, error))
    return TRUE;
  sg_folder_remove (temporary, NULL);
  return FALSE;
}
