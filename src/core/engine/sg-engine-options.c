/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-options.h"

#include "base/sg-duration.h"
#include "engine/sg-engine-error.h"
#include "engine/sg-engine-options-private.h"
#include "engine/sg-storage-options.h"

#include "ingest/push/sg-push-groups.h"
#include "sync/sg-demo.h"
#include "sync/sg-operation-intake.h"

#include <gio/gio.h>
#include <string.h>

#define DEFAULT_LISTEN_ADDRESS "127.0.0.1:8080"
#define DEFAULT_BUILTIN_MS     5000

/*
 * Who named the listening address; a higher one wins. The flags are written by GOption straight
 * into the fields, so that their presence is their value.
 */
typedef enum
{
  FROM_DEFAULT,
  FROM_PREFERENCE,
  FROM_ENVIRONMENT,
  FROM_FLAG,
} Origin;

struct _SgEngineOptions
{
  char *storage_path;
  GStrv flag_addresses;
  GStrv addresses;
  Origin addresses_from;
  char *telemetry_path;
  GStrv allowed_hosts;
  gboolean allow_remote_without_auth;
  gboolean require_token;
  char *web_config_file;
  SgWebConfig *web;
  char *tsdb_path;
  char *builtin_jobs;
  char *builtin_interval;
  SgStorageOptions storage;
  gint64 builtin_ms;
  char *flag_config_file;
  char *config_file;
  char *body_size;
  char *concurrency;
  SgLimit body_bytes;
  SgLimit scrapes;
  char *kept_pages;
  char *mappings_path;
  SgLimit page_bytes;
  SgNodeOptions *node;
  int push_max_groups;
  int push_max_samples;
  int operations_max_rate;
  gboolean demo;
  int demo_rate;
};

static const SgLimit default_body_bytes = {
  .name = "scrape.body-size",
  .description = "the page of a target whose job sets no body_size_limit",
  .unit = SG_LIMIT_BYTES,
  .min = 1024,
  .max = G_MAXINT32,
  .default_value = 64 * 1024 * 1024,
  .value = 64 * 1024 * 1024,
};

static const SgLimit default_scrapes = {
  .name = "scrape.concurrency",
  .description = "scrapes that are under way at once",
  .unit = SG_LIMIT_COUNT,
  .min = 1,
  .max = 100000,
  .default_value = 1000,
  .value = 1000,
};

static const SgLimit default_page_bytes = {
  .name = "scrape.kept-pages",
  .description = "the last pages of all targets",
  .unit = SG_LIMIT_BYTES,
  .min = 0,
  .max = G_MAXINT32,
  .default_value = 8 * 1024 * 1024,
  .value = 8 * 1024 * 1024,
};

G_DEFINE_BOXED_TYPE (SgEngineOptions,
                     sg_engine_options,
                     sg_engine_options_copy,
                     sg_engine_options_free)

SgEngineOptions *
sg_engine_options_new (void)
{
  SgEngineOptions *self = g_new0 (SgEngineOptions, 1);

  self->addresses = g_strsplit (DEFAULT_LISTEN_ADDRESS, " ", 1);
  self->builtin_ms = DEFAULT_BUILTIN_MS;
  sg_storage_options_init (&self->storage);
  self->body_bytes = default_body_bytes;
  self->scrapes = default_scrapes;
  self->page_bytes = default_page_bytes;
  self->node = sg_node_options_new ();
  self->push_max_groups = SG_PUSH_GROUPS_MAX;
  self->push_max_samples = SG_PUSH_SAMPLES_MAX;
  self->operations_max_rate = SG_OPERATION_RATE_DEFAULT;
  self->demo_rate = SG_DEMO_DEFAULT_RATE;
  return self;
}

