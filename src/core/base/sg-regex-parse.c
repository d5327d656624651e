/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-regex-private.h"

#include "base/sg-error.h"

#include <string.h>

/*
 * The syntax, which is Go's (regexp/syntax with its Perl flags):
 *
 *   alternate = concat { "|" concat }
 *   concat    = { item [ repeat ] }
 *   repeat    = ( "*" | "+" | "?" | "{" n "}" | "{" n ",}" | "{" n "," m "}" ) [ "?" ]
 *   item      = "(" alternate ")"                           captures
 *             | "(?P<" name ">" alternate ")" | "(?<" name ">" alternate ")"
 *             | "(?" flags ":" alternate ")"                does not
 *             | "(?" flags ")"                              until the end of the group around it
 *             | "[" class "]" | "." | "^" | "$" | escape | "\Q" text "\E" | any other character
 *   flags     = { "i" | "m" | "s" | "U" } [ "-" { "i" | "m" | "s" | "U" } ]
 *   escape    = \A \z \b \B   text start, text end, ASCII word edge, no such edge
 *             | \d \D \s \S \w \W (ASCII) | \pX \PX \p{name} \p{^name}
 *             | \a \f \n \r \t \v | \x hh | \x{h…} | \ooo octal | "\" ASCII punctuation
 *
 * A "{" that begins no repeat stands for itself. Counts, multiplied through nested repetitions, end
 * at
 * 1000. A repetition directly after another is an error, which keeps out Perl's possessive ones;
 * and what cannot be matched in linear time does not exist here either: references, lookaround,
 * atomic groups, recursion, conditions. So an expression that is accepted here means the same
 * there.
 */
#define REPEAT_MAX 1000

static SgRegexNode *parse_alternate (SgRegexParser *self);

static void
node_free (gpointer data)
{
  SgRegexNode *node = data;

  if (node->text != NULL)
    g_string_free (node->text, TRUE);
  g_clear_pointer (&node->ranges, g_array_unref);
  g_clear_pointer (&node->closed, g_array_unref);
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_free (node);
}

void
sg_regex_parser_init (SgRegexParser  *self,
                      const char     *pattern,
                      GError        **error)
{
  *self = (SgRegexParser) { .start = pattern, .p = pattern, .mode = SG_REGEX_DOT_ALL };
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->error = error;
}

void
sg_regex_parser_clear (SgRegexParser *self)
{
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
}

SgRegexNode *
sg_regex_parser_add (SgRegexParser *self,
                     SgRegexOp      op)
{
  SgRegexNode *node = g_new0 (SgRegexNode, 1);

  node->op = op;
  node->weight = 1;
  node->fold = (self->mode & SG_REGEX_FOLD) != 0;
  g_ptr_array_add (self->nodes, node);
  return node;
}

static void
node_add_child (SgRegexNode *node,
                SgRegexNode *child)
{
  if (node->children == NULL)
    node->children = g_ptr_array_new ();
  g_ptr_array_add (node->children, child);
  node->weight = MAX (node->weight, child->weight);
}

/* Sets the error, at @at. Returns: %FALSE */
gboolean
sg_regex_parser_fail (SgRegexParser *self,
                      const char    *at,
                      const char    *format,
                      ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (self->error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
               "regular expression: byte %zu: %s", (gsize) (at - self->start), what);
  return FALSE;
}

static void
concat_add_character (SgRegexParser *self,
                      SgRegexNode   *concat,
                      gunichar       character)
{
  SgRegexNode *last = NULL;
  gboolean fold = (self->mode & SG_REGEX_FOLD) != 0;

  if (concat->children != NULL && concat->children->len > 0)
    last = g_ptr_array_index (concat->children, concat->children->len - 1);
  if (last == NULL || last->op != SG_REGEX_OP_LITERAL || last->sealed || last->fold != fold)
    {
      last = sg_regex_parser_add (self, SG_REGEX_OP_LITERAL);
      last->text = g_string_new (NULL);
      node_add_child (concat, last);
    }
  g_string_append_unichar (last->text, character);
}

/*
 * Takes what a repetition after @concat repeats out of it: the last item, of a literal one
 * character.
 */
static SgRegexNode *
concat_take_last (SgRegexParser *self,
                  SgRegexNode   *concat)
{
  SgRegexNode *last = g_ptr_array_index (concat->children, concat->children->len - 1);
  SgRegexNode *single;
  const char *tail;

  if (last->op == SG_REGEX_OP_LITERAL && !last->sealed)
    {
      tail = g_utf8_find_prev_char (last->text->str, last->text->str + last->text->len);
      if (tail > last->text->str)
        {
          single = sg_regex_parser_add (self, SG_REGEX_OP_LITERAL);
          single->fold = last->fold;
          single->text = g_string_new (tail);
          g_string_truncate (last->text, (gsize) (tail - last->text->str));
          return single;
        }
    }
  g_ptr_array_set_size (concat->children, (int) concat->children->len - 1);
  return last;
}

