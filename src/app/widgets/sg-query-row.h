/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "widgets/sg-query-editor.h"

G_BEGIN_DECLS

/**
 * SgQueryRow:
 *
 * One of several queries: its letter, which shows and hides what it comes to, its editor, and a button to
 * remove it. Emits "run", "remove", and "shown" when it is shown or hidden.
 */
#define SG_TYPE_QUERY_ROW (sg_query_row_get_type ())
G_DECLARE_FINAL_TYPE (SgQueryRow, sg_query_row, SG, QUERY_ROW, GtkWidget)

GtkWidget     *sg_query_row_new           (void);
SgQueryEditor *sg_query_row_get_editor    (SgQueryRow *self);
/* Its place among the rows, from 0; the only one cannot be removed. */
void           sg_query_row_set_place     (SgQueryRow *self,
                                           guint       place,
                                           gboolean    only);
gboolean       sg_query_row_get_shown     (SgQueryRow *self);

G_END_DECLS
