/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-storage-options.h"

#include "base/sg-bytes.h"
#include "base/sg-duration.h"
#include "engine/sg-engine-error.h"

#define DAY_MS                (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)
#define DEFAULT_RETENTION_MS  (15 * DAY_MS)
#define DEFAULT_LOGS_MS       (15 * DAY_MS)
#define DEFAULT_LOGS_BYTES    (G_GUINT64_CONSTANT (10) << 30)
#define DEFAULT_MIN_BLOCK_MS  (G_GINT64_CONSTANT (2) * 60 * 60 * 1000)
#define DEFAULT_MAX_SERIES    1000000
#define DEFAULT_MAX_EXEMPLARS 10000
#define DEFAULT_CACHE_BYTES   SG_CACHE_BUDGET_BYTES
#define MINUTE_MS             G_GINT64_CONSTANT (60000)
#define NOT_GIVEN             G_MININT

/* What Prometheus allows; a segment is a multiple of the log's pages. */
#define MIN_SEGMENT  (10 * 1024 * 1024)
#define MAX_SEGMENT  (256 * 1024 * 1024)
#define SEGMENT_PAGE (32 * 1024)

#define MAX_CACHE (1024 * 1024 * 1024)

void
sg_storage_options_init (SgStorageOptions *self)
{
  *self = (SgStorageOptions) { .retention_ms = DEFAULT_RETENTION_MS,
                               .min_block_ms = DEFAULT_MIN_BLOCK_MS,
                               .max_series = DEFAULT_MAX_SERIES,
                               .max_exemplars = NOT_GIVEN,
                               .cache_bytes = DEFAULT_CACHE_BYTES,
                               .logs_ms = DEFAULT_LOGS_MS,
                               .logs_bytes = DEFAULT_LOGS_BYTES };
}

void
sg_storage_options_copy (SgStorageOptions       *self,
                         const SgStorageOptions *from)
{
  *self = *from;
  self->wal_fsync = g_strdup (from->wal_fsync);
  self->retention_time = g_strdup (from->retention_time);
  self->retention_size = g_strdup (from->retention_size);
  self->late_window = g_strdup (from->late_window);
  self->min_block = g_strdup (from->min_block);
  self->max_block = g_strdup (from->max_block);
  self->segment_size = g_strdup (from->segment_size);
  self->cache_size = g_strdup (from->cache_size);
  self->logs_time = g_strdup (from->logs_time);
  self->logs_size = g_strdup (from->logs_size);
}

void
sg_storage_options_clear (SgStorageOptions *self)
{
  g_free (self->wal_fsync);
  g_free (self->retention_time);
  g_free (self->retention_size);
  g_free (self->late_window);
  g_free (self->min_block);
  g_free (self->max_block);
  g_free (self->segment_size);
  g_free (self->cache_size);
  g_free (self->logs_time);
  g_free (self->logs_size);
}

