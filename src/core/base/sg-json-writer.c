/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-json-writer.h"

#include "base/sg-number.h"

#include <string.h>

void
sg_json_writer_init (SgJsonWriter *self)
{
  *self = (SgJsonWriter) { .out = g_string_sized_new (256) };
}

GBytes *
sg_json_writer_free_to_bytes (SgJsonWriter *self)
{
  g_return_val_if_fail (self->depth == 0, NULL);
  return g_string_free_to_bytes (g_steal_pointer (&self->out));
}

void
sg_json_writer_clear (SgJsonWriter *self)
{
  if (self->out != NULL)
    g_string_free (self->out, TRUE);
  self->out = NULL;
}

/* What stands before a value: nothing behind a key, else a comma from the second one on. */
static void
begin_value (SgJsonWriter *self)
{
  if (self->after_key)
    self->after_key = FALSE;
  else if (self->depth > 0 && self->filled[self->depth - 1])
    g_string_append_c (self->out, ',');
  if (self->depth > 0)
    self->filled[self->depth - 1] = TRUE;
}

static void
open_level (SgJsonWriter *self,
            char          bracket)
{
  g_return_if_fail (self->depth < SG_JSON_DEPTH_MAX);
  begin_value (self);
  g_string_append_c (self->out, bracket);
  self->filled[self->depth++] = FALSE;
}

static void
close_level (SgJsonWriter *self,
             char          bracket)
{
  g_return_if_fail (self->depth > 0);
  self->depth--;
  g_string_append_c (self->out, bracket);
}

void
sg_json_writer_begin_object (SgJsonWriter *self)
{
  open_level (self, '{');
}

void
sg_json_writer_end_object (SgJsonWriter *self)
{
  close_level (self, '}');
}

void
sg_json_writer_begin_array (SgJsonWriter *self)
{
  open_level (self, '[');
}

void
sg_json_writer_end_array (SgJsonWriter *self)
{
  close_level (self, ']');
}

static void
append_escaped (GString *out,
                guchar   c)
{
  switch (c)
    {
    case '"':
      g_string_append (out, "\\\"");
      break;
    case '\\':
      g_string_append (out, "\\\\");
      break;
    case '\n':
      g_string_append (out, "\\n");
      break;
    case '\r':
      g_string_append (out, "\\r");
      break;
    case '\t':
      g_string_append (out, "\\t");
      break;
    default:
      g_string_append_printf (out, "\\u%04x", c);
      break;
    }
}

/* Runs of bytes that need no escape are copied at once; most texts are one run. */
static void
append_text (GString    *out,
             const char *text)
{
  const char *run = text;
  const char *p = text;

  g_string_append_c (out, '"');
  for (; *p != '\0'; p++)
    {
      guchar c = (guchar) *p;

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, run, p - run);
      append_escaped (out, c);
      run = p + 1;
    }
  g_string_append_len (out, run, p - run);
  g_string_append_c (out, '"');
}

static void
append_valid_text (GString    *out,
                   const char *text)
{
  g_autofree char *valid = NULL;

  if (g_utf8_validate (text, -1, NULL))
    append_text (out, text);
  else
    {
      valid = g_utf8_make_valid (text, -1);
      append_text (out, valid);
    }
}

void
sg_json_writer_key (SgJsonWriter *self,
                    const char   *key)
{
  begin_value (self);
  append_valid_text (self->out, key);
  g_string_append_c (self->out, ':');
  self->after_key = TRUE;
}

void
sg_json_writer_string (SgJsonWriter *self,
                       const char   *text)
{
  begin_value (self);
  if (text == NULL)
    g_string_append (self->out, "null");
  else
    append_valid_text (self->out, text);
}

void
sg_json_writer_integer (SgJsonWriter *self,
                        gint64        value)
{
  char text[SG_INTEGER_TEXT_MAX];
  gsize length = sg_i64_write (value, text);

  sg_json_writer_raw (self, text, length);
}

void
sg_json_writer_boolean (SgJsonWriter *self,
                        gboolean      value)
{
  begin_value (self);
  g_string_append (self->out, value ? "true" : "false");
}

void
sg_json_writer_raw (SgJsonWriter *self,
                    const char   *text,
                    gsize         length)
{
  begin_value (self);
  g_string_append_len (self->out, text, (gssize) length);
}

/**
 * sg_json_writer_reserve: (skip)
 * @self: a writer
 * @size: how many bytes are wanted
 *
 * For what is written faster by hand: a value, or several with commas between them.
 *
 * Returns: where they go; sg_json_writer_commit() must follow
 */
char *
sg_json_writer_reserve (SgJsonWriter *self,
                        gsize         size)
{
  gsize length;

  begin_value (self);
  length = self->out->len;
  g_string_set_size (self->out, length + size);
  self->out->len = length;
  return self->out->str + length;
}

/* @end: behind the last byte that was written to what sg_json_writer_reserve() gave */
void
sg_json_writer_commit (SgJsonWriter *self,
                       char         *end)
{
  self->out->len = (gsize) (end - self->out->str);
  *end = '\0';
}
