/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-yaml.h"

G_BEGIN_DECLS

/**
 * SgYamlEntry:
 * @key: of a mapping
 * @value: what stands there, or what the alias there names
 * @start: first byte of the value in the text, of the alias where it is one
 * @end: after its last byte
 * @merged: whether it came in by <<
 */
typedef struct
{
  SgYamlNode *key;
  SgYamlNode *value;
  gsize start;
  gsize end;
  gboolean merged;
} SgYamlEntry;

/**
 * SgYamlNode:
 * @document: where it is
 * @parent: the collection it was written in
 * @kind: what it is
 * @plain: a scalar whose type its look decides, because it has neither quotes nor a tag
 * @flow: a collection in brackets
 * @open: while it is being read
 * @line: from 1
 * @column: in characters, from 1
 * @start: first byte in the text
 * @end: after its last byte that is not blank
 * @weight: how many nodes it is, with all that its aliases name
 * @text: of a scalar
 * @length: its bytes
 * @entries: (element-type SgYamlEntry): of a collection; what is merged comes last
 * @n_written: how many entries stand in the text, << among them
 */
struct _SgYamlNode
{
  SgYaml *document;
  SgYamlNode *parent;
  SgYamlKind kind;
  gboolean plain;
  gboolean flow;
  gboolean open;
  guint line;
  guint column;
  gsize start;
  gsize end;
  guint64 weight;
  char *text;
  gsize length;
  GArray *entries;
  guint n_written;
};

const SgYamlEntry *sg_yaml_node_get_entry   (const SgYamlNode *self,
                                             guint             i);
gboolean           sg_yaml_plain_is_null    (const char       *text,
                                             gsize             length);
gboolean           sg_yaml_plain_is_string  (const char       *text);
void               sg_yaml_node_write_flow  (const SgYamlNode *self,
                                             GString          *out);

G_END_DECLS