SgEngineOptions *
sg_engine_options_copy (const SgEngineOptions *self)
{
  SgEngineOptions *copy = g_memdup2 (self, sizeof *self);

  copy->storage_path = g_strdup (self->storage_path);
  copy->flag_addresses = g_strdupv (self->flag_addresses);
  copy->addresses = g_strdupv (self->addresses);
  copy->telemetry_path = g_strdup (self->telemetry_path);
  copy->allowed_hosts = g_strdupv (self->allowed_hosts);
  copy->web_config_file = g_strdup (self->web_config_file);
  copy->web = self->web != NULL ? sg_web_config_ref (self->web) : NULL;
  copy->tsdb_path = g_strdup (self->tsdb_path);
  sg_storage_options_copy (&copy->storage, &self->storage);
  copy->builtin_jobs = g_strdup (self->builtin_jobs);
  copy->builtin_interval = g_strdup (self->builtin_interval);
  copy->flag_config_file = g_strdup (self->flag_config_file);
  copy->config_file = g_strdup (self->config_file);
  copy->body_size = g_strdup (self->body_size);
  copy->concurrency = g_strdup (self->concurrency);
  copy->kept_pages = g_strdup (self->kept_pages);
  copy->mappings_path = g_strdup (self->mappings_path);
  copy->node = sg_node_options_ref (self->node);
  return copy;
}

void
sg_engine_options_free (SgEngineOptions *self)
{
  g_free (self->storage_path);
  g_strfreev (self->flag_addresses);
  g_strfreev (self->addresses);
  g_free (self->telemetry_path);
  g_strfreev (self->allowed_hosts);
  g_free (self->web_config_file);
  g_clear_pointer (&self->web, sg_web_config_unref);
  g_free (self->tsdb_path);
  sg_storage_options_clear (&self->storage);
  g_free (self->builtin_jobs);
  g_free (self->builtin_interval);
  g_free (self->flag_config_file);
  g_free (self->config_file);
  g_free (self->body_size);
  g_free (self->concurrency);
  g_free (self->kept_pages);
  g_free (self->mappings_path);
  sg_node_options_unref (self->node);
  g_free (self);
}

static gboolean
take_node_flag (const char  *flag,
                const char  *value,
                gpointer     data,
                GError     **error)
{
  SgEngineOptions *self = data;

  return sg_node_options_set (self->node, flag + strlen ("--"), value, error);
}

/* The flags of node_exporter; those of one collector are too many for the help. */
static void
add_node_flags (GOptionGroup *group)
{
  guint n;
  const SgNodeFlag *flags = sg_node_options_get_flags (&n);

  for (guint i = 0; i < n; i++)
    {
      int shown = flags[i].description == NULL ? G_OPTION_FLAG_HIDDEN : 0;
      int bare = flags[i].argument == NULL ? G_OPTION_FLAG_NO_ARG : 0;
      GOptionEntry entries[] = {
        { flags[i].name, 0, shown | bare, G_OPTION_ARG_CALLBACK, take_node_flag,
          flags[i].description, flags[i].argument },
        { NULL },
      };

      g_option_group_add_entries (group, entries);
    }
}

SgStorageOptions *
sg_engine_options_get_storage (SgEngineOptions *self)
{
  return &self->storage;
}

