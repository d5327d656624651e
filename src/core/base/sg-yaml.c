/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-yaml-private.h"

#include "base/sg-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <yaml.h>

/*
 * Reads a document with libyaml, from its stream of events, into a tree.
 *
 * An alias is the node that it names: the tree is a graph without cycles, and what it would be with
 * every alias written out is bounded (SG_YAML_NODES_MAX), so that who walks it needs no care. A
 * mapping's << is resolved when the mapping ends: what is merged comes after its own entries, and
 * its own keys win. Of two equal keys none wins: that is an error. Keys are texts.
 *
 * libyaml counts places in characters; they are turned into bytes, by which edits cut the text. Its
 * end of a block collection is where the next token begins, after blanks and comments; here it is
 * the end of the last entry.
 */
#define TAG_DIRECTIVES_MAX 64

struct _SgYaml
{
  guint ref_count;
  char *name;
  char *text;
  gsize length;
  GPtrArray *nodes;
  SgYamlNode *root;
};

typedef struct
{
  SgYaml *document;
  yaml_parser_t parser;
  GHashTable *anchors;
  GPtrArray *open;
  /* The key that waits for its value, for each open mapping. */
  GPtrArray *keys;
  /* A character, and the byte where it begins. */
  gsize character;
  const char *at;
  guint64 n_nodes;
  GError **error;
} Builder;

static void
node_free (gpointer data)
{
  SgYamlNode *self = data;

  g_free (self->text);
  g_clear_pointer (&self->entries, g_array_unref);
  g_free (self);
}

static gboolean
fail_at (Builder    *self,
         guint       line,
         guint       column,
         const char *what)
{
  g_set_error (self->error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "%s:%u:%u: %s",
               self->document->name, line, column, what);
  return FALSE;
}

static gboolean
fail (Builder            *self,
      const yaml_event_t *event,
      const char         *what)
{
  return fail_at (self, (guint) event->start_mark.line + 1, (guint) event->start_mark.column + 1,
                  what);
}

static gboolean
fail_limit (Builder            *self,
            const yaml_event_t *event,
            const char         *what,
            int                 most)
{
  g_set_error (self->error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT, "%s:%zu:%zu: more than %d %s",
               self->document->name, event->start_mark.line + 1, event->start_mark.column + 1, most,
               what);
  return FALSE;
}

/* libyaml's places rise and fall by little, so that the last one is the best to begin from. */
static gsize
builder_get_offset (Builder           *self,
                    const yaml_mark_t *mark)
{
  const SgYaml *document = self->document;
  const char *end = document->text + document->length;

  for (; self->character < mark->index && self->at < end; self->character++)
    self->at = g_utf8_next_char (self->at);
  for (; self->character > mark->index; self->character--)
    self->at = g_utf8_prev_char (self->at);
  return (gsize) (self->at - document->text);
}

static SgYamlNode *
builder_add_node (Builder            *self,
                  const yaml_event_t *event,
                  SgYamlKind          kind)
{
  SgYamlNode *node = g_new0 (SgYamlNode, 1);

  node->document = self->document;
  node->kind = kind;
  node->line = (guint) event->start_mark.line + 1;
  node->column = (guint) event->start_mark.column + 1;
  node->start = builder_get_offset (self, &event->start_mark);
  node->end = builder_get_offset (self, &event->end_mark);
  node->weight = 1;
  g_ptr_array_add (self->document->nodes, node);
  return node;
}

static gboolean
builder_check_key (Builder          *self,
                   const SgYamlNode *key)
{
  if (key->kind == SG_YAML_NULL)
    return fail_at (self, key->line, key->column, "a key is nothing: write a text");
  if (key->kind != SG_YAML_SCALAR)
    return fail_at (self, key->line, key->column, "a key is a collection: write a text");
  if (strlen (key->text) != key->length)
    return fail_at (self, key->line, key->column, "a key holds a NUL: remove it");
  return TRUE;
}

/* After the document another may come that is empty, as a closing --- makes one. */
static gboolean
builder_place_root (Builder    *self,
                    SgYamlNode *value)
{
  if (self->document->root == NULL)
    self->document->root = value;
  else if (value->kind != SG_YAML_NULL || value->length > 0)
    return fail_at (self, value->line, value->column,
                    "a second document: put it into a file of its own");
  return TRUE;
}

