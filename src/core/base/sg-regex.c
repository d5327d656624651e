/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-regex-private.h"

#include "base/sg-error.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/*
 * An expression is parsed as RE2 would (sg-regex-parse.c), and then matched in the cheapest way
 * there is for it:
 *
 *  - as a set of texts, by binary search;
 *  - as a few texts with .* and .+ in them, by looking for the parts in order;
 *  - by PCRE2, compiled to machine code where the machine allows that, after a look whether the
 *    text has what every match must have.
 *
 * PCRE2 backtracks, and a hostile expression could keep it busy for ever: so it is given a bound of
 * steps and of memory, and the caller is told when one was reached. What PCRE2 sees is never what
 * the user wrote but the tree written out anew (sg-regex-write.c).
 *
 * Bytes that are not UTF-8 match as U+FFFD each, as in Go.
 */
#define GLOBS_MAX 32

struct _SgRegex
{
  guint ref_count;
  char *pattern;
  char *prefix;
  char *contains;
  /* All that match, sorted, or %NULL; and whether .* or .+ stand in any. */
  GPtrArray *texts;
  gboolean has_wildcards;
  /* One matches for all; several where PCRE2 found one too large. */
  GPtrArray *codes;
  GStrv group_names;
};

static pcre2_compile_context *
get_compile_context (void)
{
  static pcre2_compile_context *context;

  if (g_once_init_enter (&context))
    {
      pcre2_compile_context *created = pcre2_compile_context_create (NULL);

      pcre2_set_parens_nest_limit (created, 4 * SG_REGEX_DEPTH_MAX);
      g_once_init_leave (&context, created);
    }
  return context;
}

static pcre2_match_context *
get_match_context (void)
{
  static pcre2_match_context *context;

  if (g_once_init_enter (&context))
    {
      pcre2_match_context *created = pcre2_match_context_create (NULL);

      pcre2_set_match_limit (created, SG_REGEX_STEPS_MAX);
      pcre2_set_heap_limit (created, SG_REGEX_HEAP_MAX_KIB);
      g_once_init_leave (&context, created);
    }
  return context;
}

static void
free_match_data (gpointer data)
{
  pcre2_match_data_free (data);
}

/* Where a match without captures is noted, one for each thread. */
static pcre2_match_data *
get_match_data (void)
{
  static GPrivate private = G_PRIVATE_INIT (free_match_data);
  pcre2_match_data *data = g_private_get (&private);

  if (data == NULL)
    {
      data = pcre2_match_data_create (1, NULL);
      g_private_set (&private, data);
    }
  return data;
}

static void
free_code (gpointer data)
{
  pcre2_code_free (data);
}

/* Returns: (nullable): the code; without an error when PCRE2 found it too large */
static pcre2_code *
compile (const SgRegexNode  *node,
         gboolean            captures,
         GError            **error)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  pcre2_code *code;
  PCRE2_UCHAR message[128];
  PCRE2_SIZE offset;
  int failure;

  sg_regex_node_write (node, captures, pattern);
  code = pcre2_compile ((PCRE2_SPTR) pattern->str, pattern->len,
                        PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOTALL | PCRE2_ANCHORED
                            | PCRE2_ENDANCHORED,
                        &failure, &offset, get_compile_context ());
  if (code != NULL)
    {
      /* Where there is no compiler, or no memory that may be executed, PCRE2 interprets. */
      pcre2_jit_compile (code, PCRE2_JIT_COMPLETE);
      return code;
    }
  if (failure != PCRE2_ERROR_PATTERN_TOO_LARGE)
    {
      pcre2_get_error_message (failure, message, sizeof message);
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_UNSUPPORTED,
                   "regular expression: %s: write it more simply", (const char *) message);
    }
  return NULL;
}

/* Compiles @node, by halves of its alternatives where it is too large as a whole. */
static gboolean
compile_parts (SgRegex            *self,
               const SgRegexNode  *node,
               gboolean            captures,
               GError            **error)
{
  GError *failure = NULL;
  pcre2_code *code = compile (node, captures, &failure);
  SgRegexNode half = { .op = SG_REGEX_OP_ALTERNATE };
  gboolean compiled = TRUE;

  if (code != NULL)
    {
      g_ptr_array_add (self->codes, code);
      return TRUE;
    }
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (node->op != SG_REGEX_OP_ALTERNATE || node->children->len < 2 || captures)
    {
      g_set_error (
          error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
          "regular expression: too large to compile: repeat less, or write it more simply");
      return FALSE;
    }
  for (guint i = 0; i < 2 && compiled; i++)
    {
      guint middle = node->children->len / 2;

      half.children = g_ptr_array_new ();
      for (guint j = i * middle; j < (i == 0 ? middle : node->children->len); j++)
        g_ptr_array_add (half.children, g_ptr_array_index (node->children, j));
      compiled = compile_parts (self, &half, captures, error);
      g_ptr_array_unref (half.children);
    }
  return compiled;
}

