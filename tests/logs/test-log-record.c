/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-record.h"

static void
test_names (void)
{
  for (guint i = 0; i < SG_LOG_N_KINDS; i++)
    {
      SgLogKind kind = SG_LOG_N_KINDS;

      g_assert_true (sg_log_kind_from_string (sg_log_kind_to_string ((SgLogKind) i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
  for (guint i = 0; i < SG_LOG_N_SEVERITIES; i++)
    {
      SgLogSeverity severity = SG_LOG_N_SEVERITIES;

      g_assert_true (
          sg_log_severity_from_string (sg_log_severity_to_string ((SgLogSeverity) i), &severity));
      g_assert_cmpint (severity, ==, i);
    }
}

static void
test_unknown_names (void)
{
  SgLogKind kind = SG_LOG_KIND_AUDIT;
  SgLogSeverity severity = SG_LOG_ERROR;

  g_assert_false (sg_log_kind_from_string ("", &kind));
  g_assert_false (sg_log_kind_from_string ("Log", &kind));
  g_assert_false (sg_log_severity_from_string ("fatal", &severity));
  g_assert_cmpint (kind, ==, SG_LOG_KIND_AUDIT);
  g_assert_cmpint (severity, ==, SG_LOG_ERROR);
}

static void
test_batch_copies (void)
{
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  g_autoptr (SgLogBatch) other = NULL;
  char key[] = "user:1";
  SgLogRecord record = SG_LOG_RECORD_INIT;
  const SgLogRecord *kept;

  record.service = "shop";
  record.name = "refresh";
  record.key = key;
  record.fields = "{}";
  sg_log_batch_add (batch, &record);
  key[5] = '2';
  record.key = NULL;
  sg_log_batch_add (batch, &record);
  other = sg_log_batch_ref (batch);
  g_assert_cmpuint (sg_log_batch_get_length (other), ==, 2);
  kept = sg_log_batch_get (other, 0);
  g_assert_cmpstr (kept->key, ==, "user:1");
  g_assert_cmpstr (kept->status, ==, "");
  g_assert_cmpint (kept->duration_us, ==, SG_LOG_NONE);
  g_assert_null (kept->message);
  g_assert_true (kept->service == sg_log_batch_get (other, 1)->service);
  g_assert_null (sg_log_batch_get (other, 1)->key);
  g_assert_cmpuint (sg_log_batch_get_size (other), >=, 2 * sizeof record + sizeof "user:1");
}

static void
test_batch_truncates (void)
{
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  SgLogRecord record = SG_LOG_RECORD_INIT;

  for (guint i = 0; i < 5; i++)
    sg_log_batch_add (batch, &record);
  sg_log_batch_truncate (batch, 9);
  g_assert_cmpuint (sg_log_batch_get_length (batch), ==, 5);
  sg_log_batch_truncate (batch, 2);
  g_assert_cmpuint (sg_log_batch_get_length (batch), ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-record/names", test_names);
  g_test_add_func ("/log-record/names/unknown", test_unknown_names);
  g_test_add_func ("/log-record/batch/copies", test_batch_copies);
  g_test_add_func ("/log-record/batch/truncates", test_batch_truncates);
  return g_test_run ();
}
