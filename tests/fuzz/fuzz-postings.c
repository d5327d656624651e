/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "tsdb/sg-postings.h"

/*
 * Reads the input as a term of postings, and computes it twice: as postings, and as sets of small
 * numbers. Where all lists rise the two are the same; where they do not, what comes out still rises.
 *
 *   term = 0 term term            without
 *        | 1..3 n { term }        in common, of 1 + n % 4 terms
 *        | 4..6 n { term }        together, of n % 5 terms
 *        | other n { number }     n % 32 numbers
 */
#define N_NUMBERS 256
#define MAX_DEPTH 6

typedef struct
{
  const guint8 *data;
  gsize size;
  gboolean is_sorted;
} Input;

typedef struct
{
  gboolean has[N_NUMBERS];
} Set;

static guint8
next_byte (Input *input)
{
  if (input->size == 0)
    return 255;
  input->size--;
  return *input->data++;
}

static SgPostings *
read_list (Input *input,
           Set   *set)
{
  g_autoptr (GArray) refs = g_array_new (FALSE, FALSE, sizeof (SgSeriesRef));
  guint n = next_byte (input) % 32;
  SgSeriesRef last = 0;

  for (guint i = 0; i < n && input->size > 0; i++)
    {
      SgSeriesRef ref = next_byte (input);

      input->is_sorted = input->is_sorted && (i == 0 || ref > last);
      set->has[ref] = TRUE;
      last = ref;
      g_array_append_val (refs, ref);
    }
  return sg_postings_new_array (refs);
}

static SgPostings *read_term (Input *input, guint depth, Set *set);

static SgPostings *
read_difference (Input *input,
                 guint  depth,
                 Set   *set)
{
  Set without = { { FALSE } };
  SgPostings *from = read_term (input, depth + 1, set);
  SgPostings *other = read_term (input, depth + 1, &without);

  for (guint i = 0; i < N_NUMBERS; i++)
    set->has[i] &= !without.has[i];
  return sg_postings_new_difference (from, other);
}

static SgPostings *
read_combination (Input    *input,
                  guint     depth,
                  gboolean  in_common,
                  Set      *set)
{
  guint n = in_common ? 1 + next_byte (input) % 4 : next_byte (input) % 5;
  GPtrArray *parts = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    {
      Set part = { { FALSE } };

      g_ptr_array_add (parts, read_term (input, depth + 1, &part));
      for (guint k = 0; k < N_NUMBERS; k++)
        set->has[k] = i == 0      ? part.has[k]
                      : in_common ? set->has[k] & part.has[k]
                                  : set->has[k] | part.has[k];
    }
  return in_common ? sg_postings_new_intersection (parts) : sg_postings_new_union (parts);
}

static SgPostings *
read_term (Input *input,
           guint  depth,
           Set   *set)
{
  guint8 kind = depth < MAX_DEPTH && input->size > 0 ? next_byte (input) % 12 : 255;

  if (kind == 0)
    return read_difference (input, depth, set);
  if (kind <= 6)
    return read_combination (input, depth, kind <= 3, set);
  return read_list (input, set);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  Input input = { data, size, TRUE };
  Set expected = { { FALSE } };
  g_autoptr (SgPostings) postings = read_term (&input, 0, &expected);
  SgSeriesRef next = 0;
  SgSeriesRef ref;

  while (sg_postings_next (postings, &ref))
    {
      g_assert_cmpuint (ref, <, N_NUMBERS);
      g_assert_cmpuint (ref, >=, next);
      for (; input.is_sorted && next < ref; next++)
        g_assert_false (expected.has[next]);
      g_assert_true (!input.is_sorted || expected.has[ref]);
      next = ref + 1;
    }
  for (; input.is_sorted && next < N_NUMBERS; next++)
    g_assert_false (expected.has[next]);
  return 0;
}
