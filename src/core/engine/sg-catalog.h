/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-querier.h"

G_BEGIN_DECLS

/**
 * SgCatalogLabel:
 * @name: a label
 * @n_values: how many values it has
 */
typedef struct
{
  char *name;
  guint n_values;
} SgCatalogLabel;

/**
 * SgCatalogMetric:
 * @name: what it is called in a query
 * @type: "counter", "gauge" …, or "" when nothing says it
 * @help: what it means, or ""
 * @unit: its unit, or ""
 * @n_series: how many series it has
 * @jobs: the jobs that have it, in order
 * @n_labels: how many labels its series have, their name apart
 * @labels: (array length=n_labels): those with most values first
 */
typedef struct
{
  char *name;
  char *type;
  char *help;
  char *unit;
  guint n_series;
  GStrv jobs;
  guint n_labels;
  SgCatalogLabel *labels;
} SgCatalogMetric;

/**
 * SgCatalog:
 * @n_series: how many series there are
 * @n_metrics: how many metrics they belong to
 * @metrics: (array length=n_metrics): in the order of their names
 * @jobs: the jobs that have any, in order
 *
 * Which metrics there are, what is known of them, and how many series each has. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  guint n_series;
  guint n_metrics;
  SgCatalogMetric *metrics;
  GStrv jobs;
} SgCatalog;

#define SG_TYPE_CATALOG (sg_catalog_get_type ())

GType                  sg_catalog_get_type (void) G_GNUC_CONST;
SgCatalog             *sg_catalog_make     (SgQuerier       *querier,
                                            SgTimeMs         start,
                                            SgTimeMs         end,
                                            GCancellable    *cancellable,
                                            GError         **error);
SgCatalog             *sg_catalog_ref      (SgCatalog       *self);
void                   sg_catalog_unref    (SgCatalog       *self);
const SgCatalogMetric *sg_catalog_find     (SgCatalog       *self,
                                            const char      *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgCatalog, sg_catalog_unref)

G_END_DECLS
