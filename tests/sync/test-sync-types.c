/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-types.h"

static void
test_names (void)
{
  static const char *const types[] = {
    "read_through", "write_through", "write_behind", "bulk_insert",       "bulk_update",
    "bulk_upsert",  "refresh",       "invalidate",   "consistency_check", "reconciliation",
  };
  static const char *const statuses[] = { "success", "failed",    "partial",
                                          "timeout", "cancelled", "in_progress" };

  for (guint i = 0; i < SG_SYNC_N_KNOWN_TYPES; i++)
    g_assert_cmpstr (sg_sync_type_to_string ((SgSyncType) i), ==, types[i]);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      SgSyncStatus status = SG_SYNC_IN_PROGRESS + 1;

      g_assert_cmpstr (sg_sync_status_to_string ((SgSyncStatus) i), ==, statuses[i]);
      g_assert_true (sg_sync_status_from_string (statuses[i], &status));
      g_assert_cmpint (status, ==, i);
    }
}

static void
test_unknown_status (void)
{
  SgSyncStatus status = SG_SYNC_TIMEOUT;

  g_assert_false (sg_sync_status_from_string ("SUCCESS", &status));
  g_assert_false (sg_sync_status_from_string ("", &status));
  g_assert_cmpint (status, ==, SG_SYNC_TIMEOUT);
}

static void
test_severities (void)
{
  g_assert_cmpint (sg_sync_status_get_severity (SG_SYNC_SUCCESS), ==, SG_LOG_INFO);
  g_assert_cmpint (sg_sync_status_get_severity (SG_SYNC_CANCELLED), ==, SG_LOG_INFO);
  g_assert_cmpint (sg_sync_status_get_severity (SG_SYNC_PARTIAL), ==, SG_LOG_WARNING);
  g_assert_cmpint (sg_sync_status_get_severity (SG_SYNC_FAILED), ==, SG_LOG_ERROR);
  g_assert_cmpint (sg_sync_status_get_severity (SG_SYNC_TIMEOUT), ==, SG_LOG_ERROR);
}

static void
test_valid_names (void)
{
  static const char *const good[] = { "a", "read_through", "v2.sync-all:users", "A1" };
  static const char *const bad[] = { "",     "1st", "_hidden",  "with blank",
                                     "a\"b", "a\n", "\xc3\xa4", "a{b}" };
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *too_long = g_strnfill (65, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (sg_sync_type_name_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (sg_sync_type_name_is_valid (bad[i]));
  g_assert_true (sg_sync_type_name_is_valid (longest));
  g_assert_false (sg_sync_type_name_is_valid (too_long));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-types/names", test_names);
  g_test_add_func ("/sync-types/unknown-status", test_unknown_status);
  g_test_add_func ("/sync-types/severities", test_severities);
  g_test_add_func ("/sync-types/valid-names", test_valid_names);
  return g_test_run ();
}
