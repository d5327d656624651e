/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "promql/sg-parser.h"
#include "promql/sg-printer.h"
#include "promql/sg-series-description.h"

#include <string.h>

/* What is printed is parsed as the same tree, and printed the same again. */
static void
check_tree (const SgAst *ast,
            const char  *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) again = sg_parser_parse (text, &error);

  g_assert_no_error (error);
  g_assert_true (sg_expr_equal (ast->root, again->root));
}

static gboolean
check_span (SgExpr   *expr,
            gpointer  data)
{
  g_assert_cmpuint (expr->span.start, <=, expr->span.end);
  g_assert_cmpuint (expr->span.end, <=, strlen (data));
  return TRUE;
}

static void
check_errors (GPtrArray  *errors,
              const char *input)
{
  g_assert_cmpuint (errors->len, >, 0);
  for (guint i = 0; i < errors->len; i++)
    {
      const SgParseError *error = g_ptr_array_index (errors, i);
      g_autofree char *explained = sg_parse_error_explain (error, input);

      g_assert_cmpuint (error->span.start, <=, strlen (input));
      g_assert_cmpuint (error->message[0], !=, '\0');
      g_assert_nonnull (explained);
    }
}

static void
try_description (const char *input)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) items = NULL;
  g_autoptr (SgLabels) labels = sg_series_description_parse (input, &items, &error);

  g_assert_true ((labels == NULL) == (error != NULL));
  if (items != NULL)
    g_assert_cmpuint (items->len, <=, SG_SEQUENCE_MAX);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *input = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) errors = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse_full (input, &errors);

  if (size < 1000)
    try_description (input);
  if (ast == NULL)
    check_errors (errors, input);
  else
    {
      g_autofree char *canonical = sg_printer_print (ast->root);
      g_autofree char *pretty = sg_printer_prettify (ast->root);

      sg_expr_walk (ast->root, check_span, input);
      check_tree (ast, canonical);
      check_tree (ast, pretty);
    }
  return 0;
}
