/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-private.h"

#include "engine/sg-builtin-job.h"
#include "engine/sg-demo-service.h"
#include "engine/sg-engine-options-private.h"
#include "engine/sg-health-report-private.h"
#include "engine/sg-http-service.h"
#include "engine/sg-log-service.h"
#include "engine/sg-promql-metrics.h"
#include "engine/sg-push-service.h"
#include "engine/sg-scrape-service.h"
#include "engine/sg-self-metrics.h"
#include "engine/sg-self-monitor.h"
#include "engine/sg-service-list.h"
#include "engine/sg-store-keeper.h"
#include "engine/sg-store-metrics.h"
#include "engine/sg-store-service.h"
#include "ingest/node/sg-node.h"
#include "metrics/sg-metrics.h"

/*
 * The engine is a thread with a main context on which its services live, and this object, through
 * which the window and the command line reach them from their own threads.
 *
 * A call that acts on the services is a GTask of the caller that is handed over to the engine's
 * context; it answers on the caller's. A call that renders or computes is a job of the compute
 * pool. The two reports (server status, health) are asked from any thread: what stands behind them
 * is immutable or has a lock of its own that nobody holds while waiting.
 */

#define SELF_JOB       "sightglass"
#define NODE_JOB       "node"
#define PUSH_JOB       "pushgateway"
#define OPERATIONS_JOB "operations"

/*
 * The machine has a page of its own, as it has with node_exporter, and is not on /metrics: that page is of
 * this process, and whoever collects it wants the one and not the other.
 */
#define NODE_PAGE "/metrics/node"

/* Nor are the operations that applications report, which are not of this process either. */
#define OPERATIONS_PAGE "/metrics/operations"

struct _SgEngine
{
  GObject parent_instance;
  SgEngineOptions *options;
  SgClock *clock;
  SgRegistry *registry;
  SgRegistry *node;
  SgRegistry *reported;
  SgOperationIntake *intake;
  SgServiceList *services;
  SgHttpService *http;
  SgSelfMonitor *monitor;
  SgStoreService *store;
  SgLogService *logs;
  SgScrapeService *scrape;
  SgMappingService *mappings;
  GPtrArray *jobs;
  SgPushService *push;
  SgDemoService *demo;
  SgPromqlEngine *promql;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  int stage;
};

/* An engine is new, then begun, then ended; it never goes back. */
typedef enum
{
  STAGE_NEW,
  STAGE_BEGUN,
  STAGE_ENDED,
} Stage;

G_DEFINE_FINAL_TYPE (SgEngine, sg_engine, G_TYPE_OBJECT)

static void
sg_engine_finalize (GObject *object)
{
  SgEngine *self = SG_ENGINE (object);

  if (self->thread != NULL && self->thread != g_thread_self ())
    g_thread_join (self->thread);
  else if (self->thread != NULL)
    g_thread_unref (self->thread);
  g_clear_object (&self->http);
  g_clear_object (&self->store);
  g_clear_object (&self->logs);
  g_clear_object (&self->scrape);
  g_clear_object (&self->mappings);
  g_ptr_array_unref (self->jobs);
  g_clear_object (&self->push);
  g_clear_object (&self->demo);
  g_clear_object (&self->promql);
  g_clear_object (&self->services);
  g_clear_object (&self->monitor);
  g_clear_object (&self->registry);
  g_clear_object (&self->node);
  g_clear_pointer (&self->intake, sg_operation_intake_free);
  g_clear_object (&self->reported);
  g_clear_object (&self->clock);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  sg_engine_options_free (self->options);
  G_OBJECT_CLASS (sg_engine_parent_class)->finalize (object);
}

static void
sg_engine_class_init (SgEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_engine_finalize;
}

static void
sg_engine_init (SgEngine *self)
{
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->services = sg_service_list_new ();
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
}

static SgHealthReport *
health_source (gpointer user_data)
{
  return sg_engine_get_health (user_data);
}

SgScrapeService *
sg_engine_get_scrape (SgEngine *self)
{
  return self->scrape;
}

GPtrArray *
sg_engine_get_builtin_jobs (SgEngine *self)
{
  return self->jobs;
}

SgMappingService *
sg_engine_get_mapping_service (SgEngine *self)
{
  return self->mappings;
}

/* Returns: (transfer full): what is known of applications, as it is now */
SgMappingList *
sg_engine_get_mappings (SgEngine *self)
{
  return sg_mapping_service_get (self->mappings);
}

SgClock *
sg_engine_get_clock (SgEngine *self)
{
  return self->clock;
}

GMainContext *
sg_engine_get_context (SgEngine *self)
{
  return self->context;
}

