/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-private.h"

#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-repair.h"
#include "tsdb/sg-wal-segments.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

/*
 * Opening reads, in this order: the blocks, the full chunks, the newest checkpoint, the segments after
 * it, the log of late samples. Only when all is read and nothing speaks against writing is anything
 * written: what was damaged is repaired, so that the log ends with its last good record, and what is cut
 * off is kept aside (sg-wal-repair.c). Nothing that is damaged is a reason not to open.
 *
 * The first time that Sightglass writes to a directory, the chunks are compared with the log. Chunks of
 * another directory, or of a log that is lost, have references that mean something else here, and would
 * be served under the name of another series. If there is one, all chunks are set aside and the head is
 * filled from the log alone, which has every sample that they have.
 *
 * A log with records that are not known here (native histograms, a compression that was not built in)
 * could be read, but a checkpoint would lose them: it is carried on only if the user has said so, and
 * is kept aside as it was.
 */

/* How often a directory is read again that somebody else writes to. */
#define MAX_READS 3

/* Opening for writing ends here, but not opening: what was read is there to be read. */
static void
give_up_writing (SgStore      *self,
                 const GError *reason)
{
  sg_store_set_read_only (self, reason->message);
}

typedef enum
{
  KIND_CHECKPOINT,
  KIND_LOG,
  KIND_LATE,
  N_KINDS,
} Kind;

/* What is wrong with a log, and where it is. */
typedef struct
{
  char *folder;
  char *name;
  SgWalDamage damage;
  SgWalPosition end;
} LogDamage;

typedef struct
{
  LogDamage logs[N_KINDS];
  SgHeadChunksDamage chunks;
  gboolean foreign_chunks;
} Damages;

static void
damages_clear (Damages *damages)
{
  for (guint i = 0; i < N_KINDS; i++)
    {
      g_free (damages->logs[i].folder);
      g_free (damages->logs[i].name);
    }
  *damages = (Damages) { 0 };
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Damages, damages_clear)

/*
 * Reads a log from segment @first on, or the checkpoint of number @first. Only what the system refuses
 * to read is an error.
 */
static gboolean
read_one (SgStore       *self,
          SgHeadReplay  *replay,
          Kind           kind,
          const char    *folder,
          const char    *name,
          guint64        first,
          Damages       *damages,
          GError       **error)
{
  LogDamage *found = &damages->logs[kind];
  g_autoptr (GError) problem = NULL;
  gboolean good;

  found->folder = g_strdup (folder);
  found->name = g_strdup (name);
  if (kind == KIND_CHECKPOINT)
    good = sg_head_replay_read_checkpoint (replay, folder, first, &found->damage, &found->end,
                                           &problem);
  else if (kind == KIND_LATE)
    good = sg_head_replay_read_late (replay, folder, first, G_MAXUINT64, &found->damage,
                                     &found->end, &problem);
  else
    good = sg_head_replay_read (replay, folder, first, G_MAXUINT64, &found->damage, &found->end,
                                &problem);
  if (!good && found->damage == SG_WAL_DAMAGE_NONE)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (!good)
    sg_store_note (self, "%s", problem->message);
  return TRUE;
}

/* Where a log without a checkpoint begins: with whatever segment is there. */
static gboolean
find_first (const char  *folder,
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
read_checkpoint (SgStore       *self,
                 SgHeadReplay  *replay,
                 guint64       *ret_next,
                 Damages       *damages,
                 GError       **error)
{
  g_autofree char *checkpoint = NULL;
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  guint64 index;

  if (!sg_wal_find_checkpoint (self->wal_path, &checkpoint, &index, error))
    return FALSE;
  if (checkpoint == NULL)
    return find_first (self->wal_path, ret_next, error);
  base = g_path_get_basename (checkpoint);
  name = g_build_filename ("wal", base, NULL);
  *ret_next = index + 1;
  return read_one (self, replay, KIND_CHECKPOINT, checkpoint, name, index, damages, error);
}

static gboolean
read_logs (SgStore       *self,
           SgHeadReplay  *replay,
           Damages       *damages,
           GError       **error)
{
  guint64 first;
  guint64 late_first;

  return read_checkpoint (self, replay, &first, damages, error)
         && read_one (self, replay, KIND_LOG, self->wal_path, "wal", first, damages, error)
         && find_first (self->late_path, &late_first, error)
         && read_one (self, replay, KIND_LATE, self->late_path, "wbl", late_first, damages, error);
}

/* Sets aside the chunk files from @first on; those before it stay. */
static gboolean
set_chunks_aside (SgStore  *self,
                  guint64   first,
                  GError  **error)
{
  g_autoptr (GPtrArray) files = sg_wal_list_segments (self->chunks_path, error);

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const SgWalSegment *file = files->pdata[i];
      g_autofree char *base = g_path_get_basename (file->path);
      g_autofree char *name = g_build_filename ("chunks_head", base, NULL);

      if (file->index >= first && !sg_store_aside_move (self->aside, file->path, name, error))
        return FALSE;
    }
  return TRUE;
}

