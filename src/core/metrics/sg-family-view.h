/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-exemplar.h"
#include "metrics/sg-metric.h"

G_BEGIN_DECLS

/**
 * SgFamilyView:
 * @kind: what it is
 * @name: its name, as it was registered
 * @help: never %NULL
 * @unit: never %NULL
 * @constant_labels: labels that all points have, beside their own
 * @label_names: (array length=n_labels): the names of the points' labels
 * @n_labels: how many
 * @classic: whether all names fit the classic alphabet
 * @bounds: (array length=n_bounds): a histogram's upper bounds, without +Inf
 * @n_bounds: how many
 * @quantiles: (array length=n_quantiles): a summary's quantiles
 * @n_quantiles: how many
 *
 * What a scrape sees of a family.
 */
typedef struct
{
  SgMetricKind kind;
  const char *name;
  const char *help;
  const char *unit;
  const SgLabels *constant_labels;
  const char *const *label_names;
  guint n_labels;
  gboolean classic;
  const double *bounds;
  guint n_bounds;
  const SgQuantile *quantiles;
  guint n_quantiles;
} SgFamilyView;

/**
 * SgPoint:
 * @serial: one number for each child, never given twice in a registry; 0 in a collector's points
 * @created: when it began to count, or 0 where that is not known
 * @values: (array): the values of its labels
 * @text: (nullable): its labels as the text format has them, with braces and a blank behind; only
 *   in a classic family
 * @text_length: how many bytes
 * @value: of a counter, gauge, info or unknown
 * @count: of a histogram or summary
 * @sum: likewise
 * @buckets: (nullable) (array): a histogram's buckets, each without those below it, +Inf last
 * @quantile_values: (nullable) (array): a summary's
 * @exemplars: (nullable) (array): one for each bucket, or one for the counter; without labels where
 *   there is none
 *
 * What a scrape sees of a child, at one moment.
 */
typedef struct
{
  guint64 serial;
  SgTimeMs created;
  const char *const *values;
  const char *text;
  gsize text_length;
  double value;
  guint64 count;
  double sum;
  const guint64 *buckets;
  const double *quantile_values;
  const SgExemplar *exemplars;
} SgPoint;

/**
 * SgFamilyVisitor:
 * @exemplars: whether it wants them
 * @begin: called once for each family, in the order of their names
 * @points: called any number of times for it, with children in the order of their values
 * @user_data: for both
 *
 * Everything it is given is gone when the call returns.
 */
typedef struct
{
  gboolean exemplars;
  void (*begin)  (const SgFamilyView *family,
                  gpointer            user_data);
  void (*points) (const SgFamilyView *family,
                  const SgPoint      *points,
                  gsize               n_points,
                  gpointer            user_data);
  gpointer user_data;
} SgFamilyVisitor;

G_END_DECLS
