/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-api-answer.h"

#include "base/sg-json-writer.h"
#include "base/sg-labels.h"
#include "base/sg-number.h"
#include "engine/sg-engine-error.h"
#include "http/api/sg-api-params.h"
#include "promql/sg-go-text.h"

#include <json-glib/json-glib.h>
#include <string.h>

/*
 * As promtool prints: values never have an exponent, times are seconds.
 *
 *   vector   name{label="value"} => 1.5 @[1700000000.5]      a line for each series
 *   matrix   name{label="value"} =>                          then a line for each sample
 *            1.5 @[1700000000.5]
 *   scalar   scalar: 1.5 @[1700000000.5]
 *   string   the text
 *   series   {__name__="name", label="value"}                a line each
 *   texts    a line each
 *
 * The other form is the JSON of the same: what stands in the API's "result", or in its "data".
 */
struct _SgApiAnswer
{
  gatomicrefcount ref_count;
  JsonNode *root;
  JsonNode *value;
  const char *type;
  GStrv notes;
};

G_DEFINE_BOXED_TYPE (SgApiAnswer, sg_api_answer, sg_api_answer_ref, sg_api_answer_unref)

SgApiAnswer *
sg_api_answer_ref (SgApiAnswer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_api_answer_unref (SgApiAnswer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  json_node_unref (self->root);
  g_strfreev (self->notes);
  g_free (self);
}

/* Returns: (nullable): the text that a node is; %NULL when it is none */
static const char *
node_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static const char *
get_text (JsonObject *object,
          const char *name)
{
  const char *text = node_text (json_object_get_member (object, name));

  return text != NULL ? text : "";
}

static void
add_notes (GStrvBuilder *notes,
           JsonObject   *answer,
           const char   *name)
{
  JsonNode *node = json_object_get_member (answer, name);
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *text = node_text (json_array_get_element (array, i));

      if (text != NULL)
        g_strv_builder_add (notes, text);
    }
}

/* Takes what is to be printed out of "data". */
static gboolean
take_value (SgApiAnswer *self,
            JsonObject  *answer)
{
  JsonNode *data = json_object_get_member (answer, "data");
  JsonObject *object;

  if (data == NULL)
    return FALSE;
  self->type = "";
  self->value = data;
  if (!JSON_NODE_HOLDS_OBJECT (data))
    return JSON_NODE_HOLDS_ARRAY (data);
  object = json_node_get_object (data);
  self->type = get_text (object, "resultType");
  self->value = json_object_get_member (object, "result");
  return *self->type != '\0' && self->value != NULL && JSON_NODE_HOLDS_ARRAY (self->value);
}

static gpointer
fail_strange (guint    status,
              GError **error)
{
  g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
               "status %u, and no answer of Prometheus' API: is the address right?", status);
  return NULL;
}

/**
 * sg_api_answer_parse:
 * @status: the status of HTTP
 * @body: the body
 * @error: what the answer says is wrong, or that it is none of this API
 *
 * Returns: (transfer full) (nullable): a good answer
 */
SgApiAnswer *
sg_api_answer_parse (guint    status,
                     GBytes  *body,
                     GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length = 0;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autoptr (SgApiAnswer) self = NULL;
  JsonObject *answer;

  if (!json_parser_load_from_data (parser, text, (gssize) length, NULL)
      || json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return fail_strange (status, error);
  self = g_new0 (SgApiAnswer, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->root = json_parser_steal_root (parser);
  answer = json_node_get_object (self->root);
  add_notes (notes, answer, "warnings");
  add_notes (notes, answer, "infos");
  self->notes = g_strv_builder_end (notes);
  if (g_str_equal (get_text (answer, "status"), "success") && take_value (self, answer))
    return g_steal_pointer (&self);
  if (*get_text (answer, "error") == '\0')
    return fail_strange (status, error);
  g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE, "%s: %s",
               get_text (answer, "errorType"), get_text (answer, "error"));
  return NULL;
}

const char *const *
sg_api_answer_get_notes (SgApiAnswer *self)
{
  return (const char *const *) self->notes;
}

static JsonArray *
get_array (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static guint
get_length (JsonArray *array)
{
  return array != NULL ? json_array_get_length (array) : 0;
}

/* Returns: (transfer full): the labels in an object; none when it is no object */
static SgLabels *
read_labels (JsonNode *node)
{
  g_auto (SgLabelsBuilder) builder = { NULL };
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return sg_labels_get_empty ();
  sg_labels_builder_init (&builder, NULL);
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &value))
    {
      if (node_text (value) != NULL)
        sg_labels_builder_set (&builder, name, node_text (value));
    }
  return sg_labels_builder_build (&builder);
}

