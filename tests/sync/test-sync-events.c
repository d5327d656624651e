/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-events.h"

static void
add (SgSyncEvents *events,
     const char   *name,
     const char   *key)
{
  SgLogRecord record = SG_LOG_RECORD_INIT;

  record.kind = SG_LOG_KIND_OPERATION;
  record.name = name;
  record.status = "success";
  record.key = key;
  sg_sync_events_add (events, &record);
}

static guint
count_admitted (SgSyncEvents *events,
                gint64        us,
                gboolean      preferred,
                guint         asked)
{
  guint n = 0;

  for (guint i = 0; i < asked; i++)
    n += sg_sync_events_admit (events, (SgMonotonic) { us }, preferred);
  return n;
}

/* A slice has its tenth of the second, a fifth of it for those that failed. */
static void
test_admits (void)
{
  g_autoptr (SgSyncEvents) events = sg_sync_events_new (10, 1000);

  g_assert_cmpuint (count_admitted (events, 5000000, FALSE, 500), ==, 80);
  g_assert_cmpuint (count_admitted (events, 5099999, TRUE, 500), ==, 20);
  g_assert_cmpuint (count_admitted (events, 5099999, TRUE, 500), ==, 0);
  g_assert_cmpuint (count_admitted (events, 5100000, TRUE, 500), ==, 100);
  g_assert_cmpuint (count_admitted (events, 5100000, FALSE, 500), ==, 0);
  g_assert_cmpuint (count_admitted (events, 9000000, FALSE, 10), ==, 10);
}

/* Who was held up, and comes with a time that is over, gets nothing more than the time now has. */
static void
test_admits_late (void)
{
  g_autoptr (SgSyncEvents) events = sg_sync_events_new (10, 1000);

  g_assert_cmpuint (count_admitted (events, 7000000, FALSE, 80), ==, 80);
  g_assert_cmpuint (count_admitted (events, 6000000, FALSE, 10), ==, 0);
  g_assert_cmpuint (count_admitted (events, 7000000, TRUE, 500), ==, 20);
}

static void
test_pending_is_bounded (void)
{
  g_autoptr (SgSyncEvents) events = sg_sync_events_new (10, 100);
  g_autoptr (SgLogBatch) taken = NULL;

  for (guint i = 0; i < 400; i++)
    add (events, "refresh", NULL);
  g_assert_cmpuint (count_admitted (events, 1000000, TRUE, 5), ==, 0);
  taken = sg_sync_events_take (events);
  g_assert_cmpuint (sg_log_batch_get_length (taken), ==, 400);
  g_assert_cmpuint (count_admitted (events, 1000000, TRUE, 5), ==, 5);
}

static void
test_recent (void)
{
  g_autoptr (SgSyncEvents) events = sg_sync_events_new (3, 100);
  g_autoptr (SgLogBatch) all = NULL;
  g_autoptr (SgLogBatch) one = NULL;
  g_autoptr (SgLogBatch) none = NULL;

  none = sg_sync_events_get_recent (events, 10, NULL, NULL);
  g_assert_cmpuint (sg_log_batch_get_length (none), ==, 0);
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %u", i);

      add (events, i % 2 == 0 ? "refresh" : "invalidate", key);
    }
  all = sg_sync_events_get_recent (events, 10, NULL, NULL);
  g_assert_cmpuint (sg_log_batch_get_length (all), ==, 3);
  g_assert_cmpstr (sg_log_batch_get (all, 0)->key, ==, "key 7");
  g_assert_cmpstr (sg_log_batch_get (all, 2)->key, ==, "key 5");
  one = sg_sync_events_get_recent (events, 10, "refresh", "success");
  g_assert_cmpuint (sg_log_batch_get_length (one), ==, 1);
  g_assert_cmpstr (sg_log_batch_get (one, 0)->key, ==, "key 6");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-events/admits", test_admits);
  g_test_add_func ("/sync-events/admits/late", test_admits_late);
  g_test_add_func ("/sync-events/pending-is-bounded", test_pending_is_bounded);
  g_test_add_func ("/sync-events/recent", test_recent);
  return g_test_run ();
}
