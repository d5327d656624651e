/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-yaml-edit.h"
#include "base/sg-yaml-edit-private.h"

#include <string.h>

/*
 * A change cuts the text at the places of the nodes and splices in the value:
 *
 *  - Block collections (no brackets). A new entry goes onto a line of its own after the last one,
 *    at the column of the others. A value that is itself a block goes below its key, two columns in
 *    or where the old one stood; anything else goes behind the colon. What is removed takes its
 *    lines along, but no comments above it. The last entry leaves {} or [].
 *  - Collections in brackets: the value is written on one line.
 *  - Nothing, and empty brackets, become a block below their key.
 */

static gsize
line_start (const GString *text,
            gsize          at)
{
  while (at > 0 && text->str[at - 1] != '\n')
    at--;
  return at;
}

/* Returns: where the line's end is, before a carriage return too */
static gsize
line_end (const GString *text,
          gsize          at)
{
  while (at < text->len && text->str[at] != '\n')
    at++;
  if (at > 0 && at < text->len && text->str[at - 1] == '\r')
    at--;
  return at;
}

static gboolean
is_blank (const GString *text,
          gsize          from,
          gsize          to)
{
  for (gsize i = from; i < to; i++)
    {
      if (!g_ascii_isspace (text->str[i]))
        return FALSE;
    }
  return TRUE;
}

/*
 * Where a key is an alias, its place is that of its anchor, and @to may be before @from: no change.
 */
static void
erase (GString *text,
       gsize    from,
       gsize    to)
{
  if (from < to && to <= text->len)
    g_string_erase (text, (gssize) from, (gssize) (to - from));
}

/* Removes whole lines, from that of @from up to that of @to, with the line feed before or after. */
static void
cut_lines (GString *text,
           gsize    from,
           gsize    to)
{
  gsize start = line_start (text, from);
  gsize end = line_end (text, to);

  while (end < text->len && text->str[end] != '\n')
    end++;
  if (end < text->len)
    end++;
  erase (text, start, end);
}

static const char *
newline_of (const GString *text)
{
  return strstr (text->str, "\r\n") != NULL ? "\r\n" : "\n";
}

/* Returns: the blank that a text at @at needs before it, after a colon or dash */
static const char *
blank_before (const GString *text,
              gsize          at)
{
  return at > 0 && strchr (":-", text->str[at - 1]) != NULL ? " " : "";
}

/* Whether the value is written as lines of its own. */
static gboolean
value_is_block (const SgYamlEdit *edit)
{
  return edit->value->entries != NULL && !edit->value->flow;
}

/* Appends the lines of the value, each after @indent blanks, the first as it is if it @hangs. */
static void
append_lines (const SgYamlEdit *edit,
              GString          *out,
              gsize             indent,
              gboolean          hangs)
{
  g_autofree char *text = g_strchomp (g_strdup (sg_yaml_get_text (edit->snippet, NULL)));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_suffix (lines[i], "\r"))
        lines[i][strlen (lines[i]) - 1] = '\0';
      if (i > 0)
        g_string_append (out, newline_of (edit->out));
      if ((i > 0 || !hangs) && *lines[i] != '\0')
        g_string_append_printf (out, "%*s", (int) indent, "");
      g_string_append (out, lines[i]);
    }
}

static void
append_flow (const SgYamlEdit *edit,
             GString          *out)
{
  const char *text = sg_yaml_get_text (edit->snippet, NULL) + edit->value->start;
  gsize length = edit->value->end - edit->value->start;

  /* What is written on one line already keeps its looks. */
  if (edit->value->flow && memchr (text, '\n', length) == NULL)
    g_string_append_len (out, text, (gssize) length);
  else
    sg_yaml_node_write_flow (edit->value, out);
}

/* Appends what stands behind a colon or below it, from the colon on. @indent: of a block */
static void
append_after_colon (const SgYamlEdit *edit,
                    GString          *out,
                    gsize             indent)
{
  if (value_is_block (edit))
    {
      g_string_append (out, newline_of (edit->out));
      append_lines (edit, out, indent, FALSE);
    }
  else if (edit->value->kind != SG_YAML_NULL)
    {
      g_string_append_c (out, ' ');
      append_lines (edit, out, indent, TRUE);
    }
}

static void
insert (GString       *text,
        gsize          at,
        const GString *what)
{
  g_string_insert_len (text, (gssize) at, what->str, (gssize) what->len);
}

/* Inserts a line feed and @what after the line of @at. */
static void
insert_line (GString       *text,
             gsize          at,
             const GString *what)
{
  const char *newline = newline_of (text);
  gsize end = line_end (text, at);

  g_string_insert_len (text, (gssize) end, what->str, (gssize) what->len);
  g_string_insert (text, (gssize) end, newline);
}

/*
 * Returns: where the part of the line that ends at @end has its last character that is no comment
 */
static gsize
last_of_line (const GString *text,
              gsize          start,
              gsize          end)
{
  for (gsize i = start; i < end; i++)
    {
      if (text->str[i] == '#' && (i == start || g_ascii_isspace (text->str[i - 1])))
        end = i;
    }
  while (end > start && g_ascii_isspace (text->str[end - 1]))
    end--;
  return end > start ? end - 1 : start;
}

