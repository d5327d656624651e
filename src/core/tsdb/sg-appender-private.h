/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head-private.h"

G_BEGIN_DECLS

/* A sample of a batch; the series stays where it is while the batch is open. */
typedef struct
{
  SgHeadSeries *series;
  SgHeadRef ref;
  SgTimeMs t;
  double value;
} SgPendingSample;

typedef struct
{
  SgHeadSeries *series;
  SgTimeMs t;
  double value;
  SgLabels *labels;
} SgPendingExemplar;

typedef struct
{
  SgHeadSeries *series;
  SgMetadata *metadata;
} SgPendingMetadata;

/**
 * SgAppender:
 * @head: what it appends to
 * @guard: keeps the series of the batch in memory
 * @inside: whether a batch is open
 * @window: which times are taken, as they were when the batch began
 * @samples: samples in order
 * @late: (element-type SgPendingSample): samples out of order
 * @exemplars: (element-type SgPendingExemplar)
 * @metadata: (element-type SgPendingMetadata)
 * @min_t: the first time of the samples in order
 * @max_t: the last one
 * @has_unnamed: whether there is a series whose name may not be in the log
 * @record: a record that is being made
 * @batch: the records
 */
struct _SgAppender
{
  SgHead *head;
  SgHeadGuard guard;
  gboolean inside;
  SgHeadWindow window;
  SgPendingSample *samples;
  gsize n_samples;
  gsize max_samples;
  GArray *late;
  GArray *exemplars;
  GArray *metadata;
  SgTimeMs min_t;
  SgTimeMs max_t;
  gboolean has_unnamed;
  SgWireWriter record;
  SgWalBatch batch;
};

void sg_appender_leave (SgAppender *self);

G_END_DECLS