GOptionEntry *
sg_storage_options_make_entries (SgStorageOptions *self)
{
  GOptionEntry entries[] = {
    { "storage.tsdb.retention.time", 0, 0, G_OPTION_ARG_STRING, &self->retention_time,
      "How long samples are kept (default 15d, or for ever when a size is given)", "DURATION" },
    { "storage.tsdb.retention.size", 0, 0, G_OPTION_ARG_STRING, &self->retention_size,
      "How much room samples may take, as 10GB; the oldest blocks go first (default any)", "SIZE" },
    { "storage.tsdb.out-of-order-time-window", 0, 0, G_OPTION_ARG_STRING, &self->late_window,
      "How far behind the newest sample others may still come (default as the configuration file says, or 0s)",
      "DURATION" },
    { "storage.tsdb.min-block-duration", 0, 0, G_OPTION_ARG_STRING, &self->min_block,
      "How long the blocks are that are made of the head (default 2h)", "DURATION" },
    { "storage.tsdb.max-block-duration", 0, 0, G_OPTION_ARG_STRING, &self->max_block,
      "How long blocks may become (default a tenth of the retention, and 31d at most)",
      "DURATION" },
    { "storage.tsdb.wal-fsync", 0, 0, G_OPTION_ARG_STRING, &self->wal_fsync,
      "When samples are forced to disk: always, interval (each second, the default) or never",
      "WHEN" },
    { "storage.tsdb.wal-compression", 0, 0, G_OPTION_ARG_NONE, &self->compress,
      "Compress the log (the default)", NULL },
    { "no-storage.tsdb.wal-compression", 0, 0, G_OPTION_ARG_NONE, &self->plain,
      "Do not compress the log", NULL },
    { "storage.tsdb.wal-segment-size", 0, 0, G_OPTION_ARG_STRING, &self->segment_size,
      "How long a file of the log is, from 10MB to 256MB (default 128MB)", "SIZE" },
    { "storage.tsdb.max-series", 0, 0, G_OPTION_ARG_INT, &self->max_series,
      "How many series may be active at once; 0 for any number (default 1000000)", "N" },
    { "storage.tsdb.max-exemplars", 0, 0, G_OPTION_ARG_INT, &self->max_exemplars,
      "How many exemplars are kept in memory (default as the configuration file says, or 10000)",
      "N" },
    { "storage.tsdb.cache-size", 0, 0, G_OPTION_ARG_STRING, &self->cache_size,
      "How much memory may be taken by what queries have found, series by their matchers and ranges by their expressions; 0B for none (default 8MiB)",
      "SIZE" },
    { "storage.tsdb.take-over", 0, 0, G_OPTION_ARG_NONE, &self->take_over,
      "Write to a directory although its log has records that would be lost; it is kept in damaged/",
      NULL },
    { "storage.logs.retention.time", 0, 0, G_OPTION_ARG_STRING, &self->logs_time,
      "How long records of operations and logs are kept; 0 for ever (default 15d)", "DURATION" },
    { "storage.logs.retention.size", 0, 0, G_OPTION_ARG_STRING, &self->logs_size,
      "How much room they may take; the oldest days go first; 0 for any (default 10GB)", "SIZE" },
    { NULL },
  };

  return g_memdup2 (entries, sizeof entries);
}

static gboolean
fail (GError     **error,
      const char  *flag,
      const char  *text,
      const char  *expected)
{
  g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION, "--storage.%s is “%s”: write %s",
               flag, text, expected);
  return FALSE;
}

static gboolean
read_duration (const char  *flag,
               const char  *text,
               gint64       least,
               gint64      *ms,
               GError     **error)
{
  if (text == NULL || (sg_duration_parse (text, -1, 0, ms, NULL) && *ms >= least))
    return TRUE;
  return fail (error, flag, text,
               least > 0 ? "a duration from a minute on, as 2h" : "a duration, as 15d");
}

static gboolean
read_retention (SgStorageOptions  *self,
                GError           **error)
{
  if (self->retention_size != NULL)
    {
      if (!sg_bytes_parse (self->retention_size, -1, &self->retention_bytes, NULL))
        return fail (error, "tsdb.retention.size", self->retention_size,
                     "a size with its unit, as 10GB");
      if (self->retention_bytes > 0)
        self->retention_ms = 0;
    }
  return read_duration ("tsdb.retention.time", self->retention_time, 0, &self->retention_ms, error);
}

static gboolean
read_blocks (SgStorageOptions  *self,
             GError           **error)
{
  if (!read_duration ("tsdb.min-block-duration", self->min_block, MINUTE_MS, &self->min_block_ms,
                      error)
      || !read_duration ("tsdb.max-block-duration", self->max_block, MINUTE_MS, &self->max_block_ms,
                         error))
    return FALSE;
  if (self->max_block_ms == 0 || self->max_block_ms >= self->min_block_ms)
    return TRUE;
  return fail (error, "tsdb.max-block-duration", self->max_block,
               "one that is not below --storage.tsdb.min-block-duration");
}

