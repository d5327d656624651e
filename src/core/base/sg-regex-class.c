/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-regex-private.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

/*
 * Characters and classes:
 *
 *   class   = [ "^" ] member { member }              a "]" in the first place stands for itself
 *   member  = character [ "-" character ] | "[:" [ "^" ] name ":]" | a class escape
 *
 * The named sets and \d \s \w are ASCII. One that is negated inside a class (\D, [:^alpha:]) is
 * taken as the ranges it leaves. Where case is minded not, RE2 first adds the other cases to the
 * set and then negates; among them are the two characters beyond ASCII that fold to a letter of
 * ASCII: the long s and the sign of Kelvin.
 *
 * PCRE2 looks up the other cases of a class character by character, 30 ms for all of Unicode. So
 * the sets that are negated are kept apart, since they have their other cases already, and how much
 * a pattern can make it look up is bounded.
 *
 * Unicode's categories and scripts stay as PCRE2 spells them: \p{Lu}, and \p{sc:Greek}, because
 * \p{Greek} would mean the wider "script extensions" there. Where case is minded not, the
 * categories of cased letters become all cased letters.
 */
#define LAST_CHARACTER 0x10ffff
#define FOLDED_MAX     1000000
#define LONG_S         0x017f
#define KELVIN         0x212a

typedef struct
{
  const char *name;
  const char *ranges;
} NamedSet;

/* Each pair of characters is a range. */
static const NamedSet posix_sets[] = {
  { "alnum", "09AZaz" },
  { "alpha", "AZaz" },
  { "ascii", "\x01\x7f" },
  { "blank", "\t\t  " },
  { "cntrl", "\x01\x1f\x7f\x7f" },
  { "digit", "09" },
  { "graph", "!~" },
  { "lower", "az" },
  { "print", " ~" },
  { "punct", "!/:@[`{~" },
  { "space", "\t\r  " },
  { "upper", "AZ" },
  { "word", "09AZaz__" },
  { "xdigit", "09AFaf" },
};

static const NamedSet perl_sets[] = {
  { "d", "09" },
  { "s", "\t\n\f\r  " },
  { "w", "09AZaz__" },
};

static void
ranges_add (GArray   *ranges,
            gunichar  low,
            gunichar  high)
{
  SgRegexRange range = { low, high };

  g_array_append_val (ranges, range);
}

static int
range_compare (gconstpointer a,
               gconstpointer b)
{
  const SgRegexRange *left = a;
  const SgRegexRange *right = b;

  return left->low < right->low ? -1 : left->low > right->low;
}

/* Adds what @ranges leaves out of all characters to @out. Sorts @ranges. */
static void
ranges_add_complement (GArray *out,
                       GArray *ranges)
{
  gunichar next = 0;

  g_array_sort (ranges, range_compare);
  for (guint i = 0; i < ranges->len; i++)
    {
      const SgRegexRange *range = &g_array_index (ranges, SgRegexRange, i);

      if (range->low > next)
        ranges_add (out, next, range->low - 1);
      next = MAX (next, range->high + 1);
    }
  if (next <= LAST_CHARACTER)
    ranges_add (out, next, LAST_CHARACTER);
}

static void
ranges_add_other_cases (GArray *ranges)
{
  guint n = ranges->len;

  for (guint i = 0; i < n; i++)
    {
      SgRegexRange range = g_array_index (ranges, SgRegexRange, i);

      for (gunichar c = range.low; c <= MIN (range.high, 0x7f); c++)
        {
          if (!g_ascii_isalpha ((char) c))
            continue;
          ranges_add (ranges, c ^ 0x20, c ^ 0x20);
          if ((c | 0x20) == 's')
            ranges_add (ranges, LONG_S, LONG_S);
          if ((c | 0x20) == 'k')
            ranges_add (ranges, KELVIN, KELVIN);
        }
    }
}

