/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "ingest/sg-exposition-parser.h"
#include "ingest/sg-remote-write.h"
#include "tsdb/sg-head.h"

/*
 * The body of a request of remote write, in either version: it is stored, or refused as malformed and
 * nothing of it stored. What is counted is what the head has.
 */
static void
try_version (const guint8         *data,
             gsize                 size,
             SgRemoteWriteVersion  version)
{
  SgHeadOptions options = { .max_exemplars = 4 };
  g_autoptr (SgHead) head = sg_head_new (&options);
  g_autoptr (SgAppender) appender = sg_head_appender_new (head);
  g_autoptr (GBytes) request = g_bytes_new_static (data, size);
  g_auto (SgRemoteWriteResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good = sg_remote_write_store (appender, version, request, 1000, &result, &error);
  SgHeadStats stats;

  g_assert_true (good == (error == NULL));
  g_assert_true (good || g_error_matches (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX));
  g_assert_true (result.refused == 0 || result.problems != NULL);
  sg_head_get_stats (head, &stats);
  g_assert_true (good || stats.samples_appended == 0);
  g_assert_true (!good || (stats.samples_appended > 0) == (result.samples > 0));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  try_version (data, size, SG_REMOTE_WRITE_1);
  try_version (data, size, SG_REMOTE_WRITE_2);
  return 0;
}
