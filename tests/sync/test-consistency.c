/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-consistency.h"

#include "sync/sg-test-sync.h"
#include "sync/sg-test-sides.h"

static SgConsistencyReport *
check (Fixture                    *fixture,
       TestSide                   *cache,
       TestSide                   *database,
       const SgConsistencyOptions *options)
{
  g_autoptr (GError) error = NULL;
  SgConsistencyReport *report =
      sg_consistency_check (fixture->monitor, &cache->side, &database->side, options, NULL, &error);

  g_assert_no_error (error);
  return report;
}

/* Whatever the size of the batches. */
static void
test_finds (Fixture       *fixture,
            gconstpointer  data)
{
  static const SgDifferenceKind kinds[] = { SG_DIFFERENCE_STALE, SG_DIFFERENCE_ORPHAN,
                                            SG_DIFFERENCE_AHEAD, SG_DIFFERENCE_CONTENT,
                                            SG_DIFFERENCE_NOT_CACHED };
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };

  fill_sides (&cache, &database);
  for (guint batch = 1; batch < 110; batch++)
    {
      g_autoptr (SgConsistencyReport) report =
          check (fixture, &cache, &database,
                 &(SgConsistencyOptions) {
                     .check_type = "full", .cache_is_complete = TRUE, .batch = batch });

      g_assert_cmpuint (report->compared, ==, 105);
      g_assert_cmpuint (report->found, ==, G_N_ELEMENTS (kinds));
      g_assert_cmpuint (report->differences->len, ==, G_N_ELEMENTS (kinds));
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        g_assert_cmpint (g_array_index (report->differences, SgDifference, i).kind, ==, kinds[i]);
    }
}

static void
test_counts (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (SgConsistencyReport) report = NULL;
  g_autofree char *page = NULL;

  fill_sides (&cache, &database);
  report = check (fixture, &cache, &database,
                  &(SgConsistencyOptions) { .check_type = "quick", .max_differences = 2 });
  g_assert_cmpuint (report->found, ==, 4);
  g_assert_cmpuint (report->differences->len, ==, 2);
  page = fixture_render (fixture);
  assert_line (page, "anivault_consistency_inconsistencies_total{check_type=\"quick\","
                     "severity=\"info\"} 0");
  assert_line (page, "anivault_consistency_inconsistencies_total{check_type=\"quick\","
                     "severity=\"error\"} 2");
  assert_line (page, "anivault_consistency_inconsistencies_total{check_type=\"quick\","
                     "severity=\"critical\"} 1");
  assert_line (page, "anivault_consistency_check_duration_seconds_count{check_type=\"quick\"} 1");
  assert_line (page, "anivault_sync_operations_total{operation_type=\"consistency_check\","
                     "status=\"success\"} 1");
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (SgConsistencyReport) report = NULL;

  test_side_init (&cache, "cache");
  test_side_init (&database, "database");
  report = check (fixture, &cache, &database, &(SgConsistencyOptions) { .check_type = "full" });
  g_assert_cmpuint (report->compared, ==, 0);
  g_assert_cmpuint (report->found, ==, 0);
}

/* A side that breaks its promise would be compared wrongly: that is an error, not a finding. */
static void
test_out_of_order (Fixture       *fixture,
                   gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL;

  fill_sides (&cache, &database);
  database.backwards = TRUE;
  g_assert_null (sg_consistency_check (fixture->monitor, &cache.side, &database.side,
                                       &(SgConsistencyOptions) { .check_type = "full" }, NULL,
                                       &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "the database tells its entries out of order"));
  page = fixture_render (fixture);
  assert_line (page, "anivault_sync_operations_total{operation_type=\"consistency_check\","
                     "status=\"failed\"} 1");
}

static void
cancel (guint64  done,
        gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SgConsistencyOptions options = {
    .check_type = "full", .batch = 10, .progress = cancel, .user_data = cancellable
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL;

  fill_sides (&cache, &database);
  g_assert_null (sg_consistency_check (fixture->monitor, &cache.side, &database.side, &options,
                                       cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  page = fixture_render (fixture);
  assert_line (page, "anivault_sync_operations_total{operation_type=\"consistency_check\","
                     "status=\"cancelled\"} 1");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/consistency/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("finds", test_finds);
  ADD ("counts", test_counts);
  ADD ("empty", test_empty);
  ADD ("out-of-order", test_out_of_order);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