/* Fills a new head. With @chunks, from the files of full chunks too. */
static gboolean
fill_head (SgStore   *self,
           gboolean   chunks,
           Damages   *damages,
           GError   **error)
{
  g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (SgHeadStoredChunk));
  SgHeadReplay *replay;
  gboolean good;

  damages_clear (damages);
  g_clear_pointer (&self->head, sg_head_unref);
  self->head = sg_head_new (&self->options.head);
  self->head->min_valid_t = sg_store_get_blocks_end (self);
  sg_head_set_cache (self->head, self->cache);
  self->head->chunks = sg_head_chunks_new (self->chunks_path, &self->head->gate);
  if (chunks && !sg_head_chunks_load (self->head->chunks, stored, &damages->chunks, error))
    return FALSE;
  replay =
      sg_head_replay_new (self->head, stored, self->options.progress, self->options.progress_data);
  sg_head_replay_set_suspicious (replay, self->lock != NULL && !sg_store_lock_is_ours (self->lock));
  good = read_logs (self, replay, damages, error);
  self->replay = *sg_head_replay_get_stats (replay);
  damages->foreign_chunks = sg_head_replay_finish (replay);
  return good;
}

/* Which checkpoint is the newest, and 0 when there is none. */
static guint64
newest_checkpoint (SgStore *self)
{
  g_autofree char *path = NULL;
  guint64 index = 0;

  sg_wal_find_checkpoint (self->wal_path, &path, &index, NULL);
  return index;
}

/*
 * Somebody else may be writing to a directory that is opened for reading, and delete segments that were
 * about to be read: then it is read again, from its new checkpoint on.
 */
static gboolean
read_directory (SgStore  *self,
                Damages  *damages,
                GError  **error)
{
  for (guint i = 0;; i++)
    {
      guint64 before = newest_checkpoint (self);
      g_autoptr (GError) local = NULL;
      gboolean good =
          sg_store_load_blocks (self, &local) && fill_head (self, TRUE, damages, &local);
      gboolean again = self->lock == NULL && i < MAX_READS && newest_checkpoint (self) != before;

      if (!again && local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      if (!again)
        return good;
    }
}

static void
repair_log (SgStore         *self,
            const LogDamage *found)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  if (found->damage == SG_WAL_DAMAGE_NONE || !sg_store_may_write (self))
    return;
  if (!sg_wal_repair (found->folder, found->name, found->damage, found->end, self->aside, &error))
    give_up_writing (self, error);
  sg_store_report (self, "reconciliation", found->name, started_us, 1, error);
  if (sg_store_aside_get_folder (self->aside) != NULL && error == NULL)
    sg_store_note (self, "%s: what could not be read is kept in %s", found->name,
                   sg_store_aside_get_folder (self->aside));
}

/* Keeps a copy of a file of full chunks, and cuts it where its good chunks end. */
static gboolean
cut_chunks (SgStore                   *self,
            const SgHeadChunksDamage  *found,
            GError                   **error)
{
  g_autofree char *path = g_strdup_printf ("%s/%06u", self->chunks_path, found->file);
  g_autofree char *name = g_strdup_printf ("chunks_head/%06u", found->file);
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    return sg_tsdb_fail_errno (error, errno, path, "look at");
  if (info.st_size > 0 && !sg_store_aside_copy (self->aside, path, name, error))
    return FALSE;
  if ((found->offset > 0 ? truncate (path, (off_t) found->offset) : unlink (path)) != 0)
    return sg_tsdb_fail_errno (error, errno, path, "cut");
  return TRUE;
}

/*
 * What is behind the good chunks of a damaged file, and the files after it, are of no use any more: what
 * they have was read from the log, and is written again.
 */
static void
repair_chunks (SgStore                  *self,
               const SgHeadChunksDamage *found)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  if (found->file == 0)
    return;
  sg_store_note (self,
                 "%s/%06u: byte %" G_GUINT64_FORMAT
                 ": a chunk is not whole; read from the log instead",
                 self->chunks_path, found->file, found->offset);
  if (!sg_store_may_write (self))
    return;
  if (!set_chunks_aside (self, (guint64) found->file + 1, &error)
      || !cut_chunks (self, found, &error))
    give_up_writing (self, error);
  sg_store_report (self, "reconciliation", "chunks_head", started_us, 1, error);
}

static gboolean
replace_chunks (SgStore  *self,
                Damages  *damages,
                GError  **error)
{
  g_autoptr (GError) local = NULL;

  sg_store_note (self,
                 "%s has chunks that are not of this log: they are set aside, and the head is "
                 "filled from the log",
                 self->chunks_path);
  if (!set_chunks_aside (self, 0, &local))
    give_up_writing (self, local);
  return fill_head (self, FALSE, damages, error);
}

static gboolean
copy_aside (SgStore     *self,
            const char  *folder,
            const char  *name,
            GError     **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    {
      const SgWalSegment *segment = segments->pdata[i];
      g_autofree char *base = g_path_get_basename (segment->path);
      g_autofree char *place = g_build_filename (name, base, NULL);

      if (!sg_store_aside_copy (self->aside, segment->path, place, error))
        return FALSE;
    }
  return segments != NULL;
}

