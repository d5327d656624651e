/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-bytes.h"
#include "base/sg-duration.h"
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"
#include "ingest/config/sg-config-secrets.h"
#include "tsdb/sg-wal-segments.h"

#include "sg-config.h"

#include <unistd.h>

/*
 * status/buildinfo: clients of Prometheus look at its version to know what they may ask. What Sightglass
 * speaks is the language and the API of Prometheus 3, and that is what they are told; its own version
 * stands beside.
 */
#define SPEAKS_VERSION "3.0.0"

static void
write_pair (SgJsonWriter *json,
            const char   *name,
            const char   *value)
{
  sg_json_writer_key (json, name);
  sg_json_writer_string (json, value);
}

static void
write_number (SgJsonWriter *json,
              const char   *name,
              gint64        value)
{
  sg_json_writer_key (json, name);
  sg_json_writer_integer (json, value);
}

static SgHttpResponse *
answer_buildinfo (const SgHttpRequest *request,
                  gpointer             user_data)
{
  static const char *const pairs[][2] = {
    { "version", SPEAKS_VERSION },
    { "revision", "" },
    { "branch", "" },
    { "buildUser", "" },
    { "buildDate", "" },
    { "goVersion", "" },
    { "application", "Sightglass" },
    { "applicationVersion", SG_VERSION },
  };
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    write_pair (&json, pairs[i][0], pairs[i][1]);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

/* RFC 3339, with milliseconds */
static void
write_moment (SgJsonWriter *json,
              const char   *name,
              SgTimeMs      t)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (t / 1000);
  g_autofree char *second = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *text = g_strdup_printf ("%s.%03uZ", second, (guint) (t % 1000));

  write_pair (json, name, text);
}

/* "15d", "10GB", "15d or 10GB", and "" where everything is kept */
static char *
describe_retention (SgStore *store)
{
  gint64 ms;
  guint64 bytes;
  g_autofree char *time = NULL;
  g_autofree char *size = NULL;

  sg_store_get_retention (store, &ms, &bytes);
  time = ms > 0 ? sg_duration_to_string (ms) : g_strdup ("");
  size = bytes > 0 ? sg_bytes_to_string (bytes) : g_strdup ("");
  return g_strconcat (time, ms > 0 && bytes > 0 ? " or " : "", size, NULL);
}

/*
 * What concerns Go's runtime is said of what does the same here: threads run what goroutines run there,
 * and the pool for computing has as many as there are processors. Nothing bounds its memory as a whole.
 */
static SgHttpResponse *
answer_runtimeinfo (const SgHttpRequest *request,
                    gpointer             user_data)
{
  SgApi *self = user_data;
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgStore) store = sg_api_get_store (self, &refusal);
  g_autofree char *folder = g_get_current_dir ();
  g_autofree char *retention = NULL;
  g_autoptr (GDir) threads = g_dir_open ("/proc/self/task", 0, NULL);
  g_autoptr (SgConfigStatus) config = self->backend.get_config (self->backend.user_data);
  gint64 n_threads = 0;
  SgStoreStats stats;
  SgJsonWriter json;

  if (store == NULL)
    return refusal;
  while (threads != NULL && g_dir_read_name (threads) != NULL)
    n_threads++;
  retention = describe_retention (store);
  sg_store_get_stats (store, &stats);
  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  write_moment (&json, "startTime", self->start_time);
  write_pair (&json, "CWD", folder);
  write_pair (&json, "hostname", g_get_host_name ());
  write_moment (&json, "serverTime", sg_clock_now_ms (self->backend.clock));
  sg_json_writer_key (&json, "reloadConfigSuccess");
  sg_json_writer_boolean (&json, config == NULL || config->path == NULL || config->is_good);
  write_moment (&json, "lastConfigTime",
                config != NULL && config->last_good != 0 ? config->last_good : self->start_time);
  write_number (&json, "corruptionCount", (gint64) stats.files_set_aside);
  write_number (&json, "goroutineCount", n_threads);
  write_number (&json, "GOMAXPROCS", g_get_num_processors ());
  write_number (&json, "GOMEMLIMIT", G_MAXINT64);
  write_pair (&json, "GOGC", "");
  write_pair (&json, "GODEBUG", "");
  write_pair (&json, "storageRetention", retention);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

static SgHttpResponse *
answer_config (const SgHttpRequest *request,
               gpointer             user_data)
{
  SgApi *self = user_data;
  g_autoptr (SgConfigStatus) config = self->backend.get_config (self->backend.user_data);
  gboolean has_text = config != NULL && config->text != NULL;
  g_autofree char *text = has_text ? sg_config_hide_secrets (config->text) : g_strdup ("");
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  write_pair (&json, "yaml", text);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

static SgHttpResponse *
answer_flags (const SgHttpRequest *request,
              gpointer             user_data)
{
  SgApi *self = user_data;
  g_auto (GStrv) flags = self->backend.list_flags (self->backend.user_data);
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  for (guint i = 0; flags[i] != NULL; i += 2)
    write_pair (&json, flags[i], flags[i + 1]);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

/* Which segments of the log were read when the store was opened, and whether that is done. */
static SgHttpResponse *
answer_walreplay (const SgHttpRequest *request,
                  gpointer             user_data)
{
  SgApi *self = user_data;
  g_autoptr (SgStore) store = self->backend.get_store (self->backend.user_data);
  g_autofree char *folder =
      store != NULL ? g_build_filename (sg_store_get_tsdb_path (store), "wal", NULL) : NULL;
  g_autoptr (GPtrArray) segments = folder != NULL ? sg_wal_list_segments (folder, NULL) : NULL;
  gint64 first = 0;
  gint64 last = 0;
  SgJsonWriter json;

  if (segments != NULL && segments->len > 0)
    {
      first = (gint64) ((const SgWalSegment *) segments->pdata[0])->index;
      last = (gint64) ((const SgWalSegment *) segments->pdata[segments->len - 1])->index;
    }
  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  write_number (&json, "min", first);
  write_number (&json, "max", last);
  write_number (&json, "current", last);
  write_pair (&json, "state", store != NULL ? "done" : "in progress");
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

const SgApiRoute sg_api_routes_status[] = {
  { "/api/v1/status/buildinfo", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_buildinfo },
  { "/api/v1/status/runtimeinfo", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_runtimeinfo },
  { "/api/v1/status/config", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_config },
  { "/api/v1/status/flags", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_flags },
  { "/api/v1/status/walreplay", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_walreplay },
  { NULL },
};
