/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-escaping.h"

#include "base/sg-labels.h"

#include <string.h>

/*
 * Metric names are [a-zA-Z_:][a-zA-Z0-9_:]* in the classic alphabet, label names the same without
 * the colon. Since Prometheus 3 they may be any UTF-8 text; a reader says in its Accept header
 * which of four ways of writing them it understands:
 *
 *   allow-utf-8   http.méthode   -> http.méthode, quoted
 *   underscores   http.méthode   -> http_m_thode
 *   dots          http.méthode_x -> http_dot_m__thode__x      (classic names have their "_"
 * doubled, too) values        http.méthode_x -> U__http_2e_m_e9_thode__x  (classic names stay as
 * they are)
 *
 * One character (not byte) that is not in the alphabet makes one replacement.
 */
static const char *const escaping_names[] = { "underscores", "allow-utf-8", "dots", "values" };

const char *
sg_escaping_to_string (SgEscaping escaping)
{
  return escaping_names[escaping];
}

/* The specification spells the second one in two ways; both are read. */
gboolean
sg_escaping_from_string (const char *text,
                         SgEscaping *ret_escaping)
{
  if (g_str_equal (text, "allow-utf8"))
    text = escaping_names[SG_ESCAPING_ALLOW_UTF8];
  for (guint i = 0; i < G_N_ELEMENTS (escaping_names); i++)
    {
      if (g_str_equal (text, escaping_names[i]))
        {
          *ret_escaping = (SgEscaping) i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_classic_char (gunichar c,
                 gboolean first,
                 gboolean colons)
{
  if (c >= 0x80)
    return FALSE;
  if (g_ascii_isdigit ((char) c))
    return !first;
  return g_ascii_isalpha ((char) c) || c == '_' || (colons && c == ':');
}

static void
append_replacement (GString    *out,
                    SgEscaping  escaping,
                    gunichar    c)
{
  if (escaping == SG_ESCAPING_UNDERSCORES)
    g_string_append_c (out, '_');
  else if (escaping == SG_ESCAPING_VALUES)
    g_string_append_printf (out, "_%x_", c);
  else
    g_string_append (out, c == '.' ? "_dot_" : "__");
}

static char *
escape (SgEscaping  escaping,
        const char *name,
        gboolean    colons)
{
  GString *out;
  gboolean classic = colons ? sg_metric_name_is_classic (name) : sg_label_name_is_classic (name);

  if (escaping == SG_ESCAPING_ALLOW_UTF8 || (classic && escaping != SG_ESCAPING_DOTS))
    return g_strdup (name);
  out = g_string_new (escaping == SG_ESCAPING_VALUES ? "U__" : NULL);
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '_' && escaping != SG_ESCAPING_UNDERSCORES)
        g_string_append (out, "__");
      else if (is_classic_char (c, p == name, colons))
        g_string_append_unichar (out, c);
      else
        append_replacement (out, escaping, c);
    }
  return g_string_free (out, FALSE);
}

/* Returns: (transfer full): @name, which is UTF-8, as @escaping writes it */
char *
sg_escaping_metric_name (SgEscaping  escaping,
                         const char *name)
{
  return escape (escaping, name, TRUE);
}

/* Returns: (transfer full): @name, which is UTF-8, as @escaping writes it */
char *
sg_escaping_label_name (SgEscaping  escaping,
                        const char *name)
{
  return escape (escaping, name, FALSE);
}

/* Reads "_e9_" up to its second underscore. Returns: the character, or 0 when it is none. */
static gunichar
read_code (const char **p)
{
  const char *end;
  guint64 code = g_ascii_strtoull (*p + 1, (char **) &end, 16);

  if (!g_ascii_isxdigit ((*p)[1]) || *end != '_' || end - *p > 7 || code == 0
      || !g_unichar_validate ((gunichar) code))
    return 0;
  *p = end + 1;
  return (gunichar) code;
}

/**
 * sg_escaping_unescape_name:
 * @name: a name, as %SG_ESCAPING_VALUES may have written it
 *
 * Returns: (transfer full): what it stands for; @name itself where it is not written so
 */
char *
sg_escaping_unescape_name (const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gunichar c = 0;

  if (!g_str_has_prefix (name, "U__"))
    return g_strdup (name);
  for (const char *p = name + strlen ("U__"); *p != '\0'; g_string_append_unichar (out, c))
    {
      if (*p != '_')
        {
          c = g_utf8_get_char (p);
          p = g_utf8_next_char (p);
        }
      else if (p[1] == '_')
        {
          c = '_';
          p += 2;
        }
      else if ((c = read_code (&p)) == 0)
        return g_strdup (name);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
