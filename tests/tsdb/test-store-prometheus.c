/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/sg-test-child.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/*
 * Both directions against the real thing: what Prometheus has written when it is killed is read here,
 * and what was appended here when this was killed is read by Prometheus and by promtool.
 */
#define T0          (G_GINT64_CONSTANT (1700000000000))
#define DEADLINE_US (60 * G_USEC_PER_SEC)

typedef struct
{
  char *path;
  char *tsdb;
  GSubprocess *server;
  GDataInputStream *log;
  guint port;
  SoupSession *session;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-prometheus-XXXXXX", NULL);
  fixture->tsdb = g_build_filename (fixture->path, "tsdb", NULL);
  fixture->session = soup_session_new ();
}

static void
kill_server (Fixture *fixture)
{
  if (fixture->server == NULL)
    return;
  g_subprocess_force_exit (fixture->server);
  g_assert_true (g_subprocess_wait (fixture->server, NULL, NULL));
  g_clear_object (&fixture->log);
  g_clear_object (&fixture->server);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  kill_server (fixture);
  g_clear_object (&fixture->session);
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->tsdb);
  g_free (fixture->path);
}

static gboolean
has_prometheus (void)
{
  g_autofree char *server = g_find_program_in_path ("prometheus");
  g_autofree char *tool = g_find_program_in_path ("promtool");

  if (server != NULL && tool != NULL)
    return TRUE;
  g_test_skip ("prometheus and promtool are not installed");
  return FALSE;
}

static guint
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static char *
write_config (Fixture *fixture)
{
  g_autofree char *text =
      g_strdup_printf ("global:\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\n"
                       "scrape_configs:\n- job_name: self\n  static_configs:\n"
                       "  - targets: ['127.0.0.1:%u']\n",
                       fixture->port);
  char *path = g_build_filename (fixture->path, "prometheus.yml", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* Should the test fail, the kernel ends the server. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts Prometheus on the directory, and returns when it says that it is ready. */
static void
start_server (Fixture *fixture)
{
  g_autofree char *config = NULL;
  g_autofree char *config_flag = NULL;
  g_autofree char *path_flag = g_strdup_printf ("--storage.tsdb.path=%s", fixture->tsdb);
  g_autofree char *listen_flag = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) error = NULL;

  fixture->port = find_free_port ();
  config = write_config (fixture);
  config_flag = g_strdup_printf ("--config.file=%s", config);
  listen_flag = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", fixture->port);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                        | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  fixture->server =
      g_subprocess_launcher_spawn (launcher, &error, "prometheus", config_flag, path_flag,
                                   listen_flag, "--enable-feature=exemplar-storage", NULL);
  g_assert_no_error (error);
  fixture->log = g_data_input_stream_new (g_subprocess_get_stderr_pipe (fixture->server));
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (fixture->log, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      g_test_message ("%s", line);
      if (strstr (line, "Server is ready to receive web requests") != NULL)
        return;
    }
}

/* Asks for the value of an instant query that has one, or none. */
static double
query (Fixture    *fixture,
       const char *expression,
       SgTimeMs    t)
{
  g_autofree char *escaped = g_uri_escape_string (expression, NULL, FALSE);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/api/v1/query?query=%s&time=%.3f",
                                          fixture->port, escaped, (double) t / 1000);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;
  const char *value;

  body = soup_session_send_and_read (fixture->session, message, NULL, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_nonnull (strstr (text, "\"status\":\"success\""));
  value = strstr (text, "\"value\":[");
  if (value == NULL)
    return NAN;
  value = strchr (value, ',');
  return g_ascii_strtod (value + 2, NULL);
}

static gboolean
quit_loop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* Returns when @expression has reached @least. */
static void
wait_for (Fixture    *fixture,
          const char *expression,
          double      least)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  while (!(query (fixture, expression, g_get_real_time () / 1000) >= least))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_timeout_add (50, quit_loop, loop);
      g_main_loop_run (loop);
    }
}

static void
append_labels (GString        *out,
               const SgLabels *labels)
{
  for (guint i = 0; i < labels->n_labels; i++)
    {
      g_autofree char *value = g_strescape (labels->labels[i].value, NULL);

      g_string_append_printf (out, "%s%s=\"%s\"", i == 0 ? "{" : ", ", labels->labels[i].name,
                              value);
    }
  g_string_append_c (out, '}');
}

/* All samples, as promtool dumps them, a line each: labels, value, time. */
static GPtrArray *
dump_store (SgStore *store)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  const SgSeries *series;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      g_autoptr (GString) labels = g_string_new (NULL);

      append_labels (labels, series->labels);
      for (gsize i = 0; i < series->columns->n; i++)
        g_ptr_array_add (lines, g_strdup_printf ("%s %.17g %" G_GINT64_FORMAT, labels->str,
                                                 series->columns->f[i], series->columns->t[i]));
    }
  g_assert_no_error (error);
  g_assert_cmpstr (sg_series_set_get_warnings (set)[0], ==, NULL);
  return lines;
}

static char **
dump_promtool (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) tool =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error,
                        "promtool", "tsdb", "dump", fixture->tsdb, NULL);
  g_autofree char *out = NULL;
  g_autofree char *complaints = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (tool, NULL, NULL, &out, &complaints, &error));
  if (!g_subprocess_get_successful (tool))
    g_test_message ("promtool: %s", complaints);
  g_assert_true (g_subprocess_get_successful (tool));
  return g_strsplit (g_strchomp (out), "\n", -1);
}