static void
class_add_set (SgRegexNode    *class,
               const NamedSet *set,
               gboolean        negated)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (SgRegexRange));

  for (const char *p = set->ranges; *p != '\0'; p += 2)
    ranges_add (ranges, (gunichar) p[0], (gunichar) p[1]);
  /* The strings cannot hold the character 0. */
  if (set->ranges[0] == '\x01')
    ranges_add (ranges, 0, 0);
  if (!negated)
    {
      g_array_append_vals (class->ranges, ranges->data, ranges->len);
      return;
    }
  if (class->fold)
    ranges_add_other_cases (ranges);
  ranges_add_complement (class->fold ? class->closed : class->ranges, ranges);
}

static gboolean
fail_escape (SgRegexParser *self,
             const char    *at)
{
  if (at[1] == '\0')
    return sg_regex_parser_fail (self, at, "ends in a backslash: write \\\\ for the character");
  if (g_ascii_isdigit (at[1]))
    return sg_regex_parser_fail (self, at, "a backreference, \\%c, is not supported: do without it",
                                 at[1]);
  if (at[1] == 'C')
    return sg_regex_parser_fail (self, at,
                                 "a single byte, \\C, is not supported: write . for a character");
  return sg_regex_parser_fail (self, at, "unknown escape \\%.*s: remove the backslash",
                               (int) (g_utf8_next_char (at + 1) - at - 1), at + 1);
}

/* @self->p: after \x */
static gboolean
parse_hex (SgRegexParser *self,
           const char    *at,
           gunichar      *ret_character)
{
  gboolean braces = *self->p == '{';
  guint n_digits = 0;
  gunichar c = 0;

  self->p += braces;
  for (; g_ascii_isxdigit (*self->p) && (braces || n_digits < 2); self->p++, n_digits++)
    {
      c = c * 16 + (gunichar) g_ascii_xdigit_value (*self->p);
      if (c > LAST_CHARACTER)
        return sg_regex_parser_fail (self, at, "there is no character beyond \\x{10FFFF}");
    }
  if (braces ? n_digits == 0 || *self->p != '}' : n_digits != 2)
    return sg_regex_parser_fail (self, at, "expected \\x and two hexadecimal digits, or \\x{…}");
  self->p += braces;
  *ret_character = c;
  return TRUE;
}

/* @self->p: at the first digit. Up to three, but a lone digit other than 0 is a reference. */
static gboolean
parse_octal (SgRegexParser *self,
             const char    *at,
             gunichar      *ret_character)
{
  gunichar c = 0;

  if (*self->p != '0' && (self->p[1] < '0' || self->p[1] > '7'))
    return fail_escape (self, at);
  for (guint i = 0; i < 3 && *self->p >= '0' && *self->p <= '7'; i++, self->p++)
    c = c * 8 + (gunichar) (*self->p - '0');
  *ret_character = c;
  return TRUE;
}

static gboolean
parse_escape (SgRegexParser *self,
              gunichar      *ret_character)
{
  static const char letters[] = "afnrtv";
  static const char meanings[] = "\a\f\n\r\t\v";
  const char *at = self->p++;
  const char *letter = *self->p != '\0' ? strchr (letters, *self->p) : NULL;

  if (*self->p >= '0' && *self->p <= '7')
    return parse_octal (self, at, ret_character);
  if (*self->p == 'x')
    {
      self->p++;
      return parse_hex (self, at, ret_character);
    }
  if (letter != NULL)
    *ret_character = (gunichar) meanings[letter - letters];
  else if (*self->p > 0 && !g_ascii_isalnum (*self->p))
    *ret_character = (gunichar) *self->p;
  else
    return fail_escape (self, at);
  self->p++;
  return TRUE;
}

/*
 * sg_regex_parse_character:
 * @ret_character: (out): the character at hand, or what its escape stands for
 *
 * Returns: %FALSE with an error at an escape that there is not
 */
