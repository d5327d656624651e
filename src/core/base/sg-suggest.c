/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-suggest.h"

#include <string.h>

/*
 * "Did you mean": the candidate that takes the fewest edits to reach from a word. An edit inserts,
 * drops or replaces a byte, or swaps two neighbours (the distance of Damerau and Levenshtein, where
 * no part is edited twice). Upper and lower case, and - and _, are the same. One edit is allowed
 * for every three bytes of the word, and one at least; more would suggest what nobody meant.
 */
#define WORD_MAX   64
#define LISTED_MAX 12

static char
fold (char c)
{
  return c == '-' ? '_' : g_ascii_tolower (c);
}

/* @rows: the last three rows of the table of distances between the beginnings of @a and of @b */
static void
fill_row (guint       rows[3][WORD_MAX + 1],
          const char *a,
          gsize       i,
          const char *b,
          gsize       b_length)
{
  guint *row = rows[i % 3];
  const guint *above = rows[(i + 2) % 3];
  const guint *second = rows[(i + 1) % 3];

  row[0] = (guint) i;
  for (gsize j = 1; j <= b_length; j++)
    {
      gboolean differs = fold (a[i - 1]) != fold (b[j - 1]);

      row[j] = MIN (MIN (above[j], row[j - 1]) + 1, above[j - 1] + differs);
      if (i > 1 && j > 1 && fold (a[i - 1]) == fold (b[j - 2])
          && fold (a[i - 2]) == fold (b[j - 1]))
        row[j] = MIN (row[j], second[j - 2] + 1);
    }
}

static guint
distance (const char *a,
          gsize       a_length,
          const char *b,
          gsize       b_length)
{
  guint rows[3][WORD_MAX + 1];

  for (gsize j = 0; j <= b_length; j++)
    rows[0][j] = (guint) j;
  for (gsize i = 1; i <= a_length; i++)
    fill_row (rows, a, i, b, b_length);
  return rows[a_length % 3][b_length];
}

/**
 * sg_suggest:
 * @word: what was written
 * @candidates: (array length=n_candidates): what could have been meant
 * @n_candidates: how many
 *
 * Returns: (nullable): the candidate that is nearest to @word, the first of several, if any is near
 */
const char *
sg_suggest (const char        *word,
            const char *const *candidates,
            gsize              n_candidates)
{
  gsize length = strlen (word);
  guint best = (guint) MAX (1, length / 3) + 1;
  const char *nearest = NULL;

  if (length > WORD_MAX)
    return NULL;
  for (gsize i = 0; i < n_candidates; i++)
    {
      gsize candidate_length = strlen (candidates[i]);
      guint edits;

      if (candidate_length > WORD_MAX)
        continue;
      edits = distance (word, length, candidates[i], candidate_length);
      if (edits < best && edits < MAX (length, candidate_length))
        {
          best = edits;
          nearest = candidates[i];
        }
    }
  return nearest;
}

/**
 * sg_suggest_advice:
 * @word: what was written
 * @candidates: (array length=n_candidates): what could have been meant
 * @n_candidates: how many
 *
 * Returns: (transfer full): the end of an error message: did you mean "x"?, or a list of what there
 * is
 */
char *
sg_suggest_advice (const char        *word,
                   const char *const *candidates,
                   gsize              n_candidates)
{
  const char *nearest = sg_suggest (word, candidates, n_candidates);
  GString *out;

  if (nearest != NULL)
    return g_strdup_printf ("did you mean \"%s\"?", nearest);
  if (n_candidates == 0)
    return g_strdup ("remove it");
  out = g_string_new ("write one of ");
  for (gsize i = 0; i < MIN (n_candidates, LISTED_MAX); i++)
    g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", candidates[i]);
  if (n_candidates > LISTED_MAX)
    g_string_append (out, " …");
  return g_string_free (out, FALSE);
}
