/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-scrape-service.h"

#include "base/sg-blocking.h"
#include "base/sg-lock.h"
#include "engine/sg-engine-options-private.h"
#include "engine/sg-scrape-metrics.h"
#include "ingest/scrape/sg-scraper.h"

/*
 * Reading is done on a worker and makes a whole configuration or an error; a whole one is then handed
 * to the engine's thread, where applying it cannot fail. The status is set when it is read, so that who
 * asked for it finds it when the answer comes.
 */

#define READ_DEADLINE_MS (30 * 1000)

struct _SgScrapeService
{
  SgService parent_instance;
  SgEngineOptions *options;
  SgRegistry *registry;
  SgStoreService *store;
  SgClock *clock;
  guint collector;
  GMainContext *context;
  GTask *stopping;
  SgLock lock;
  SgScraper *scraper;
  SgConfig *config;
  SgTimeMs last_read;
  SgTimeMs last_good;
  char *error;
};

G_DEFINE_FINAL_TYPE (SgScrapeService, sg_scrape_service, SG_TYPE_SERVICE)

static SgAppender *
make_appender (gpointer   user_data,
               GError   **error)
{
  SgScrapeService *self = user_data;
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store);

  if (store != NULL)
    return sg_store_appender_new (store, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the store is not open");
  return NULL;
}

/* Writes down how the reading went. Returns: whether it went well */
static gboolean
note_reading (SgScrapeService *self,
              SgConfig        *config,
              const GError    *error)
{
  SG_LOCK_SCOPE (&self->lock);
  self->last_read = sg_clock_now_ms (self->clock);
  g_clear_pointer (&self->error, g_free);
  if (config == NULL)
    {
      self->error = g_strdup (error->message);
      return FALSE;
    }
  self->last_good = self->last_read;
  g_clear_pointer (&self->config, sg_config_unref);
  self->config = sg_config_ref (config);
  return TRUE;
}

static SgConfig *
read_config (SgScrapeService  *self,
             GError          **error)
{
  const char *path = sg_engine_options_get_config_file (self->options);
  g_autoptr (GError) local_error = NULL;
  SgConfig *config = path != NULL ? sg_config_load (path, &local_error)
                                  : sg_config_parse ("prometheus.yml", "", 0, &local_error);

  if (!note_reading (self, config, local_error))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return config;
}

static gpointer
read_config_job (gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  return read_config (data, error);
}

static void
apply (SgScrapeService *self,
       SgConfig        *config)
{
  if (self->scraper != NULL && self->stopping == NULL)
    sg_scraper_apply (self->scraper, config);
}

static void
make_scraper (SgScrapeService *self)
{
  SgScraperOptions options = {
    .clock = self->clock,
    .appender = make_appender,
    .appender_data = self,
    .seed = g_str_hash (g_get_host_name ()),
  };
  SgScraper *scraper;

  sg_engine_options_fill_scraper (self->options, &options);
  scraper = sg_scraper_new (&options);
  SG_LOCK_SCOPE (&self->lock);
  self->scraper = scraper;
}

static void
on_first_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgScrapeService *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (SgConfig) config = sg_blocking_run_finish (result, &error);

  if (config == NULL && sg_engine_options_config_file_is_asked_for (self->options))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  make_scraper (self);
  self->collector = sg_scrape_metrics_register (self->registry, self->scraper, self);
  if (config != NULL)
    apply (self, config);
  g_task_return_boolean (task, TRUE);
}

static void
config_unref (gpointer data)
{
  sg_config_unref (data);
}

static void
sg_scrape_service_start (SgService *service,
                         GTask     *task)
{
  SgScrapeService *self = SG_SCRAPE_SERVICE (service);

  self->context = g_main_context_ref_thread_default ();
  sg_blocking_run_async ("config", READ_DEADLINE_MS, read_config_job, g_object_ref (self),
                         g_object_unref, config_unref, NULL, on_first_read, task);
}

static void
on_stopped (gpointer user_data)
{
  SgScrapeService *self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->stopping);
  SgScraper *scraper;

  sg_lock_acquire (&self->lock);
  scraper = g_steal_pointer (&self->scraper);
  sg_lock_release (&self->lock);
  sg_scraper_free (scraper);
  g_task_return_boolean (task, TRUE);
}

