/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-lexer.h"

#include <string.h>

/* The kinds of the tokens of @text, as their texts with a blank after each. */
static char *
lex (const char *text)
{
  g_auto (SgLexer) lexer = { 0 };
  GString *out = g_string_new (NULL);

  sg_lexer_init (&lexer, text);
  for (;;)
    {
      SgToken token = sg_lexer_next (&lexer);

      g_assert_cmpuint (token.span.start, <=, token.span.end);
      g_assert_cmpuint (token.span.end, <=, strlen (text));
      if (token.kind == SG_TOKEN_EOF)
        break;
      if (token.kind == SG_TOKEN_ERROR)
        {
          g_string_append_printf (out, "[%" G_GSIZE_FORMAT " %s]", token.span.start,
                                  sg_lexer_get_error (&lexer));
          break;
        }
      g_string_append_printf (out, "%s ", sg_token_kind_get_text (token.kind));
    }
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *text;
  const char *tokens;
} cases[] = {
  { "", "" },
  { " \t\r\n# nothing\n", "" },
  { "a a:b :a", "identifier metric identifier metric identifier " },
  { "sum SUM by offset", "sum sum by offset " },
  { "{sum=\"a\"}", "{ identifier = string } " },
  { "a{b=~'c',d!~`e`}", "identifier { identifier =~ string , identifier !~ string } " },
  { "1 1.5 .5 5. 1e3 0x1f 1_000 Inf nan", "number number number number number number number number "
                                          "number " },
  { "5m 1h30m 1y", "duration duration duration " },
  { "a[5m:1m]", "identifier [ duration : duration ] " },
  { "a[5m:]", "identifier [ duration : ] " },
  { "== != >= <= > < = + - * / % ^", "== != >= <= > < = + - * / % ^ " },
  { "a =~ b", "identifier [2 unexpected character after '=': '~']" },
  { "a @ 1", "identifier @ number " },
  { "\"\\xz\"", "[0 illegal character U+007A 'z' in escape sequence]" },
  { "é", "[0 unexpected character: 'é']" },
  { "a ) b", "identifier [3 unexpected right parenthesis ')']" },
  { "(a", "( identifier [2 unclosed left parenthesis]" },
  { "a[5m", "identifier [ duration [4 unclosed left bracket]" },
  { "a{", "identifier { [2 unexpected end of input inside braces]" },
  { "\"a", "[0 unterminated quoted string]" },
};

static void
test_lexer_tokens (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *tokens = lex (cases[i].text);

      if (g_strcmp0 (tokens, cases[i].tokens) != 0)
        g_test_fail_printf ("%s:\nwanted %s\n   got %s", cases[i].text, cases[i].tokens, tokens);
    }
}

/* After an error the lexer says the same again, and never reads past the end. */
static void
test_lexer_bytes (void)
{
  for (guint a = 1; a < 256; a++)
    {
      for (guint b = 1; b < 256; b++)
        {
          char text[] = { '{', (char) a, (char) b, '\0' };
          g_autofree char *inside = lex (text);
          g_autofree char *outside = lex (text + 1);

          g_assert_nonnull (inside);
          g_assert_nonnull (outside);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lexer/tokens", test_lexer_tokens);
  g_test_add_func ("/lexer/bytes", test_lexer_bytes);
  return g_test_run ();
}
