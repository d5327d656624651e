/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-store.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/sg-thread.h"
#include "logs/sg-log-files.h"
#include "logs/sg-test-logs.h"

/* Four services, three names, one failure in ten, one record each second backwards from noon. */
static void
fill (SgLogStore *store,
      guint       n)
{
  static const char *const services[] = { "shop", "stock", "mail", "search" };
  static const char *const names[] = { "refresh", "read_through", "bulk_insert" };
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *key = g_strdup_printf ("user:%u", i);
      SgLogRecord record = SG_LOG_RECORD_INIT;

      record.time.ns = NOON - i * SECOND;
      record.kind = SG_LOG_KIND_OPERATION;
      record.severity = i % 10 == 0 ? SG_LOG_ERROR : SG_LOG_INFO;
      record.service = services[i % 4];
      record.name = names[i % 3];
      record.status = i % 10 == 0 ? "failed" : "success";
      record.duration_us = i * 100;
      record.amount = i;
      record.key = key;
      record.message = i % 10 == 0 ? "the 100% of a_Disk" : NULL;
      sg_log_batch_add (batch, &record);
    }
  sg_log_store_append (store, batch, &error);
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, NULL);
  SgLogQuery query = SG_LOG_QUERY_INIT;
  g_autoptr (SgLogBatch) page = NULL;
  const SgLogRecord *kept;
  SgLogRecord record = {
    .time = { NOON + 123456789 },
    .kind = SG_LOG_KIND_ALERT,
    .severity = SG_LOG_CRITICAL,
    .service = "Größe",
    .name = "DiskFull",
    .status = "firing",
    .duration_us = 0,
    .amount = G_MAXINT64,
    .key = "",
    .message = "line one\nline two",
    .trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
    .fields = "{\"a\":1}",
  };

  append_one (store, &record);
  page = select_all (store, &query, NULL);
  g_assert_cmpuint (sg_log_batch_get_length (page), ==, 1);
  kept = sg_log_batch_get (page, 0);
  g_assert_cmpint (kept->time.ns, ==, record.time.ns);
  g_assert_cmpint (kept->kind, ==, record.kind);
  g_assert_cmpint (kept->severity, ==, record.severity);
  g_assert_cmpstr (kept->service, ==, record.service);
  g_assert_cmpstr (kept->name, ==, record.name);
  g_assert_cmpstr (kept->status, ==, record.status);
  g_assert_cmpint (kept->duration_us, ==, 0);
  g_assert_cmpint (kept->amount, ==, G_MAXINT64);
  g_assert_cmpstr (kept->key, ==, "");
  g_assert_cmpstr (kept->message, ==, record.message);
  g_assert_cmpstr (kept->trace_id, ==, record.trace_id);
  g_assert_cmpstr (kept->fields, ==, record.fields);
}

/* Each page goes on where the last one ended, over the ends of days, until all were seen once. */
static void
check_pages (SgLogStore *store,
             SgLogOrder  order,
             guint       severities,
             guint       expected)
{
  SgLogQuery query = {
    .to = { G_MAXINT64 }, .severities = severities, .order = order, .limit = 37
  };
  SgLogPlace place = { 0 };
  gboolean more = TRUE;
  guint seen = 0;

  while (more)
    {
      g_autoptr (SgLogBatch) page = select_all (store, &query, &more);

      for (guint i = 0; i < sg_log_batch_get_length (page); i++)
        {
          const SgLogRecord *record = sg_log_batch_get (page, i);

          if (seen > 0 && order == SG_LOG_NEWEST_FIRST)
            g_assert_cmpint (record->time.ns, <=, place.time.ns);
          else if (seen > 0)
            g_assert_cmpint (record->time.ns, >=, place.time.ns);
          place = (SgLogPlace) { record->time, record->sequence };
          seen++;
        }
      query.after = &place;
    }
  g_assert_cmpuint (seen, ==, expected);
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, NULL);
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      SgLogRecord record = SG_LOG_RECORD_INIT;

      record.time.ns = NOON - (i / 3) * (DAY / 111);
      record.severity = i % 5 == 0 ? SG_LOG_WARNING : SG_LOG_INFO;
      sg_log_batch_add (batch, &record);
    }
  sg_log_store_append (store, batch, &error);
  g_assert_no_error (error);
  for (SgLogOrder order = SG_LOG_NEWEST_FIRST; order <= SG_LOG_OLDEST_FIRST; order++)
    {
      check_pages (store, order, 0, 1000);
      check_pages (store, order, 1u << SG_LOG_WARNING | 1u << SG_LOG_ERROR, 200);
      check_pages (store, order, 1u << SG_LOG_INFO, 800);
      check_pages (store, order, 1u << SG_LOG_CRITICAL, 0);
    }
}

