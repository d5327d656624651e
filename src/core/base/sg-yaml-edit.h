/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-yaml.h"

G_BEGIN_DECLS

/*
 * Changes of a document that its user wrote: only the place in question is cut and spliced;
 * comments, order, quotes and blanks stay. Each returns a new document; the given one, and its
 * nodes, stay as they are. A value is given as YAML of its own, and written as its place demands.
 */
SgYaml *sg_yaml_edit_set     (const SgYaml      *yaml,
                              const SgYamlNode  *mapping,
                              const char        *key,
                              const char        *value,
                              GError           **error);
SgYaml *sg_yaml_edit_unset   (const SgYaml      *yaml,
                              const SgYamlNode  *mapping,
                              const char        *key,
                              GError           **error);
SgYaml *sg_yaml_edit_append  (const SgYaml      *yaml,
                              const SgYamlNode  *sequence,
                              const char        *value,
                              GError           **error);
SgYaml *sg_yaml_edit_replace (const SgYaml      *yaml,
                              const SgYamlNode  *sequence,
                              guint              i,
                              const char        *value,
                              GError           **error);
SgYaml *sg_yaml_edit_remove  (const SgYaml      *yaml,
                              const SgYamlNode  *sequence,
                              guint              i,
                              GError           **error);

/* A text as YAML, in quotes where it needs them: what is read back is the same text. */
char   *sg_yaml_quote        (const char        *text);

G_END_DECLS