gboolean
sg_regex_parse_character (SgRegexParser *self,
                          gunichar      *ret_character)
{
  if (*self->p == '\\')
    return parse_escape (self, ret_character);
  *ret_character = g_utf8_get_char (self->p);
  self->p = g_utf8_next_char (self->p);
  return TRUE;
}

gboolean
sg_regex_is_class_escape (const char *p)
{
  return p[0] == '\\' && p[1] != '\0' && strchr ("dDsSwWpP", p[1]) != NULL;
}

/* Whether PCRE2 knows @property, with which an expression then can be made. */
static gboolean
property_exists (const char *property)
{
  int error_code;
  PCRE2_SIZE offset;
  pcre2_code *code = pcre2_compile ((PCRE2_SPTR) property, PCRE2_ZERO_TERMINATED, PCRE2_UTF,
                                    &error_code, &offset, NULL);

  if (code == NULL)
    return FALSE;
  pcre2_code_free (code);
  return TRUE;
}

/* Go's names: a category of one or two letters, or a script as Unicode writes it. */
static gboolean
class_add_property (SgRegexNode *class,
                    const char  *name,
                    gsize        length,
                    gboolean     negated)
{
  static const char *const categories[] = {
    "C",  "Cc", "Cf", "Co", "Cs", "L",  "Ll", "Lm", "Lo", "Lt", "Lu",  "M",  "Mc",
    "Me", "Mn", "N",  "Nd", "Nl", "No", "P",  "Pc", "Pd", "Pe", "Pf",  "Pi", "Po",
    "Ps", "S",  "Sc", "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs", "Any", NULL,
  };
  static const char *const cased[] = { "Ll", "Lt", "Lu", NULL };
  g_autofree char *exact = g_strndup (name, length);
  g_autofree char *property = NULL;
  gboolean is_category = g_strv_contains (categories, exact);

  if (!is_category && (length < 3 || !g_ascii_isupper (*name) || !g_ascii_islower (name[1])))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalpha (name[i]) && name[i] != '_')
        return FALSE;
    }
  if (class->fold && g_strv_contains (cased, exact))
    property = g_strdup_printf ("\\%c{L&}", negated ? 'P' : 'p');
  else
    property = g_strdup_printf ("\\%c{%s%s}", negated ? 'P' : 'p', is_category ? "" : "sc:", exact);
  if (!property_exists (property))
    return FALSE;
  if (class->text == NULL)
    class->text = g_string_new (NULL);
  g_string_append (class->text, property);
  return TRUE;
}

/* @self->p: at \p or \P */
static gboolean
class_parse_property (SgRegexParser *self,
                      SgRegexNode   *class)
{
  const char *at = self->p;
  gboolean negated = at[1] == 'P';
  const char *name = at + 2;
  const char *end = *name != '\0' ? g_utf8_next_char (name) : name;

  self->p = end;
  if (*name == '{')
    {
      name++;
      end = strchr (name, '}');
      if (end == NULL)
        return sg_regex_parser_fail (self, at, "\\%c{ without its }: add it", at[1]);
      self->p = end + 1;
    }
  if (end > name && *name == '^')
    {
      negated = !negated;
      name++;
    }
  if (!class_add_property (class, name, (gsize) (end - name), negated))
    return sg_regex_parser_fail (self, at,
                                 "unknown category or script \"%.*s\": write one as "
                                 "Unicode has it, such as Lu or Greek",
                                 (int) (end - name), name);
  return TRUE;
}

/* @self->p: at a class escape */
static gboolean
class_parse_escape (SgRegexParser *self,
                    SgRegexNode   *class)
{
  char letter = self->p[1];

  if (letter == 'p' || letter == 'P')
    return class_parse_property (self, class);
  for (guint i = 0; i < G_N_ELEMENTS (perl_sets); i++)
    {
      if (perl_sets[i].name[0] == g_ascii_tolower (letter))
        class_add_set (class, &perl_sets[i], g_ascii_isupper (letter));
    }
  self->p += 2;
  return TRUE;
}

