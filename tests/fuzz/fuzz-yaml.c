/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-yaml-edit.h"
#include "base/sg-yaml-private.h"

#include <string.h>

#define WALKED_MAX 1000

/* What is written on one line means the same. */
static void
try_flow (const SgYaml *yaml)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgYaml) again = NULL;

  sg_yaml_node_write_flow (sg_yaml_get_root (yaml), text);
  again = sg_yaml_parse ("again", text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
  g_assert_true (sg_yaml_node_equal (sg_yaml_get_root (yaml), sg_yaml_get_root (again)));
}

static void
try_scalar (const SgYamlNode *node)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *expanded = NULL;
  gboolean truth;
  gint64 integer;
  guint64 bytes;
  double number;

  sg_yaml_node_get_bool (node, &truth, NULL);
  sg_yaml_node_get_duration (node, &integer, NULL);
  sg_yaml_node_get_bytes (node, &bytes, NULL);
  sg_yaml_node_get_expanded (node, &expanded, missing, NULL);
  if (sg_yaml_node_get_int (node, G_MININT64, G_MAXINT64, &integer, NULL))
    g_assert_true (sg_yaml_node_get_double (node, &number, NULL));
}

static void
try_quote (const SgYamlNode *node)
{
  g_autofree char *quoted = NULL;
  g_autoptr (SgYaml) again = NULL;
  const char *text;
  const char *back;

  if (!sg_yaml_node_get_string (node, &text, NULL))
    return;
  quoted = sg_yaml_quote (text);
  again = sg_yaml_parse ("again", quoted, -1, NULL);
  g_assert_nonnull (again);
  g_assert_true (sg_yaml_node_get_string (sg_yaml_get_root (again), &back, NULL));
  g_assert_cmpstr (text, ==, back);
  g_assert_cmpint (sg_yaml_node_get_kind (sg_yaml_get_root (again)), ==, SG_YAML_SCALAR);
}

/* An edit is right or refused: it is compared with what it should be where it is made. */
static void
try_edits (const SgYaml     *yaml,
           const SgYamlNode *node,
           const char       *value)
{
  guint n = sg_yaml_node_get_length (node);
  SgYaml *edited[4] = { NULL };

  if (node->kind == SG_YAML_MAPPING || node->kind == SG_YAML_NULL)
    {
      edited[0] = sg_yaml_edit_set (yaml, node, "new key", value, NULL);
      if (n > 0)
        {
          const char *key = sg_yaml_node_get_key (node, n / 2)->text;

          edited[1] = sg_yaml_edit_set (yaml, node, key, value, NULL);
          edited[2] = sg_yaml_edit_unset (yaml, node, key, NULL);
        }
    }
  if (node->kind == SG_YAML_SEQUENCE || node->kind == SG_YAML_NULL)
    {
      edited[3] = sg_yaml_edit_append (yaml, node, value, NULL);
      if (n > 0)
        {
          edited[1] = sg_yaml_edit_replace (yaml, node, n / 2, value, NULL);
          edited[2] = sg_yaml_edit_remove (yaml, node, n / 2, NULL);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (edited); i++)
    g_clear_pointer (&edited[i], sg_yaml_unref);
}

static void
walk (const SgYaml     *yaml,
      const SgYamlNode *node,
      guint            *walked)
{
  static const char *const values[] = { "1", "- a\n- b: c", "k: v\nl: [m]", "|\n  x\n  y", "~" };

  if (++*walked > WALKED_MAX)
    return;
  try_scalar (node);
  try_quote (node);
  if (*walked < 10)
    try_edits (yaml, node, values[*walked % G_N_ELEMENTS (values)]);
  for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
    {
      if (sg_yaml_node_get_key (node, i) != NULL)
        g_assert_nonnull (sg_yaml_node_lookup (node, sg_yaml_node_get_key (node, i)->text));
      walk (yaml, sg_yaml_node_get_item (node, i), walked);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgYaml) yaml = sg_yaml_parse ("f", (const char *) data, (gssize) size, &error);
  guint walked = 0;

  if (yaml == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "f:"));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  try_flow (yaml);
  walk (yaml, sg_yaml_get_root (yaml), &walked);
  return 0;
}
