/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/config/sg-config.h"
#include "logs/sg-log-store.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

/**
 * SgStorageOptions:
 *
 * The flags of the stores of samples and of records, as they were written and as they are meant. Part of an
 * #SgEngineOptions; Prometheus' flags have Prometheus' names, texts and defaults. What Prometheus has in
 * its configuration file is a flag here as well, which wins over the file.
 */
typedef struct
{
  char *wal_fsync;
  char *retention_time;
  char *retention_size;
  char *late_window;
  char *min_block;
  char *max_block;
  char *segment_size;
  char *cache_size;
  gboolean compress;
  gboolean plain;
  gboolean take_over;
  gint max_series;
  gint max_exemplars;
  SgWalSync sync;
  gint64 retention_ms;
  guint64 retention_bytes;
  gint64 late_ms;
  gint64 min_block_ms;
  gint64 max_block_ms;
  guint64 segment_bytes;
  guint64 cache_bytes;
  char *logs_time;
  char *logs_size;
  gint64 logs_ms;
  guint64 logs_bytes;
} SgStorageOptions;

void     sg_storage_options_init        (SgStorageOptions        *self);
void     sg_storage_options_copy        (SgStorageOptions        *self,
                                         const SgStorageOptions  *from);
void     sg_storage_options_clear       (SgStorageOptions        *self);
/* Returns: (transfer full): the flags, which are read into @self */
GOptionEntry *sg_storage_options_make_entries (SgStorageOptions  *self);
gboolean sg_storage_options_read        (SgStorageOptions        *self,
                                         GError                 **error);
/* @config is what the configuration file says, or %NULL when there is none. */
void     sg_storage_options_fill        (const SgStorageOptions  *self,
                                         const SgConfig          *config,
                                         SgStoreOptions          *options);
/* Sets how long records are kept, and how much room they may take. */
void     sg_storage_options_fill_logs   (const SgStorageOptions  *self,
                                         SgLogStoreOptions       *options);

G_END_DECLS