static gboolean
keep_log_aside (SgStore  *self,
                GError  **error)
{
  g_autofree char *checkpoint = NULL;
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  guint64 index;

  if (!copy_aside (self, self->wal_path, "wal", error)
      || !sg_wal_find_checkpoint (self->wal_path, &checkpoint, &index, error))
    return FALSE;
  if (checkpoint == NULL)
    return TRUE;
  base = g_path_get_basename (checkpoint);
  name = g_build_filename ("wal", base, NULL);
  return copy_aside (self, checkpoint, name, error);
}

/* Decides about records that are not known here. */
static void
judge_records (SgStore *self)
{
  guint64 n = self->replay.opaque + self->replay.unreadable;
  g_autoptr (GError) error = NULL;

  if (n == 0 || !sg_store_may_write (self)
      || self->replay.strange_segment < sg_store_lock_get_accepted (self->lock))
    return;
  if (!self->options.take_over)
    g_set_error (&error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                 "%s has %" G_GUINT64_FORMAT
                 " records that cannot be written again, such as native "
                 "histograms: open it for reading, or say that they may be left out",
                 self->wal_path, n);
  else if (keep_log_aside (self, &error))
    {
      sg_store_lock_set_accepted (self->lock, self->replay.strange_segment + 1);
      sg_store_note (self,
                     "%s had %" G_GUINT64_FORMAT
                     " records that cannot be written again; it is kept in %s",
                     self->wal_path, n, sg_store_aside_get_folder (self->aside));
    }
  if (error != NULL)
    give_up_writing (self, error);
}

static gboolean
next_segment (const char  *folder,
              guint64     *ret_next,
              GError     **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);
  g_autofree char *checkpoint = NULL;
  guint64 index;

  if (segments == NULL || !sg_wal_find_checkpoint (folder, &checkpoint, &index, error))
    return FALSE;
  *ret_next = checkpoint != NULL ? index + 1 : 0;
  if (segments->len > 0)
    *ret_next =
        MAX (*ret_next, ((const SgWalSegment *) segments->pdata[segments->len - 1])->index + 1);
  return TRUE;
}

static void
on_synced (gint64        duration_us,
           guint64       records,
           const GError *failure,
           gpointer      user_data)
{
  sg_store_report (user_data, "write_behind", "wal", g_get_monotonic_time () - duration_us, records,
                   failure);
}

static SgWalWriter *
open_log (SgStore     *self,
          const char  *folder,
          GError     **error)
{
  SgWalOptions options = self->options.wal;
  guint64 next;

  options.synced = on_synced;
  options.synced_data = self;
  if (!next_segment (folder, &next, error))
    return NULL;
  return sg_wal_writer_new (folder, next, &options, error);
}

/* Deletes what a process that ended early was making. What cannot be deleted does no harm. */
static void
remove_remains (SgStore *self)
{
  g_autoptr (GError) error = NULL;

  if (!sg_block_remove_remains (self->tsdb_path, &error)
      || !sg_wal_delete_checkpoints (self->wal_path, 0, &error))
    sg_store_note (self, "%s", error->message);
}

/*
 * Repairs what is damaged, and opens the logs for writing. When a checkpoint has lost names, samples in
 * the segments after it have none: those are kept, too.
 */
static void
begin_writing (SgStore       *self,
               const Damages *damages)
{
  g_autoptr (GError) error = NULL;

  if (damages->logs[KIND_CHECKPOINT].damage != SG_WAL_DAMAGE_NONE && sg_store_may_write (self)
      && !copy_aside (self, self->wal_path, "wal", &error))
    give_up_writing (self, error);
  for (guint i = 0; i < N_KINDS; i++)
    repair_log (self, &damages->logs[i]);
  repair_chunks (self, &damages->chunks);
  if (!sg_store_may_write (self))
    return;
  remove_remains (self);
  self->settled = TRUE;
  if (!sg_store_load_blocks (self, &error))
    g_clear_error (&error);
  self->head->wal = open_log (self, self->wal_path, &error);
  if (self->head->wal != NULL && self->options.head.late_ms > 0)
    self->head->late_wal = open_log (self, self->late_path, &error);
  if (error == NULL && !sg_store_lock_mark (self->lock, &error))
    g_clear_error (&error);
  if (error != NULL)
    give_up_writing (self, error);
  else
    sg_head_begin_files (self->head);
}

/**
 * sg_store_load:
 * @self: a store that has a lock if it may write
 * @error: why the directory cannot be read
 *
 * Returns: whether it was read
 */
gboolean
sg_store_load (SgStore  *self,
               GError  **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_auto (Damages) damages = { 0 };

  if (!read_directory (self, &damages, error))
    return FALSE;
  judge_records (self);
  if (damages.foreign_chunks && sg_store_may_write (self)
      && !replace_chunks (self, &damages, error))
    return FALSE;
  self->replay_us = (guint64) (g_get_monotonic_time () - started_us);
  sg_store_report (self, "read_through", "wal", started_us, self->replay.samples, NULL);
  begin_writing (self, &damages);
  if (self->lock != NULL && self->read_only_reason != NULL)
    g_clear_pointer (&self->lock, sg_store_lock_free);
  return TRUE;
}
