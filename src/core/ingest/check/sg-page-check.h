/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgPageFormat:
 * @SG_PAGE_FORMAT_GUESS: OpenMetrics when its last line is "# EOF", else text
 * @SG_PAGE_FORMAT_TEXT: Prometheus' text format 0.0.4
 * @SG_PAGE_FORMAT_OPENMETRICS: OpenMetrics 1.0
 */
typedef enum
{
  SG_PAGE_FORMAT_GUESS,
  SG_PAGE_FORMAT_TEXT,
  SG_PAGE_FORMAT_OPENMETRICS,
} SgPageFormat;

/**
 * SgPageReport:
 * @line: where it is wrong, from 1 on; 0 when it is not
 * @column: likewise, in characters
 * @message: (nullable): what is there and what was expected
 * @advice: (array zero-terminated=1): "NAME ADVICE" for each name that could be better, as promtool says it
 *
 * What is to be said of a page of metrics. Immutable, counted.
 */
typedef struct
{
  int ref_count;
  guint line;
  guint column;
  char *message;
  GStrv advice;
} SgPageReport;

#define SG_TYPE_PAGE_REPORT (sg_page_report_get_type ())

GType         sg_page_report_get_type (void) G_GNUC_CONST;
SgPageReport *sg_page_report_ref      (SgPageReport *self);
void          sg_page_report_unref    (SgPageReport *self);

/* Returns: (transfer full): what is wrong with a page, by the rules of its format to the letter */
SgPageReport *sg_page_check           (const char   *text,
                                       gsize         length,
                                       SgPageFormat  format);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPageReport, sg_page_report_unref)

G_END_DECLS