typedef struct
{
  const char *what;
  SgLogQuery query;
  guint expected;
} FilterCase;

static const FilterCase filter_cases[] = {
  { "everything", { .to = { G_MAXINT64 } }, 1000 },
  { "a window", { .from = { NOON - 9 * SECOND }, .to = { NOON } }, 9 },
  { "an empty window", { .from = { NOON }, .to = { NOON } }, 0 },
  { "a window that runs backwards", { .from = { NOON }, .to = { NOON - DAY } }, 0 },
  { "the future", { .from = { NOON + 1 }, .to = { G_MAXINT64 } }, 0 },
  { "a service", { .to = { G_MAXINT64 }, .service = "stock" }, 250 },
  { "an unknown service", { .to = { G_MAXINT64 }, .service = "nobody" }, 0 },
  { "a name", { .to = { G_MAXINT64 }, .name = "refresh" }, 334 },
  { "a status", { .to = { G_MAXINT64 }, .status = "failed" }, 100 },
  { "a key", { .to = { G_MAXINT64 }, .key = "user:77" }, 1 },
  { "the start of a key is no key", { .to = { G_MAXINT64 }, .key = "user:" }, 0 },
  { "a part of a key", { .to = { G_MAXINT64 }, .contains = "R:99" }, 11 },
  { "a part of a message", { .to = { G_MAXINT64 }, .contains = "A_disk" }, 100 },
  { "a sign that LIKE knows", { .to = { G_MAXINT64 }, .contains = "100% of a" }, 100 },
  { "a sign that is not there", { .to = { G_MAXINT64 }, .contains = "1_0%" }, 0 },
  { "at least so long", { .to = { G_MAXINT64 }, .min_duration_us = 99000 }, 10 },
  { "less than so long", { .to = { G_MAXINT64 }, .max_duration_us = 1000 }, 10 },
  { "a kind", { .to = { G_MAXINT64 }, .kinds = 1u << SG_LOG_KIND_OPERATION }, 1000 },
  { "another kind", { .to = { G_MAXINT64 }, .kinds = 1u << SG_LOG_KIND_LOG }, 0 },
  { "errors", { .to = { G_MAXINT64 }, .severities = 1u << SG_LOG_ERROR }, 100 },
  { "errors of a service and a name",
    { .to = { G_MAXINT64 },
      .severities = 1u << SG_LOG_ERROR | 1u << SG_LOG_CRITICAL,
      .service = "shop",
      .name = "refresh" },
    17 },
  { "successes that took long",
    { .to = { G_MAXINT64 }, .severities = 1u << SG_LOG_INFO, .min_duration_us = 90000 },
    90 },
};

static void
test_filters (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, NULL);

  fill (store, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (filter_cases); i++)
    {
      SgLogQuery query = filter_cases[i].query;
      g_autoptr (SgLogBatch) page = NULL;
      gboolean more = TRUE;

      g_test_message ("%s", filter_cases[i].what);
      query.limit = 2000;
      page = select_all (store, &query, &more);
      g_assert_cmpuint (sg_log_batch_get_length (page), ==, filter_cases[i].expected);
      g_assert_false (more);
      g_assert_cmpuint (count_all (store, &query), ==, filter_cases[i].expected);
    }
}

