/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-yaml-edit.h"
#include "base/sg-yaml-edit-private.h"

/*
 * A change is spliced into the text (sg-yaml-splice.c); then the new text is read, and compared
 * with the old document: everything but the change must mean the same. Where it does not (an anchor
 * went away that is used elsewhere, a key of a kind that nobody thought of here) there is an error
 * and no document. So a change is right or it is refused.
 */

static gboolean is_expected (const SgYamlEdit *edit, const SgYamlNode *old, const SgYamlNode *now);

/* Whether @now is the container that was edited, with all its entries but the one in question. */
static gboolean
mapping_is_expected (const SgYamlEdit *edit,
                     const SgYamlNode *value,
                     const SgYamlNode *now)
{
  const SgYamlNode *changed;
  guint n = sg_yaml_node_get_length (edit->node);

  if (now->kind != SG_YAML_MAPPING)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const SgYamlEntry *entry = sg_yaml_node_get_entry (edit->node, i);
      const SgYamlNode *other = sg_yaml_node_lookup (now, entry->key->text);

      if (i != edit->at && (other == NULL || !is_expected (edit, entry->value, other)))
        return FALSE;
    }
  changed = sg_yaml_node_lookup (now, edit->key);
  if (edit->operation == SG_YAML_EDIT_SET)
    return changed != NULL && sg_yaml_node_equal (changed, value)
           && now->entries->len == n + (edit->at == n);
  /* What was merged under the same key may come to light. */
  return now->entries->len == n - (changed == NULL);
}

static gboolean
sequence_is_expected (const SgYamlEdit *edit,
                      const SgYamlNode *value,
                      const SgYamlNode *now)
{
  guint n = sg_yaml_node_get_length (edit->node);
  guint removed = edit->operation == SG_YAML_EDIT_REMOVE;

  if (now->kind != SG_YAML_SEQUENCE
      || now->entries->len != n + (edit->operation == SG_YAML_EDIT_APPEND) - removed)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      guint place = i - (removed != 0 && i > edit->at);

      if (i != edit->at
          && !is_expected (edit, sg_yaml_node_get_item (edit->node, i),
                           sg_yaml_node_get_item (now, place)))
        return FALSE;
    }
  return removed != 0 || sg_yaml_node_equal (sg_yaml_node_get_item (now, edit->at), value);
}

/* Whether @now means what @old meant, and is what it should be where @old was edited. */
static gboolean
is_expected (const SgYamlEdit *edit,
             const SgYamlNode *old,
             const SgYamlNode *now)
{
  if (old == edit->node)
    return edit->operation == SG_YAML_EDIT_SET || edit->operation == SG_YAML_EDIT_UNSET
               ? mapping_is_expected (edit, edit->wanted, now)
               : sequence_is_expected (edit, edit->wanted, now);
  if (old->entries == NULL || now->entries == NULL)
    return sg_yaml_node_equal (old, now);
  if (old->kind != now->kind || old->entries->len != now->entries->len)
    return FALSE;
  for (guint i = 0; i < old->entries->len; i++)
    {
      const SgYamlEntry *left = sg_yaml_node_get_entry (old, i);
      const SgYamlEntry *right = sg_yaml_node_get_entry (now, i);

      if (left->key != NULL && !sg_yaml_node_equal (left->key, right->key))
        return FALSE;
      if (!is_expected (edit, left->value, right->value))
        return FALSE;
    }
  return TRUE;
}

/* Splices and compares. Returns: (nullable): the new document */
static SgYaml *
edit_apply (SgYamlEdit *edit)
{
  g_autoptr (SgYaml) result = NULL;

  if (!sg_yaml_edit_splice (edit))
    return NULL;
  result =
      sg_yaml_parse (sg_yaml_get_name (edit->yaml), edit->out->str, (gssize) edit->out->len, NULL);
  if (result == NULL
      || !is_expected (edit, sg_yaml_get_root (edit->yaml), sg_yaml_get_root (result)))
    return NULL;
  return g_steal_pointer (&result);
}

static SgYaml *
edit_run (SgYamlEdit  *edit,
          const char  *value,
          GError     **error)
{
  g_autoptr (SgYaml) snippet = NULL;
  SgYaml *result;
  const char *text;
  gsize length;

  if (value != NULL)
    {
      /* Its last line will be one in the document, which matters to a block scalar. */
      g_autofree char *lines = g_strconcat (value, "\n", NULL);

      snippet = sg_yaml_parse ("value", lines, -1, error);
      if (snippet == NULL)
        return NULL;
      edit->snippet = snippet;
      edit->wanted = edit->value = sg_yaml_get_root (snippet);
    }
  text = sg_yaml_get_text (edit->yaml, &length);
  edit->out = g_string_new_len (text, (gssize) length);
  result = edit_apply (edit);
  if (result == NULL)
    sg_yaml_node_set_error (edit->node, error,
                            "cannot be changed safely as it is written: change it by hand");
  g_string_free (edit->out, TRUE);
  if (edit->snippet != snippet)
    g_clear_pointer (&edit->snippet, sg_yaml_unref);
  return result;
}