/* Returns: (transfer full): the flags of the engine but for those of its parts, read into @self */
GOptionEntry *
sg_engine_options_make_entries (SgEngineOptions *self)
{
  GOptionEntry entries[] = {
    { "web.listen-address", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->flag_addresses,
      "Listen on HOST:PORT (default " DEFAULT_LISTEN_ADDRESS
      ", or the next free port); may be repeated",
      "HOST:PORT" },
    { "web.telemetry-path", 0, 0, G_OPTION_ARG_STRING, &self->telemetry_path,
      "Serve the metrics under PATH too (default /metrics)", "PATH" },
    { "web.allowed-host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->allowed_hosts,
      "Answer requests for NAME besides localhost, IP addresses and this machine's name; may be "
      "repeated",
      "NAME" },
    { "web.config.file", 0, 0, G_OPTION_ARG_FILENAME, &self->web_config_file,
      "Take TLS and users from FILE, a web.config.yml of Prometheus", "FILE" },
    { "web.require-token", 0, 0, G_OPTION_ARG_NONE, &self->require_token,
      "Ask for the token even from this machine when a request changes something", NULL },
    { "web.allow-remote-without-auth", 0, 0, G_OPTION_ARG_NONE, &self->allow_remote_without_auth,
      "Listen beyond this machine although nobody has to log in", NULL },
    { "storage.path", 0, 0, G_OPTION_ARG_FILENAME, &self->storage_path,
      "Keep everything in FOLDER (default $XDG_DATA_HOME/sightglass)", "FOLDER" },
    { "storage.tsdb.path", 0, 0, G_OPTION_ARG_FILENAME, &self->tsdb_path,
      "Keep the samples in FOLDER, a Prometheus data directory (default tsdb in the storage path)",
      "FOLDER" },
    { "builtin.jobs", 0, 0, G_OPTION_ARG_STRING, &self->builtin_jobs,
      "What is collected without being configured: sightglass,node,pushgateway (the default), some "
      "of them, or none",
      "JOBS" },
    { "push.max-groups", 0, 0, G_OPTION_ARG_INT, &self->push_max_groups,
      "Keep at most N pushed groups (default 1000)", "N" },
    { "push.max-samples", 0, 0, G_OPTION_ARG_INT, &self->push_max_samples,
      "Keep at most N pushed samples (default 100000)", "N" },
    { "operations.max-rate", 0, 0, G_OPTION_ARG_INT, &self->operations_max_rate,
      "Take at most N operations a second that applications report (default 100000)", "N" },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &self->demo,
      "Have something to look at: run an application called anivault, with faults every two minutes",
      NULL },
    { "demo.rate", 0, 0, G_OPTION_ARG_INT, &self->demo_rate,
      "Have it make N requests a second, from 1 to 5000 (default 50)", "N" },
    { "builtin.interval", 0, 0, G_OPTION_ARG_STRING, &self->builtin_interval,
      "How often (default 5s)", "DURATION" },
    { "config.file", 0, 0, G_OPTION_ARG_FILENAME, &self->flag_config_file,
      "Take what to scrape from FILE, a prometheus.yml (default "
      "$XDG_CONFIG_HOME/sightglass/prometheus.yml, if there is one)",
      "FILE" },
    { "scrape.body-size", 0, 0, G_OPTION_ARG_STRING, &self->body_size,
      "Take no longer page from a target whose job sets no body_size_limit (default 64MiB)",
      "BYTES" },
    { "scrape.concurrency", 0, 0, G_OPTION_ARG_STRING, &self->concurrency,
      "Scrape no more targets at once (default 1000)", "NUMBER" },
    { "mappings.path", 0, 0, G_OPTION_ARG_FILENAME, &self->mappings_path,
      "Take what the families of applications mean from the YAML files in FOLDER too (default "
      "$XDG_CONFIG_HOME/sightglass/mappings)",
      "FOLDER" },
    { "scrape.kept-pages", 0, 0, G_OPTION_ARG_STRING, &self->kept_pages,
      "Keep the last pages of targets in so much memory, to be looked at (default 8MiB)", "BYTES" },
    { NULL },
  };

  return g_memdup2 (entries, sizeof entries);
}

/**
 * sg_engine_options_get_group:
 * @self: the options to fill; must outlive the parsing
 *
 * Returns: (transfer full): the flags of the engine
 */
GOptionGroup *
sg_engine_options_get_group (SgEngineOptions *self)
{
  g_autofree GOptionEntry *entries = sg_engine_options_make_entries (self);
  g_autofree GOptionEntry *storage = sg_storage_options_make_entries (&self->storage);
  GOptionGroup *group =
      g_option_group_new ("engine", "Engine Options:", "Show the engine's options", self, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_add_entries (group, storage);
  add_node_flags (group);
  return group;
}

/* "8080" as the variables of other systems have it → "127.0.0.1:8080". */
static char *
address_from_port (const char  *variable,
                   const char  *text,
                   GError     **error)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL))
    {
      g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION,
                   "%s is “%s”: set it to a port from 1 to 65535, or unset it", variable, text);
      return NULL;
    }
  return g_strdup_printf ("127.0.0.1:%u", (guint) port);
}

