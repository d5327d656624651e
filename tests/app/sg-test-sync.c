/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-sync.h"

#include "app/sg-test-app.h"
#include "app/sg-test-series.h"

#include "promql/sg-memory-querier.h"
#include "promql/sg-promql-engine.h"

#include <math.h>

#define STEP_MS   5000
#define N_SAMPLES 361

/* How much there is of it. */
typedef struct
{
  SgMemoryQuerier *store;
  guint n;
  gint64 step;
} Recording;

static const double bounds[] = { .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5 };

static const struct
{
  const char *type;
  double rate;
  double failed;
  double timeout;
  /* The middle of its durations, as a place among the bounds. */
  double centre;
  double records;
} types[] = {
  { "read_through", 58, .002, .001, 3.0, 1 }, { "write_through", 34, .008, .006, 4.1, 1 },
  { "write_behind", 21, .003, .001, 3.6, 1 }, { "bulk_insert", 16, .05, .012, 5.4, 100 },
  { "refresh", 9, .001, .0, 2.6, 1 },
};

static void
add (SgMemoryQuerier *store,
     SgTimeMs         time,
     double           value,
     const char      *name,
     const char      *first,
     const char      *first_value,
     const char      *second,
     const char      *second_value)
{
  g_autoptr (SgLabels) labels =
      first == NULL ? sg_labels_new_from_pairs (SG_LABEL_NAME, name, "instance", "localhost:8080",
                                                "job", "anivault", NULL)
      : second == NULL
          ? sg_labels_new_from_pairs (SG_LABEL_NAME, name, first, first_value, "instance",
                                      "localhost:8080", "job", "anivault", NULL)
          : sg_labels_new_from_pairs (SG_LABEL_NAME, name, first, first_value, second, second_value,
                                      "instance", "localhost:8080", "job", "anivault", NULL);

  sg_memory_querier_add (store, labels, time, floor (value));
}

static SgTimeMs
time_of (const Recording *recording,
         guint            i)
{
  return SG_TEST_NOW - SG_TEST_NOW % recording->step - (recording->n - 1 - i) * recording->step;
}

typedef struct
{
  double good;
  double failed;
  double timeout;
  double records;
  double buckets[G_N_ELEMENTS (bounds) + 1];
  double sum;
  SgTestRandom random;
} State;

/* From the 250th to the 270th sample the disk was slow, and more failed. */
static void
step (State  *state,
      guint   type,
      guint   i,
      gint64  step_ms)
{
  gboolean slow = i > 290 && i < 312;
  double wave = 1 + .22 * sin (i / (17. + type)) + .1 * (sg_test_random (&state->random) - .5);
  double n = types[type].rate * wave * (double) step_ms / 1000;
  double failed = n * types[type].failed * (slow ? 5 : 1);
  double timeout = n * types[type].timeout * (slow ? 3 : 1);
  double centre = types[type].centre + .4 * sin (i / 29.);
  double total = 0;

  state->failed += failed;
  state->timeout += timeout;
  state->good += n - failed - timeout;
  state->records += (n - failed) * types[type].records;
  for (guint b = 0; b <= G_N_ELEMENTS (bounds); b++)
    total += exp (-(b - centre) * (b - centre) / 1.1) + (slow && b > 7 && b < 10 ? .05 : .001);
  for (guint b = 0; b <= G_N_ELEMENTS (bounds); b++)
    {
      double part =
          exp (-(b - centre) * (b - centre) / 1.1) + (slow && b > 7 && b < 10 ? .05 : .001);

      state->buckets[b] += n * part / total;
      state->sum += n * part / total * bounds[MIN (b, G_N_ELEMENTS (bounds) - 1)] * .7;
    }
}

