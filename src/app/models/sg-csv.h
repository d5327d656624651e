/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Comma-separated values as RFC 4180 has them: a field with a comma, a quote or a line end stands in
 * quotes, in which quotes are doubled; rows end in CR LF. What a spreadsheet would take for a formula is
 * text here, and begins with an apostrophe. The marks that keep numbers from being turned round are left out.
 */
void sg_csv_append_field  (GString    *out,
                           gboolean    first,
                           const char *text);
/* The shortest text that is read as the same number; nothing for NaN. */
void sg_csv_append_number (GString    *out,
                           gboolean    first,
                           double      number);
void sg_csv_end_row       (GString    *out);

G_END_DECLS
