/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-match.h"

#include <string.h>

/*
 * Which series matchers select. Each matcher is one of two kinds:
 *
 *  - it does not match "": then it selects the series that have a value which it matches;
 *  - it matches "": then it selects all but those that have a value which it does not match.
 *
 * So each is a union of lists, to be taken or to be left out. The matchers = come first, as each of
 * them is one list; what the smallest has in common with the others are the candidates. Another
 * matcher is asked about each candidate's value, or, when there are many more candidates than values,
 * about each value, and its lists are walked. Without a matcher that takes a list all series are
 * candidates.
 */

/* With fewer candidates than that nothing is won by walking lists. */
#define FEW_CANDIDATES 1024

/* How many values must come to a candidate before its own value is looked at instead. */
#define CANDIDATES_PER_VALUE 4

#define CANCEL_INTERVAL 1024

typedef struct
{
  SgHead *head;
  GCancellable *cancellable;
  GArray *ids;
} Search;

static const char *
value_of (const SgHeadSeries *series,
          const char         *name)
{
  return sg_labels_get (series->labels, name);
}

static gboolean
is_exact (const SgMatcher *matcher)
{
  return sg_matcher_get_kind (matcher) == SG_MATCH_EQUAL && *sg_matcher_get_value (matcher) != '\0';
}

static GArray *
array_of_list (SgHeadList *const *place)
{
  guint n;
  const SgHeadList *list = sg_head_list_get (place, &n);
  GArray *ids = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n);

  if (n > 0)
    g_array_append_vals (ids, list->ids, n);
  return ids;
}

/* Returns: the first place from @from on whose id is not before @id */
static guint
gallop (const guint32 *ids,
        guint          n,
        guint          from,
        guint32        id)
{
  guint step = 1;
  guint last = from;

  while (last < n && ids[last] < id)
    {
      from = last + 1;
      last += step;
      step *= 2;
    }
  last = MIN (last, n);
  while (from < last)
    {
      guint middle = from + (last - from) / 2;

      if (ids[middle] < id)
        from = middle + 1;
      else
        last = middle;
    }
  return from;
}

/* Leaves the candidates that are in a list, or those that are not. Both are in order. */
static void
keep_common (GArray        *candidates,
             const guint32 *ids,
             guint          n,
             gboolean       common)
{
  guint at = 0;
  guint kept = 0;

  for (guint i = 0; i < candidates->len; i++)
    {
      guint32 id = g_array_index (candidates, guint32, i);

      at = gallop (ids, n, at, id);
      if ((at < n && ids[at] == id) == common)
        g_array_index (candidates, guint32, kept++) = id;
    }
  g_array_set_size (candidates, kept);
}

static int
compare_ids (const void *a,
             const void *b)
{
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  return left < right ? -1 : left > right;
}

static void
add_list (GArray            *ids,
          const SgHeadValue *value)
{
  guint n;
  const SgHeadList *list;

  if (value == NULL)
    return;
  list = sg_head_list_get (&value->list, &n);
  if (n > 0)
    g_array_append_vals (ids, list->ids, n);
}

/*
 * The series whose value @matcher matches, or does not match. No series is in two lists of one name,
 * so that they need only be sorted.
 */
static GArray *
collect_lists (const SgHeadName *name,
               const SgMatcher  *matcher,
               gboolean          matched)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  gsize n_set = 0;
  const char *const *set = sg_matcher_get_set (matcher, &n_set);
  const SgHeadTableSlots *slots = sg_head_table_get_slots (&name->values);

  if (set != NULL && sg_matcher_is_negative (matcher) == !matched)
    {
      for (gsize i = 0; i < n_set; i++)
        add_list (ids, sg_head_postings_find_value (name, set[i]));
    }
  else
    {
      for (guint i = 0; i <= slots->mask; i++)
        {
          const SgHeadValue *value = sg_head_table_peek (slots, i);

          if (value != NULL && sg_matcher_matches (matcher, value->value) == matched)
            add_list (ids, value);
        }
    }
  if (ids->len > 1)
    qsort (ids->data, ids->len, sizeof (guint32), compare_ids);
  return ids;
}

static gboolean
is_cancelled (Search  *search,
              guint    i,
              GError **error)
{
  return i % CANCEL_INTERVAL == 0
         && g_cancellable_set_error_if_cancelled (search->cancellable, error);
}

/* Asks @matcher about the value of each candidate. Neighbours often have the same one. */
static gboolean
filter_by_value (Search           *search,
                 const SgMatcher  *matcher,
                 GError          **error)
{
  const char *name = sg_matcher_get_name (matcher);
  const char *last = NULL;
  gboolean matched = FALSE;
  guint kept = 0;

  for (guint i = 0; i < search->ids->len; i++)
    {
      guint32 id = g_array_index (search->ids, guint32, i);
      const SgHeadSeries *series = sg_head_index_find_id (&search->head->index, id);
      const char *value;

      if (is_cancelled (search, i, error))
        return FALSE;
      if (series == NULL)
        continue;
      value = value_of (series, name);
      if (last == NULL || strcmp (last, value) != 0)
        matched = sg_matcher_matches (matcher, value);
      last = value;
      if (matched)
        g_array_index (search->ids, guint32, kept++) = id;
    }
  g_array_set_size (search->ids, kept);
  return TRUE;
}

