/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-meta.h"

#include "tsdb/sg-tsdb-error.h"

#include <json-glib/json-glib.h>

/* Reads meta.json, whose members are listed in sg-block-meta.c. */

#define META_NAME    "meta.json"
#define META_VERSION 1

/* Far more than a block of thousands of parents needs; a deeper text would exhaust the stack. */
#define MAX_LENGTH (16 * 1024 * 1024)
#define MAX_DEPTH  32

static gboolean
fail (GError     **error,
      const char  *member)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               META_NAME ": \"%s\" is missing or not what it should be", member);
  return FALSE;
}

/* An integer that may be missing when it is 0. */
static gboolean
get_integer (JsonObject  *object,
             const char  *name,
             gboolean     required,
             gint64      *ret_value,
             GError     **error)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL && !required)
    {
      *ret_value = 0;
      return TRUE;
    }
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return fail (error, name);
  *ret_value = json_node_get_int (node);
  return TRUE;
}

static gboolean
get_count (JsonObject  *object,
           const char  *name,
           guint64     *ret_value,
           GError     **error)
{
  gint64 value;

  if (!get_integer (object, name, FALSE, &value, error))
    return FALSE;
  *ret_value = (guint64) value;
  return value >= 0 || fail (error, name);
}

static gboolean
get_boolean (JsonObject  *object,
             const char  *name,
             gboolean    *ret_value,
             GError     **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node != NULL
      && (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN))
    return fail (error, name);
  *ret_value = node != NULL && json_node_get_boolean (node);
  return TRUE;
}

static gboolean
parse_ulid (JsonNode    *node,
            const char  *name,
            SgUlid      *ret_ulid,
            GError     **error)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING
      || !sg_ulid_parse (ret_ulid, json_node_get_string (node)))
    return fail (error, name);
  return TRUE;
}

static gboolean
parse_source (JsonNode     *node,
              SgBlockMeta  *meta,
              GError      **error)
{
  SgUlid ulid;

  if (!parse_ulid (node, "sources", &ulid, error))
    return FALSE;
  g_array_append_val (meta->sources, ulid);
  return TRUE;
}

static gboolean
parse_parent (JsonNode     *node,
              SgBlockMeta  *meta,
              GError      **error)
{
  SgBlockParent parent;
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, "parents");
  object = json_node_get_object (node);
  if (!parse_ulid (json_object_get_member (object, "ulid"), "parents", &parent.ulid, error)
      || !get_integer (object, "minTime", TRUE, &parent.min_time, error)
      || !get_integer (object, "maxTime", TRUE, &parent.max_time, error))
    return FALSE;
  g_array_append_val (meta->parents, parent);
  return TRUE;
}

static gboolean
parse_hint (JsonNode     *node,
            SgBlockMeta  *meta,
            GError      **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return fail (error, "hints");
  sg_block_meta_add_hint (meta, json_node_get_string (node));
  return TRUE;
}

/* Calls @parse for each element of an array that may be missing or null. */
static gboolean
parse_array (JsonObject   *object,
             const char   *name,
             SgBlockMeta  *meta,
             gboolean (*parse) (JsonNode *node, SgBlockMeta *meta, GError **error),
             GError      **error)
{
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return fail (error, name);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (!parse (json_array_get_element (array, i), meta, error))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (nullable): a member that is an object; %NULL also where there is none. */
static JsonObject *
get_object (JsonObject *object,
            const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
parse_stats (SgBlockMeta  *self,
             JsonObject   *stats,
             GError      **error)
{
  return get_count (stats, "numSamples", &self->n_samples, error)
         && get_count (stats, "numSeries", &self->n_series, error)
         && get_count (stats, "numChunks", &self->n_chunks, error)
         && get_count (stats, "numTombstones", &self->n_tombstones, error);
}

static gboolean
parse_compaction (SgBlockMeta  *self,
                  JsonObject   *compaction,
                  GError      **error)
{
  if (compaction == NULL)
    return fail (error, "compaction");
  return get_count (compaction, "level", &self->level, error)
         && get_boolean (compaction, "deletable", &self->deletable, error)
         && get_boolean (compaction, "failed", &self->failed, error)
         && parse_array (compaction, "sources", self, parse_source, error)
         && parse_array (compaction, "parents", self, parse_parent, error)
         && parse_array (compaction, "hints", self, parse_hint, error);
}

static gboolean
parse_root (SgBlockMeta  *self,
            JsonObject   *root,
            GError      **error)
{
  gint64 version;

  if (!get_integer (root, "version", TRUE, &version, error))
    return FALSE;
  if (version != META_VERSION)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                   META_NAME ": version %" G_GINT64_FORMAT "; only %d is known here", version,
                   META_VERSION);
      return FALSE;
    }
  if (!parse_ulid (json_object_get_member (root, "ulid"), "ulid", &self->ulid, error)
      || !get_integer (root, "minTime", TRUE, &self->min_time, error)
      || !get_integer (root, "maxTime", TRUE, &self->max_time, error)
      || !parse_stats (self, get_object (root, "stats"), error)
      || !parse_compaction (self, get_object (root, "compaction"), error))
    return FALSE;
  return self->min_time <= self->max_time || fail (error, "maxTime");
}

static gboolean
check_depth (const char  *text,
             gsize        length,
             GError     **error)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\\' && in_string)
        i++;
      else if (text[i] == '"')
        in_string = !in_string;
      else if (!in_string && (text[i] == '{' || text[i] == '['))
        depth++;
      else if (!in_string && (text[i] == '}' || text[i] == ']') && depth > 0)
        depth--;
      if (depth > MAX_DEPTH)
        {
          g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                       META_NAME ": byte %zu: more than %d objects within each other", i,
                       MAX_DEPTH);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_text (const char  *text,
            gsize        length,
            GError     **error)
{
  if (length > MAX_LENGTH)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                   META_NAME ": %zu bytes; more than %d cannot be right", length, MAX_LENGTH);
      return FALSE;
    }
  if (length == 0 || !g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, META_NAME ": %s",
                   length == 0 ? "empty" : "not UTF-8: the file is damaged");
      return FALSE;
    }
  return check_depth (text, length, error);
}

static JsonNode *
parse_json (const char  *text,
            gsize        length,
            GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!check_text (text, length, error))
    return NULL;
  if (!json_parser_load_from_data (parser, text, (gssize) length, &problem))
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, META_NAME ": %s", problem->message);
      return NULL;
    }
  node = json_parser_steal_root (parser);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return g_steal_pointer (&node);
  g_set_error_literal (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, META_NAME ": not an object");
  return NULL;
}

/**
 * sg_block_meta_parse:
 * @text: what is in a meta.json
 * @length: how much
 *
 * Returns: (transfer full) (nullable): what it says
 */
SgBlockMeta *
sg_block_meta_parse (const char  *text,
                     gsize        length,
                     GError     **error)
{
  g_autoptr (JsonNode) node = parse_json (text, length, error);
  g_autoptr (SgBlockMeta) self = NULL;

  if (node == NULL)
    return NULL;
  self = sg_block_meta_new ();
  self->others = json_node_dup_object (node);
  return parse_root (self, self->others, error) ? g_steal_pointer (&self) : NULL;
}
