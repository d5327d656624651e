/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/local/sg-local-search.h"

#include "base/sg-blocking.h"
#include "ingest/local/sg-listening.h"
#include "ingest/sg-exposition-parser.h"

#include <string.h>
#include <unistd.h>

/*
 * The list of sockets is read, and each is asked, in the blocking pool, which gives one owner eight threads
 * at most. A socket may speak anything: what is sent is one short request of HTTP/1.0, whose answer is not
 * in pieces, and the connection is closed when enough has come, or nothing has for a moment. What counts is
 * that the answer is 200 and a page that the parser reads and that has a sample.
 */
#define OWNER      "discovery"
#define LIST_MS    5000
#define PROBE_MS   2000
#define SOCKET_S   1
#define ANSWER_MAX (256 * 1024)
#define REQUEST                                                                           \
  "GET /metrics HTTP/1.0\r\nHost: %s\r\nUser-Agent: Sightglass\r\nAccept: text/plain\r\n" \
  "Connection: close\r\n\r\n"

/* By what a page betrays who it is of; the first that it has. What every program of a language has is last. */
static const struct
{
  const char *metric;
  const char *name;
} known[] = {
  { "sightglass_build_info", "sightglass" },
  { "node_exporter_build_info", "node_exporter" },
  { "prometheus_build_info", "prometheus" },
  { "alertmanager_build_info", "alertmanager" },
  { "pushgateway_build_info", "pushgateway" },
  { "blackbox_exporter_build_info", "blackbox_exporter" },
  { "redis_exporter_build_info", "redis_exporter" },
  { "redis_up", "redis_exporter" },
  { "postgres_exporter_build_info", "postgres_exporter" },
  { "pg_up", "postgres_exporter" },
  { "mysqld_exporter_build_info", "mysqld_exporter" },
  { "mysql_up", "mysqld_exporter" },
  { "rabbitmq_identity_info", "rabbitmq" },
  { "rabbitmq_build_info", "rabbitmq" },
  { "grafana_build_info", "grafana" },
  { "vm_app_version", "victoria-metrics" },
  { "etcd_server_version", "etcd" },
  { "nginx_up", "nginx-prometheus-exporter" },
  { "haproxy_process_build_info", "haproxy" },
  { "caddy_http_requests_total", "caddy" },
  { "node_uname_info", "node_exporter" },
  { "nodejs_version_info", "a Node.js application" },
  { "python_info", "a Python application" },
  { "jvm_info", "a Java application" },
  { "jvm_memory_used_bytes", "a Java application" },
  { "ruby_info", "a Ruby application" },
  { "go_info", "a Go application" },
  { "process_cpu_seconds_total", "an application" },
};

G_DEFINE_BOXED_TYPE (SgFoundTarget, sg_found_target, sg_found_target_ref, sg_found_target_unref)

SgFoundTarget *
sg_found_target_ref (SgFoundTarget *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_found_target_unref (SgFoundTarget *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_free (self->address);
  g_free (self->name);
  g_free (self);
}

/* Returns: (transfer full) (nullable): what came, at most ANSWER_MAX bytes of it */
static GString *
ask (const char    *address,
     GCancellable  *cancellable,
     GError       **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *request = g_strdup_printf (REQUEST, address);
  g_autoptr (GString) answer = g_string_new (NULL);
  gint64 until = g_get_monotonic_time () + PROBE_MS * 1000;
  GInputStream *in;
  char buffer[16384];
  gssize n;

  g_socket_client_set_timeout (client, SOCKET_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, address, 0, cancellable, error);
  if (connection == NULL
      || !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                     request, strlen (request), NULL, cancellable, error))
    return NULL;
  in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  do
    {
      n = g_input_stream_read (in, buffer, sizeof buffer, cancellable, NULL);
      if (n > 0)
        g_string_append_len (answer, buffer, n);
    }
  while (n > 0 && answer->len < ANSWER_MAX && g_get_monotonic_time () < until);
  return g_steal_pointer (&answer);
}

/* Whole lines of the body. Returns: (nullable): %NULL when it is no answer with status 200 */
static const char *
find_body (const GString *answer,
           gsize         *ret_length)
{
  const char *head_end;
  const char *body;
  const char *last;

  if (!g_str_has_prefix (answer->str, "HTTP/1.") || strncmp (answer->str + 8, " 200", 4) != 0)
    return NULL;
  head_end = strstr (answer->str, "\r\n\r\n");
  if (head_end == NULL)
    return NULL;
  body = head_end + 4;
  last = strrchr (body, '\n');
  *ret_length = last != NULL ? (gsize) (last - body) + 1 : 0;
  return body;
}

