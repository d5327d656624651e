/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-regex-private.h"

#include <string.h>

/*
 * What can be known of the texts that match without running the expression.
 *
 * Expansion. Most expressions in queries are lists of names, or names with .* in them. Such an
 * expression is written out: a|b(c|d) is {a, bc, bd}, and with two bytes that UTF-8 does not have
 * for .* and .+, host[12]:.* is {host1:⟨*⟩, host2:⟨*⟩}. Concatenation is the product of the sets,
 * and the result is given up when it has more than EXPAND_MAX members or took too many bytes;
 * alternatives alone are bounded by the text of the expression. ^ and $ vanish where the text
 * begins and ends anyway.
 *
 * Of any other expression, a prefix of every text that matches, and a text that every one contains.
 */
#define EXPAND_MAX      4096
#define EXPAND_WORK_MAX (16 * 1024 * 1024)
#define UNROLL_MAX      16

/* What a node's place in the whole pattern is. */
typedef enum
{
  AT_START = 1 << 0,
  AT_END = 1 << 1,
} Place;

static GPtrArray *expand (const SgRegexNode *node, guint place, gsize *work);

static GPtrArray *
texts_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

static GPtrArray *
texts_new_single (const char *text)
{
  GPtrArray *texts = texts_new ();

  g_ptr_array_add (texts, g_strdup (text));
  return texts;
}

/*
 * .* beside another of its kind says nothing new. Two .+ mean two characters, which is more than
 * one byte can say. Returns: %NULL for those
 */
static char *
join (const char *a,
      const char *b)
{
  gsize length = strlen (a);
  gboolean wild_a = length > 0 && (guint8) a[length - 1] >= (guint8) SG_REGEX_SOME_TEXT;
  gboolean wild_b = (guint8) *b >= (guint8) SG_REGEX_SOME_TEXT;

  if (!wild_a || !wild_b)
    return g_strconcat (a, b, NULL);
  if (*b == SG_REGEX_ANY_TEXT)
    return g_strconcat (a, b + 1, NULL);
  if (a[length - 1] == SG_REGEX_SOME_TEXT)
    return NULL;
  return g_strdup_printf ("%.*s%s", (int) length - 1, a, b);
}

/* Returns: (nullable): each of @a with each of @b after it */
static GPtrArray *
texts_product (const GPtrArray *a,
               const GPtrArray *b,
               gsize           *work)
{
  g_autoptr (GPtrArray) product = texts_new ();

  if ((guint64) a->len * b->len > EXPAND_MAX && a->len > 1 && b->len > 1)
    return NULL;
  for (guint i = 0; i < a->len; i++)
    {
      for (guint j = 0; j < b->len; j++)
        {
          char *text = join (g_ptr_array_index (a, i), g_ptr_array_index (b, j));

          if (text == NULL)
            return NULL;
          g_ptr_array_add (product, text);
          *work += strlen (text);
          if (*work > EXPAND_WORK_MAX)
            return NULL;
        }
    }
  return g_steal_pointer (&product);
}

static void
texts_move (GPtrArray *to,
            GPtrArray *from)
{
  g_ptr_array_extend_and_steal (to, from);
}

static GPtrArray *
expand_class (const SgRegexNode *node)
{
  g_autoptr (GPtrArray) texts = texts_new ();

  if (node->negated || node->fold || node->text != NULL)
    return NULL;
  for (guint i = 0; i < node->ranges->len; i++)
    {
      const SgRegexRange *range = &g_array_index (node->ranges, SgRegexRange, i);

      if (range->high - range->low >= EXPAND_MAX || texts->len >= EXPAND_MAX)
        return NULL;
      for (gunichar c = range->low; c <= range->high; c++)
        {
          char text[7] = { 0 };

          if (c == 0 || (c >= 0xd800 && c <= 0xdfff))
            continue;
          g_unichar_to_utf8 (c, text);
          g_ptr_array_add (texts, g_strdup (text));
        }
    }
  return g_steal_pointer (&texts);
}

