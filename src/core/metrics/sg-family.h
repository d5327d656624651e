/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-instrument.h"
#include "metrics/sg-metric.h"

G_BEGIN_DECLS

/**
 * SgFamily:
 *
 * Metrics of one name that differ in the values of their labels. It belongs to its registry and
 * lives as long. All calls are safe from any thread.
 *
 * Looking up a child that exists takes no lock. A child that does not exist is made, at 0, unless
 * the family has as many as it may: then what comes back swallows all that it is given, and the
 * registry counts it in sightglass_metrics_children_refused_total.
 */
typedef struct _SgFamily SgFamily;

/* Values of labels in the order of the family's names: SG_VALUES ("GET", "200") */
#define SG_VALUES(...) ((const char *const[]) { __VA_ARGS__, NULL })

SgCounter    sg_family_counter          (SgFamily           *self,
                                         const char *const  *values);
SgGauge      sg_family_gauge            (SgFamily           *self,
                                         const char *const  *values);
SgHistogram  sg_family_histogram        (SgFamily           *self,
                                         const char *const  *values);
SgSummary    sg_family_summary          (SgFamily           *self,
                                         const char *const  *values);
void         sg_family_info             (SgFamily           *self,
                                         const char *const  *values);
void         sg_family_info_only        (SgFamily           *self,
                                         const char *const  *values);
gboolean     sg_family_remove           (SgFamily           *self,
                                         const char *const  *values);
void         sg_family_remove_all       (SgFamily           *self);
void         sg_family_set_max_children (SgFamily           *self,
                                         guint               max_children);

const char        *sg_family_get_name        (SgFamily *self);
SgMetricKind       sg_family_get_kind        (SgFamily *self);
const char *const *sg_family_get_label_names (SgFamily *self);
guint              sg_family_get_n_children  (SgFamily *self);

G_END_DECLS
