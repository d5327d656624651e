/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-postings.h"
#include "tsdb/sg-wire.h"

#include <sys/mman.h>
#include <unistd.h>

#define N_SERIES 2000

/* Which of the series 0 … N_SERIES - 1 are in a set: what postings are compared with. */
typedef struct
{
  gboolean has[N_SERIES];
} Set;

static void
set_randomize (Set *set)
{
  double density = g_test_rand_double ();
  guint run = g_test_rand_int_range (1, 50);

  for (guint i = 0; i < N_SERIES; i++)
    set->has[i] = i % run == 0 ? g_test_rand_double () < density : i > 0 && set->has[i - 1];
}

static GArray *
set_to_array (const Set *set)
{
  GArray *refs = g_array_new (FALSE, FALSE, sizeof (SgSeriesRef));

  for (SgSeriesRef i = 0; i < N_SERIES; i++)
    {
      if (set->has[i])
        g_array_append_val (refs, i);
    }
  return refs;
}

static SgPostings *
map_refs (const GArray *refs)
{
  int fd = memfd_create ("postings", 0);
  g_autoptr (SgMap) map = NULL;

  for (guint i = 0; i < refs->len; i++)
    {
      guint8 word[4];

      sg_wire_set_u32 (word, g_array_index (refs, SgSeriesRef, i));
      g_assert_cmpint (write (fd, word, sizeof word), ==, sizeof word);
    }
  map = sg_map_new_from_fd (fd, refs->len * sizeof (SgSeriesRef), "postings", NULL);
  close (fd);
  return sg_postings_new_mapped (map, sg_map_get_data (map), refs->len);
}

/* A leaf of either kind. */
static SgPostings *
set_to_postings (const Set *set)
{
  g_autoptr (GArray) refs = set_to_array (set);

  return g_test_rand_bit () ? map_refs (refs) : sg_postings_new_array (refs);
}

static void
assert_yields (SgPostings *postings,
               const Set  *expected)
{
  g_autoptr (GArray) wanted = set_to_array (expected);
  g_autoptr (GArray) refs = NULL;

  g_assert_cmpuint (sg_postings_get_max_size (postings), >=, wanted->len);
  refs = sg_postings_to_array (postings);
  g_assert_cmpmem (refs->data, refs->len * sizeof (SgSeriesRef), wanted->data,
                   wanted->len * sizeof (SgSeriesRef));
}

/* Seeks by random strides, sometimes twice for one series. */
static void
assert_seeks (SgPostings *postings,
              const Set  *expected)
{
  SgSeriesRef at = 0;

  while (at < N_SERIES)
    {
      SgSeriesRef wanted = at;
      SgSeriesRef ref;

      while (wanted < N_SERIES && !expected->has[wanted])
        wanted++;
      if (wanted == N_SERIES)
        {
          g_assert_false (sg_postings_seek (postings, at, &ref));
          break;
        }
      g_assert_true (sg_postings_seek (postings, at, &ref));
      g_assert_cmpuint (ref, ==, wanted);
      g_assert_true (sg_postings_seek (postings, ref, &ref));
      g_assert_cmpuint (ref, ==, wanted);
      at = wanted + g_test_rand_int_range (1, 60);
    }
  sg_postings_free (postings);
}

static void
test_postings_leaf (void)
{
  for (guint round = 0; round < 200; round++)
    {
      Set set;

      set_randomize (&set);
      assert_yields (set_to_postings (&set), &set);
      assert_seeks (set_to_postings (&set), &set);
    }
}

static void
test_postings_empty (void)
{
  SgSeriesRef ref = 7;
  g_autoptr (SgPostings) none = sg_postings_new_empty ();
  g_autoptr (SgPostings) no_parts = sg_postings_new_union (g_ptr_array_new ());

  g_assert_false (sg_postings_next (none, &ref));
  g_assert_false (sg_postings_next (no_parts, &ref));
  g_assert_cmpuint (ref, ==, 7);
}

typedef enum
{
  INTERSECTION,
  UNION,
} Kind;

static SgPostings *
combine (Kind       kind,
         const Set *sets,
         guint      n)
{
  GPtrArray *parts = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (parts, set_to_postings (&sets[i]));
  return kind == UNION ? sg_postings_new_union (parts) : sg_postings_new_intersection (parts);
}

static void
set_combine (Kind       kind,
             const Set *sets,
             guint      n,
             Set       *ret_set)
{
  for (guint i = 0; i < N_SERIES; i++)
    {
      ret_set->has[i] = sets[0].has[i];
      for (guint k = 1; k < n; k++)
        ret_set->has[i] =
            kind == UNION ? ret_set->has[i] | sets[k].has[i] : ret_set->has[i] & sets[k].has[i];
    }
}