static gboolean
concat_repeat (SgRegexParser *self,
               SgRegexNode   *concat,
               const char    *at,
               int            min,
               int            max)
{
  gboolean lazy = (self->mode & SG_REGEX_UNGREEDY) != 0;
  SgRegexNode *repeat;
  guint count = (guint) (max < 0 ? min : max);

  if (*self->p == '?')
    {
      lazy = !lazy;
      self->p++;
    }
  if (concat->children == NULL || concat->children->len == 0)
    return sg_regex_parser_fail (
        self, at, "nothing to repeat before %c: write \\%c for the character", *at, *at);
  if (self->repeat_end == at)
    return sg_regex_parser_fail (self, at,
                                 "a repetition after a repetition: put the first one into (?:…)");
  if (count > REPEAT_MAX)
    return sg_regex_parser_fail (self, at, "repeats more than %d times: ask for fewer", REPEAT_MAX);
  repeat = sg_regex_parser_add (self, SG_REGEX_OP_REPEAT);
  repeat->min = min;
  repeat->max = max;
  repeat->lazy = lazy;
  node_add_child (repeat, concat_take_last (self, concat));
  repeat->weight = count > 0 ? repeat->weight * count : 1;
  if (count >= 2 && repeat->weight > REPEAT_MAX)
    return sg_regex_parser_fail (self, at,
                                 "nested repetitions repeat more than %d times: ask for "
                                 "fewer",
                                 REPEAT_MAX);
  node_add_child (concat, repeat);
  self->repeat_end = self->p;
  return TRUE;
}

/* Reads digits at *@p; more than the bound reads as just more than it. Returns: −1 for none */
static int
parse_count (const char **p)
{
  int count = 0;

  if (!g_ascii_isdigit (**p))
    return -1;
  for (; g_ascii_isdigit (**p); (*p)++)
    count = MIN (count * 10 + (**p - '0'), REPEAT_MAX + 1);
  return count;
}

/* Returns: %FALSE without an error when the { at hand begins no repetition. */
static gboolean
parse_counts (SgRegexParser *self,
              int           *ret_min,
              int           *ret_max)
{
  const char *p = self->p + 1;
  int min = parse_count (&p);
  int max = min;

  if (min < 0)
    return FALSE;
  if (*p == ',')
    {
      p++;
      max = parse_count (&p);
    }
  if (*p != '}')
    return FALSE;
  self->p = p + 1;
  *ret_min = min;
  *ret_max = max;
  return TRUE;
}

static gboolean
parse_repeat (SgRegexParser *self,
              SgRegexNode   *concat)
{
  const char *at = self->p;
  int min = *at == '+';
  int max = *at == '?' ? 1 : -1;

  if (*at != '{')
    {
      self->p++;
      return concat_repeat (self, concat, at, min, max);
    }
  if (!parse_counts (self, &min, &max))
    {
      concat_add_character (self, concat, '{');
      self->p++;
      return TRUE;
    }
  if (max >= 0 && max < min)
    return sg_regex_parser_fail (self, at, "the least count is above the greatest: swap them");
  return concat_repeat (self, concat, at, min, max);
}

