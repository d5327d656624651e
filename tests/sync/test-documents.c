/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-test-sides.h"
#include "sync/sg-test-sync.h"

#include "sync/sg-circuit-breaker.h"

/*
 * AniVault's document, line by line: each metric that it lists is scraped, with its labels and its type, and
 * each name that its examples call has a row here, which calls what stands for it. A name that the document
 * has and the table does not is a failure; so is a row whose name the document does not have.
 */
#define DOCUMENT "000_"

static char *
read_document (void)
{
  g_autofree char *folder = g_build_filename (
      g_getenv ("SG_SHARED") != NULL ? g_getenv ("SG_SHARED") : "", "seeds", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  char *text = NULL;

  while (dir != NULL && text == NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_prefix (name, DOCUMENT))
        g_file_get_contents (path, &text, NULL, NULL);
    }
  if (text == NULL)
    g_test_skip ("AniVault's document is not beside the sources");
  return text;
}

static void
check_operation (Fixture *fixture)
{
  SgSyncStatistics statistics = { 0 };

  {
    g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
        fixture->monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_MISS, "example_key");

    sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
  }
  sg_sync_monitor_get_statistics (fixture->monitor, &statistics);
  g_assert_cmpuint (statistics.by_status[SG_SYNC_SUCCESS], ==, 1);
  g_assert_cmpuint (statistics.records, ==, 1);
  sg_sync_statistics_clear (&statistics);
}

/* Left without completing it, as by an exception in the document's block. */
static void
check_block (Fixture *fixture)
{
  SgSyncStatistics statistics = { 0 };

  {
    g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
        fixture->monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_UNUSED, "example_key");
  }
  sg_sync_monitor_get_statistics (fixture->monitor, &statistics);
  g_assert_cmpuint (statistics.by_status[SG_SYNC_FAILED], ==, 1);
  g_assert_nonnull (statistics.last_error);
  sg_sync_statistics_clear (&statistics);
}

static void
assert_scraped (Fixture    *fixture,
                const char *line)
{
  g_autofree char *page = fixture_render (fixture);

  assert_line (page, line);
}

static void
check_hit (Fixture *fixture)
{
  sg_sync_monitor_log_cache_hit (fixture->monitor, "key", SG_SYNC_READ_THROUGH);
  assert_scraped (
      fixture, "anivault_cache_events_total{event_type=\"hit\",operation_type=\"read_through\"} 1");
}

static void
check_miss (Fixture *fixture)
{
  sg_sync_monitor_log_cache_miss (fixture->monitor, "key", SG_SYNC_WRITE_THROUGH);
  assert_scraped (
      fixture,
      "anivault_cache_events_total{event_type=\"miss\",operation_type=\"write_through\"} 1");
}

static void
check_bulk (Fixture *fixture)
{
  g_autoptr (SgSyncOperation) operation =
      sg_sync_monitor_begin_bulk (fixture->monitor, SG_SYNC_BULK_INSERT, 100);

  assert_scraped (fixture, "anivault_sync_active_operations{operation_type=\"bulk_insert\"} 1");
  sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 100);
  assert_scraped (fixture,
                  "anivault_sync_affected_records_total{operation_type=\"bulk_insert\"} 100");
}

static void
check_health (Fixture *fixture)
{
  sg_sync_monitor_update_database_health (fixture->monitor, TRUE);
  assert_scraped (fixture, "anivault_database_health_status 1");
}

static void
check_cache_metrics (Fixture *fixture)
{
  sg_sync_monitor_update_cache_metrics (fixture->monitor, 0.85, 1000, 512 * 1024);
  assert_scraped (fixture, "anivault_cache_hit_rate 85");
  assert_scraped (fixture, "anivault_cache_size 1000");
  assert_scraped (fixture, "anivault_cache_memory_usage_bytes 524288");
}

static void
check_statistics (Fixture *fixture)
{
  SgSyncStatistics statistics = { 0 };

  check_operation (fixture);
  sg_sync_monitor_get_statistics (fixture->monitor, &statistics);
  g_assert_cmpfloat (statistics.success_rate, ==, 1);
  sg_sync_statistics_clear (&statistics);
}

static void
check_type_statistics (Fixture *fixture)
{
  check_operation (fixture);
  for (guint type = 0; type < sg_sync_monitor_get_n_types (fixture->monitor); type++)
    {
      SgSyncStatistics statistics = { 0 };
      gboolean any = sg_sync_monitor_get_type_statistics (fixture->monitor, type, &statistics);

      g_assert_cmpint (any, ==, type == SG_SYNC_READ_THROUGH);
      sg_sync_statistics_clear (&statistics);
    }
}

