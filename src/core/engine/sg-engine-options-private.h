/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine-options.h"
#include "engine/sg-storage-options.h"

#include "http/sg-http-config.h"
#include "ingest/config/sg-config.h"
#include "ingest/scrape/sg-scraper.h"
#include "ingest/node/sg-node-options.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

SgStorageOptions *sg_engine_options_get_storage    (SgEngineOptions       *self);
GOptionEntry *sg_engine_options_make_entries       (SgEngineOptions       *self);
/* The flags with the values that are in force, name and value in turn. */
GStrv         sg_engine_options_list_flags         (const SgEngineOptions *self);
const char   *sg_engine_options_get_telemetry_path (const SgEngineOptions *self);
SgHttpConfig *sg_engine_options_make_http_config   (const SgEngineOptions *self);
/* Sets what concerns the store; the texts stay as long as @self, @config need not. */
void          sg_engine_options_fill_store         (const SgEngineOptions *self,
                                                    const SgConfig        *config,
                                                    SgStoreOptions        *options);
/* What the caches of queries may take together. */
gsize         sg_engine_options_get_cache_bytes    (const SgEngineOptions *self);
/* Sets what concerns the store of records but for its folders. */
void          sg_engine_options_fill_logs          (const SgEngineOptions *self,
                                                    SgLogStoreOptions     *options);
/* How often the built-in jobs are collected, and whether @job is one of them. */
gint64        sg_engine_options_get_builtin_ms     (const SgEngineOptions *self);
gboolean      sg_engine_options_has_builtin        (const SgEngineOptions *self,
                                                    const char            *job);
const char   *sg_engine_options_get_config_file    (const SgEngineOptions *self);
char         *sg_engine_options_make_mappings_path (const SgEngineOptions *self);
/* Where it is, or would be. */
const char   *sg_engine_options_get_config_place   (const SgEngineOptions *self);
gboolean      sg_engine_options_config_file_is_asked_for (const SgEngineOptions *self);
void          sg_engine_options_fill_scraper       (SgEngineOptions       *self,
                                                    SgScraperOptions      *options);
/* How many groups may be pushed, and how many samples they may have together. */
void          sg_engine_options_get_push_bounds    (const SgEngineOptions *self,
                                                    guint                 *ret_groups,
                                                    guint                 *ret_samples);
/* How many operations applications may report in a second. */
guint         sg_engine_options_get_operations_rate (const SgEngineOptions *self);
/* How many requests a second the demonstration makes, or 0 where there is none. */
guint         sg_engine_options_get_demo_rate      (const SgEngineOptions *self);
/* Returns: (transfer none): what of this machine is told, and where it is looked for */
SgNodeOptions *sg_engine_options_get_node          (const SgEngineOptions *self);

G_END_DECLS
