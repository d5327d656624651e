/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "engine/sg-engine-private.h"
#include "tools/sg-test-peer.h"

#include <string.h>

/* What an engine stores of its own operations and those of others, and what can be asked of that. */
typedef struct
{
  char *folder;
  guint port;
  SgEngine *engine;
  SgSyncMonitor *monitor;
  GAsyncResult *result;
  SgLogAnswer *answer;
  guint64 wanted;
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

static GAsyncResult *
wait (Fixture *fixture)
{
  sg_test_wait_until (is_done, fixture);
  return g_steal_pointer (&fixture->result);
}

static SgEngine *
make_engine (Fixture    *fixture,
             const char *flags)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *line =
      g_strdup_printf ("x --storage.path=%s --web.listen-address=127.0.0.1:%u %s", fixture->folder,
                       sg_test_peer_find_port (), flags);
  g_auto (GStrv) argv = g_strsplit (g_strchomp (line), " ", -1);

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_assert_true (g_option_context_parse_strv (context, &argv, NULL));
  g_assert_true (sg_engine_options_read_environment (options, NULL));
  return sg_engine_new (options);
}

static void
start_engine (Fixture  *fixture,
              SgEngine *engine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sg_engine_start_async (engine, NULL, on_done, fixture);
  result = wait (fixture);
  sg_engine_start_finish (engine, result, &error);
  g_assert_no_error (error);
}

static void
stop_engine (Fixture  *fixture,
             SgEngine *engine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sg_engine_stop_async (engine, on_done, fixture);
  result = wait (fixture);
  sg_engine_stop_finish (engine, result, &error);
  g_assert_no_error (error);
}

static guint
get_port (SgEngine *engine)
{
  g_autoptr (SgHttpStatus) status = sg_engine_get_server_status (engine);

  return status->port;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());

  fixture->folder = g_dir_make_tmp ("test-engine-logs-XXXXXX", NULL);
  fixture->engine = make_engine (fixture, "--builtin.interval=100ms");
  sg_log_service_set_interval (sg_engine_get_logs (fixture->engine), 20);
  fixture->monitor = sg_sync_monitor_new (
      &(SgSyncMonitorOptions) { .registry = registry, .prefix = "shop", .service = "shop" });
  sg_engine_add_monitor (fixture->engine, "shop", fixture->monitor);
  start_engine (fixture, fixture->engine);
  fixture->port = get_port (fixture->engine);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  stop_engine (fixture, fixture->engine);
  g_clear_pointer (&fixture->answer, sg_log_answer_unref);
  g_clear_object (&fixture->engine);
  g_clear_object (&fixture->monitor);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static void
search (Fixture          *fixture,
        SgEngine         *engine,
        const SgLogQuery *query,
        SgLogSearchFlags  flags)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->answer, sg_log_answer_unref);
  sg_engine_search_logs_async (engine, query, flags, NULL, on_done, fixture);
  result = wait (fixture);
  fixture->answer = sg_engine_search_logs_finish (engine, result, &error);
  g_assert_no_error (error);
}

static gboolean
is_stored (gpointer data)
{
  Fixture *fixture = data;
  SgLogQuery query = SG_LOG_QUERY_INIT;

  query.service = "shop";
  search (fixture, fixture->engine, &query, SG_LOG_SEARCH_COUNT);
  return fixture->answer->count >= fixture->wanted;
}

static void
do_operations (Fixture *fixture,
               guint    n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *key = g_strdup_printf ("item-%03u", i);
      g_autoptr (SgSyncOperation) operation =
          sg_sync_operation_begin (fixture->monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_MISS, key);

      if (i % 10 == 0)
        sg_sync_operation_fail (operation, SG_SYNC_FAILED, 0, "the database is locked");
      else
        sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
    }
  fixture->wanted += n;
  sg_test_wait_until (is_stored, fixture);
}

/* What a monitor tells is stored each beat, and found page by page. */
static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  SgLogQuery query = SG_LOG_QUERY_INIT;
  const SgLogRecord *record;
  SgLogPlace place;

  do_operations (fixture, 50);
  query.service = "shop";
  query.status = "failed";
  query.limit = 3;
  search (fixture, fixture->engine, &query, SG_LOG_SEARCH_COUNT);
  g_assert_true (fixture->answer->has_count);
  g_assert_cmpuint (fixture->answer->count, ==, 5);
  g_assert_true (fixture->answer->has_more);
  g_assert_cmpuint (sg_log_batch_get_length (fixture->answer->records), ==, 3);
  record = sg_log_batch_get (fixture->answer->records, 0);
  g_assert_cmpstr (record->name, ==, "read_through");
  g_assert_cmpstr (record->key, ==, "item-040");
  g_assert_cmpstr (record->message, ==, "the database is locked");
  record = sg_log_batch_get (fixture->answer->records, 2);
  place = (SgLogPlace) { record->time, record->sequence };
  query.after = &place;
  search (fixture, fixture->engine, &query, SG_LOG_SEARCH_COUNT);
  g_assert_cmpuint (fixture->answer->count, ==, 5);
  g_assert_false (fixture->answer->has_more);
  record = sg_log_batch_get (fixture->answer->records, 1);
  g_assert_cmpstr (record->key, ==, "item-000");
  query.after = NULL;
  query.key = "item-010";
  search (fixture, fixture->engine, &query, SG_LOG_SEARCH_PAGE);
  g_assert_false (fixture->answer->has_count);
  g_assert_cmpuint (sg_log_batch_get_length (fixture->answer->records), ==, 1);
}