/* Returns: the place of @key, or the length */
static guint
find_key (const SgYamlNode *mapping,
          const char       *key)
{
  guint n = sg_yaml_node_get_length (mapping);

  for (guint i = 0; i < n; i++)
    {
      if (g_str_equal (sg_yaml_node_get_entry (mapping, i)->key->text, key))
        return i;
    }
  return n;
}

/**
 * sg_yaml_edit_set:
 * @yaml: a document
 * @mapping: a mapping in it, or nothing where a mapping may be
 * @key: a key, new or there already
 * @value: its value as YAML
 * @error: set when @value is not YAML, or the change cannot be made safely
 *
 * Returns: (transfer full) (nullable): the document with @value for @key
 */
SgYaml *
sg_yaml_edit_set (const SgYaml      *yaml,
                  const SgYamlNode  *mapping,
                  const char        *key,
                  const char        *value,
                  GError           **error)
{
  SgYamlEdit edit = { .operation = SG_YAML_EDIT_SET, .yaml = yaml, .node = mapping, .key = key };

  if (mapping->kind != SG_YAML_NULL && !sg_yaml_node_expect (mapping, SG_YAML_MAPPING, error))
    return NULL;
  edit.at = find_key (mapping, key);
  return edit_run (&edit, value, error);
}

/**
 * sg_yaml_edit_unset:
 * @yaml: a document
 * @mapping: a mapping in it
 * @key: a key that it has itself
 * @error: set when it has not, or the change cannot be made safely
 *
 * Returns: (transfer full) (nullable): the document without @key there
 */
SgYaml *
sg_yaml_edit_unset (const SgYaml      *yaml,
                    const SgYamlNode  *mapping,
                    const char        *key,
                    GError           **error)
{
  SgYamlEdit edit = { .operation = SG_YAML_EDIT_UNSET, .yaml = yaml, .node = mapping, .key = key };

  if (!sg_yaml_node_expect (mapping, SG_YAML_MAPPING, error))
    return NULL;
  edit.at = find_key (mapping, key);
  if (edit.at == mapping->entries->len || sg_yaml_node_get_entry (mapping, edit.at)->merged)
    {
      sg_yaml_node_set_error (mapping, error, "has no key \"%s\" of its own: read the file again",
                              key);
      return NULL;
    }
  return edit_run (&edit, NULL, error);
}

/**
 * sg_yaml_edit_append:
 * @yaml: a document
 * @sequence: a list in it, or nothing where a list may be
 * @value: a new last item as YAML
 * @error: set when @value is not YAML, or the change cannot be made safely
 *
 * Returns: (transfer full) (nullable): the document with the item
 */
SgYaml *
sg_yaml_edit_append (const SgYaml      *yaml,
                     const SgYamlNode  *sequence,
                     const char        *value,
                     GError           **error)
{
  SgYamlEdit edit = { .operation = SG_YAML_EDIT_APPEND, .yaml = yaml, .node = sequence };

  if (sequence->kind != SG_YAML_NULL && !sg_yaml_node_expect (sequence, SG_YAML_SEQUENCE, error))
    return NULL;
  edit.at = sg_yaml_node_get_length (sequence);
  return edit_run (&edit, value, error);
}

/**
 * sg_yaml_edit_replace:
 * @yaml: a document
 * @sequence: a list in it
 * @i: which item, below its length
 * @value: the new item as YAML
 * @error: set when @value is not YAML, or the change cannot be made safely
 *
 * Returns: (transfer full) (nullable): the document with @value for the item
 */
SgYaml *
sg_yaml_edit_replace (const SgYaml      *yaml,
                      const SgYamlNode  *sequence,
                      guint              i,
                      const char        *value,
                      GError           **error)
{
  SgYamlEdit edit = { .operation = SG_YAML_EDIT_REPLACE, .yaml = yaml, .node = sequence, .at = i };

  g_return_val_if_fail (i < sg_yaml_node_get_length (sequence), NULL);
  if (!sg_yaml_node_expect (sequence, SG_YAML_SEQUENCE, error))
    return NULL;
  return edit_run (&edit, value, error);
}

/**
 * sg_yaml_edit_remove:
 * @yaml: a document
 * @sequence: a list in it
 * @i: which item, below its length
 * @error: set when the change cannot be made safely
 *
 * Returns: (transfer full) (nullable): the document without the item
 */
SgYaml *
sg_yaml_edit_remove (const SgYaml      *yaml,
                     const SgYamlNode  *sequence,
                     guint              i,
                     GError           **error)
{
  SgYamlEdit edit = { .operation = SG_YAML_EDIT_REMOVE, .yaml = yaml, .node = sequence, .at = i };

  g_return_val_if_fail (i < sg_yaml_node_get_length (sequence), NULL);
  if (!sg_yaml_node_expect (sequence, SG_YAML_SEQUENCE, error))
    return NULL;
  return edit_run (&edit, NULL, error);
}