/*
 * Puts @value, which stands at @start in the text, where the innermost open collection wants one.
 */
static gboolean
builder_place (Builder            *self,
               const yaml_event_t *event,
               SgYamlNode         *value,
               gsize               start,
               gsize               end)
{
  SgYamlEntry entry = { NULL, value, start, end, FALSE };
  SgYamlNode *parent;
  SgYamlNode *key;

  if (self->open->len == 0)
    return builder_place_root (self, value);
  parent = g_ptr_array_index (self->open, self->open->len - 1);
  key = g_ptr_array_index (self->keys, self->keys->len - 1);
  if (value->parent == NULL)
    value->parent = parent;
  parent->weight += value->weight;
  if (parent->weight > SG_YAML_NODES_MAX)
    return fail_limit (self, event, "nodes, aliases written out: make it smaller",
                       SG_YAML_NODES_MAX);
  if (parent->kind == SG_YAML_MAPPING && key == NULL)
    {
      self->keys->pdata[self->keys->len - 1] = value;
      return builder_check_key (self, value);
    }
  entry.key = key;
  g_array_append_val (parent->entries, entry);
  self->keys->pdata[self->keys->len - 1] = NULL;
  return TRUE;
}

static void
builder_keep_anchor (Builder           *self,
                     const yaml_char_t *anchor,
                     SgYamlNode        *node)
{
  if (anchor != NULL)
    g_hash_table_replace (self->anchors, g_strdup ((const char *) anchor), node);
}

/* Whether a scalar's tag leaves its type to its look, @ret_plain, or makes it a text. */
static gboolean
resolve_tag (Builder            *self,
             const yaml_event_t *event,
             gboolean           *ret_plain)
{
  static const char *const by_look[] = { YAML_NULL_TAG, YAML_BOOL_TAG, YAML_INT_TAG, YAML_FLOAT_TAG,
                                         NULL };
  const char *tag = (const char *) event->data.scalar.tag;

  if (tag == NULL || g_str_equal (tag, "!"))
    *ret_plain = tag == NULL && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  else if (g_strv_contains (by_look, tag))
    *ret_plain = TRUE;
  else if (g_str_equal (tag, YAML_STR_TAG) || g_str_equal (tag, YAML_TIMESTAMP_TAG))
    *ret_plain = FALSE;
  else
    return fail (self, event, "an unknown tag: remove it");
  return TRUE;
}

/* A block scalar ends for libyaml where the next token begins. */
static void
node_trim_end (SgYamlNode *self)
{
  while (self->end > self->start && g_ascii_isspace (self->document->text[self->end - 1]))
    self->end--;
}

static gboolean
builder_add_scalar (Builder            *self,
                    const yaml_event_t *event)
{
  gboolean plain = FALSE;
  SgYamlNode *node;

  if (!resolve_tag (self, event, &plain))
    return FALSE;
  node = builder_add_node (self, event, SG_YAML_SCALAR);
  node->plain = plain;
  node->length = event->data.scalar.length;
  node->text = g_malloc (node->length + 1);
  memcpy (node->text, event->data.scalar.value, node->length);
  node->text[node->length] = '\0';
  if (plain && sg_yaml_plain_is_null (node->text, node->length))
    node->kind = SG_YAML_NULL;
  if (event->data.scalar.style == YAML_LITERAL_SCALAR_STYLE
      || event->data.scalar.style == YAML_FOLDED_SCALAR_STYLE)
    node_trim_end (node);
  builder_keep_anchor (self, event->data.scalar.anchor, node);
  return builder_place (self, event, node, node->start, node->end);
}

static gboolean
builder_add_alias (Builder            *self,
                   const yaml_event_t *event)
{
  SgYamlNode *node = g_hash_table_lookup (self->anchors, event->data.alias.anchor);

  if (node == NULL)
    return fail (self, event, "an alias of nothing: put its anchor, &name, before it");
  if (node->open)
    return fail (self, event, "an alias within what it names: write it out");
  return builder_place (self, event, node, builder_get_offset (self, &event->start_mark),
                        builder_get_offset (self, &event->end_mark));
}

