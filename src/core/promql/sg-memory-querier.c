/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-memory-querier.h"

#include "base/sg-matcher.h"

#include <stdlib.h>
#include <string.h>

/*
 * Each series has an array of times and one of values; of native histograms only the times are kept, for
 * there is nothing yet that could evaluate them. Series are in the
 * order of their labels.
 */
typedef struct
{
  SgLabels *labels;
  GArray *t;
  GArray *f;
  GArray *histogram_t;
} MemorySeries;

struct _SgMemoryQuerier
{
  GObject parent_instance;

  GPtrArray *series;
  GHashTable *by_labels;
};

static void sg_memory_querier_iface_init (SgQuerierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgMemoryQuerier,
                               sg_memory_querier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_QUERIER,
                                                      sg_memory_querier_iface_init))

static void
memory_series_free (gpointer data)
{
  MemorySeries *series = data;

  sg_labels_unref (series->labels);
  g_array_unref (series->t);
  g_array_unref (series->f);
  g_array_unref (series->histogram_t);
  g_free (series);
}

static void
sg_memory_querier_finalize (GObject *object)
{
  SgMemoryQuerier *self = SG_MEMORY_QUERIER (object);

  g_hash_table_unref (self->by_labels);
  g_ptr_array_unref (self->series);
  G_OBJECT_CLASS (sg_memory_querier_parent_class)->finalize (object);
}

static void
sg_memory_querier_class_init (SgMemoryQuerierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_memory_querier_finalize;
}

static void
sg_memory_querier_init (SgMemoryQuerier *self)
{
  self->series = g_ptr_array_new_with_free_func (memory_series_free);
  self->by_labels = g_hash_table_new (sg_labels_hash, sg_labels_equal_func);
}

SgMemoryQuerier *
sg_memory_querier_new (void)
{
  return g_object_new (SG_TYPE_MEMORY_QUERIER, NULL);
}

