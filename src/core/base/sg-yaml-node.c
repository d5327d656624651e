/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-suggest.h"
#include "base/sg-yaml-private.h"

#include <string.h>

SgYamlKind
sg_yaml_node_get_kind (const SgYamlNode *self)
{
  return self->kind;
}

guint
sg_yaml_node_get_line (const SgYamlNode *self)
{
  return self->line;
}

guint
sg_yaml_node_get_column (const SgYamlNode *self)
{
  return self->column;
}

/* Sets @error to a message about @self, with its place before it. */
void
sg_yaml_node_set_error (const SgYamlNode  *self,
                        GError           **error,
                        const char        *format,
                        ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "%s:%u:%u: %s",
               sg_yaml_get_name (self->document), self->line, self->column, what);
}

/* @i: below the length */
const SgYamlEntry *
sg_yaml_node_get_entry (const SgYamlNode *self,
                        guint             i)
{
  return &g_array_index (self->entries, SgYamlEntry, i);
}

guint
sg_yaml_node_get_length (const SgYamlNode *self)
{
  return self->entries != NULL ? self->entries->len : 0;
}

/**
 * sg_yaml_node_get_item:
 * @self: a sequence or mapping
 * @i: which, below its length
 *
 * Returns: (transfer none): an item, or the value of a key
 */
const SgYamlNode *
sg_yaml_node_get_item (const SgYamlNode *self,
                       guint             i)
{
  g_return_val_if_fail (i < sg_yaml_node_get_length (self), NULL);
  return sg_yaml_node_get_entry (self, i)->value;
}

/* Returns: (transfer none) (nullable): the key of the @i-th value; %NULL in a sequence */
const SgYamlNode *
sg_yaml_node_get_key (const SgYamlNode *self,
                      guint             i)
{
  g_return_val_if_fail (i < sg_yaml_node_get_length (self), NULL);
  return sg_yaml_node_get_entry (self, i)->key;
}

/* Returns: (transfer none) (nullable): the value of @key, where @self is a mapping and has it */
const SgYamlNode *
sg_yaml_node_lookup (const SgYamlNode *self,
                     const char       *key)
{
  if (self->kind != SG_YAML_MAPPING)
    return NULL;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const SgYamlEntry *entry = sg_yaml_node_get_entry (self, i);

      if (g_str_equal (entry->key->text, key))
        return entry->value;
    }
  return NULL;
}

static gboolean
entry_equal (const SgYamlEntry *a,
             const SgYamlEntry *b)
{
  if ((a->key == NULL) != (b->key == NULL))
    return FALSE;
  return (a->key == NULL || sg_yaml_node_equal (a->key, b->key))
         && sg_yaml_node_equal (a->value, b->value);
}

/* Whether both mean the same: the same kinds, texts and order, however they are written. */
gboolean
sg_yaml_node_equal (const SgYamlNode *a,
                    const SgYamlNode *b)
{
  if (a->kind != b->kind)
    return FALSE;
  if (a->kind == SG_YAML_NULL)
    return TRUE;
  if (a->kind == SG_YAML_SCALAR)
    return a->length == b->length && memcmp (a->text, b->text, a->length) == 0
           && (a->plain == b->plain || sg_yaml_plain_is_string (a->text));
  if (a->entries->len != b->entries->len)
    return FALSE;
  for (guint i = 0; i < a->entries->len; i++)
    {
      if (!entry_equal (sg_yaml_node_get_entry (a, i), sg_yaml_node_get_entry (b, i)))
        return FALSE;
    }
  return TRUE;
}

static const char *
describe (const SgYamlNode *self)
{
  static const char *const names[] = {
    [SG_YAML_NULL] = "nothing",
    [SG_YAML_SCALAR] = "a text",
    [SG_YAML_SEQUENCE] = "a list",
    [SG_YAML_MAPPING] = "a mapping",
  };

  return names[self->kind];
}

/* Returns: whether @self is a @kind */
gboolean
sg_yaml_node_expect (const SgYamlNode  *self,
                     SgYamlKind         kind,
                     GError           **error)
{
  static const char *const expected[] = {
    [SG_YAML_NULL] = "nothing: remove it",
    [SG_YAML_SCALAR] = "a text: write one value",
    [SG_YAML_SEQUENCE] = "a list: write - before each item",
    [SG_YAML_MAPPING] = "a mapping: write key: value in each line",
  };

  if (self->kind == kind)
    return TRUE;
  sg_yaml_node_set_error (self, error, "%s where there must be %s", describe (self),
                          expected[kind]);
  return FALSE;
}

/**
 * sg_yaml_node_check_keys:
 * @self: a mapping
 * @known: (array zero-terminated=1): the keys that it may have
 * @error: the first key that it must not have, and what may have been meant
 *
 * Returns: whether @self is a mapping of no other keys
 */
gboolean
sg_yaml_node_check_keys (const SgYamlNode   *self,
                         const char  *const *known,
                         GError            **error)
{
  if (!sg_yaml_node_expect (self, SG_YAML_MAPPING, error))
    return FALSE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const SgYamlNode *key = sg_yaml_node_get_entry (self, i)->key;

      if (!g_strv_contains (known, key->text))
        {
          g_autofree char *quoted = sg_error_quote (key->text, (gssize) key->length);
          g_autofree char *advice =
              sg_suggest_advice (key->text, known, g_strv_length ((GStrv) known));

          sg_yaml_node_set_error (key, error, "unknown key %s: %s", quoted, advice);
          return FALSE;
        }
    }
  return TRUE;
}