/* The number that a text or a number stands for, without an exponent. */
static void
append_number (GString  *out,
               JsonNode *node)
{
  char text[SG_DOUBLE_FIXED_MAX];
  const char *string = node_text (node);
  double value = 0;

  if (string == NULL && !JSON_NODE_HOLDS_VALUE (node))
    return;
  if (string == NULL)
    value = json_node_get_double (node);
  else if (!sg_double_parse (string, strlen (string), &value))
    {
      g_string_append (out, string);
      return;
    }
  g_string_append_len (out, text, (gssize) sg_double_write_fixed (value, text));
}

/* Texts are quoted as Go does it, with what cannot be printed escaped. */
static void
append_labels (GString        *out,
               const SgLabels *labels,
               const char     *except)
{
  const char *separator = "";

  g_string_append_c (out, '{');
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const char *name = labels->labels[i].name;

      if (g_strcmp0 (name, except) == 0)
        continue;
      g_string_append (out, separator);
      if (sg_label_name_is_classic (name))
        g_string_append (out, name);
      else
        sg_go_append_quoted (out, name, strlen (name));
      g_string_append_c (out, '=');
      sg_go_append_quoted (out, labels->labels[i].value, strlen (labels->labels[i].value));
      separator = ", ";
    }
  g_string_append_c (out, '}');
}

/* name{label="value"}, name, or {label="value"} */
static void
append_metric (GString        *out,
               const SgLabels *labels)
{
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);
  gboolean is_plain = sg_metric_name_is_classic (name);

  if (is_plain)
    g_string_append (out, name);
  if (!is_plain || labels->n_labels > 1)
    append_labels (out, labels, is_plain ? SG_LABEL_NAME : NULL);
}

/* [seconds, "value"] */
static void
print_pair (GString  *out,
            JsonNode *node)
{
  JsonArray *pair = get_array (node);

  if (get_length (pair) != 2)
    return;
  append_number (out, json_array_get_element (pair, 1));
  g_string_append (out, " @[");
  append_number (out, json_array_get_element (pair, 0));
  g_string_append (out, "]\n");
}

static void
print_series (GString  *out,
              JsonNode *node)
{
  JsonObject *series = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *value = series != NULL ? json_object_get_member (series, "value") : NULL;
  g_autoptr (SgLabels) labels = NULL;
  JsonArray *values;

  if (series == NULL)
    return;
  labels = read_labels (json_object_get_member (series, "metric"));
  append_metric (out, labels);
  g_string_append (out, value != NULL ? " => " : " =>\n");
  if (value != NULL)
    {
      print_pair (out, value);
      return;
    }
  values = get_array (json_object_get_member (series, "values"));
  for (guint i = 0; i < get_length (values); i++)
    print_pair (out, json_array_get_element (values, i));
}

/* A series without samples, or a text. */
static void
print_item (GString  *out,
            JsonNode *node)
{
  g_autoptr (SgLabels) labels = NULL;

  if (node_text (node) != NULL)
    {
      g_string_append_printf (out, "%s\n", node_text (node));
      return;
    }
  labels = read_labels (node);
  append_labels (out, labels, NULL);
  g_string_append_c (out, '\n');
}

/* Returns: (transfer full): the answer for people, with a line feed at its end unless it is empty */
char *
sg_api_answer_print (SgApiAnswer *self)
{
  JsonArray *array = json_node_get_array (self->value);
  GString *out = g_string_new (NULL);

  if (g_str_equal (self->type, "scalar"))
    {
      g_string_append (out, "scalar: ");
      print_pair (out, self->value);
      return g_string_free (out, FALSE);
    }
  if (g_str_equal (self->type, "string"))
    {
      const char *text =
          get_length (array) == 2 ? node_text (json_array_get_element (array, 1)) : NULL;

      g_string_append_printf (out, "%s\n", text != NULL ? text : "");
      return g_string_free (out, FALSE);
    }
  for (guint i = 0; i < get_length (array); i++)
    {
      if (*self->type != '\0')
        print_series (out, json_array_get_element (array, i));
      else
        print_item (out, json_array_get_element (array, i));
    }
  return g_string_free (out, FALSE);
}

