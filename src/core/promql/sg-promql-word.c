/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-word.h"

#include "promql/sg-function-table.h"

#include <stdlib.h>
#include <string.h>

/*
 * Every word of the language: the functions, which have a table of their own, and what follows here.
 * The order is that of the names; it is made when somebody asks for the first time.
 */
#define PAIR                                             \
  "(label_replace(vector(1), \"n\", \"a\", \"\", \"\") " \
  "or label_replace(vector(4), \"n\", \"b\", \"\", \"\"))"

#define AGGREGATION(name, signature, summary, example, result)                   \
  {                                                                              \
    SG_PROMQL_WORD_AGGREGATION, name, signature, summary, example, result, FALSE \
  }
#define OPERATOR(name, signature, summary, example, result)                   \
  {                                                                           \
    SG_PROMQL_WORD_OPERATOR, name, signature, summary, example, result, FALSE \
  }
#define MODIFIER(name, signature, summary, example, result, experimental)            \
  {                                                                                  \
    SG_PROMQL_WORD_MODIFIER, name, signature, summary, example, result, experimental \
  }

static const SgPromqlWord others[] = {
  AGGREGATION ("avg",
               "avg(v instant-vector)",
               "The mean of the series of each group.",
               "avg(" PAIR ")",
               "{} 2.5"),
  AGGREGATION ("bottomk",
               "bottomk(k scalar, v instant-vector)",
               "The k series of each group with the smallest values.",
               "bottomk(1, " PAIR ")",
               "{n=\"a\"} 1"),
  AGGREGATION ("count",
               "count(v instant-vector)",
               "How many series each group has.",
               "count(" PAIR ")",
               "{} 2"),
  AGGREGATION ("count_values",
               "count_values(label string, v instant-vector)",
               "How many series of each group have the same value, which is told by a label.",
               "count_values(\"value\", vector(7))",
               "{value=\"7\"} 1"),
  AGGREGATION ("group",
               "group(v instant-vector)",
               "1 for each group.",
               "group by (n) (" PAIR ")",
               "{n=\"a\"} 1\n{n=\"b\"} 1"),
  { SG_PROMQL_WORD_AGGREGATION, "limit_ratio", "limit_ratio(r scalar, v instant-vector)",
    "About that part of the series of each group, always the same; a negative one is the rest.",
    "limit_ratio(1, " PAIR ")", "{n=\"a\"} 1\n{n=\"b\"} 4", TRUE },
  { SG_PROMQL_WORD_AGGREGATION, "limitk", "limitk(k scalar, v instant-vector)",
    "Any k series of each group.", "limitk(2, " PAIR ")", "{n=\"a\"} 1\n{n=\"b\"} 4", TRUE },
  AGGREGATION (
      "max", "max(v instant-vector)", "The greatest value of each group.", "max(" PAIR ")", "{} 4"),
  AGGREGATION (
      "min", "min(v instant-vector)", "The smallest value of each group.", "min(" PAIR ")", "{} 1"),
  AGGREGATION ("quantile",
               "quantile(φ scalar, v instant-vector)",
               "The φ-quantile of the values of each group.",
               "quantile(0.5, " PAIR ")",
               "{} 2.5"),
  AGGREGATION ("stddev",
               "stddev(v instant-vector)",
               "The standard deviation of the values of each group.",
               "stddev(" PAIR ")",
               "{} 1.5"),
  AGGREGATION ("stdvar",
               "stdvar(v instant-vector)",
               "The variance of the values of each group.",
               "stdvar(" PAIR ")",
               "{} 2.25"),
  AGGREGATION ("sum",
               "sum(v instant-vector)",
               "The sum of the values of each group.",
               "sum(" PAIR ")",
               "{} 5"),
  AGGREGATION ("topk",
               "topk(k scalar, v instant-vector)",
               "The k series of each group with the greatest values.",
               "topk(1, " PAIR ")",
               "{n=\"b\"} 4"),
  OPERATOR ("and",
            "v and w",
            "The series of v that have a match in w.",
            PAIR " and label_replace(vector(0), \"n\", \"b\", \"\", \"\")",
            "{n=\"b\"} 4"),
  OPERATOR ("atan2", "y atan2 x", "The angle of a point, in radians.", "0 atan2 1", "0"),
  OPERATOR ("or",
            "v or w",
            "The series of v, and those of w that have no match in v.",
            "vector(1) or vector(2)",
            "{} 1"),
  OPERATOR ("unless",
            "v unless w",
            "The series of v that have no match in w.",
            PAIR " unless label_replace(vector(0), \"n\", \"b\", \"\", \"\")",
            "{n=\"a\"} 1"),
  MODIFIER ("anchored",
            "v[range] anchored",
            "Takes the sample before the range as the value at its start, without extrapolation.",
            "increase(nothing_total[5m] anchored)",
            "",
            TRUE),
  MODIFIER ("bool",
            "v > bool w",
            "Makes a comparison give 0 or 1 instead of filtering.",
            "1 > bool 2",
            "0",
            FALSE),
  MODIFIER ("by",
            "sum by (label, ...) (v)",
            "Groups by these labels and drops all others.",
            "sum by (n) (" PAIR ")",
            "{n=\"a\"} 1\n{n=\"b\"} 4",
            FALSE),
  MODIFIER ("fill",
            "v + fill(number) w",
            "Gives series without a match this value.",
            PAIR " + fill(10) label_replace(vector(1), \"n\", \"a\", \"\", \"\")",
            "{n=\"a\"} 2\n{n=\"b\"} 14",
            TRUE),
  MODIFIER ("fill_left",
            "v + fill_left(number) w",
            "Gives series of the right side without a match this value on the left.",
            "label_replace(vector(1), \"n\", \"a\", \"\", \"\") + fill_left(10) " PAIR,
            "{n=\"a\"} 2\n{n=\"b\"} 14",
            TRUE),
  MODIFIER ("fill_right",
            "v + fill_right(number) w",
            "Gives series of the left side without a match this value on the right.",
            PAIR " + fill_right(10) label_replace(vector(1), \"n\", \"a\", \"\", \"\")",
            "{n=\"a\"} 2\n{n=\"b\"} 14",
            TRUE),
  MODIFIER ("group_left",
            "v * on (label, ...) group_left (label, ...) w",
            "Lets many series of the left side match one of the right, and takes labels from it.",
            PAIR " * on () group_left () vector(10)",
            "{n=\"a\"} 10\n{n=\"b\"} 40",
            FALSE),
  MODIFIER ("group_right",
            "v * on (label, ...) group_right (label, ...) w",
            "Lets many series of the right side match one of the left, and takes labels from it.",
            "vector(10) * on () group_right () " PAIR,
            "{n=\"a\"} 10\n{n=\"b\"} 40",
            FALSE),
  MODIFIER ("ignoring",
            "v / ignoring (label, ...) w",
            "Matches series by all labels but these.",
            "vector(8) / ignoring (n) label_replace(vector(2), \"n\", \"a\", \"\", \"\")",
            "{} 4",
            FALSE),
  MODIFIER ("offset",
            "v offset 5m",
            "Looks at an earlier time; a negative one looks at a later.",
            "sum_over_time(vector(time())[1m:1m] offset 10m)",
            "{} 3000",
            FALSE),
  MODIFIER ("on",
            "v / on (label, ...) w",
            "Matches series by these labels only.",
            "vector(8) / on () label_replace(vector(2), \"n\", \"a\", \"\", \"\")",
            "{} 4",
            FALSE),
  MODIFIER (
      "smoothed",
      "v smoothed",
      "Takes the values at the ends of a range from the line between the samples around them.",
      "rate(nothing_total[5m] smoothed)",
      "",
      TRUE),
  MODIFIER ("without",
            "sum without (label, ...) (v)",
            "Groups by all labels but these.",
            "sum without (n) (" PAIR ")",
            "{} 5",
            FALSE),
};

