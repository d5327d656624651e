/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "promql/sg-memory-querier.h"
#include "promql/sg-promql-engine.h"
#include "promql/sg-series-description.h"

/*
 * A store with the families of each mapping that came with the program, and of one application that no
 * mapping knows: samples each ten seconds, so that the numbers below can be counted on fingers.
 */
#define STEP_MS (10 * 1000)
#define END_MS  (10 * 60 * 1000)

static const char *const pages[] = {
  /* Ours: reading is twice as often as writing, and half of the writing fails. */
  "sightglass_sync_operations_total{job=\"sightglass\",operation_type=\"read_through\",status=\"success\"} 0+20x60",
  "sightglass_sync_operations_total{job=\"sightglass\",operation_type=\"write_behind\",status=\"success\"} 0+5x60",
  "sightglass_sync_operations_total{job=\"sightglass\",operation_type=\"write_behind\",status=\"failed\"} 0+5x60",
  /* Its buckets have only one bound in common with those of the next. */
  "sightglass_sync_operation_duration_seconds_bucket{job=\"sightglass\",operation_type=\"read_through\",le=\"0.1\"} 0+20x60",
  "sightglass_sync_operation_duration_seconds_bucket{job=\"sightglass\",operation_type=\"read_through\",le=\"1\"} 0+30x60",
  "sightglass_sync_operation_duration_seconds_bucket{job=\"sightglass\",operation_type=\"read_through\",le=\"+Inf\"} 0+30x60",
  "sightglass_sync_operation_duration_seconds_count{job=\"sightglass\",operation_type=\"read_through\"} 0+30x60",
  "sightglass_cache_hit_rate{job=\"sightglass\"} 0.5x60",
  /* AniVault's, and those of an application that has the same under another word. */
  "anivault_sync_operations_total{job=\"demo\",operation_type=\"read_through\",status=\"success\"} 0+90x60",
  "anivault_sync_operations_total{job=\"demo\",operation_type=\"read_through\",status=\"failed\"} 0+6x60",
  "anivault_sync_operations_total{job=\"demo\",operation_type=\"read_through\",status=\"timeout\"} 0+4x60",
  "anivault_sync_operation_duration_seconds_bucket{job=\"demo\",operation_type=\"read_through\",le=\"0.1\"} 0+50x60",
  "anivault_sync_operation_duration_seconds_bucket{job=\"demo\",operation_type=\"read_through\",le=\"0.3\"} 0+100x60",
  "anivault_sync_operation_duration_seconds_bucket{job=\"demo\",operation_type=\"read_through\",le=\"+Inf\"} 0+100x60",
  "anivault_sync_operation_duration_seconds_sum{job=\"demo\",operation_type=\"read_through\"} 0+12x60",
  "anivault_sync_operation_duration_seconds_count{job=\"demo\",operation_type=\"read_through\"} 0+100x60",
  "anivault_sync_affected_records_total{job=\"demo\",operation_type=\"read_through\"} 0+300x60",
  "anivault_cache_hit_rate{job=\"demo\"} 85x60",
  "anivault_cache_size{job=\"demo\"} 1000x60",
  "orders_cache_events_total{job=\"shop\",event_type=\"hit\",operation_type=\"read_through\"} 0+30x60",
  "orders_cache_events_total{job=\"shop\",event_type=\"miss\",operation_type=\"read_through\"} 0+10x60",
  /* Bakhmach's: no failure has been seen, so that there is no series of one. */
  "sync_operations_total{job=\"bakhmach-app\",source=\"github\",target=\"ai-studio\",status=\"success\"} 0+10x60",
  "sync_operations_total{job=\"bakhmach-app\",source=\"github\",target=\"disk\",status=\"error\"} 0+30x60",
  "active_syncs{job=\"bakhmach-app\",source=\"github\"} 3x30 7x30",
  /* Redis and PostgreSQL. */
  "redis_keyspace_hits_total{job=\"redis\",instance=\"a:9121\"} 0+80x60",
  "redis_keyspace_misses_total{job=\"redis\",instance=\"a:9121\"} 0+20x60",
  "redis_memory_used_bytes{job=\"redis\",instance=\"a:9121\"} 1024x60",
  "redis_db_keys{job=\"redis\",instance=\"a:9121\",db=\"db0\"} 5x60",
  "redis_db_keys{job=\"redis\",instance=\"a:9121\",db=\"db1\"} 7x60",
  "pg_stat_database_blks_hit{job=\"postgres\",datname=\"shop\"} 0+99x60",
  "pg_stat_database_blks_read{job=\"postgres\",datname=\"shop\"} 0+1x60",
  /* Known by its shape. */
  "crm_sync_operations_total{job=\"crm\",flow=\"push\",outcome=\"OK\"} 0+3x60",
  "crm_sync_operations_total{job=\"crm\",flow=\"push\",outcome=\"error\"} 0+1x60",
  /* No source: a word before "_cache_size" is not enough. */
  "mysql_cache_size{job=\"db\"} 1x60",
};