static SgRegexNode *
class_new (SgRegexParser *self)
{
  SgRegexNode *class = sg_regex_parser_add (self, SG_REGEX_OP_CLASS);

  class->ranges = g_array_new (FALSE, FALSE, sizeof (SgRegexRange));
  class->closed = g_array_new (FALSE, FALSE, sizeof (SgRegexRange));
  return class;
}

/* A surrogate, say, which no text has, and which cannot stand in a literal. */
SgRegexNode *
sg_regex_class_new_single (SgRegexParser *self,
                           gunichar       character)
{
  SgRegexNode *class = class_new (self);

  ranges_add (class->ranges, character, character);
  return class;
}

/* A class escape outside a class, as a class of its own. */
SgRegexNode *
sg_regex_parse_class_escape (SgRegexParser *self)
{
  SgRegexNode *class = class_new (self);

  return class_parse_escape (self, class) ? class : NULL;
}

/* @self->p: at "[:" of what ends in ":]" at @end */
static gboolean
class_parse_named (SgRegexParser *self,
                   SgRegexNode   *class,
                   const char    *end)
{
  const char *at = self->p;
  gboolean negated = at[2] == '^';
  const char *name = at + 2 + negated;

  for (guint i = 0; i < G_N_ELEMENTS (posix_sets); i++)
    {
      if (strlen (posix_sets[i].name) == (gsize) (end - name)
          && g_str_has_prefix (name, posix_sets[i].name))
        {
          class_add_set (class, &posix_sets[i], negated);
          self->p = end + 2;
          return TRUE;
        }
    }
  return sg_regex_parser_fail (self, at,
                               "unknown set %.*s: write one of [:alpha:], [:digit:], "
                               "[:word:] and the like",
                               (int) (end + 2 - at), at);
}

static gboolean
class_parse_range (SgRegexParser *self,
                   SgRegexNode   *class)
{
  const char *at = self->p;
  gunichar low, high;

  if (!sg_regex_parse_character (self, &low))
    return FALSE;
  high = low;
  if (self->p[0] == '-' && self->p[1] != ']' && self->p[1] != '\0')
    {
      self->p++;
      if (!sg_regex_parse_character (self, &high))
        return FALSE;
    }
  if (high < low)
    return sg_regex_parser_fail (self, at, "the range %.*s goes backwards: swap its ends",
                                 (int) (self->p - at), at);
  self->folded += class->fold ? high - low + 1 : 0;
  if (self->folded > FOLDED_MAX)
    return sg_regex_parser_fail (
        self, at,
        "ranges of more than %d characters with (?i): narrow them, or turn "
        "it off with (?-i:…)",
        FOLDED_MAX);
  ranges_add (class->ranges, low, high);
  return TRUE;
}

static gboolean
class_parse_member (SgRegexParser *self,
                    SgRegexNode   *class)
{
  const char *end = NULL;

  if (self->p[0] == '[' && self->p[1] == ':')
    end = strstr (self->p + 2, ":]");
  if (end != NULL)
    return class_parse_named (self, class, end);
  if (sg_regex_is_class_escape (self->p))
    return class_parse_escape (self, class);
  return class_parse_range (self, class);
}

/*
 * sg_regex_parse_class:
 *
 * Returns: (nullable): the class that begins at hand with [
 */
SgRegexNode *
sg_regex_parse_class (SgRegexParser *self)
{
  const char *at = self->p++;
  SgRegexNode *class = class_new (self);
  gboolean first = TRUE;

  if (*self->p == '^')
    {
      class->negated = TRUE;
      self->p++;
    }
  for (; *self->p != ']' || first; first = FALSE)
    {
      if (*self->p == '\0')
        {
          sg_regex_parser_fail (self, at,
                                "[ without its ]: add it, or write \\[ for the character");
          return NULL;
        }
      if (!class_parse_member (self, class))
        return NULL;
    }
  self->p++;
  return class;
}
