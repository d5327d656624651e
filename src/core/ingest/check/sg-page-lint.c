/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/check/sg-page-check-private.h"

#include <string.h>

/*
 * Advice on names, in promtool's words and by its rules, so that both say the same of a page:
 *
 *   - every metric has a help;
 *   - a unit in the name is a base unit: seconds and not milliseconds or minutes;
 *   - a counter ends in _total, and nothing else does; _bucket, _count, _sum and the labels le and
 *     quantile belong to histograms and summaries;
 *   - the name does not have its type, no colon, no capitals inside, no abbreviated unit.
 */
static const struct
{
  const char *unit;
  const char *base;
} units[] = {
  { "amperes", "amperes" }, { "bytes", "bytes" },        { "celsius", "celsius" },
  { "grams", "grams" },     { "joules", "joules" },      { "kelvin", "kelvin" },
  { "meters", "meters" },   { "metres", "metres" },      { "moles", "moles" },
  { "seconds", "seconds" }, { "volts", "volts" },        { "minutes", "seconds" },
  { "hours", "seconds" },   { "days", "seconds" },       { "weeks", "seconds" },
  { "kelvins", "kelvin" },  { "fahrenheit", "celsius" }, { "rankine", "celsius" },
  { "inches", "meters" },   { "yards", "meters" },       { "miles", "meters" },
  { "bits", "bytes" },      { "calories", "joules" },    { "pounds", "grams" },
  { "ounces", "grams" },
};

static const char *const prefixes[] = { "pico",  "nano", "micro", "milli", "centi", "deci", "deca",
                                        "hecto", "kilo", "kibi",  "mega",  "mibi",  "giga", "gibi",
                                        "tera",  "tebi", "peta",  "pebi",  "",      NULL };

static const char *const abbreviations[] = { "s",  "ms", "us", "ns", "sec", "b", "kb", "mb",
                                             "gb", "tb", "pb", "m",  "h",   "d", NULL };

static const char *const types[] = { "counter",   "gauge",           "summary",
                                     "histogram", "gauge_histogram", NULL };

static void
add (GPtrArray  *advice,
     const char *name,
     const char *text)
{
  g_ptr_array_add (advice, g_strdup_printf ("%s %s", name, text));
}

/* Whether @word stands in @name between underscores, or after the last. */
static gboolean
has_word (const char *name,
          const char *word)
{
  g_autofree char *inside = g_strconcat ("_", word, "_", NULL);
  g_autofree char *behind = g_strconcat ("_", word, NULL);

  return strstr (name, inside) != NULL || g_str_has_suffix (name, behind);
}

static gboolean
is_unit (const char *word,
         guint       unit)
{
  for (guint i = 0; prefixes[i] != NULL; i++)
    {
      if (g_str_has_prefix (word, prefixes[i])
          && g_str_equal (word + strlen (prefixes[i]), units[unit].unit))
        return TRUE;
    }
  return FALSE;
}

static void
lint_units (const SgPageLintFamily *family,
            GPtrArray              *advice)
{
  g_auto (GStrv) words = g_strsplit (family->name, "_", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (units); k++)
        {
          g_autofree char *text = NULL;

          if (!is_unit (words[i], k))
            continue;
          if (g_str_equal (words[i], units[k].base))
            return;
          text =
              g_strdup_printf ("use base unit \"%s\" instead of \"%s\"", units[k].base, words[i]);
          add (advice, family->name, text);
          return;
        }
    }
}

static void
lint_suffixes (const SgPageLintFamily *family,
               GPtrArray              *advice)
{
  const char *name = family->name;
  gboolean counter = g_str_equal (family->type, "counter");
  gboolean histogram = g_str_equal (family->type, "histogram");
  gboolean summary = g_str_equal (family->type, "summary");

  if (g_str_equal (family->type, "untyped"))
    return;
  if (counter && !g_str_has_suffix (name, "_total"))
    add (advice, name, "counter metrics should have \"_total\" suffix");
  if (!counter && g_str_has_suffix (name, "_total"))
    add (advice, name, "non-counter metrics should not have \"_total\" suffix");
  if (!histogram && g_str_has_suffix (name, "_bucket"))
    add (advice, name, "non-histogram metrics should not have \"_bucket\" suffix");
  if (!histogram && !summary && g_str_has_suffix (name, "_count"))
    add (advice, name, "non-histogram and non-summary metrics should not have \"_count\" suffix");
  if (!histogram && !summary && g_str_has_suffix (name, "_sum"))
    add (advice, name, "non-histogram and non-summary metrics should not have \"_sum\" suffix");
  if (!histogram && family->has_le)
    add (advice, name, "non-histogram metrics should not have \"le\" label");
  if (!summary && family->has_quantile)
    add (advice, name, "non-summary metrics should not have \"quantile\" label");
}

static gboolean
is_camel (const char *text)
{
  for (const char *p = text; p[0] != '\0' && p[1] != '\0'; p++)
    {
      if (g_ascii_islower (p[0]) && g_ascii_isupper (p[1]))
        return TRUE;
    }
  return FALSE;
}

static void
lint_words (const SgPageLintFamily *family,
            GPtrArray              *advice)
{
  g_autofree char *lower = g_ascii_strdown (family->name, -1);

  for (guint i = 0; types[i] != NULL; i++)
    {
      g_autofree char *text = NULL;

      if (!has_word (lower, types[i]))
        continue;
      text = g_strdup_printf ("metric name should not include type '%s'", types[i]);
      add (advice, family->name, text);
    }
  if (strchr (family->name, ':') != NULL)
    add (advice, family->name, "metric names should not contain ':'");
  if (is_camel (family->name))
    add (advice, family->name, "metric names should be written in 'snake_case' not 'camelCase'");
  if (family->has_camel_label)
    add (advice, family->name, "label names should be written in 'snake_case' not 'camelCase'");
  for (guint i = 0; abbreviations[i] != NULL; i++)
    {
      if (has_word (lower, abbreviations[i]))
        add (advice, family->name, "metric names should not contain abbreviated units");
    }
}

void
sg_page_lint (const SgPageLintFamily *family,
              GPtrArray              *advice)
{
  if (!family->has_help)
    add (advice, family->name, "no help text");
  lint_units (family, advice);
  lint_suffixes (family, advice);
  lint_words (family, advice);
}
