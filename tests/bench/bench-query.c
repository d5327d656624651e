/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-hosts.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-file-writer.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The queries of queries/promql.txt over HTTP, here, in Prometheus and in VictoriaMetrics, in one run: a
 * block of our store is copied for Prometheus, and VictoriaMetrics gets the same samples by its import.
 * Each query is asked 2 + N times of each in turn, on a connection that stays open, without compression
 * and without any cache of results; the median is told, and the least. The budgets: the sum is at most a
 * tenth of Prometheus', no query is slower than with the faster of both, and one time takes at most
 * 0.3 ms.
 *
 * usage: bench-query SIGHTGLASSCTL [N]
 */
#define RATIO      10.0
#define INSTANT_MS 0.3
#define MAX_PEERS  3

typedef struct
{
  const char *name;
  SgTestPeer *peer;
  SoupSession *session;
  guint port;
  double median;
  double least;
  double sum;
  double sum_of_least;
} Server;

typedef struct
{
  char *folder;
  const char *ctl;
  Server servers[MAX_PEERS];
  guint n_servers;
  guint n;
  guint n_over;
} Bench;

static void
add_to_builder (const SgSeries *series,
                gpointer        user_data)
{
  g_autoptr (GError) error = NULL;

  if (!sg_block_builder_add_series (user_data, series, &error))
    g_error ("%s", error->message);
}

