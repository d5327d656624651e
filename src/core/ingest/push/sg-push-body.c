/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/push/sg-push-body.h"

#include "base/sg-number.h"

#include <string.h>

/*
 * A pushed page is kept as families, since a POST replaces those that it has and leaves the others. A sample
 * belongs to the family whose name it has, with a suffix where its type has such samples:
 *
 *   histogram  _bucket _sum _count        summary  _sum _count
 *
 * OpenMetrics types a counter "x" whose sample is "x_total", and an info "x" whose sample is "x_info": the
 * text format calls the families as the samples are called, and so do we. What it has no word for (the
 * state set, the time of creation) is a gauge of its own.
 *
 * Refused: times of samples, since nobody would know whether they are old or pushed late; one series twice.
 * push_time_seconds and push_failure_time_seconds are ours, and left out.
 */
#define REFUSAL "pushed metrics are invalid or inconsistent with existing metrics: "

typedef struct
{
  const SgLabels *key;
  SgExpositionDialect dialect;
  GHashTable *families;
  GHashTable *types;
  GHashTable *helps;
  GHashTable *seen;
} Reader;

SgPushFamily *
sg_push_family_ref (SgPushFamily *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_push_family_unref (SgPushFamily *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_array_unref (self->samples);
  g_free (self->name);
  g_free (self->type);
  g_free (self->help);
  g_free (self);
}

static void
sample_clear (gpointer data)
{
  sg_labels_unref (((SgPushSample *) data)->labels);
}

static SgPushFamily *
family_new (const char *name,
            const char *type,
            const char *help)
{
  SgPushFamily *self = g_new0 (SgPushFamily, 1);

  self->ref_count = 1;
  self->name = g_strdup (name);
  self->type = g_strdup (type);
  self->help = g_strdup (help);
  self->samples = g_array_new (FALSE, FALSE, sizeof (SgPushSample));
  g_array_set_clear_func (self->samples, sample_clear);
  return self;
}

static void
append_escaped (GString    *out,
                const char *text,
                gboolean    quotes)
{
  for (; *text != '\0'; text++)
    {
      if (*text == '\\')
        g_string_append (out, "\\\\");
      else if (*text == '\n')
        g_string_append (out, "\\n");
      else if (*text == '"' && quotes)
        g_string_append (out, "\\\"");
      else
        g_string_append_c (out, *text);
    }
}

static void
append_name (GString    *out,
             const char *name,
             gboolean    classic)
{
  if (classic)
    g_string_append (out, name);
  else
    {
      g_string_append_c (out, '"');
      append_escaped (out, name, TRUE);
      g_string_append_c (out, '"');
    }
}

/* A series without the label "instance" says so, or it would get the one of this machine. */
static void
append_labels (GString        *out,
               const SgLabels *labels)
{
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);
  gboolean classic = sg_metric_name_is_classic (name);
  const char *separator = "";

  if (classic)
    g_string_append (out, name);
  g_string_append_c (out, '{');
  if (!classic)
    {
      append_name (out, name, FALSE);
      separator = ",";
    }
  if (*sg_labels_get (labels, "instance") == '\0')
    {
      g_string_append_printf (out, "%sinstance=\"\"", separator);
      separator = ",";
    }
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];

      if (g_str_equal (label->name, SG_LABEL_NAME))
        continue;
      g_string_append (out, separator);
      append_name (out, label->name, sg_label_name_is_classic (label->name));
      g_string_append (out, "=\"");
      append_escaped (out, label->value, TRUE);
      g_string_append_c (out, '"');
      separator = ",";
    }
  g_string_append_c (out, '}');
}

void
sg_push_family_write (const SgPushFamily *self,
                      gboolean            with_head,
                      GString            *out)
{
  gboolean classic = sg_metric_name_is_classic (self->name);

  if (with_head && self->help != NULL)
    {
      g_string_append (out, "# HELP ");
      append_name (out, self->name, classic);
      g_string_append_c (out, ' ');
      append_escaped (out, self->help, FALSE);
      g_string_append_c (out, '\n');
    }
  if (with_head)
    {
      g_string_append (out, "# TYPE ");
      append_name (out, self->name, classic);
      g_string_append_printf (out, " %s\n", self->type);
    }
  for (guint i = 0; i < self->samples->len; i++)
    {
      const SgPushSample *sample = &g_array_index (self->samples, SgPushSample, i);
      char value[SG_DOUBLE_TEXT_MAX];

      append_labels (out, sample->labels);
      sg_double_write (sample->value, value);
      g_string_append_printf (out, " %s\n", value);
    }
}

static char *
strip_suffix (const char *name,
              const char *suffix)
{
  return g_str_has_suffix (name, suffix) ? g_strndup (name, strlen (name) - strlen (suffix)) : NULL;
}

