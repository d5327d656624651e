/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-targets.h"

#include "base/sg-duration.h"
#include "base/sg-number.h"
#include "http/api/sg-api-result.h"

#include <string.h>

/*
 * Prometheus' pages about targets. "state" chooses active or dropped targets, "scrapePool" a job. A time
 * that has not been is the first moment of Go's calendar, as clients of Prometheus expect it.
 */
#define NEVER "0001-01-01T00:00:00Z"

static void
write_text (SgJsonWriter *json,
            const char   *key,
            const char   *text)
{
  sg_json_writer_key (json, key);
  sg_json_writer_string (json, text != NULL ? text : "");
}

static void
write_labels (SgJsonWriter   *json,
              const char     *key,
              const SgLabels *labels)
{
  sg_json_writer_key (json, key);
  sg_api_write_labels (json, labels);
}

static void
write_moment (SgJsonWriter *json,
              const char   *key,
              SgTimeMs      t)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (t / 1000);
  g_autofree char *seconds = NULL;
  g_autofree char *text = NULL;

  if (t == 0 || time == NULL)
    {
      write_text (json, key, NEVER);
      return;
    }
  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  text = g_strdup_printf ("%s.%03dZ", seconds, (int) (t % 1000));
  write_text (json, key, text);
}

static void
write_duration (SgJsonWriter *json,
                const char   *key,
                gint64        ms)
{
  g_autofree char *text = sg_duration_to_string (ms);

  write_text (json, key, text);
}

/* The URL as another machine would write it. */
static char *
make_global_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL
      || (!g_str_equal (host, "localhost") && !g_str_equal (host, "127.0.0.1")
          && !g_str_equal (host, "::1")))
    return g_strdup (url);
  return g_uri_join (G_URI_FLAGS_ENCODED, g_uri_get_scheme (uri), NULL, g_get_host_name (),
                     g_uri_get_port (uri), g_uri_get_path (uri), g_uri_get_query (uri), NULL);
}

static void
write_target (SgJsonWriter         *json,
              const SgTargetStatus *target)
{
  g_autofree char *global_url = make_global_url (target->url);
  char number[SG_DOUBLE_TEXT_MAX];
  gsize length = sg_double_write_json (target->duration_seconds, number);

  sg_json_writer_begin_object (json);
  write_labels (json, "discoveredLabels", target->discovered);
  write_labels (json, "labels", target->labels);
  write_text (json, "scrapePool", target->job);
  write_text (json, "scrapeUrl", target->url);
  write_text (json, "globalUrl", global_url);
  write_text (json, "lastError", target->error);
  write_moment (json, "lastScrape", target->last_scrape);
  sg_json_writer_key (json, "lastScrapeDuration");
  sg_json_writer_raw (json, number, length);
  write_text (json, "health", sg_target_health_to_string (target->health));
  write_duration (json, "scrapeInterval", target->interval_ms);
  write_duration (json, "scrapeTimeout", target->timeout_ms);
  sg_json_writer_end_object (json);
}

static gboolean
is_wanted (const char *job,
           const char *wanted)
{
  return wanted == NULL || *wanted == '\0' || g_str_equal (job, wanted);
}

static void
write_active (SgJsonWriter       *json,
              const SgTargetList *list,
              const char         *pool)
{
  for (guint i = 0; i < list->n_targets; i++)
    {
      if (is_wanted (list->targets[i]->job, pool))
        write_target (json, list->targets[i]);
    }
}

static void
write_dropped (SgJsonWriter       *json,
               const SgTargetList *list,
               const char         *pool)
{
  for (guint i = 0; i < list->n_dropped; i++)
    {
      if (!is_wanted (list->dropped_jobs[i], pool))
        continue;
      sg_json_writer_begin_object (json);
      write_labels (json, "discoveredLabels", list->dropped[i]);
      write_text (json, "scrapePool", list->dropped_jobs[i]);
      sg_json_writer_end_object (json);
    }
}

static void
write_dropped_counts (SgJsonWriter       *json,
                      const SgTargetList *list,
                      const char         *pool)
{
  sg_json_writer_begin_object (json);
  for (guint i = 0; list->jobs[i] != NULL; i++)
    {
      gint64 n = 0;

      if (!is_wanted (list->jobs[i], pool))
        continue;
      for (guint j = 0; j < list->n_dropped; j++)
        n += g_str_equal (list->dropped_jobs[j], list->jobs[i]);
      sg_json_writer_key (json, list->jobs[i]);
      sg_json_writer_integer (json, n);
    }
  sg_json_writer_end_object (json);
}

static gboolean
shows (const char *state,
       const char *part)
{
  return state == NULL || *state == '\0' || g_ascii_strcasecmp (state, "any") == 0
         || g_ascii_strcasecmp (state, part) == 0;
}

static SgHttpResponse *
answer_targets (const SgHttpRequest *request,
                gpointer             user_data)
{
  SgApiTargetsSource *source = user_data;
  g_autoptr (SgTargetList) list = source->list (source->user_data);
  const char *state = sg_http_request_get_value (request, "state");
  const char *pool = sg_http_request_get_value (request, "scrapePool");
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "activeTargets");
  sg_json_writer_begin_array (&json);
  if (shows (state, "active"))
    write_active (&json, list, pool);
  sg_json_writer_end_array (&json);
  sg_json_writer_key (&json, "droppedTargets");
  sg_json_writer_begin_array (&json);
  if (shows (state, "dropped"))
    write_dropped (&json, list, pool);
  sg_json_writer_end_array (&json);
  sg_json_writer_key (&json, "droppedTargetCounts");
  if (shows (state, "dropped"))
    write_dropped_counts (&json, list, pool);
  else
    sg_json_writer_string (&json, NULL);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, (const char *const *) list->problems, NULL);
}

static SgHttpResponse *
answer_pools (const SgHttpRequest *request,
              gpointer             user_data)
{
  SgApiTargetsSource *source = user_data;
  g_autoptr (SgTargetList) list = source->list (source->user_data);
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "scrapePools");
  sg_json_writer_begin_array (&json);
  for (guint i = 0; list->jobs[i] != NULL; i++)
    sg_json_writer_string (&json, list->jobs[i]);
  sg_json_writer_end_array (&json);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

static SgHttpResponse *
answer_reload (const SgHttpRequest *request,
               gpointer             user_data)
{
  SgApiTargetsSource *source = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (source->reload (source->user_data, &error))
    return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, "");
  text = g_strdup_printf ("failed to reload config: %s\n", error->message);
  return sg_http_response_new_text (500, SG_HTTP_TYPE_TEXT, text);
}

void
sg_api_targets_add (SgHttpServer             *server,
                    const SgApiTargetsSource *source)
{
  SgApiTargetsSource *self = g_memdup2 (source, sizeof *source);

  sg_http_server_add_route (server, "/api/v1/targets", SG_HTTP_GET, SG_HTTP_SCOPE_READ,
                            answer_targets, self, g_free);
  sg_http_server_add_route (server, "/api/v1/scrape_pools", SG_HTTP_GET, SG_HTTP_SCOPE_READ,
                            answer_pools, self, NULL);
  sg_http_server_add_route (server, "/-/reload", SG_HTTP_POST | SG_HTTP_PUT, SG_HTTP_SCOPE_ACT,
                            answer_reload, self, NULL);
}
