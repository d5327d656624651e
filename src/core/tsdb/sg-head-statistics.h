/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  guint64 count;
} SgHeadCount;

/**
 * SgHeadStatistics:
 * @n_label_pairs: how many different labels there are
 * @n_chunks: chunks of the head, full and open
 * @series_by_metric: (element-type SgHeadCount): metrics with the most series
 * @values_by_label: (element-type SgHeadCount): labels with the most values
 * @bytes_by_label: (element-type SgHeadCount): labels whose values, in all series, are the longest
 * @series_by_pair: (element-type SgHeadCount): "name=value" with the most series
 *
 * What takes room in the head, each list with the greatest first.
 */
typedef struct
{
  guint64 n_label_pairs;
  guint64 n_chunks;
  GArray *series_by_metric;
  GArray *values_by_label;
  GArray *bytes_by_label;
  GArray *series_by_pair;
} SgHeadStatistics;

void sg_head_statistics_compute (SgHeadStatistics *self,
                                 SgHead           *head,
                                 guint             limit);
void sg_head_statistics_clear   (SgHeadStatistics *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgHeadStatistics, sg_head_statistics_clear)

G_END_DECLS
