/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-match.h"

#include "tsdb/sg-tsdb-error.h"

/*
 * Which series of a block matchers select. A matcher is one of two kinds, because a label that is
 * absent has the value "":
 *
 *  - it does not match "": then it selects the series under the values that it matches;
 *  - it matches "": then it selects all but the series under the values that it does not match.
 *
 * So each matcher is a union of postings, to be had in common with the others or to be taken away from
 * them. Where the values can be listed (=, !=, and expressions such as a|b) each is looked up; else
 * those that have the expression's literal beginning are tried, and for values that do not match, all.
 *
 * No series is under two values of one label. So when there are many values their postings are simply
 * put together and sorted, which is less work than to keep them all in a heap.
 */

#define MAX_IN_HEAP     16
#define CANCEL_INTERVAL 1024

typedef struct
{
  const SgIndexReader *index;
  GCancellable *cancellable;
  GPtrArray *included;
  GPtrArray *excluded;
} Match;

static void
match_clear (Match *self)
{
  g_clear_pointer (&self->included, g_ptr_array_unref);
  g_clear_pointer (&self->excluded, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Match, match_clear)

/* The postings of several values of one label. */
typedef struct
{
  GPtrArray *parts;
  GArray *refs;
} Collection;

static void
collection_init (Collection *self)
{
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_postings_free);
  self->refs = NULL;
}

static void
collection_clear (Collection *self)
{
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->refs, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Collection, collection_clear)

static void
collection_pour (Collection *self)
{
  if (self->refs == NULL)
    self->refs = g_array_new (FALSE, FALSE, sizeof (SgSeriesRef));
  for (guint i = 0; i < self->parts->len; i++)
    {
      SgSeriesRef ref;

      while (sg_postings_next (g_ptr_array_index (self->parts, i), &ref))
        g_array_append_val (self->refs, ref);
    }
  g_ptr_array_set_size (self->parts, 0);
}

static gboolean
collection_add (Collection *self,
                SgPostings *postings)
{
  if (postings == NULL)
    return FALSE;
  g_ptr_array_add (self->parts, postings);
  if (self->parts->len > MAX_IN_HEAP)
    collection_pour (self);
  return TRUE;
}

/* Returns: (transfer full): the union of all that was added */
static SgPostings *
collection_finish (Collection *self)
{
  if (self->refs == NULL)
    {
      g_ptr_array_set_free_func (self->parts, NULL);
      return sg_postings_new_union (g_steal_pointer (&self->parts));
    }
  collection_pour (self);
  sg_postings_sort (self->refs);
  return sg_postings_new_array (self->refs);
}

/* Adds the postings of each value of a list but "". */
static gboolean
collect_listed (Match              *self,
                const char         *name,
                const char  *const *values,
                gsize               n_values,
                Collection         *collection,
                GError            **error)
{
  for (gsize i = 0; i < n_values; i++)
    {
      if (*values[i] != '\0'
          && !collection_add (collection,
                              sg_index_reader_get_postings (self->index, name, values[i], error)))
        return FALSE;
    }
  return TRUE;
}

/* Goes through the values of a label from @prefix on, as long as they begin with it. */
typedef struct
{
  SgIndexValueIter iter;
  const char *prefix;
  gsize prefix_length;
  GString *value;
  guint64 place;
} Values;

static gboolean
values_init (Values               *self,
             const SgIndexReader  *index,
             const char           *name,
             const char           *prefix,
             GError              **error)
{
  *self = (Values) { .prefix = prefix, .prefix_length = strlen (prefix) };
  self->value = g_string_new (NULL);
  return sg_index_value_iter_seek (&self->iter, index, name, prefix, error);
}

static void
values_clear (Values *self)
{
  g_string_free (self->value, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Values, values_clear)

static gboolean
values_next (Values  *self,
             GError **error)
{
  const char *value;
  gsize length;

  if (!sg_index_value_iter_next (&self->iter, &value, &length, &self->place, error)
      || length < self->prefix_length || memcmp (value, self->prefix, self->prefix_length) != 0)
    return FALSE;
  g_string_truncate (self->value, 0);
  g_string_append_len (self->value, value, (gssize) length);
  return TRUE;
}

/* Adds the postings of each value that @matcher matches, or of each that it does not. */
static gboolean
collect_tried (Match            *self,
               const SgMatcher  *matcher,
               gboolean          wanted,
               Collection       *collection,
               GError          **error)
{
  gboolean has_prefix = wanted != sg_matcher_is_negative (matcher);
  guint64 given_up = sg_matcher_get_given_up (matcher);
  g_autoptr (GError) problem = NULL;
  g_auto (Values) values;

  if (!values_init (&values, self->index, sg_matcher_get_name (matcher),
                    has_prefix ? sg_matcher_get_prefix (matcher) : "", error))
    return FALSE;
  for (guint i = 1; values_next (&values, &problem); i++)
    {
      gboolean matches = sg_matcher_matches (matcher, values.value->str);

      if (sg_matcher_get_given_up (matcher) != given_up)
        return sg_tsdb_fail_given_up (error, matcher, values.value->str);
      if (matches == wanted
          && !collection_add (collection,
                              sg_index_reader_get_postings_at (self->index, values.place, error)))
        return FALSE;
      if (i % CANCEL_INTERVAL == 0
          && g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
add_matcher (Match            *self,
             const SgMatcher  *matcher,
             GError          **error)
{
  gboolean matches_empty = sg_matcher_matches_empty (matcher);
  gboolean is_listed = sg_matcher_is_negative (matcher) == matches_empty;
  g_auto (Collection) collection;
  const char *const *values;
  gsize n_values = 0;

  collection_init (&collection);
  values = is_listed ? sg_matcher_get_set (matcher, &n_values) : NULL;
  if (values != NULL ? !collect_listed (self, sg_matcher_get_name (matcher), values, n_values,
                                        &collection, error)
                     : !collect_tried (self, matcher, !matches_empty, &collection, error))
    return FALSE;
  g_ptr_array_add (matches_empty ? self->excluded : self->included,
                   collection_finish (&collection));
  return TRUE;
}

static SgPostings *
combine (Match   *self,
         GError **error)
{
  SgPostings *result;

  if (self->included->len == 0)
    {
      SgPostings *all = sg_index_reader_get_all (self->index, error);

      if (all == NULL)
        return NULL;
      g_ptr_array_add (self->included, all);
    }
  g_ptr_array_set_free_func (self->included, NULL);
  result = sg_postings_new_intersection (g_steal_pointer (&self->included));
  if (self->excluded->len == 0)
    return result;
  g_ptr_array_set_free_func (self->excluded, NULL);
  return sg_postings_new_difference (result,
                                     sg_postings_new_union (g_steal_pointer (&self->excluded)));
}

/**
 * sg_index_match:
 * @index: the index of a block
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many
 *
 * Returns: (transfer full) (nullable): the series for which all matchers hold
 */
SgPostings *
sg_index_match (const SgIndexReader     *index,
                const SgMatcher  *const *matchers,
                gsize                    n_matchers,
                GCancellable            *cancellable,
                GError                 **error)
{
  g_auto (Match) match = { index, cancellable };
  gboolean ok = !g_cancellable_set_error_if_cancelled (cancellable, error);

  match.included = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_postings_free);
  match.excluded = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_postings_free);
  for (gsize i = 0; ok && i < n_matchers; i++)
    {
      gboolean is_idle =
          sg_matcher_matches_anything (matchers[i]) && !sg_matcher_is_negative (matchers[i]);

      ok = is_idle || add_matcher (&match, matchers[i], error);
    }
  return ok ? combine (&match, error) : NULL;
}
