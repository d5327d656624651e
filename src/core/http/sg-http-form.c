/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-form.h"

#include "http/sg-http-error.h"

#include <string.h>

/*
 * application/x-www-form-urlencoded, as in query strings and form bodies:
 *
 *   form  = [ pair ] { "&" [ pair ] }
 *   pair  = name [ "=" value ]       "+" is a blank, "%" and two hexadecimal digits are a byte
 */

typedef struct
{
  char *name;
  char *value;
} Pair;

struct _SgHttpForm
{
  GArray *pairs;
};

static void
pair_clear (gpointer data)
{
  Pair *pair = data;

  g_free (pair->name);
  g_free (pair->value);
}

SgHttpForm *
sg_http_form_new (void)
{
  SgHttpForm *self = g_new0 (SgHttpForm, 1);

  self->pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_array_set_clear_func (self->pairs, pair_clear);
  return self;
}

void
sg_http_form_free (SgHttpForm *self)
{
  g_array_unref (self->pairs);
  g_free (self);
}

char *
sg_http_decode_component (const char *text,
                          gsize       length,
                          gboolean    plus_is_blank)
{
  g_autofree char *out = g_malloc (length + 1);
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (c == '+' && plus_is_blank)
        c = ' ';
      else if (c == '%')
        {
          int high = i + 2 < length ? g_ascii_xdigit_value (text[i + 1]) : -1;
          int low = i + 2 < length ? g_ascii_xdigit_value (text[i + 2]) : -1;

          if (high < 0 || low < 0)
            return NULL;
          c = (char) (high * 16 + low);
          i += 2;
        }
      out[n++] = c;
    }
  out[n] = '\0';
  return g_utf8_validate_len (out, n, NULL) ? g_steal_pointer (&out) : NULL;
}

/* Adds a value as it is. @value: (transfer full) */
void
sg_http_form_take (SgHttpForm *self,
                   const char *name,
                   char       *value)
{
  Pair pair = { g_strdup (name), value };

  g_array_append_val (self->pairs, pair);
}

static Pair *
find_pair (const SgHttpForm *self,
           const char       *name)
{
  for (guint i = 0; i < self->pairs->len; i++)
    {
      Pair *pair = &g_array_index (self->pairs, Pair, i);

      if (g_str_equal (pair->name, name))
        return pair;
    }
  return NULL;
}

/* Adds a value; behind a comma, if there is one of that name already. */
void
sg_http_form_join (SgHttpForm *self,
                   const char *name,
                   const char *value)
{
  Pair *pair = find_pair (self, name);
  char *joined;

  if (pair == NULL)
    {
      sg_http_form_take (self, name, g_strdup (value));
      return;
    }
  joined = g_strconcat (pair->value, ", ", value, NULL);
  g_free (pair->value);
  pair->value = joined;
}

static gboolean
parse_pair (SgHttpForm  *self,
            const char  *text,
            gsize        length,
            GError     **error)
{
  const char *equals = memchr (text, '=', length);
  gsize name_length = equals != NULL ? (gsize) (equals - text) : length;
  gsize value_length = equals != NULL ? length - name_length - 1 : 0;
  g_autofree char *name = sg_http_decode_component (text, name_length, TRUE);
  char *value =
      equals != NULL ? sg_http_decode_component (equals + 1, value_length, TRUE) : g_strdup ("");

  if (name != NULL && value != NULL)
    {
      sg_http_form_take (self, name, value);
      return TRUE;
    }
  g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_REQUEST,
               "value number %u is not UTF-8 text in percent-encoding", self->pairs->len + 1);
  g_free (value);
  return FALSE;
}

/**
 * sg_http_form_parse:
 * @self: what the pairs are added to
 * @text: a query string or the body of a form
 * @length: how long it is
 * @error: which pair is wrong
 *
 * Returns: whether all of @text was taken
 */
gboolean
sg_http_form_parse (SgHttpForm  *self,
                    const char  *text,
                    gsize        length,
                    GError     **error)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *amp = memchr (text, '&', (gsize) (end - text));
      gsize n = (gsize) ((amp != NULL ? amp : end) - text);

      if (n > 0 && self->pairs->len >= SG_HTTP_FORM_MAX_VALUES)
        {
          g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOO_LARGE,
                       "there are more than %d values: send fewer", SG_HTTP_FORM_MAX_VALUES);
          return FALSE;
        }
      if (n > 0 && !parse_pair (self, text, n, error))
        return FALSE;
      text += n + 1;
    }
  return TRUE;
}

/* Returns: (nullable): the first value of @name */
const char *
sg_http_form_get (const SgHttpForm *self,
                  const char       *name)
{
  Pair *pair = find_pair (self, name);

  return pair != NULL ? pair->value : NULL;
}

/* Returns: (transfer container) (array zero-terminated=1): all values of @name */
const char **
sg_http_form_get_all (const SgHttpForm *self,
                      const char       *name)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();

  for (guint i = 0; i < self->pairs->len; i++)
    {
      Pair *pair = &g_array_index (self->pairs, Pair, i);

      if (g_str_equal (pair->name, name))
        g_ptr_array_add (values, pair->value);
    }
  g_ptr_array_add (values, NULL);
  return (const char **) g_ptr_array_free (g_steal_pointer (&values), FALSE);
}