static void
add_durations (SgMemoryQuerier *store,
               SgTimeMs         time,
               const State     *state,
               const char      *type)
{
  static const char family[] = "anivault_sync_operation_duration_seconds";
  g_autofree char *bucket = g_strconcat (family, "_bucket", NULL);
  g_autofree char *sum = g_strconcat (family, "_sum", NULL);
  g_autofree char *count = g_strconcat (family, "_count", NULL);
  double total = 0;

  for (guint b = 0; b <= G_N_ELEMENTS (bounds); b++)
    {
      char le[G_ASCII_DTOSTR_BUF_SIZE] = "+Inf";

      if (b < G_N_ELEMENTS (bounds))
        g_ascii_formatd (le, sizeof le, "%g", bounds[b]);
      total += state->buckets[b];
      add (store, time, total, bucket, "operation_type", type, "le", le);
    }
  add (store, time, state->sum, sum, "operation_type", type, NULL, NULL);
  add (store, time, total, count, "operation_type", type, NULL, NULL);
}

static void
add_type (const Recording *recording,
          guint            type)
{
  SgMemoryQuerier *store = recording->store;
  static const char operations[] = "anivault_sync_operations_total";
  const char *name = types[type].type;
  State state = { .random = { type + 3 } };

  for (guint i = 0; i < recording->n; i++)
    {
      SgTimeMs time = time_of (recording, i);

      step (&state, type, i, recording->step);
      add (store, time, state.good, operations, "operation_type", name, "status", "success");
      add (store, time, state.failed, operations, "operation_type", name, "status", "failed");
      add (store, time, state.timeout, operations, "operation_type", name, "status", "timeout");
      add (store, time, state.records, "anivault_sync_affected_records_total", "operation_type",
           name, NULL, NULL);
      add (store, time, 1 + fmod (i * (type + 2.) / 9, type + 3.),
           "anivault_sync_active_operations", "operation_type", name, NULL, NULL);
      add_durations (store, time, &state, name);
    }
}

static void
add_checks (const Recording *recording)
{
  SgMemoryQuerier *store = recording->store;

  for (guint i = 0; i < recording->n; i++)
    {
      SgTimeMs time = time_of (recording, i);
      double runs = i / 24.;
      static const char check[] = "anivault_consistency_check_duration_seconds";
      static const char found[] = "anivault_consistency_inconsistencies_total";
      static const char done[] = "anivault_reconciliation_operations_total";
      static const char took[] = "anivault_reconciliation_duration_seconds";
      g_autofree char *check_count = g_strconcat (check, "_count", NULL);
      g_autofree char *check_sum = g_strconcat (check, "_sum", NULL);
      g_autofree char *took_count = g_strconcat (took, "_count", NULL);
      g_autofree char *took_sum = g_strconcat (took, "_sum", NULL);

      add (store, time, runs, check_count, "check_type", "full", NULL, NULL);
      add (store, time, runs * 2, check_sum, "check_type", "full", NULL, NULL);
      add (store, time, i > 300 ? 3 : 0, found, "check_type", "full", "severity", "critical");
      add (store, time, i > 300 ? 11 : 0, found, "check_type", "full", "severity", "minor");
      add (store, time, i > 310 ? 14 : 0, done, "strategy", "database_wins", "status", "success");
      add (store, time, 0, done, "strategy", "database_wins", "status", "failed");
      add (store, time, i > 310 ? 1 : 0, took_count, "strategy", "database_wins", NULL, NULL);
      add (store, time, i > 310 ? 1 : 0, took_sum, "strategy", "database_wins", NULL, NULL);
    }
}

SgQuerier *
sg_test_sync_store_new_long (guint  n_samples,
                             gint64 step_ms)
{
  Recording recording = { sg_memory_querier_new (), n_samples, step_ms };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    add_type (&recording, i);
  add_checks (&recording);
  return SG_QUERIER (recording.store);
}

SgQuerier *
sg_test_sync_store_new (void)
{
  return sg_test_sync_store_new_long (N_SAMPLES, STEP_MS);
}

SgSourceList *
sg_test_sync_sources_new (SgQuerier *store,
                          SgTimeMs   from,
                          SgTimeMs   to)
{
  g_autoptr (SgMappingList) mappings = sg_mapping_list_load (NULL);
  g_autoptr (GError) error = NULL;
  SgSourceList *sources = sg_source_list_find (mappings, store, from, to, NULL, &error);

  g_assert_no_error (error);
  return sources;
}

