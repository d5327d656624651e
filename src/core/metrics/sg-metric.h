/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgMetricsError:
 * @SG_METRICS_ERROR_NAME: a name, a label name or a unit is not allowed
 * @SG_METRICS_ERROR_CLASH: the name is taken, or one of its samples would be called as another's
 * @SG_METRICS_ERROR_SHAPE: the family exists with another kind, other labels, buckets or quantiles
 * @SG_METRICS_ERROR_SPEC: buckets, quantiles or the window are not usable
 * @SG_METRICS_ERROR_LABELS: the labels given do not fit those of the family
 */
typedef enum
{
  SG_METRICS_ERROR_NAME,
  SG_METRICS_ERROR_CLASH,
  SG_METRICS_ERROR_SHAPE,
  SG_METRICS_ERROR_SPEC,
  SG_METRICS_ERROR_LABELS,
} SgMetricsError;

#define SG_METRICS_ERROR (sg_metrics_error_quark ())

GQuark sg_metrics_error_quark (void);

/**
 * SgMetricKind:
 * @SG_METRIC_COUNTER: only rises, from zero at its created time
 * @SG_METRIC_GAUGE: a value that goes both ways
 * @SG_METRIC_HISTOGRAM: observations counted in buckets, with their sum
 * @SG_METRIC_SUMMARY: observations counted, with their sum and quantiles of a sliding window
 * @SG_METRIC_INFO: facts in labels; its value is always 1
 * @SG_METRIC_UNKNOWN: only from a collector that cannot tell
 */
typedef enum
{
  SG_METRIC_COUNTER,
  SG_METRIC_GAUGE,
  SG_METRIC_HISTOGRAM,
  SG_METRIC_SUMMARY,
  SG_METRIC_INFO,
  SG_METRIC_UNKNOWN,
} SgMetricKind;

const char *sg_metric_kind_to_string (SgMetricKind kind);

/* Each bound has a name. */
#define SG_METRICS_MAX_CHILDREN 2000
#define SG_METRICS_MAX_LABELS 30
#define SG_METRICS_MAX_BOUNDS 500
#define SG_METRICS_MAX_QUANTILES 20
#define SG_METRICS_MAX_NAME_BYTES 512
#define SG_METRICS_MAX_VALUE_BYTES 4096
#define SG_METRICS_MAX_EXEMPLAR_CHARS 128

/**
 * SgQuantile:
 * @rank: which quantile, between 0 and 1
 * @error: by how much its rank may be off, between 0.0001 and 0.5
 */
typedef struct
{
  double rank;
  double error;
} SgQuantile;

/**
 * SgFamilySpec:
 * @kind: what its children are; not %SG_METRIC_UNKNOWN
 * @name: its name, any UTF-8; a counter's should end in "_total" (OpenMetrics adds it where it is
 *   missing), an info's gets "_info" where it is missing
 * @help: one sentence for people, or %NULL
 * @unit: (nullable): its base unit, which the name then ends in: "seconds", "bytes"
 * @label_names: (nullable) (array zero-terminated=1): the labels its children differ in
 * @bounds: (nullable) (array length=n_bounds): a histogram's upper bounds, rising; %NULL means
 *   those that Prometheus' clients use for seconds, 5 ms to 10 s. The bucket +Inf is always there.
 * @n_bounds: how many
 * @quantiles: (nullable) (array length=n_quantiles): a summary's quantiles, rising; %NULL means
 *   0.5, 0.9 and 0.99
 * @n_quantiles: how many
 * @window_ms: how long an observation counts for a summary's quantiles, 0 for ten minutes
 * @max_children: more label values than these are refused; 0 for the registry's bound
 */
typedef struct
{
  SgMetricKind kind;
  const char *name;
  const char *help;
  const char *unit;
  const char *const *label_names;
  const double *bounds;
  gsize n_bounds;
  const SgQuantile *quantiles;
  gsize n_quantiles;
  gint64 window_ms;
  guint max_children;
} SgFamilySpec;

char     *sg_metric_full_name            (SgMetricKind        kind,
                                          const char         *name);
char     *sg_metric_base_name            (SgMetricKind        kind,
                                          const char         *name);
GStrv     sg_metric_reserved_names       (SgMetricKind        kind,
                                          const char         *name);
gboolean  sg_metric_label_names_validate (SgMetricKind        kind,
                                          const char         *family,
                                          const char *const  *names,
                                          GError            **error);
gboolean  sg_family_spec_validate        (const SgFamilySpec *spec,
                                          GError            **error);

G_END_DECLS