/*
 * Returns: the byte of the - that makes an item of what stands at @start, perhaps some lines above
 */
static gsize
find_dash (const GString *text,
           gsize          start)
{
  gsize end = start;

  while (TRUE)
    {
      gsize line = line_start (text, end);
      gsize last = last_of_line (text, line, end);

      if (text->str[last] == '-' || line == 0)
        return last;
      end = line - 1;
    }
}

static gsize
column_of (const GString *text,
           gsize          at)
{
  return at - line_start (text, at);
}

/* What no block can be put below: anything in brackets. */
static gboolean
is_in_flow (const SgYamlNode *node)
{
  for (; node != NULL; node = node->parent)
    {
      if (node->flow)
        return TRUE;
    }
  return FALSE;
}

/*
 * Changes @edit to give its container's parent the container anew, as a block with just the value.
 */
static void
wrap_value (SgYamlEdit *edit)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *key = NULL;

  if (edit->operation == SG_YAML_EDIT_APPEND)
    {
      g_string_append (text, "- ");
      append_lines (edit, text, 2, TRUE);
    }
  else
    {
      key = sg_yaml_quote (edit->key);
      g_string_append_printf (text, "%s:", key);
      append_after_colon (edit, text, 2);
    }
  edit->snippet = sg_yaml_parse ("value", text->str, (gssize) text->len, NULL);
  if (edit->snippet != NULL)
    edit->value = sg_yaml_get_root (edit->snippet);
}

/* The new text of the value of a mapping's entry that is there. */
static gboolean
rewrite_value (const SgYamlEdit  *edit,
               const SgYamlEntry *entry)
{
  GString *out = edit->out;
  g_autoptr (GString) text = g_string_new (NULL);
  gsize colon = entry->key->end;
  gsize indent;

  colon += strspn (out->str + colon, " ");
  if (out->str[colon] != ':')
    return FALSE;
  indent = column_of (out, entry->key->start) + 2;
  if (entry->start <= line_end (out, colon))
    erase (out, colon + 1, entry->end);
  else
    {
      indent = column_of (out, entry->start);
      cut_lines (out, entry->start, entry->end);
    }
  if (value_is_block (edit))
    {
      append_lines (edit, text, indent, FALSE);
      insert_line (out, colon, text);
    }
  else
    {
      append_after_colon (edit, text, indent);
      insert (out, colon + 1, text);
    }
  return TRUE;
}

static void
rewrite_item (const SgYamlEdit  *edit,
              const SgYamlEntry *entry)
{
  g_autoptr (GString) text = g_string_new (blank_before (edit->out, entry->start));
  gsize dash = find_dash (edit->out, entry->start);

  append_lines (edit, text, column_of (edit->out, dash) + 2, TRUE);
  erase (edit->out, entry->start, entry->end);
  insert (edit->out, entry->start, text);
}

/* Adds to a block that has entries. */
static void
add_to_block (const SgYamlEdit *edit)
{
  const SgYamlEntry *first = sg_yaml_node_get_entry (edit->node, 0);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *key = NULL;
  gsize indent;

  if (edit->operation == SG_YAML_EDIT_APPEND)
    {
      indent = column_of (edit->out, find_dash (edit->out, first->start));
      g_string_append_printf (text, "%*s- ", (int) indent, "");
      append_lines (edit, text, indent + 2, TRUE);
    }
  else
    {
      indent = column_of (edit->out, first->key->start);
      key = sg_yaml_quote (edit->key);
      g_string_append_printf (text, "%*s%s:", (int) indent, "", key);
      append_after_colon (edit, text, indent + 2);
    }
  insert_line (edit->out, edit->node->end, text);
}

static gsize
entry_end (const SgYamlEntry *entry)
{
  return entry->key != NULL ? MAX (entry->end, entry->key->end) : entry->end;
}

/* Returns: how many entries are not merged; they come first */
static guint
count_own (const SgYamlNode *node)
{
  guint n = node->entries->len;

  while (n > 0 && sg_yaml_node_get_entry (node, n - 1)->merged)
    n--;
  return n;
}

/* Writes the value in the place of what stands between brackets. */
static void
write_flow_value (const SgYamlEdit  *edit,
                  const SgYamlEntry *entry)
{
  g_autoptr (GString) text = g_string_new (blank_before (edit->out, entry->start));

  append_flow (edit, text);
  erase (edit->out, entry->start, entry->end);
  insert (edit->out, entry->start, text);
}

/* Adds to brackets, or changes a value in them. */
static void
write_in_flow (const SgYamlEdit *edit)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *key = NULL;
  guint n = count_own (edit->node);

  if (edit->at < n)
    {
      write_flow_value (edit, sg_yaml_node_get_entry (edit->node, edit->at));
      return;
    }
  if (n > 0)
    g_string_append (text, ", ");
  if (edit->operation == SG_YAML_EDIT_SET)
    {
      key = sg_yaml_quote (edit->key);
      g_string_append_printf (text, "%s: ", key);
    }
  append_flow (edit, text);
  insert (edit->out,
          n > 0 ? entry_end (sg_yaml_node_get_entry (edit->node, n - 1)) : edit->node->end - 1,
          text);
}