static GPtrArray *
expand_concat (const SgRegexNode *node,
               guint              place,
               gsize             *work)
{
  g_autoptr (GPtrArray) texts = texts_new_single ("");
  guint n = node->children->len;

  for (guint i = 0; i < n; i++)
    {
      guint child_place = (i == 0 ? place & AT_START : 0) | (i + 1 == n ? place & AT_END : 0);
      g_autoptr (GPtrArray) child =
          expand (g_ptr_array_index (node->children, i), child_place, work);
      GPtrArray *product = child != NULL ? texts_product (texts, child, work) : NULL;

      if (product == NULL)
        return NULL;
      g_ptr_array_unref (texts);
      texts = product;
    }
  return g_steal_pointer (&texts);
}

static GPtrArray *
expand_alternate (const SgRegexNode *node,
                  guint              place,
                  gsize             *work)
{
  g_autoptr (GPtrArray) texts = texts_new ();

  for (guint i = 0; i < node->children->len; i++)
    {
      GPtrArray *child = expand (g_ptr_array_index (node->children, i), place, work);

      if (child == NULL)
        return NULL;
      texts_move (texts, child);
      if (texts->len > MAX (EXPAND_MAX, node->children->len))
        return NULL;
    }
  return g_steal_pointer (&texts);
}

static GPtrArray *
expand_repeat (const SgRegexNode *node,
               gsize             *work)
{
  const SgRegexNode *child = g_ptr_array_index (node->children, 0);
  g_autoptr (GPtrArray) once = NULL;
  g_autoptr (GPtrArray) times = NULL;
  g_autoptr (GPtrArray) texts = texts_new ();

  if (node->max < 0 && node->min <= 1 && child->op == SG_REGEX_OP_ANY)
    {
      const char wild[] = { node->min == 0 ? SG_REGEX_ANY_TEXT : SG_REGEX_SOME_TEXT, '\0' };

      return texts_new_single (wild);
    }
  if (node->max < 0 || node->max > UNROLL_MAX || (once = expand (child, 0, work)) == NULL)
    return NULL;
  times = texts_new_single ("");
  for (int count = 0; count <= node->max; count++)
    {
      GPtrArray *next = NULL;

      if (count < node->max && (next = texts_product (times, once, work)) == NULL)
        return NULL;
      if (count >= node->min)
        texts_move (texts, g_steal_pointer (&times));
      g_clear_pointer (&times, g_ptr_array_unref);
      times = next;
      if (texts->len > EXPAND_MAX)
        return NULL;
    }
  return g_steal_pointer (&texts);
}

/* Returns: (nullable): all texts that match, where .* and .+ are a byte each */
static GPtrArray *
expand (const SgRegexNode *node,
        guint              place,
        gsize             *work)
{
  switch (node->op)
    {
    case SG_REGEX_OP_EMPTY:
      return texts_new_single ("");
    case SG_REGEX_OP_LITERAL:
      if (node->fold || strlen (node->text->str) != node->text->len)
        return NULL;
      return texts_new_single (node->text->str);
    case SG_REGEX_OP_CLASS:
      return expand_class (node);
    case SG_REGEX_OP_TEXT_START:
    case SG_REGEX_OP_LINE_START:
      return (place & AT_START) != 0 ? texts_new_single ("") : NULL;
    case SG_REGEX_OP_TEXT_END:
    case SG_REGEX_OP_LINE_END:
      return (place & AT_END) != 0 ? texts_new_single ("") : NULL;
    case SG_REGEX_OP_GROUP:
      return expand (g_ptr_array_index (node->children, 0), place, work);
    case SG_REGEX_OP_REPEAT:
      return expand_repeat (node, work);
    case SG_REGEX_OP_CONCAT:
      return expand_concat (node, place, work);
    case SG_REGEX_OP_ALTERNATE:
      return expand_alternate (node, place, work);
    case SG_REGEX_OP_ANY:
    case SG_REGEX_OP_WORD_EDGE:
    case SG_REGEX_OP_NOT_WORD_EDGE:
    default:
      return NULL;
    }
}