static char *
make_folder (const char *parent,
             const char *name)
{
  char *path = g_build_filename (parent, name, NULL);

  if (g_mkdir_with_parents (path, 0700) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  return path;
}

/* One block of a day, for us and for Prometheus. */
static void
write_blocks (Bench *bench)
{
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (24 * 3600 * 1000);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  g_autofree char *ours = make_folder (bench->folder, "ours/tsdb");
  g_autofree char *theirs = g_build_filename (bench->folder, "theirs", NULL);
  g_autofree char *command = g_strdup_printf ("cp -r %s %s", ours, theirs);
  g_autoptr (GError) error = NULL;
  guint n = sg_bench_hosts_make (5, add_to_builder, builder);

  printf ("%u series of %u samples\n", n, (guint) SG_BENCH_N_SAMPLES);
  if (!sg_block_builder_write (builder, ours, SG_TIME_MS_MAX, metas, NULL, &error)
      || !g_spawn_command_line_sync (command, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
}

static void
add_server (Bench      *bench,
            const char *name,
            const char *arguments,
            const char *ready_path)
{
  Server *server = &bench->servers[bench->n_servers];
  guint port = sg_test_peer_find_port ();
  g_auto (GStrv) argv = g_strsplit (arguments, " ", -1);
  g_autofree char *port_text = g_strdup_printf ("%u", port);

  for (guint i = 0; argv[i] != NULL; i++)
    {
      g_autoptr (GString) text = g_string_new (argv[i]);

      g_string_replace (text, "@PORT@", port_text, 0);
      g_string_replace (text, "@FOLDER@", bench->folder, 0);
      g_string_replace (text, "@CTL@", bench->ctl, 0);
      g_free (argv[i]);
      argv[i] = g_string_free (g_steal_pointer (&text), FALSE);
    }
  server->peer = sg_test_peer_start ((const char *const *) argv, port, ready_path);
  if (server->peer == NULL)
    {
      printf ("%s is not installed\n", name);
      return;
    }
  server->name = name;
  server->port = port;
  server->session = soup_session_new ();
  soup_session_remove_feature_by_type (server->session, SOUP_TYPE_CONTENT_DECODER);
  bench->n_servers++;
}

/* Asks, and returns how many bytes came. */
static gsize
ask (Server     *server,
     const char *method,
     const char *path,
     GBytes     *body)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", server->port, path);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = NULL;

  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  answer = soup_session_send_and_read (server->session, message, NULL, &error);
  if (answer == NULL)
    g_error ("%s: %s", server->name, error->message);
  if (soup_message_get_status (message) / 100 != 2)
    g_error ("%s: %s: %.*s", server->name, path, (int) MIN (g_bytes_get_size (answer), 300),
             (const char *) g_bytes_get_data (answer, NULL));
  return g_bytes_get_size (answer);
}

typedef struct
{
  Server *server;
  GString *lines;
} Import;

static void
import_flush (Import *self)
{
  g_autoptr (GBytes) body = g_bytes_new (self->lines->str, self->lines->len);

  ask (self->server, "POST", "/api/v1/import", body);
  g_string_truncate (self->lines, 0);
}

/* A series as a line of JSON. */
static void
import_series (const SgSeries *series,
               gpointer        user_data)
{
  Import *self = user_data;
  const SgColumn *column = &series->columns[0];

  g_string_append (self->lines, "{\"metric\":{");
  for (guint i = 0; i < series->labels->n_labels; i++)
    g_string_append_printf (self->lines, "%s\"%s\":\"%s\"", i > 0 ? "," : "",
                            series->labels->labels[i].name, series->labels->labels[i].value);
  g_string_append (self->lines, "},\"values\":[");
  for (gsize i = 0; i < column->n; i++)
    g_string_append_printf (self->lines, "%s%.17g", i > 0 ? "," : "", column->f[i]);
  g_string_append (self->lines, "],\"timestamps\":[");
  for (gsize i = 0; i < column->n; i++)
    g_string_append_printf (self->lines, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", column->t[i]);
  g_string_append (self->lines, "]}\n");
  if (self->lines->len > 16 * 1024 * 1024)
    import_flush (self);
}

static void
start_servers (Bench *bench)
{
  g_autofree char *config = g_build_filename (bench->folder, "prometheus.yml", NULL);
  g_autoptr (GString) lines = g_string_new (NULL);

  g_file_set_contents (config, "global: {}\n", -1, NULL);
  add_server (bench, "sightglass",
              "@CTL@ serve --storage.path=@FOLDER@/ours --builtin.jobs=none "
              "--web.listen-address=127.0.0.1:@PORT@",
              "/-/ready");
  add_server (
      bench, "prometheus",
      "prometheus --config.file=@FOLDER@/prometheus.yml --storage.tsdb.path=@FOLDER@/theirs "
      "--storage.tsdb.retention.time=100y --web.listen-address=127.0.0.1:@PORT@ "
      "--log.level=error",
      "/-/ready");
  add_server (bench, "victoria-metrics",
              "victoria-metrics -storageDataPath=@FOLDER@/vm -retentionPeriod=100y "
              "-httpListenAddr=127.0.0.1:@PORT@ -loggerLevel=ERROR",
              "/health");
  for (guint i = 0; i < bench->n_servers; i++)
    {
      Import import = { &bench->servers[i], lines };

      if (strcmp (bench->servers[i].name, "victoria-metrics") != 0)
        continue;
      sg_bench_hosts_make (5, import_series, &import);
      import_flush (&import);
      ask (&bench->servers[i], "GET", "/internal/force_flush", NULL);
    }
}

static char *
make_path (const SgBenchQuery *query)
{
  g_autofree char *escaped = g_uri_escape_string (query->query, NULL, FALSE);
  gint64 end = SG_BENCH_END_MS / 1000 - 1;

  if (query->step == 0)
    return g_strdup_printf ("/api/v1/query?nocache=1&query=%s&time=%" G_GINT64_FORMAT, escaped,
                            end);
  return g_strdup_printf ("/api/v1/query_range?nocache=1&query=%s&start=%" G_GINT64_FORMAT
                          "&end=%" G_GINT64_FORMAT "&step=%" G_GINT64_FORMAT,
                          escaped, end - query->range / 1000, end, query->step / 1000);
}

static int
compare_doubles (const void *a,
                 const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
measure (Bench              *bench,
         const SgBenchQuery *query)
{
  g_autofree char *path = make_path (query);
  g_autofree double *times = g_new (double, bench->n_servers * bench->n);
  gsize sizes[MAX_PEERS];

  for (guint i = 0; i < bench->n + 2; i++)
    {
      for (guint k = 0; k < bench->n_servers; k++)
        {
          gint64 start = g_get_monotonic_time ();

          sizes[k] = ask (&bench->servers[k], "GET", path, NULL);
          if (i >= 2)
            times[k * bench->n + i - 2] = (double) (g_get_monotonic_time () - start) / 1000;
        }
    }
  printf ("%-3s", query->name);
  for (guint k = 0; k < bench->n_servers; k++)
    {
      Server *server = &bench->servers[k];

      qsort (times + k * bench->n, bench->n, sizeof *times, compare_doubles);
      server->median = times[k * bench->n + bench->n / 2];
      server->least = times[k * bench->n];
      server->sum += server->median;
      server->sum_of_least += server->least;
      printf (" %9.2f %9.2f %8zu", server->median, server->least, sizes[k]);
    }
}

/* Says where a budget is missed. */
static void
judge (Bench              *bench,
       const SgBenchQuery *query)
{
  gboolean over = query->step == 0 && bench->servers[0].median > INSTANT_MS;

  if (over)
    printf ("  over %.1f ms", INSTANT_MS);
  for (guint k = 1; k < bench->n_servers; k++)
    {
      if (bench->servers[0].median <= bench->servers[k].median)
        continue;
      printf ("  slower than %s", bench->servers[k].name);
      over = TRUE;
    }
  bench->n_over += over;
  printf ("  %s\n", query->query);
}

static void
run (Bench     *bench,
     GPtrArray *queries)
{
  double ratio = 0;

  printf ("   ");
  for (guint k = 0; k < bench->n_servers; k++)
    printf (" %28s", bench->servers[k].name);
  printf ("\n   ");
  for (guint k = 0; k < bench->n_servers; k++)
    printf (" %9s %9s %8s", "median ms", "least", "bytes");
  printf ("\n");
  for (guint i = 0; i < queries->len; i++)
    {
      measure (bench, g_ptr_array_index (queries, i));
      judge (bench, g_ptr_array_index (queries, i));
    }
  printf ("sum");
  for (guint k = 0; k < bench->n_servers; k++)
    printf (" %9.1f %9.1f %8s", bench->servers[k].sum, bench->servers[k].sum_of_least, "");
  printf ("\n");
  for (guint k = 1; k < bench->n_servers; k++)
    {
      ratio = bench->servers[k].sum / bench->servers[0].sum;
      printf ("%s takes %.1f times as long, by the least times %.1f\n", bench->servers[k].name,
              ratio, bench->servers[k].sum_of_least / bench->servers[0].sum_of_least);
      if (k == 1 && ratio < RATIO)
        bench->n_over++;
    }
}

int
main (int   argc,
      char *argv[])
{
  Bench bench = { .ctl = argc > 1 ? argv[1] : NULL, .n = argc > 2 ? (guint) atoi (argv[2]) : 20 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queries = sg_bench_queries_load (SG_BENCH_QUERIES, &error);

  if (bench.ctl == NULL || queries == NULL || bench.n == 0)
    {
      g_printerr ("usage: bench-query SIGHTGLASSCTL [N]\n%s\n",
                  error != NULL ? error->message : "");
      return 2;
    }
  bench.folder = g_dir_make_tmp ("sg-bench-query-XXXXXX", NULL);
  write_blocks (&bench);
  start_servers (&bench);
  run (&bench, queries);
  for (guint k = 0; k < bench.n_servers; k++)
    {
      g_object_unref (bench.servers[k].session);
      sg_test_peer_stop (bench.servers[k].peer);
    }
  sg_test_remove_folder (bench.folder);
  g_free (bench.folder);
  if (bench.n_over > 0)
    printf ("%u budgets are missed\n", bench.n_over);
  return bench.n_over > 0 ? 1 : 0;
}
