/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

G_BEGIN_DECLS

/**
 * SgMetricItem:
 *
 * A metric of a catalogue, as a list has it. Immutable; it keeps its catalogue.
 */
#define SG_TYPE_METRIC_ITEM (sg_metric_item_get_type ())
G_DECLARE_FINAL_TYPE (SgMetricItem, sg_metric_item, SG, METRIC_ITEM, GObject)

SgMetricItem          *sg_metric_item_new             (SgCatalog    *catalog,
                                                       guint         index);
const SgCatalogMetric *sg_metric_item_get_metric      (SgMetricItem *self);
/* Whether it has every word of @words in its name or its help, and @job, where that is not %NULL. */
gboolean               sg_metric_item_matches         (SgMetricItem *self,
                                                       const char   *words,
                                                       const char   *job);
/* "code 5 · instance 2": how many values each label has, those with most first */
char                  *sg_metric_item_describe_labels (SgMetricItem *self);
/* The query that one asks first of a metric of its type. */
char                  *sg_metric_item_make_query      (SgMetricItem *self);

G_END_DECLS
