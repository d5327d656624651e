/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/mapping/sg-source-shape.h"

#include <string.h>

/*
 * An application that no mapping knows, but whose operations are called *_sync_operations_total, is known
 * by its shape: the label of the status is one of a few words, that of the type one of a few others or
 * else the first that is left, and the values of the status say in English what they mean.
 */
#define OPERATIONS "_sync_operations_total"

static const char *const durations[] = { "_sync_operation_duration_seconds_count",
                                         "_sync_duration_seconds_count" };

static const char *const status_labels[] = { "status", "result", "outcome", "state" };
static const char *const type_labels[] = { "operation_type", "type", "operation", "op", "kind" };
static const char *const good_words[] = { "success",   "successful", "succeeded", "ok",
                                          "completed", "done",       "true" };
static const char *const bad_words[] = { "failed", "failure", "error", "errored", "false" };

static gboolean
is_one_of (const char        *word,
           const char *const *words,
           gsize              n_words)
{
  for (gsize i = 0; i < n_words; i++)
    {
      if (g_ascii_strcasecmp (word, words[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Returns: (nullable): the first of @names that @series has */
static const char *
find_label (const SgLabels    *series,
            const char *const *names,
            gsize              n_names)
{
  for (gsize i = 0; i < n_names; i++)
    {
      if (*sg_labels_get (series, names[i]) != '\0')
        return names[i];
    }
  return NULL;
}

/**
 * sg_source_shape_fits:
 * @series: a series that no mapping knows
 * @ret_role: what it means
 * @ret_namespace: (out) (transfer full): what its name begins with
 *
 * Returns: whether its name has the shape
 */
gboolean
sg_source_shape_fits (const SgLabels  *series,
                      SgMappingRole   *ret_role,
                      char           **ret_namespace)
{
  const char *name = sg_labels_get (series, SG_LABEL_NAME);
  const char *suffix = NULL;

  if (g_str_has_suffix (name, OPERATIONS))
    suffix = OPERATIONS;
  for (guint i = 0; suffix == NULL && i < G_N_ELEMENTS (durations); i++)
    {
      if (g_str_has_suffix (name, durations[i]))
        suffix = durations[i];
    }
  if (suffix == NULL || strlen (name) == strlen (suffix))
    return FALSE;
  *ret_role = g_str_equal (suffix, OPERATIONS) ? SG_ROLE_OPERATIONS : SG_ROLE_DURATIONS;
  *ret_namespace = g_strndup (name, strlen (name) - strlen (suffix));
  return TRUE;
}

static const char *
guess_type (const SgLabels *series,
            const char     *status)
{
  const char *known = find_label (series, type_labels, G_N_ELEMENTS (type_labels));

  if (known != NULL)
    return known;
  for (guint i = 0; i < series->n_labels; i++)
    {
      const char *name = series->labels[i].name;

      if (!g_str_has_prefix (name, "__") && !g_str_equal (name, "job")
          && !g_str_equal (name, "instance") && g_strcmp0 (name, status) != 0)
        return name;
    }
  return NULL;
}

static void
take_value (GPtrArray  *values,
            const char *value)
{
  for (guint i = 0; i < values->len; i++)
    {
      if (g_str_equal (values->pdata[i], value))
        return;
    }
  g_ptr_array_add (values, g_strdup (value));
}

static GStrv
end_values (GPtrArray *values)
{
  if (values->len == 0)
    {
      g_ptr_array_unref (values);
      return NULL;
    }
  g_ptr_array_add (values, NULL);
  return (GStrv) g_ptr_array_free (values, FALSE);
}

static void
take_values (SgMappingPart   *part,
             const GPtrArray *series,
             const char      *status)
{
  GPtrArray *good = g_ptr_array_new ();
  GPtrArray *bad = g_ptr_array_new ();

  for (guint i = 0; i < series->len; i++)
    {
      const char *value = sg_labels_get (series->pdata[i], status);

      if (is_one_of (value, good_words, G_N_ELEMENTS (good_words)))
        take_value (good, value);
      else if (is_one_of (value, bad_words, G_N_ELEMENTS (bad_words)))
        take_value (bad, value);
    }
  part->good = end_values (good);
  part->bad = end_values (bad);
}

static GStrv
one_label (const char *name)
{
  GStrv labels = g_new0 (char *, 2);

  labels[0] = g_strdup (name);
  return labels;
}

/**
 * sg_source_shape_make:
 * @role: what they mean
 * @series: (element-type SgLabels): all series of a name, one at least
 *
 * Returns: (transfer full): what the family seems to be
 */
SgMappingPart *
sg_source_shape_make (SgMappingRole    role,
                      const GPtrArray *series)
{
  const SgLabels *first = series->pdata[0];
  const char *name = sg_labels_get (first, SG_LABEL_NAME);
  const char *status = find_label (first, status_labels, G_N_ELEMENTS (status_labels));
  gboolean counts = role == SG_ROLE_OPERATIONS;
  const char *type = guess_type (first, counts ? status : NULL);
  SgMappingPart *part =
      sg_mapping_part_new (role, counts ? SG_MAPPING_COUNTER : SG_MAPPING_HISTOGRAM);

  part->name = counts ? g_strdup (name) : g_strndup (name, strlen (name) - strlen ("_count"));
  part->matchers = g_strdup ("");
  if (type != NULL)
    part->labels[SG_MAPPING_TYPE] = one_label (type);
  if (counts && status != NULL)
    {
      part->labels[SG_MAPPING_STATUS] = one_label (status);
      take_values (part, series, status);
    }
  return part;
}
