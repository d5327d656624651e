/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void  sg_tsdb_print_table   (GPtrArray *metas,
                             GArray    *sizes,
                             gboolean   human,
                             GString   *out);
void  sg_tsdb_print_blocks  (const char *folder,
                             GPtrArray *metas,
                             gboolean   human,
                             GString   *out);
char *sg_tsdb_duration_text (gint64     ms);

G_END_DECLS
