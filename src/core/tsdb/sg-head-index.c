/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-index.h"

/*
 * References and numbers are mostly rows without holes. So series are found through pages: a page of
 * 64 references in a hash table of pages, and a page of 512 numbers in an array of pages. A page
 * without series is let go.
 */
#define REF_PAGE_BITS 6
#define REF_PAGE_SIZE (1 << REF_PAGE_BITS)
#define ID_PAGE_SIZE  512

/* A series begins with a line of a cache, as its fields are ordered for. */
#define SERIES_ALIGNMENT 64

typedef struct
{
  guint64 key;
  guint n_series;
  SgHeadSeries *series[REF_PAGE_SIZE];
} RefPage;

typedef struct
{
  guint n_series;
  SgHeadSeries *series[ID_PAGE_SIZE];
} IdPage;

struct _SgHeadIds
{
  guint n_pages;
  IdPage *pages[];
};

static guint64
hash_series (gconstpointer item)
{
  return ((const SgHeadSeries *) item)->labels->hash;
}

static guint64
hash_key (guint64 key)
{
  return key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) >> 32;
}

static guint64
hash_page (gconstpointer item)
{
  return hash_key (((const RefPage *) item)->key);
}

void
sg_head_index_init (SgHeadIndex *self,
                    SgHeadGate  *gate)
{
  *self = (SgHeadIndex) { .gate = gate };
  sg_lock_init (&self->lock);
  sg_head_table_init (&self->by_labels, hash_series);
  sg_head_table_init (&self->by_ref, hash_page);
  sg_head_postings_init (&self->postings, gate);
  sg_slab_init (&self->slab, SERIES_ALIGNMENT);
}

void
sg_head_index_clear (SgHeadIndex *self)
{
  for (guint i = 0; i <= self->by_labels.slots->mask; i++)
    {
      gpointer series = sg_head_table_peek (self->by_labels.slots, i);

      if (series != NULL)
        sg_head_series_free (series);
    }
  for (guint i = 0; i <= self->by_ref.slots->mask; i++)
    g_free (sg_head_table_peek (self->by_ref.slots, i));
  for (guint i = 0; self->by_id != NULL && i < self->by_id->n_pages; i++)
    g_free (self->by_id->pages[i]);
  g_free (self->by_id);
  sg_slab_clear (&self->slab);
  sg_head_postings_clear (&self->postings);
  sg_head_table_clear (&self->by_ref);
  sg_head_table_clear (&self->by_labels);
  sg_lock_clear (&self->lock);
}

/* Returns: (nullable): the series with these labels */
SgHeadSeries *
sg_head_index_find (const SgHeadIndex *self,
                    const SgLabels    *labels)
{
  const SgHeadTableSlots *slots = sg_head_table_get_slots (&self->by_labels);
  guint at = (guint) labels->hash;
  SgHeadSeries *series;

  while ((series = sg_head_table_step (slots, &at)) != NULL)
    {
      if (sg_labels_equal (series->labels, labels))
        return series;
    }
  return NULL;
}

static RefPage *
find_page (const SgHeadIndex *self,
           guint64            key)
{
  const SgHeadTableSlots *slots = sg_head_table_get_slots (&self->by_ref);
  guint at = (guint) hash_key (key);
  RefPage *page;

  while ((page = sg_head_table_step (slots, &at)) != NULL)
    {
      if (page->key == key)
        return page;
    }
  return NULL;
}

/* Returns: (nullable): the series with this reference */
SgHeadSeries *
sg_head_index_find_ref (const SgHeadIndex *self,
                        SgHeadRef          ref)
{
  const RefPage *page = find_page (self, ref >> REF_PAGE_BITS);

  if (page == NULL)
    return NULL;
  return __atomic_load_n (&page->series[ref % REF_PAGE_SIZE], __ATOMIC_ACQUIRE);
}

/*
 * Sets @ret_series to the series with these references, %NULL where there is none, and fetches from
 * memory what an appender looks at in each of them.
 */
