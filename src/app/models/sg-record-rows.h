/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-chart-group.h"
#include "models/sg-table-model.h"

G_BEGIN_DECLS

/* What the colours of types are remembered under, in charts and tables alike. */
#define SG_RECORD_TYPE_DOMAIN "type"

/* Operations as rows: time, type, status, duration, records, key. */
SgTableModel *sg_record_rows_new_model   (void);
void          sg_record_rows_show        (SgTableModel      *model,
                                          SgLogBatch        *records,
                                          SgChartGroup      *group,
                                          gboolean           with_ms);
gboolean      sg_record_rows_equal       (const SgLogBatch  *a,
                                          const SgLogBatch  *b);

/* How a record is told. */
char         *sg_record_format_time      (const SgLogRecord *record,
                                          gboolean           with_ms);
char         *sg_record_format_status    (const SgLogRecord *record);
char         *sg_record_format_duration  (const SgLogRecord *record);
SgLevel       sg_record_get_level        (const SgLogRecord *record);
/* The sign of a type in tables: its colour in the charts of @group. */
SgSwatch      sg_record_type_swatch      (SgChartGroup      *group,
                                          const char        *type);

G_END_DECLS
