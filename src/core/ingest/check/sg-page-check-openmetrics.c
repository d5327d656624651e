/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/check/sg-page-check-private.h"

#include "ingest/check/sg-open-line.h"
#include "ingest/check/sg-open-histogram.h"

#include <math.h>
#include <string.h>

/*
 * OpenMetrics 1.0 to the letter, where a scraper is lenient:
 *
 *   - the page ends with "# EOF", nothing follows, no line is blank;
 *   - TYPE, HELP and UNIT stand before the samples of their family, each once; a family comes once, and no
 *     name of it or of its samples is another's;
 *   - samples have the suffixes that their type has, and only those; a unit is the end of the name;
 *   - samples of one label set (le, quantile and the state left aside) stand together; all of them have
 *     times or none has, and times do not go back;
 *   - counts are whole and not negative, an info is 1, a state 0 or 1, quantiles are between 0 and 1;
 *   - buckets rise to +Inf (see sg-open-histogram.c);
 *   - exemplars belong to counters and buckets.
 */
typedef struct
{
  const char *name;
  const char *suffixes[5];
} Type;

static const Type types[] = {
  { "counter", { "_total", "_created", NULL } },
  { "gauge", { "", NULL } },
  { "histogram", { "_bucket", "_count", "_sum", "_created", NULL } },
  { "gaugehistogram", { "_bucket", "_gcount", "_gsum", NULL } },
  { "summary", { "", "_count", "_sum", "_created", NULL } },
  { "info", { "_info", NULL } },
  { "stateset", { "", NULL } },
  { "unknown", { "", NULL } },
};

#define UNKNOWN (&types[G_N_ELEMENTS (types) - 1])

typedef struct
{
  SgPageReport *report;
  const char *text;
  const char *end;
  GHashTable *taken;
  char *name;
  const char *name_at;
  const Type *type;
  char *unit;
  const char *unit_at;
  gboolean has_help;
  gboolean has_samples;
  GHashTable *groups;
  GHashTable *series;
  char *group;
  gboolean timed;
  double t;
  SgOpenHistogram histogram;
} Reader;

static gboolean
fail (Reader     *self,
      const char *at,
      const char *expected)
{
  return sg_page_report_fail (self->report, self->text, self->end, at, expected);
}

static gboolean
type_is (const Reader *self,
         const char   *name)
{
  return self->type != NULL && g_str_equal (self->type->name, name);
}

static gboolean
has_buckets (const Reader *self)
{
  return type_is (self, "histogram") || type_is (self, "gaugehistogram");
}

static void
family_clear (Reader *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->unit, g_free);
  g_clear_pointer (&self->group, g_free);
  g_hash_table_remove_all (self->groups);
  g_hash_table_remove_all (self->series);
  self->type = NULL;
  self->has_help = FALSE;
  self->has_samples = FALSE;
  sg_open_histogram_begin (&self->histogram);
}

static gboolean
take_names (Reader *self)
{
  static const char *const own[] = { "", NULL };
  const Type *type = self->type != NULL ? self->type : UNKNOWN;
  const char *const *lists[] = { own, type->suffixes };

  for (guint k = 0; k < G_N_ELEMENTS (lists); k++)
    {
      for (guint i = 0; lists[k][i] != NULL; i++)
        {
          char *name;

          if (k == 1 && *lists[k][i] == '\0')
            continue;
          name = g_strconcat (self->name, lists[k][i], NULL);
          if (g_hash_table_add (self->taken, name))
            continue;
          return fail (self, self->name_at,
                       "a name that neither another family nor its samples have");
        }
    }
  return TRUE;
}

static gboolean
check_unit (Reader *self)
{
  g_autofree char *suffix = NULL;

  if (self->unit == NULL || *self->unit == '\0')
    return TRUE;
  if (type_is (self, "info") || type_is (self, "stateset"))
    return fail (self, self->unit_at, "no unit, since infos and state sets have none");
  suffix = g_strconcat ("_", self->unit, NULL);
  return g_str_has_suffix (self->name, suffix)
         || fail (self, self->unit_at, "a unit that the name of the metric ends with");
}

static gboolean
end_family (Reader *self)
{
  const char *problem;

  if (self->name == NULL)
    return TRUE;
  problem = has_buckets (self) ? sg_open_histogram_end (&self->histogram) : NULL;
  if (problem != NULL)
    return fail (self, self->name_at, problem);
  return take_names (self) && check_unit (self);
}