/* [seconds, "value"] */
static gboolean
is_pair (JsonNode *node)
{
  JsonArray *array = get_array (node);
  JsonNode *time = get_length (array) == 2 ? json_array_get_element (array, 0) : NULL;

  return time != NULL && JSON_NODE_HOLDS_VALUE (time) && node_text (time) == NULL
         && node_text (json_array_get_element (array, 1)) != NULL;
}

static void
write_number (SgJsonWriter *json,
              JsonNode     *node,
              gboolean      quoted)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_number (text, node);
  if (quoted)
    sg_json_writer_string (json, text->str);
  else
    sg_json_writer_raw (json, text->str, text->len);
}

static void write_node (SgJsonWriter *json, JsonNode *node);

static void
write_members (SgJsonWriter *json,
               JsonObject   *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  sg_json_writer_begin_object (json);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      sg_json_writer_key (json, name);
      write_node (json, member);
    }
  sg_json_writer_end_object (json);
}

/* As it came, but for values, which have no exponent here either. */
static void
write_node (SgJsonWriter *json,
            JsonNode     *node)
{
  JsonArray *array = get_array (node);

  if (JSON_NODE_HOLDS_OBJECT (node))
    write_members (json, json_node_get_object (node));
  else if (array != NULL)
    {
      gboolean pair = is_pair (node);

      sg_json_writer_begin_array (json);
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          if (pair)
            write_number (json, json_array_get_element (array, i), i == 1);
          else
            write_node (json, json_array_get_element (array, i));
        }
      sg_json_writer_end_array (json);
    }
  else if (JSON_NODE_HOLDS_NULL (node) || node_text (node) != NULL)
    sg_json_writer_string (json, node_text (node));
  else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    sg_json_writer_boolean (json, json_node_get_boolean (node));
  else
    write_number (json, node, FALSE);
}

/* Returns: (transfer full): the answer as JSON, with a line feed at its end */
char *
sg_api_answer_print_json (SgApiAnswer *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  SgJsonWriter json;

  if (g_str_equal (self->type, "string"))
    {
      text = json_to_string (self->value, FALSE);
      return g_strconcat (text, "\n", NULL);
    }
  sg_json_writer_init (&json);
  write_node (&json, self->value);
  sg_json_writer_raw (&json, "\n", 1);
  bytes = sg_json_writer_free_to_bytes (&json);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

gboolean
sg_api_answer_parse_time (const char *text,
                          SgTimeMs   *ret_t)
{
  return sg_api_parse_time (text, ret_t);
}

/* Returns: whether @message says "LINE:COLUMN: parse error" somewhere */
static gboolean
find_place (const char *message,
            guint      *ret_line,
            guint      *ret_column)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("(?:^|\\s)(\\d{1,6}):(\\d{1,6}): parse error", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *line = NULL;
  g_autofree char *column = NULL;

  if (!g_regex_match (regex, message, 0, &match))
    return FALSE;
  line = g_match_info_fetch (match, 1);
  column = g_match_info_fetch (match, 2);
  *ret_line = (guint) g_ascii_strtoull (line, NULL, 10);
  *ret_column = (guint) g_ascii_strtoull (column, NULL, 10);
  return *ret_line > 0 && *ret_column > 0;
}

/* Columns are bytes, from 1; the mark stands below the character that the byte belongs to. */
char *
sg_api_answer_mark_error (const char *query,
                          const char *message)
{
  g_auto (GStrv) lines = g_strsplit (query, "\n", -1);
  guint line = 0;
  guint column = 0;
  glong n_blanks;

  if (!find_place (message, &line, &column) || line > g_strv_length (lines)
      || column > strlen (lines[line - 1]) + 1)
    return NULL;
  n_blanks = g_utf8_pointer_to_offset (lines[line - 1], lines[line - 1] + column - 1);
  return g_strdup_printf ("  %s\n  %*s^\n", lines[line - 1], (int) n_blanks, "");
}