static gboolean
read_log (SgStorageOptions  *self,
          GError           **error)
{
  static const char *const words[] = {
    [SG_WAL_SYNC_INTERVAL] = "interval",
    [SG_WAL_SYNC_ALWAYS] = "always",
    [SG_WAL_SYNC_NEVER] = "never",
  };
  gboolean known = self->wal_fsync == NULL;

  if (self->segment_size != NULL
      && (!sg_bytes_parse (self->segment_size, -1, &self->segment_bytes, NULL)
          || self->segment_bytes < MIN_SEGMENT || self->segment_bytes > MAX_SEGMENT
          || self->segment_bytes % SEGMENT_PAGE != 0))
    return fail (error, "tsdb.wal-segment-size", self->segment_size,
                 "a size from 10MB to 256MB, a multiple of 32KB");
  for (guint i = 0; !known && i < G_N_ELEMENTS (words); i++)
    {
      known = g_str_equal (self->wal_fsync, words[i]);
      if (known)
        self->sync = (SgWalSync) i;
    }
  return known || fail (error, "tsdb.wal-fsync", self->wal_fsync, "always, interval or never");
}

static gboolean
read_cache (SgStorageOptions  *self,
            GError           **error)
{
  return self->cache_size == NULL
         || (sg_bytes_parse (self->cache_size, -1, &self->cache_bytes, NULL)
             && self->cache_bytes <= MAX_CACHE)
         || fail (error, "tsdb.cache-size", self->cache_size, "a size of 1GB at most, as 8MB");
}

static gboolean
read_bounds (SgStorageOptions  *self,
             GError           **error)
{
  gboolean is_series = self->max_series < 0;
  g_autofree char *text =
      g_strdup_printf ("%d", is_series ? self->max_series : self->max_exemplars);

  if (!is_series && (self->max_exemplars >= 0 || self->max_exemplars == NOT_GIVEN))
    return TRUE;
  return fail (error, is_series ? "tsdb.max-series" : "tsdb.max-exemplars", text,
               "a number that is not negative");
}

static gboolean
read_logs (SgStorageOptions  *self,
           GError           **error)
{
  if (self->logs_size != NULL && !sg_bytes_parse (self->logs_size, -1, &self->logs_bytes, NULL))
    return fail (error, "logs.retention.size", self->logs_size, "a size with its unit, as 10GB");
  return read_duration ("logs.retention.time", self->logs_time, 0, &self->logs_ms, error);
}

/**
 * sg_storage_options_read:
 * @self: flags that have been parsed
 * @error: which flag is wrong, and what to write instead
 *
 * Returns: whether all of them mean something
 */
gboolean
sg_storage_options_read (SgStorageOptions  *self,
                         GError           **error)
{
  return read_retention (self, error) && read_blocks (self, error)
         && read_duration ("tsdb.out-of-order-time-window", self->late_window, 0, &self->late_ms,
                           error)
         && read_log (self, error) && read_bounds (self, error) && read_logs (self, error)
         && read_cache (self, error);
}

static guint
choose_max_exemplars (const SgStorageOptions *self,
                      const SgConfig         *config)
{
  if (self->max_exemplars != NOT_GIVEN)
    return (guint) self->max_exemplars;
  if (config != NULL && config->max_exemplars >= 0)
    return (guint) MIN (config->max_exemplars, G_MAXINT);
  return DEFAULT_MAX_EXEMPLARS;
}

void
sg_storage_options_fill (const SgStorageOptions *self,
                         const SgConfig         *config,
                         SgStoreOptions         *options)
{
  options->retention_ms = self->retention_ms;
  options->retention_bytes = self->retention_bytes;
  options->take_over = self->take_over;
  options->max_block_ms = self->max_block_ms;
  options->head.chunk_range_ms = self->min_block_ms;
  options->head.late_ms = self->late_ms;
  if (self->late_window == NULL && config != NULL)
    options->head.late_ms = config->out_of_order_window_ms;
  options->head.max_series = (guint) self->max_series;
  options->head.max_exemplars = choose_max_exemplars (self, config);
  options->wal.sync = self->sync;
  options->wal.segment_size = self->segment_bytes;
  options->wal.plain = self->plain && !self->compress;
}

void
sg_storage_options_fill_logs (const SgStorageOptions *self,
                              SgLogStoreOptions      *options)
{
  options->retention_ms = self->logs_ms;
  options->max_bytes = self->logs_bytes;
}
