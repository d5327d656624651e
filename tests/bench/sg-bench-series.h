/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "base/sg-sample.h"

/**
 * SgBenchSeries:
 *
 * Series as a node_exporter has them, two hundred a host: counters that count evenly and with jitter,
 * gauges that walk, constants. The same seed makes the same samples. One step is one scrape of all.
 */
typedef struct _SgBenchSeries SgBenchSeries;

SgBenchSeries  *sg_bench_series_new        (guint          n_series,
                                            guint64        seed);
const SgLabels *sg_bench_series_get_labels (SgBenchSeries *self,
                                            guint          i);
void            sg_bench_series_step       (SgBenchSeries *self,
                                            SgTimeMs       scrape,
                                            SgTimeMs      *times,
                                            double        *values);
void            sg_bench_series_free       (SgBenchSeries *self);

/**
 * SgBenchBudget:
 *
 * Whether a figure may not be above its budget, or not below it.
 */
typedef enum
{
  SG_BENCH_AT_MOST,
  SG_BENCH_AT_LEAST,
} SgBenchBudget;

gboolean        sg_bench_judge             (double         figure,
                                            SgBenchBudget  kind,
                                            double         budget,
                                            const char    *format,
                                            ...) G_GNUC_PRINTF (4, 5);
double          sg_bench_cpu_seconds       (void);
gsize           sg_bench_resident_bytes    (void);
