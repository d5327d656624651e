/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-yaml-edit.h"
#include "base/sg-yaml-private.h"

#include <string.h>

/*
 * Writes values on one line. A text stays without quotes where no parser of YAML could take it for
 * anything else, in brackets or out of them: it begins with a letter, a digit, "_", "/" or ".", has
 * none of , [ ] { } # and no control characters, no ":" at its end or before a blank or "?", no
 * blank at its end, and does not look like a number, a boolean or null.
 */

static gboolean
is_plain_character (const char *p)
{
  if ((guint8) *p < 0x20 || *p == 0x7f || strchr (",[]{}#", *p) != NULL)
    return FALSE;
  return *p != ':' || (p[1] != '\0' && p[1] != ' ' && p[1] != '?');
}

static gboolean
needs_no_quotes (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || (!g_ascii_isalnum (*text) && strchr ("_/.", *text) == NULL)
      || text[length - 1] == ' ' || g_str_has_prefix (text, "..."))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      /* Beyond ASCII there are blanks and line ends that nobody sees. */
      if ((guint8) *p >= 0x80 || !is_plain_character (p))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_printable (gunichar c)
{
  return (c >= 0x20 && c < 0x7f)
         || (c > 0xa0 && c != 0x2028 && c != 0x2029 && c != 0xfeff && c < 0xfffe);
}

static void
append_quoted (GString    *out,
               const char *text,
               gsize       length)
{
  g_string_append_c (out, '"');
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", (char) c);
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else if (is_printable (c))
        g_string_append_unichar (out, c);
      else
        g_string_append_printf (out, "\\U%08X", c);
    }
  g_string_append_c (out, '"');
}

char *
sg_yaml_quote (const char *text)
{
  GString *out;

  if (needs_no_quotes (text) && sg_yaml_plain_is_string (text))
    return g_strdup (text);
  out = g_string_new (NULL);
  append_quoted (out, text, strlen (text));
  return g_string_free (out, FALSE);
}

static void
write_scalar (const SgYamlNode *self,
              GString          *out)
{
  gboolean whole = strlen (self->text) == self->length;

  if (whole && needs_no_quotes (self->text)
      && (self->plain || sg_yaml_plain_is_string (self->text)))
    g_string_append (out, self->text);
  else if (self->plain && !sg_yaml_plain_is_string (self->text))
    g_string_append (out, self->text);
  else
    append_quoted (out, self->text, self->length);
}

/* Appends @self on one line. */
void
sg_yaml_node_write_flow (const SgYamlNode *self,
                         GString          *out)
{
  gboolean is_mapping = self->kind == SG_YAML_MAPPING;

  if (self->kind == SG_YAML_NULL)
    g_string_append (out, "null");
  else if (self->kind == SG_YAML_SCALAR)
    write_scalar (self, out);
  else
    {
      g_string_append_c (out, is_mapping ? '{' : '[');
      for (guint i = 0; i < self->entries->len; i++)
        {
          const SgYamlEntry *entry = sg_yaml_node_get_entry (self, i);

          if (i > 0)
            g_string_append (out, ", ");
          if (is_mapping)
            {
              sg_yaml_node_write_flow (entry->key, out);
              g_string_append (out, ": ");
            }
          sg_yaml_node_write_flow (entry->value, out);
        }
      g_string_append_c (out, is_mapping ? '}' : ']');
    }
}
