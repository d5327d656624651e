/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "metrics/sg-collection.h"
#include "metrics/sg-family-view.h"
#include "metrics/sg-family.h"
#include "metrics/sg-instrument.h"
#include "metrics/sg-metric.h"

G_BEGIN_DECLS

/**
 * SgRegistry:
 *
 * All metrics of a program, or of a part of it. Families stay for its life; registering one again
 * in the same shape yields the one that is there. All calls are safe from any thread.
 */
#define SG_TYPE_REGISTRY (sg_registry_get_type ())
G_DECLARE_FINAL_TYPE (SgRegistry, sg_registry, SG, REGISTRY, GObject)

SgRegistry *sg_registry_new                  (SgClock              *clock);
SgRegistry *sg_registry_new_with_labels      (SgClock              *clock,
                                              const SgLabels       *constant_labels,
                                              GError              **error);
SgClock    *sg_registry_get_clock            (SgRegistry           *self);
void        sg_registry_set_max_children     (SgRegistry           *self,
                                              guint                 max_children);

SgFamily   *sg_registry_add_family           (SgRegistry           *self,
                                              SgMetricKind          kind,
                                              const char           *name,
                                              const char           *help,
                                              const char           *unit,
                                              const char *const    *label_names,
                                              GError              **error);
SgFamily   *sg_registry_add_family_spec      (SgRegistry           *self,
                                              const SgFamilySpec   *spec,
                                              GError              **error);
SgFamily   *sg_registry_find_family          (SgRegistry           *self,
                                              const char           *name);

/* For code that owns its names: what would be an error is a programmer's, and ends the program. */
SgCounter   sg_registry_counter              (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help);
SgGauge     sg_registry_gauge                (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help);
SgHistogram sg_registry_histogram            (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help,
                                              const double         *bounds,
                                              gsize                 n_bounds);
SgSummary   sg_registry_summary              (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help);
SgFamily   *sg_registry_counter_family       (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help,
                                              const char           *first_label,
                                              ...) G_GNUC_NULL_TERMINATED;
SgFamily   *sg_registry_gauge_family         (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help,
                                              const char           *first_label,
                                              ...) G_GNUC_NULL_TERMINATED;
SgFamily   *sg_registry_histogram_family     (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help,
                                              const double         *bounds,
                                              gsize                 n_bounds,
                                              const char           *first_label,
                                              ...) G_GNUC_NULL_TERMINATED;
SgFamily   *sg_registry_summary_family       (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help,
                                              const char           *first_label,
                                              ...) G_GNUC_NULL_TERMINATED;
void        sg_registry_set_info             (SgRegistry           *self,
                                              const char           *name,
                                              const char           *help,
                                              const char           *first_label,
                                              const char           *first_value,
                                              ...) G_GNUC_NULL_TERMINATED;

/*
 * By name, for code that learns its metrics at run time: names and values of labels in turn, then
 * %NULL.
 */
gboolean    sg_registry_increment            (SgRegistry           *self,
                                              const char           *name,
                                              const char *const    *labels,
                                              double                amount,
                                              GError              **error);
gboolean    sg_registry_set                  (SgRegistry           *self,
                                              const char           *name,
                                              const char *const    *labels,
                                              double                value,
                                              GError              **error);
gboolean    sg_registry_observe              (SgRegistry           *self,
                                              const char           *name,
                                              const char *const    *labels,
                                              double                value,
                                              GError              **error);

/**
 * SgCollectorFunc:
 * @collection: where its families and samples go
 * @user_data: its own
 *
 * Called at each scrape, on the thread that scrapes, one call of a collector at a time. It may use
 * instruments and families, but not scrape the registry.
 */
typedef void (*SgCollectorFunc) (SgCollection *collection,
                                 gpointer      user_data);

guint       sg_registry_add_collector        (SgRegistry           *self,
                                              SgCollectorFunc       func,
                                              gpointer              user_data,
                                              GDestroyNotify        destroy);
void        sg_registry_remove_collector     (SgRegistry           *self,
                                              guint                 id);

void        sg_registry_visit                (SgRegistry            *self,
                                              const SgFamilyVisitor *visitor);

G_END_DECLS