static void
test_postings_combined (gconstpointer data)
{
  Kind kind = GPOINTER_TO_UINT (data);

  for (guint round = 0; round < 100; round++)
    {
      Set sets[12];
      Set expected;
      guint n = g_test_rand_int_range (1, G_N_ELEMENTS (sets));

      for (guint i = 0; i < n; i++)
        set_randomize (&sets[i]);
      set_combine (kind, sets, n, &expected);
      assert_yields (combine (kind, sets, n), &expected);
      assert_seeks (combine (kind, sets, n), &expected);
    }
}

static void
test_postings_difference (void)
{
  for (guint round = 0; round < 200; round++)
    {
      Set from;
      Set without;
      Set expected;

      set_randomize (&from);
      set_randomize (&without);
      for (guint i = 0; i < N_SERIES; i++)
        expected.has[i] = from.has[i] && !without.has[i];
      assert_yields (sg_postings_new_difference (set_to_postings (&from),
                                                 set_to_postings (&without)),
                     &expected);
      assert_seeks (sg_postings_new_difference (set_to_postings (&from),
                                                set_to_postings (&without)),
                    &expected);
    }
}

/* (a ∩ (b ∪ c)) \ d, as queries build them. */
static void
test_postings_nested (void)
{
  for (guint round = 0; round < 100; round++)
    {
      Set sets[4];
      Set expected;
      GPtrArray *parts = g_ptr_array_new ();

      for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
        set_randomize (&sets[i]);
      for (guint i = 0; i < N_SERIES; i++)
        expected.has[i] = sets[0].has[i] && (sets[1].has[i] || sets[2].has[i]) && !sets[3].has[i];
      g_ptr_array_add (parts, set_to_postings (&sets[0]));
      g_ptr_array_add (parts, combine (UNION, &sets[1], 2));
      assert_yields (sg_postings_new_difference (sg_postings_new_intersection (parts),
                                                 set_to_postings (&sets[3])),
                     &expected);
    }
}

/* The greatest series there can be is yielded once, and is the end. */
static void
test_postings_last (void)
{
  static const SgSeriesRef refs[] = { 5, G_MAXUINT32 };
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (SgSeriesRef));
  g_autoptr (GArray) all = NULL;
  g_autoptr (GArray) none = NULL;

  g_array_append_vals (array, refs, G_N_ELEMENTS (refs));
  all = sg_postings_to_array (sg_postings_new_array (array));
  g_assert_cmpmem (all->data, all->len * sizeof (SgSeriesRef), refs, sizeof refs);
  none = sg_postings_to_array (
      sg_postings_new_difference (sg_postings_new_array (array), sg_postings_new_array (array)));
  g_assert_cmpuint (none->len, ==, 0);
}

static SgPostings *
random_refs (void)
{
  g_autoptr (GArray) refs = g_array_new (FALSE, FALSE, sizeof (SgSeriesRef));
  guint n = g_test_rand_int_range (0, 200);

  for (guint i = 0; i < n; i++)
    {
      SgSeriesRef ref = g_test_rand_int ();

      if (g_test_rand_bit ())
        ref %= 50;
      g_array_append_val (refs, ref);
    }
  return map_refs (refs);
}

/* Lists that do not rise yield something, but it rises and it ends. */
static void
test_postings_unsorted (void)
{
  for (guint round = 0; round < 500; round++)
    {
      GPtrArray *some = g_ptr_array_new ();
      GPtrArray *others = g_ptr_array_new ();
      g_autoptr (GArray) refs = NULL;

      for (guint i = 0; i < 3; i++)
        {
          g_ptr_array_add (some, random_refs ());
          g_ptr_array_add (others, random_refs ());
        }
      g_ptr_array_add (others, sg_postings_new_intersection (some));
      refs = sg_postings_to_array (
          sg_postings_new_difference (sg_postings_new_union (others), random_refs ()));
      for (guint i = 1; i < refs->len; i++)
        g_assert_cmpuint (g_array_index (refs, SgSeriesRef, i - 1), <,
                          g_array_index (refs, SgSeriesRef, i));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/postings/leaf", test_postings_leaf);
  g_test_add_func ("/tsdb/postings/empty", test_postings_empty);
  g_test_add_data_func ("/tsdb/postings/intersection", GUINT_TO_POINTER (INTERSECTION),
                        test_postings_combined);
  g_test_add_data_func ("/tsdb/postings/union", GUINT_TO_POINTER (UNION), test_postings_combined);
  g_test_add_func ("/tsdb/postings/difference", test_postings_difference);
  g_test_add_func ("/tsdb/postings/nested", test_postings_nested);
  g_test_add_func ("/tsdb/postings/last", test_postings_last);
  g_test_add_func ("/tsdb/postings/unsorted", test_postings_unsorted);
  return g_test_run ();
}
