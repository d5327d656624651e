/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "metrics/sg-metric.h"

G_BEGIN_DECLS

/**
 * SgCollection:
 *
 * What a collector gives at a scrape: families one after the other, and the samples of each behind
 * it.
 *
 *   sg_collection_add_family (collection, SG_METRIC_GAUGE, "disk_free_bytes", "Free space.",
 *                             "bytes", SG_VALUES ("mount"));
 *   sg_collection_add (collection, SG_VALUES ("/"), free_bytes);
 *
 * What cannot be shown (a name that is not allowed or clashes with another family, the same labels
 * twice, more samples than a family may have children) is left out, and counted in
 * sightglass_metrics_collected_refused_total.
 */
typedef struct _SgCollection SgCollection;

void sg_collection_add_family    (SgCollection       *self,
                                  SgMetricKind        kind,
                                  const char         *name,
                                  const char         *help,
                                  const char         *unit,
                                  const char *const  *label_names);
void sg_collection_add           (SgCollection       *self,
                                  const char *const  *values,
                                  double              value);
void sg_collection_add_created   (SgCollection       *self,
                                  const char *const  *values,
                                  double              value,
                                  SgTimeMs            created);

G_END_DECLS