static int
text_compare (gconstpointer a,
              gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/*
 * sg_regex_node_expand:
 *
 * Returns: (nullable) (element-type utf8): all texts that match the whole pattern @node, sorted,
 *   none twice; %SG_REGEX_ANY_TEXT and %SG_REGEX_SOME_TEXT stand for .* and .+
 */
GPtrArray *
sg_regex_node_expand (const SgRegexNode *node)
{
  gsize work = 0;
  GPtrArray *texts = expand (node, AT_START | AT_END, &work);
  guint kept = 0;

  if (texts == NULL)
    return NULL;
  g_ptr_array_sort (texts, text_compare);
  for (guint i = 0; i < texts->len; i++)
    {
      if (kept > 0 && g_str_equal (texts->pdata[kept - 1], texts->pdata[i]))
        g_free (texts->pdata[i]);
      else
        texts->pdata[kept++] = texts->pdata[i];
    }
  for (guint i = kept; i < texts->len; i++)
    texts->pdata[i] = NULL;
  g_ptr_array_set_size (texts, (int) kept);
  return texts;
}

static gboolean append_prefix (const SgRegexNode *node, GString *out);

/* Cuts @text down to the whole characters with which @other begins too. */
static void
keep_common (GString    *text,
             const char *other)
{
  gsize n = 0;

  while (n < text->len && text->str[n] == other[n])
    n++;
  while (n < text->len && ((guint8) text->str[n] & 0xc0) == 0x80)
    n--;
  g_string_truncate (text, n);
}

static void
append_common_prefix (const SgRegexNode *node,
                      GString           *out)
{
  g_autoptr (GString) common = g_string_new (NULL);

  append_prefix (g_ptr_array_index (node->children, 0), common);
  for (guint i = 1; i < node->children->len && common->len > 0; i++)
    {
      g_autoptr (GString) other = g_string_new (NULL);

      append_prefix (g_ptr_array_index (node->children, i), other);
      keep_common (common, other->str);
    }
  g_string_append_len (out, common->str, (gssize) common->len);
}

/* Returns: whether @node matches just what was appended, so that the prefix goes on after it. */
static gboolean
append_prefix (const SgRegexNode *node,
               GString           *out)
{
  switch (node->op)
    {
    case SG_REGEX_OP_EMPTY:
    case SG_REGEX_OP_TEXT_START:
    case SG_REGEX_OP_LINE_START:
      return TRUE;
    case SG_REGEX_OP_LITERAL:
      if (node->fold || strlen (node->text->str) != node->text->len)
        return FALSE;
      g_string_append (out, node->text->str);
      return TRUE;
    case SG_REGEX_OP_GROUP:
      return append_prefix (g_ptr_array_index (node->children, 0), out);
    case SG_REGEX_OP_REPEAT:
      if (node->min > 0)
        append_prefix (g_ptr_array_index (node->children, 0), out);
      return FALSE;
    case SG_REGEX_OP_CONCAT:
      for (guint i = 0; i < node->children->len; i++)
        {
          if (!append_prefix (g_ptr_array_index (node->children, i), out))
            return FALSE;
        }
      return TRUE;
    case SG_REGEX_OP_ALTERNATE:
      append_common_prefix (node, out);
      return FALSE;
    case SG_REGEX_OP_CLASS:
    case SG_REGEX_OP_ANY:
    case SG_REGEX_OP_TEXT_END:
    case SG_REGEX_OP_LINE_END:
    case SG_REGEX_OP_WORD_EDGE:
    case SG_REGEX_OP_NOT_WORD_EDGE:
    default:
      return FALSE;
    }
}

/* Appends what every text that matches begins with. */
void
sg_regex_node_get_prefix (const SgRegexNode *node,
                          GString           *out)
{
  append_prefix (node, out);
}

/*
 * Makes @out the longest literal that is in every text that matches, where it is longer than @out.
 */
void
sg_regex_node_get_contains (const SgRegexNode *node,
                            GString           *out)
{
  if (node->op == SG_REGEX_OP_LITERAL && !node->fold && node->text->len > out->len
      && strlen (node->text->str) == node->text->len)
    g_string_assign (out, node->text->str);
  if (node->op == SG_REGEX_OP_GROUP || node->op == SG_REGEX_OP_CONCAT
      || (node->op == SG_REGEX_OP_REPEAT && node->min > 0))
    {
      for (guint i = 0; i < node->children->len; i++)
        sg_regex_node_get_contains (g_ptr_array_index (node->children, i), out);
    }
}
