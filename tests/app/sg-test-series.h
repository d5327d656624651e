/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/sg-test-app.h"

#include "chart/sg-series-data.h"

G_BEGIN_DECLS

/*
 * Series for tests and pictures. Each random one has its own seed, so that it is the same in each run and
 * on every machine.
 */
typedef struct
{
  guint64 state;
} SgTestRandom;

double        sg_test_random        (SgTestRandom *self);
/* @n samples, @step milliseconds apart, the last of them at @end. */
GBytes       *sg_test_times         (gsize         n,
                                     gint64        step,
                                     gint64        end);
GBytes       *sg_test_values        (const double *values,
                                     gsize         n);
/* A walk around @mean with a swing of about @spread. */
SgSeriesData *sg_test_walk          (const char   *name,
                                     SgUnit        unit,
                                     gsize         n,
                                     gint64        step,
                                     gint64        end,
                                     double        mean,
                                     double        spread,
                                     guint64       seed);
SgSeriesData *sg_test_series        (const char   *name,
                                     SgUnit        unit,
                                     gint64        step,
                                     gint64        end,
                                     const double *values,
                                     gsize         n);

G_END_DECLS