static gboolean
begin_family (Reader     *self,
              const char *name,
              gsize       length,
              const char *at)
{
  if (!end_family (self))
    return FALSE;
  family_clear (self);
  self->name = g_strndup (name, length);
  self->name_at = at;
  return TRUE;
}

static const Type *
find_type (const SgOpenLine *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strlen (types[i].name) == line->rest_length
          && memcmp (types[i].name, line->rest, line->rest_length) == 0)
        return &types[i];
    }
  return NULL;
}

static gboolean
take_metadata (Reader           *self,
               const SgOpenLine *line)
{
  gboolean same = self->name != NULL && strlen (self->name) == line->name_length
                  && memcmp (self->name, line->name, line->name_length) == 0;

  if (same && self->has_samples)
    return fail (self, line->name, "TYPE, HELP and UNIT of a metric before its samples");
  if (!same && !begin_family (self, line->name, line->name_length, line->name))
    return FALSE;
  if (line->kind == SG_OPEN_HELP)
    {
      if (self->has_help)
        return fail (self, line->name, "one HELP for a metric, and no second one");
      self->has_help = TRUE;
      return TRUE;
    }
  if (line->kind == SG_OPEN_UNIT)
    {
      if (self->unit != NULL)
        return fail (self, line->name, "one UNIT for a metric, and no second one");
      self->unit = g_strndup (line->rest, line->rest_length);
      self->unit_at = line->rest;
      return TRUE;
    }
  if (self->type != NULL)
    return fail (self, line->name, "one TYPE for a metric, and no second one");
  self->type = find_type (line);
  return self->type != NULL
         || fail (self, line->rest,
                  "counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown");
}

/* Returns: (nullable): what of the sample's name stands behind the family's, if it may */
static const char *
find_suffix (const Reader     *self,
             const SgOpenLine *line)
{
  const Type *type = self->type != NULL ? self->type : UNKNOWN;
  gsize length = self->name != NULL ? strlen (self->name) : 0;

  if (self->name == NULL || line->name_length < length
      || memcmp (line->name, self->name, length) != 0)
    return NULL;
  for (guint i = 0; type->suffixes[i] != NULL; i++)
    {
      if (strlen (type->suffixes[i]) == line->name_length - length
          && memcmp (type->suffixes[i], line->name + length, line->name_length - length) == 0)
        return type->suffixes[i];
    }
  return NULL;
}

/* The label that tells the samples of one point apart. */
static const char *
point_label (const Reader *self,
             const char   *suffix)
{
  if (type_is (self, "summary") && *suffix == '\0')
    return "quantile";
  if (type_is (self, "stateset"))
    return self->name;
  return has_buckets (self) && g_str_equal (suffix, "_bucket") ? "le" : NULL;
}

static gboolean
check_label (Reader           *self,
             const SgOpenLine *line,
             const char       *label)
{
  const char *value = label != NULL ? sg_open_line_get_label (line, label) : "";
  double number;

  if (value == NULL)
    return fail (self, line->name,
                 type_is (self, "summary") ? "the label quantile"
                 : type_is (self, "stateset")
                     ? "a label that is called as the metric, with the state"
                     : "the label le");
  if (label == NULL || type_is (self, "stateset"))
    return TRUE;
  if (!sg_open_number_parse (value, strlen (value), &number) || isnan (number))
    return fail (self, line->name, "a number in the label le or quantile");
  if (has_buckets (self) && isinf (number) && number > 0 && !g_str_equal (value, "+Inf"))
    return fail (self, line->name, "+Inf written so in the label le");
  if (type_is (self, "summary") && !(number >= 0 && number <= 1))
    return fail (self, line->name, "a quantile between 0 and 1");
  return TRUE;
}

static gboolean
check_value (Reader           *self,
             const SgOpenLine *line,
             const char       *suffix)
{
  static const char *const counts[] = { "_bucket", "_count", "_gcount", NULL };
  static const char *const sums[] = { "_total", "_sum",    "_gsum", "_bucket",
                                      "_count", "_gcount", NULL };
  double value = line->value;

  if (g_strv_contains (sums, suffix) && isnan (value))
    return fail (self, line->value_at, "a number, since counts and sums are never NaN");
  if (g_strv_contains (sums, suffix) && !g_str_equal (suffix, "_gsum") && value < 0)
    return fail (self, line->value_at, "a number from 0 on");
  if (g_strv_contains (counts, suffix) && value != floor (value))
    return fail (self, line->value_at, "a whole number");
  if (type_is (self, "info") && value != 1)
    return fail (self, line->value_at, "1, as every info has");
  if (type_is (self, "stateset") && value != 0 && value != 1)
    return fail (self, line->value_at, "0 or 1");
  if (type_is (self, "summary") && *suffix == '\0' && value < 0)
    return fail (self, line->value_at, "a quantile that is not negative");
  return TRUE;
}

