/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine.h"

#include "base/sg-matcher.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-store.h"

#include <string.h>

/*
 * An engine that watches itself leaves a store behind: what it collected is there, and its end is marked.
 */
typedef struct
{
  char *folder;
  SgEngine *engine;
  guint port;
  GAsyncResult *result;
} Fixture;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static SgEngineOptions *
parse_options (Fixture    *fixture,
               const char *more)
{
  SgEngineOptions *options = sg_engine_options_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *line = g_strdup_printf (
      "x --storage.path=%s --builtin.interval=100ms --web.listen-address=127.0.0.1:%u %s",
      fixture->folder, fixture->port, more);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_assert_true (g_option_context_parse_strv (context, &argv, NULL));
  g_assert_true (sg_engine_options_read_environment (options, NULL));
  return options;
}

/* The head has samples of at least three rounds of both jobs. */
static gboolean
has_three_rounds (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *page = sg_test_http_get (fixture->port, "/metrics", NULL);
  const char *commits = strstr (page, "\nsightglass_tsdb_commits_total ");

  return commits != NULL && g_ascii_strtod (strchr (commits, ' '), NULL) >= 8;
}

static void
assert_stored (const char *folder,
               const char *job,
               const char *name,
               gsize       least)
{
  SgStoreOptions options = { .path = folder, .read_only = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgStore) store = sg_store_new (&options, &error);
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, SG_LABEL_NAME, name, NULL);
  g_autoptr (SgMatcher) of_job = sg_matcher_new (SG_MATCH_EQUAL, "job", job, NULL);
  const SgMatcher *matchers[] = { matcher, of_job };
  SgSelectHints hints = { .start = 0, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = NULL;
  const SgSeries *series;
  const SgColumn *column;

  g_assert_no_error (error);
  querier = sg_store_querier_new (store);
  set = sg_querier_select (querier, matchers, 2, &hints, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sg_series_set_next (set, &series, &error));
  g_assert_cmpstr (sg_labels_get (series->labels, "instance"), ==, g_get_host_name ());
  column = &series->columns[0];
  g_assert_cmpuint (column->n, >, least);
  g_assert_true (sg_is_stale_nan (column->f[column->n - 1]));
  for (gsize i = 0; i + 1 < column->n; i++)
    g_assert_false (sg_is_stale_nan (column->f[i]));
}

static void
test_job_stores (void)
{
  Fixture fixture = { g_dir_make_tmp ("test-job-XXXXXX", NULL), NULL, sg_test_peer_find_port (),
                      NULL };
  g_autoptr (SgEngineOptions) options = parse_options (&fixture, "--builtin.jobs=sightglass,node");
  g_autoptr (GError) error = NULL;

  fixture.engine = sg_engine_new (options);
  sg_engine_start_async (fixture.engine, NULL, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  sg_engine_start_finish (fixture.engine, fixture.result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture.result);
  sg_test_wait_until (has_three_rounds, &fixture);

  sg_engine_stop_async (fixture.engine, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  sg_engine_stop_finish (fixture.engine, fixture.result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture.result);
  g_clear_object (&fixture.engine);

  assert_stored (fixture.folder, "sightglass", "up", 2);
  assert_stored (fixture.folder, "sightglass", "process_open_fds", 2);
  assert_stored (fixture.folder, "sightglass", "scrape_samples_scraped", 2);
  assert_stored (fixture.folder, "node", "up", 1);
  assert_stored (fixture.folder, "node", "node_load1", 1);
  assert_stored (fixture.folder, "node", "node_cpu_seconds_total", 1);
  sg_test_remove_folder (fixture.folder);
  g_free (fixture.folder);
}

/* What --builtin.jobs leaves out is not stored; the machine's page is there all the same. */
static void
test_node_page (void)
{
  Fixture fixture = { g_dir_make_tmp ("test-job-XXXXXX", NULL), NULL, sg_test_peer_find_port (),
                      NULL };
  g_autoptr (SgEngineOptions) options = parse_options (&fixture, "--builtin.jobs=sightglass");
  g_autoptr (GError) error = NULL;
  g_autofree char *own = NULL;
  g_autofree char *node = NULL;
  g_autofree char *api = NULL;

  fixture.engine = sg_engine_new (options);
  sg_engine_start_async (fixture.engine, NULL, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  sg_engine_start_finish (fixture.engine, fixture.result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture.result);
  sg_test_wait_until (has_three_rounds, &fixture);
  own = sg_test_http_get (fixture.port, "/metrics", NULL);
  node = sg_test_http_get (fixture.port, "/metrics/node", NULL);
  api = sg_test_http_get (fixture.port, "/api/v1/label/job/values", NULL);
  g_assert_null (strstr (own, "node_load1"));
  g_assert_nonnull (strstr (node, "\nnode_load1 "));
  g_assert_nonnull (strstr (node, "\nnode_uname_info{"));
  g_assert_nonnull (strstr (api, "[\"sightglass\"]"));
  sg_engine_stop_async (fixture.engine, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  sg_engine_stop_finish (fixture.engine, fixture.result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture.result);
  g_clear_object (&fixture.engine);
  sg_test_remove_folder (fixture.folder);
  g_free (fixture.folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/builtin-job/stores", test_job_stores);
  g_test_add_func ("/builtin-job/node-page", test_node_page);
  return g_test_run ();
}