#define N_WORDS (SG_N_FUNCTIONS + G_N_ELEMENTS (others))

static int
compare_words (const void *a,
               const void *b)
{
  return strcmp (((const SgPromqlWord *) a)->name, ((const SgPromqlWord *) b)->name);
}

static gpointer
make_words (gpointer unused)
{
  SgPromqlWord *words = g_new (SgPromqlWord, N_WORDS);

  for (guint i = 0; i < SG_N_FUNCTIONS; i++)
    {
      const SgFunction *function = sg_function_get ((SgFunctionId) i);

      words[i] = (SgPromqlWord) { SG_PROMQL_WORD_FUNCTION, function->name,    function->signature,
                                  function->summary,       function->example, function->result,
                                  function->experimental };
    }
  memcpy (words + SG_N_FUNCTIONS, others, sizeof others);
  qsort (words, N_WORDS, sizeof *words, compare_words);
  return words;
}

static const SgPromqlWord *
get_words (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_words, NULL);
}

/**
 * sg_promql_word_get_n:
 *
 * Returns: how many words there are
 */
guint
sg_promql_word_get_n (void)
{
  return N_WORDS;
}

/**
 * sg_promql_word_get:
 * @i: a number below sg_promql_word_get_n()
 *
 * Returns: (transfer none): that word, in the order of their names
 */
const SgPromqlWord *
sg_promql_word_get (guint i)
{
  g_return_val_if_fail (i < N_WORDS, NULL);

  return &get_words ()[i];
}

/**
 * sg_promql_word_lookup:
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the word of that name
 */
const SgPromqlWord *
sg_promql_word_lookup (const char *name)
{
  SgPromqlWord key = { .name = name };

  return bsearch (&key, get_words (), N_WORDS, sizeof key, compare_words);
}
