/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-test-private.h"

#include "base/sg-number.h"
#include "base/sg-regex.h"
#include "promql/sg-buckets.h"
#include "promql/sg-series-description.h"

#include <string.h>

/*
 * Whether a result is what a test expects: the same series, no more and no less, with the same values.
 * Values may differ by a millionth of the sum of both; zero is equal to zero only, and NaN to NaN.
 */
#define EPSILON 1e-6

static void
append_number (GString *out,
               double   value)
{
  char text[SG_DOUBLE_TEXT_MAX];

  if (sg_is_stale_nan (value))
    g_string_append (out, "stale");
  else
    g_string_append_len (out, text, (gssize) sg_double_write (value, text));
}

static void
append_expected (GString             *out,
                 const SgTestCommand *command)
{
  if (command->has_scalar)
    append_number (out, command->scalar);
  if (command->string != NULL)
    g_string_append_printf (out, "\"%s\"", command->string->str);
  if (!command->has_scalar && command->string == NULL && command->series->len == 0)
    g_string_append (out, "nothing");
  for (guint i = 0; i < command->series->len; i++)
    {
      const SgDescribedSeries *series = &g_array_index (command->series, SgDescribedSeries, i);

      g_string_append (out, "\n    ");
      sg_labels_append_text (series->labels, out);
      for (guint j = 0; j < series->items->len; j++)
        {
          const SgSequenceItem *item = &g_array_index (series->items, SgSequenceItem, j);

          g_string_append_c (out, ' ');
          if (item->kind == SG_SEQUENCE_GAP)
            g_string_append_c (out, '_');
          else
            append_number (out, item->value);
        }
    }
}

static void
append_result (GString              *out,
               const SgPromqlResult *result)
{
  gsize size = 0;
  const char *text = result->string != NULL ? g_bytes_get_data (result->string, &size) : NULL;

  if (result->type == SG_VALUE_TYPE_SCALAR)
    append_number (out, result->scalar);
  else if (result->type == SG_VALUE_TYPE_STRING)
    g_string_append_printf (out, "\"%.*s\"", (int) size, text);
  else if (result->n_series == 0)
    g_string_append (out, "nothing");
  for (guint i = 0; i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];

      g_string_append (out, "\n    ");
      sg_labels_append_text (series->labels, out);
      for (gsize j = 0; j < series->column.n; j++)
        {
          g_string_append_c (out, ' ');
          append_number (out, series->column.f[j]);
          if (result->type == SG_VALUE_TYPE_MATRIX)
            g_string_append_printf (out, "@%" G_GINT64_FORMAT, series->column.t[j]);
        }
    }
}

static gboolean
differ (const SgTestCommand  *command,
        const SgPromqlResult *result,
        GString              *difference)
{
  g_string_append (difference, "  expected: ");
  append_expected (difference, command);
  g_string_append (difference, "\n  got: ");
  append_result (difference, result);
  g_string_append_c (difference, '\n');
  return FALSE;
}

/* The samples of @column must be those items that are no gaps, at their times. */
static gboolean
equal_in_range (const GArray   *items,
                SgTimeMs        start,
                gint64          step,
                const SgColumn *column)
{
  gsize n = 0;

  for (guint i = 0; i < items->len; i++)
    {
      const SgSequenceItem *item = &g_array_index (items, SgSequenceItem, i);

      if (item->kind == SG_SEQUENCE_GAP)
        continue;
      if (n == column->n || column->t[n] != start + (gint64) i * step
          || !sg_almost_equal (item->value, column->f[n], EPSILON))
        return FALSE;
      n++;
    }
  return n == column->n;
}

/* The sample of @column at the time of an instant query, if there is one, must be the only item. */
static gboolean
equal_at_time (const GArray   *items,
               SgTimeMs        time,
               const SgColumn *column)
{
  gsize i = 0;

  while (i < column->n && column->t[i] != time)
    i++;
  return i < column->n && items->len == 1
         && sg_almost_equal (g_array_index (items, SgSequenceItem, 0).value, column->f[i], EPSILON);
}

