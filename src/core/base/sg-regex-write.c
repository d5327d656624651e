/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-regex-private.h"

/*
 * Writes a tree in the syntax of PCRE2, so plainly that nothing of it depends on a mode but UTF and
 * "dot matches all": every character that is not a letter or digit of ASCII is escaped, every part
 * stands in a (?:…) where precedence could matter, and "mind no case" stands around each literal
 * and class that asks for it.
 *
 * The edges of lines are written out, because PCRE2's ^ with (?m) does not match after the last
 * line feed, as RE2's does.
 *
 * What matches is what RE2 matches. What a group captures differs in one case: of a group in a
 * repetition whose last round was empty, (a|)*, PCRE2 keeps that round and RE2 the one before.
 */

static void
write_character (gunichar  c,
                 GString  *out)
{
  if (c < 0x80 && g_ascii_isalnum ((char) c))
    g_string_append_c (out, (char) c);
  else if (c < 0x80)
    g_string_append_printf (out, "\\x%02x", c);
  else
    g_string_append_unichar (out, c);
}

static void
write_literal (const SgRegexNode *node,
               GString           *out)
{
  for (const char *p = node->text->str; p < node->text->str + node->text->len;
       p = g_utf8_next_char (p))
    write_character (g_utf8_get_char (p), out);
}

/* UTF-8 has no surrogates, and PCRE2 refuses them even as the ends of a range. */
static void
write_range (SgRegexRange  range,
             GString      *out)
{
  if (range.low >= 0xd800 && range.low <= 0xdfff)
    range.low = 0xe000;
  if (range.high >= 0xd800 && range.high <= 0xdfff)
    range.high = 0xd7ff;
  if (range.low > range.high)
    return;
  write_character (range.low, out);
  if (range.high > range.low)
    {
      g_string_append_c (out, '-');
      write_character (range.high, out);
    }
}

/* @text: (nullable): \p{…} that belong to the class too */
static void
write_members (const GArray  *ranges,
               const GString *text,
               gboolean       negated,
               GString       *out)
{
  gsize start = out->len;
  gsize empty;

  g_string_append (out, negated ? "[^" : "[");
  empty = out->len;
  for (guint i = 0; i < ranges->len; i++)
    write_range (g_array_index (ranges, SgRegexRange, i), out);
  if (text != NULL)
    g_string_append_len (out, text->str, (gssize) text->len);
  if (out->len > empty)
    g_string_append_c (out, ']');
  else
    {
      g_string_truncate (out, start);
      g_string_append (out, negated ? "." : "(?!)");
    }
}

/* One item: the members whose other cases belong to it too, and those that have them already. */
static void
write_class (const SgRegexNode *node,
             GString           *out)
{
  if (!node->fold)
    {
      write_members (node->ranges, node->text, node->negated, out);
      return;
    }
  g_string_append (out, "(?:");
  if (node->closed->len > 0)
    {
      g_string_append (out, node->negated ? "(?!" : "");
      write_members (node->closed, NULL, FALSE, out);
      g_string_append (out, node->negated ? ")" : "|");
    }
  g_string_append (out, "(?i:");
  write_members (node->ranges, node->text, node->negated, out);
  g_string_append (out, "))");
}

/* Whether what is written for @node is one item by itself. */
static gboolean
is_single (const SgRegexNode *node)
{
  if (node->op == SG_REGEX_OP_LITERAL)
    return node->fold || g_utf8_next_char (node->text->str) == node->text->str + node->text->len;
  return node->op == SG_REGEX_OP_ANY || node->op == SG_REGEX_OP_CLASS
         || node->op == SG_REGEX_OP_GROUP || node->op == SG_REGEX_OP_ALTERNATE;
}

static void
write_repeat (const SgRegexNode *node,
              gboolean           captures,
              GString           *out)
{
  const SgRegexNode *child = g_ptr_array_index (node->children, 0);
  gboolean bare = is_single (child);

  g_string_append (out, bare ? "" : "(?:");
  sg_regex_node_write (child, captures, out);
  g_string_append (out, bare ? "" : ")");
  if (node->max < 0 && node->min <= 1)
    g_string_append_c (out, node->min == 0 ? '*' : '+');
  else if (node->min == 0 && node->max == 1)
    g_string_append_c (out, '?');
  else if (node->max < 0)
    g_string_append_printf (out, "{%d,}", node->min);
  else
    g_string_append_printf (out, "{%d,%d}", node->min, node->max);
  if (node->lazy)
    g_string_append_c (out, '?');
}

static void
write_children (const SgRegexNode *node,
                gboolean           captures,
                const char        *separator,
                GString           *out)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      if (i > 0)
        g_string_append (out, separator);
      sg_regex_node_write (g_ptr_array_index (node->children, i), captures, out);
    }
}

/* What @node is, without the brackets of sg_regex_node_write(). */
static void
write_plain (const SgRegexNode *node,
             gboolean           captures,
             GString           *out)
{
  static const char *const edges[] = {
    [SG_REGEX_OP_ANY] = ".",
    [SG_REGEX_OP_LINE_START] = "(?:\\A|(?<=\\n))",
    [SG_REGEX_OP_LINE_END] = "(?=\\n|\\z)",
    [SG_REGEX_OP_TEXT_START] = "\\A",
    [SG_REGEX_OP_TEXT_END] = "\\z",
    [SG_REGEX_OP_WORD_EDGE] = "\\b",
    [SG_REGEX_OP_NOT_WORD_EDGE] = "\\B",
  };

  switch (node->op)
    {
    case SG_REGEX_OP_LITERAL:
      write_literal (node, out);
      break;
    case SG_REGEX_OP_CLASS:
      write_class (node, out);
      break;
    case SG_REGEX_OP_REPEAT:
      write_repeat (node, captures, out);
      break;
    case SG_REGEX_OP_GROUP:
    case SG_REGEX_OP_CONCAT:
      write_children (node, captures, "", out);
      break;
    case SG_REGEX_OP_ALTERNATE:
      write_children (node, captures, "|", out);
      break;
    case SG_REGEX_OP_EMPTY:
      break;
    case SG_REGEX_OP_ANY:
    case SG_REGEX_OP_LINE_START:
    case SG_REGEX_OP_LINE_END:
    case SG_REGEX_OP_TEXT_START:
    case SG_REGEX_OP_TEXT_END:
    case SG_REGEX_OP_WORD_EDGE:
    case SG_REGEX_OP_NOT_WORD_EDGE:
    default:
      g_string_append (out, edges[node->op]);
    }
}

/*
 * sg_regex_node_write:
 * @captures: whether groups capture; else they only group
 */
void
sg_regex_node_write (const SgRegexNode *node,
                     gboolean           captures,
                     GString           *out)
{
  gboolean folds = node->fold && node->op == SG_REGEX_OP_LITERAL;
  gboolean groups = node->op == SG_REGEX_OP_GROUP || node->op == SG_REGEX_OP_ALTERNATE;

  if (folds)
    g_string_append (out, "(?i:");
  else if (groups)
    g_string_append (out, node->op == SG_REGEX_OP_GROUP && captures ? "(" : "(?:");
  write_plain (node, captures, out);
  if (folds || groups)
    g_string_append_c (out, ')');
}
