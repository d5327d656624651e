/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-private.h"

#include "tsdb/sg-block.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <errno.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (SgStore, sg_store, G_TYPE_OBJECT)

static void
sg_store_finalize (GObject *object)
{
  SgStore *self = SG_STORE (object);

  sg_store_close (self, NULL);
  g_clear_pointer (&self->head, sg_head_unref);
  g_clear_pointer (&self->cache, sg_postings_cache_unref);
  g_clear_pointer (&self->aside, sg_store_aside_free);
  g_clear_object (&self->clock);
  g_string_free (self->repairs, TRUE);
  sg_lock_clear (&self->notes_lock);
  sg_lock_clear (&self->maintaining);
  sg_lock_clear (&self->wal_lock);
  g_ptr_array_unref (self->blocks);
  g_hash_table_unref (self->arrivals);
  sg_lock_clear (&self->blocks_lock);
  g_free (self->read_only_reason);
  g_free (self->tsdb_path);
  g_free (self->wal_path);
  g_free (self->late_path);
  g_free (self->chunks_path);
  G_OBJECT_CLASS (sg_store_parent_class)->finalize (object);
}

static void
sg_store_class_init (SgStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_store_finalize;
}

static void
sg_store_init (SgStore *self)
{
  sg_lock_init (&self->blocks_lock);
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  self->arrivals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sg_lock_init (&self->notes_lock);
  sg_lock_init (&self->maintaining);
  sg_lock_init (&self->wal_lock);
  self->repairs = g_string_new (NULL);
  self->log_due = SG_TIME_MS_MIN;
}

void
sg_store_set_read_only (SgStore    *self,
                        const char *reason)
{
  if (self->read_only_reason == NULL)
    self->read_only_reason = g_strdup (reason);
}

/* Whether the store was opened for writing, and nothing has come in between. */
gboolean
sg_store_may_write (SgStore *self)
{
  return self->lock != NULL && self->read_only_reason == NULL;
}

/* The same, for who wants to write: @verb is what cannot be done. */
gboolean
sg_store_check_writable (SgStore     *self,
                         const char  *verb,
                         GError     **error)
{
  const char *reason = sg_store_get_read_only_reason (self);

  if (reason == NULL)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY, "nothing can be %s: %s", verb,
               reason);
  return FALSE;
}

/* Remembers what was damaged, for the health of the store; what was said before is not said again. */
void
sg_store_note (SgStore    *self,
               const char *format,
               ...)
{
  g_autofree char *note = NULL;
  va_list args;

  va_start (args, format);
  note = g_strdup_vprintf (format, args);
  va_end (args);
  SG_LOCK_SCOPE (&self->notes_lock);
  if (strstr (self->repairs->str, note) != NULL)
    return;
  if (self->repairs->len > 0)
    g_string_append_c (self->repairs, '\n');
  g_string_append (self->repairs, note);
}

/* Tells the sink of an operation that began at @started_us of the monotonic clock and ends now. */
void
sg_store_report (SgStore      *self,
                 const char   *type,
                 const char   *key,
                 gint64        started_us,
                 guint64       records,
                 const GError *failure)
{
  gint64 duration_us = g_get_monotonic_time () - started_us;
  SgOperation operation = {
    .type = type,
    .key = key,
    .start = { sg_clock_now_ns (self->clock).ns - duration_us * 1000 },
    .duration_us = duration_us,
    .status = failure != NULL ? SG_OPERATION_FAILED : SG_OPERATION_SUCCESS,
    .records = records,
    .error = failure != NULL ? failure->message : NULL,
  };

  sg_operation_report (self->options.sink, &operation);
}

/* Asks for the right to write. Without it the store is opened for reading. */
static gboolean
acquire_lock (SgStore  *self,
              GError  **error)
{
  g_autoptr (GPtrArray) segments = NULL;
  g_autoptr (GError) refused = NULL;
  const SgWalSegment *newest = NULL;

  if (g_mkdir_with_parents (self->tsdb_path, 0777) != 0)
    return sg_tsdb_fail_errno (error, errno, self->tsdb_path, "create");
  segments = sg_wal_list_segments (self->wal_path, error);
  if (segments == NULL)
    return FALSE;
  if (segments->len > 0)
    newest = segments->pdata[segments->len - 1];
  self->lock =
      sg_store_lock_acquire (self->tsdb_path, newest != NULL ? newest->path : NULL, &refused);
  if (self->lock == NULL)
    sg_store_set_read_only (self, refused->message);
  return TRUE;
}

