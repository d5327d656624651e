/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/check/sg-page-check-private.h"

#include "ingest/sg-exposition-parser.h"

#include <string.h>

/*
 * Text 0.0.4 as promtool reads it: the lines as the scraper's parser has them, and what that lets pass: the
 * last line ends with a line feed; no escapes but three; a TYPE is one of five words, comes once, and before the samples; a HELP
 * comes once; no series has two labels of one name or comes twice.
 */
typedef struct
{
  char *name;
  char *type;
  gboolean has_help;
  gboolean has_type;
  gboolean has_samples;
  gboolean has_le;
  gboolean has_quantile;
  gboolean has_camel_label;
} Family;

typedef struct
{
  SgPageReport *report;
  const char *text;
  const char *end;
  GHashTable *families;
  GPtrArray *in_order;
  GHashTable *series;
} Reader;

static void
family_free (gpointer data)
{
  Family *family = data;

  g_free (family->name);
  g_free (family->type);
  g_free (family);
}

static Family *
get_family (Reader     *reader,
            const char *name)
{
  Family *family = g_hash_table_lookup (reader->families, name);

  if (family != NULL)
    return family;
  family = g_new0 (Family, 1);
  family->name = g_strdup (name);
  family->type = g_strdup ("untyped");
  g_hash_table_insert (reader->families, family->name, family);
  g_ptr_array_add (reader->in_order, family);
  return family;
}

static gboolean
fail (Reader     *reader,
      const char *at,
      const char *expected)
{
  return sg_page_report_fail (reader->report, reader->text, reader->end, at, expected);
}

static gboolean
take_type (Reader                  *reader,
           Family                  *family,
           const SgExpositionEntry *entry)
{
  static const char *const known[] = {
    "counter", "gauge", "histogram", "summary", "untyped", NULL
  };
  g_autofree char *type = g_strndup (entry->rest.text, entry->rest.length);
  g_autofree char *lower = g_ascii_strdown (type, -1);

  if (family->has_type)
    return fail (reader, entry->name.text, "one TYPE for a metric, and no second one");
  if (family->has_samples)
    return fail (reader, entry->name.text, "the TYPE of a metric before its samples");
  if (!g_strv_contains (known, lower))
    return fail (reader, entry->rest.text, "counter, gauge, histogram, summary or untyped");
  family->has_type = TRUE;
  g_free (family->type);
  family->type = g_steal_pointer (&lower);
  return TRUE;
}

static gboolean
take_help (Reader                  *reader,
           Family                  *family,
           const SgExpositionEntry *entry)
{
  if (family->has_help)
    return fail (reader, entry->name.text, "one HELP for a metric, and no second one");
  family->has_help = TRUE;
  return TRUE;
}

static Family *
find_family_of_sample (Reader     *reader,
                       const char *name)
{
  static const char *const suffixes[] = { "_bucket", "_sum", "_count" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *base = NULL;
      Family *family;

      if (!g_str_has_suffix (name, suffixes[i]))
        continue;
      base = g_strndup (name, strlen (name) - strlen (suffixes[i]));
      family = g_hash_table_lookup (reader->families, base);
      if (family != NULL
          && (g_str_equal (family->type, "histogram")
              || (i > 0 && g_str_equal (family->type, "summary"))))
        return family;
    }
  return get_family (reader, name);
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

/* Returns: (nullable): the first backslash that is no escape; the scraper takes it as it stands */
static const char *
find_wrong_escape (SgSlice series)
{
  const char *end = series.text + series.length;

  for (const char *p = series.text; p < end; p++)
    {
      if (*p != '\\')
        continue;
      if (p + 1 == end || strchr ("\\\"n", p[1]) == NULL)
        return p;
      p++;
    }
  return NULL;
}

static gboolean
take_sample (Reader                  *reader,
             const SgExpositionEntry *entry)
{
  const char *wrong_escape = find_wrong_escape (entry->series);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLabels) labels = sg_exposition_parse_labels (entry->series, &error);
  Family *family;

  if (wrong_escape != NULL)
    return fail (reader, wrong_escape, "\\\\, \\\" or \\n behind the backslash");
  if (labels == NULL)
    return fail (reader, entry->series.text, "labels that are UTF-8, and no two of one name");
  family = find_family_of_sample (reader, sg_labels_get (labels, SG_LABEL_NAME));
  family->has_samples = TRUE;
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const char *name = labels->labels[i].name;

      family->has_le |= g_str_equal (name, "le");
      family->has_quantile |= g_str_equal (name, "quantile");
      family->has_camel_label |= is_camel (name);
    }
  if (!g_hash_table_add (reader->series, sg_labels_ref (labels)))
    return fail (reader, entry->series.text, "each series once");
  return TRUE;
}

static gboolean
take_entry (Reader                  *reader,
            const SgExpositionEntry *entry)
{
  g_autofree char *name = NULL;
  Family *family;

  if (entry->kind == SG_EXPOSITION_SAMPLE)
    return take_sample (reader, entry);
  if (entry->kind == SG_EXPOSITION_UNIT)
    return TRUE;
  name = sg_exposition_unescape (entry->name);
  family = get_family (reader, name);
  return entry->kind == SG_EXPOSITION_TYPE ? take_type (reader, family, entry)
                                           : take_help (reader, family, entry);
}

static int
compare_advice (gconstpointer a,
                gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
give_advice (Reader *reader)
{
  GPtrArray *advice = g_ptr_array_new ();

  for (guint i = 0; i < reader->in_order->len; i++)
    {
      const Family *family = g_ptr_array_index (reader->in_order, i);
      SgPageLintFamily lint = { family->name,   family->type,         family->has_help,
                                family->has_le, family->has_quantile, family->has_camel_label };

      if (family->has_samples)
        sg_page_lint (&lint, advice);
    }
  g_ptr_array_sort (advice, compare_advice);
  g_ptr_array_add (advice, NULL);
  reader->report->advice = (GStrv) g_ptr_array_free (advice, FALSE);
}

/* The scraper's parser says "LINE:COLUMN: expected …, found …". */
static void
take_parser_error (Reader       *reader,
                   const GError *error)
{
  char *at = error->message;

  reader->report->line = (guint) g_ascii_strtoull (at, &at, 10);
  if (*at == ':')
    reader->report->column = (guint) g_ascii_strtoull (at + 1, &at, 10);
  reader->report->message = g_strdup (g_str_has_prefix (at, ": ") ? at + 2 : error->message);
}

void
sg_page_check_text (SgPageReport *report,
                    const char   *text,
                    gsize         length)
{
  g_autoptr (GHashTable) families = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) in_order = g_ptr_array_new_with_free_func (family_free);
  g_autoptr (GHashTable) series = g_hash_table_new_full (sg_labels_hash, sg_labels_equal_func,
                                                         (GDestroyNotify) sg_labels_unref, NULL);
  Reader reader = { report, text, text + length, families, in_order, series };
  g_autoptr (GError) error = NULL;
  SgExpositionParser parser;
  SgExpositionEntry entry;
  gboolean good = TRUE;

  sg_exposition_parser_init (&parser, text, length, SG_EXPOSITION_DIALECT_TEXT);
  while (good && sg_exposition_parser_next (&parser, &entry, &error))
    good = take_entry (&reader, &entry);
  if (error != NULL)
    take_parser_error (&reader, error);
  else if (good && length > 0 && text[length - 1] != '\n')
    fail (&reader, text + length, "a line feed");
  else if (good)
    give_advice (&reader);
}