static void
test_time_refused (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (SgLogStore) store =
      fixture_open (fixture, &(SgLogStoreOptions) { .retention_ms = 30 * 86400000LL });
  const gint64 wrong[] = { -1, 0, NOON - 31 * DAY, NOON + 2 * DAY, G_MAXINT64, G_MININT64 };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
      g_autoptr (GError) error = NULL;
      SgLogRecord record = SG_LOG_RECORD_INIT;

      record.time.ns = NOON;
      sg_log_batch_add (batch, &record);
      record.time.ns = wrong[i];
      sg_log_batch_add (batch, &record);
      g_assert_false (sg_log_store_append (store, batch, &error));
      g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_TIME);
    }
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 0);
}

static void
test_retention_by_time (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (SgLogStore) store =
      fixture_open (fixture, &(SgLogStoreOptions) { .retention_ms = 3 * 86400000LL });
  SgLogStoreCounts counts;

  for (gint i = 0; i < 3; i++)
    {
      SgLogRecord record = SG_LOG_RECORD_INIT;

      record.time.ns = NOON - i * DAY;
      append_one (store, &record);
    }
  sg_log_store_apply_retention (store);
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 3);
  sg_clock_advance (fixture->clock, 2 * 86400000LL);
  sg_log_store_apply_retention (store);
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 2);
  sg_log_store_get_counts (store, &counts);
  g_assert_cmpuint (counts.deleted_days, ==, 1);
  g_assert_cmpuint (counts.days, ==, 2);
  g_assert_cmpuint (counts.appended, ==, 3);
}

static void
test_retention_by_size (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, &(SgLogStoreOptions) { .max_bytes = 1 });
  SgLogStoreCounts counts;

  for (gint i = 0; i < 3; i++)
    {
      SgLogRecord record = SG_LOG_RECORD_INIT;

      record.time.ns = NOON - i * DAY;
      append_one (store, &record);
    }
  sg_log_store_apply_retention (store);
  sg_log_store_get_counts (store, &counts);
  g_assert_cmpuint (counts.days, ==, 1);
  g_assert_cmpuint (counts.deleted_days, ==, 2);
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 1);
}

static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, NULL);
  g_autoptr (SgLogStore) reader = NULL;
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  g_autoptr (GError) error = NULL;
  SgLogRecord record = SG_LOG_RECORD_INIT;

  fill (store, 10);
  reader = fixture_open (fixture, &(SgLogStoreOptions) { .read_only = TRUE });
  record.time.ns = NOON;
  sg_log_batch_add (batch, &record);
  g_assert_false (sg_log_store_append (reader, batch, &error));
  g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_CLOSED);
  g_clear_error (&error);
  sg_log_store_close (store);
  g_assert_false (sg_log_store_append (store, batch, &error));
  g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_CLOSED);
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 10);
  g_assert_cmpuint (count_all (reader, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 10);
}

static void
on_appended (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;
  guint *answers = data;

  if (sg_log_store_append_finish (SG_LOG_STORE (source), result, &error))
    answers[0]++;
  else
    {
      g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_BUSY);
      answers[1]++;
    }
}

static gboolean
all_answered (gpointer data)
{
  guint *answers = data;

  return answers[0] + answers[1] == 500;
}

/* What is acknowledged is there, what is refused is not, and both are counted. */
static void
test_queue_full (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, &(SgLogStoreOptions) { .max_queued = 100 });
  guint answers[2] = { 0, 0 };
  SgLogStoreCounts counts;

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (SgLogBatch) batch = sg_log_batch_new ();

      for (guint j = 0; j < 30; j++)
        {
          SgLogRecord record = SG_LOG_RECORD_INIT;

          record.time.ns = NOON;
          sg_log_batch_add (batch, &record);
        }
      sg_log_store_append_async (store, batch, NULL, on_appended, answers);
    }
  sg_test_wait_until (all_answered, answers);
  g_test_message ("%u batches taken, %u refused", answers[0], answers[1]);
  sg_log_store_get_counts (store, &counts);
  g_assert_cmpuint (answers[1], >, 0);
  g_assert_cmpuint (counts.appended, ==, answers[0] * 30);
  g_assert_cmpuint (counts.refused, ==, answers[1] * 30);
  g_assert_cmpuint (counts.queued, ==, 0);
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, answers[0] * 30);
}

