/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/discovery/sg-discovery.h"

#include "base/sg-blocking.h"
#include "base/sg-compute.h"
#include "ingest/discovery/sg-discovery-private.h"

#include <string.h>

/*
 * Each entry of file_sd_configs, http_sd_configs and dns_sd_configs is a provider with a beat of its own.
 * What can hang (files on a dead mount, DNS) is looked at on the blocking pool, an answer is parsed on
 * the compute pool, and what was found is taken over on the context's thread. A provider that is freed
 * while it looks goes when that has ended.
 */

/* Several changes of a folder within this time are one. */
#define SETTLE_MS        50
#define LOOK_DEADLINE_MS (30 * 1000)
#define ANSWER_BYTES_MAX (16 * 1024 * 1024)

typedef struct
{
  int ref_count;
  SgDiscovery *discovery;
  SgConfig *whole;
  const SgFileSdConfig *file;
  const SgHttpSdConfig *http;
  const SgDnsSdConfig *dns;
  gint64 refresh_ms;
  SgHttpClient *client;
  GCancellable *cancellable;
  GSource *timer;
  GPtrArray *monitors;
  gboolean busy;
  gboolean again;
  gboolean has_looked;
  GPtrArray *groups;
  char *problem;
} Provider;

struct _SgDiscovery
{
  GPtrArray *providers;
  SgDiscoveryFunc changed;
  gpointer user_data;
};

static void look (Provider *provider);

SgFinding *
sg_finding_new (void)
{
  SgFinding *self = g_new0 (SgFinding, 1);

  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_target_group_free);
  self->unread = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
sg_finding_free (SgFinding *self)
{
  g_ptr_array_unref (self->groups);
  g_ptr_array_unref (self->unread);
  g_free (self->problem);
  g_free (self);
}

void
sg_finding_miss (SgFinding  *self,
                 const char *source,
                 GError     *error)
{
  g_ptr_array_add (self->unread, g_strdup (source));
  g_free (self->problem);
  self->problem = g_strdup (error != NULL ? error->message : "it is empty");
  g_clear_error (&error);
}

void
sg_target_group_set (SgTargetGroup *group,
                     const char    *name,
                     const char    *value)
{
  g_auto (SgLabelsBuilder) builder = { 0 };
  SgLabels *labels;

  sg_labels_builder_init (&builder, group->labels);
  sg_labels_builder_set (&builder, name, value);
  labels = sg_labels_builder_build (&builder);
  sg_labels_unref (group->labels);
  group->labels = labels;
}

static Provider *
provider_ref (Provider *self)
{
  self->ref_count++;
  return self;
}

static void
provider_unref (Provider *self)
{
  if (--self->ref_count > 0)
    return;
  g_clear_pointer (&self->client, sg_http_client_unref);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->monitors, g_ptr_array_unref);
  g_object_unref (self->cancellable);
  sg_config_unref (self->whole);
  g_free (self->problem);
  g_free (self);
}

static gboolean
on_due (gpointer data)
{
  look (data);
  return G_SOURCE_REMOVE;
}