static gsize
literal_length (const char *text)
{
  static const char wild[] = { SG_REGEX_ANY_TEXT, SG_REGEX_SOME_TEXT, '\0' };

  return strcspn (text, wild);
}

/* Keeps @node's expansion where it is worth it. */
static void
keep_texts (SgRegex           *self,
            const SgRegexNode *node)
{
  g_autoptr (GPtrArray) texts = sg_regex_node_expand (node);

  if (texts == NULL)
    return;
  for (guint i = 0; i < texts->len && !self->has_wildcards; i++)
    {
      const char *text = g_ptr_array_index (texts, i);

      self->has_wildcards = text[literal_length (text)] != '\0';
    }
  if (!self->has_wildcards || texts->len <= GLOBS_MAX)
    self->texts = g_steal_pointer (&texts);
}

static void
keep_literals (SgRegex           *self,
               const SgRegexNode *node)
{
  GString *prefix = g_string_new (NULL);
  GString *contains = g_string_new (NULL);

  sg_regex_node_get_prefix (node, prefix);
  sg_regex_node_get_contains (node, contains);
  self->prefix = g_string_free (prefix, FALSE);
  self->contains = g_string_free (contains, FALSE);
}

static void
keep_group_names (SgRegex             *self,
                  const SgRegexParser *parser)
{
  GPtrArray *names = g_ptr_array_new ();

  g_ptr_array_add (names, g_strdup (""));
  for (guint i = 0; i < parser->nodes->len; i++)
    {
      const SgRegexNode *node = g_ptr_array_index (parser->nodes, i);

      if (node->op == SG_REGEX_OP_GROUP)
        g_ptr_array_add (names, g_strdup (node->text->str));
    }
  g_ptr_array_add (names, NULL);
  self->group_names = (GStrv) g_ptr_array_free (names, FALSE);
}

/**
 * sg_regex_new:
 * @pattern: a regular expression
 * @flags: what will be asked of it
 * @error: what is wrong with it, at which byte, and what to do
 *
 * Returns: (transfer full) (nullable): the expression, ready to match
 */
SgRegex *
sg_regex_new (const char    *pattern,
              SgRegexFlags   flags,
              GError       **error)
{
  gboolean captures = (flags & SG_REGEX_CAPTURES) != 0;
  g_auto (SgRegexParser) parser = { 0 };
  g_autoptr (SgRegex) self = g_new0 (SgRegex, 1);
  SgRegexNode *node;

  self->ref_count = 1;
  self->pattern = g_strdup (pattern);
  self->codes = g_ptr_array_new_with_free_func (free_code);
  sg_regex_parser_init (&parser, pattern, error);
  node = sg_regex_parser_run (&parser);
  if (node == NULL)
    return NULL;
  keep_texts (self, node);
  keep_literals (self, node);
  if (captures)
    keep_group_names (self, &parser);
  if ((self->texts == NULL || captures) && !compile_parts (self, node, captures, error))
    return NULL;
  return g_steal_pointer (&self);
}

SgRegex *
sg_regex_ref (const SgRegex *self)
{
  SgRegex *mutable_self = (SgRegex *) self;

  __atomic_fetch_add (&mutable_self->ref_count, 1, __ATOMIC_RELAXED);
  return mutable_self;
}

void
sg_regex_unref (SgRegex *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_free (self->pattern);
  g_free (self->prefix);
  g_free (self->contains);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_ptr_array_unref (self->codes);
  g_strfreev (self->group_names);
  g_free (self);
}

const char *
sg_regex_get_pattern (const SgRegex *self)
{
  return self->pattern;
}

/*
 * Whether @text has the parts of @glob in order. The first stands at the start and the last at the
 * end; each of the others is best taken where it occurs first.
 */
