/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/check/sg-page-check.h"

G_BEGIN_DECLS

/* The two formats. Each sets line, column and message where the page is wrong; text adds advice. */
void     sg_page_check_text        (SgPageReport *report,
                                    const char   *text,
                                    gsize         length);
void     sg_page_check_openmetrics (SgPageReport *report,
                                    const char   *text,
                                    gsize         length);
/* Says that at @at there is what stands there up to the line's end, where @expected was. Returns: %FALSE */
gboolean sg_page_report_fail       (SgPageReport *report,
                                    const char   *text,
                                    const char   *end,
                                    const char   *at,
                                    const char   *expected);

/* Advice for a family; appended to @advice as "NAME ADVICE". */
typedef struct
{
  const char *name;
  const char *type;
  gboolean has_help;
  gboolean has_le;
  gboolean has_quantile;
  gboolean has_camel_label;
} SgPageLintFamily;

void     sg_page_lint              (const SgPageLintFamily *family,
                                    GPtrArray              *advice);

G_END_DECLS