static void
take_name (const SgExpositionEntry *entry,
           guint                   *best)
{
  for (guint i = 0; i < *best; i++)
    {
      if (strlen (known[i].metric) == entry->name.length
          && memcmp (known[i].metric, entry->name.text, entry->name.length) == 0)
        *best = i;
    }
}

/* Returns: (nullable): what it is; %NULL when it is no page of metrics */
static SgFoundTarget *
recognize (const char *address,
           const char *body,
           gsize       length)
{
  guint best = G_N_ELEMENTS (known);
  g_autoptr (GError) error = NULL;
  SgExpositionParser parser;
  SgExpositionEntry entry;
  SgFoundTarget *found;
  guint n_samples = 0;

  sg_exposition_parser_init (&parser, body, length, SG_EXPOSITION_DIALECT_TEXT);
  while (sg_exposition_parser_next (&parser, &entry, &error))
    {
      if (entry.kind != SG_EXPOSITION_SAMPLE)
        continue;
      n_samples++;
      take_name (&entry, &best);
    }
  if (error != NULL || n_samples == 0)
    return NULL;
  found = g_new0 (SgFoundTarget, 1);
  found->ref_count = 1;
  found->address = g_strdup (address);
  found->name = g_strdup (best < G_N_ELEMENTS (known) ? known[best].name : "metrics");
  found->n_samples = n_samples;
  return found;
}

/* Runs in the blocking pool. */
static gpointer
probe (gpointer       data,
       GCancellable  *cancellable,
       GError       **error)
{
  const char *address = data;
  g_autoptr (GString) answer = ask (address, cancellable, error);
  const char *body;
  gsize length;

  if (answer == NULL || (body = find_body (answer, &length)) == NULL)
    return NULL;
  return recognize (address, body, length);
}

typedef struct
{
  GPtrArray *found;
  guint n_pending;
  GError *error;
} Search;

static void
search_free (gpointer data)
{
  Search *self = data;

  g_ptr_array_unref (self->found);
  g_clear_error (&self->error);
  g_free (self);
}

static int
compare_found (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(SgFoundTarget *const *) a)->address, (*(SgFoundTarget *const *) b)->address);
}

/* One is done. What cannot be asked is not found; only being cancelled ends the search. */
static void
search_step (GTask *task)
{
  Search *self = g_task_get_task_data (task);

  if (--self->n_pending > 0)
    return;
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&self->error));
      return;
    }
  g_ptr_array_sort (self->found, compare_found);
  g_task_return_pointer (task, g_ptr_array_ref (self->found), (GDestroyNotify) g_ptr_array_unref);
}

static void
on_probed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *self = g_task_get_task_data (task);
  SgFoundTarget *found = sg_blocking_run_finish (result, NULL);

  if (found != NULL)
    g_ptr_array_add (self->found, found);
  search_step (task);
}

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) addresses = sg_blocking_run_finish (result, &self->error);

  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      self->n_pending++;
      sg_blocking_run_async (OWNER, PROBE_MS * SG_LISTENING_MAX / SG_BLOCKING_OWNER_MAX, probe,
                             g_strdup (g_ptr_array_index (addresses, i)), g_free,
                             (GDestroyNotify) sg_found_target_unref, g_task_get_cancellable (task),
                             on_probed, g_object_ref (task));
    }
  search_step (task);
}

static gpointer
list_sockets (gpointer       data,
              GCancellable  *cancellable,
              GError       **error)
{
  return sg_listening_list (data, getuid ());
}

void
sg_local_search_run_async (const char          *procfs,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Search *self = g_new0 (Search, 1);

  g_task_set_source_tag (task, sg_local_search_run_async);
  self->found = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_found_target_unref);
  self->n_pending = 1;
  g_task_set_task_data (task, self, search_free);
  sg_blocking_run_async (OWNER, LIST_MS, list_sockets, g_strdup (procfs != NULL ? procfs : "/proc"),
                         g_free, (GDestroyNotify) g_ptr_array_unref, cancellable, on_listed,
                         g_object_ref (task));
}

GPtrArray *
sg_local_search_run_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, sg_local_search_run_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