static gboolean
has_time (const SgColumn *column,
          SgTimeMs        time)
{
  for (gsize i = 0; i < column->n; i++)
    {
      if (column->t[i] == time)
        return TRUE;
    }
  return FALSE;
}

/* Returns: the place of @labels among what is expected, or -1 */
static int
find_expected (const SgTestCommand *command,
               const SgLabels      *labels)
{
  for (guint i = 0; i < command->series->len; i++)
    {
      if (sg_labels_equal (g_array_index (command->series, SgDescribedSeries, i).labels, labels))
        return (int) i;
    }
  return -1;
}

static gboolean
equal_series (const SgTestCommand  *command,
              const SgPromqlSeries *series,
              SgTimeMs              time,
              gboolean              in_range,
              int                  *ret_place)
{
  const GArray *items;

  *ret_place = find_expected (command, series->labels);
  if (*ret_place < 0)
    return FALSE;
  items = g_array_index (command->series, SgDescribedSeries, *ret_place).items;
  if (in_range)
    return equal_at_time (items, time, &series->column);
  if (command->has_range)
    return equal_in_range (items, command->range_start, command->range_step, &series->column);
  if (command->is_range)
    return equal_in_range (items, command->start, command->step, &series->column);
  return equal_at_time (items, time, &series->column);
}