static gboolean
is_collected (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *answer =
      sg_test_http_get (fixture->port,
                        "/api/v1/query?query=sum(shop_sync_operations_total%7Bjob%3D%22shop%22%7D)",
                        NULL);

  return strstr (answer, "\"20\"]") != NULL;
}

/* Its registry is a page of its own, and a job of its own in the store of samples. */
static void
test_job (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *page = NULL;

  do_operations (fixture, 20);
  page = sg_test_http_get (fixture->port, "/metrics/shop", NULL);
  g_assert_nonnull (strstr (page, "shop_sync_operations_total{operation_type=\"read_through\","
                                  "status=\"failed\"} 2\n"));
  sg_test_wait_until (is_collected, fixture);
}

static gboolean
is_told (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *metrics = sg_test_http_get (fixture->port, "/metrics", NULL);

  return strstr (metrics, "sightglass_cache_events_total{event_type=\"hit\","
                          "operation_type=\"range_results\"} 0\n")
             != NULL
         && strstr (metrics, "sightglass_database_health_status 1\n") != NULL
         && strstr (metrics, "sightglass_logs_records_total{outcome=\"stored\"}") != NULL
         && strstr (metrics, "sightglass_logs_files 1\n") != NULL;
}

static gboolean
is_own_operation (gpointer data)
{
  Fixture *fixture = data;
  SgLogQuery query = SG_LOG_QUERY_INIT;

  query.service = "sightglass";
  query.name = "write_behind";
  search (fixture, fixture->engine, &query, SG_LOG_SEARCH_PAGE);
  return sg_log_batch_get_length (fixture->answer->records) > 0;
}

/* The engine's own store is such a pair of cache and database too. */
static void
test_self (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_wait_until (is_told, fixture);
  sg_test_wait_until (is_own_operation, fixture);
  g_assert_cmpstr (sg_log_batch_get (fixture->answer->records, 0)->status, ==, "success");
}

/* Who comes second reads what the first stores, keeps nothing, and says so. */
static void
test_read_only (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgEngine) second = make_engine (fixture, "--builtin.interval=100ms");
  g_autoptr (SgHealthReport) report = NULL;
  SgLogQuery query = SG_LOG_QUERY_INIT;
  gboolean told = FALSE;

  do_operations (fixture, 10);
  start_engine (fixture, second);
  query.service = "shop";
  search (fixture, second, &query, SG_LOG_SEARCH_PAGE);
  g_assert_cmpuint (sg_log_batch_get_length (fixture->answer->records), ==, 10);
  report = sg_engine_get_health (second);
  for (guint i = 0; i < report->n_checks; i++)
    told = told
           || (g_str_equal (report->checks[i].name, "logs")
               && report->checks[i].level == SG_LEVEL_DEGRADED
               && strstr (report->checks[i].message, "read-only, so that no new records") != NULL);
  g_assert_true (told);
  stop_engine (fixture, second);
}

static gboolean
is_lost (gpointer data)
{
  g_autofree char *metrics = sg_test_http_get (((Fixture *) data)->port, "/metrics", NULL);
  const char *line = strstr (metrics, "\nsightglass_logs_lost_records_total{reason=\"not_open\"} ");

  return line != NULL && strchr (line, '}')[2] != '0';
}

/* Without its folder nothing is stored; all else goes on, and it is told. */
static void
test_no_folder (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *folder = g_steal_pointer (&fixture->folder);
  g_autofree char *file = NULL;
  guint port = fixture->port;
  g_autoptr (SgEngine) other = NULL;
  g_autoptr (SgHealthReport) report = NULL;
  gboolean told = FALSE;

  fixture->folder = g_dir_make_tmp ("test-engine-logs-XXXXXX", NULL);
  file = g_build_filename (fixture->folder, "logs", NULL);
  g_assert_true (g_file_set_contents (file, "in the way", -1, NULL));
  other = make_engine (fixture, "--builtin.interval=100ms");
  sg_log_service_set_interval (sg_engine_get_logs (other), 20);
  start_engine (fixture, other);
  fixture->port = get_port (other);
  sg_test_wait_until (is_lost, fixture);
  report = sg_engine_get_health (other);
  for (guint i = 0; i < report->n_checks; i++)
    told = told || g_str_has_prefix (report->checks[i].message, "records are not stored: ");
  g_assert_true (told);
  stop_engine (fixture, other);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
  fixture->folder = g_steal_pointer (&folder);
  fixture->port = port;
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/engine-logs/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("search", test_search);
  ADD ("job", test_job);
  ADD ("self", test_self);
  ADD ("read-only", test_read_only);
  ADD ("no-folder", test_no_folder);
#undef ADD

  return g_test_run ();
}
