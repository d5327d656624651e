/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-private.h"

#include "base/sg-compute.h"
#include "engine/sg-builtin-job.h"

/*
 * What concerns targets and the configuration that names them. What waits for the disk is a job of the
 * compute pool; what acts on the scraper is handed to the engine's thread.
 */

/**
 * sg_engine_list_targets:
 * @self: an engine
 *
 * Returns: (transfer full): all targets at this moment
 */
SgTargetList *
sg_engine_list_targets (SgEngine *self)
{
  GPtrArray *jobs = sg_engine_get_builtin_jobs (self);
  SgTargetListBuilder builder;

  sg_target_list_builder_init (&builder);
  for (guint i = 0; i < jobs->len; i++)
    sg_builtin_job_list (jobs->pdata[i], &builder);
  sg_scrape_service_list (sg_engine_get_scrape (self), &builder);
  return sg_target_list_builder_end (&builder);
}

/**
 * sg_engine_get_config_status:
 * @self: an engine
 *
 * Returns: (transfer full): the configuration at this moment
 */
SgConfigStatus *
sg_engine_get_config_status (SgEngine *self)
{
  return sg_scrape_service_get_status (sg_engine_get_scrape (self));
}

static void
reload (gpointer data)
{
  g_autoptr (GTask) task = data;
  SgEngine *self = g_task_get_source_object (task);
  GError *error = NULL;

  sg_mapping_service_reload (sg_engine_get_mapping_service (self));
  if (sg_scrape_service_reload (sg_engine_get_scrape (self), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * sg_engine_reload_async:
 * @self: an engine that has started
 * @callback: is told how it went
 * @user_data: for @callback
 *
 * Reads the configuration again. If it is wrong, the one before goes on.
 */
void
sg_engine_reload_async (SgEngine            *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, sg_engine_reload_async);
  sg_compute_push (reload, task);
}

gboolean
sg_engine_reload_finish (SgEngine      *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static SgTargetChange *
target_change_copy (const SgTargetChange *change)
{
  SgTargetChange *copy = g_new0 (SgTargetChange, 1);

  copy->verb = change->verb;
  copy->job = g_strdup (change->job);
  copy->address = g_strdup (change->address);
  copy->new_address = g_strdup (change->new_address);
  copy->labels = change->labels != NULL ? sg_labels_ref (change->labels) : NULL;
  return copy;
}

static void
target_change_free (gpointer data)
{
  SgTargetChange *change = data;

  g_free ((char *) change->job);
  g_free ((char *) change->address);
  g_free ((char *) change->new_address);
  if (change->labels != NULL)
    sg_labels_unref ((SgLabels *) change->labels);
  g_free (change);
}

static void
change_target (gpointer data)
{
  g_autoptr (GTask) task = data;
  SgEngine *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (sg_scrape_service_change (sg_engine_get_scrape (self), g_task_get_task_data (task), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * sg_engine_change_target_async:
 * @self: an engine that has started
 * @change: what is to be done
 * @callback: is told how it went
 * @user_data: for @callback
 */
void
sg_engine_change_target_async (SgEngine             *self,
                               const SgTargetChange *change,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, sg_engine_change_target_async);
  g_task_set_task_data (task, target_change_copy (change), target_change_free);
  sg_compute_push (change_target, task);
}

gboolean
sg_engine_change_target_finish (SgEngine      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct
{
  SgEngine *engine;
  char *job;
  char *url;
} ScrapeNow;

static void
scrape_now_free (gpointer data)
{
  ScrapeNow *now = data;

  g_object_unref (now->engine);
  g_free (now->job);
  g_free (now->url);
  g_free (now);
}

static gboolean
scrape_now (gpointer data)
{
  ScrapeNow *now = data;

  sg_scrape_service_scrape_now (sg_engine_get_scrape (now->engine), now->job, now->url);
  return G_SOURCE_REMOVE;
}

/**
 * sg_engine_scrape_now:
 * @self: an engine that has started
 * @job: (nullable): whose targets
 * @url: (nullable): which of them
 */
void
sg_engine_scrape_now (SgEngine   *self,
                      const char *job,
                      const char *url)
{
  ScrapeNow *now = g_new0 (ScrapeNow, 1);

  *now = (ScrapeNow) { g_object_ref (self), g_strdup (job), g_strdup (url) };
  g_main_context_invoke_full (sg_engine_get_context (self), G_PRIORITY_DEFAULT, scrape_now, now,
                              scrape_now_free);
}
