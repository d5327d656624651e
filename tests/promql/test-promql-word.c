/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-word.h"

#include "base/sg-number.h"
#include "promql/sg-promql-engine.h"
#include "promql/sg-token.h"

#include <string.h>

static void
test_promql_word_order (void)
{
  for (guint i = 0; i < sg_promql_word_get_n (); i++)
    {
      const SgPromqlWord *word = sg_promql_word_get (i);

      g_assert_true (sg_promql_word_lookup (word->name) == word);
      if (i > 0)
        g_assert_cmpstr (sg_promql_word_get (i - 1)->name, <, word->name);
    }
  g_assert_null (sg_promql_word_lookup ("rat"));
  g_assert_null (sg_promql_word_lookup (""));
  g_assert_cmpint (sg_promql_word_lookup ("rate")->kind, ==, SG_PROMQL_WORD_FUNCTION);
  g_assert_cmpint (sg_promql_word_lookup ("sum")->kind, ==, SG_PROMQL_WORD_AGGREGATION);
  g_assert_cmpint (sg_promql_word_lookup ("and")->kind, ==, SG_PROMQL_WORD_OPERATOR);
  g_assert_cmpint (sg_promql_word_lookup ("offset")->kind, ==, SG_PROMQL_WORD_MODIFIER);
}

/* What the lexer takes for a word of the language has a documentation. */
static void
test_promql_word_complete (void)
{
  for (guint i = 0; i < SG_N_TOKENS; i++)
    {
      const char *text = sg_token_kind_get_text ((SgTokenKind) i);

      if (sg_token_kind_get_class ((SgTokenKind) i) != SG_TOKEN_CLASS_VALUE
          && g_ascii_isalpha (text[0]) && sg_promql_word_lookup (text) == NULL)
        g_test_fail_printf ("%s has no documentation", text);
    }
}

/* What is shown to a reader names the word, and is a sentence. */
static void
test_promql_word_texts (void)
{
  for (guint i = 0; i < sg_promql_word_get_n (); i++)
    {
      const SgPromqlWord *word = sg_promql_word_get (i);

      g_assert_nonnull (strstr (word->signature, word->name));
      g_assert_nonnull (strstr (word->example, word->name));
      g_assert_true (g_str_has_suffix (word->summary, "."));
      g_assert_cmpuint (strlen (word->summary), <=, 100);
    }
}

static void
append_value (GString *out,
              double   value)
{
  char text[SG_DOUBLE_FIXED_MAX];

  g_string_append_len (out, text, (gssize) sg_double_write (value, text));
}

static char *
write_result (const SgPromqlResult *result)
{
  GString *out = g_string_new (NULL);

  if (result->type == SG_VALUE_TYPE_SCALAR)
    append_value (out, result->scalar);
  for (guint i = 0; i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];

      g_string_append (out, i > 0 ? "\n" : "");
      sg_labels_append_text (series->labels, out);
      g_string_append_c (out, ' ');
      append_value (out, series->column.f[0]);
    }
  return g_string_free (out, FALSE);
}

static void
test_promql_word_examples (void)
{
  g_autoptr (SgQuerier) querier = sg_querier_new_empty ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);

  for (guint i = 0; i < sg_promql_word_get_n (); i++)
    {
      const SgPromqlWord *word = sg_promql_word_get (i);
      g_autoptr (GError) error = NULL;
      g_autoptr (SgPromqlResult) result =
          sg_promql_engine_query (engine, querier, word->example, 3600000, NULL, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = write_result (result);
      if (!g_str_equal (text, word->result))
        {
          g_test_message ("%s\nis documented as\n%s\nand is\n%s", word->example, word->result,
                          text);
          g_test_fail ();
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/promql-word/order", test_promql_word_order);
  g_test_add_func ("/promql-word/complete", test_promql_word_complete);
  g_test_add_func ("/promql-word/texts", test_promql_word_texts);
  g_test_add_func ("/promql-word/examples", test_promql_word_examples);
  return g_test_run ();
}