static gboolean
builder_open (Builder            *self,
              const yaml_event_t *event,
              SgYamlKind          kind)
{
  gboolean is_sequence = kind == SG_YAML_SEQUENCE;
  const yaml_char_t *tag =
      is_sequence ? event->data.sequence_start.tag : event->data.mapping_start.tag;
  SgYamlNode *node;

  if (tag != NULL && !g_str_equal (tag, is_sequence ? YAML_SEQ_TAG : YAML_MAP_TAG))
    return fail (self, event, "an unknown tag: remove it");
  if (self->open->len >= SG_YAML_DEPTH_MAX)
    return fail_limit (self, event, "collections in one another: make it flatter",
                       SG_YAML_DEPTH_MAX);
  node = builder_add_node (self, event, kind);
  node->entries = g_array_new (FALSE, FALSE, sizeof (SgYamlEntry));
  node->flow = is_sequence ? event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
                           : event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
  node->open = TRUE;
  builder_keep_anchor (
      self, is_sequence ? event->data.sequence_start.anchor : event->data.mapping_start.anchor,
      node);
  g_ptr_array_add (self->open, node);
  g_ptr_array_add (self->keys, NULL);
  return TRUE;
}

static gboolean
fail_duplicate (Builder          *self,
                const SgYamlNode *key,
                const SgYamlNode *first)
{
  g_autofree char *quoted = sg_error_quote (key->text, (gssize) key->length);
  g_autofree char *what = g_strdup_printf (
      "the key %s is given twice, first in line %u: remove one", quoted, first->line);

  return fail_at (self, key->line, key->column, what);
}

static guint
key_hash (gconstpointer key)
{
  return g_str_hash (((const SgYamlNode *) key)->text);
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  const SgYamlNode *left = a;
  const SgYamlNode *right = b;

  return left->length == right->length && memcmp (left->text, right->text, left->length) == 0;
}

/* Adds the entries of @from whose keys are not in @seen to @mapping. */
static gboolean
merge_mapping (Builder          *self,
               SgYamlNode       *mapping,
               GHashTable       *seen,
               const SgYamlNode *key,
               const SgYamlNode *from)
{
  if (from->kind != SG_YAML_MAPPING)
    return fail_at (self, key->line, key->column,
                    "<< merges something that is no mapping: write an alias of one, or a list of "
                    "such");
  for (guint i = 0; i < from->entries->len; i++)
    {
      SgYamlEntry entry = g_array_index (from->entries, SgYamlEntry, i);

      entry.merged = TRUE;
      if (g_hash_table_add (seen, entry.key))
        g_array_append_val (mapping->entries, entry);
    }
  return TRUE;
}

static gboolean
is_merge_key (const SgYamlNode *key)
{
  return key->plain && g_str_equal (key->text, "<<");
}

static gboolean
merge_value (Builder           *self,
             SgYamlNode        *mapping,
             GHashTable        *seen,
             const SgYamlEntry *merge)
{
  const SgYamlNode *value = merge->value;

  if (value->kind != SG_YAML_SEQUENCE)
    return merge_mapping (self, mapping, seen, merge->key, value);
  for (guint i = 0; i < value->entries->len; i++)
    {
      const SgYamlNode *from = g_array_index (value->entries, SgYamlEntry, i).value;

      if (!merge_mapping (self, mapping, seen, merge->key, from))
        return FALSE;
    }
  return TRUE;
}

/* Refuses a key that is there twice, and resolves what is merged. */
static gboolean
mapping_finish (Builder    *self,
                SgYamlNode *mapping)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (key_hash, key_equal);
  g_autoptr (GArray) own = g_steal_pointer (&mapping->entries);
  gboolean merged = TRUE;

  mapping->n_written = own->len;
  mapping->entries = g_array_sized_new (FALSE, FALSE, sizeof (SgYamlEntry), own->len);
  for (guint i = 0; i < own->len; i++)
    {
      SgYamlEntry *entry = &g_array_index (own, SgYamlEntry, i);
      SgYamlNode *first = g_hash_table_lookup (seen, entry->key);

      if (first != NULL)
        return fail_duplicate (self, entry->key, first);
      g_hash_table_add (seen, entry->key);
      if (!is_merge_key (entry->key))
        g_array_append_val (mapping->entries, *entry);
    }
  for (guint i = 0; i < own->len && merged; i++)
    {
      const SgYamlEntry *entry = &g_array_index (own, SgYamlEntry, i);

      if (is_merge_key (entry->key))
        merged = merge_value (self, mapping, seen, entry);
    }
  return merged;
}

