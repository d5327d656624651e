/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "engine/mapping/sg-source-list.h"
#include "engine/sg-config-status.h"
#include "engine/sg-catalog.h"
#include "engine/sg-engine-error.h"
#include "engine/sg-engine-options.h"
#include "engine/sg-explanation.h"
#include "engine/sg-exposition-page.h"
#include "engine/sg-health-report.h"
#include "engine/sg-log-answer.h"
#include "engine/sg-query.h"
#include "engine/sg-target-change.h"
#include "http/sg-http-status.h"
#include "ingest/scrape/sg-target-status.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgExportFormat:
 * @SG_EXPORT_TEXT: Prometheus' text format
 * @SG_EXPORT_OPENMETRICS: OpenMetrics
 * @SG_EXPORT_JSON: JSON
 * @SG_EXPORT_CSV: a table, one sample a row
 */
typedef enum
{
  SG_EXPORT_TEXT,
  SG_EXPORT_OPENMETRICS,
  SG_EXPORT_JSON,
  SG_EXPORT_CSV,
} SgExportFormat;

/**
 * SgLogSearchFlags:
 * @SG_LOG_SEARCH_PAGE: only the page
 * @SG_LOG_SEARCH_COUNT: all that match are counted besides
 *
 * What is wanted of a search in the store of records.
 */
typedef enum
{
  SG_LOG_SEARCH_PAGE = 0,
  SG_LOG_SEARCH_COUNT = 1 << 0,
} SgLogSearchFlags;

/**
 * SgEngine:
 *
 * Owns every service of the core: starts them in order, stops them in reverse within a deadline. It
 * runs on a thread of its own; all calls here may come from any thread, return at once, and answer
 * on the main context they were made on. An engine runs once: to run again, make another.
 */
#define SG_TYPE_ENGINE (sg_engine_get_type ())
G_DECLARE_FINAL_TYPE (SgEngine, sg_engine, SG, ENGINE, GObject)

SgEngine         *sg_engine_new                  (const SgEngineOptions *options);
void              sg_engine_start_async          (SgEngine              *self,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
gboolean          sg_engine_start_finish         (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);
/* Fails with %SG_ENGINE_ERROR_DEADLINE when a service had to be left behind; the rest has stopped. */
void              sg_engine_stop_async           (SgEngine              *self,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
gboolean          sg_engine_stop_finish          (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);

SgHttpStatus     *sg_engine_get_server_status    (SgEngine              *self);
SgHealthReport   *sg_engine_get_health           (SgEngine              *self);

SgTargetList     *sg_engine_list_targets         (SgEngine              *self);
SgConfigStatus   *sg_engine_get_config_status    (SgEngine              *self);
/* Reads the configuration again; fails with what is wrong in it, and changes nothing then. */
void              sg_engine_reload_async         (SgEngine              *self,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
gboolean          sg_engine_reload_finish        (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);

/* Changes a target in the configuration file, which keeps its comments and order, and reads it again. */
void              sg_engine_change_target_async  (SgEngine              *self,
                                                  const SgTargetChange  *change,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
gboolean          sg_engine_change_target_finish (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);
/* Scrapes now, without waiting for the beat; %NULL is any. */
void              sg_engine_scrape_now           (SgEngine              *self,
                                                  const char            *job,
                                                  const char            *url);

/* Whether a workload runs for there to be something to look at. */
gboolean          sg_engine_has_demo             (SgEngine              *self);

/* The jobs whose page can be read; the first is this process. */
GStrv             sg_engine_list_jobs            (SgEngine              *self);
void              sg_engine_get_exposition_async (SgEngine              *self,
                                                  const char            *job,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
SgExpositionPage *sg_engine_get_exposition_finish (SgEngine             *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);
void              sg_engine_export_async         (SgEngine              *self,
                                                  const char            *job,
                                                  SgExportFormat         format,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
GBytes           *sg_engine_export_finish        (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);

/* What is asked of the store, on workers (sg-engine-query.c). */
void              sg_engine_query_async          (SgEngine              *self,
                                                  const SgQuery         *queries,
                                                  guint                  n_queries,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
GPtrArray        *sg_engine_query_finish         (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);
void              sg_engine_explain_async        (SgEngine              *self,
                                                  const SgQuery         *query,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
SgExplanation    *sg_engine_explain_finish       (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);
void              sg_engine_list_labels_async    (SgEngine              *self,
                                                  const char            *label,
                                                  const char            *selector,
                                                  SgTimeMs               start,
                                                  SgTimeMs               end,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
GStrv             sg_engine_list_labels_finish   (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);
void              sg_engine_get_catalog_async    (SgEngine              *self,
                                                  SgTimeMs               start,
                                                  SgTimeMs               end,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
SgCatalog        *sg_engine_get_catalog_finish   (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);

/* Which families of applications mean what, and which applications had samples from @start to @end. */
SgMappingList    *sg_engine_get_mappings         (SgEngine              *self);
void              sg_engine_list_sources_async   (SgEngine              *self,
                                                  SgTimeMs               start,
                                                  SgTimeMs               end,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
SgSourceList     *sg_engine_list_sources_finish  (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);

/* What is asked of the store of records: operations that ended, and all else that happened. */
void              sg_engine_search_logs_async    (SgEngine              *self,
                                                  const SgLogQuery      *query,
                                                  SgLogSearchFlags       flags,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
SgLogAnswer      *sg_engine_search_logs_finish   (SgEngine              *self,
                                                  GAsyncResult          *result,
                                                  GError               **error);

G_END_DECLS
