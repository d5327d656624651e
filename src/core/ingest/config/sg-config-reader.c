/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-reader.h"

#include "base/sg-error.h"
#include "base/sg-suggest.h"

#include <string.h>

/*
 * A mapping of the configuration is described by a table: each key, what it holds, and which member of
 * a structure takes it. The same table reads the mapping, checks its keys, and frees what was read. The
 * keys of a second table may stand among them (how to speak HTTP, where targets come from).
 *
 * A key that no table has is refused, with the nearest one that there is, or with what is to be written
 * instead where the mistake is a known one: a setting that is not read is worse than a file that is not.
 */

gboolean
sg_config_fail (const SgYamlNode  *node,
                GError           **error,
                const char        *format,
                ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  sg_yaml_node_set_error (node, error, "%s", text);
  return FALSE;
}

void
sg_config_warn (SgConfigReader   *self,
                const SgYamlNode *node,
                const char       *format,
                ...)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) placed = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  sg_yaml_node_set_error (node, &placed, "%s", text);
  g_ptr_array_add (self->config->warnings, g_strdup (placed->message));
}

char *
sg_config_make_path (SgConfigReader *self,
                     const char     *name)
{
  if (*name == '\0' || g_path_is_absolute (name))
    return g_strdup (name);
  return g_build_filename (self->folder, name, NULL);
}

void
sg_config_watch (SgConfigReader *self,
                 const char     *path)
{
  if (*path != '\0'
      && !g_ptr_array_find_with_equal_func (self->config->watched, path, g_str_equal, NULL))
    g_ptr_array_add (self->config->watched, g_strdup (path));
}

/**
 * sg_config_read_strings:
 * @self: a reader
 * @node: a list of texts, or one text
 * @ret_strings: (inout): what was there is freed
 * @error: which item is none
 *
 * Returns: whether all are texts
 */
