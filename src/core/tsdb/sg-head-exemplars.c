/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-exemplars.h"

void
sg_head_exemplars_init (SgHeadExemplars *self,
                        guint            capacity)
{
  *self = (SgHeadExemplars) { .capacity = capacity };
  sg_lock_init (&self->lock);
}

static void
item_clear (SgSeriesExemplar *item)
{
  g_clear_pointer (&item->series, sg_labels_unref);
  if (item->exemplar.labels != NULL)
    sg_labels_unref ((SgLabels *) item->exemplar.labels);
  item->exemplar.labels = NULL;
}

/* Also for the place of one that was taken away. */
void
sg_series_exemplar_free (gpointer item)
{
  if (item != NULL)
    item_clear (item);
  g_free (item);
}

void
sg_head_exemplars_clear (SgHeadExemplars *self)
{
  for (guint i = 0; i < self->n; i++)
    item_clear (&self->ring[i]);
  g_free (self->ring);
  sg_lock_clear (&self->lock);
}

static SgSeriesExemplar
item_copy (const SgLabels         *series,
           const SgSampleExemplar *exemplar)
{
  SgSeriesExemplar item = { sg_labels_ref (series), *exemplar };

  item.exemplar.labels = sg_labels_ref (exemplar->labels);
  return item;
}

void
sg_head_exemplars_add (SgHeadExemplars        *self,
                       const SgLabels         *series,
                       const SgSampleExemplar *exemplar)
{
  if (self->capacity == 0)
    return;
  SG_LOCK_SCOPE (&self->lock);
  if (self->ring == NULL)
    self->ring = g_new0 (SgSeriesExemplar, self->capacity);
  item_clear (&self->ring[self->next]);
  self->ring[self->next] = item_copy (series, exemplar);
  self->next = (self->next + 1) % self->capacity;
  self->n = MIN (self->n + 1, self->capacity);
}

static gboolean
is_wanted (const SgSeriesExemplar *item,
           const SgMatcher *const *matchers,
           gsize                   n_matchers,
           SgTimeMs                min_t,
           SgTimeMs                max_t)
{
  if (item->exemplar.t < min_t || item->exemplar.t > max_t)
    return FALSE;
  for (gsize i = 0; i < n_matchers; i++)
    {
      const char *value = sg_labels_get (item->series, sg_matcher_get_name (matchers[i]));

      if (!sg_matcher_matches (matchers[i], value))
        return FALSE;
    }
  return TRUE;
}

int
sg_series_exemplar_compare (const SgSeriesExemplar *a,
                            const SgSeriesExemplar *b)
{
  int by_series = sg_labels_compare (a->series, b->series);

  if (by_series != 0)
    return by_series;
  return a->exemplar.t < b->exemplar.t ? -1 : a->exemplar.t > b->exemplar.t;
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  return sg_series_exemplar_compare (*(const SgSeriesExemplar *const *) a,
                                     *(const SgSeriesExemplar *const *) b);
}

static gboolean
is_same (const SgSeriesExemplar *a,
         const SgSeriesExemplar *b)
{
  return a->exemplar.t == b->exemplar.t
         && sg_double_to_bits (a->exemplar.value) == sg_double_to_bits (b->exemplar.value)
         && sg_labels_equal (a->exemplar.labels, b->exemplar.labels)
         && sg_labels_equal (a->series, b->series);
}

static void
remove_repeated (GPtrArray *sorted)
{
  guint kept = 0;

  for (guint i = 0; i < sorted->len; i++)
    {
      gpointer item = g_steal_pointer (&sorted->pdata[i]);

      if (kept > 0 && is_same (sorted->pdata[kept - 1], item))
        sg_series_exemplar_free (item);
      else
        sorted->pdata[kept++] = item;
    }
  g_ptr_array_set_size (sorted, (int) kept);
}

/**
 * sg_head_exemplars_select:
 * @self: exemplars
 * @matchers: (array length=n_matchers): what must hold for their series
 * @n_matchers: how many
 * @min_t: first time wanted
 * @max_t: last time wanted
 *
 * One that came again, as all do that a page still shows after a restart, is there once.
 *
 * Returns: (transfer full) (element-type SgSeriesExemplar): copies, by series and time
 */
GPtrArray *
sg_head_exemplars_select (SgHeadExemplars        *self,
                          const SgMatcher *const *matchers,
                          gsize                   n_matchers,
                          SgTimeMs                min_t,
                          SgTimeMs                max_t)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (sg_series_exemplar_free);
  GPtrArray *found = g_ptr_array_new_with_free_func (sg_series_exemplar_free);

  sg_lock_acquire (&self->lock);
  for (guint i = 0; i < self->n; i++)
    {
      SgSeriesExemplar copy = item_copy (self->ring[i].series, &self->ring[i].exemplar);

      g_ptr_array_add (all, g_memdup2 (&copy, sizeof copy));
    }
  sg_lock_release (&self->lock);
  for (guint i = 0; i < all->len; i++)
    {
      if (!is_wanted (all->pdata[i], matchers, n_matchers, min_t, max_t))
        continue;
      g_ptr_array_add (found, g_steal_pointer (&all->pdata[i]));
    }
  g_ptr_array_sort (found, compare_items);
  remove_repeated (found);
  return found;
}
