/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "base/sg-matcher.h"
#include "tsdb/sg-appender.h"

G_BEGIN_DECLS

/**
 * SgSeriesExemplar:
 * @series: the series that it is from
 * @exemplar: the exemplar
 */
typedef struct
{
  SgLabels *series;
  SgSampleExemplar exemplar;
} SgSeriesExemplar;

/**
 * SgHeadExemplars:
 *
 * The last exemplars of all series, in a ring: a new one takes the place of the oldest.
 */
typedef struct
{
  SgLock lock;
  SgSeriesExemplar *ring;
  guint capacity;
  guint next;
  guint n;
} SgHeadExemplars;

void       sg_head_exemplars_init   (SgHeadExemplars         *self,
                                     guint                    capacity);
void       sg_head_exemplars_clear  (SgHeadExemplars         *self);
void       sg_head_exemplars_add    (SgHeadExemplars         *self,
                                     const SgLabels          *series,
                                     const SgSampleExemplar        *exemplar);
void       sg_series_exemplar_free (gpointer                 item);
/* Negative, zero or positive as one comes before the other: by series, then by time. */
int        sg_series_exemplar_compare (const SgSeriesExemplar *a,
                                       const SgSeriesExemplar *b);
GPtrArray *sg_head_exemplars_select (SgHeadExemplars         *self,
                                     const SgMatcher *const  *matchers,
                                     gsize                    n_matchers,
                                     SgTimeMs                 min_t,
                                     SgTimeMs                 max_t);

G_END_DECLS
