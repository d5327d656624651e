/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-yaml-private.h"

G_BEGIN_DECLS

typedef enum
{
  SG_YAML_EDIT_SET,
  SG_YAML_EDIT_UNSET,
  SG_YAML_EDIT_APPEND,
  SG_YAML_EDIT_REPLACE,
  SG_YAML_EDIT_REMOVE,
} SgYamlOperation;

/**
 * SgYamlEdit:
 * @operation: what to do
 * @yaml: the document
 * @node: the collection in it that is changed
 * @key: of a mapping, which entry
 * @at: the place of the entry, or the length for a new one
 * @wanted: the value that was asked for; %NULL to remove
 * @snippet: (owned): the document of @value
 * @value: what is written: @wanted, or that in a block around it
 * @out: the text of the document, to be changed
 */
typedef struct
{
  SgYamlOperation operation;
  const SgYaml *yaml;
  const SgYamlNode *node;
  const char *key;
  guint at;
  const SgYamlNode *wanted;
  SgYaml *snippet;
  const SgYamlNode *value;
  GString *out;
} SgYamlEdit;

gboolean sg_yaml_edit_splice (SgYamlEdit *edit);

G_END_DECLS