static void
sg_scrape_service_stop (SgService *service,
                        GTask     *task)
{
  SgScrapeService *self = SG_SCRAPE_SERVICE (service);

  sg_registry_remove_collector (self->registry, self->collector);
  self->stopping = task;
  sg_scraper_stop (self->scraper, on_stopped, self);
}

static SgLevel
sg_scrape_service_check (SgService  *service,
                         char      **ret_message)
{
  SgScrapeService *self = SG_SCRAPE_SERVICE (service);

  SG_LOCK_SCOPE (&self->lock);
  if (self->error != NULL)
    {
      *ret_message = g_strdup_printf ("the configuration is not taken, the one before goes on: %s",
                                      self->error);
      return SG_LEVEL_DEGRADED;
    }
  return SG_SERVICE_CLASS (sg_scrape_service_parent_class)->check (service, ret_message);
}

static void
sg_scrape_service_finalize (GObject *object)
{
  SgScrapeService *self = SG_SCRAPE_SERVICE (object);

  g_clear_pointer (&self->config, sg_config_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->registry);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  sg_engine_options_free (self->options);
  g_free (self->error);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_scrape_service_parent_class)->finalize (object);
}

static void
sg_scrape_service_class_init (SgScrapeServiceClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_scrape_service_finalize;
  service_class->name = "scrape";
  service_class->start = sg_scrape_service_start;
  service_class->stop = sg_scrape_service_stop;
  service_class->check = sg_scrape_service_check;
}

static void
sg_scrape_service_init (SgScrapeService *self)
{
  sg_lock_init (&self->lock);
}

SgScrapeService *
sg_scrape_service_new (const SgEngineOptions *options,
                       SgRegistry            *registry,
                       SgStoreService        *store,
                       SgClock               *clock)
{
  SgScrapeService *self = g_object_new (SG_TYPE_SCRAPE_SERVICE, NULL);

  self->options = sg_engine_options_copy (options);
  self->registry = g_object_ref (registry);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  return self;
}

/* A configuration on its way to the engine's thread. */
typedef struct
{
  SgScrapeService *service;
  SgConfig *config;
} Handover;

static void
handover_free (gpointer data)
{
  Handover *handover = data;

  g_object_unref (handover->service);
  sg_config_unref (handover->config);
  g_free (handover);
}

static gboolean
on_handover (gpointer data)
{
  Handover *handover = data;

  apply (handover->service, handover->config);
  return G_SOURCE_REMOVE;
}

gboolean
sg_scrape_service_reload (SgScrapeService  *self,
                          GError          **error)
{
  SgConfig *config = read_config (self, error);
  Handover *handover;

  if (config == NULL)
    return FALSE;
  handover = g_new0 (Handover, 1);
  handover->service = g_object_ref (self);
  handover->config = config;
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, on_handover, handover,
                              handover_free);
  return TRUE;
}

static char **
copy_strings (const GPtrArray *strings)
{
  char **copy = g_new0 (char *, strings->len + 1);

  for (guint i = 0; i < strings->len; i++)
    copy[i] = g_strdup (strings->pdata[i]);
  return copy;
}

/**
 * sg_scrape_service_get_status:
 * @self: the service
 *
 * Returns: (transfer full): the configuration at this moment; may be called on any thread
 */
SgConfigStatus *
sg_scrape_service_get_status (SgScrapeService *self)
{
  SgConfigStatus *status = sg_config_status_new ();

  SG_LOCK_SCOPE (&self->lock);
  status->path = g_strdup (sg_engine_options_get_config_file (self->options));
  status->is_good = self->error == NULL;
  status->error = g_strdup (self->error);
  status->last_read = self->last_read;
  status->last_good = self->last_good;
  if (self->config != NULL)
    {
      status->text = g_strdup (sg_yaml_get_text (self->config->yaml, NULL));
      status->warnings = copy_strings (self->config->warnings);
    }
  else
    status->warnings = g_new0 (char *, 1);
  return status;
}

void
sg_scrape_service_list (SgScrapeService     *self,
                        SgTargetListBuilder *builder)
{
  SG_LOCK_SCOPE (&self->lock);
  if (self->scraper != NULL)
    sg_scraper_list (self->scraper, builder);
}

guint
sg_scrape_service_scrape_now (SgScrapeService *self,
                              const char      *job,
                              const char      *url)
{
  return self->scraper != NULL && self->stopping == NULL
             ? sg_scraper_scrape_now (self->scraper, job, url)
             : 0;
}