/* Puts the value in the place of the whole document, which is nothing or empty brackets. */
static void
write_root (const SgYamlEdit *edit)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GString *out = edit->out;
  gsize at = edit->node->start;

  append_lines (edit, text, 0, TRUE);
  erase (out, at, edit->node->end);
  if (line_end (out, at) != at || at == out->len)
    g_string_append (text, newline_of (out));
  if (at > line_start (out, at))
    g_string_prepend (text, newline_of (out));
  insert (out, at, text);
}

/*
 * A container that is empty: with a block around it, it becomes one itself, in a change of that
 * block. Returns: %FALSE where that is not possible
 */
static gboolean
write_into_empty (SgYamlEdit *edit)
{
  const SgYamlNode *parent = edit->node->parent;

  if (is_in_flow (parent) && edit->node->kind != SG_YAML_NULL)
    {
      write_in_flow (edit);
      return TRUE;
    }
  wrap_value (edit);
  if (edit->snippet == NULL)
    return FALSE;
  if (parent == NULL)
    {
      write_root (edit);
      return TRUE;
    }
  for (guint i = 0; i < parent->entries->len; i++)
    {
      const SgYamlEntry *entry = sg_yaml_node_get_entry (parent, i);

      if (entry->value != edit->node || entry->merged)
        continue;
      if (parent->flow)
        write_flow_value (edit, entry);
      else if (entry->key != NULL)
        return rewrite_value (edit, entry);
      else
        rewrite_item (edit, entry);
      return TRUE;
    }
  return FALSE;
}

static gboolean
write_value (SgYamlEdit *edit)
{
  const SgYamlNode *node = edit->node;

  if (sg_yaml_node_get_length (node) == 0 && node->n_written == 0)
    return write_into_empty (edit);
  if (count_own (node) == 0)
    return FALSE;
  if (node->flow)
    write_in_flow (edit);
  else if (edit->at == node->entries->len || sg_yaml_node_get_entry (node, edit->at)->merged)
    add_to_block (edit);
  else if (edit->operation == SG_YAML_EDIT_SET)
    return rewrite_value (edit, sg_yaml_node_get_entry (node, edit->at));
  else
    rewrite_item (edit, sg_yaml_node_get_entry (node, edit->at));
  return TRUE;
}

/* Returns: the byte where the @i-th entry begins, with its key or its dash */
static gsize
entry_begin (const SgYamlEdit *edit,
             guint             i)
{
  const SgYamlEntry *entry = sg_yaml_node_get_entry (edit->node, i);

  if (entry->key != NULL)
    return entry->key->start;
  return edit->node->flow ? entry->start : find_dash (edit->out, entry->start);
}

static void
cut_in_flow (const SgYamlEdit *edit)
{
  const SgYamlEntry *entry = sg_yaml_node_get_entry (edit->node, edit->at);
  gsize start = entry_begin (edit, edit->at);
  gsize end = entry_end (entry);

  if (edit->at > 0)
    start = entry_end (sg_yaml_node_get_entry (edit->node, edit->at - 1));
  else if (edit->node->entries->len > 1 && !sg_yaml_node_get_entry (edit->node, 1)->merged)
    end = entry_begin (edit, 1);
  erase (edit->out, start, end);
}

static void
cut_in_block (const SgYamlEdit *edit)
{
  GString *out = edit->out;
  gsize begin = entry_begin (edit, edit->at);
  gsize end = entry_end (sg_yaml_node_get_entry (edit->node, edit->at));
  gsize rest = line_end (out, end);
  gsize next = out->len;

  if (is_blank (out, line_start (out, begin), begin))
    {
      cut_lines (out, begin, end);
      return;
    }
  /* It shares its line with a dash: the next entry moves up, unless comments part them. */
  if (edit->at + 1 < edit->node->entries->len
      && !sg_yaml_node_get_entry (edit->node, edit->at + 1)->merged)
    next = entry_begin (edit, edit->at + 1);
  if (next < out->len && is_blank (out, rest, next))
    rest = next;
  erase (out, begin, rest);
}

static void
cut_entry (const SgYamlEdit *edit)
{
  const SgYamlNode *node = edit->node;

  if (node->entries->len == 1 && node->n_written <= 1)
    {
      gsize start = node->flow ? node->start : entry_begin (edit, 0);

      erase (edit->out, start, node->end);
      g_string_insert (edit->out, (gssize) start, node->kind == SG_YAML_MAPPING ? "{}" : "[]");
    }
  else if (node->flow)
    cut_in_flow (edit);
  else
    cut_in_block (edit);
}

/*
 * sg_yaml_edit_splice:
 *
 * Makes the change in the text. Returns: %FALSE where it is written in a way that is not known here
 */
gboolean
sg_yaml_edit_splice (SgYamlEdit *edit)
{
  if (edit->value != NULL)
    return write_value (edit);
  cut_entry (edit);
  return TRUE;
}