static void
check_recent (Fixture *fixture)
{
  g_autoptr (SgLogBatch) recent = NULL;
  const SgLogRecord *record;

  check_operation (fixture);
  recent = sg_sync_monitor_get_recent (fixture->monitor, 10, NULL);
  g_assert_cmpuint (sg_log_batch_get_length (recent), ==, 1);
  record = sg_log_batch_get (recent, 0);
  g_assert_cmpstr (record->name, ==, "read_through");
  g_assert_cmpstr (record->status, ==, "success");
  g_assert_cmpint (record->duration_us, >=, 0);
}

static void
check_summary (Fixture *fixture)
{
  g_autofree char *text = NULL;

  check_operation (fixture);
  text = sg_sync_monitor_describe_performance (fixture->monitor);
  g_assert_nonnull (strstr (text, "read_through"));
  sg_sync_monitor_log_performance_summary (fixture->monitor);
}

static void
check_logging (Fixture *fixture)
{
  g_assert_false (sg_sync_monitor_get_detailed_logging (fixture->monitor));
  sg_sync_monitor_set_detailed_logging (fixture->monitor, TRUE);
  g_assert_true (sg_sync_monitor_get_detailed_logging (fixture->monitor));
}

static void
check_page (Fixture *fixture)
{
  assert_scraped (fixture, "# TYPE anivault_sync_operations_total counter");
}

/**
 * Row:
 * @name: as the document writes it
 * @here: what stands for it
 * @check: calls that
 */
typedef struct
{
  const char *name;
  const char *here;
  void (*check) (Fixture *fixture);
} Row;

static const Row rows[] = {
  { "SyncMonitor", "SgSyncMonitor", check_operation },
  { "SyncMetricsExporter", "SgRegistry, sg_exposition_write()", check_page },
  { "sync_monitor.monitor_operation", "sg_sync_operation_begin() in a g_autoptr", check_block },
  { "metrics.complete", "sg_sync_operation_complete()", check_operation },
  { "sync_monitor.log_cache_hit", "sg_sync_monitor_log_cache_hit()", check_hit },
  { "sync_monitor.log_cache_miss", "sg_sync_monitor_log_cache_miss()", check_miss },
  { "sync_monitor.log_bulk_operation_start", "sg_sync_monitor_begin_bulk()", check_bulk },
  { "sync_monitor.update_database_health", "sg_sync_monitor_update_database_health()",
    check_health },
  { "sync_monitor.update_cache_metrics", "sg_sync_monitor_update_cache_metrics()",
    check_cache_metrics },
  { "sync_monitor.get_performance_stats", "sg_sync_monitor_get_statistics()", check_statistics },
  { "stats.success_rate", "SgSyncStatistics.success_rate, a ratio", check_statistics },
  { "sync_monitor.get_operation_type_stats", "sg_sync_monitor_get_type_statistics()",
    check_type_statistics },
  { "sync_monitor.get_recent_operations", "sg_sync_monitor_get_recent()", check_recent },
  { "op.operation_type", "SgLogRecord.name", check_recent },
  { "op.status", "SgLogRecord.status", check_recent },
  { "op.duration_ms", "SgLogRecord.duration_us", check_recent },
  { "sync_monitor.log_performance_summary", "sg_sync_monitor_log_performance_summary()",
    check_summary },
  { "sync_monitor.enable_detailed_logging", "sg_sync_monitor_set_detailed_logging()",
    check_logging },
  { "metrics_exporter.generate_metrics", "sg_exposition_write()", check_page },
  { "SyncOperationType.READ_THROUGH", "SG_SYNC_READ_THROUGH", check_operation },
  { "SyncOperationType.WRITE_THROUGH", "SG_SYNC_WRITE_THROUGH", check_miss },
  { "SyncOperationType.BULK_INSERT", "SG_SYNC_BULK_INSERT", check_bulk },
  { "SyncOperationStatus.SUCCESS", "SG_SYNC_SUCCESS", check_operation },
};

static void
test_rows (void)
{
  g_autofree char *document = read_document ();

  if (document == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0 };

      if (strstr (document, rows[i].name) == NULL)
        g_error ("the document has no “%s”", rows[i].name);
      fixture_set_up (&fixture, NULL);
      rows[i].check (&fixture);
      fixture_tear_down (&fixture, NULL);
      g_test_message ("%-42s %s", rows[i].name, rows[i].here);
    }
}

static gboolean
has_row (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (g_str_equal (rows[i].name, name))
        return TRUE;
    }
  return FALSE;
}

