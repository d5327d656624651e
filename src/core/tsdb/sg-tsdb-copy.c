/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-copy.h"

#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-block-writer.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-map.h"
#include "tsdb/sg-store-private.h"
#include "tsdb/sg-tsdb-blocks.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-tsdb-table.h"
#include "tsdb/sg-wal-segments.h"

#include <sys/stat.h>

/*
 * From one data directory into another, whoever writes to them meanwhile.
 *
 * A block that is wanted whole is copied file by file, after all its checksums were compared: nothing of
 * it is lost then, not even what is not understood here. What is wanted in part, and the head, are read
 * and written as blocks of two hours.
 *
 * A block may be deleted while it is copied, because another one has taken its place: the directory is
 * looked at again then.
 */
#define MAX_TRIES 5
#define PIECE     (1024 * 1024)

typedef struct
{
  const char *from;
  const char *to;
  const SgTsdbPart *part;
  const SgTsdbTask *task;
  SgTimeMs late_from;
  GPtrArray *metas;
  guint64 total;
  guint64 done;
  guint n_left_out;
} Copy;

static gboolean
look_around (Copy     *self,
             guint64   more,
             GError  **error)
{
  self->done += more;
  if (self->task->progress != NULL)
    self->task->progress (MIN (self->done, self->total), self->total, self->task->progress_data);
  return !g_cancellable_set_error_if_cancelled (self->task->cancellable, error);
}

G_GNUC_PRINTF (2, 3)
static void
warn (Copy       *self,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->task->warnings, g_strdup_vprintf (format, args));
  va_end (args);
}

static gboolean
copy_file (Copy        *self,
           const char  *from,
           const char  *to,
           GError     **error)
{
  g_autoptr (SgMap) map = sg_map_new (from, error);
  g_autoptr (SgFileWriter) writer = NULL;
  gsize length;

  if (map == NULL)
    return FALSE;
  writer = sg_file_writer_new (to, error);
  if (writer == NULL)
    return FALSE;
  length = sg_map_get_length (map);
  for (gsize at = 0; at < length; at += PIECE)
    {
      gsize n = MIN (PIECE, length - at);

      if (!sg_file_writer_put (writer, sg_map_get_data (map) + at, n, error)
          || !look_around (self, n, error))
        return FALSE;
    }
  if (!sg_map_is_faulted (map))
    return sg_file_writer_close (writer, error);
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_IO, "%s: the file was cut while it was read",
               from);
  return FALSE;
}

/* Copies the files of a folder, and the folders in it. */
static gboolean
copy_folder (Copy        *self,
             const char  *from,
             const char  *to,
             GError     **error)
{
  GError *problem = NULL;
  g_autoptr (GDir) dir = g_dir_open (from, 0, &problem);
  const char *name;

  if (dir == NULL)
    return sg_tsdb_fail_file (error, problem);
  if (!sg_folder_create (to, error))
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *copy = g_build_filename (to, name, NULL);
      gboolean is_folder = g_file_test (source, G_FILE_TEST_IS_DIR);

      if (!(is_folder ? copy_folder (self, source, copy, error)
                      : copy_file (self, source, copy, error)))
        return FALSE;
    }
  return sg_folder_sync (to, error);
}

/* Gives a copy the hint that its new place asks for. */
static gboolean
adapt_meta (Copy         *self,
            SgBlockMeta  *meta,
            const char   *folder,
            GError      **error)
{
  if (meta->max_time <= self->late_from
      || sg_block_meta_has_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER))
    return TRUE;
  sg_block_meta_add_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER);
  return sg_block_meta_write (meta, folder, error);
}

static gboolean
copy_files (Copy         *self,
            SgBlock      *block,
            SgBlockMeta  *meta,
            const char   *path,
            GError      **error)
{
  g_autofree char *being_made = g_strconcat (path, SG_BLOCK_BEING_MADE, NULL);

  if (sg_folder_remove (being_made, error)
      && copy_folder (self, sg_block_get_folder (block), being_made, error)
      && adapt_meta (self, meta, being_made, error) && sg_folder_sync (being_made, error)
      && sg_folder_rename (being_made, path, error))
    return TRUE;
  sg_folder_remove (being_made, NULL);
  return FALSE;
}

