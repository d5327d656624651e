/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-day.h"
#include "logs/sg-logs-error.h"

#include "logs/sg-test-logs.h"

static SgLogDay *
open_day (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SgLogDay *day;

  day = sg_log_day_open (fixture->path, sg_log_day_number ((SgTimeNs) { NOON }), SG_LOG_DAY_WRITE,
                         NULL, &error);
  g_assert_no_error (error);
  return day;
}

static void
insert (SgLogDay   *day,
        gint64      ns,
        const char *key)
{
  SgLogRecord record = SG_LOG_RECORD_INIT;
  g_autoptr (GError) error = NULL;

  record.time.ns = ns;
  record.key = key;
  sg_log_day_insert (day, &record, &error);
  g_assert_no_error (error);
}

static SgLogBatch *
read_day (SgLogDay   *day,
          SgLogOrder  order)
{
  SgLogQuery query = SG_LOG_QUERY_INIT;
  g_autoptr (SgLogBatch) page = sg_log_batch_new ();
  g_autoptr (GError) error = NULL;

  query.order = order;
  sg_log_day_select (day, &query, 1000000, NULL, page, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&page);
}

static void
test_names (void)
{
  static const char *const wrong[] = {
    "",           "2026-1-5.db",    "2026-02-30.db", "2026-01-15.db-wal",
    "2026-01-15", "x2026-01-15.db", "02026-01-15.db"
  };

  for (gint64 ns = -3 * DAY; ns < 40000 * DAY; ns += 97 * DAY + 11)
    {
      SgLogDayNumber number = sg_log_day_number ((SgTimeNs) { ns });
      g_autofree char *name = sg_log_day_file_name (number);
      SgLogDayNumber again = 0;

      g_assert_true (sg_log_day_parse_name (name, &again));
      g_assert_cmpint (again, ==, number);
      g_assert_cmpint (sg_log_day_start (number).ns, <=, ns);
      g_assert_cmpint (sg_log_day_start (number + 1).ns, >, ns);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      SgLogDayNumber number;

      g_assert_false (sg_log_day_parse_name (wrong[i], &number));
    }
}

/* Of the same nanosecond, side by side and with others between them, in any order. */
static void
test_same_time (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgLogDay) day = open_day (fixture);
  g_autoptr (SgLogBatch) page = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before = G_MININT64;
  guint same = 0;

  sg_log_day_begin (day, &error);
  for (guint i = 0; i < 3000; i++)
    {
      insert (day, NOON, "together");
      insert (day, NOON + (i % 3) * 7 - 7, "between");
    }
  insert (day, NOON - 5, "early");
  sg_log_day_commit (day, &error);
  g_assert_no_error (error);
  page = read_day (day, SG_LOG_OLDEST_FIRST);
  g_assert_cmpuint (sg_log_batch_get_length (page), ==, 6001);
  for (guint i = 0; i < sg_log_batch_get_length (page); i++)
    {
      const SgLogRecord *record = sg_log_batch_get (page, i);

      g_assert_cmpint (record->time.ns, >=, before);
      before = record->time.ns;
      same += record->time.ns == NOON;
    }
  g_assert_cmpuint (same, ==, 4000);
}

/* More than a sequence can tell apart go into the next nanoseconds, and none is lost. */
static void
test_many_of_one_time (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (SgLogDay) day = open_day (fixture);
  g_autoptr (SgLogBatch) page = NULL;
  g_autoptr (GError) error = NULL;

  sg_log_day_begin (day, &error);
  insert (day, NOON + 1, "next");
  for (guint i = 0; i < 65536 + 10; i++)
    insert (day, NOON, "same");
  sg_log_day_commit (day, &error);
  g_assert_no_error (error);
  page = read_day (day, SG_LOG_OLDEST_FIRST);
  g_assert_cmpuint (sg_log_batch_get_length (page), ==, 65536 + 11);
  g_assert_cmpint (sg_log_batch_get (page, 65536 + 10)->time.ns, ==, NOON + 1);
}

static void
test_rollback (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (SgLogDay) day = open_day (fixture);
  SgLogRecord record = SG_LOG_RECORD_INIT;
  g_autoptr (SgLogBatch) page = NULL;
  g_autoptr (GError) error = NULL;

  record.time.ns = NOON;
  record.service = "shop";
  record.name = "refresh";
  sg_log_day_begin (day, &error);
  sg_log_day_insert (day, &record, &error);
  sg_log_day_rollback (day);
  sg_log_day_begin (day, &error);
  sg_log_day_insert (day, &record, &error);
  sg_log_day_commit (day, &error);
  g_assert_no_error (error);
  page = read_day (day, SG_LOG_NEWEST_FIRST);
  g_assert_cmpuint (sg_log_batch_get_length (page), ==, 1);
  g_assert_cmpstr (sg_log_batch_get (page, 0)->service, ==, "shop");
  g_assert_cmpstr (sg_log_batch_get (page, 0)->name, ==, "refresh");
}

static void
test_not_a_database (Fixture       *fixture,
                     gconstpointer  data)
{
  SgLogDayNumber number = sg_log_day_number ((SgTimeNs) { NOON });
  g_autofree char *name = sg_log_day_file_name (number);
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *rubbish = g_strnfill (8192, 'x');
  g_autoptr (GError) error = NULL;
  gboolean damaged = FALSE;

  g_file_set_contents (path, rubbish, -1, NULL);
  g_assert_null (sg_log_day_open (fixture->path, number, SG_LOG_DAY_WRITE, &damaged, &error));
  g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_true (damaged);
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  gboolean damaged = FALSE;

  g_assert_null (sg_log_day_open (fixture->path, 20000, SG_LOG_DAY_READ, &damaged, &error));
  g_assert_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO);
  g_assert_false (damaged);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-day/names", test_names);
#define ADD(path, func) \
  g_test_add ("/log-day/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("same-time", test_same_time);
  ADD ("many-of-one-time", test_many_of_one_time);
  ADD ("rollback", test_rollback);
  ADD ("not-a-database", test_not_a_database);
  ADD ("missing", test_missing);
  return g_test_run ();
}