static gboolean
builder_close (Builder            *self,
               const yaml_event_t *event)
{
  SgYamlNode *node = g_ptr_array_index (self->open, self->open->len - 1);
  const SgYamlEntry *last;

  node->open = FALSE;
  node->end = builder_get_offset (self, &event->end_mark);
  if (!node->flow && node->entries->len > 0)
    {
      last = &g_array_index (node->entries, SgYamlEntry, node->entries->len - 1);
      node->end = MAX (last->end, last->key != NULL ? last->key->end : 0);
    }
  if (node->kind == SG_YAML_MAPPING && !mapping_finish (self, node))
    return FALSE;
  g_ptr_array_set_size (self->open, (int) self->open->len - 1);
  g_ptr_array_set_size (self->keys, (int) self->keys->len - 1);
  return builder_place (self, event, node, node->start, node->end);
}

/* Returns: %FALSE on failure */
static gboolean
builder_take (Builder            *self,
              const yaml_event_t *event)
{
  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      return builder_add_scalar (self, event);
    case YAML_ALIAS_EVENT:
      return builder_add_alias (self, event);
    case YAML_SEQUENCE_START_EVENT:
      return builder_open (self, event, SG_YAML_SEQUENCE);
    case YAML_MAPPING_START_EVENT:
      return builder_open (self, event, SG_YAML_MAPPING);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return builder_close (self, event);
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_NO_EVENT:
    default:
      return TRUE;
    }
}

/* Returns: the line and column, from 1, of a byte */
static void
find_place (const SgYaml *document,
            gsize         offset,
            guint        *ret_line,
            guint        *ret_column)
{
  const char *at = document->text + MIN (offset, document->length);
  const char *start = at;

  while (start > document->text && start[-1] != '\n')
    start--;
  *ret_line = 1;
  for (const char *p = document->text; p < start; p++)
    *ret_line += *p == '\n';
  *ret_column = (guint) g_utf8_strlen (start, at - start) + 1;
}

/* What libyaml says, at the place that it means. */
static gboolean
fail_syntax (Builder *self)
{
  const yaml_parser_t *parser = &self->parser;
  g_autoptr (GString) what = g_string_new (NULL);
  guint line = (guint) parser->problem_mark.line + 1;
  guint column = (guint) parser->problem_mark.column + 1;

  if (parser->error == YAML_READER_ERROR)
    find_place (self->document, parser->problem_offset, &line, &column);
  else if (parser->context != NULL)
    {
      g_string_append (what, parser->context);
      if (parser->context_mark.line + 1 != line)
        g_string_append_printf (what, " from line %zu on", parser->context_mark.line + 1);
      g_string_append (what, ": ");
    }
  g_string_append (what, parser->problem != NULL ? parser->problem : "out of memory");
  g_string_append (what, ": check the indentation and the quotes there");
  return fail_at (self, line, column, what->str);
}

static gboolean
builder_run (Builder *self)
{
  gboolean good = TRUE;
  gboolean ended = FALSE;

  while (good && !ended)
    {
      yaml_event_t event;

      if (!yaml_parser_parse (&self->parser, &event))
        return fail_syntax (self);
      ended = event.type == YAML_STREAM_END_EVENT;
      good = builder_take (self, &event);
      if (good && self->document->nodes->len > SG_YAML_NODES_MAX)
        good = fail_limit (self, &event, "nodes: make it smaller", SG_YAML_NODES_MAX);
      yaml_event_delete (&event);
    }
  return good;
}

/* A document of nothing but comments is null, after them. */
static void
builder_add_empty_root (Builder *self)
{
  yaml_event_t event = { 0 };
  SgYamlNode *node = builder_add_node (self, &event, SG_YAML_NULL);

  node->plain = TRUE;
  node->text = g_strdup ("");
  node->start = node->end = self->document->length;
  self->document->root = node;
}