SgPromqlEngine *
sg_engine_get_promql (SgEngine *self)
{
  return self->promql;
}

SgQuerier *
sg_engine_open_querier (SgEngine *self)
{
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store);

  return store != NULL ? sg_store_querier_new (store) : NULL;
}

static SgQuerier *
querier_source (gpointer user_data)
{
  return sg_engine_open_querier (user_data);
}

SgLogService *
sg_engine_get_logs (SgEngine *self)
{
  return self->logs;
}

static SgStore *
store_source (gpointer user_data)
{
  return sg_store_service_get_store (((SgEngine *) user_data)->store);
}

/**
 * sg_engine_get_read_only_reason:
 * @self: an engine
 *
 * Returns: (transfer full) (nullable): why nothing that is collected is kept, %NULL when it is
 */
char *
sg_engine_get_read_only_reason (SgEngine *self)
{
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store);

  return store != NULL ? g_strdup (sg_store_get_read_only_reason (store)) : NULL;
}

static SgConfigStatus *
config_source (gpointer user_data)
{
  return sg_engine_get_config_status (user_data);
}

static GStrv
flags_source (gpointer user_data)
{
  return sg_engine_options_list_flags (((SgEngine *) user_data)->options);
}

static void
add_api (SgEngine *self)
{
  sg_http_service_add_api (self->http, &(SgApiBackend) {
                                           .engine = self->promql,
                                           .clock = self->clock,
                                           .get_querier = querier_source,
                                           .get_store = store_source,
                                           .get_config = config_source,
                                           .list_flags = flags_source,
                                           .user_data = self,
                                       });
}

static GBytes *
registry_page (gpointer user_data)
{
  return sg_exposition_write (user_data, SG_EXPOSITION_TEXT_1_0_0);
}

/* With the moments since when things count, so that what came between two collections is counted, too. */
static GBytes *
self_page (gpointer user_data)
{
  return sg_exposition_write (user_data, SG_EXPOSITION_OPENMETRICS_1_0_0);
}

static GBytes *
push_page (gpointer user_data)
{
  g_autoptr (SgPushGroups) groups = sg_push_service_get_groups (((SgEngine *) user_data)->push);

  if (groups == NULL || sg_push_groups_get_size (groups) == 0)
    return NULL;
  return sg_push_groups_write_page (groups);
}

static SgPushGroups *
push_source (gpointer user_data)
{
  return sg_push_service_get_groups (((SgEngine *) user_data)->push);
}

static void
add_job (SgEngine      *self,
         SgBuiltinSpec  spec)
{
  SgBuiltinJob *job;

  spec.interval_ms = sg_engine_options_get_builtin_ms (self->options);
  job = sg_builtin_job_new (&spec, self->store, self->clock);
  g_ptr_array_add (self->jobs, job);
  sg_service_list_add (self->services, SG_SERVICE (job));
}

static void
add_builtin (SgEngine      *self,
             SgBuiltinSpec  spec)
{
  if (sg_engine_options_has_builtin (self->options, spec.name))
    add_job (self, spec);
}

/* A configured job stands in the place of the built-in one that has its name. */
static void
on_configured (const SgConfig *config,
               gpointer        user_data)
{
  SgEngine *self = user_data;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      SgBuiltinJob *job = self->jobs->pdata[i];
      gboolean replaced = sg_config_find_job (config, sg_builtin_job_get_job (job)) != NULL;

      sg_builtin_job_set_replaced (job, replaced);
    }
}

static void
update_monitor (gpointer user_data)
{
  SgEngine *self = user_data;
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store);

  sg_self_monitor_update (self->monitor, store, self->promql);
}

static void
add_logs (SgEngine *self)
{
  self->logs = sg_log_service_new (self->options, self->registry, self->store, self->clock);
  sg_log_service_set_update (self->logs, update_monitor, self);
  sg_log_service_add_monitor (self->logs, sg_self_monitor_get_monitor (self->monitor));
}

static GBytes *
reported_page (gpointer user_data)
{
  SgEngine *self = user_data;

  return sg_operation_intake_has_any (self->intake) ? registry_page (self->reported) : NULL;
}

static SgLogStore *
logs_source (gpointer user_data)
{
  return sg_log_service_get_store (((SgEngine *) user_data)->logs);
}

static gboolean
room_source (gpointer   user_data,
             GError   **error)
{
  return sg_log_service_has_room (((SgEngine *) user_data)->logs, error);
}

static void
add_operations (SgEngine *self)
{
  self->reported = sg_registry_new (self->clock);
  self->intake = sg_operation_intake_new (self->reported, self->registry, self->clock,
                                          sg_engine_options_get_operations_rate (self->options));
  sg_http_service_add_operations (self->http, &(SgApiOperationsSource) { self->intake, logs_source,
                                                                         room_source, self });
  sg_http_service_add_page (self->http, OPERATIONS_PAGE, self->reported);
}

