/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgRecordDetail:
 *
 * All that is known of one record: each of its fields, its error, and the lines of the log around it.
 * Emits "closed" when the user wants to see it no more.
 */
#define SG_TYPE_RECORD_DETAIL (sg_record_detail_get_type ())
G_DECLARE_FINAL_TYPE (SgRecordDetail, sg_record_detail, SG, RECORD_DETAIL, GtkWidget)

/* Shows the record @index of @records, which is kept. */
void sg_record_detail_set_record (SgRecordDetail *self,
                                  SgLogBatch     *records,
                                  guint           index);
/* The lines around it; %NULL while they are not known. */
void sg_record_detail_set_lines  (SgRecordDetail *self,
                                  SgLogBatch     *lines);

G_END_DECLS