/* @self->p: after (?, at something that is neither a name nor flags. Returns: %NULL */
static SgRegexNode *
fail_group (SgRegexParser *self,
            const char    *at)
{
  static const struct
  {
    const char *text;
    const char *what;
  } unsupported[] = {
    { "=", "lookahead" },        { "!", "lookahead" },       { "<=", "lookbehind" },
    { "<!", "lookbehind" },      { ">", "an atomic group" }, { "#", "a comment" },
    { "|", "a branch reset" },   { "(", "a condition" },     { "R", "recursion" },
    { "&", "recursion" },        { "P>", "recursion" },      { "P=", "a backreference" },
    { "'", "a name in quotes" }, { "C", "a callout" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (unsupported); i++)
    {
      if (g_str_has_prefix (self->p, unsupported[i].text))
        {
          sg_regex_parser_fail (self, at, "%s, (?%s, is not supported: do without it",
                                unsupported[i].what, unsupported[i].text);
          return NULL;
        }
    }
  sg_regex_parser_fail (self, at, "unknown group: expected (?:…), (?P<name>…) or flags of imsU");
  return NULL;
}

/* @self->p: after (?. Returns: whether flags and a ) or : were read. */
static gboolean
parse_flags (SgRegexParser *self,
             guint         *ret_mode)
{
  static const char letters[] = "imsU";
  guint mode = self->mode;
  gboolean remove = FALSE;
  gboolean after_minus = FALSE;

  for (; *self->p != ')' && *self->p != ':'; self->p++)
    {
      const char *letter = *self->p != '\0' ? strchr (letters, *self->p) : NULL;
      guint bit;

      if (*self->p == '-' && !remove)
        {
          remove = after_minus = TRUE;
          continue;
        }
      if (letter == NULL)
        return FALSE;
      bit = 1u << (letter - letters);
      mode = remove ? mode & ~bit : mode | bit;
      after_minus = FALSE;
    }
  *ret_mode = mode;
  return !after_minus;
}

/* @self->p: at the name. Reads it and its >. */
static SgRegexNode *
parse_group_name (SgRegexParser *self,
                  const char    *at)
{
  const char *name = self->p;
  SgRegexNode *group;

  while (g_ascii_isalnum (*self->p) || *self->p == '_')
    self->p++;
  if (self->p == name || *self->p != '>')
    {
      sg_regex_parser_fail (self, at,
                            "the name of a group is made of letters, digits and _, and ends in >");
      return NULL;
    }
  group = sg_regex_parser_add (self, SG_REGEX_OP_GROUP);
  group->text = g_string_new_len (name, self->p - name);
  self->p++;
  return group;
}

/* Reads up to the ) of the group that began at @at. */
static SgRegexNode *
parse_group_body (SgRegexParser *self,
                  const char    *at,
                  SgRegexNode   *group)
{
  guint mode = self->mode;
  SgRegexNode *body;

  if (group != NULL)
    self->n_groups++;
  body = parse_alternate (self);
  if (body == NULL)
    return NULL;
  if (*self->p != ')')
    {
      sg_regex_parser_fail (self, at, "( without its ): add it, or write \\( for the character");
      return NULL;
    }
  self->p++;
  self->mode = mode;
  body->sealed = TRUE;
  if (group == NULL)
    return body;
  node_add_child (group, body);
  return group;
}

static SgRegexNode *
parse_named_group (SgRegexParser *self,
                   const char    *at)
{
  SgRegexNode *group = parse_group_name (self, at);

  return group != NULL ? parse_group_body (self, at, group) : NULL;
}

/* Returns: the group; %NULL without an error for flags that hold on until the group around ends. */
static SgRegexNode *
parse_group (SgRegexParser *self,
             gboolean      *ret_failed)
{
  const char *at = self->p++;
  guint before = self->mode;
  guint mode;
  SgRegexNode *node;

  if (*self->p != '?')
    {
      node = sg_regex_parser_add (self, SG_REGEX_OP_GROUP);
      node->text = g_string_new (NULL);
      node = parse_group_body (self, at, node);
    }
  else if (g_str_has_prefix (self->p, "?P<"))
    {
      self->p += 3;
      node = parse_named_group (self, at);
    }
  else if (self->p[1] == '<' && self->p[2] != '=' && self->p[2] != '!')
    {
      self->p += 2;
      node = parse_named_group (self, at);
    }
  else
    {
      const char *flags = ++self->p;

      if (!parse_flags (self, &mode))
        {
          self->p = flags;
          node = fail_group (self, at);
        }
      else if (*self->p++ == ')')
        {
          self->mode = mode;
          return NULL;
        }
      else
        {
          self->mode = mode;
          node = parse_group_body (self, at, NULL);
          self->mode = before;
        }
    }
  *ret_failed = node == NULL;
  return node;
}

/* @self->p: at \Q */
static void
parse_quoted (SgRegexParser *self,
              SgRegexNode   *concat)
{
  const char *end = strstr (self->p + 2, "\\E");

  for (self->p += 2; *self->p != '\0' && self->p != end; self->p = g_utf8_next_char (self->p))
    concat_add_character (self, concat, g_utf8_get_char (self->p));
  if (end != NULL)
    self->p += 2;
}

static SgRegexNode *
edge (SgRegexParser *self,
      SgRegexOp      op,
      gsize          length)
{
  self->p += length;
  return sg_regex_parser_add (self, op);
}

/* The items that are one node. Returns: %NULL without an error when it is not one of them. */
static SgRegexNode *
parse_special (SgRegexParser *self,
               gboolean      *ret_failed)
{
  gboolean lines = (self->mode & SG_REGEX_MULTI_LINE) != 0;
  SgRegexNode *node;

  if (*self->p == '(')
    return parse_group (self, ret_failed);
  if (*self->p == '[' || sg_regex_is_class_escape (self->p))
    {
      node = *self->p == '[' ? sg_regex_parse_class (self) : sg_regex_parse_class_escape (self);
      *ret_failed = node == NULL;
      return node;
    }
  if (*self->p == '.' && (self->mode & SG_REGEX_DOT_ALL) != 0)
    return edge (self, SG_REGEX_OP_ANY, 1);
  if (*self->p == '.')
    {
      node = sg_regex_class_new_single (self, '\n');
      node->negated = TRUE;
      self->p++;
      return node;
    }
  if (*self->p == '^')
    return edge (self, lines ? SG_REGEX_OP_LINE_START : SG_REGEX_OP_TEXT_START, 1);
  if (*self->p == '$')
    return edge (self, lines ? SG_REGEX_OP_LINE_END : SG_REGEX_OP_TEXT_END, 1);
  if (g_str_has_prefix (self->p, "\\A"))
    return edge (self, SG_REGEX_OP_TEXT_START, 2);
  if (g_str_has_prefix (self->p, "\\z"))
    return edge (self, SG_REGEX_OP_TEXT_END, 2);
  if (g_str_has_prefix (self->p, "\\b"))
    return edge (self, SG_REGEX_OP_WORD_EDGE, 2);
  if (g_str_has_prefix (self->p, "\\B"))
    return edge (self, SG_REGEX_OP_NOT_WORD_EDGE, 2);
  return NULL;
}

static gboolean
parse_item (SgRegexParser *self,
            SgRegexNode   *concat)
{
  const char *at = self->p;
  gboolean failed = FALSE;
  SgRegexNode *node;
  gunichar character;

  if (*at == '*' || *at == '+' || *at == '?' || *at == '{')
    return parse_repeat (self, concat);
  if (g_str_has_prefix (at, "\\Q"))
    {
      parse_quoted (self, concat);
      return TRUE;
    }
  node = parse_special (self, &failed);
  if (node != NULL)
    {
      node_add_child (concat, node);
      return TRUE;
    }
  if (failed || self->p != at)
    return !failed;
  if (!sg_regex_parse_character (self, &character))
    return FALSE;
  if (character >= 0xd800 && character <= 0xdfff)
    node_add_child (concat, sg_regex_class_new_single (self, character));
  else
    concat_add_character (self, concat, character);
  return TRUE;
}

static SgRegexNode *
parse_concat (SgRegexParser *self)
{
  SgRegexNode *concat = sg_regex_parser_add (self, SG_REGEX_OP_CONCAT);

  while (*self->p != '\0' && *self->p != '|' && *self->p != ')')
    {
      if (!parse_item (self, concat))
        return NULL;
    }
  if (concat->children == NULL || concat->children->len == 0)
    concat->op = SG_REGEX_OP_EMPTY;
  else if (concat->children->len == 1)
    return g_ptr_array_index (concat->children, 0);
  return concat;
}

static SgRegexNode *
parse_alternate (SgRegexParser *self)
{
  SgRegexNode *alternate = NULL;
  SgRegexNode *branch;

  if (++self->depth > SG_REGEX_DEPTH_MAX)
    {
      sg_regex_parser_fail (self, self->p, "nests more than %d deep: make it flatter",
                            SG_REGEX_DEPTH_MAX);
      return NULL;
    }
  branch = parse_concat (self);
  while (branch != NULL && *self->p == '|')
    {
      if (alternate == NULL)
        {
          alternate = sg_regex_parser_add (self, SG_REGEX_OP_ALTERNATE);
          node_add_child (alternate, branch);
        }
      self->p++;
      branch = parse_concat (self);
      if (branch != NULL)
        node_add_child (alternate, branch);
    }
  self->depth--;
  return branch != NULL && alternate != NULL ? alternate : branch;
}

/*
 * sg_regex_parser_run:
 *
 * Returns: (nullable): the tree of the whole pattern, owned by @self
 */
SgRegexNode *
sg_regex_parser_run (SgRegexParser *self)
{
  SgRegexNode *node;
  const char *end;
  gsize length = strlen (self->start);

  if (length > SG_REGEX_LENGTH_MAX)
    {
      g_set_error (self->error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "regular expression: %zu bytes are more than %d: shorten it", length,
                   SG_REGEX_LENGTH_MAX);
      return NULL;
    }
  if (!g_utf8_validate (self->start, (gssize) length, &end))
    {
      sg_regex_parser_fail (self, end, "not UTF-8: write it in UTF-8");
      return NULL;
    }
  node = parse_alternate (self);
  if (node != NULL && *self->p == ')')
    {
      sg_regex_parser_fail (self, self->p, ") without its (: remove it, or write \\)");
      return NULL;
    }
  return node;
}