/* Copies a block as it is; one that is damaged is left out. */
static gboolean
copy_block (Copy     *self,
            SgBlock  *block,
            GError  **error)
{
  g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (block);
  g_autoptr (GError) damage = NULL;
  g_autofree char *path = NULL;
  char name[SG_ULID_LENGTH + 1];

  sg_ulid_print (&meta->ulid, name);
  path = g_build_filename (self->to, name, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      self->done += sg_block_get_size (block);
      return TRUE;
    }
  if (!sg_block_verify (block, self->task->cancellable, &damage))
    {
      if (!g_error_matches (damage, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT))
        {
          g_propagate_error (error, g_steal_pointer (&damage));
          return FALSE;
        }
      warn (self, "left out: %s", damage->message);
      self->n_left_out++;
      return TRUE;
    }
  if (!copy_files (self, block, meta, path, error))
    return FALSE;
  g_ptr_array_add (self->metas, g_steal_pointer (&meta));
  return TRUE;
}

/* Reads what @querier has of a span of time into @builder. */
static gboolean
read_span (Copy            *self,
           SgQuerier       *querier,
           SgTimeMs         min_t,
           SgTimeMs         max_t,
           SgBlockBuilder  *builder,
           GError         **error)
{
  SgSelectHints hints = { .start = min_t, .end = max_t };
  g_autoptr (SgSeriesSet) set =
      sg_querier_select (querier, self->part->matchers, self->part->n_matchers, &hints,
                         self->task->cancellable, error);
  g_autoptr (GError) problem = NULL;
  const SgSeries *series;

  if (set == NULL)
    return FALSE;
  while (sg_series_set_next (set, &series, &problem))
    {
      if (!sg_block_builder_add_series (builder, series, error) || !look_around (self, 0, error))
        return FALSE;
    }
  for (const char *const *text = sg_series_set_get_warnings (set); *text != NULL; text++)
    warn (self, "%s", *text);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
write_built (Copy            *self,
             SgBlockBuilder  *builder,
             GError         **error)
{
  return sg_block_builder_write (builder, self->to, self->late_from, self->metas,
                                 self->task->cancellable, error);
}

/* The part of a block that is wanted, two hours at a time. */
static gboolean
rewrite_block (Copy     *self,
               SgBlock  *block,
               GError  **error)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (SG_TSDB_RANGE_MS);
  SgTimeMs min_t = MAX (self->part->min_ms, sg_block_get_min_time (block));
  SgTimeMs max_t = MIN (self->part->max_ms, sg_block_get_max_time (block) - 1);
  g_autoptr (SgQuerier) querier = NULL;

  g_ptr_array_add (blocks, sg_block_ref (block));
  querier = sg_block_querier_new (blocks);
  while (min_t <= max_t)
    {
      gint64 range = min_t / SG_TSDB_RANGE_MS - (min_t % SG_TSDB_RANGE_MS < 0);
      SgTimeMs last = MIN (max_t, (range + 1) * SG_TSDB_RANGE_MS - 1);

      if (!read_span (self, querier, min_t, last, builder, error)
          || !write_built (self, builder, error))
        return FALSE;
      min_t = last + 1;
    }
  return look_around (self, sg_block_get_size (block), error);
}

static gboolean
take_block (Copy     *self,
            SgBlock  *block,
            GError  **error)
{
  SgTimeMs min_t = sg_block_get_min_time (block);
  SgTimeMs max_t = sg_block_get_max_time (block) - 1;

  if (min_t > self->part->max_ms || max_t < self->part->min_ms)
    return look_around (self, sg_block_get_size (block), error);
  if (min_t >= self->part->min_ms && max_t <= self->part->max_ms && self->part->n_matchers == 0)
    return copy_block (self, block, error);
  return rewrite_block (self, block, error);
}

