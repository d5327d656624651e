/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The words of a page of metrics. Each call looks at the bytes from @p to @end and returns where the
 * word ends.
 */

/* Returns: @p itself where there is no name */
const char *sg_exposition_scan_metric_name    (const char  *p,
                                               const char  *end);
/* Returns: (nullable): %NULL where there is neither a name nor a text in quotes */
const char *sg_exposition_scan_name_or_quoted (const char  *p,
                                               const char  *end);
/* { … }. Where it is not well formed, @ret_expected is set, and the place of the fault returned. */
const char *sg_exposition_scan_labels         (const char  *p,
                                               const char  *end,
                                               const char **ret_expected);

G_END_DECLS