static gboolean
glob_matches (const char *glob,
              const char *text,
              gsize       length)
{
  const char *end = text + length;
  gsize part = literal_length (glob);

  if (length < part || memcmp (text, glob, part) != 0)
    return FALSE;
  text += part;
  glob += part;
  while (*glob != '\0')
    {
      gsize least = *glob == SG_REGEX_SOME_TEXT;

      glob++;
      part = literal_length (glob);
      if ((gsize) (end - text) < least + part)
        return FALSE;
      if (glob[part] == '\0')
        return memcmp (end - part, glob, part) == 0;
      text = memmem (text + least, (gsize) (end - text) - least, glob, part);
      if (text == NULL)
        return FALSE;
      text += part;
      glob += part;
    }
  return text == end;
}

static int
text_compare (const void *key,
              const void *element)
{
  return strcmp (key, *(const char *const *) element);
}

static gboolean
set_contains (const GPtrArray *texts,
              const char      *text)
{
  return texts->len > 0
         && bsearch (text, texts->pdata, texts->len, sizeof (gpointer), text_compare) != NULL;
}

static gboolean
globs_match (const GPtrArray *globs,
             const char      *text)
{
  gsize length = strlen (text);

  for (guint i = 0; i < globs->len; i++)
    {
      if (glob_matches (g_ptr_array_index (globs, i), text, length))
        return TRUE;
    }
  return FALSE;
}

static SgRegexVerdict
match_texts (const SgRegex *self,
             const char    *text)
{
  gboolean matches =
      self->has_wildcards ? globs_match (self->texts, text) : set_contains (self->texts, text);

  return matches ? SG_REGEX_MATCH : SG_REGEX_NO_MATCH;
}

static SgRegexVerdict
match_code (const pcre2_code *code,
            const char       *text,
            gsize             length,
            pcre2_match_data *data)
{
  int found = pcre2_match (code, (PCRE2_SPTR) text, length, 0, PCRE2_NO_UTF_CHECK, data,
                           get_match_context ());

  if (found == PCRE2_ERROR_JIT_STACKLIMIT)
    found = pcre2_match (code, (PCRE2_SPTR) text, length, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
                         data, get_match_context ());
  if (found >= 0)
    return SG_REGEX_MATCH;
  return found == PCRE2_ERROR_NOMATCH ? SG_REGEX_NO_MATCH : SG_REGEX_GIVEN_UP;
}

/* Returns: @text, or a copy in *@ret_copy with each byte that is not UTF-8 replaced. */
static const char *
make_valid (const char  *text,
            gsize        length,
            char       **ret_copy)
{
  if (g_utf8_validate_len (text, length, NULL))
    return text;
  *ret_copy = g_utf8_make_valid (text, (gssize) length);
  return *ret_copy;
}

static SgRegexVerdict
match_codes (const SgRegex *self,
             const char    *text)
{
  g_autofree char *copy = NULL;
  SgRegexVerdict verdict = SG_REGEX_NO_MATCH;
  gsize length;

  if (!g_str_has_prefix (text, self->prefix) || strstr (text, self->contains) == NULL)
    return SG_REGEX_NO_MATCH;
  text = make_valid (text, strlen (text), &copy);
  length = strlen (text);
  for (guint i = 0; i < self->codes->len && verdict != SG_REGEX_MATCH; i++)
    {
      SgRegexVerdict one =
          match_code (g_ptr_array_index (self->codes, i), text, length, get_match_data ());

      verdict = one != SG_REGEX_NO_MATCH ? one : verdict;
    }
  return verdict;
}

/**
 * sg_regex_match:
 * @self: an expression
 * @text: a text
 *
 * Returns: whether all of @text matches
 */
SgRegexVerdict
sg_regex_match (const SgRegex *self,
                const char    *text)
{
  return self->texts != NULL ? match_texts (self, text) : match_codes (self, text);
}

typedef struct
{
  const SgRegex *regex;
  const char *text;
  const PCRE2_SIZE *offsets;
} Captures;

static void
captures_append (const Captures *self,
                 guint           group,
                 GString        *out)
{
  PCRE2_SIZE start = self->offsets[2 * group];

  if (start != PCRE2_UNSET)
    g_string_append_len (out, self->text + start, (gssize) (self->offsets[2 * group + 1] - start));
}