static void
options_take_address (SgEngineOptions *self,
                      char            *address,
                      Origin           from)
{
  if (from >= self->addresses_from)
    {
      g_strfreev (self->addresses);
      self->addresses = g_new0 (char *, 2);
      self->addresses[0] = address;
      self->addresses_from = from;
    }
  else
    g_free (address);
}

static gboolean
path_is_usable (const char *path)
{
  return path[0] == '/' && path[1] != '\0' && strpbrk (path, "?#% \t\r\n:") == NULL
         && g_utf8_validate (path, -1, NULL);
}

/* Returns: whether the list is "none" or names of built-in jobs with commas between them */
static gboolean
builtin_jobs_are_known (const char *list)
{
  static const char *const known[] = { "sightglass", "node", "pushgateway", NULL };
  g_auto (GStrv) jobs = g_strsplit (list, ",", -1);

  if (g_str_equal (list, "none"))
    return TRUE;
  for (guint i = 0; jobs[i] != NULL; i++)
    {
      if (!g_strv_contains (known, jobs[i]))
        return FALSE;
    }
  return jobs[0] != NULL;
}

static gboolean
read_builtin (SgEngineOptions  *self,
              GError          **error)
{
  if (self->builtin_jobs != NULL && !builtin_jobs_are_known (self->builtin_jobs))
    {
      g_set_error (
          error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION,
          "--builtin.jobs is “%s”: write sightglass,node,pushgateway or some of them, or none",
          self->builtin_jobs);
      return FALSE;
    }
  if (self->builtin_interval == NULL)
    return TRUE;
  if (sg_duration_parse (self->builtin_interval, -1, 0, &self->builtin_ms, NULL)
      && self->builtin_ms >= 100)
    return TRUE;
  g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION,
               "--builtin.interval is “%s”: write a duration from 100ms on, as 5s",
               self->builtin_interval);
  return FALSE;
}

static gboolean
read_demo (SgEngineOptions  *self,
           GError          **error)
{
  if (self->demo_rate >= 1 && self->demo_rate <= SG_DEMO_MAX_RATE)
    return TRUE;
  g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION,
               "--demo.rate is %d: write a number of requests a second, from 1 to %d",
               self->demo_rate, SG_DEMO_MAX_RATE);
  return FALSE;
}

static gboolean
read_scraping (SgEngineOptions  *self,
               GError          **error)
{
  return (self->kept_pages == NULL
          || sg_limit_set_text (&self->page_bytes, self->kept_pages, error))
         && (self->body_size == NULL
             || sg_limit_set_text (&self->body_bytes, self->body_size, error))
         && (self->concurrency == NULL
             || sg_limit_set_text (&self->scrapes, self->concurrency, error));
}

static gboolean
read_operations (SgEngineOptions  *self,
                 GError          **error)
{
  if (self->operations_max_rate >= 1)
    return TRUE;
  g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION,
               "--operations.max-rate is %d: write a number of operations from 1 on",
               self->operations_max_rate);
  return FALSE;
}

/**
 * sg_engine_options_read_environment:
 * @self: options whose flags have been parsed
 * @error: which variable is wrong, and what it should be
 *
 * Reads METRICS_PORT, KOTOBA_METRICS_PORT and KOTOBA_METRICS_PATH, as the systems that Sightglass
 * replaces spell them, and checks what the flags said.
 */
