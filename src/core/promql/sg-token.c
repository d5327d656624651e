/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-token.h"

#include "promql/sg-go-text.h"

#include <string.h>

static const struct
{
  const char *text;
  SgTokenClass class;
} tokens[] = {
#define X(name, text, class) { text, SG_TOKEN_CLASS_##class },
  SG_TOKENS (X)
#undef X
};

const char *
sg_token_kind_get_text (SgTokenKind kind)
{
  return tokens[kind].text;
}

SgTokenClass
sg_token_kind_get_class (SgTokenKind kind)
{
  return tokens[kind].class;
}

/**
 * sg_token_kind_from_word:
 * @word: letters, digits, underscores and colons
 * @length: how many
 *
 * Returns: the keyword that @word is in any case, a number for inf and nan, else an identifier; one
 *   with a colon can only name a metric
 */
SgTokenKind
sg_token_kind_from_word (const char *word,
                         gsize       length)
{
  for (guint i = SG_TOKEN_ATAN2; i < G_N_ELEMENTS (tokens); i++)
    {
      if (strlen (tokens[i].text) == length
          && g_ascii_strncasecmp (tokens[i].text, word, length) == 0)
        return (SgTokenKind) i;
    }
  if (length == 3
      && (g_ascii_strncasecmp (word, "inf", 3) == 0 || g_ascii_strncasecmp (word, "nan", 3) == 0))
    return SG_TOKEN_NUMBER;
  return memchr (word, ':', length) != NULL ? SG_TOKEN_METRIC_IDENTIFIER : SG_TOKEN_IDENTIFIER;
}

gboolean
sg_token_kind_is_comparison (SgTokenKind kind)
{
  return kind >= SG_TOKEN_EQLC && kind <= SG_TOKEN_GTR;
}

gboolean
sg_token_kind_is_set_operator (SgTokenKind kind)
{
  return kind >= SG_TOKEN_AND && kind <= SG_TOKEN_UNLESS;
}

/* The operators that cut native histograms. */
gboolean
sg_token_kind_is_trim (SgTokenKind kind)
{
  return kind == SG_TOKEN_TRIM_UPPER || kind == SG_TOKEN_TRIM_LOWER;
}

/**
 * sg_token_describe:
 * @token: a token
 * @text: what it was read from
 *
 * Returns: (transfer full): @token as an error message names it: `identifier "foo"`, `<op:+>`,
 *   `end of input`
 */
char *
sg_token_describe (const SgToken *token,
                   const char    *text)
{
  const char *start = text + token->span.start;
  gsize length = token->span.end - token->span.start;
  g_autofree char *quoted = NULL;

  switch (sg_token_kind_get_class (token->kind))
    {
    case SG_TOKEN_CLASS_OPERATOR:
      return g_strdup_printf ("<op:%.*s>", (int) length, start);
    case SG_TOKEN_CLASS_AGGREGATOR:
      return g_strdup_printf ("<aggr:%.*s>", (int) length, start);
    case SG_TOKEN_CLASS_KEYWORD:
      return g_strdup_printf ("<%.*s>", (int) length, start);
    case SG_TOKEN_CLASS_SYMBOL:
    case SG_TOKEN_CLASS_PREPROCESSOR:
      return sg_go_quote (start, length);
    case SG_TOKEN_CLASS_VALUE:
    default:
      break;
    }
  if (token->kind == SG_TOKEN_EOF)
    return g_strdup ("end of input");
  if (token->kind == SG_TOKEN_IDENTIFIER || token->kind == SG_TOKEN_METRIC_IDENTIFIER
      || length <= 10)
    quoted = sg_go_quote (start, length);
  else
    quoted = sg_go_quote_prefix (start, length, 10);
  return g_strdup_printf ("%s %s", sg_token_kind_get_text (token->kind), quoted);
}
