/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-yaml-private.h"

#include "base/sg-bytes.h"
#include "base/sg-duration.h"
#include "base/sg-error.h"
#include "base/sg-number.h"

#include <math.h>
#include <string.h>

/*
 * What a scalar is. Files were written for Go's yaml package, so that it is asked for: who reads a
 * text gets it as it stands (yes, 0777 and 1.10 included), who reads a number or a boolean gets
 * what that package takes for one, and what is in quotes is a text and nothing else.
 *
 *   null     nothing, ~, null, Null, NULL boolean  true false yes no on off y n, each in small
 *   letters, with a capital, or in capitals integer  [ "+" | "-" ] digits, 0 and octal digits, 0o…,
 *   0x…, 0b…; "_" between digits does not count; and a decimal number that is whole double   [ "+"
 *   | "-" ] digits with a point and an exponent; .inf and .nan, also .Inf, .INF, .NaN, .NAN
 *
 * A duration and a size are texts of their own (sg-duration.c, sg-bytes.c).
 */
typedef struct
{
  const char *text;
  gboolean value;
} Word;

static const Word booleans[] = {
  { "true", TRUE }, { "True", TRUE },   { "TRUE", TRUE },   { "yes", TRUE },    { "Yes", TRUE },
  { "YES", TRUE },  { "on", TRUE },     { "On", TRUE },     { "ON", TRUE },     { "y", TRUE },
  { "Y", TRUE },    { "false", FALSE }, { "False", FALSE }, { "FALSE", FALSE }, { "no", FALSE },
  { "No", FALSE },  { "NO", FALSE },    { "off", FALSE },   { "Off", FALSE },   { "OFF", FALSE },
  { "n", FALSE },   { "N", FALSE },
};

gboolean
sg_yaml_plain_is_null (const char *text,
                       gsize       length)
{
  return length == 0
         || (length == strlen (text)
             && (g_str_equal (text, "~") || g_str_equal (text, "null") || g_str_equal (text, "Null")
                 || g_str_equal (text, "NULL")));
}

/**
 * sg_yaml_node_get_string:
 * @self: a node
 * @ret_text: (out) (transfer none): its text as it stands; "" for nothing
 * @error: set when it is a collection, or holds a NUL
 *
 * Returns: whether @self is a text
 */
gboolean
sg_yaml_node_get_string (const SgYamlNode  *self,
                         const char       **ret_text,
                         GError           **error)
{
  if (self->kind == SG_YAML_NULL)
    {
      *ret_text = "";
      return TRUE;
    }
  if (!sg_yaml_node_expect (self, SG_YAML_SCALAR, error))
    return FALSE;
  if (strlen (self->text) != self->length)
    {
      sg_yaml_node_set_error (self, error, "a text with a NUL in it: remove that");
      return FALSE;
    }
  *ret_text = self->text;
  return TRUE;
}

static gboolean
fail_scalar (const SgYamlNode  *self,
             const char        *what,
             GError           **error)
{
  g_autofree char *quoted = NULL;

  if (!sg_yaml_node_expect (self, SG_YAML_SCALAR, error))
    return FALSE;
  quoted = sg_error_quote (self->text, (gssize) self->length);
  if (!self->plain)
    sg_yaml_node_set_error (self, error, "%s is a text, because of its quotes or tag: remove them",
                            quoted);
  else
    sg_yaml_node_set_error (self, error, "%s is %s", quoted, what);
  return FALSE;
}

static gboolean
parse_bool (const char *text,
            gboolean   *ret_value)
{
  for (guint i = 0; i < G_N_ELEMENTS (booleans); i++)
    {
      if (g_str_equal (text, booleans[i].text))
        {
          *ret_value = booleans[i].value;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
sg_yaml_node_get_bool (const SgYamlNode  *self,
                       gboolean          *ret_value,
                       GError           **error)
{
  if (self->kind == SG_YAML_SCALAR && self->plain && parse_bool (self->text, ret_value))
    return TRUE;
  return fail_scalar (self, "neither true nor false: write one of them", error);
}

/* Returns: (transfer full): @text without its underscores */
static char *
strip_underscores (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p != '_')
        g_string_append_c (out, *p);
    }
  return g_string_free (out, FALSE);
}

/* @p: after the sign. Returns: the base, and *@p after its prefix */
static guint
take_base (const char **p)
{
  static const struct
  {
    char letter;
    guint base;
  } bases[] = { { 'x', 16 }, { 'o', 8 }, { 'b', 2 } };

  if ((*p)[0] != '0' || (*p)[1] == '\0')
    return 10;
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      if (((*p)[1] | 0x20) == bases[i].letter)
        {
          *p += 2;
          return bases[i].base;
        }
    }
  return 8;
}