gboolean
sg_engine_options_read_environment (SgEngineOptions  *self,
                                    GError          **error)
{
  static const char *const variables[] = { "METRICS_PORT", "KOTOBA_METRICS_PORT" };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      const char *text = g_getenv (variables[i]);
      char *address;

      if (text == NULL || *text == '\0')
        continue;
      if ((address = address_from_port (variables[i], text, error)) == NULL)
        return FALSE;
      options_take_address (self, address, FROM_ENVIRONMENT);
    }
  if (self->telemetry_path == NULL)
    self->telemetry_path = g_strdup (g_getenv ("KOTOBA_METRICS_PATH"));
  if (self->telemetry_path != NULL && !path_is_usable (self->telemetry_path))
    {
      g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION,
                   "the metrics path “%s” cannot be served: write it as /metrics, without ? # %% : "
                   "or blanks",
                   self->telemetry_path);
      return FALSE;
    }
  if (self->web_config_file != NULL)
    {
      g_clear_pointer (&self->web, sg_web_config_unref);
      self->web = sg_web_config_load (self->web_config_file, error);
      if (self->web == NULL)
        return FALSE;
    }
  return sg_storage_options_read (&self->storage, error) && read_builtin (self, error)
         && read_demo (self, error) && read_scraping (self, error) && read_operations (self, error);
}

/* Whether @address is host:port; a host may be empty (every address of the machine). */
static gboolean
address_validate (const char  *address,
                  GError     **error)
{
  const char *colon = strrchr (address, ':');

  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, NULL, NULL))
    {
      g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION,
                   "“%s” is no address to listen on: write it as 127.0.0.1:8080 or [::1]:8080",
                   address);
      return FALSE;
    }
  return TRUE;
}

gboolean
sg_engine_options_prefer_listen_address (SgEngineOptions  *self,
                                         const char       *address,
                                         GError          **error)
{
  if (!address_validate (address, error))
    return FALSE;
  options_take_address (self, g_strdup (address), FROM_PREFERENCE);
  return TRUE;
}

/* Returns: (transfer none): the folder that holds everything */
const char *
sg_engine_options_get_storage_path (const SgEngineOptions *self)
{
  SgEngineOptions *mutable_self = (SgEngineOptions *) self;

  if (self->storage_path == NULL)
    mutable_self->storage_path = g_build_filename (g_get_user_data_dir (), "sightglass", NULL);
  return self->storage_path;
}

void
sg_engine_options_set_storage_path (SgEngineOptions *self,
                                    const char      *path)
{
  g_free (self->storage_path);
  self->storage_path = g_strdup (path);
}

/* Returns: (transfer none): the addresses, as flag, variable, preference or default have them */
const char *const *
sg_engine_options_get_listen_addresses (const SgEngineOptions *self)
{
  if (self->flag_addresses != NULL)
    return (const char *const *) self->flag_addresses;
  return (const char *const *) self->addresses;
}

gboolean
sg_engine_options_get_listen_address_is_asked_for (const SgEngineOptions *self)
{
  return self->flag_addresses != NULL || self->addresses_from != FROM_DEFAULT;
}

const char *
sg_engine_options_get_telemetry_path (const SgEngineOptions *self)
{
  return self->telemetry_path;
}

/* Returns: (transfer full): the same for the server */
SgHttpConfig *
sg_engine_options_make_http_config (const SgEngineOptions *self)
{
  SgHttpConfig *config = sg_http_config_new ();

  g_strfreev (config->listen_addresses);
  config->listen_addresses = g_strdupv ((GStrv) sg_engine_options_get_listen_addresses (self));
  config->explicit_port = sg_engine_options_get_listen_address_is_asked_for (self);
  config->allow_remote_without_auth = self->allow_remote_without_auth;
  config->allowed_hosts = g_strdupv (self->allowed_hosts);
  config->require_token = self->require_token;
  config->web = self->web != NULL ? sg_web_config_ref (self->web) : NULL;
  g_free (config->state_dir);
  config->state_dir = g_build_filename (sg_engine_options_get_storage_path (self), "state", NULL);
  return config;
}

