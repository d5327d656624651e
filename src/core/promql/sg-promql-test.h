/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgPromqlTestCounts:
 * @n_passed: how many evaluations came to what was expected
 * @n_failed: how many did not
 * @n_skipped: how many would have needed native histograms
 */
typedef struct
{
  guint n_passed;
  guint n_failed;
  guint n_skipped;
} SgPromqlTestCounts;

gboolean sg_promql_test_run (const char          *name,
                             const char          *text,
                             SgPromqlTestCounts  *counts,
                             GString             *report,
                             GError             **error);

G_END_DECLS