void
sg_head_index_find_refs (const SgHeadIndex  *self,
                         const SgHeadRef    *refs,
                         gsize               n,
                         SgHeadSeries      **ret_series)
{
  const RefPage *page = NULL;
  guint64 key = 0;

  for (gsize i = 0; i < n; i++)
    {
      if (i == 0 || refs[i] >> REF_PAGE_BITS != key)
        {
          key = refs[i] >> REF_PAGE_BITS;
          page = find_page (self, key);
        }
      ret_series[i] =
          page != NULL ? __atomic_load_n (&page->series[refs[i] % REF_PAGE_SIZE], __ATOMIC_ACQUIRE)
                       : NULL;
      __builtin_prefetch (ret_series[i], 1);
    }
}

/* Returns: (nullable): the series with this number */
SgHeadSeries *
sg_head_index_find_id (const SgHeadIndex *self,
                       guint32            id)
{
  const SgHeadIds *ids = __atomic_load_n (&self->by_id, __ATOMIC_ACQUIRE);
  const IdPage *page;

  if (ids == NULL || id / ID_PAGE_SIZE >= ids->n_pages)
    return NULL;
  page = __atomic_load_n (&ids->pages[id / ID_PAGE_SIZE], __ATOMIC_ACQUIRE);
  if (page == NULL)
    return NULL;
  return __atomic_load_n (&page->series[id % ID_PAGE_SIZE], __ATOMIC_ACQUIRE);
}

static void
put_ref (SgHeadIndex  *self,
         SgHeadSeries *series)
{
  guint64 key = series->ref >> REF_PAGE_BITS;
  RefPage *page = find_page (self, key);

  if (page == NULL)
    {
      page = g_new0 (RefPage, 1);
      page->key = key;
      sg_head_table_insert (&self->by_ref, self->gate, page);
    }
  page->n_series++;
  __atomic_store_n (&page->series[series->ref % REF_PAGE_SIZE], series, __ATOMIC_RELEASE);
}

static void
remove_ref (SgHeadIndex  *self,
            SgHeadSeries *series)
{
  RefPage *page = find_page (self, series->ref >> REF_PAGE_BITS);

  __atomic_store_n (&page->series[series->ref % REF_PAGE_SIZE], NULL, __ATOMIC_RELEASE);
  if (--page->n_series > 0)
    return;
  sg_head_table_remove (&self->by_ref, page);
  sg_head_gate_retire (self->gate, page, g_free);
}

static void
grow_ids (SgHeadIndex *self,
          guint        n_pages)
{
  SgHeadIds *old = self->by_id;
  SgHeadIds *grown;

  if (old != NULL && n_pages <= old->n_pages)
    return;
  n_pages = MAX (n_pages, old != NULL ? old->n_pages * 2 : 0);
  grown = g_malloc0 (sizeof (SgHeadIds) + n_pages * sizeof (IdPage *));
  if (old != NULL)
    memcpy (grown->pages, old->pages, old->n_pages * sizeof (IdPage *));
  grown->n_pages = n_pages;
  __atomic_store_n (&self->by_id, grown, __ATOMIC_RELEASE);
  if (old != NULL)
    sg_head_gate_retire (self->gate, old, g_free);
}

static void
put_id (SgHeadIndex  *self,
        SgHeadSeries *series)
{
  guint i = series->id / ID_PAGE_SIZE;

  grow_ids (self, i + 1);
  if (self->by_id->pages[i] == NULL)
    __atomic_store_n (&self->by_id->pages[i], g_new0 (IdPage, 1), __ATOMIC_RELEASE);
  self->by_id->pages[i]->n_series++;
  __atomic_store_n (&self->by_id->pages[i]->series[series->id % ID_PAGE_SIZE], series,
                    __ATOMIC_RELEASE);
}

static void
remove_id (SgHeadIndex  *self,
           SgHeadSeries *series)
{
  guint i = series->id / ID_PAGE_SIZE;
  IdPage *page = self->by_id->pages[i];

  __atomic_store_n (&page->series[series->id % ID_PAGE_SIZE], NULL, __ATOMIC_RELEASE);
  if (--page->n_series > 0)
    return;
  __atomic_store_n (&self->by_id->pages[i], NULL, __ATOMIC_RELEASE);
  sg_head_gate_retire (self->gate, page, g_free);
}