void
sg_engine_options_fill_store (const SgEngineOptions *self,
                              const SgConfig        *config,
                              SgStoreOptions        *options)
{
  options->path = sg_engine_options_get_storage_path (self);
  options->tsdb_path = self->tsdb_path;
  sg_storage_options_fill (&self->storage, config, options);
}

gsize
sg_engine_options_get_cache_bytes (const SgEngineOptions *self)
{
  return self->storage.cache_bytes;
}

void
sg_engine_options_fill_logs (const SgEngineOptions *self,
                             SgLogStoreOptions     *options)
{
  sg_storage_options_fill_logs (&self->storage, options);
}

gint64
sg_engine_options_get_builtin_ms (const SgEngineOptions *self)
{
  return self->builtin_ms;
}

gboolean
sg_engine_options_has_builtin (const SgEngineOptions *self,
                               const char            *job)
{
  g_auto (GStrv) jobs = NULL;

  if (self->builtin_jobs == NULL)
    return TRUE;
  jobs = g_strsplit (self->builtin_jobs, ",", -1);
  return g_strv_contains ((const char *const *) jobs, job);
}

void
sg_engine_options_get_push_bounds (const SgEngineOptions *self,
                                   guint                 *ret_groups,
                                   guint                 *ret_samples)
{
  *ret_groups = (guint) MAX (self->push_max_groups, 0);
  *ret_samples = (guint) MAX (self->push_max_samples, 0);
}

guint
sg_engine_options_get_operations_rate (const SgEngineOptions *self)
{
  return (guint) self->operations_max_rate;
}

guint
sg_engine_options_get_demo_rate (const SgEngineOptions *self)
{
  return self->demo ? (guint) self->demo_rate : 0;
}

gboolean
sg_engine_options_get_demo (const SgEngineOptions *self)
{
  return self->demo;
}

void
sg_engine_options_set_demo (SgEngineOptions *self,
                            gboolean         demo)
{
  self->demo = demo;
}

SgNodeOptions *
sg_engine_options_get_node (const SgEngineOptions *self)
{
  return self->node;
}

const char *
sg_engine_options_get_config_place (const SgEngineOptions *self)
{
  SgEngineOptions *mutable_self = (SgEngineOptions *) self;

  if (self->flag_config_file != NULL)
    return self->flag_config_file;
  if (self->config_file == NULL)
    mutable_self->config_file =
        g_build_filename (g_get_user_config_dir (), "sightglass", "prometheus.yml", NULL);
  return self->config_file;
}

/* Returns: (transfer none) (nullable): the configuration; %NULL when there is none */
const char *
sg_engine_options_get_config_file (const SgEngineOptions *self)
{
  const char *place = sg_engine_options_get_config_place (self);

  return self->flag_config_file != NULL || g_file_test (place, G_FILE_TEST_EXISTS) ? place : NULL;
}

gboolean
sg_engine_options_config_file_is_asked_for (const SgEngineOptions *self)
{
  return self->flag_config_file != NULL;
}

void
sg_engine_options_set_config_file (SgEngineOptions *self,
                                   const char      *path)
{
  g_free (self->flag_config_file);
  self->flag_config_file = g_strdup (path);
}

/* The bounds live as long as @self. */
void
sg_engine_options_fill_scraper (SgEngineOptions  *self,
                                SgScraperOptions *options)
{
  options->body_bytes = &self->body_bytes;
  options->concurrency = &self->scrapes;
  options->page_bytes = &self->page_bytes;
}

/* Returns: (transfer full): the folder with the mappings of the user, which need not exist */
char *
sg_engine_options_make_mappings_path (const SgEngineOptions *self)
{
  if (self->mappings_path != NULL)
    return g_strdup (self->mappings_path);
  return g_build_filename (g_get_user_config_dir (), "sightglass", "mappings", NULL);
}

void
sg_engine_options_set_mappings_path (SgEngineOptions *self,
                                     const char      *path)
{
  g_free (self->mappings_path);
  self->mappings_path = g_strdup (path);
}