/* "{labels} value time": where the value begins. */
static const char *
value_of_line (const char *line)
{
  const char *time = strrchr (line, ' ');

  g_assert_nonnull (time);
  return g_strrstr_len (line, time - line, " ") + 1;
}

static void
assert_same_line (const char *ours,
                  const char *theirs)
{
  const char *our_value = value_of_line (ours);
  const char *their_value = value_of_line (theirs);
  double a = g_ascii_strtod (our_value, NULL);
  double b = g_ascii_strtod (their_value, NULL);

  g_assert_cmpint (our_value - ours, ==, their_value - theirs);
  g_assert_cmpmem (ours, our_value - ours, theirs, their_value - theirs);
  g_assert_cmpstr (strrchr (ours, ' '), ==, strrchr (theirs, ' '));
  g_assert_true (a == b || (isnan (a) && isnan (b)));
}

static void
assert_same_dump (Fixture *fixture,
                  SgStore *store)
{
  g_autoptr (GPtrArray) ours = dump_store (store);
  g_auto (GStrv) theirs = dump_promtool (fixture);

  g_assert_cmpuint (ours->len, ==, g_strv_length (theirs));
  for (guint i = 0; i < ours->len; i++)
    assert_same_line (ours->pdata[i], theirs[i]);
  g_test_message ("%u samples are the same", ours->len);
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

/* What Prometheus has written is read while it runs, and after it was killed; then it is carried on. */
static void
test_theirs (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgStore) store = NULL;
  g_autoptr (SgStore) refused = NULL;
  g_autofree char *repairs = NULL;

  if (!has_prometheus ())
    return;
  start_server (fixture);
  wait_for (fixture, "min_over_time(up[1m]) * count_over_time(up[1m])", 10);
  refused = store_open (fixture, FALSE);
  g_test_message ("%s", sg_store_get_read_only_reason (refused));
  g_assert_nonnull (strstr (sg_store_get_read_only_reason (refused), "prometheus, process "));
  kill_server (fixture);

  store = store_open (fixture, TRUE);
  assert_same_dump (fixture, store);
  g_clear_object (&store);
  store = store_open (fixture, FALSE);
  g_assert_cmpstr (sg_store_get_read_only_reason (store), ==, NULL);
  repairs = sg_store_get_repairs (store);
  g_assert_cmpstr (repairs, ==, "");
  assert_same_dump (fixture, store);
}

#define N_SERIES 50
#define N_STEPS  500

static void
append_step (SgAppender *appender,
             SgHeadRef  *refs,
             guint       step)
{
  for (guint k = 0; k < N_SERIES; k++)
    {
      g_autofree char *value = g_strdup_printf ("%u", k);
      g_autoptr (SgLabels) labels =
          sg_labels_new_from_pairs ("__name__", "written_here", "k", value, "odd", "\"\\\n", NULL);
      double v = step % 97 == 0 ? sg_stale_nan () : step * 0.1 + k;
      SgSample sample = { T0 + step * 15000, 0, { SG_VALUE_FLOAT, { v } } };

      g_assert_true (sg_appender_append (appender, &refs[k], labels, &sample, NULL));
    }
  g_assert_true (sg_appender_commit (appender, NULL));
}

/* A child that appends and is killed without notice when it has said that it is done. */
static void
run_child (char **arguments)
{
  Fixture fixture = { .path = arguments[0] };
  SgStore *store = store_open (&fixture, FALSE);
  SgAppender *appender = sg_store_appender_new (store, NULL);
  SgHeadRef refs[N_SERIES] = { 0 };

  for (guint i = 0; i < N_STEPS; i++)
    append_step (appender, refs, i);
  sg_test_child_say ("x", 1);
  for (;;)
    pause ();
}

static void
append_and_die (Fixture *fixture)
{
  g_autoptr (SgTestChild) child = sg_test_child_start (fixture->path, NULL);
  char byte;

  sg_test_child_expect (child, &byte, 1);
  sg_test_child_kill (child);
}

/* What was acknowledged here is there when Prometheus starts on the directory. */
static void
test_ours (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (SgStore) store = NULL;
  SgTimeMs last = T0 + (N_STEPS - 1) * 15000;

  if (!has_prometheus ())
    return;
  append_and_die (fixture);
  store = store_open (fixture, TRUE);
  assert_same_dump (fixture, store);

  start_server (fixture);
  g_assert_cmpfloat (query (fixture, "count(written_here)", last), ==, N_SERIES);
  g_assert_cmpfloat (query (fixture, "sum(count_over_time(written_here[3h]))", last), ==,
                     N_SERIES * (N_STEPS - (N_STEPS + 96) / 97));
  g_assert_cmpfloat (query (fixture, "written_here{k=\"7\"}", last), ==, (N_STEPS - 1) * 0.1 + 7);
}

int
main (int    argc,
      char **argv)
{
  sg_test_child_main (argc, argv, run_child);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store-prometheus/theirs", test_theirs);
  ADD ("/store-prometheus/ours", test_ours);
  return g_test_run ();
}