static gboolean
document_build (SgYaml  *self,
                GError **error)
{
  Builder builder = { .document = self, .at = self->text, .error = error };
  gboolean built;

  builder.anchors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  builder.open = g_ptr_array_new ();
  builder.keys = g_ptr_array_new ();
  yaml_parser_initialize (&builder.parser);
  yaml_parser_set_encoding (&builder.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&builder.parser, (const guint8 *) self->text, self->length);
  built = builder_run (&builder);
  if (built && self->root == NULL)
    builder_add_empty_root (&builder);
  yaml_parser_delete (&builder.parser);
  g_hash_table_unref (builder.anchors);
  g_ptr_array_unref (builder.open);
  g_ptr_array_unref (builder.keys);
  return built;
}

/* libyaml compares each directive with all before it. */
static gboolean
has_too_many_directives (const char *text)
{
  guint n = 0;

  for (const char *p = strstr (text, "%TAG"); p != NULL && n <= TAG_DIRECTIVES_MAX;
       p = strstr (p + 1, "\n%TAG"))
    n++;
  return n > TAG_DIRECTIVES_MAX;
}

static gboolean
check_text (const char  *name,
            const char  *text,
            gsize        length,
            GError     **error)
{
  const char *end;

  if (length > SG_YAML_BYTES_MAX)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "%s: %zu bytes are more than %d: make it smaller", name, length,
                   SG_YAML_BYTES_MAX);
      return FALSE;
    }
  if (!g_utf8_validate_len (text, length, &end))
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
                   "%s: byte %zu is not UTF-8: write the file in UTF-8", name,
                   (gsize) (end - text));
      return FALSE;
    }
  return TRUE;
}

/**
 * sg_yaml_parse:
 * @name: what errors call the document: the name of its file
 * @text: the document, in UTF-8
 * @length: its length in bytes, or -1 when it ends in a NUL
 * @error: what is wrong with it, at which line and column
 *
 * Returns: (transfer full) (nullable): the document
 */
SgYaml *
sg_yaml_parse (const char  *name,
               const char  *text,
               gssize       length,
               GError     **error)
{
  g_autoptr (SgYaml) self = NULL;
  gsize n = length < 0 ? strlen (text) : (gsize) length;

  if (!check_text (name, text, n, error))
    return NULL;
  self = g_new0 (SgYaml, 1);
  self->ref_count = 1;
  self->name = g_strdup (name);
  self->text = g_malloc (n + 1);
  memcpy (self->text, text, n);
  self->text[n] = '\0';
  self->length = n;
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  if (has_too_many_directives (self->text))
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "%s: more than %d %%TAG directives: remove some", name, TAG_DIRECTIVES_MAX);
      return NULL;
    }
  if (!document_build (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * sg_yaml_load:
 * @path: a file
 * @error: why it cannot be read, or what is wrong with it
 *
 * Returns: (transfer full) (nullable): the document in the file
 */
SgYaml *
sg_yaml_load (const char  *path,
              GError     **error)
{
  g_autofree char *text = NULL;
  gsize length;
  GStatBuf info;

  if (g_stat (path, &info) == 0 && info.st_size > SG_YAML_BYTES_MAX)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "%s: more than %d bytes: make it smaller", path, SG_YAML_BYTES_MAX);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  return sg_yaml_parse (path, text, (gssize) length, error);
}

SgYaml *
sg_yaml_ref (SgYaml *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_yaml_unref (SgYaml *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_ptr_array_unref (self->nodes);
  g_free (self->name);
  g_free (self->text);
  g_free (self);
}

const char *
sg_yaml_get_name (const SgYaml *self)
{
  return self->name;
}

/* Returns: the text it was read from, byte by byte; a NUL follows it */
const char *
sg_yaml_get_text (const SgYaml *self,
                  gsize        *ret_length)
{
  if (ret_length != NULL)
    *ret_length = self->length;
  return self->text;
}

/* Returns: what the document is; null for an empty one */
const SgYamlNode *
sg_yaml_get_root (const SgYaml *self)
{
  return self->root;
}