static gboolean
check_exemplar (Reader           *self,
                const SgOpenLine *line,
                const char       *suffix)
{
  gboolean allowed = (type_is (self, "counter") && g_str_equal (suffix, "_total"))
                     || (has_buckets (self) && g_str_equal (suffix, "_bucket"));

  return line->exemplar_at == NULL || allowed
         || fail (self, line->exemplar_at,
                  "no exemplar, which only buckets and the totals of counters have");
}

/* Samples of one group stand together, with times that all have or none. */
static gboolean
check_group (Reader           *self,
             const SgOpenLine *line,
             const char       *label)
{
  g_autofree char *group =
      type_is (self, "info") ? g_strdup ("") : sg_open_line_make_key (line, label, FALSE);
  char *series = sg_open_line_make_key (line, NULL, TRUE);
  gboolean same = g_strcmp0 (self->group, group) == 0;
  gboolean new_series = g_hash_table_add (self->series, series);

  if (!same && g_hash_table_contains (self->groups, group))
    return fail (self, line->name, "samples of the same labels together");
  if (same && self->timed != line->has_t)
    return fail (self, line->name, "times for all samples of the same labels, or for none");
  if (same && line->has_t && line->t < self->t && !type_is (self, "info"))
    return fail (self, line->t_at, "a time that is not before the one above");
  if (!new_series && !line->has_t)
    return fail (self, line->name, "each series once");
  if (!same)
    {
      g_free (self->group);
      self->group = g_steal_pointer (&group);
      g_hash_table_add (self->groups, g_strdup (self->group));
    }
  self->timed = line->has_t;
  self->t = line->t;
  return TRUE;
}

static gboolean
check_histogram (Reader           *self,
                 const SgOpenLine *line,
                 const char       *suffix,
                 const char       *label)
{
  g_autofree char *group = NULL;
  const char *le = sg_open_line_get_label (line, "le");
  double bound = 0;
  const char *problem;

  if (!has_buckets (self))
    return TRUE;
  group = sg_open_line_make_key (line, label, FALSE);
  if (label != NULL)
    sg_open_number_parse (le, strlen (le), &bound);
  problem = sg_open_histogram_take (&self->histogram, group, line->has_t ? line->t : NAN, suffix,
                                    bound, line->value);
  return problem == NULL || fail (self, line->name, problem);
}

static gboolean
take_sample (Reader           *self,
             const SgOpenLine *line)
{
  const char *suffix = find_suffix (self, line);
  const char *label;

  if (suffix == NULL)
    {
      if (!begin_family (self, line->name, line->name_length, line->name))
        return FALSE;
      suffix = "";
    }
  self->has_samples = TRUE;
  label = point_label (self, suffix);
  return check_label (self, line, label) && check_value (self, line, suffix)
         && check_exemplar (self, line, suffix) && check_group (self, line, label)
         && check_histogram (self, line, suffix, label);
}

static gboolean
read_lines (Reader *self)
{
  const char *at = self->text;
  gboolean ended = FALSE;

  while (at < self->end)
    {
      g_auto (SgOpenLine) line = { 0 };
      const char *line_end = memchr (at, '\n', (gsize) (self->end - at));

      if (line_end == NULL)
        line_end = self->end;
      if (ended)
        return fail (self, at, "nothing behind # EOF");
      if (!sg_open_line_parse (&line, at, line_end))
        return fail (self, line.problem_at, line.problem);
      ended = line.kind == SG_OPEN_EOF;
      if (line.kind == SG_OPEN_SAMPLE ? !take_sample (self, &line)
                                      : !ended && !take_metadata (self, &line))
        return FALSE;
      at = line_end < self->end ? line_end + 1 : self->end;
    }
  return end_family (self) && (ended || fail (self, self->end, "# EOF"));
}

void
sg_page_check_openmetrics (SgPageReport *report,
                           const char   *text,
                           gsize         length)
{
  Reader reader = { .report = report, .text = text, .end = text + length };

  reader.taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader.groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader.series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  read_lines (&reader);
  family_clear (&reader);
  sg_open_histogram_begin (&reader.histogram);
  g_hash_table_unref (reader.taken);
  g_hash_table_unref (reader.groups);
  g_hash_table_unref (reader.series);
}