gboolean
sg_config_read_strings (SgConfigReader    *self,
                        const SgYamlNode  *node,
                        GStrv             *ret_strings,
                        GError           **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *text;

  if (sg_yaml_node_get_kind (node) == SG_YAML_SCALAR)
    {
      if (!sg_yaml_node_get_string (node, &text, error))
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  else if (!sg_yaml_node_expect (node, SG_YAML_SEQUENCE, error))
    return FALSE;
  for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
    {
      if (!sg_yaml_node_get_string (sg_yaml_node_get_item (node, i), &text, error))
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*ret_strings);
  *ret_strings = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
add_pair (GPtrArray         *pairs,
          const char        *name,
          const SgYamlNode  *node,
          GError           **error)
{
  const char *value;

  if (!sg_yaml_node_get_string (node, &value, error))
    return FALSE;
  g_ptr_array_add (pairs, g_strdup (name));
  g_ptr_array_add (pairs, g_strdup (value));
  return TRUE;
}

static gboolean
add_pairs (GPtrArray         *pairs,
           const SgYamlNode  *node,
           guint              i,
           gboolean           lists,
           GError           **error)
{
  const SgYamlNode *value = sg_yaml_node_get_item (node, i);
  const char *name;

  if (!sg_yaml_node_get_string (sg_yaml_node_get_key (node, i), &name, error))
    return FALSE;
  if (!lists || sg_yaml_node_get_kind (value) == SG_YAML_NULL)
    return lists || add_pair (pairs, name, value, error);
  if (!sg_yaml_node_expect (value, SG_YAML_SEQUENCE, error))
    return FALSE;
  for (guint j = 0; j < sg_yaml_node_get_length (value); j++)
    {
      if (!add_pair (pairs, name, sg_yaml_node_get_item (value, j), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
sg_config_read_pairs (SgConfigReader    *self,
                      const SgYamlNode  *node,
                      gboolean           lists,
                      GPtrArray        **ret_pairs,
                      GError           **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

  if (!sg_yaml_node_expect (node, SG_YAML_MAPPING, error))
    return FALSE;
  for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
    {
      if (!add_pairs (pairs, node, i, lists, error))
        return FALSE;
    }
  g_clear_pointer (ret_pairs, g_ptr_array_unref);
  *ret_pairs = g_steal_pointer (&pairs);
  return TRUE;
}

/* Labels as a mapping of texts; their names are checked. */
static gboolean
read_labels (SgConfigReader    *self,
             const SgYamlNode  *node,
             SgLabels         **ret_labels,
             GError           **error)
{
  g_autoptr (GPtrArray) pairs = NULL;
  g_auto (SgLabelsBuilder) builder = { 0 };

  if (!sg_config_read_pairs (self, node, FALSE, &pairs, error))
    return FALSE;
  sg_labels_builder_init (&builder, NULL);
  for (guint i = 0; i < pairs->len; i += 2)
    {
      if (!sg_label_name_is_classic (pairs->pdata[i]))
        return sg_config_fail (sg_yaml_node_get_key (node, i / 2), error,
                               "“%s” is no label name: use letters, digits and _",
                               (const char *) pairs->pdata[i]);
      sg_labels_builder_set (&builder, pairs->pdata[i], pairs->pdata[i + 1]);
    }
  g_clear_pointer (ret_labels, sg_labels_unref);
  *ret_labels = sg_labels_builder_build (&builder);
  return TRUE;
}

static gboolean
read_path (SgConfigReader    *self,
           const SgYamlNode  *node,
           char             **ret_path,
           GError           **error)
{
  const char *text;

  if (!sg_yaml_node_get_string (node, &text, error))
    return FALSE;
  g_free (*ret_path);
  *ret_path = sg_config_make_path (self, text);
  sg_config_watch (self, *ret_path);
  return TRUE;
}

static gboolean
read_text (const SgYamlNode  *node,
           char             **ret_text,
           GError           **error)
{
  const char *text;

  if (!sg_yaml_node_get_string (node, &text, error))
    return FALSE;
  g_free (*ret_text);
  *ret_text = g_strdup (text);
  return TRUE;
}

static gboolean
read_count (const SgYamlNode  *node,
            guint64           *ret_count,
            GError           **error)
{
  gint64 value = 0;

  if (!sg_yaml_node_get_int (node, 0, G_MAXINT64, &value, error))
    return FALSE;
  *ret_count = (guint64) value;
  return TRUE;
}

static gboolean
read_relabel (SgConfigReader    *self,
              const SgYamlNode  *node,
              SgRelabel        **ret_relabel,
              GError           **error)
{
  SgRelabel *relabel = sg_config_read_relabel (self, node, error);

  if (relabel == NULL)
    return FALSE;
  g_clear_pointer (ret_relabel, sg_relabel_unref);
  *ret_relabel = relabel;
  return TRUE;
}

static gboolean
read_field (SgConfigReader       *self,
            const SgConfigField  *field,
            const SgYamlNode     *node,
            gpointer              member,
            GError              **error)
{
  switch (field->kind)
    {
    case SG_CONFIG_STRING:
      return read_text (node, member, error);
    case SG_CONFIG_PATH:
      return read_path (self, node, member, error);
    case SG_CONFIG_BOOL:
      return sg_yaml_node_get_bool (node, member, error);
    case SG_CONFIG_DURATION:
      return sg_yaml_node_get_duration (node, member, error);
    case SG_CONFIG_BYTES:
      return sg_yaml_node_get_bytes (node, member, error);
    case SG_CONFIG_COUNT:
      return read_count (node, member, error);
    case SG_CONFIG_INTEGER:
      return sg_yaml_node_get_int (node, G_MININT64, G_MAXINT64, member, error);
    case SG_CONFIG_DOUBLE:
      return sg_yaml_node_get_double (node, member, error);
    case SG_CONFIG_STRINGS:
      return sg_config_read_strings (self, node, member, error);
    case SG_CONFIG_RELABEL:
      return read_relabel (self, node, member, error);
    case SG_CONFIG_LABELS:
      return read_labels (self, node, member, error);
    case SG_CONFIG_CUSTOM:
      return field->read (self, node, member, error);
    case SG_CONFIG_TABLE:
      return sg_config_read (self, field->table, node, member, error);
    case SG_CONFIG_UNSUPPORTED:
    case SG_CONFIG_IGNORED:
    default:
      return TRUE;
    }
}

static const SgConfigField *
find_field (const SgConfigTable *table,
            const char          *key,
            gpointer             object,
            gpointer            *ret_object)
{
  const SgConfigField *field = NULL;

  for (gsize i = 0; i < table->n_fields; i++)
    {
      if (g_str_equal (table->fields[i].key, key))
        {
          *ret_object = object;
          return &table->fields[i];
        }
    }
  if (table->parent != NULL)
    field = find_field (table->parent, key, (char *) object + table->parent_offset, ret_object);
  if (field == NULL && table->parent_2 != NULL)
    field = find_field (table->parent_2, key, (char *) object + table->parent_2_offset, ret_object);
  return field;
}

static void
add_keys (const SgConfigTable *table,
          GPtrArray           *keys)
{
  for (gsize i = 0; i < table->n_fields; i++)
    g_ptr_array_add (keys, (gpointer) table->fields[i].key);
  if (table->parent != NULL)
    add_keys (table->parent, keys);
  if (table->parent_2 != NULL)
    add_keys (table->parent_2, keys);
}

static gboolean
fail_unknown (const SgConfigTable  *table,
              const SgYamlNode     *key,
              const char           *text,
              GError              **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  g_autofree char *quoted = sg_error_quote (text, -1);
  g_autofree char *advice = NULL;

  for (const SgConfigMistake *mistake = table->mistakes; mistake != NULL && mistake->key != NULL;
       mistake++)
    {
      if (g_str_equal (mistake->key, text))
        return sg_config_fail (key, error, "unknown key %s: %s", quoted, mistake->advice);
    }
  add_keys (table, keys);
  advice = sg_suggest_advice (text, (const char *const *) keys->pdata, keys->len);
  return sg_config_fail (key, error, "unknown key %s: %s", quoted, advice);
}

static gboolean
read_entry (SgConfigReader       *self,
            const SgConfigTable  *table,
            const SgYamlNode     *mapping,
            guint                 i,
            gpointer              object,
            GError              **error)
{
  const SgYamlNode *key = sg_yaml_node_get_key (mapping, i);
  const SgYamlNode *value = sg_yaml_node_get_item (mapping, i);
  const SgConfigField *field;
  const char *text;

  if (!sg_yaml_node_get_string (key, &text, error))
    return FALSE;
  field = find_field (table, text, object, &object);
  if (field == NULL)
    return fail_unknown (table, key, text, error);
  if (field->kind == SG_CONFIG_UNSUPPORTED)
    sg_config_warn (self, key,
                    "%s is known to Prometheus, and not supported here yet: it has no "
                    "effect",
                    text);
  if (sg_yaml_node_get_kind (value) == SG_YAML_NULL)
    return TRUE;
  return read_field (self, field, value, (char *) object + field->offset, error);
}

/**
 * sg_config_read:
 * @self: a reader
 * @table: what the mapping may have
 * @mapping: a mapping, or nothing
 * @object: the structure to fill; its defaults are there already
 * @error: what is wrong, where, and what to write
 *
 * A key without a value leaves its default, as in Prometheus.
 *
 * Returns: whether the mapping is sound; if not, @object is still to be cleared
 */
gboolean
sg_config_read (SgConfigReader       *self,
                const SgConfigTable  *table,
                const SgYamlNode     *mapping,
                gpointer              object,
                GError              **error)
{
  if (sg_yaml_node_get_kind (mapping) == SG_YAML_NULL)
    return TRUE;
  if (!sg_yaml_node_expect (mapping, SG_YAML_MAPPING, error))
    return FALSE;
  for (guint i = 0; i < sg_yaml_node_get_length (mapping); i++)
    {
      if (!read_entry (self, table, mapping, i, object, error))
        return FALSE;
    }
  return TRUE;
}

static void
clear_field (const SgConfigField *field,
             gpointer             member)
{
  if (field->kind == SG_CONFIG_STRING || field->kind == SG_CONFIG_PATH)
    g_clear_pointer ((char **) member, g_free);
  else if (field->kind == SG_CONFIG_STRINGS)
    g_clear_pointer ((GStrv *) member, g_strfreev);
  else if (field->kind == SG_CONFIG_RELABEL)
    g_clear_pointer ((SgRelabel **) member, sg_relabel_unref);
  else if (field->kind == SG_CONFIG_LABELS)
    g_clear_pointer ((SgLabels **) member, sg_labels_unref);
  else if (field->kind == SG_CONFIG_TABLE)
    sg_config_clear (field->table, member);
  else if (field->kind == SG_CONFIG_CUSTOM && field->clear != NULL)
    field->clear (member);
}

void
sg_config_clear (const SgConfigTable *table,
                 gpointer             object)
{
  for (gsize i = 0; i < table->n_fields; i++)
    clear_field (&table->fields[i], (char *) object + table->fields[i].offset);
  if (table->parent != NULL)
    sg_config_clear (table->parent, (char *) object + table->parent_offset);
  if (table->parent_2 != NULL)
    sg_config_clear (table->parent_2, (char *) object + table->parent_2_offset);
}

GPtrArray *
sg_config_read_list (SgConfigReader    *self,
                     const SgYamlNode  *sequence,
                     SgConfigRead       read_item,
                     gsize              size,
                     GDestroyNotify     destroy,
                     GError           **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (destroy);

  if (!sg_yaml_node_expect (sequence, SG_YAML_SEQUENCE, error))
    return NULL;
  for (guint i = 0; i < sg_yaml_node_get_length (sequence); i++)
    {
      const SgYamlNode *item = sg_yaml_node_get_item (sequence, i);
      gpointer object = g_malloc0 (size);

      g_ptr_array_add (list, object);
      if (sg_yaml_node_get_kind (item) == SG_YAML_NULL)
        {
          sg_config_fail (item, error, "an empty entry: write its keys, or remove the -");
          return NULL;
        }
      if (!read_item (self, item, object, error))
        return NULL;
    }
  return g_steal_pointer (&list);
}

gboolean
sg_config_check_word (const SgYamlNode   *mapping,
                      const char         *key,
                      const char         *value,
                      const char  *const *words,
                      GError            **error)
{
  g_autofree char *advice = NULL;

  if (value == NULL || g_strv_contains (words, value))
    return TRUE;
  advice = sg_suggest_advice (value, words, g_strv_length ((GStrv) words));
  return sg_config_fail (sg_yaml_node_lookup (mapping, key), error, "%s cannot be “%s”: %s", key,
                         value, advice);
}

gboolean
sg_config_check_url (const SgYamlNode  *mapping,
                     const char        *key,
                     const char        *url,
                     GError           **error)
{
  const SgYamlNode *node = sg_yaml_node_lookup (mapping, key);
  g_autoptr (GUri) uri = NULL;

  if (url == NULL || *url == '\0')
    return sg_config_fail (node != NULL ? node : mapping, error, "%s is missing: write it", key);
  uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
      && (g_str_equal (g_uri_get_scheme (uri), "http")
          || g_str_equal (g_uri_get_scheme (uri), "https")))
    return TRUE;
  return sg_config_fail (node, error, "%s is no URL: write it as http://host:port/path", key);
}