/*
 * The order in which they start: the store is open before anybody fills it, the configuration is read
 * before a job begins that it may replace, and the server listens when there is something to ask.
 */
static void
add_services (SgEngine *self)
{
  g_autoptr (SgStoreKeeper) keeper = sg_store_keeper_new (self->store, self->registry, self->clock);

  sg_service_list_add (self->services, SG_SERVICE (self->store));
  sg_service_list_add (self->services, SG_SERVICE (keeper));
  sg_service_list_add (self->services, SG_SERVICE (self->logs));
  sg_service_list_add (self->services, SG_SERVICE (self->scrape));
  sg_service_list_add (self->services, SG_SERVICE (self->mappings));
  sg_service_list_add (self->services, SG_SERVICE (self->push));
  add_builtin (self, (SgBuiltinSpec) { SELF_JOB, .dialect = SG_EXPOSITION_DIALECT_OPENMETRICS,
                                       .page = self_page, .user_data = self->registry });
  add_builtin (self, (SgBuiltinSpec) { NODE_JOB, .may_hang = TRUE, .page = registry_page,
                                       .user_data = self->node });
  add_builtin (self, (SgBuiltinSpec) { PUSH_JOB, .honor_labels = TRUE, .page = push_page,
                                       .user_data = self });
  add_job (self, (SgBuiltinSpec) { OPERATIONS_JOB, .page = reported_page, .user_data = self });
  sg_service_list_add (self->services, SG_SERVICE (self->http));
}

/* The log service keeps the monitor, and that keeps its registry. */
void
sg_engine_add_monitor (SgEngine      *self,
                       const char    *job,
                       SgSyncMonitor *monitor)
{
  SgRegistry *registry = sg_sync_monitor_get_registry (monitor);
  g_autofree char *path = g_strconcat ("/metrics/", job, NULL);

  sg_log_service_add_monitor (self->logs, monitor);
  sg_http_service_add_page (self->http, path, registry);
  add_job (self, (SgBuiltinSpec) { job, .page = registry_page, .user_data = registry });
}

static SgRegistry *
get_demo_registry (SgEngine *self)
{
  if (self->demo == NULL)
    return NULL;
  return sg_sync_monitor_get_registry (sg_demo_service_get_monitor (self->demo));
}

/* A workload of its own is a guest on /metrics, and a job in the store. */
static void
add_demo (SgEngine *self)
{
  if (self->demo == NULL)
    return;
  sg_service_list_add (self->services, SG_SERVICE (self->demo));
  sg_engine_add_monitor (self, SG_DEMO_JOB, sg_demo_service_get_monitor (self->demo));
}

gboolean
sg_engine_has_demo (SgEngine *self)
{
  return self->demo != NULL;
}

static SgTargetList *
targets_source (gpointer user_data)
{
  return sg_engine_list_targets (user_data);
}

static gboolean
reload_source (gpointer   user_data,
               GError   **error)
{
  SgEngine *self = user_data;

  sg_mapping_service_reload (self->mappings);
  return sg_scrape_service_reload (self->scrape, error);
}

/**
 * sg_engine_new:
 * @options: how it is to run
 *
 * Returns: (transfer full): an engine that has not started
 */
SgEngine *
sg_engine_new (const SgEngineOptions *options)
{
  SgEngine *self = g_object_new (SG_TYPE_ENGINE, NULL);
  g_autoptr (SgCacheBudget) cache =
      sg_cache_budget_new (sg_engine_options_get_cache_bytes (options));
  SgPromqlOptions promql;

  self->options = sg_engine_options_copy (options);
  self->clock = g_object_ref (sg_clock_get_system ());
  self->registry = sg_registry_new (self->clock);
  sg_self_metrics_register (self->registry);
  self->node = sg_node_registry_new (sg_engine_options_get_node (self->options), self->clock);
  if (sg_engine_options_get_demo_rate (self->options) > 0)
    self->demo = sg_demo_service_new (sg_engine_options_get_demo_rate (self->options), self->clock);
  self->http = sg_http_service_new (self->options, self->registry, get_demo_registry (self),
                                    health_source, self);
  self->monitor = sg_self_monitor_new (self->registry, self->clock);
  self->store =
      sg_store_service_new (self->options, self->registry, self->monitor, cache, self->clock);
  add_logs (self);
  add_operations (self);
  sg_promql_options_init (&promql);
  promql.cache = cache;
  self->promql = sg_promql_engine_new (&promql, self->clock);
  sg_promql_metrics_register (self->registry, self->promql);
  sg_cache_metrics_register (self->registry, cache);
  add_api (self);
  self->scrape = sg_scrape_service_new (self->options, self->registry, self->store, self->clock);
  sg_scrape_service_set_listener (self->scrape, on_configured, self);
  self->mappings = sg_mapping_service_new (self->options);
  sg_http_service_add_targets (self->http, &(SgApiTargetsSource) { targets_source, reload_source,
                                                                   querier_source, self });
  sg_http_service_add_page (self->http, NODE_PAGE, self->node);
  self->push = sg_push_service_new (self->options, self->registry, self->store, self->clock);
  sg_http_service_add_push (self->http, push_source, self);
  add_services (self);
  add_demo (self);
  return self;
}