/* A number without leading zeros is a group's place, anything else its name. */
static void
captures_append_reference (const Captures *self,
                           const char     *name,
                           gsize           length,
                           GString        *out)
{
  guint n = g_strv_length (self->regex->group_names);
  guint64 place = 0;
  gsize digits = 0;

  for (; digits < length && g_ascii_isdigit (name[digits]) && place < 100000000; digits++)
    place = place * 10 + (guint64) (name[digits] - '0');
  if (digits == length && (*name != '0' || length == 1))
    {
      if (place < n)
        captures_append (self, (guint) place, out);
      return;
    }
  for (guint i = 1; i < n; i++)
    {
      const char *group_name = self->regex->group_names[i];

      if (strlen (group_name) == length && memcmp (group_name, name, length) == 0
          && self->offsets[2 * i] != PCRE2_UNSET)
        {
          captures_append (self, i, out);
          return;
        }
    }
}

static const char *
name_end (const char *p)
{
  while (*p == '_' || g_unichar_isalnum (g_utf8_get_char_validated (p, -1)))
    p = g_utf8_next_char (p);
  return p;
}

/* @p: after a $. Returns: after the reference, or @p when there is none. */
static const char *
expand_reference (const Captures *self,
                  const char     *p,
                  GString        *out)
{
  gboolean braces = *p == '{';
  const char *name = p + braces;
  const char *end = name_end (name);

  if (end == name || (braces && *end != '}'))
    {
      g_string_append_c (out, '$');
      return p;
    }
  captures_append_reference (self, name, (gsize) (end - name), out);
  return end + braces;
}

static void
expand (const Captures *self,
        const char     *replacement,
        GString        *out)
{
  for (const char *p = replacement; *p != '\0';)
    {
      const char *dollar = strchrnul (p, '$');

      g_string_append_len (out, p, dollar - p);
      if (*dollar == '\0')
        return;
      p = dollar + 1;
      if (*p == '$')
        g_string_append_c (out, *p++);
      else
        p = expand_reference (self, p, out);
    }
}

/**
 * sg_regex_expand:
 * @self: an expression made with %SG_REGEX_CAPTURES
 * @text: a text
 * @replacement: what to make of it, as Go's Expand: $1, ${1}, $name, ${name}, and $$ for the
 *   character; a name is as long as it can be; a group that is not there, or did not take part, is
 *   empty
 * @out: where the result is appended, if @text matches
 *
 * Returns: whether all of @text matches
 */
SgRegexVerdict
sg_regex_expand (const SgRegex *self,
                 const char    *text,
                 const char    *replacement,
                 GString       *out)
{
  g_autofree char *copy = NULL;
  pcre2_match_data *data;
  SgRegexVerdict verdict;
  const pcre2_code *code;

  g_return_val_if_fail (self->group_names != NULL, SG_REGEX_NO_MATCH);
  code = g_ptr_array_index (self->codes, 0);
  text = make_valid (text, strlen (text), &copy);
  data = pcre2_match_data_create_from_pattern (code, NULL);
  verdict = match_code (code, text, strlen (text), data);
  if (verdict == SG_REGEX_MATCH)
    {
      Captures captures = { self, text, pcre2_get_ovector_pointer (data) };

      expand (&captures, replacement, out);
    }
  pcre2_match_data_free (data);
  return verdict;
}

/**
 * sg_regex_get_set:
 * @self: an expression
 * @ret_n: (out): how many
 *
 * Returns: (array length=ret_n) (nullable): the texts that match, sorted by their bytes, where they
 *   are a set
 */
const char *const *
sg_regex_get_set (const SgRegex *self,
                  gsize         *ret_n)
{
  static const char *const none[] = { NULL };

  if (self->texts == NULL || self->has_wildcards)
    return NULL;
  *ret_n = self->texts->len;
  return self->texts->len > 0 ? (const char *const *) self->texts->pdata : none;
}

static gboolean
is_wildcard (const SgRegex *self,
             char           wildcard)
{
  const char only[] = { wildcard, '\0' };

  return self->texts != NULL && self->texts->len == 1
         && g_str_equal (g_ptr_array_index (self->texts, 0), only);
}

/* Returns: whether it is .*, or means the same */
gboolean
sg_regex_is_anything (const SgRegex *self)
{
  return is_wildcard (self, SG_REGEX_ANY_TEXT);
}

/* Returns: whether it is .+, or means the same */
gboolean
sg_regex_is_non_empty (const SgRegex *self)
{
  return is_wildcard (self, SG_REGEX_SOME_TEXT);
}

/* Returns: what every text that matches begins with, perhaps "" */
const char *
sg_regex_get_prefix (const SgRegex *self)
{
  return self->prefix;
}

/* Returns: a text that every text that matches contains, perhaps "" */
const char *
sg_regex_get_contains (const SgRegex *self)
{
  return self->contains;
}