static gboolean
filter (Search           *search,
        const SgMatcher  *matcher,
        GError          **error)
{
  const SgHeadName *name =
      sg_head_postings_find_name (&search->head->index.postings, sg_matcher_get_name (matcher));
  gboolean takes = !sg_matcher_matches (matcher, "");
  g_autoptr (GArray) ids = NULL;

  if (name == NULL)
    {
      if (takes)
        g_array_set_size (search->ids, 0);
      return TRUE;
    }
  if (search->ids->len < FEW_CANDIDATES
      || search->ids->len / CANDIDATES_PER_VALUE
             < __atomic_load_n (&name->values.n_items, __ATOMIC_RELAXED))
    return filter_by_value (search, matcher, error);
  ids = collect_lists (name, matcher, takes);
  keep_common (search->ids, (const guint32 *) (gpointer) ids->data, ids->len, takes);
  return !g_cancellable_set_error_if_cancelled (search->cancellable, error);
}

static const SgHeadValue *
find_exact (Search          *search,
            const SgMatcher *matcher)
{
  const SgHeadName *name =
      sg_head_postings_find_name (&search->head->index.postings, sg_matcher_get_name (matcher));

  if (name == NULL)
    return NULL;
  return sg_head_postings_find_value (name, sg_matcher_get_value (matcher));
}

/* Returns: %FALSE when one of the matchers = has no series; else what all of them have in common. */
static gboolean
intersect_exact (Search                 *search,
                 const SgMatcher *const *matchers,
                 gsize                   n_matchers)
{
  const SgHeadValue *smallest = NULL;
  guint fewest = G_MAXUINT;

  for (gsize i = 0; i < n_matchers; i++)
    {
      const SgHeadValue *value;
      guint n;

      if (!is_exact (matchers[i]))
        continue;
      value = find_exact (search, matchers[i]);
      if (value == NULL)
        return FALSE;
      sg_head_list_get (&value->list, &n);
      if (n < fewest)
        smallest = value;
      fewest = MIN (fewest, n);
    }
  if (smallest == NULL)
    return TRUE;
  search->ids = array_of_list (&smallest->list);
  for (gsize i = 0; i < n_matchers; i++)
    {
      const SgHeadValue *value = is_exact (matchers[i]) ? find_exact (search, matchers[i]) : NULL;
      const SgHeadList *list;
      guint n;

      if (value == NULL || value == smallest)
        continue;
      list = sg_head_list_get (&value->list, &n);
      keep_common (search->ids, list->ids, n, TRUE);
    }
  return TRUE;
}

/* Returns: the matcher whose lists are the candidates when there is none for equality */
static const SgMatcher *
find_first (const SgMatcher *const *matchers,
            gsize                   n_matchers)
{
  const SgMatcher *first = NULL;

  for (gsize i = 0; i < n_matchers; i++)
    {
      gsize n;

      if (sg_matcher_matches (matchers[i], ""))
        continue;
      if (first == NULL || sg_matcher_get_set (matchers[i], &n) != NULL)
        first = matchers[i];
    }
  return first;
}

static void
begin_without_exact (Search          *search,
                     const SgMatcher *first)
{
  const SgHeadName *name;

  if (first == NULL)
    {
      search->ids = array_of_list (&search->head->index.postings.all);
      return;
    }
  name = sg_head_postings_find_name (&search->head->index.postings, sg_matcher_get_name (first));
  search->ids = name != NULL ? collect_lists (name, first, TRUE)
                             : g_array_new (FALSE, FALSE, sizeof (guint32));
}

static GPtrArray *
look_up (Search *search)
{
  GPtrArray *found = g_ptr_array_sized_new (search->ids->len);

  for (guint i = 0; i < search->ids->len; i++)
    {
      SgHeadSeries *series =
          sg_head_index_find_id (&search->head->index, g_array_index (search->ids, guint32, i));

      if (series != NULL)
        g_ptr_array_add (found, series);
    }
  return found;
}

/**
 * sg_head_match:
 * @head: a head
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many; with none all series are selected
 * @cancellable: (nullable): ends it
 * @error: that it was cancelled
 *
 * Called by who is inside the gate.
 *
 * Returns: (transfer container) (element-type SgHeadSeries) (nullable): the series, in no order that
 *   means anything
 */
GPtrArray *
sg_head_match (SgHead                  *head,
               const SgMatcher  *const *matchers,
               gsize                    n_matchers,
               GCancellable            *cancellable,
               GError                 **error)
{
  Search search = { head, cancellable, NULL };
  const SgMatcher *first = NULL;
  GPtrArray *found;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!intersect_exact (&search, matchers, n_matchers))
    return g_ptr_array_new ();
  if (search.ids == NULL)
    {
      first = find_first (matchers, n_matchers);
      begin_without_exact (&search, first);
    }
  for (gsize i = 0; i < n_matchers; i++)
    {
      if (is_exact (matchers[i]) || matchers[i] == first || search.ids->len == 0)
        continue;
      if (!filter (&search, matchers[i], error))
        {
          g_array_unref (search.ids);
          return NULL;
        }
    }
  found = look_up (&search);
  g_array_unref (search.ids);
  return found;
}