static void
schedule (Provider *self,
          gint64    ms)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->timer = g_timeout_source_new ((guint) CLAMP (ms, 1, G_MAXINT));
  g_source_set_callback (self->timer, on_due, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* Moves over what the sources that could not be read said last. */
static void
keep_unread (Provider  *self,
             SgFinding *finding)
{
  for (guint i = 0; self->groups != NULL && i < self->groups->len;)
    {
      SgTargetGroup *group = self->groups->pdata[i];
      gboolean keep = FALSE;

      for (guint j = 0; j < finding->unread->len && !keep; j++)
        keep = g_str_has_prefix (group->source, finding->unread->pdata[j]);
      if (keep)
        g_ptr_array_add (finding->groups, g_ptr_array_steal_index (self->groups, i));
      else
        i++;
    }
}

/* Takes @finding. */
static void
take_finding (Provider  *self,
              SgFinding *finding)
{
  self->busy = FALSE;
  if (self->discovery != NULL)
    {
      self->has_looked = TRUE;
      g_free (self->problem);
      self->problem = g_steal_pointer (&finding->problem);
      if (!finding->failed)
        {
          keep_unread (self, finding);
          g_clear_pointer (&self->groups, g_ptr_array_unref);
          self->groups = g_steal_pointer (&finding->groups);
          finding->groups = g_ptr_array_new ();
        }
      schedule (self, self->again ? SETTLE_MS : self->refresh_ms);
      self->again = FALSE;
      self->discovery->changed (self->discovery->user_data);
    }
  sg_finding_free (finding);
  provider_unref (self);
}

static void
take_failure (Provider *self,
              GError   *error)
{
  SgFinding *finding = sg_finding_new ();

  finding->failed = TRUE;
  sg_finding_miss (finding, "", error);
  take_finding (self, finding);
}

/* What a look on another thread has: it may go on when its provider has given up and gone. */
typedef struct
{
  SgConfig *whole;
  const SgFileSdConfig *file;
  const SgDnsSdConfig *dns;
} Look;

static void
look_free (gpointer data)
{
  Look *self = data;

  sg_config_unref (self->whole);
  g_free (self);
}

static gpointer
look_and_wait (gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Look *self = data;

  return self->file != NULL ? sg_discovery_look_in_files (self->file)
                            : sg_discovery_look_in_dns (self->dns, cancellable);
}

static void
finding_free (gpointer data)
{
  sg_finding_free (data);
}

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Provider *self = user_data;
  GError *error = NULL;
  SgFinding *finding = sg_blocking_run_finish (result, &error);

  if (finding != NULL)
    take_finding (self, finding);
  else
    take_failure (self, error);
}

static void
read_answer (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  SgFetched *fetched = task_data;
  Provider *self = g_object_get_data (G_OBJECT (task), "sg-provider");

  g_task_return_pointer (
      task, sg_discovery_read_answer (self->http, fetched->body, fetched->content_type),
      finding_free);
}

static void
on_answer_read (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  take_finding (user_data, g_task_propagate_pointer (G_TASK (result), NULL));
}

static void
on_fetched (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Provider *self = user_data;
  GError *error = NULL;
  SgFetched *fetched = sg_http_client_fetch_finish (result, &error);
  g_autoptr (GTask) task = NULL;

  if (fetched == NULL)
    {
      g_prefix_error (&error, "%s: ", self->http->url);
      take_failure (self, error);
      return;
    }
  task = g_task_new (NULL, NULL, on_answer_read, self);
  g_task_set_task_data (task, fetched, (GDestroyNotify) sg_fetched_free);
  g_object_set_data (G_OBJECT (task), "sg-provider", self);
  sg_compute_run_task (task, read_answer);
}

static void
look_elsewhere (Provider *self)
{
  Look *look = g_new0 (Look, 1);

  *look = (Look) { sg_config_ref (self->whole), self->file, self->dns };
  sg_blocking_run_async (self->file != NULL ? "file_sd" : "dns_sd", LOOK_DEADLINE_MS, look_and_wait,
                         look, look_free, finding_free, self->cancellable, on_looked, self);
}

static void
look (Provider *self)
{
  SgFetchOptions options = { .accept = "application/json",
                             .timeout_ms = LOOK_DEADLINE_MS,
                             .max_bytes = ANSWER_BYTES_MAX };

  if (self->busy)
    {
      self->again = TRUE;
      return;
    }
  self->busy = TRUE;
  provider_ref (self);
  if (self->http != NULL)
    sg_http_client_fetch_async (self->client, self->http->url, &options, self->cancellable,
                                on_fetched, self);
  else
    look_elsewhere (self);
}

static void
on_folder_changed (GFileMonitor      *monitor,
                   GFile             *file,
                   GFile             *other,
                   GFileMonitorEvent  event,
                   gpointer           user_data)
{
  Provider *self = user_data;

  if (self->discovery != NULL)
    schedule (self, SETTLE_MS);
}

