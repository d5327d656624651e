/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-private.h"

#include "base/sg-compute.h"
#include "metrics/sg-metrics.h"

#include <string.h>

/*
 * Pages of metrics to look at and to export: those of this process are rendered from their registry, those
 * of targets are the ones that came last. Both are jobs of the compute pool.
 */

/**
 * sg_engine_list_jobs:
 * @self: an engine
 *
 * Returns: (transfer full): the jobs of this process whose page can be read, and each target that is
 *   scraped, as its job and its URL
 */
GStrv
sg_engine_list_jobs (SgEngine *self)
{
  g_autoptr (SgTargetList) list = sg_engine_list_targets (self);
  g_auto (GStrv) own = sg_engine_list_registries (self);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_strv_builder_addv (names, (const char **) own);
  for (guint i = 0; i < list->n_targets; i++)
    {
      const SgTargetStatus *target = list->targets[i];
      g_autofree char *name = g_strconcat (target->job, " ", target->url, NULL);

      if (!target->is_builtin)
        g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

typedef struct
{
  SgRegistry *registry;
  SgClock *clock;
  SgExpositionFormat format;
  gboolean parse;
} RenderJob;

static void
render (gpointer data)
{
  g_autoptr (GTask) task = data;
  RenderJob *job = g_task_get_task_data (task);
  g_autoptr (GBytes) text = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  text = sg_exposition_write (job->registry, job->format);
  if (job->parse)
    g_task_return_pointer (task, sg_exposition_page_new (text, sg_clock_now_ns (job->clock)),
                           (GDestroyNotify) sg_exposition_page_unref);
  else
    g_task_return_pointer (task, g_steal_pointer (&text), (GDestroyNotify) g_bytes_unref);
}

/* The last page of a target is shown as it came. */
static void
read_target_page (GTask              *task,
                  const char         *name,
                  SgExpositionFormat  format,
                  gboolean            parse)
{
  SgEngine *self = g_task_get_source_object (task);
  const char *blank = strrchr (name, ' ');
  g_autofree char *job = g_strndup (name, (gsize) (blank - name));
  g_autoptr (SgKeptPage) page =
      sg_scrape_service_get_page (sg_engine_get_scrape (self), job, blank + 1);
  g_autoptr (GBytes) text = NULL;
  GError *error = NULL;

  if (page == NULL)
    g_set_error (&error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
                 "no page of “%s” is kept: it did not answer yet, or the room of "
                 "--scrape.kept-pages is taken",
                 name);
  else if (!parse && format != SG_EXPOSITION_TEXT_0_0_4)
    g_set_error (&error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
                 "the page of a target is kept as it came: export it as text");
  else
    text = sg_kept_page_get_text (page, &error);
  if (text == NULL)
    g_task_return_error (task, error);
  else if (parse)
    g_task_return_pointer (
        task, sg_exposition_page_new (text, sg_time_ms_to_ns (sg_kept_page_get_time (page))),
        (GDestroyNotify) sg_exposition_page_unref);
  else
    g_task_return_pointer (task, g_steal_pointer (&text), (GDestroyNotify) g_bytes_unref);
}

typedef struct
{
  char *name;
  SgExpositionFormat format;
  gboolean parse;
} TargetPageJob;

static void
target_page_job_free (gpointer data)
{
  TargetPageJob *job = data;

  g_free (job->name);
  g_free (job);
}

static void
render_target_page (gpointer data)
{
  g_autoptr (GTask) task = data;
  const TargetPageJob *job = g_task_get_task_data (task);

  read_target_page (task, job->name, job->format, job->parse);
}

static void
engine_render_async (GTask              *task,
                     const char         *job_name,
                     SgExpositionFormat  format,
                     gboolean            parse)
{
  SgEngine *self = g_task_get_source_object (task);
  SgRegistry *registry = sg_engine_find_registry (self, job_name);
  RenderJob *job;

  if (job_name != NULL && strchr (job_name, ' ') != NULL)
    {
      TargetPageJob *page = g_new (TargetPageJob, 1);

      *page = (TargetPageJob) { g_strdup (job_name), format, parse };
      g_task_set_task_data (task, page, target_page_job_free);
      sg_compute_push (render_target_page, task);
      return;
    }
  if (registry == NULL)
    {
      g_task_return_new_error (task, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
                               "there is no job “%s”: choose one of the list", job_name);
      g_object_unref (task);
      return;
    }
  job = g_new (RenderJob, 1);
  *job = (RenderJob) { registry, sg_engine_get_clock (self), format, parse };
  g_task_set_task_data (task, job, g_free);
  sg_compute_push (render, task);
}

void
sg_engine_get_exposition_async (SgEngine            *self,
                                const char          *job,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_get_exposition_async);
  engine_render_async (task, job, SG_EXPOSITION_TEXT_1_0_0, TRUE);
}

SgExpositionPage *
sg_engine_get_exposition_finish (SgEngine      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
sg_engine_export_async (SgEngine            *self,
                        const char          *job,
                        SgExportFormat       format,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  static const SgExpositionFormat formats[] = {
    [SG_EXPORT_TEXT] = SG_EXPOSITION_TEXT_0_0_4,
    [SG_EXPORT_OPENMETRICS] = SG_EXPOSITION_OPENMETRICS_1_0_0,
    [SG_EXPORT_JSON] = SG_EXPOSITION_JSON,
    [SG_EXPORT_CSV] = SG_EXPOSITION_CSV,
  };
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_export_async);
  engine_render_async (task, job, formats[format], FALSE);
}

GBytes *
sg_engine_export_finish (SgEngine      *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
