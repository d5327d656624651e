/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-labels.h"

#include "base/sg-error.h"

#include <string.h>

/*
 * The text form of a label set, in both directions.
 *
 *   text    = [ name ] [ "{" [ item { "," item } [ "," ] ] "}" ]
 *   item    = ( name | quoted ) "=" quoted  |  quoted          (a lone quoted item is the metric)
 *   name    = letter { letter | digit | "_" | ":" }            (":" only in a metric's name)
 *   quoted  = '"' with the escapes \\ \" \n
 *
 * Blanks between the parts do not count.
 */

static gboolean
is_classic (const char *name,
            gboolean    colons)
{
  if (*name == '\0' || g_ascii_isdigit (*name))
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '_' && !(colons && *p == ':'))
        return FALSE;
    }
  return TRUE;
}

gboolean
sg_metric_name_is_classic (const char *name)
{
  return is_classic (name, TRUE);
}

gboolean
sg_label_name_is_classic (const char *name)
{
  return is_classic (name, FALSE);
}

static gboolean
name_validate (const char  *name,
               const char  *what,
               GError     **error)
{
  const char *end;

  if (*name == '\0')
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "a %s name is empty: give it one",
                   what);
      return FALSE;
    }
  if (!g_utf8_validate (name, -1, &end))
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
                   "%s name is not UTF-8 at byte %zu: write it in UTF-8", what,
                   (gsize) (end - name));
      return FALSE;
    }
  return TRUE;
}

/* As Prometheus 3 has it: any UTF-8 text that is not empty. */
gboolean
sg_label_name_validate (const char  *name,
                        GError     **error)
{
  return name_validate (name, "label", error);
}

gboolean
sg_metric_name_validate (const char  *name,
                         GError     **error)
{
  return name_validate (name, "metric", error);
}

/* Appends @text in double quotes, with the escapes \\ \" \n. */
void
sg_labels_append_quoted (GString    *out,
                         const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '\n')
        g_string_append (out, "\\n");
      else if (*p == '"' || *p == '\\')
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, *p);
        }
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
append_separator (GString  *out,
                  gboolean *first)
{
  g_string_append (out, *first ? "{" : ", ");
  *first = FALSE;
}

void
sg_labels_append_text (const SgLabels *self,
                       GString        *out)
{
  const char *metric = sg_labels_get (self, SG_LABEL_NAME);
  gboolean classic = *metric == '\0' || sg_metric_name_is_classic (metric);
  gboolean first = TRUE;

  if (classic)
    g_string_append (out, metric);
  else
    {
      append_separator (out, &first);
      sg_labels_append_quoted (out, metric);
    }
  for (guint i = 0; i < self->n_labels; i++)
    {
      const SgLabel *label = &self->labels[i];

      if (g_str_equal (label->name, SG_LABEL_NAME))
        continue;
      append_separator (out, &first);
      if (sg_label_name_is_classic (label->name))
        g_string_append (out, label->name);
      else
        sg_labels_append_quoted (out, label->name);
      g_string_append_c (out, '=');
      sg_labels_append_quoted (out, label->value);
    }
  if (!first)
    g_string_append_c (out, '}');
  else if (*metric == '\0')
    g_string_append (out, "{}");
}

char *
sg_labels_to_string (const SgLabels *self)
{
  GString *out = g_string_new (NULL);

  sg_labels_append_text (self, out);
  return g_string_free (out, FALSE);
}

typedef struct
{
  const char *text;
  const char *p;
  GPtrArray *strings;
  GArray *pairs;
} Parser;

static gboolean
fail (Parser      *parser,
      GError     **error,
      const char  *expected)
{
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "labels: byte %zu: expected %s",
               (gsize) (parser->p - parser->text), expected);
  return FALSE;
}

static void
skip_blanks (Parser *parser)
{
  while (*parser->p == ' ' || *parser->p == '\t')
    parser->p++;
}

static const char *
keep (Parser *parser,
      char   *text)
{
  g_ptr_array_add (parser->strings, text);
  return text;
}