static void
watch_folders (Provider *self)
{
  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; self->file->files[i] != NULL; i++)
    {
      g_autofree char *folder = g_path_get_dirname (self->file->files[i]);
      g_autoptr (GFile) file = g_file_new_for_path (folder);
      GFileMonitor *monitor =
          g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

      if (monitor == NULL)
        continue;
      g_signal_connect (monitor, "changed", G_CALLBACK (on_folder_changed), self);
      g_ptr_array_add (self->monitors, monitor);
    }
}

static Provider *
add_provider (SgDiscovery *self,
              SgConfig    *whole)
{
  Provider *provider = g_new0 (Provider, 1);

  provider->ref_count = 1;
  provider->discovery = self;
  provider->whole = sg_config_ref (whole);
  provider->cancellable = g_cancellable_new ();
  g_ptr_array_add (self->providers, provider);
  return provider;
}

static void
add_providers (SgDiscovery             *self,
               SgConfig                *whole,
               const SgDiscoveryConfig *config)
{
  for (guint i = 0; config->file != NULL && i < config->file->len; i++)
    {
      Provider *provider = add_provider (self, whole);

      provider->file = config->file->pdata[i];
      provider->refresh_ms = provider->file->refresh_interval_ms;
      watch_folders (provider);
    }
  for (guint i = 0; config->http != NULL && i < config->http->len; i++)
    {
      Provider *provider = add_provider (self, whole);

      provider->http = config->http->pdata[i];
      provider->refresh_ms = provider->http->refresh_interval_ms;
      provider->client = sg_http_client_new (&provider->http->http);
    }
  for (guint i = 0; config->dns != NULL && i < config->dns->len; i++)
    {
      Provider *provider = add_provider (self, whole);

      provider->dns = config->dns->pdata[i];
      provider->refresh_ms = provider->dns->refresh_interval_ms;
    }
}

/**
 * sg_discovery_new:
 * @whole: what @config is part of
 * @config: where to look
 * @changed: is told when something was found
 * @user_data: for @changed
 *
 * Returns: (transfer full): a discovery that looks for the first time now
 */
SgDiscovery *
sg_discovery_new (SgConfig                *whole,
                  const SgDiscoveryConfig *config,
                  SgDiscoveryFunc          changed,
                  gpointer                 user_data)
{
  SgDiscovery *self = g_new0 (SgDiscovery, 1);

  self->providers = g_ptr_array_new ();
  self->changed = changed;
  self->user_data = user_data;
  add_providers (self, whole, config);
  for (guint i = 0; i < self->providers->len; i++)
    look (self->providers->pdata[i]);
  return self;
}

static void
provider_end (Provider *self)
{
  self->discovery = NULL;
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  for (guint i = 0; self->monitors != NULL && i < self->monitors->len; i++)
    g_file_monitor_cancel (self->monitors->pdata[i]);
  g_cancellable_cancel (self->cancellable);
  provider_unref (self);
}

void
sg_discovery_free (SgDiscovery *self)
{
  for (guint i = 0; i < self->providers->len; i++)
    provider_end (self->providers->pdata[i]);
  g_ptr_array_unref (self->providers);
  g_free (self);
}

/* Whether all have been asked once. */
gboolean
sg_discovery_is_complete (SgDiscovery *self)
{
  for (guint i = 0; i < self->providers->len; i++)
    {
      if (!((Provider *) self->providers->pdata[i])->has_looked)
        return FALSE;
    }
  return TRUE;
}

void
sg_discovery_foreach_group (SgDiscovery          *self,
                            SgDiscoveryGroupFunc  func,
                            gpointer              user_data)
{
  for (guint i = 0; i < self->providers->len; i++)
    {
      const Provider *provider = self->providers->pdata[i];

      for (guint j = 0; provider->groups != NULL && j < provider->groups->len; j++)
        func (provider->groups->pdata[j], user_data);
    }
}

void
sg_discovery_list_problems (SgDiscovery *self,
                            GPtrArray   *problems)
{
  for (guint i = 0; i < self->providers->len; i++)
    {
      const Provider *provider = self->providers->pdata[i];

      if (provider->problem != NULL)
        g_ptr_array_add (problems, g_strdup (provider->problem));
    }
}
