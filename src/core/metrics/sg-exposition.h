/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-escaping.h"
#include "metrics/sg-registry.h"

G_BEGIN_DECLS

/**
 * SgExpositionFormat:
 * @SG_EXPOSITION_TEXT_0_0_4: Prometheus' text format, that everything reads
 * @SG_EXPOSITION_TEXT_1_0_0: the same, whose readers may know names in quotes
 * @SG_EXPOSITION_OPENMETRICS_0_0_1: OpenMetrics, as drafts called it
 * @SG_EXPOSITION_OPENMETRICS_1_0_0: OpenMetrics
 * @SG_EXPOSITION_JSON: the JSON of prom2json, for export
 * @SG_EXPOSITION_CSV: a table of samples, RFC 4180, for export
 * @SG_EXPOSITION_ALLOW_UTF8: added to one of the first four: names as they are
 * @SG_EXPOSITION_DOTS: likewise: names with %SG_ESCAPING_DOTS
 * @SG_EXPOSITION_VALUES: likewise: names with %SG_ESCAPING_VALUES
 *
 * How a page is written: one of the first six, and an escaping unless it is underscores. JSON and
 * CSV always have names as they are.
 */
typedef enum
{
  SG_EXPOSITION_TEXT_0_0_4,
  SG_EXPOSITION_TEXT_1_0_0,
  SG_EXPOSITION_OPENMETRICS_0_0_1,
  SG_EXPOSITION_OPENMETRICS_1_0_0,
  SG_EXPOSITION_JSON,
  SG_EXPOSITION_CSV,
  SG_EXPOSITION_ALLOW_UTF8 = SG_ESCAPING_ALLOW_UTF8 << 4,
  SG_EXPOSITION_DOTS = SG_ESCAPING_DOTS << 4,
  SG_EXPOSITION_VALUES = SG_ESCAPING_VALUES << 4,
} SgExpositionFormat;

static inline SgExpositionFormat
sg_exposition_format_get_syntax (SgExpositionFormat format)
{
  return (SgExpositionFormat) ((guint) format & 0xf);
}

static inline SgEscaping
sg_exposition_format_get_escaping (SgExpositionFormat format)
{
  return (SgEscaping) ((guint) format >> 4 & 0x3);
}

static inline SgExpositionFormat
sg_exposition_format_with_escaping (SgExpositionFormat format,
                                    SgEscaping         escaping)
{
  return (SgExpositionFormat) ((guint) sg_exposition_format_get_syntax (format)
                               | (guint) escaping << 4);
}

SgExpositionFormat  sg_exposition_negotiate    (const char          *accept);
const char         *sg_exposition_content_type (SgExpositionFormat   format);
GBytes             *sg_exposition_write        (SgRegistry          *registry,
                                                SgExpositionFormat   format);
GBytes             *sg_exposition_write_both   (SgRegistry          *registry,
                                                SgRegistry          *guest,
                                                SgExpositionFormat   format);

G_END_DECLS
