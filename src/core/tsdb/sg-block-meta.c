/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-meta.h"

#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"

#include <json-glib/json-glib.h>

/*
 * meta.json is an object of
 *
 *   ulid, minTime, maxTime      the last one is the time behind the last sample
 *   stats                       numSamples, numSeries, numChunks, numTombstones
 *   compaction                  level, sources, deletable, parents of ulid, minTime, maxTime; failed,
 *                               hints
 *   version                     1
 *
 * Members that are 0, false or empty are left out within stats and compaction. What else there is,
 * from newer versions and from other programs (Thanos keeps its own there), stays as it is, in its
 * place. The text is laid out as Go's encoder does it, with tabs and without a newline at the end.
 */

#define META_NAME    "meta.json"
#define META_VERSION 1

SgBlockMeta *
sg_block_meta_new (void)
{
  SgBlockMeta *self = g_new0 (SgBlockMeta, 1);

  self->sources = g_array_new (FALSE, FALSE, sizeof (SgUlid));
  self->parents = g_array_new (FALSE, FALSE, sizeof (SgBlockParent));
  self->hints = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static gpointer
copy_string (gconstpointer text,
             gpointer      user_data)
{
  return g_strdup (text);
}

SgBlockMeta *
sg_block_meta_copy (const SgBlockMeta *self)
{
  SgBlockMeta *copy = g_memdup2 (self, sizeof *self);

  copy->sources = g_array_copy (self->sources);
  copy->parents = g_array_copy (self->parents);
  copy->hints = g_ptr_array_copy (self->hints, copy_string, NULL);
  copy->others = self->others != NULL ? json_object_ref (self->others) : NULL;
  return copy;
}

void
sg_block_meta_free (SgBlockMeta *self)
{
  g_array_unref (self->sources);
  g_array_unref (self->parents);
  g_ptr_array_unref (self->hints);
  g_clear_pointer ((JsonObject **) &self->others, json_object_unref);
  g_free (self);
}

/* Text that is being written: after @n_members of the innermost object or array, at @depth. */
typedef struct
{
  const SgBlockMeta *meta;
  GString *text;
  guint depth;
  guint n_members;
} Output;

static void
put_line (Output *output)
{
  g_string_append_c (output->text, '\n');
  for (guint i = 0; i < output->depth; i++)
    g_string_append_c (output->text, '\t');
}

static void
put_quoted (Output     *output,
            const char *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);
  g_autofree char *quoted = json_to_string (node, FALSE);

  g_string_append (output->text, quoted);
}

/* Begins a member, or an element of an array when @name is %NULL. */
static void
put_name (Output     *output,
          const char *name)
{
  if (output->n_members++ > 0)
    g_string_append_c (output->text, ',');
  put_line (output);
  if (name == NULL)
    return;
  put_quoted (output, name);
  g_string_append (output->text, ": ");
}

static void
begin (Output *output,
       char    bracket)
{
  g_string_append_c (output->text, bracket);
  output->depth++;
  output->n_members = 0;
}

static void
end (Output *output,
     char    bracket)
{
  output->depth--;
  if (output->n_members > 0)
    put_line (output);
  g_string_append_c (output->text, bracket);
  output->n_members = 1;
}

static void
put_integer (Output     *output,
             const char *name,
             gint64      value)
{
  put_name (output, name);
  g_string_append_printf (output->text, "%" G_GINT64_FORMAT, value);
}

static void
put_count (Output     *output,
           const char *name,
           guint64     value)
{
  if (value > 0)
    put_integer (output, name, (gint64) value);
}

static void
put_flag (Output     *output,
          const char *name,
          gboolean    value)
{
  if (!value)
    return;
  put_name (output, name);
  g_string_append (output->text, "true");
}

static void
put_ulid (Output       *output,
          const char   *name,
          const SgUlid *ulid)
{
  char text[SG_ULID_LENGTH + 1];

  sg_ulid_print (ulid, text);
  put_name (output, name);
  g_string_append_printf (output->text, "\"%s\"", text);
}

