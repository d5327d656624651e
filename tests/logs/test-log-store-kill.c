/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-store.h"

#include "logs/sg-test-logs.h"
#include "tools/sg-test-child.h"

/*
 * A child appends batches, and says on a pipe which were acknowledged. The parent kills it without
 * notice after as many of them as chance tells. Then every acknowledged batch is there, whole, none
 * twice, and none that was not appended. The next child goes on where the last one was stopped.
 * Twenty rounds, or two hundred with -m slow.
 */
#define PER_BATCH 7

static void
add_batch (SgLogStore *store,
           guint32     number)
{
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  g_autofree char *key = g_strdup_printf ("%u", number);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < PER_BATCH; i++)
    {
      SgLogRecord record = SG_LOG_RECORD_INIT;

      record.time.ns = NOON + number * 1000;
      record.name = "batch";
      record.amount = i;
      record.key = key;
      sg_log_batch_add (batch, &record);
    }
  sg_log_store_append (store, batch, &error);
  g_assert_no_error (error);
}

/* The child: the folder, and the number to begin with. */
static void
run_child (char **arguments)
{
  SgLogStoreOptions options = { .folder = arguments[0], .aside = arguments[1] };
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { NOON });
  g_autoptr (SgLogStore) store = NULL;
  g_autoptr (GError) error = NULL;

  options.clock = clock;
  store = sg_log_store_open (&options, &error);
  g_assert_no_error (error);
  for (guint32 number = (guint32) g_ascii_strtoull (arguments[2], NULL, 10);; number++)
    {
      add_batch (store, number);
      sg_test_child_say (&number, sizeof number);
    }
}

/* Returns: the last number that was acknowledged before the child was killed, or @first - 1 */
static guint32
run_round (Fixture *fixture,
           guint32  first)
{
  guint wanted = (guint) g_test_rand_int_range (0, 60);
  g_autofree char *first_text = g_strdup_printf ("%u", first);
  g_autoptr (SgTestChild) child =
      sg_test_child_start (fixture->folder, fixture->aside, first_text, NULL);
  guint32 last = first - 1;
  guint32 number;

  for (guint i = 0; i < wanted; i++)
    sg_test_child_expect (child, &last, sizeof last);
  sg_test_child_kill (child);
  while (sg_test_child_read (child, &number, sizeof number))
    last = number;
  return last;
}

/* Returns: the last number that is there; one more than was acknowledged may be. */
static guint32
check (Fixture *fixture,
       guint32  acknowledged)
{
  g_autoptr (SgLogStore) store = fixture_open (fixture, &(SgLogStoreOptions) { .read_only = TRUE });
  SgLogQuery query = SG_LOG_QUERY_INIT;
  g_autoptr (SgLogBatch) page = NULL;
  guint length;

  query.order = SG_LOG_OLDEST_FIRST;
  query.limit = 10000000;
  page = select_all (store, &query, NULL);
  length = sg_log_batch_get_length (page);
  g_assert_cmpuint (length % PER_BATCH, ==, 0);
  g_assert_cmpuint (length / PER_BATCH, >=, acknowledged);
  g_assert_cmpuint (length / PER_BATCH, <=, acknowledged + 1);
  for (guint i = 0; i < length; i++)
    {
      const SgLogRecord *record = sg_log_batch_get (page, i);

      g_assert_cmpint (g_ascii_strtoll (record->key, NULL, 10), ==, i / PER_BATCH + 1);
      g_assert_cmpint (record->amount, ==, i % PER_BATCH);
    }
  return length / PER_BATCH;
}

static void
test_kill (Fixture       *fixture,
           gconstpointer  data)
{
  guint rounds = g_test_slow () ? 200 : 20;
  guint32 last = 0;

  for (guint i = 0; i < rounds; i++)
    last = check (fixture, run_round (fixture, last + 1));
  g_test_message ("%u batches of %d records after %u kills", last, PER_BATCH, rounds);
}

int
main (int    argc,
      char **argv)
{
  sg_test_child_main (argc, argv, run_child);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/log-store/kill", Fixture, NULL, fixture_set_up, test_kill, fixture_tear_down);
  return g_test_run ();
}