/* An integer in any of its bases. Returns: %FALSE too when it does not fit. */
static gboolean
parse_integer (const char *text,
               gint64     *ret_value)
{
  g_autofree char *plain = strip_underscores (text);
  const char *p = plain;
  gboolean negative = *p == '-';
  guint64 magnitude;
  guint base;

  p += *p == '-' || *p == '+';
  if (!g_ascii_isdigit (*p))
    return FALSE;
  base = take_base (&p);
  if (!g_ascii_string_to_unsigned (p, base, 0, (guint64) G_MAXINT64 + negative, &magnitude, NULL))
    return FALSE;
  *ret_value = negative ? (gint64) (0 - magnitude) : (gint64) magnitude;
  return TRUE;
}

static gboolean
parse_special_double (const char *text,
                      double     *ret_value)
{
  static const char *const infinities[] = { ".inf", ".Inf", ".INF", NULL };
  static const char *const nans[] = { ".nan", ".NaN", ".NAN", NULL };
  gboolean has_sign = *text == '-' || *text == '+';

  if (g_strv_contains (infinities, text + has_sign))
    *ret_value = *text == '-' ? -INFINITY : INFINITY;
  else if (!has_sign && g_strv_contains (nans, text))
    return sg_double_parse ("NaN", 3, ret_value);
  else
    return FALSE;
  return TRUE;
}

static gboolean
parse_double (const char *text,
              double     *ret_value)
{
  g_autofree char *plain = strip_underscores (text);
  const char *p = plain + (*plain == '-' || *plain == '+');
  gint64 integer;

  if (parse_special_double (text, ret_value))
    return TRUE;
  if (parse_integer (text, &integer))
    {
      *ret_value = (double) integer;
      return TRUE;
    }
  /* "inf" and "nan" are words. */
  return (g_ascii_isdigit (*p) || *p == '.')
         && sg_double_parse_full (plain, strlen (plain), SG_NUMBER_DECIMAL, ret_value);
}

/* Whether who reads anything but a text would find one in a plain @text too. */
gboolean
sg_yaml_plain_is_string (const char *text)
{
  gboolean truth;
  double number;

  return !sg_yaml_plain_is_null (text, strlen (text)) && !parse_bool (text, &truth)
         && !parse_double (text, &number) && !g_str_equal (text, "<<");
}

/**
 * sg_yaml_node_get_int:
 * @self: a node
 * @min: the least value
 * @max: the greatest value
 * @ret_value: (out): its value, untouched on failure
 * @error: set when it is no integer, or out of range
 *
 * Returns: whether @self is an integer in the range
 */
