/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"

#include <string.h>

G_DEFINE_QUARK (sg_base_error, sg_base_error)

/**
 * sg_error_quote:
 * @text: what the user wrote, perhaps not even UTF-8
 * @length: its length in bytes, or -1 when it ends in a NUL
 *
 * Returns: (transfer full): @text in double quotes, fit for an error message: its control
 *   characters are escaped, and it is cut when it is long
 */
char *
sg_error_quote (const char *text,
                gssize      length)
{
  const gsize longest = 80;
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) MIN (n, longest));
  GString *out = g_string_new ("\"");

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\x%02x", c);
      else
        g_string_append_unichar (out, c);
    }
  g_string_append (out, n > longest ? "…\"" : "\"");
  return g_string_free (out, FALSE);
}
