/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-parser.h"
#include "promql/sg-printer.h"
#include "promql/sg-promql-error.h"

#include <string.h>

/*
 * parser.txt is a table: an expression, and below it "= " and its canonical text, or "! " and the error.
 * Here each is parsed, printed, and what was printed is parsed again and must be the same tree.
 */
typedef struct
{
  guint line;
  char *text;
  char *verdict;
  char *hint;
} TableCase;

static void
table_case_free (TableCase *self)
{
  g_free (self->text);
  g_free (self->verdict);
  g_free (self->hint);
  g_free (self);
}

static char *
unwrap_text (const char *line)
{
  gsize length = strlen (line);

  if (g_str_has_prefix (line, "⟨") && g_str_has_suffix (line, "⟩"))
    return g_strndup (line + strlen ("⟨"), length - strlen ("⟨⟩"));
  return g_strdup (line);
}

static GPtrArray *
read_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "promql", "parser.txt", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *cases = g_ptr_array_new_with_free_func ((GDestroyNotify) table_case_free);

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      TableCase *last = cases->len > 0 ? g_ptr_array_index (cases, cases->len - 1) : NULL;

      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      if ((lines[i][0] == '=' || lines[i][0] == '!') && lines[i][1] == ' ')
        last->verdict = g_strdup (lines[i]);
      else if (lines[i][0] == '?' && lines[i][1] == ' ')
        last->hint = g_strdup (lines[i] + 2);
      else
        {
          last = g_new0 (TableCase, 1);
          last->line = i + 1;
          last->text = unwrap_text (lines[i]);
          g_ptr_array_add (cases, last);
        }
    }
  return cases;
}

static void
check_again (const TableCase *test,
             const SgAst     *ast,
             const char      *canonical)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) again = sg_parser_parse (canonical, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  if (!sg_expr_equal (ast->root, again->root))
    g_test_fail_printf ("parser.txt:%u: %s is another tree", test->line, canonical);
  text = sg_printer_print (again->root);
  g_assert_cmpstr (text, ==, canonical);
}

static void
check_case (const TableCase *test)
{
  g_autoptr (GPtrArray) errors = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse_full (test->text, &errors);
  g_autofree char *verdict = NULL;
  const char *hint = NULL;

  if (ast != NULL)
    {
      g_autofree char *canonical = sg_printer_print (ast->root);

      verdict = g_strconcat ("= ", canonical, NULL);
      check_again (test, ast, canonical);
    }
  else
    {
      g_autofree char *message =
          sg_parse_error_to_string (g_ptr_array_index (errors, 0), test->text);

      verdict = g_strconcat ("! ", message, NULL);
      hint = ((SgParseError *) g_ptr_array_index (errors, 0))->hint;
    }
  if (g_strcmp0 (verdict, test->verdict) != 0 || g_strcmp0 (hint, test->hint) != 0)
    g_test_fail_printf ("parser.txt:%u: %s\nwanted %s ? %s\n   got %s ? %s", test->line, test->text,
                        test->verdict, test->hint, verdict, hint);
}

static void
test_parser_table (void)
{
  g_autoptr (GPtrArray) cases = read_table ();

  g_assert_cmpuint (cases->len, >, 600);
  for (guint i = 0; i < cases->len; i++)
    check_case (g_ptr_array_index (cases, i));
}

static void
test_parser_spans (void)
{
  const char *text = " sum by (a) (rate(foo{b=\"c\"}[5m] offset 1m)) / -bar ";
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse (text, &error);
  SgExpr *lhs;
  SgExpr *call;
  SgExpr *matrix;

  g_assert_no_error (error);
  g_assert_cmpuint (ast->root->span.start, ==, 1);
  g_assert_cmpuint (ast->root->span.end, ==, strlen (text) - 1);
  lhs = ast->root->binary.lhs;
  g_assert_true (g_str_has_prefix (text + lhs->span.end, " / "));
  call = lhs->aggregate.expr;
  g_assert_true (g_str_has_prefix (text + call->span.start, "rate("));
  matrix = call->call.args[0];
  g_assert_cmpint (matrix->kind, ==, SG_EXPR_MATRIX);
  g_assert_true (g_str_has_prefix (text + matrix->span.end, ")) /"));
  g_assert_true (g_str_has_prefix (text + ast->root->binary.rhs->span.start, "-bar"));
}

static void
test_parser_explain (void)
{
  const char *text = "sum(\n\trate(foo)\n)";
  g_autoptr (GPtrArray) errors = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse_full (text, &errors);
  g_autofree char *explained = NULL;

  g_assert_null (ast);
  explained = sg_parse_error_explain (g_ptr_array_index (errors, 0), text);
  g_assert_cmpstr (explained, ==,
                   "2:7: parse error: expected type range vector in call to function \"rate\", got "
                   "instant vector\n\trate(foo)\n\t     ^~~");
}

static void
test_parser_every_error (void)
{
  g_autoptr (GPtrArray) errors = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse_full ("rate(a) + rate(b)", &errors);

  g_assert_null (ast);
  g_assert_cmpuint (errors->len, ==, 2);
}

static void
test_parser_depth (void)
{
  GString *text = g_string_new (NULL);
  g_autofree char *owned = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) ast = NULL;

  for (guint i = 0; i < 200000; i++)
    g_string_append (text, i % 2 == 0 ? "(" : "-");
  owned = g_string_free (text, FALSE);
  ast = sg_parser_parse (owned, &error);
  g_assert_null (ast);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE);
  g_assert_nonnull (strstr (error->message, "600 levels deep"));
}

/* A long chain of operators is not deep in text, but its tree is. */
static void
test_parser_chain (void)
{
  GString *text = g_string_new ("1");
  g_autofree char *owned = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) ast = NULL;

  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "+1");
  owned = g_string_free (text, FALSE);
  ast = sg_parser_parse (owned, &error);
  g_assert_null (ast);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE);
}

static void
test_parser_selector (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse_selector ("up{job=~\"a.*\"}", &error);
  g_autoptr (SgAst) wrong = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (ast->root->kind, ==, SG_EXPR_VECTOR);
  g_assert_cmpuint (ast->root->vector.n_matchers, ==, 2);
  wrong = sg_parser_parse_selector ("sum(up)", &error);
  g_assert_null (wrong);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parser/table", test_parser_table);
  g_test_add_func ("/parser/spans", test_parser_spans);
  g_test_add_func ("/parser/explain", test_parser_explain);
  g_test_add_func ("/parser/every-error", test_parser_every_error);
  g_test_add_func ("/parser/depth", test_parser_depth);
  g_test_add_func ("/parser/chain", test_parser_chain);
  g_test_add_func ("/parser/selector", test_parser_selector);
  return g_test_run ();
}