gboolean
sg_yaml_node_get_int (const SgYamlNode  *self,
                      gint64             min,
                      gint64             max,
                      gint64            *ret_value,
                      GError           **error)
{
  gint64 value = 0;
  double number;

  if (self->kind != SG_YAML_SCALAR || !self->plain)
    return fail_scalar (self, "no whole number: write digits", error);
  if (!parse_integer (self->text, &value))
    {
      if (!parse_double (self->text, &number) || number != floor (number) || number < -0x1p63
          || number >= 0x1p63)
        return fail_scalar (self, "no whole number: write digits", error);
      value = (gint64) number;
    }
  if (value < min || value > max)
    {
      sg_yaml_node_set_error (self, error,
                              "%" G_GINT64_FORMAT " is out of range: write a number from "
                              "%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                              value, min, max);
      return FALSE;
    }
  *ret_value = value;
  return TRUE;
}

gboolean
sg_yaml_node_get_double (const SgYamlNode  *self,
                         double            *ret_value,
                         GError           **error)
{
  if (self->kind == SG_YAML_SCALAR && self->plain && parse_double (self->text, ret_value))
    return TRUE;
  return fail_scalar (self, "no number: write digits", error);
}

/* Puts the place of @self before what a parser of texts said. */
static gboolean
fail_parsed (const SgYamlNode  *self,
             GError            *cause,
             GError           **error)
{
  sg_yaml_node_set_error (self, error, "%s", cause->message);
  g_error_free (cause);
  return FALSE;
}

/* Gets the text of what is neither nothing nor a collection. */
static gboolean
get_text (const SgYamlNode  *self,
          const char       **ret_text,
          GError           **error)
{
  return sg_yaml_node_expect (self, SG_YAML_SCALAR, error)
         && sg_yaml_node_get_string (self, ret_text, error);
}

gboolean
sg_yaml_node_get_duration (const SgYamlNode  *self,
                           gint64            *ret_ms,
                           GError           **error)
{
  GError *cause = NULL;
  const char *text;

  if (!get_text (self, &text, error))
    return FALSE;
  if (sg_duration_parse (text, -1, 0, ret_ms, &cause))
    return TRUE;
  return fail_parsed (self, cause, error);
}

gboolean
sg_yaml_node_get_bytes (const SgYamlNode  *self,
                        guint64           *ret_bytes,
                        GError           **error)
{
  GError *cause = NULL;
  const char *text;

  if (!get_text (self, &text, error))
    return FALSE;
  if (sg_bytes_parse (text, -1, ret_bytes, &cause))
    return TRUE;
  return fail_parsed (self, cause, error);
}

/* @p: after a $. Returns: after the reference; *@ret_name is %NULL where it is none */
static const char *
take_variable (const char  *p,
               char       **ret_name)
{
  gboolean braces = *p == '{';
  const char *name = p + braces;
  const char *end = name;

  while (g_ascii_isalnum (*end) || *end == '_')
    end++;
  *ret_name = NULL;
  if (end == name || (braces && *end != '}'))
    return p;
  *ret_name = g_strndup (name, (gsize) (end - name));
  return end + braces;
}

static void
append_variable (GString    *out,
                 const char *name,
                 GPtrArray  *missing)
{
  const char *value = g_getenv (name);

  if (value != NULL)
    g_string_append (out, value);
  else if (missing != NULL)
    g_ptr_array_add (missing, g_strdup (name));
}

/**
 * sg_yaml_node_get_expanded:
 * @self: a node
 * @ret_text: (out) (transfer full): its text, with the value of the environment for each ${NAME}
 *   and $NAME, and $ for $$; untouched on failure
 * @missing: (nullable) (element-type utf8): gets the names that are not set, which are empty
 * @error: set when it is a collection
 *
 * Returns: whether @self is a text
 */
gboolean
sg_yaml_node_get_expanded (const SgYamlNode  *self,
                           char             **ret_text,
                           GPtrArray         *missing,
                           GError           **error)
{
  GString *out;
  const char *p;

  if (!sg_yaml_node_get_string (self, &p, error))
    return FALSE;
  out = g_string_new (NULL);
  while (*p != '\0')
    {
      g_autofree char *name = NULL;

      if (*p != '$')
        g_string_append_c (out, *p++);
      else if (p[1] == '$')
        {
          g_string_append_c (out, '$');
          p += 2;
        }
      else
        {
          p = take_variable (p + 1, &name);
          if (name != NULL)
            append_variable (out, name, missing);
          else
            g_string_append_c (out, '$');
        }
    }
  *ret_text = g_string_free (out, FALSE);
  return TRUE;
}

/* Returns: (nullable): the value of @key unless it is nothing */
static const SgYamlNode *
lookup_set (const SgYamlNode *mapping,
            const char       *key)
{
  const SgYamlNode *value = sg_yaml_node_lookup (mapping, key);

  return value != NULL && value->kind != SG_YAML_NULL ? value : NULL;
}

gboolean
sg_yaml_read_string (const SgYamlNode  *mapping,
                     const char        *key,
                     char             **ret_text,
                     GError           **error)
{
  const SgYamlNode *value = lookup_set (mapping, key);
  const char *text;

  if (value == NULL)
    return TRUE;
  if (!sg_yaml_node_get_string (value, &text, error))
    return FALSE;
  g_free (*ret_text);
  *ret_text = g_strdup (text);
  return TRUE;
}

gboolean
sg_yaml_read_bool (const SgYamlNode  *mapping,
                   const char        *key,
                   gboolean          *ret_value,
                   GError           **error)
{
  const SgYamlNode *value = lookup_set (mapping, key);

  return value == NULL || sg_yaml_node_get_bool (value, ret_value, error);
}

gboolean
sg_yaml_read_int (const SgYamlNode  *mapping,
                  const char        *key,
                  gint64             min,
                  gint64             max,
                  gint64            *ret_value,
                  GError           **error)
{
  const SgYamlNode *value = lookup_set (mapping, key);

  return value == NULL || sg_yaml_node_get_int (value, min, max, ret_value, error);
}

gboolean
sg_yaml_read_double (const SgYamlNode  *mapping,
                     const char        *key,
                     double            *ret_value,
                     GError           **error)
{
  const SgYamlNode *value = lookup_set (mapping, key);

  return value == NULL || sg_yaml_node_get_double (value, ret_value, error);
}

gboolean
sg_yaml_read_duration (const SgYamlNode  *mapping,
                       const char        *key,
                       gint64            *ret_ms,
                       GError           **error)
{
  const SgYamlNode *value = lookup_set (mapping, key);

  return value == NULL || sg_yaml_node_get_duration (value, ret_ms, error);
}

gboolean
sg_yaml_read_bytes (const SgYamlNode  *mapping,
                    const char        *key,
                    guint64           *ret_bytes,
                    GError           **error)
{
  const SgYamlNode *value = lookup_set (mapping, key);

  return value == NULL || sg_yaml_node_get_bytes (value, ret_bytes, error);
}