/* What the document calls is in the table; the server, which is no part of the monitor, is asked elsewhere. */
static void
test_nothing_forgotten (void)
{
  g_autofree char *document = read_document ();
  g_autoptr (GRegex) names = g_regex_new ("\\b(?:sync_monitor|metrics_exporter|stats|op|metrics|"
                                          "SyncOperationType|SyncOperationStatus)\\.[A-Za-z_]+"
                                          "(?=[ ,():.}])|\\bSync(?:Monitor|MetricsExporter)\\b",
                                          0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  if (document == NULL)
    return;
  g_regex_match (names, document, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 0);

      if (!has_row (name))
        g_error ("the document's “%s” is in no row", name);
      n++;
    }
  g_assert_cmpuint (n, >=, G_N_ELEMENTS (rows));
}

/* Something of everything, so that each family has a series. */
static void
exercise (Fixture *fixture)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (SgConsistencyReport) report = NULL;
  g_auto (SgReconciliation) result = { 0 };
  g_autoptr (SgCircuitBreaker) breaker =
      sg_circuit_breaker_new (fixture->monitor, &(SgCircuitBreakerOptions) { .name = "database" });

  fill_sides (&cache, &database);
  sg_circuit_breaker_enter (breaker, NULL);
  sg_circuit_breaker_fail (breaker, "refused");
  sg_sync_monitor_count_connection_error (fixture->monitor, "refused");
  sg_sync_monitor_set_application (fixture->monitor, "AniVault", "1.0", "sync");
  report = sg_consistency_check (fixture->monitor, &cache.side, &database.side,
                                 &(SgConsistencyOptions) { .check_type = "full" }, NULL, NULL);
  g_assert_nonnull (report);
  sg_sync_reconcile (fixture->monitor, &cache.side, &database.side, report, SG_SYNC_DATABASE_WINS,
                     NULL, NULL, NULL, &result, NULL);
}

static const char *
type_of (const char *name)
{
  if (g_str_has_suffix (name, "_total"))
    return "counter";
  return g_str_has_suffix (name, "_duration_seconds") ? "histogram" : "gauge";
}

static gint
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Returns: (transfer full): "a, b" → "a,b", sorted; of a series, its label names but for le */
static char *
sort_names (const char *text,
            gboolean    is_series)
{
  g_autoptr (GRegex) word =
      g_regex_new (is_series ? "([A-Za-z_]+)=\"" : "([A-Za-z_]+)", 0, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match (word, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);

      if (!g_str_equal (name, "le"))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_sort (names, compare_texts);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (",", (char **) names->pdata);
}

/* Returns: (transfer full) (nullable): the names of the labels that @family's first series has */
static char *
get_label_names (const char *page,
                 const char *family,
                 const char *type)
{
  g_autofree char *start =
      g_strconcat ("\n", family, g_str_equal (type, "histogram") ? "_bucket{" : "", NULL);
  const char *place = strstr (page, start);

  while (place != NULL && place[strlen (start)] != '{' && place[strlen (start)] != ' '
         && !g_str_equal (type, "histogram"))
    place = strstr (place + 1, start);
  if (place == NULL)
    return NULL;
  place++;
  {
    g_autofree char *line = g_strndup (place, strcspn (place, "\n"));

    return sort_names (line, TRUE);
  }
}

static void
check_metric (const char *page,
              const char *name,
              const char *labels)
{
  const char *type = type_of (name);
  g_autofree char *comment = g_strdup_printf ("# TYPE %s %s", name, type);
  g_autofree char *expected = sort_names (labels, FALSE);
  g_autofree char *found = get_label_names (page, name, type);

  assert_line (page, comment);
  g_assert_cmpstr (found, ==, expected);
  g_test_message ("%-50s %-9s {%s}", name, type, found);
}

static void
test_metrics (void)
{
  g_autofree char *document = read_document ();
  g_autoptr (GRegex) listed =
      g_regex_new ("^(anivault_[a-z_]+)(?:\\{([a-z_, ]*)\\})?$", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *page = NULL;
  Fixture fixture = { 0 };
  guint n = 0;

  if (document == NULL)
    return;
  fixture_set_up (&fixture, NULL);
  exercise (&fixture);
  page = fixture_render (&fixture);
  g_regex_match (listed, document, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_autofree char *labels = g_match_info_fetch (match, 2);

      check_metric (page, name, labels != NULL ? labels : "");
      n++;
    }
  g_assert_cmpuint (n, ==, 16);
  fixture_tear_down (&fixture, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/documents/anivault/names", test_rows);
  g_test_add_func ("/documents/anivault/nothing-forgotten", test_nothing_forgotten);
  g_test_add_func ("/documents/anivault/metrics", test_metrics);
  return g_test_run ();
}
