/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * YAML documents for configuration: read whole, checked, and then asked. Each node knows its line
 * and column, and every error says "file:line:column: what is wrong: what to do".
 *
 * The bounds of a document: bytes, nested collections, and nodes, where what an alias names counts
 * at each place where it stands.
 */
#define SG_YAML_BYTES_MAX (16 * 1024 * 1024)
#define SG_YAML_DEPTH_MAX 100
#define SG_YAML_NODES_MAX 1000000

/**
 * SgYamlKind:
 * @SG_YAML_NULL: nothing, ~ or null
 * @SG_YAML_SCALAR: a text
 * @SG_YAML_SEQUENCE: a list
 * @SG_YAML_MAPPING: keys and values
 */
typedef enum
{
  SG_YAML_NULL,
  SG_YAML_SCALAR,
  SG_YAML_SEQUENCE,
  SG_YAML_MAPPING,
} SgYamlKind;

/**
 * SgYaml:
 *
 * A document. Immutable and counted; its nodes live as long as it does.
 */
typedef struct _SgYaml SgYaml;
typedef struct _SgYamlNode SgYamlNode;

SgYaml           *sg_yaml_parse           (const char        *name,
                                           const char        *text,
                                           gssize             length,
                                           GError           **error);
SgYaml           *sg_yaml_load            (const char        *path,
                                           GError           **error);
SgYaml           *sg_yaml_ref             (SgYaml            *self);
void              sg_yaml_unref           (SgYaml            *self);
const char       *sg_yaml_get_name        (const SgYaml      *self);
const char       *sg_yaml_get_text        (const SgYaml      *self,
                                           gsize             *ret_length);
const SgYamlNode *sg_yaml_get_root        (const SgYaml      *self);

SgYamlKind        sg_yaml_node_get_kind   (const SgYamlNode  *self);
guint             sg_yaml_node_get_line   (const SgYamlNode  *self);
guint             sg_yaml_node_get_column (const SgYamlNode  *self);
void              sg_yaml_node_set_error  (const SgYamlNode  *self,
                                           GError           **error,
                                           const char        *format,
                                           ...) G_GNUC_PRINTF (3, 4);

/* Of a sequence or mapping; anything else has no entries. */
guint             sg_yaml_node_get_length (const SgYamlNode  *self);
const SgYamlNode *sg_yaml_node_get_item   (const SgYamlNode  *self,
                                           guint              i);
const SgYamlNode *sg_yaml_node_get_key    (const SgYamlNode  *self,
                                           guint              i);
const SgYamlNode *sg_yaml_node_lookup     (const SgYamlNode  *self,
                                           const char        *key);
gboolean          sg_yaml_node_equal      (const SgYamlNode  *a,
                                           const SgYamlNode  *b);

/* Each fails, with an error at the node, where the node is not of the kind. */
gboolean          sg_yaml_node_expect     (const SgYamlNode  *self,
                                           SgYamlKind         kind,
                                           GError           **error);
gboolean          sg_yaml_node_check_keys (const SgYamlNode  *self,
                                           const char *const *known,
                                           GError           **error);
gboolean          sg_yaml_node_get_string (const SgYamlNode  *self,
                                           const char       **ret_text,
                                           GError           **error);
gboolean          sg_yaml_node_get_bool   (const SgYamlNode  *self,
                                           gboolean          *ret_value,
                                           GError           **error);
gboolean          sg_yaml_node_get_int    (const SgYamlNode  *self,
                                           gint64             min,
                                           gint64             max,
                                           gint64            *ret_value,
                                           GError           **error);
gboolean          sg_yaml_node_get_double (const SgYamlNode  *self,
                                           double            *ret_value,
                                           GError           **error);
gboolean          sg_yaml_node_get_duration (const SgYamlNode *self,
                                           gint64            *ret_ms,
                                           GError           **error);
gboolean          sg_yaml_node_get_bytes  (const SgYamlNode  *self,
                                           guint64           *ret_bytes,
                                           GError           **error);
gboolean          sg_yaml_node_get_expanded (const SgYamlNode *self,
                                           char             **ret_text,
                                           GPtrArray         *missing,
                                           GError           **error);

/*
 * The same for a key of a mapping. Where the key is absent, or its value is nothing, they leave
 * *@ret alone, so that a default stays. A string is copied, and what *@ret_text held is freed.
 */
gboolean          sg_yaml_read_string     (const SgYamlNode  *mapping,
                                           const char        *key,
                                           char             **ret_text,
                                           GError           **error);
gboolean          sg_yaml_read_bool       (const SgYamlNode  *mapping,
                                           const char        *key,
                                           gboolean          *ret_value,
                                           GError           **error);
gboolean          sg_yaml_read_int        (const SgYamlNode  *mapping,
                                           const char        *key,
                                           gint64             min,
                                           gint64             max,
                                           gint64            *ret_value,
                                           GError           **error);
gboolean          sg_yaml_read_double     (const SgYamlNode  *mapping,
                                           const char        *key,
                                           double            *ret_value,
                                           GError           **error);
gboolean          sg_yaml_read_duration   (const SgYamlNode  *mapping,
                                           const char        *key,
                                           gint64            *ret_ms,
                                           GError           **error);
gboolean          sg_yaml_read_bytes      (const SgYamlNode  *mapping,
                                           const char        *key,
                                           guint64           *ret_bytes,
                                           GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgYaml, sg_yaml_unref)

G_END_DECLS