static SgStore *
store_new (const SgStoreOptions *options)
{
  SgStore *self = g_object_new (SG_TYPE_STORE, NULL);
  g_autofree char *damaged = g_build_filename (options->path, "damaged", NULL);
  g_autoptr (SgCacheBudget) budget = options->cache != NULL
                                         ? sg_cache_budget_ref (options->cache)
                                         : sg_cache_budget_new (SG_CACHE_BUDGET_BYTES);

  self->options = *options;
  self->clock = g_object_ref (options->clock != NULL ? options->clock : sg_clock_get_system ());
  self->tsdb_path = options->tsdb_path != NULL ? g_strdup (options->tsdb_path)
                                               : g_build_filename (options->path, "tsdb", NULL);
  self->cache = sg_postings_cache_new (budget);
  self->options.cache = NULL;
  self->wal_path = g_build_filename (self->tsdb_path, "wal", NULL);
  self->late_path = g_build_filename (self->tsdb_path, "wbl", NULL);
  self->chunks_path = g_build_filename (self->tsdb_path, "chunks_head", NULL);
  self->aside = sg_store_aside_new (damaged, self->clock);
  return self;
}

/**
 * sg_store_new:
 * @options: where it is, and how it is opened
 * @error: why it cannot even be read
 *
 * Returns: (transfer full) (nullable): the store, with what was appended to it before
 */
SgStore *
sg_store_new (const SgStoreOptions  *options,
              GError               **error)
{
  g_autoptr (SgStore) self = store_new (options);

  if (options->read_only)
    sg_store_set_read_only (self, "the directory was opened for reading");
  else if (!acquire_lock (self, error))
    return NULL;
  if (!sg_store_load (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * sg_store_appender_new:
 * @self: a store
 * @error: why nothing can be appended
 *
 * Returns: (transfer full) (nullable): an appender
 */
SgAppender *
sg_store_appender_new (SgStore  *self,
                       GError  **error)
{
  return sg_store_check_writable (self, "appended", error) ? sg_head_appender_new (self->head)
                                                           : NULL;
}

/**
 * sg_store_select_exemplars:
 * @self: a store
 * @matchers: (array length=n_matchers): what must hold for their series
 * @n_matchers: how many
 * @min_t: first time wanted
 * @max_t: last time wanted
 *
 * Returns: (transfer full) (element-type SgSeriesExemplar): the exemplars, by series and time
 */
GPtrArray *
sg_store_select_exemplars (SgStore                *self,
                           const SgMatcher *const *matchers,
                           gsize                   n_matchers,
                           SgTimeMs                min_t,
                           SgTimeMs                max_t)
{
  return sg_head_exemplars_select (&self->head->exemplars, matchers, n_matchers, min_t, max_t);
}

SgHead *
sg_store_get_head (SgStore *self)
{
  return self->head;
}

const char *
sg_store_get_tsdb_path (SgStore *self)
{
  return self->tsdb_path;
}

/* For how long samples are kept, and in how much room; 0 is no bound. */
void
sg_store_get_retention (SgStore *self,
                        gint64  *ret_ms,
                        guint64 *ret_bytes)
{
  *ret_ms = self->options.retention_ms;
  *ret_bytes = self->options.retention_bytes;
}

/* Returns: (nullable): why nothing can be appended; %NULL when it can */
const char *
sg_store_get_read_only_reason (SgStore *self)
{
  if (__atomic_load_n (&self->closed, __ATOMIC_ACQUIRE))
    return "the store is closed";
  return self->read_only_reason;
}

/* Returns: (transfer full): what was found to be damaged, a line each; "" when nothing was */
char *
sg_store_get_repairs (SgStore *self)
{
  SG_LOCK_SCOPE (&self->notes_lock);
  return g_strdup (self->repairs->str);
}

static guint64
folder_bytes (const char *folder)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, NULL);
  guint64 bytes = 0;

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    bytes += ((const SgWalSegment *) segments->pdata[i])->size;
  return bytes;
}

static guint64
log_bytes (const char *folder)
{
  g_autofree char *checkpoint = NULL;
  guint64 index;

  sg_wal_find_checkpoint (folder, &checkpoint, &index, NULL);
  return folder_bytes (folder) + (checkpoint != NULL ? folder_bytes (checkpoint) : 0);
}

static void
count_blocks (SgStore      *self,
              SgStoreStats *stats)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self);

  stats->n_blocks = blocks->len;
  for (guint i = 0; i < blocks->len; i++)
    stats->block_bytes += sg_block_get_size (blocks->pdata[i]);
}