/* What this program does not know, as it was. */
static void
put_node (Output     *output,
          const char *name,
          JsonNode   *node)
{
  put_name (output, name);
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *member;
      JsonNode *child;

      begin (output, '{');
      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &member, &child))
        put_node (output, member, child);
      end (output, '}');
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      begin (output, '[');
      for (guint i = 0; i < json_array_get_length (array); i++)
        put_node (output, NULL, json_array_get_element (array, i));
      end (output, ']');
    }
  else
    {
      g_autofree char *text = json_to_string (node, FALSE);

      g_string_append (output->text, text);
    }
}

typedef enum
{
  INTEGER,
  COUNT,
  FLAG,
  ULID,
  SOURCES,
  PARENTS,
  HINTS,
  STATS,
  COMPACTION,
  VERSION,
} MemberKind;

/* A member that is known here, and where its value is. */
typedef struct
{
  const char *name;
  MemberKind kind;
  gsize offset;
} Member;

static const Member root_members[] = {
  { "ulid", ULID, G_STRUCT_OFFSET (SgBlockMeta, ulid) },
  { "minTime", INTEGER, G_STRUCT_OFFSET (SgBlockMeta, min_time) },
  { "maxTime", INTEGER, G_STRUCT_OFFSET (SgBlockMeta, max_time) },
  { "stats", STATS, 0 },
  { "compaction", COMPACTION, 0 },
  { "version", VERSION, 0 },
};

static const Member stats_members[] = {
  { "numSamples", COUNT, G_STRUCT_OFFSET (SgBlockMeta, n_samples) },
  { "numSeries", COUNT, G_STRUCT_OFFSET (SgBlockMeta, n_series) },
  { "numChunks", COUNT, G_STRUCT_OFFSET (SgBlockMeta, n_chunks) },
  { "numTombstones", COUNT, G_STRUCT_OFFSET (SgBlockMeta, n_tombstones) },
};

static const Member compaction_members[] = {
  { "level", INTEGER, G_STRUCT_OFFSET (SgBlockMeta, level) },      { "sources", SOURCES, 0 },
  { "deletable", FLAG, G_STRUCT_OFFSET (SgBlockMeta, deletable) }, { "parents", PARENTS, 0 },
  { "failed", FLAG, G_STRUCT_OFFSET (SgBlockMeta, failed) },       { "hints", HINTS, 0 },
};

static const Member *
find_member (const Member *members,
             gsize         n_members,
             const char   *name)
{
  for (gsize i = 0; i < n_members; i++)
    {
      if (g_str_equal (members[i].name, name))
        return &members[i];
    }
  return NULL;
}