/* Returns: (transfer full) (nullable): the family whose type says that it has samples called @name */
static char *
find_composite (Reader     *reader,
                const char *name)
{
  static const struct
  {
    const char *suffix;
    const char *types[2];
  } parts[] = {
    { "_bucket", { "histogram", "histogram" } },
    { "_sum", { "histogram", "summary" } },
    { "_count", { "histogram", "summary" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *base = strip_suffix (name, parts[i].suffix);
      const char *type = base != NULL ? g_hash_table_lookup (reader->types, base) : NULL;

      if (type != NULL
          && (g_str_equal (type, parts[i].types[0]) || g_str_equal (type, parts[i].types[1])))
        return g_steal_pointer (&base);
    }
  return NULL;
}

/* What OpenMetrics calls @name's family, where that is not its own name; @ret_type as text has it. */
static char *
find_open_family (Reader      *reader,
                  const char  *name,
                  const char **ret_type)
{
  static const struct
  {
    const char *suffix;
    const char *type;
    const char *text_type;
  } parts[] = {
    { "_total", "counter", "counter" },
    { "_info", "info", "gauge" },
    { "_created", NULL, "gauge" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *base = strip_suffix (name, parts[i].suffix);
      const char *type = base != NULL ? g_hash_table_lookup (reader->types, base) : NULL;

      if (type == NULL || (parts[i].type != NULL && !g_str_equal (type, parts[i].type)))
        continue;
      *ret_type = parts[i].text_type;
      return g_steal_pointer (&base);
    }
  return NULL;
}

static const char *
text_type (const char *type)
{
  static const char *const known[] = {
    "counter", "gauge", "histogram", "summary", "untyped", NULL
  };

  if (type == NULL || g_str_equal (type, "unknown"))
    return "untyped";
  if (g_strv_contains (known, type))
    return type;
  return g_str_equal (type, "stateset") ? "gauge" : "untyped";
}

static SgPushFamily *
get_family (Reader     *reader,
            const char *name)
{
  g_autofree char *composite = find_composite (reader, name);
  g_autofree char *open = NULL;
  const char *family_name = composite != NULL ? composite : name;
  const char *type = text_type (g_hash_table_lookup (reader->types, family_name));
  const char *described = family_name;
  SgPushFamily *family;

  if (composite == NULL && reader->dialect == SG_EXPOSITION_DIALECT_OPENMETRICS
      && (open = find_open_family (reader, name, &type)) != NULL)
    described = open;
  family = g_hash_table_lookup (reader->families, family_name);
  if (family != NULL)
    return family;
  family = family_new (family_name, type, g_hash_table_lookup (reader->helps, described));
  g_hash_table_insert (reader->families, family->name, family);
  return family;
}

static SgLabels *
merge_key (const SgLabels *labels,
           const SgLabels *key)
{
  g_auto (SgLabelsBuilder) builder = { 0 };

  sg_labels_builder_init (&builder, labels);
  for (guint i = 0; i < key->n_labels; i++)
    sg_labels_builder_set (&builder, key->labels[i].name, key->labels[i].value);
  return sg_labels_builder_build (&builder);
}

static gboolean
take_sample (Reader                   *reader,
             const SgExpositionEntry  *entry,
             GError                  **error)
{
  g_autoptr (SgLabels) own = sg_exposition_parse_labels (entry->series, error);
  g_autoptr (SgLabels) labels = NULL;
  SgPushSample sample;
  const char *name;

  if (own == NULL)
    return FALSE;
  name = sg_labels_get (own, SG_LABEL_NAME);
  if (g_str_equal (name, "push_time_seconds") || g_str_equal (name, "push_failure_time_seconds"))
    return TRUE;
  if (entry->has_t)
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFLICT,
                   REFUSAL "pushed metrics must not have timestamps");
      return FALSE;
    }
  labels = merge_key (own, reader->key);
  if (g_hash_table_contains (reader->seen, labels))
    {
      g_autofree char *text = sg_labels_to_string (labels);

      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFLICT,
                   REFUSAL "collected metric %s was collected before with the same name and label "
                           "values",
                   text);
      return FALSE;
    }
  sample = (SgPushSample) { sg_labels_ref (labels), entry->value };
  g_array_append_val (get_family (reader, name)->samples, sample);
  g_hash_table_add (reader->seen, sample.labels);
  return TRUE;
}

static gboolean
take_entry (Reader                   *reader,
            const SgExpositionEntry  *entry,
            GError                  **error)
{
  char *name;

  if (entry->kind == SG_EXPOSITION_SAMPLE)
    return take_sample (reader, entry, error);
  if (entry->kind == SG_EXPOSITION_UNIT)
    return TRUE;
  name = sg_exposition_unescape (entry->name);
  if (entry->kind == SG_EXPOSITION_TYPE)
    g_hash_table_insert (reader->types, name, g_strndup (entry->rest.text, entry->rest.length));
  else
    g_hash_table_insert (reader->helps, name, sg_exposition_unescape (entry->rest));
  return TRUE;
}

static int
compare_families (gconstpointer a,
                  gconstpointer b)
{
  return strcmp ((*(SgPushFamily *const *) a)->name, (*(SgPushFamily *const *) b)->name);
}

static GPtrArray *
take_families (Reader *reader)
{
  GPtrArray *families = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_push_family_unref);
  GHashTableIter iter;
  gpointer family;

  g_hash_table_iter_init (&iter, reader->families);
  while (g_hash_table_iter_next (&iter, NULL, &family))
    g_ptr_array_add (families, sg_push_family_ref (family));
  g_ptr_array_sort (families, compare_families);
  return families;
}

GPtrArray *
sg_push_body_parse (const SgLabels       *key,
                    const char           *text,
                    gsize                 length,
                    SgExpositionDialect   dialect,
                    GError              **error)
{
  g_autoptr (GHashTable) families =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) sg_push_family_unref);
  g_autoptr (GHashTable) types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) helps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (sg_labels_hash, sg_labels_equal_func);
  Reader reader = { key, dialect, families, types, helps, seen };
  SgExpositionParser parser;
  SgExpositionEntry entry;
  GError *problem = NULL;

  sg_exposition_parser_init (&parser, text, length, dialect);
  while (sg_exposition_parser_next (&parser, &entry, &problem))
    {
      if (!take_entry (&reader, &entry, &problem))
        break;
    }
  if (problem == NULL)
    return take_families (&reader);
  g_propagate_error (error, problem);
  return NULL;
}
