/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-engine.h"
#include "tools/sg-test-child.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/*
 * A thousand series of 26 hours, in blocks, full chunks and the log, whose writer is killed without
 * notice. Prometheus' own tools find each sample in the directory, and Prometheus itself answers queries
 * as is done here. A sample each minute, or each 15 seconds with -m slow.
 */
#define T0       G_GINT64_CONSTANT (1700000000000)
#define N_SERIES 1000
#define LENGTH   (26 * 60 * 60 * G_GINT64_CONSTANT (1000))

typedef struct
{
  char *path;
  char *tsdb;
  gint64 step_ms;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-handover-XXXXXX", NULL);
  fixture->tsdb = g_build_filename (fixture->path, "tsdb", NULL);
  fixture->step_ms = g_test_slow () ? 15000 : 60000;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->tsdb);
  g_free (fixture->path);
}

static SgStore *
store_open (Fixture  *fixture,
            gboolean  read_only)
{
  SgStoreOptions options = { .path = fixture->path, .read_only = read_only };
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  return store;
}

/* Counters that are reset now and then, and gauges. */
static double
value_at (guint k,
          guint step)
{
  if (k % 2 == 0)
    return step % (300 + k) * 17.0 + k;
  return (step * 7919 + k * 104729) % 10007 / 16.0;
}

static void
append_step (SgAppender  *appender,
             SgLabels   **labels,
             SgHeadRef   *refs,
             SgTimeMs     t,
             guint        step)
{
  for (guint k = 0; k < N_SERIES; k++)
    {
      SgSample sample = { t, 0, { SG_VALUE_FLOAT, { value_at (k, step) } } };

      if (!sg_appender_append (appender, &refs[k], labels[k], &sample, NULL))
        abort ();
    }
  if (!sg_appender_commit (appender, NULL))
    abort ();
}

static void
append_all (Fixture *fixture)
{
  SgStore *store = store_open (fixture, FALSE);
  SgAppender *appender = sg_store_appender_new (store, NULL);
  SgLabels *labels[N_SERIES];
  SgHeadRef refs[N_SERIES] = { 0 };

  for (guint k = 0; k < N_SERIES; k++)
    {
      g_autofree char *text = g_strdup_printf ("%04u", k);
      g_autofree char *host = g_strdup_printf ("host%u", k % 10);

      labels[k] = sg_labels_new_from_pairs (
          "__name__", k % 2 == 0 ? "handed_total" : "handed_value", "host", host, "k", text, NULL);
    }
  for (guint step = 0; step * fixture->step_ms < LENGTH; step++)
    {
      append_step (appender, labels, refs, T0 + step * fixture->step_ms, step);
      if (step % 30 != 0)
        continue;
      if (!sg_store_maintain (store, NULL, NULL))
        abort ();
      sg_test_child_say (".", 1);
    }
}

/* The child: the folder, and the milliseconds of a step. Appends, says how it goes on, and is killed. */
static void
run_child (char **arguments)
{
  Fixture fixture = { .path = arguments[0] };

  fixture.step_ms = g_ascii_strtoll (arguments[1], NULL, 10);
  append_all (&fixture);
  sg_test_child_say ("x", 1);
  for (;;)
    pause ();
}

static void
append_and_die (Fixture *fixture)
{
  g_autofree char *step = g_strdup_printf ("%" G_GINT64_FORMAT, fixture->step_ms);
  g_autoptr (SgTestChild) child = sg_test_child_start (fixture->path, step, NULL);
  char said = '.';

  while (said == '.')
    sg_test_child_expect (child, &said, 1);
  sg_test_child_kill (child);
}

static char *
run_promtool (Fixture    *fixture,
              const char *what)
{
  const char *argv[] = { "promtool", "tsdb", what, fixture->tsdb, NULL };
  char *output = NULL;
  int status = sg_test_run_program (argv, "", &output);

  g_assert_cmpint (status, ==, 0);
  return output;
}

/* A line for each block, under a title. */
static void
assert_list (Fixture *fixture,
             SgStore *store)
{
  g_autofree char *output = run_promtool (fixture, "list");
  g_auto (GStrv) lines = g_strsplit (g_strchomp (output), "\n", -1);
  SgStoreStats stats;

  sg_store_get_stats (store, &stats);
  g_test_message ("%s", output);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + stats.n_blocks);
  g_assert_cmpuint (stats.n_blocks, >=, 3);
}

static void
assert_analyze (Fixture *fixture)
{
  g_autofree char *output = run_promtool (fixture, "analyze");

  g_assert_nonnull (strstr (output, "\nSeries: 1000\n"));
  g_assert_nonnull (strstr (output, "\nLabel names: 3\n"));
  g_assert_nonnull (strstr (output, "\n1000 k\n"));
}

/* The next line of a dump: {labels} value time. */
static void
read_line (GDataInputStream *dump,
           const char       *labels,
           double            value,
           SgTimeMs          t)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (dump, NULL, NULL, &error);
  gsize length = strlen (labels);
  char *end;

  g_assert_no_error (error);
  g_assert_nonnull (line);
  if (strncmp (line, labels, length) != 0)
    g_assert_cmpstr (line, ==, labels);
  g_assert_cmpfloat (g_ascii_strtod (line + length, &end), ==, value);
  g_assert_cmpint (g_ascii_strtoll (end, NULL, 10), ==, t);
}