/* Returns: the place where a series called @labels is, or belongs */
static guint
find_place (SgMemoryQuerier *self,
            const SgLabels  *labels)
{
  guint low = 0;
  guint high = self->series->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const MemorySeries *series = g_ptr_array_index (self->series, middle);

      if (sg_labels_compare (series->labels, labels) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static MemorySeries *
get_series (SgMemoryQuerier *self,
            const SgLabels  *labels)
{
  MemorySeries *series = g_hash_table_lookup (self->by_labels, labels);

  if (series != NULL)
    return series;
  series = g_new0 (MemorySeries, 1);
  series->labels = sg_labels_ref (labels);
  series->t = g_array_new (FALSE, FALSE, sizeof (SgTimeMs));
  series->f = g_array_new (FALSE, FALSE, sizeof (double));
  series->histogram_t = g_array_new (FALSE, FALSE, sizeof (SgTimeMs));
  g_ptr_array_insert (self->series, (int) find_place (self, labels), series);
  g_hash_table_insert (self->by_labels, series->labels, series);
  return series;
}

/* Returns: the first of @times that is not before @t */
static guint
find_time (const GArray *times,
           SgTimeMs      t)
{
  guint low = 0;
  guint high = times->len;

  if (high > 0 && g_array_index (times, SgTimeMs, high - 1) < t)
    return high;
  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (times, SgTimeMs, middle) < t)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static gboolean
has_time (const GArray *times,
          guint         i,
          SgTimeMs      t)
{
  return i < times->len && g_array_index (times, SgTimeMs, i) == t;
}

/* Adds a sample; one at the same time is replaced. */
void
sg_memory_querier_add (SgMemoryQuerier *self,
                       const SgLabels  *labels,
                       SgTimeMs         t,
                       double           value)
{
  MemorySeries *series = get_series (self, labels);
  guint i = find_time (series->t, t);

  if (has_time (series->t, i, t))
    {
      g_array_index (series->f, double, i) = value;
      return;
    }
  g_array_insert_val (series->t, i, t);
  g_array_insert_val (series->f, i, value);
}

/* Notes that there is a native histogram. */
void
sg_memory_querier_add_histogram (SgMemoryQuerier *self,
                                 const SgLabels  *labels,
                                 SgTimeMs         t)
{
  MemorySeries *series = get_series (self, labels);
  guint i = find_time (series->histogram_t, t);

  if (!has_time (series->histogram_t, i, t))
    g_array_insert_val (series->histogram_t, i, t);
}

/* Removes what there is at @t, if anything. */
void
sg_memory_querier_remove (SgMemoryQuerier *self,
                          const SgLabels  *labels,
                          SgTimeMs         t)
{
  MemorySeries *series = g_hash_table_lookup (self->by_labels, labels);
  guint i;

  if (series == NULL)
    return;
  i = find_time (series->t, t);
  if (has_time (series->t, i, t))
    {
      g_array_remove_index (series->t, i);
      g_array_remove_index (series->f, i);
    }
  i = find_time (series->histogram_t, t);
  if (has_time (series->histogram_t, i, t))
    g_array_remove_index (series->histogram_t, i);
}

static gboolean
matches (const MemorySeries     *series,
         const SgMatcher *const *matchers,
         gsize                   n_matchers)
{
  for (gsize i = 0; i < n_matchers; i++)
    {
      const char *value = sg_labels_get (series->labels, sg_matcher_get_name (matchers[i]));

      if (!sg_matcher_matches (matchers[i], value))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  SgSeriesSet set;
  SgMemoryQuerier *querier;
  GPtrArray *series;
  guint next;
  SgTimeMs start;
  SgTimeMs end;
  GCancellable *cancellable;
  SgColumn columns[2];
  SgSeries current;
} MemorySet;

static void
set_column (MemorySet    *self,
            guint         i,
            const GArray *times,
            const GArray *values)
{
  guint from = find_time (times, self->start);
  guint to = self->end == SG_TIME_MS_MAX ? times->len : find_time (times, self->end + 1);
  SgColumn *column = &self->columns[i];

  column->kind = values != NULL ? SG_VALUE_FLOAT : SG_VALUE_HISTOGRAM;
  column->n = to > from ? to - from : 0;
  column->t = column->n > 0 ? &g_array_index (times, SgTimeMs, from) : NULL;
  column->f = column->n > 0 && values != NULL ? &g_array_index (values, double, from) : NULL;
}

static gboolean
memory_set_next (SgSeriesSet     *set,
                 const SgSeries **ret_series,
                 GError         **error)
{
  MemorySet *self = (MemorySet *) set;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  while (self->next < self->series->len)
    {
      const MemorySeries *series = g_ptr_array_index (self->series, self->next++);

      set_column (self, 0, series->t, series->f);
      set_column (self, 1, series->histogram_t, NULL);
      if (self->columns[0].n + self->columns[1].n == 0)
        continue;
      self->current = (SgSeries) { series->labels, self->columns[1].n > 0 ? 2 : 1, self->columns };
      *ret_series = &self->current;
      return TRUE;
    }
  return FALSE;
}

static void
memory_set_free (SgSeriesSet *set)
{
  MemorySet *self = (MemorySet *) set;

  g_ptr_array_unref (self->series);
  g_object_unref (self->querier);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static GPtrArray *
find_series (SgMemoryQuerier        *self,
             const SgMatcher *const *matchers,
             gsize                   n_matchers)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < self->series->len; i++)
    {
      if (matches (g_ptr_array_index (self->series, i), matchers, n_matchers))
        g_ptr_array_add (found, g_ptr_array_index (self->series, i));
    }
  return found;
}

static SgSeriesSet *
memory_select (SgQuerier               *querier,
               const SgMatcher  *const *matchers,
               gsize                    n_matchers,
               const SgSelectHints     *hints,
               GCancellable            *cancellable,
               GError                 **error)
{
  static const SgSeriesSetClass klass = { memory_set_next, memory_set_free };
  SgMemoryQuerier *self = SG_MEMORY_QUERIER (querier);
  MemorySet *set;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  set = g_new0 (MemorySet, 1);
  sg_series_set_init (&set->set, &klass);
  set->querier = g_object_ref (self);
  set->series = find_series (self, matchers, n_matchers);
  set->start = hints->start;
  set->end = hints->end;
  if (cancellable != NULL)
    set->cancellable = g_object_ref (cancellable);
  return &set->set;
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The keys of @texts, sorted. */
static GStrv
take_sorted (GHashTable *texts)
{
  g_autoptr (GHashTable) owned = texts;
  guint n;
  GStrv sorted = (GStrv) g_hash_table_get_keys_as_array (owned, &n);

  g_hash_table_steal_all (owned);
  qsort (sorted, n, sizeof *sorted, compare_texts);
  return sorted;
}

static GStrv
memory_label_names (SgQuerier               *querier,
                    const SgMatcher  *const *matchers,
                    gsize                    n_matchers,
                    const SgSelectHints     *hints,
                    GCancellable            *cancellable,
                    GError                 **error)
{
  g_autoptr (GPtrArray) found = NULL;
  GHashTable *names;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  found = find_series (SG_MEMORY_QUERIER (querier), matchers, n_matchers);
  for (guint i = 0; i < found->len; i++)
    {
      const SgLabels *labels = ((const MemorySeries *) g_ptr_array_index (found, i))->labels;

      for (guint j = 0; j < labels->n_labels; j++)
        g_hash_table_add (names, g_strdup (labels->labels[j].name));
    }
  return take_sorted (names);
}

static GStrv
memory_label_values (SgQuerier               *querier,
                     const char              *name,
                     const SgMatcher  *const *matchers,
                     gsize                    n_matchers,
                     const SgSelectHints     *hints,
                     GCancellable            *cancellable,
                     GError                 **error)
{
  g_autoptr (GPtrArray) found = NULL;
  GHashTable *values;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  found = find_series (SG_MEMORY_QUERIER (querier), matchers, n_matchers);
  for (guint i = 0; i < found->len; i++)
    {
      const MemorySeries *series = g_ptr_array_index (found, i);
      const char *value = sg_labels_get (series->labels, name);

      if (value[0] != '\0')
        g_hash_table_add (values, g_strdup (value));
    }
  return take_sorted (values);
}

static GPtrArray *
memory_series (SgQuerier               *querier,
               const SgMatcher  *const *matchers,
               gsize                    n_matchers,
               const SgSelectHints     *hints,
               GCancellable            *cancellable,
               GError                 **error)
{
  g_autoptr (GPtrArray) found = NULL;
  GPtrArray *labels;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  labels = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);
  found = find_series (SG_MEMORY_QUERIER (querier), matchers, n_matchers);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (labels,
                     sg_labels_ref (((const MemorySeries *) g_ptr_array_index (found, i))->labels));
  return labels;
}

static GPtrArray *
memory_metadata (SgQuerier     *querier,
                 const char    *metric,
                 GCancellable  *cancellable,
                 GError       **error)
{
  return g_cancellable_set_error_if_cancelled (cancellable, error) ? NULL : g_ptr_array_new ();
}

static void
sg_memory_querier_iface_init (SgQuerierInterface *iface)
{
  iface->select = memory_select;
  iface->label_names = memory_label_names;
  iface->label_values = memory_label_values;
  iface->series = memory_series;
  iface->metadata = memory_metadata;
}
