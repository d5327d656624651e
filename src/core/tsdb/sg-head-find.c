/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-find.h"

#include "tsdb/sg-head-match.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * The series that matchers select, from the cache where it has an answer. The end of an answer is
 * taken before it is looked for: every series below it was in the index by then. A series that came
 * with a commit that the reader sees is among them, because it is in the index before the commit.
 */

/* With more new series than that searching the index is less work than looking at each. */
#define MAX_NEW 1024

/* When so many of an answer are in the index no more, it is made shorter. */
#define MAX_GONE(n) ((n) / 2)

static GPtrArray *
look_up (SgHead *self,
         GArray *ids)
{
  GPtrArray *found = g_ptr_array_sized_new (ids->len);

  for (guint i = 0; i < ids->len; i++)
    {
      SgHeadSeries *series = sg_head_index_find_id (&self->index, g_array_index (ids, guint32, i));

      if (series != NULL)
        g_ptr_array_add (found, series);
    }
  return found;
}

static gboolean
matches_all (const SgHeadSeries      *series,
             const SgMatcher  *const *matchers,
             gsize                    n_matchers,
             GError                 **error)
{
  for (gsize i = 0; i < n_matchers; i++)
    {
      const char *value = sg_labels_get (series->labels, sg_matcher_get_name (matchers[i]));
      guint64 given_up = sg_matcher_get_given_up (matchers[i]);
      gboolean matches = sg_matcher_matches (matchers[i], value);

      if (sg_matcher_get_given_up (matchers[i]) != given_up)
        return sg_tsdb_fail_given_up (error, matchers[i], value);
      if (!matches)
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): @ids and those that are selected of the series since */
static GArray *
extend (SgHead                  *self,
        GArray                  *ids,
        const SgMatcher  *const *matchers,
        gsize                    n_matchers,
        guint32                  from,
        guint32                  end,
        GError                 **error)
{
  g_autoptr (GArray) extended = g_array_ref (ids);
  GError *problem = NULL;

  for (guint32 id = from; id < end; id++)
    {
      const SgHeadSeries *series = sg_head_index_find_id (&self->index, id);
      gboolean matches = series != NULL && matches_all (series, matchers, n_matchers, &problem);

      if (problem != NULL)
        break;
      if (!matches)
        continue;
      if (extended == ids)
        {
          g_array_unref (extended);
          extended = g_array_copy (ids);
        }
      g_array_append_val (extended, id);
    }
  if (problem == NULL)
    return g_steal_pointer (&extended);
  g_propagate_error (error, problem);
  return NULL;
}

/* Leaves the numbers below @end: those above may be there in part. */
static void
cut_off (GArray  *ids,
         guint32  end)
{
  while (ids->len > 0 && g_array_index (ids, guint32, ids->len - 1) >= end)
    g_array_set_size (ids, ids->len - 1);
}

static GArray *
collect_ids (const GPtrArray *found)
{
  GArray *ids = g_array_sized_new (FALSE, FALSE, sizeof (guint32), found->len);

  for (guint i = 0; i < found->len; i++)
    g_array_append_val (ids, ((const SgHeadSeries *) found->pdata[i])->id);
  return ids;
}

static GPtrArray *
find_cached (SgHead                  *self,
             const SgMatcher  *const *matchers,
             gsize                    n_matchers,
             GCancellable            *cancellable,
             GError                 **error)
{
  guint32 end = sg_head_index_get_complete (&self->index);
  guint32 known = 0;
  g_autoptr (GArray) ids =
      sg_postings_cache_get (self->cache, self->cache_source, matchers, n_matchers,
                             end > MAX_NEW ? end - MAX_NEW : 0, &known);
  g_autoptr (GArray) kept = NULL;
  GPtrArray *found;

  if (ids != NULL)
    kept = extend (self, ids, matchers, n_matchers, known, end, error);
  else
    kept = sg_head_match (self, matchers, n_matchers, cancellable, error);
  if (kept == NULL)
    return NULL;
  if (ids == NULL)
    cut_off (kept, end);
  found = look_up (self, kept);
  if (kept->len - found->len > MAX_GONE (kept->len))
    {
      g_array_unref (kept);
      kept = collect_ids (found);
    }
  if (kept != ids || known < end)
    sg_postings_cache_put (self->cache, self->cache_source, matchers, n_matchers, kept,
                           MAX (known, end));
  return found;
}

/**
 * sg_head_find:
 * @self: a head
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many; with none all series are selected
 * @cancellable: (nullable): ends it
 * @error: that it was cancelled, or which matcher takes too long
 *
 * Called by who is inside the gate.
 *
 * Returns: (transfer container) (element-type SgHeadSeries) (nullable): the series, in no order that
 *   means anything
 */
GPtrArray *
sg_head_find (SgHead                  *self,
              const SgMatcher  *const *matchers,
              gsize                    n_matchers,
              GCancellable            *cancellable,
              GError                 **error)
{
  g_autoptr (GArray) ids = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (self->cache != NULL && sg_postings_cache_is_worth (matchers, n_matchers))
    return find_cached (self, matchers, n_matchers, cancellable, error);
  ids = sg_head_match (self, matchers, n_matchers, cancellable, error);
  return ids != NULL ? look_up (self, ids) : NULL;
}