static gboolean
equal_results (const SgTestCommand  *command,
               const SgPromqlResult *result,
               SgTimeMs              time,
               gboolean              in_range)
{
  g_autofree gboolean *seen = g_new0 (gboolean, command->series->len + 1);
  guint n = 0;

  for (guint i = 0; i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];
      int place;

      if (in_range && !has_time (&series->column, time))
        continue;
      if (!equal_series (command, series, time, in_range, &place))
        return FALSE;
      if (seen[place] || (command->expects[SG_EXPECT_ORDERED] && (guint) place != n))
        return FALSE;
      seen[place] = TRUE;
      n++;
    }
  for (guint i = 0; i < command->series->len; i++)
    {
      if (!seen[i])
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_sorted (const SgPromqlResult *result)
{
  for (guint i = 1; i < result->n_series; i++)
    {
      if (sg_labels_compare (result->series[i - 1].labels, result->series[i].labels) >= 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
equal_string (const SgTestCommand  *command,
              const SgPromqlResult *result)
{
  gsize size;
  const char *data = g_bytes_get_data (result->string, &size);

  return command->string != NULL && command->string->len == size
         && (size == 0 || memcmp (command->string->str, data, size) == 0);
}

/* The value of a scalar; in a range query it is the only series, at the time in the middle. */
static gboolean
equal_scalar (const SgTestCommand  *command,
              const SgPromqlResult *result,
              SgTimeMs              time)
{
  double value = result->scalar;

  if (result->type == SG_VALUE_TYPE_MATRIX)
    {
      const SgColumn *column;
      gsize i = 0;

      if (result->n_series != 1)
        return FALSE;
      column = &result->series[0].column;
      while (i < column->n && column->t[i] != time)
        i++;
      if (i == column->n)
        return FALSE;
      value = column->f[i];
    }
  return command->has_scalar && sg_almost_equal (command->scalar, value, EPSILON);
}

/**
 * sg_test_compare: (skip)
 * @command: what is expected
 * @result: what came
 * @in_range: whether an instant query was asked as a range, of which the middle counts
 * @difference: what is said when they differ
 *
 * Returns: whether it is what is expected
 */
gboolean
sg_test_compare (const SgTestCommand  *command,
                 const SgPromqlResult *result,
                 gboolean              in_range,
                 GString              *difference)
{
  SgTimeMs time = result->time + (in_range ? 60000 : 0);
  gboolean equal;

  if (result->type == SG_VALUE_TYPE_STRING)
    equal = equal_string (command, result);
  else if (result->type == SG_VALUE_TYPE_SCALAR || (in_range && command->has_scalar))
    equal = equal_scalar (command, result, time);
  else
    equal = !command->has_scalar && command->string == NULL
            && (result->type != SG_VALUE_TYPE_MATRIX || is_sorted (result))
            && equal_results (command, result, time, in_range);
  return equal || differ (command, result, difference);
}

static gboolean
text_matches (const SgExpectedText *expected,
              const char           *text)
{
  g_autofree char *pattern = NULL;
  g_autoptr (SgRegex) regex = NULL;

  if (!expected->is_regex)
    return g_str_equal (expected->text, text);
  pattern = g_strdup_printf (".*(?:%s).*", expected->text);
  regex = sg_regex_new (pattern, 0, NULL);
  return regex != NULL && sg_regex_match (regex, text) == SG_REGEX_MATCH;
}

static gboolean
any_expected (const SgTestCommand *command,
              SgExpectKind         kind,
              const char          *text)
{
  gboolean any = FALSE;

  for (guint i = 0; i < command->texts->len; i++)
    {
      const SgExpectedText *expected = &g_array_index (command->texts, SgExpectedText, i);

      if (expected->kind != kind)
        continue;
      any = TRUE;
      if (text_matches (expected, text))
        return TRUE;
    }
  return !any;
}

static gboolean
all_found (const SgTestCommand *command,
           SgExpectKind         kind,
           GStrv                texts)
{
  for (guint i = 0; i < command->texts->len; i++)
    {
      const SgExpectedText *expected = &g_array_index (command->texts, SgExpectedText, i);
      gboolean found = FALSE;

      for (guint j = 0; texts[j] != NULL; j++)
        found = found || text_matches (expected, texts[j]);
      if (expected->kind == kind && !found)
        return FALSE;
    }
  return TRUE;
}

static gboolean
compare_kind (const SgTestCommand *command,
              SgExpectKind         wanted,
              SgExpectKind         unwanted,
              GStrv                texts,
              GString             *difference)
{
  gboolean equal = !command->expects[unwanted] || texts[0] == NULL;

  if (command->expects[wanted])
    {
      equal = texts[0] != NULL && all_found (command, wanted, texts);
      for (guint i = 0; texts[i] != NULL; i++)
        equal = equal && any_expected (command, wanted, texts[i]);
    }
  if (equal)
    return TRUE;
  g_string_append_printf (difference, "  expected: %s %s", command->expects[wanted] ? "the" : "no",
                          wanted == SG_EXPECT_WARN ? "warnings" : "infos");
  for (guint i = 0; i < command->texts->len; i++)
    {
      if (g_array_index (command->texts, SgExpectedText, i).kind == wanted)
        g_string_append_printf (difference, "\n    %s",
                                g_array_index (command->texts, SgExpectedText, i).text);
    }
  g_string_append (difference, "\n  got:");
  for (guint i = 0; texts[i] != NULL; i++)
    g_string_append_printf (difference, "\n    %s", texts[i]);
  g_string_append (difference, texts[0] == NULL ? " none\n" : "\n");
  return FALSE;
}

/* Whether the warnings and infos are those expected; when none are named, any will do. */
gboolean
sg_test_compare_texts (const SgTestCommand  *command,
                       const SgPromqlResult *result,
                       GString              *difference)
{
  return compare_kind (command, SG_EXPECT_WARN, SG_EXPECT_NO_WARN, result->warnings, difference)
         && compare_kind (command, SG_EXPECT_INFO, SG_EXPECT_NO_INFO, result->infos, difference);
}

/* Whether a query was to fail, and failed as expected. */
gboolean
sg_test_compare_error (const SgTestCommand *command,
                       const GError        *error,
                       GString             *difference)
{
  if (command->expects[SG_EXPECT_FAIL] && any_expected (command, SG_EXPECT_FAIL, error->message))
    return TRUE;
  g_string_append (difference, "  expected: ");
  if (!command->expects[SG_EXPECT_FAIL])
    append_expected (difference, command);
  else
    {
      g_string_append (difference, "an error");
      for (guint i = 0; i < command->texts->len; i++)
        g_string_append_printf (difference, "\n    %s",
                                g_array_index (command->texts, SgExpectedText, i).text);
    }
  g_string_append_printf (difference, "\n  got the error: %s\n", error->message);
  return FALSE;
}
