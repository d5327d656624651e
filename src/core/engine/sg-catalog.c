/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-catalog.h"

#include <stdlib.h>
#include <string.h>

/*
 * One walk over the label sets of all series. They come in the order of their labels, which is not that
 * of their names, so each metric gathers what is its own until the walk is over.
 */
G_DEFINE_BOXED_TYPE (SgCatalog, sg_catalog, sg_catalog_ref, sg_catalog_unref)

typedef struct
{
  const char *name;
  guint n_series;
  GHashTable *labels;
} Gathered;

static void
gathered_free (gpointer data)
{
  Gathered *self = data;

  g_hash_table_unref (self->labels);
  g_free (self);
}

static Gathered *
gather (GHashTable *all,
        const char *name)
{
  Gathered *self = g_hash_table_lookup (all, name);

  if (self != NULL)
    return self;
  self = g_new0 (Gathered, 1);
  self->name = name;
  self->labels =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_hash_table_unref);
  g_hash_table_insert (all, (gpointer) name, self);
  return self;
}

static void
gather_series (GHashTable     *all,
               const SgLabels *labels)
{
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);
  Gathered *metric;

  if (name == NULL || *name == '\0')
    return;
  metric = gather (all, name);
  metric->n_series++;
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];
      GHashTable *values;

      if (g_str_equal (label->name, SG_LABEL_NAME))
        continue;
      values = g_hash_table_lookup (metric->labels, label->name);
      if (values == NULL)
        {
          values = g_hash_table_new (g_str_hash, g_str_equal);
          g_hash_table_insert (metric->labels, (gpointer) label->name, values);
        }
      g_hash_table_add (values, (gpointer) label->value);
    }
}

static int
compare_texts (const void *a,
               const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Returns: (transfer full): the keys of @set in order, copied */
static GStrv
sorted_keys (GHashTable *set)
{
  guint n;
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (set, &n);
  GStrv out = g_new0 (char *, n + 1);

  qsort (keys, n, sizeof (gpointer), compare_texts);
  for (guint i = 0; i < n; i++)
    out[i] = g_strdup (keys[i]);
  return out;
}

static int
compare_labels (const void *a,
                const void *b)
{
  const SgCatalogLabel *left = a;
  const SgCatalogLabel *right = b;

  if (left->n_values != right->n_values)
    return left->n_values < right->n_values ? 1 : -1;
  return strcmp (left->name, right->name);
}

static void
take_labels (SgCatalogMetric *metric,
             GHashTable      *labels)
{
  GHashTableIter iter;
  gpointer name;
  gpointer values;

  metric->labels = g_new0 (SgCatalogLabel, g_hash_table_size (labels));
  g_hash_table_iter_init (&iter, labels);
  while (g_hash_table_iter_next (&iter, &name, &values))
    metric->labels[metric->n_labels++] =
        (SgCatalogLabel) { g_strdup (name), g_hash_table_size (values) };
  qsort (metric->labels, metric->n_labels, sizeof (SgCatalogLabel), compare_labels);
}

/* What is said of a family holds for all names that its series have. */
static const SgMetadata *
find_metadata (GHashTable *metadata,
               const char *name)
{
  static const char *const suffixes[] = { "",       "_bucket", "_sum",     "_count",
                                          "_total", "_info",   "_created", NULL };

  for (guint i = 0; suffixes[i] != NULL; i++)
    {
      g_autofree char *family = NULL;
      const SgMetadata *found;

      if (!g_str_has_suffix (name, suffixes[i]))
        continue;
      family = g_strndup (name, strlen (name) - strlen (suffixes[i]));
      found = g_hash_table_lookup (metadata, family);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
take_metric (SgCatalogMetric *metric,
             const Gathered  *gathered,
             GHashTable      *metadata)
{
  const SgMetadata *known = find_metadata (metadata, gathered->name);
  GHashTable *jobs = g_hash_table_lookup (gathered->labels, "job");

  metric->name = g_strdup (gathered->name);
  metric->type = g_strdup (known != NULL && known->type != NULL ? known->type : "");
  metric->help = g_strdup (known != NULL && known->help != NULL ? known->help : "");
  metric->unit = g_strdup (known != NULL && known->unit != NULL ? known->unit : "");
  metric->n_series = gathered->n_series;
  metric->jobs = jobs != NULL ? sorted_keys (jobs) : g_new0 (char *, 1);
  take_labels (metric, gathered->labels);
}

static void
take_jobs (SgCatalog *self)
{
  g_autoptr (GHashTable) jobs = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->n_metrics; i++)
    {
      for (guint j = 0; self->metrics[i].jobs[j] != NULL; j++)
        g_hash_table_add (jobs, self->metrics[i].jobs[j]);
    }
  self->jobs = sorted_keys (jobs);
}

static SgCatalog *
make (GPtrArray *series,
      GPtrArray *metadata)
{
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, gathered_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) names = NULL;
  SgCatalog *self = g_new0 (SgCatalog, 1);

  g_atomic_ref_count_init (&self->ref_count);
  for (guint i = 0; i < metadata->len; i++)
    {
      SgMetadata *entry = g_ptr_array_index (metadata, i);

      g_hash_table_insert (known, (gpointer) entry->name, entry);
    }
  for (guint i = 0; i < series->len; i++)
    gather_series (all, g_ptr_array_index (series, i));
  names = sorted_keys (all);
  self->n_series = series->len;
  self->n_metrics = g_strv_length (names);
  self->metrics = g_new0 (SgCatalogMetric, self->n_metrics);
  for (guint i = 0; i < self->n_metrics; i++)
    take_metric (&self->metrics[i], g_hash_table_lookup (all, names[i]), known);
  take_jobs (self);
  return self;
}

/**
 * sg_catalog_make:
 * @querier: where the series are
 * @start: the first time that counts
 * @end: the last
 * @cancellable: (nullable): ends it
 * @error: why there is none
 *
 * Returns: (transfer full) (nullable): the metrics that have samples in that time
 */
SgCatalog *
sg_catalog_make (SgQuerier     *querier,
                 SgTimeMs       start,
                 SgTimeMs       end,
                 GCancellable  *cancellable,
                 GError       **error)
{
  SgSelectHints hints = { .start = start, .end = end };
  g_autoptr (GPtrArray) series = sg_querier_series (querier, NULL, 0, &hints, cancellable, error);
  g_autoptr (GPtrArray) metadata = NULL;

  if (series == NULL)
    return NULL;
  metadata = sg_querier_metadata (querier, NULL, cancellable, error);
  return metadata != NULL ? make (series, metadata) : NULL;
}

static int
compare_name (const void *name,
              const void *metric)
{
  return strcmp (name, ((const SgCatalogMetric *) metric)->name);
}

/* Returns: (nullable): the metric @name */
const SgCatalogMetric *
sg_catalog_find (SgCatalog  *self,
                 const char *name)
{
  if (self->n_metrics == 0)
    return NULL;
  return bsearch (name, self->metrics, self->n_metrics, sizeof (SgCatalogMetric), compare_name);
}

SgCatalog *
sg_catalog_ref (SgCatalog *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_catalog_unref (SgCatalog *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_metrics; i++)
    {
      SgCatalogMetric *metric = &self->metrics[i];

      for (guint j = 0; j < metric->n_labels; j++)
        g_free (metric->labels[j].name);
      g_free (metric->labels);
      g_strfreev (metric->jobs);
      g_free (metric->name);
      g_free (metric->type);
      g_free (metric->help);
      g_free (metric->unit);
    }
  g_free (self->metrics);
  g_strfreev (self->jobs);
  g_free (self);
}
