/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-querier.h"

#include "tsdb/sg-block-select.h"
#include "tsdb/sg-merge-series-set.h"

#include <stdlib.h>

struct _SgBlockQuerier
{
  GObject parent_instance;
  GPtrArray *blocks;
};

static void sg_block_querier_iface_init (SgQuerierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgBlockQuerier,
                               sg_block_querier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_QUERIER,
                                                      sg_block_querier_iface_init))

/* Returns: (nullable): block @i, if it has samples within the times asked for */
static SgBlock *
get_wanted (SgBlockQuerier      *self,
            guint                i,
            const SgSelectHints *hints)
{
  SgBlock *block = g_ptr_array_index (self->blocks, i);

  if (sg_block_get_min_time (block) > hints->end || sg_block_get_max_time (block) <= hints->start)
    return NULL;
  return block;
}

static SgSeriesSet *
block_querier_select (SgQuerier               *querier,
                      const SgMatcher  *const *matchers,
                      gsize                    n_matchers,
                      const SgSelectHints     *hints,
                      GCancellable            *cancellable,
                      GError                 **error)
{
  SgBlockQuerier *self = SG_BLOCK_QUERIER (querier);
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_set_free);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      SgBlock *block = get_wanted (self, i, hints);
      SgSeriesSet *set;

      if (block == NULL)
        continue;
      set = sg_block_select (block, matchers, n_matchers, hints, cancellable, error);
      if (set == NULL)
        return NULL;
      g_ptr_array_add (sets, set);
    }
  g_ptr_array_set_free_func (sets, NULL);
  return sg_merge_series_set_new (g_steal_pointer (&sets), hints);
}

static int
compare_texts (const void *a,
               const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Returns: (transfer full): the texts of a set, in order; the set is empty afterwards */
static GStrv
steal_sorted (GHashTable *texts)
{
  guint n;
  gpointer *keys = g_hash_table_get_keys_as_array (texts, &n);

  g_hash_table_steal_all (texts);
  if (n > 1)
    qsort (keys, n, sizeof *keys, compare_texts);
  return (GStrv) keys;
}

static GStrv
block_querier_label_names (SgQuerier               *querier,
                           const SgMatcher  *const *matchers,
                           gsize                    n_matchers,
                           const SgSelectHints     *hints,
                           GCancellable            *cancellable,
                           GError                 **error)
{
  SgBlockQuerier *self = SG_BLOCK_QUERIER (querier);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      SgBlock *block = get_wanted (self, i, hints);

      if (block != NULL
          && !sg_block_find_names (block, matchers, n_matchers, names, cancellable, error))
        return NULL;
    }
  return steal_sorted (names);
}

static GStrv
block_querier_label_values (SgQuerier               *querier,
                            const char              *name,
                            const SgMatcher  *const *matchers,
                            gsize                    n_matchers,
                            const SgSelectHints     *hints,
                            GCancellable            *cancellable,
                            GError                 **error)
{
  SgBlockQuerier *self = SG_BLOCK_QUERIER (querier);
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      SgBlock *block = get_wanted (self, i, hints);

      if (block != NULL
          && !sg_block_find_values (block, name, matchers, n_matchers, values, cancellable, error))
        return NULL;
    }
  return steal_sorted (values);
}

static int
compare_labels (gconstpointer a,
                gconstpointer b)
{
  return sg_labels_compare (*(const SgLabels *const *) a, *(const SgLabels *const *) b);
}

/* Returns: (transfer full): @labels in order, none twice */
static GPtrArray *
sort_labels (GPtrArray *labels)
{
  GPtrArray *sorted = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);

  g_ptr_array_sort (labels, compare_labels);
  for (guint i = 0; i < labels->len; i++)
    {
      SgLabels *each = g_ptr_array_index (labels, i);

      if (i == 0 || !sg_labels_equal (each, g_ptr_array_index (labels, i - 1)))
        g_ptr_array_add (sorted, sg_labels_ref (each));
    }
  return sorted;
}

static GPtrArray *
block_querier_series (SgQuerier               *querier,
                      const SgMatcher  *const *matchers,
                      gsize                    n_matchers,
                      const SgSelectHints     *hints,
                      GCancellable            *cancellable,
                      GError                 **error)
{
  SgBlockQuerier *self = SG_BLOCK_QUERIER (querier);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      SgBlock *block = get_wanted (self, i, hints);

      if (block != NULL
          && !sg_block_find_labels (block, matchers, n_matchers, hints, labels, cancellable, error))
        return NULL;
    }
  return sort_labels (labels);
}

/* Blocks do not know what metrics mean. */
static GPtrArray *
block_querier_metadata (SgQuerier     *querier,
                        const char    *metric,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return g_cancellable_set_error_if_cancelled (cancellable, error) ? NULL : g_ptr_array_new ();
}

static void
sg_block_querier_finalize (GObject *object)
{
  SgBlockQuerier *self = SG_BLOCK_QUERIER (object);

  g_ptr_array_unref (self->blocks);
  G_OBJECT_CLASS (sg_block_querier_parent_class)->finalize (object);
}

static void
sg_block_querier_iface_init (SgQuerierInterface *iface)
{
  iface->select = block_querier_select;
  iface->label_names = block_querier_label_names;
  iface->label_values = block_querier_label_values;
  iface->series = block_querier_series;
  iface->metadata = block_querier_metadata;
}

static void
sg_block_querier_class_init (SgBlockQuerierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_block_querier_finalize;
}

static void
sg_block_querier_init (SgBlockQuerier *self)
{
}

static gpointer
ref_block (gconstpointer block,
           gpointer      user_data)
{
  return sg_block_ref ((SgBlock *) block);
}

/**
 * sg_block_querier_new:
 * @blocks: (element-type SgBlock): what to read from, in the order of their first times; of two samples
 *   of one series and time that of the first block counts
 *
 * Returns: (transfer full): a querier
 */
SgQuerier *
sg_block_querier_new (GPtrArray *blocks)
{
  SgBlockQuerier *self = g_object_new (SG_TYPE_BLOCK_QUERIER, NULL);

  self->blocks = g_ptr_array_copy (blocks, ref_block, NULL);
  g_ptr_array_set_free_func (self->blocks, (GDestroyNotify) sg_block_unref);
  return SG_QUERIER (self);
}