static const char *
parse_name (Parser   *parser,
            gboolean  colons)
{
  const char *start = parser->p;

  if (g_ascii_isdigit (*start))
    return NULL;
  while (g_ascii_isalnum (*parser->p) || *parser->p == '_' || (colons && *parser->p == ':'))
    parser->p++;
  if (parser->p == start)
    return NULL;
  return keep (parser, g_strndup (start, (gsize) (parser->p - start)));
}

static gboolean
parse_quoted (Parser      *parser,
              const char **ret_text,
              GError     **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (*parser->p != '"')
    return fail (parser, error, "a text in double quotes");
  for (parser->p++; *parser->p != '"'; parser->p++)
    {
      char c = *parser->p;

      if (c == '\\')
        {
          c = *++parser->p;
          if (c != '\\' && c != '"' && c != 'n')
            return fail (parser, error, "\\\\, \\\" or \\n");
          c = c == 'n' ? '\n' : c;
        }
      if (c == '\0')
        return fail (parser, error, "a closing double quote");
      g_string_append_c (text, c);
    }
  parser->p++;
  if (!g_utf8_validate (text->str, (gssize) text->len, NULL))
    return fail (parser, error, "UTF-8 in the quotes before it");
  *ret_text = keep (parser, g_strdup (text->str));
  return TRUE;
}

static gboolean
add_pair (Parser      *parser,
          const char  *name,
          const char  *value,
          GError     **error)
{
  SgLabel pair = { name, value };

  if (*name == '\0')
    return fail (parser, error, "a label name that is not empty");
  for (guint i = 0; i < parser->pairs->len; i++)
    {
      if (g_str_equal (g_array_index (parser->pairs, SgLabel, i).name, name))
        {
          g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
                       "labels: byte %zu: the label \"%s\" is given twice: remove one",
                       (gsize) (parser->p - parser->text), name);
          return FALSE;
        }
    }
  g_array_append_val (parser->pairs, pair);
  return TRUE;
}

static gboolean
parse_item (Parser  *parser,
            GError **error)
{
  gboolean quoted = *parser->p == '"';
  const char *name;
  const char *value;

  if (quoted)
    {
      if (!parse_quoted (parser, &name, error))
        return FALSE;
    }
  else if ((name = parse_name (parser, FALSE)) == NULL)
    return fail (parser, error, "a label name or }");
  skip_blanks (parser);
  if (quoted && (*parser->p == ',' || *parser->p == '}'))
    return add_pair (parser, SG_LABEL_NAME, name, error);
  if (*parser->p != '=')
    return fail (parser, error, "=");
  parser->p++;
  skip_blanks (parser);
  return parse_quoted (parser, &value, error) && add_pair (parser, name, value, error);
}

static gboolean
parse_braces (Parser  *parser,
              GError **error)
{
  parser->p++;
  skip_blanks (parser);
  while (*parser->p != '}')
    {
      if (!parse_item (parser, error))
        return FALSE;
      skip_blanks (parser);
      if (*parser->p == ',')
        {
          parser->p++;
          skip_blanks (parser);
        }
      else if (*parser->p != '}')
        return fail (parser, error, ", or }");
    }
  parser->p++;
  return TRUE;
}

static gboolean
parse_all (Parser  *parser,
           GError **error)
{
  const char *metric;

  skip_blanks (parser);
  metric = parse_name (parser, TRUE);
  if (metric != NULL && !add_pair (parser, SG_LABEL_NAME, metric, error))
    return FALSE;
  skip_blanks (parser);
  if (metric == NULL && *parser->p != '{')
    return fail (parser, error, "a metric name or {");
  if (*parser->p == '{' && !parse_braces (parser, error))
    return FALSE;
  skip_blanks (parser);
  if (*parser->p != '\0')
    return fail (parser, error, "the end");
  return TRUE;
}

/**
 * sg_labels_parse:
 * @text: a label set in its text form
 * @error: where in @text it fails, and what was expected there
 *
 * Returns: (transfer full): the label set
 */
SgLabels *
sg_labels_parse (const char  *text,
                 GError     **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (SgLabel));
  Parser parser = { text, text, strings, pairs };

  if (!parse_all (&parser, error))
    return NULL;
  return sg_labels_new ((const SgLabel *) (gpointer) pairs->data, pairs->len);
}