/* The thread keeps the engine alive until it has stopped. */
static gpointer
engine_thread (gpointer data)
{
  g_autoptr (SgEngine) self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* Runs @func on the engine thread with @task, whose reference it takes. */
static void
engine_hand_over (SgEngine    *self,
                  GTask       *task,
                  GSourceFunc  func)
{
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, func, task, NULL);
}

static void
on_services_started (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (sg_service_list_start_finish (SG_SERVICE_LIST (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
start_on_engine_thread (gpointer data)
{
  GTask *task = data;
  SgEngine *self = g_task_get_source_object (task);

  sg_service_list_start_async (self->services, on_services_started, task);
  return G_SOURCE_REMOVE;
}

static gboolean
engine_change_stage (SgEngine *self,
                     Stage     from,
                     Stage     to)
{
  return g_atomic_int_compare_and_exchange (&self->stage, from, to);
}

void
sg_engine_start_async (SgEngine            *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_start_async);
  if (!engine_change_stage (self, STAGE_NEW, STAGE_BEGUN))
    {
      g_task_return_new_error (task, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
                               "this engine has been started before: make a new one");
      return;
    }
  self->thread = g_thread_new ("engine", engine_thread, g_object_ref (self));
  engine_hand_over (self, g_steal_pointer (&task), start_on_engine_thread);
}

gboolean
sg_engine_start_finish (SgEngine      *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_services_stopped (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgEngine *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean stopped = sg_service_list_stop_finish (SG_SERVICE_LIST (source), result, &error);

  g_main_loop_quit (self->loop);
  if (stopped)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
stop_on_engine_thread (gpointer data)
{
  GTask *task = data;
  SgEngine *self = g_task_get_source_object (task);

  sg_service_list_stop_async (self->services, on_services_stopped, task);
  return G_SOURCE_REMOVE;
}

void
sg_engine_stop_async (SgEngine            *self,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, sg_engine_stop_async);
  if (engine_change_stage (self, STAGE_BEGUN, STAGE_ENDED))
    engine_hand_over (self, g_steal_pointer (&task), stop_on_engine_thread);
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
sg_engine_stop_finish (SgEngine      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * sg_engine_get_server_status:
 * @self: an engine
 *
 * Returns: (transfer full): the HTTP server at this moment
 */
SgHttpStatus *
sg_engine_get_server_status (SgEngine *self)
{
  return sg_http_service_get_status (self->http);
}

/**
 * sg_engine_get_health:
 * @self: an engine
 *
 * Returns: (transfer full): each service as a check
 */
SgHealthReport *
sg_engine_get_health (SgEngine *self)
{
  GArray *checks = g_array_new (FALSE, TRUE, sizeof (SgHealthCheck));

  for (guint i = 0; i < sg_service_list_get_size (self->services); i++)
    {
      SgService *service = sg_service_list_get (self->services, i);
      SgMonotonic start = sg_clock_monotonic (self->clock);
      SgHealthCheck check = { .name = g_strdup (sg_service_get_name (service)) };

      check.level = sg_service_check (service, &check.message);
      check.duration_us = sg_clock_monotonic (self->clock).us - start.us;
      g_array_append_val (checks, check);
    }
  return sg_health_report_new_take (checks, sg_clock_now_ns (self->clock));
}

SgRegistry *
sg_engine_find_registry (SgEngine   *self,
                         const char *job_name)
{
  if (job_name == NULL || g_str_equal (job_name, SELF_JOB))
    return self->registry;
  if (g_str_equal (job_name, NODE_JOB))
    return self->node;
  return g_str_equal (job_name, SG_DEMO_JOB) ? get_demo_registry (self) : NULL;
}

GStrv
sg_engine_list_registries (SgEngine *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_strv_builder_add_many (names, SELF_JOB, NODE_JOB, NULL);
  if (self->demo != NULL)
    g_strv_builder_add (names, SG_DEMO_JOB);
  return g_strv_builder_end (names);
}