typedef struct
{
  SgMemoryQuerier *store;
  SgMappingList *mappings;
  SgSourceList *sources;
  SgPromqlEngine *engine;
} Fixture;

static void
load (SgMemoryQuerier *store,
      const char      *line)
{
  g_autoptr (GArray) items = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLabels) labels = sg_series_description_parse (line, &items, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++)
    sg_memory_querier_add (store, labels, (SgTimeMs) i * STEP_MS,
                           g_array_index (items, SgSequenceItem, i).value);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SgPromqlOptions options;
  g_autoptr (GError) error = NULL;

  sg_promql_options_init (&options);
  fixture->engine = sg_promql_engine_new (&options, sg_clock_get_system ());
  fixture->store = sg_memory_querier_new ();
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    load (fixture->store, pages[i]);
  fixture->mappings = sg_mapping_list_load (NULL);
  fixture->sources =
      sg_source_list_find (fixture->mappings, SG_QUERIER (fixture->store), 0, END_MS, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_source_list_unref (fixture->sources);
  sg_mapping_list_unref (fixture->mappings);
  g_object_unref (fixture->store);
  g_object_unref (fixture->engine);
}

static const SgSource *
find (Fixture    *fixture,
      const char *title)
{
  for (guint i = 0; i < fixture->sources->n_sources; i++)
    {
      if (g_str_equal (fixture->sources->sources[i]->title, title))
        return fixture->sources->sources[i];
    }
  g_error ("there is no source “%s”", title);
}

static SgPromqlResult *
ask (Fixture              *fixture,
     const char           *title,
     const SgMeasureQuery *query)
{
  const char *id = title != NULL ? find (fixture, title)->id : NULL;
  g_autofree char *text = sg_source_list_expand (fixture->sources, id, query);
  g_autofree char *matchers = sg_source_list_make_matchers (fixture->sources, id);
  const SgQueryVariable values[] = {
    { "$window", "5m" }, { "$step", "10s" }, { "$rate", "40s" }, { "$source", matchers }
  };
  g_autofree char *asked = NULL;
  g_autoptr (GError) error = NULL;
  SgPromqlResult *result;

  g_assert_nonnull (text);
  asked = sg_query_expand (text, values, G_N_ELEMENTS (values));
  g_test_message ("%s", asked);
  result = sg_promql_engine_query (fixture->engine, SG_QUERIER (fixture->store), asked, END_MS,
                                   NULL, &error);
  g_assert_no_error (error);
  return result;
}

static void
expect (Fixture        *fixture,
        const char     *title,
        SgMeasureQuery  query,
        double          expected)
{
  g_autoptr (SgPromqlResult) result = ask (fixture, title, &query);

  g_assert_cmpuint (result->n_series, ==, 1);
  g_assert_cmpfloat_with_epsilon (result->series[0].column.f[0], expected, 1e-9);
}

/* By one label: the value of the series whose label is @value. */
static void
expect_by (Fixture        *fixture,
           const char     *title,
           SgMeasureQuery  query,
           SgMappingLabel  label,
           const char     *value,
           double          expected)
{
  g_autoptr (SgPromqlResult) result = NULL;

  query.by = SG_MEASURE_BY (label);
  result = ask (fixture, title, &query);
  for (guint i = 0; i < result->n_series; i++)
    {
      const char *name = sg_mapping_label_to_string (label);

      if (g_strcmp0 (sg_labels_get (result->series[i].labels, name), value) != 0)
        continue;
      g_assert_cmpfloat_with_epsilon (result->series[i].column.f[0], expected, 1e-9);
      return;
    }
  g_test_message ("no series has %s", value);
  g_test_fail ();
}