/* What is in the log and in no block. */
static gboolean
take_head (Copy     *self,
           SgStore  *store,
           GError  **error)
{
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (SG_TSDB_RANGE_MS);
  g_autoptr (SgQuerier) querier = sg_head_querier_new (sg_store_get_head (store));

  return read_span (self, querier, self->part->min_ms, self->part->max_ms, builder, error)
         && write_built (self, builder, error);
}

/* What a writer is in the middle of writing is no damage; all else that could not be read is. */
static void
tell_damage (Copy    *self,
             SgStore *store)
{
  g_autofree char *repairs = sg_store_get_repairs (store);
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (store->wal_path, NULL);
  const SgWalSegment *newest = NULL;
  g_autofree char *writer = NULL;

  if (*repairs == '\0')
    return;
  if (segments != NULL && segments->len > 0)
    newest = segments->pdata[segments->len - 1];
  writer = sg_store_lock_find_holder (self->from, newest != NULL ? newest->path : NULL);
  warn (self, "left out: %s", repairs);
  self->n_left_out += writer == NULL;
}

static gboolean
take_all (Copy    *self,
          GError **error)
{
  SgStoreOptions options = { .path = self->from, .tsdb_path = self->from, .read_only = TRUE };
  g_autoptr (SgStore) store = sg_store_new (&options, error);
  g_autoptr (GPtrArray) blocks = NULL;

  if (store == NULL)
    return FALSE;
  blocks = sg_store_ref_blocks (store);
  self->total = self->done = 0;
  for (guint i = 0; i < blocks->len; i++)
    self->total += sg_block_get_size (blocks->pdata[i]);
  for (guint i = 0; i < blocks->len; i++)
    {
      if (!take_block (self, blocks->pdata[i], error))
        return FALSE;
    }
  tell_damage (self, store);
  return take_head (self, store, error);
}

/* Tries again as long as blocks disappear; those that were copied stay, as they are as good. */
static gboolean
take_all_patiently (Copy    *self,
                    GError **error)
{
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      g_clear_error (&problem);
      if (take_all (self, &problem))
        return TRUE;
      if (!g_error_matches (problem, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING))
        break;
    }
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
check_different (const char  *from,
                 const char  *to,
                 GError     **error)
{
  struct stat source;
  struct stat target;

  if (stat (from, &source) != 0 || stat (to, &target) != 0 || source.st_ino != target.st_ino
      || source.st_dev != target.st_dev)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID,
               "%s and %s are the same directory: name another one", from, to);
  return FALSE;
}

/**
 * sg_tsdb_copy:
 * @from: a data directory, in use or not
 * @to: another one, in use or not
 * @part: which part of it
 * @task: who is told, and who may cancel
 * @table: which blocks were made is appended here
 * @error: why nothing was copied, or that something was left out
 *
 * Copies samples as blocks; nothing is written into @from. When it fails before its end, the blocks that
 * it has made are removed again. Blocks that are in @to already are not copied again;
 * the head is, since nothing tells that it is the same.
 *
 * Returns: whether all of the part is in @to
 */
gboolean
sg_tsdb_copy (const char        *from,
              const char        *to,
              const SgTsdbPart  *part,
              const SgTsdbTask  *task,
              GString           *table,
              GError           **error)
{
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  Copy self = { .from = from,
                .to = to,
                .part = part,
                .task = task,
                .late_from = sg_tsdb_find_late_time (to),
                .metas = metas };

  if (!check_different (from, to, error))
    return FALSE;
  if (!take_all_patiently (&self, error))
    {
      sg_tsdb_remove_blocks (to, metas);
      return FALSE;
    }
  sg_tsdb_print_blocks (to, metas, task->human, table);
  if (self.n_left_out == 0)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "not all of %s is in %s: what is damaged was left out", from, to);
  return FALSE;
}