/**
 * sg_head_index_add:
 * @self: an index
 * @ref: the reference that the log gives it, or 0 for the next one
 * @labels: its labels
 * @max_series: how many series there may be, 0 for no bound
 * @ret_created: (out): whether it was not there before
 *
 * Two who come with the same new labels get the same series.
 *
 * Returns: (nullable): the series; %NULL when the bound is reached, or when @ref is that of another
 */
SgHeadSeries *
sg_head_index_add (SgHeadIndex    *self,
                   SgHeadRef       ref,
                   const SgLabels *labels,
                   guint           max_series,
                   gboolean       *ret_created)
{
  SgHeadSeries *series;

  SG_LOCK_SCOPE (&self->lock);
  *ret_created = FALSE;
  series = sg_head_index_find (self, labels);
  if (series != NULL)
    return series;
  if ((max_series > 0 && self->n_series >= max_series) || self->next_id == G_MAXUINT32)
    return NULL;
  if (ref == 0 && self->last_ref == G_MAXUINT64)
    return NULL;
  if (ref != 0 && sg_head_index_find_ref (self, ref) != NULL)
    return NULL;
  self->last_ref = ref != 0 ? MAX (self->last_ref, ref) : self->last_ref + 1;
  series = sg_head_series_new (&self->slab, ref != 0 ? ref : self->last_ref, self->next_id, labels);
  __atomic_store_n (&self->next_id, self->next_id + 1, __ATOMIC_RELEASE);
  put_ref (self, series);
  put_id (self, series);
  sg_head_table_insert (&self->by_labels, self->gate, series);
  sg_head_postings_add (&self->postings, series->id, labels);
  __atomic_store_n (&self->complete, self->next_id, __ATOMIC_RELEASE);
  __atomic_store_n (&self->n_series, self->n_series + 1, __ATOMIC_RELAXED);
  *ret_created = TRUE;
  return series;
}

/**
 * sg_head_index_remove:
 * @self: an index
 * @series: (array length=n): series that are marked as gone, in the order of their numbers
 * @n: how many
 *
 * Called with the index' lock, under which they were marked. Nobody finds them any more; they are
 * freed when nobody knows them either.
 */
void
sg_head_index_remove (SgHeadIndex         *self,
                      SgHeadSeries *const *series,
                      guint                n)
{
  g_autofree guint32 *ids = g_new (guint32, n);
  g_autofree const SgLabels **labels = g_new (const SgLabels *, n);

  for (guint i = 0; i < n; i++)
    {
      ids[i] = series[i]->id;
      labels[i] = series[i]->labels;
    }
  sg_head_postings_remove (&self->postings, ids, labels, n);
  for (guint i = 0; i < n; i++)
    {
      sg_head_table_remove (&self->by_labels, series[i]);
      remove_id (self, series[i]);
      remove_ref (self, series[i]);
      sg_head_gate_retire (self->gate, series[i], sg_head_series_free);
    }
  __atomic_store_n (&self->n_series, self->n_series - n, __ATOMIC_RELAXED);
}

/* Makes sure that no new series gets @ref, or one before it. */
void
sg_head_index_raise (SgHeadIndex *self,
                     SgHeadRef    ref)
{
  SG_LOCK_SCOPE (&self->lock);
  self->last_ref = MAX (self->last_ref, ref);
}

guint
sg_head_index_get_size (const SgHeadIndex *self)
{
  return __atomic_load_n (&self->n_series, __ATOMIC_RELAXED);
}

/* Returns: a number above those of all series that were there when this was called */
guint32
sg_head_index_get_end (const SgHeadIndex *self)
{
  return __atomic_load_n (&self->next_id, __ATOMIC_ACQUIRE);
}

/* Returns: a number; every series below it is to be found, in each list, if it has not gone */
guint32
sg_head_index_get_complete (const SgHeadIndex *self)
{
  return __atomic_load_n (&self->complete, __ATOMIC_ACQUIRE);
}