static void
test_found (Fixture       *fixture,
            gconstpointer  data)
{
  static const char *const titles[] = { "anivault · demo", "Bakhmach · bakhmach-app", "crm",
                                        "orders · shop",   "PostgreSQL · postgres",   "Redis",
                                        "Sightglass" };

  g_assert_cmpuint (fixture->sources->n_sources, ==, G_N_ELEMENTS (titles));
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    g_assert_cmpstr (fixture->sources->sources[i]->title, ==, titles[i]);
  g_assert_cmpstr (find (fixture, "Sightglass")->mapping, ==, "sightglass");
  g_assert_cmpstr (find (fixture, "crm")->mapping, ==, "shape");
  g_assert_true (sg_source_has_role (find (fixture, "Redis"), SG_ROLE_MEMORY));
  g_assert_false (sg_source_has_role (find (fixture, "Redis"), SG_ROLE_MEMORY_LIMIT));
  g_assert_false (sg_source_has_role (find (fixture, "orders · shop"), SG_ROLE_OPERATIONS));
}

static void
test_operations (Fixture       *fixture,
                 gconstpointer  data)
{
  const SgMeasureQuery rate = { .role = SG_ROLE_OPERATIONS, .measure = SG_MEASURE_RATE };
  const SgMeasureQuery count = { SG_ROLE_OPERATIONS, SG_MEASURE_COUNT, .range = "$window" };
  SgMeasureQuery some = count;

  expect (fixture, "anivault · demo", rate, 10);
  expect (fixture, "anivault · demo", count, 3000);
  expect (fixture, "Sightglass", count, 900);
  expect (fixture, "Bakhmach · bakhmach-app", count, 1200);
  expect (fixture, "crm", count, 120);
  expect (fixture, NULL, count, 3000 + 900 + 1200 + 120);
  expect_by (fixture, NULL, count, SG_MAPPING_TYPE, "read_through", 3000 + 600);
  expect_by (fixture, NULL, count, SG_MAPPING_TYPE, "github → disk", 900);
  expect_by (fixture, NULL, count, SG_MAPPING_TYPE, "push", 120);
  some.of = SG_MEASURE_OF_GOOD;
  expect (fixture, "anivault · demo", some, 2700);
  some.of = SG_MEASURE_OF_BAD;
  expect (fixture, "anivault · demo", some, 180);
  some.of = SG_MEASURE_OF_NOT_GOOD;
  expect (fixture, "anivault · demo", some, 300);
  some.of = SG_MEASURE_OF_REST;
  expect (fixture, "anivault · demo", some, 120);
  some.of = SG_MEASURE_OF_ALL;
  some.offset = "$window";
  expect (fixture, "Sightglass", some, 900);
}

static void
test_success (Fixture       *fixture,
              gconstpointer  data)
{
  const SgMeasureQuery ratio = { SG_ROLE_OPERATIONS, SG_MEASURE_RATIO, .range = "$window" };

  expect (fixture, "anivault · demo", ratio, 0.9);
  expect (fixture, "Sightglass", ratio, 25. / 30);
  expect (fixture, "Bakhmach · bakhmach-app", ratio, 0.25);
  expect (fixture, "crm", ratio, 0.75);
  expect_by (fixture, "Sightglass", ratio, SG_MAPPING_TYPE, "read_through", 1);
  expect_by (fixture, "Sightglass", ratio, SG_MAPPING_TYPE, "write_behind", 0.5);
  expect_by (fixture, "Bakhmach · bakhmach-app", ratio, SG_MAPPING_TYPE, "github → ai-studio", 1);
  expect_by (fixture, "Bakhmach · bakhmach-app", ratio, SG_MAPPING_TYPE, "github → disk", 0);
}