static void
damage (Fixture *fixture,
        gsize    from)
{
  g_autofree char *path = g_build_filename (fixture->folder, "2026-01-15.db", NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpuint (length, >, from);
  memset (content + from, 0xa5, length - from);
  g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
}

/* The damaged day is moved away, once it is touched, and the day goes on. */
static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  const gsize from = GPOINTER_TO_SIZE (data);
  g_autoptr (SgLogStore) store = fixture_open (fixture, NULL);
  SgLogRecord record = SG_LOG_RECORD_INIT;
  g_autofree char *repairs = NULL;
  SgLogStoreCounts counts;

  fill (store, 1000);
  g_clear_object (&store);
  damage (fixture, from);
  store = fixture_open (fixture, NULL);
  record.time.ns = NOON;
  record.service = "new";
  append_one (store, &record);
  repairs = sg_log_store_get_repairs (store);
  g_assert_true (g_pattern_match_simple ("*2026-01-15.db is damaged; it was moved to *", repairs));
  sg_log_store_get_counts (store, &counts);
  g_assert_cmpuint (counts.damaged_days, ==, 1);
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 1);
}

typedef struct
{
  SgLogStore *store;
  guint number;
  pthread_t thread;
} Appender;

static gpointer
run_appender (gpointer data)
{
  Appender *self = data;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *service = g_strdup_printf ("service %u", self->number);
      SgLogRecord record = SG_LOG_RECORD_INIT;

      record.time.ns = NOON - (i % 2) * DAY;
      record.service = service;
      append_one (self->store, &record);
    }
  return NULL;
}

static void
test_threads (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, NULL);
  Appender appenders[4];

  for (guint i = 0; i < G_N_ELEMENTS (appenders); i++)
    {
      appenders[i] = (Appender) { .store = store, .number = i };
      g_assert_true (sg_thread_start (&appenders[i].thread, "appender", 256 * 1024, run_appender,
                                      &appenders[i]));
    }
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), <=, 800);
  for (guint i = 0; i < G_N_ELEMENTS (appenders); i++)
    pthread_join (appenders[i].thread, NULL);
  g_assert_cmpuint (count_all (store, &(SgLogQuery) SG_LOG_QUERY_INIT), ==, 800);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SgLogQuery query = SG_LOG_QUERY_INIT;
  g_autoptr (GError) error = NULL;
  guint64 count;

  fill (store, 20000);
  g_cancellable_cancel (cancellable);
  query.contains = "nothing of the kind";
  g_assert_null (sg_log_store_select (store, &query, cancellable, NULL, &error));
  g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (sg_log_store_count (store, &query, cancellable, &count, &error));
  g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func, data) \
  g_test_add ("/log-store/" path, Fixture, data, fixture_set_up, func, fixture_tear_down)
  ADD ("round-trip", test_round_trip, NULL);
  ADD ("pages", test_pages, NULL);
  ADD ("filters", test_filters, NULL);
  ADD ("time-refused", test_time_refused, NULL);
  ADD ("retention/time", test_retention_by_time, NULL);
  ADD ("retention/size", test_retention_by_size, NULL);
  ADD ("closed", test_closed, NULL);
  ADD ("queue-full", test_queue_full, NULL);
  ADD ("damaged/head", test_damaged, GSIZE_TO_POINTER (0));
  ADD ("damaged/body", test_damaged, GSIZE_TO_POINTER (4096));
  ADD ("threads", test_threads, NULL);
  ADD ("cancelled", test_cancelled, NULL);
  return g_test_run ();
}