static JsonObject *
get_other_object (const SgBlockMeta *self,
                  const char        *name)
{
  JsonNode *node = self->others != NULL ? json_object_get_member (self->others, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
put_sources (Output     *output,
             const char *name)
{
  const GArray *sources = output->meta->sources;

  if (sources->len == 0)
    return;
  put_name (output, name);
  begin (output, '[');
  for (guint i = 0; i < sources->len; i++)
    put_ulid (output, NULL, &g_array_index (sources, SgUlid, i));
  end (output, ']');
}

static void
put_parents (Output     *output,
             const char *name)
{
  const GArray *parents = output->meta->parents;

  if (parents->len == 0)
    return;
  put_name (output, name);
  begin (output, '[');
  for (guint i = 0; i < parents->len; i++)
    {
      const SgBlockParent *parent = &g_array_index (parents, SgBlockParent, i);

      put_name (output, NULL);
      begin (output, '{');
      put_ulid (output, "ulid", &parent->ulid);
      put_integer (output, "minTime", parent->min_time);
      put_integer (output, "maxTime", parent->max_time);
      end (output, '}');
    }
  end (output, ']');
}

static void
put_hints (Output     *output,
           const char *name)
{
  const GPtrArray *hints = output->meta->hints;

  if (hints->len == 0)
    return;
  put_name (output, name);
  begin (output, '[');
  for (guint i = 0; i < hints->len; i++)
    {
      put_name (output, NULL);
      put_quoted (output, g_ptr_array_index (hints, i));
    }
  end (output, ']');
}

static void put_object (
    Output *output, const char *name, JsonObject *others, const Member *members, gsize n_members);

static void
put_member (Output       *output,
            const Member *member)
{
  const SgBlockMeta *meta = output->meta;
  gconstpointer value = (const char *) meta + member->offset;

  switch (member->kind)
    {
    case INTEGER:
      put_integer (output, member->name, *(const gint64 *) value);
      break;
    case COUNT:
      put_count (output, member->name, *(const guint64 *) value);
      break;
    case FLAG:
      put_flag (output, member->name, *(const gboolean *) value);
      break;
    case ULID:
      put_ulid (output, member->name, value);
      break;
    case SOURCES:
      put_sources (output, member->name);
      break;
    case PARENTS:
      put_parents (output, member->name);
      break;
    case HINTS:
      put_hints (output, member->name);
      break;
    case STATS:
      put_object (output, member->name, get_other_object (meta, member->name), stats_members,
                  G_N_ELEMENTS (stats_members));
      break;
    case COMPACTION:
      put_object (output, member->name, get_other_object (meta, member->name), compaction_members,
                  G_N_ELEMENTS (compaction_members));
      break;
    case VERSION:
      put_integer (output, member->name, META_VERSION);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* The members of @others in their order, the known ones as they are now; then those it lacks. */
static void
put_members (Output       *output,
             JsonObject   *others,
             const Member *members,
             gsize         n_members)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (others != NULL)
    {
      json_object_iter_init_ordered (&iter, others);
      while (json_object_iter_next_ordered (&iter, &name, &node))
        {
          const Member *member = find_member (members, n_members, name);

          if (member != NULL)
            put_member (output, member);
          else
            put_node (output, name, node);
        }
    }
  for (gsize i = 0; i < n_members; i++)
    {
      if (others == NULL || !json_object_has_member (others, members[i].name))
        put_member (output, &members[i]);
    }
}

static void
put_object (Output       *output,
            const char   *name,
            JsonObject   *others,
            const Member *members,
            gsize         n_members)
{
  put_name (output, name);
  begin (output, '{');
  put_members (output, others, members, n_members);
  end (output, '}');
}

/**
 * sg_block_meta_to_text:
 * @self: what to say of a block
 *
 * Returns: (transfer full): the text of its meta.json
 */
char *
sg_block_meta_to_text (const SgBlockMeta *self)
{
  Output output = { self, g_string_new (NULL), 0, 0 };

  begin (&output, '{');
  put_members (&output, self->others, root_members, G_N_ELEMENTS (root_members));
  end (&output, '}');
  return g_string_free (output.text, FALSE);
}

/**
 * sg_block_meta_read:
 * @folder: a block
 *
 * Returns: (transfer full) (nullable): what its meta.json says
 */
SgBlockMeta *
sg_block_meta_read (const char  *folder,
                    GError     **error)
{
  g_autofree char *path = g_build_filename (folder, META_NAME, NULL);
  g_autofree char *text = NULL;
  GError *problem = NULL;
  SgBlockMeta *self;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &problem))
    {
      sg_tsdb_fail_file (error, problem);
      return NULL;
    }
  self = sg_block_meta_parse (text, length, error);
  if (self == NULL)
    g_prefix_error (error, "%s/", folder);
  return self;
}

/* Replaces the meta.json of a block at once. */
gboolean
sg_block_meta_write (const SgBlockMeta  *self,
                     const char         *folder,
                     GError            **error)
{
  g_autofree char *path = g_build_filename (folder, META_NAME, NULL);
  g_autofree char *text = sg_block_meta_to_text (self);

  return sg_file_replace (path, text, strlen (text), error);
}

gboolean
sg_block_meta_has_hint (const SgBlockMeta *self,
                        const char        *hint)
{
  return g_ptr_array_find_with_equal_func (self->hints, hint, g_str_equal, NULL);
}

void
sg_block_meta_add_hint (SgBlockMeta *self,
                        const char  *hint)
{
  g_ptr_array_add (self->hints, g_strdup (hint));
}