static void
test_durations (Fixture       *fixture,
                gconstpointer  data)
{
  SgMeasureQuery query = { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, .quantile = 0.5 };
  g_autoptr (SgPromqlResult) buckets = NULL;
  g_autoptr (SgPromqlResult) shared = NULL;

  expect (fixture, "anivault · demo", query, 0.1);
  expect (fixture, NULL, query, 0.1 * 65 / 70);
  query.quantile = 0.95;
  expect (fixture, "anivault · demo", query, 0.28);
  query.measure = SG_MEASURE_MEAN;
  query.range = "$window";
  expect (fixture, "anivault · demo", query, 0.12);
  query.measure = SG_MEASURE_COUNT;
  expect (fixture, "anivault · demo", query, 3000);
  query.measure = SG_MEASURE_BUCKETS;
  buckets = ask (fixture, "anivault · demo", &query);
  g_assert_cmpuint (buckets->n_series, ==, 3);
  shared = ask (fixture, NULL, &query);
  g_assert_cmpuint (shared->n_series, ==, 2);
  query = (SgMeasureQuery) { SG_ROLE_RECORDS, SG_MEASURE_COUNT, .range = "$window" };
  expect (fixture, NULL, query, 9000);
}

static void
test_caches (Fixture       *fixture,
             gconstpointer  data)
{
  const SgMeasureQuery hits = { SG_ROLE_HIT_RATE, SG_MEASURE_RATIO, .range = "$window" };
  const SgMeasureQuery size = { .role = SG_ROLE_SIZE, .measure = SG_MEASURE_VALUE };
  const SgMeasureQuery active = { .role = SG_ROLE_ACTIVE, .measure = SG_MEASURE_VALUE };
  const SgMeasureQuery peak = { SG_ROLE_ACTIVE, SG_MEASURE_PEAK, .range = "10m" };

  expect (fixture, "anivault · demo", hits, 0.85);
  expect (fixture, "Sightglass", hits, 0.5);
  expect (fixture, "orders · shop", hits, 0.75);
  expect (fixture, "Redis", hits, 0.8);
  expect_by (fixture, "Redis", hits, SG_MAPPING_CACHE, "a:9121", 0.8);
  expect_by (fixture, "PostgreSQL · postgres", hits, SG_MAPPING_CACHE, "shop", 0.99);
  expect (fixture, "Redis", size, 12);
  expect (fixture, NULL, active, 7);
  expect (fixture, NULL, peak, 7);
}

/* What no family says has no query, and not one that answers nothing. */
static void
test_absent (Fixture       *fixture,
             gconstpointer  data)
{
  const SgMeasureQuery query = { .role = SG_ROLE_CONFLICTS, .measure = SG_MEASURE_RATE };

  g_assert_null (sg_source_list_expand (fixture->sources, NULL, &query));
  g_assert_false (sg_source_list_has_role (fixture->sources, NULL, SG_ROLE_CONFLICTS));
  g_assert_true (sg_source_list_has_role (fixture->sources, NULL, SG_ROLE_CACHE_EVENTS));
  g_assert_null (sg_source_list_get (fixture->sources, "nothing"));
  g_assert_cmpint (sg_source_list_get_interval (fixture->sources, NULL), ==, SG_SOURCE_INTERVAL_MS);
}

static void
test_intervals (Fixture       *fixture,
                gconstpointer  data)
{
  SgTargetListBuilder builder;
  SgTargetStatus *target = sg_target_status_new ();
  g_autoptr (SgTargetList) targets = NULL;

  target->job = g_strdup ("redis");
  target->url = g_strdup ("http://a:9121/metrics");
  target->interval_ms = 60000;
  sg_target_list_builder_init (&builder);
  sg_target_list_builder_add_target (&builder, target);
  targets = sg_target_list_builder_end (&builder);
  sg_source_list_take_intervals (fixture->sources, targets);
  g_assert_cmpint (sg_source_list_get_interval (fixture->sources, find (fixture, "Redis")->id), ==,
                   60000);
  g_assert_cmpint (sg_source_list_get_interval (fixture->sources, find (fixture, "crm")->id), ==,
                   SG_SOURCE_INTERVAL_MS);
  g_assert_cmpint (sg_source_list_get_interval (fixture->sources, NULL), ==, 60000);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/source-list/found", test_found);
  ADD ("/source-list/operations", test_operations);
  ADD ("/source-list/success", test_success);
  ADD ("/source-list/durations", test_durations);
  ADD ("/source-list/caches", test_caches);
  ADD ("/source-list/absent", test_absent);
  ADD ("/source-list/intervals", test_intervals);
  return g_test_run ();
}