SgLogAnswer *
sg_test_sync_records_new (guint    n,
                          gboolean only_troubles)
{
  static const struct
  {
    gint64 ago_ms;
    const char *type;
    const char *status;
    SgLogSeverity severity;
    gint64 duration_us;
    gint64 amount;
    const char *key;
    const char *message;
  } rows[] = {
    { 188, "bulk_insert", "failed", SG_LOG_ERROR, 412000, 0, "asset:batch:8841", "disk I/O error" },
    { 210, "read_through", "success", SG_LOG_INFO, 8200, 1, "asset:191827", NULL },
    { 229, "read_through", "success", SG_LOG_INFO, 6900, 1, "asset:191826", NULL },
    { 256, "write_through", "timeout", SG_LOG_WARNING, 5000000, 0, "asset:44102",
      "no answer within 5 s" },
    { 270, "write_behind", "success", SG_LOG_INFO, 11000, 1, "queue:flush:77", NULL },
    { 23000, "write_through", "failed", SG_LOG_ERROR, 96000, 0, "asset:44090",
      "database is locked" },
    { 482000, "read_through", "failed", SG_LOG_ERROR, 31400, 0, "asset:190001",
      "key expired during load" },
  };
  SgLogAnswer *answer = sg_log_answer_new ();

  answer->records = sg_log_batch_new ();
  for (guint i = 0; i < n; i++)
    {
      guint row = i % G_N_ELEMENTS (rows);
      SgLogRecord record = SG_LOG_RECORD_INIT;

      if (only_troubles && rows[row].severity < SG_LOG_WARNING)
        continue;
      record.time = sg_time_ms_to_ns (SG_TEST_NOW - rows[row].ago_ms
                                      - (i / G_N_ELEMENTS (rows)) * G_GINT64_CONSTANT (900000));
      record.kind = SG_LOG_KIND_OPERATION;
      record.severity = rows[row].severity;
      record.service = "anivault";
      record.name = rows[row].type;
      record.status = rows[row].status;
      record.duration_us = rows[row].duration_us;
      record.amount = rows[row].amount;
      record.key = rows[row].key;
      record.message = rows[row].message;
      record.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
      sg_log_batch_add (answer->records, &record);
    }
  answer->has_count = TRUE;
  answer->count = 128412;
  answer->has_more = TRUE;
  return answer;
}

static SgQueryAnswer *
answer_query (SgPromqlEngine *engine,
              SgQuerier      *store,
              const SgQuery  *query)
{
  SgQueryAnswer *answer = sg_query_answer_new (query->text, query->start, query->end, query->step);

  answer->result =
      query->step > 0
          ? sg_promql_engine_query_range (engine, store, query->text, query->start, query->end,
                                          query->step, NULL, &answer->error)
          : sg_promql_engine_query (engine, store, query->text, query->start, NULL, &answer->error);
  if (answer->error != NULL)
    g_error ("%s: %s", query->text, answer->error->message);
  return answer;
}

void
sg_test_sync_show (SgSyncPage *page,
                   SgQuerier  *store)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (page));
  SgQueryPlan *plan = sg_source_plan_get_plan (page->plan);
  g_autoptr (SgSourceList) sources = NULL;
  g_autoptr (SgLogAnswer) recent = sg_test_sync_records_new (5, FALSE);
  g_autoptr (SgLogAnswer) troubles = sg_test_sync_records_new (7, TRUE);
  g_autoptr (SgPromqlEngine) engine = NULL;
  g_autoptr (GArray) planned = NULL;
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  SgPromqlOptions options;
  SgTimeMs from, to;

  sg_promql_options_init (&options);
  engine = sg_promql_engine_new (&options, sg_clock_get_system ());
  sg_time_window_get_range (window, &from, &to);
  sources = sg_test_sync_sources_new (store, from, to);
  sg_query_plan_set_width (plan, 380);
  sg_source_plan_take_sources (page->plan, sources);
  planned = sg_query_plan_prepare (plan, window);
  for (guint i = 0; i < planned->len; i++)
    g_ptr_array_add (answers, answer_query (engine, store,
                                            &g_array_index (planned, SgPlannedQuery, i).query));
  sg_query_plan_take (plan, planned, answers);
  sg_sync_page_take_records (page, recent, troubles);
  sg_sync_page_update (page);
  sg_page_take_success (SG_PAGE (page), to);
}