void
sg_store_get_stats (SgStore      *self,
                    SgStoreStats *ret_stats)
{
  *ret_stats = (SgStoreStats) { 0 };
  sg_head_get_stats (self->head, &ret_stats->head);
  sg_lock_acquire (&self->wal_lock);
  if (self->head->wal != NULL)
    sg_wal_writer_get_stats (self->head->wal, &ret_stats->wal);
  sg_lock_release (&self->wal_lock);
  if (self->head->chunks != NULL)
    ret_stats->head_chunk_bytes = sg_head_chunks_get_size (self->head->chunks);
  ret_stats->wal_bytes = log_bytes (self->wal_path) + folder_bytes (self->late_path);
  count_blocks (self, ret_stats);
  ret_stats->replay = self->replay;
  ret_stats->replay_us = self->replay_us;
  ret_stats->files_set_aside = sg_store_aside_get_count (self->aside);
  ret_stats->checkpoints = __atomic_load_n (&self->checkpoints, __ATOMIC_RELAXED);
  ret_stats->checkpoints_failed = __atomic_load_n (&self->checkpoints_failed, __ATOMIC_RELAXED);
  ret_stats->compactions = __atomic_load_n (&self->compactions, __ATOMIC_RELAXED);
  ret_stats->blocks_set_aside = __atomic_load_n (&self->blocks_set_aside, __ATOMIC_RELAXED);
  ret_stats->compactions_failed = __atomic_load_n (&self->compactions_failed, __ATOMIC_RELAXED);
  sg_postings_cache_get_stats (self->cache, &ret_stats->postings_cache);
}

void
sg_store_get_postings_stats (SgStore              *self,
                             SgPostingsCacheStats *ret_stats)
{
  sg_postings_cache_get_stats (self->cache, ret_stats);
}

/**
 * sg_store_get_health:
 * @self: a store
 * @ret_text: (out): a sentence about it
 *
 * Returns: how it is
 */
SgStoreHealth
sg_store_get_health (SgStore  *self,
                     char    **ret_text)
{
  const char *reason = sg_store_get_read_only_reason (self);
  SgStoreStats stats;

  sg_store_get_stats (self, &stats);
  if (reason != NULL)
    {
      *ret_text = g_strdup (reason);
      return SG_STORE_READ_ONLY;
    }
  if (stats.wal.failing || stats.head.chunk_writes_failing)
    {
      *ret_text =
          g_strdup_printf ("the log or the full chunks could not be written; %" G_GUINT64_FORMAT
                           " samples were refused so far",
                           stats.head.refused_log);
      return SG_STORE_FAILING;
    }
  if (__atomic_load_n (&self->maintenance_failing, __ATOMIC_RELAXED))
    {
      *ret_text = g_strdup_printf (
          "blocks or checkpoints could not be written; that failed %" G_GUINT64_FORMAT
          " times so far",
          stats.compactions_failed + stats.checkpoints_failed);
      return SG_STORE_FAILING;
    }
  *ret_text = sg_store_get_repairs (self);
  if (**ret_text != '\0')
    return SG_STORE_REPAIRED;
  g_free (*ret_text);
  *ret_text = g_strdup_printf ("%" G_GUINT64_FORMAT " series", stats.head.n_series);
  return SG_STORE_HEALTHY;
}

static gboolean
close_log (SgStore      *self,
           SgWalWriter **log,
           GError      **error)
{
  SgWalWriter *closed;

  sg_lock_acquire (&self->wal_lock);
  closed = g_steal_pointer (log);
  sg_lock_release (&self->wal_lock);
  return closed == NULL || sg_wal_writer_close (closed, error);
}

/**
 * sg_store_close:
 * @self: a store
 * @error: why what was appended last may not be on the disk
 *
 * Ends the writing, and lets others write: waits for the commits and the maintenance that have begun, and
 * refuses those that come later. What there is can still be queried, and the counts can be read.
 * Closing twice does nothing.
 *
 * Returns: whether all is on the disk, as far as the policy of the log promises
 */
gboolean
sg_store_close (SgStore  *self,
                GError  **error)
{
  gboolean good = TRUE;

  if (__atomic_exchange_n (&self->closed, TRUE, __ATOMIC_ACQ_REL) || self->head == NULL)
    return TRUE;
  SG_LOCK_SCOPE (&self->maintaining);
  sg_head_seal (self->head);
  good = close_log (self, &self->head->wal, error);
  good = close_log (self, &self->head->late_wal, good ? error : NULL) && good;
  g_clear_pointer (&self->lock, sg_store_lock_free);
  return good;
}