static char *
labels_text (const SgLabels *labels)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (guint i = 0; i < labels->n_labels; i++)
    g_string_append_printf (text, "%s%s=\"%s\"", i == 0 ? "" : ", ", labels->labels[i].name,
                            labels->labels[i].value);
  g_string_append (text, "} ");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Each sample of the store is in promtool's dump, in the same order, and it has no more. */
static void
assert_dump (Fixture *fixture,
             SgStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) tool =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                        "promtool", "tsdb", "dump", fixture->tsdb, NULL);
  g_autoptr (GDataInputStream) dump = g_data_input_stream_new (g_subprocess_get_stdout_pipe (tool));
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  guint64 n_samples = 0;
  const SgSeries *series;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      g_autofree char *labels = labels_text (series->labels);
      guint k = (guint) g_ascii_strtoull (sg_labels_get (series->labels, "k"), NULL, 10);

      for (gsize i = 0; i < series->columns->n; i++)
        {
          g_assert_cmpint (series->columns->t[i], ==, T0 + (gint64) i * fixture->step_ms);
          g_assert_cmpfloat (series->columns->f[i], ==, value_at (k, (guint) i));
          read_line (dump, labels, series->columns->f[i], series->columns->t[i]);
        }
      n_samples += series->columns->n;
    }
  g_assert_no_error (error);
  g_assert_null (g_data_input_stream_read_line (dump, NULL, NULL, NULL));
  g_assert_true (g_subprocess_wait_check (tool, NULL, &error));
  g_assert_cmpuint (n_samples, ==, N_SERIES * (LENGTH / fixture->step_ms));
  g_test_message ("%" G_GUINT64_FORMAT " samples, all of them in promtool's dump", n_samples);
}

static SgTestPeer *
start_prometheus (Fixture *fixture,
                  guint   *ret_port)
{
  guint port = sg_test_peer_find_port ();
  g_autofree char *config = g_build_filename (fixture->path, "prometheus.yml", NULL);
  g_autofree char *config_flag = g_strdup_printf ("--config.file=%s", config);
  g_autofree char *path_flag = g_strdup_printf ("--storage.tsdb.path=%s", fixture->tsdb);
  g_autofree char *listen_flag = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  const char *argv[] = { "prometheus", config_flag, path_flag, listen_flag, NULL };

  g_assert_true (g_file_set_contents (config, "global: {}\n", -1, NULL));
  *ret_port = port;
  return sg_test_peer_start (argv, port, "/-/ready");
}

/* The one value of an instant query. */
static double
ask_prometheus (guint       port,
                const char *expression,
                SgTimeMs    t)
{
  g_autofree char *escaped = g_uri_escape_string (expression, NULL, FALSE);
  g_autofree char *path =
      g_strdup_printf ("/api/v1/query?query=%s&time=%.3f", escaped, (double) t / 1000);
  guint status;
  g_autofree char *body = sg_test_http_get (port, path, &status);
  const char *value = strstr (body, "\"value\":[");

  g_assert_cmpuint (status, ==, 200);
  g_assert_nonnull (value);
  return g_ascii_strtod (strchr (value, ',') + 2, NULL);
}

static double
ask_engine (SgPromqlEngine *engine,
            SgQuerier      *querier,
            const char     *expression,
            SgTimeMs        t)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result =
      sg_promql_engine_query (engine, querier, expression, t, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (result->n_series, ==, 1);
  return result->series[0].column.f[0];
}

/*
 * Over the last hours, and over all blocks. Between two samples, because Prometheus 3 counts one on the
 * border of a range to the range before, and Prometheus 2 to both.
 */
static void
assert_queries (Fixture *fixture,
                SgStore *store,
                guint    port)
{
  static const char *const expressions[] = {
    "count({__name__=~\"handed_.*\"})",
    "sum(handed_value)",
    "sum(rate(handed_total[10m]))",
    "sum(max_over_time(handed_total{host=\"host4\"}[26h]))",
    "sum(count_over_time({__name__=~\"handed_.+\"}[30h]))",
    "max(quantile_over_time(0.9, handed_value{host!=\"host1\"}[20h]))",
    "sum(resets(handed_total[26h]))",
    "avg(stddev_over_time(handed_value{host=~\"host(1|3|7)\"}[3h]))",
  };
  static const gint64 moments[] = { LENGTH, LENGTH / 2, LENGTH / 13, LENGTH - 7200000 };
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);

  for (guint i = 0; i < G_N_ELEMENTS (expressions); i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (moments); k++)
        {
          SgTimeMs t = T0 + moments[k] + 7001;
          double ours = ask_engine (engine, querier, expressions[i], t);
          double theirs = ask_prometheus (port, expressions[i], t);

          g_test_message ("%s: %.17g", expressions[i], ours);
          g_assert_true (fabs (ours - theirs) <= fabs (theirs) * 1e-12);
        }
    }
}

static void
test_handover (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (SgStore) store = NULL;
  g_autoptr (SgTestPeer) peer = NULL;
  guint port;

  append_and_die (fixture);
  store = store_open (fixture, TRUE);
  peer = start_prometheus (fixture, &port);
  if (peer == NULL)
    return;
  assert_queries (fixture, store, port);
  sg_test_peer_kill (g_steal_pointer (&peer));
  g_clear_object (&store);
  store = store_open (fixture, TRUE);
  assert_list (fixture, store);
  assert_analyze (fixture);
  assert_dump (fixture, store);
}

int
main (int    argc,
      char **argv)
{
  sg_test_child_main (argc, argv, run_child);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store-handover/handover", Fixture, NULL, set_up, test_handover, tear_down);
  return g_test_run ();
}
