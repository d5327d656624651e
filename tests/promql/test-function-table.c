/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-function-table.h"

#include <string.h>

static void
test_function_table_lookup (void)
{
  for (guint i = 0; i < SG_N_FUNCTIONS; i++)
    {
      const SgFunction *function = sg_function_get ((SgFunctionId) i);

      g_assert_cmpuint (function->id, ==, i);
      g_assert_true (sg_function_lookup (function->name, strlen (function->name)) == function);
      if (i > 0)
        g_assert_cmpstr (sg_function_get ((SgFunctionId) (i - 1))->name, <, function->name);
    }
  g_assert_null (sg_function_lookup ("rat", 3));
  g_assert_null (sg_function_lookup ("rates", 5));
  g_assert_nonnull (sg_function_lookup ("rates", 4));
  g_assert_null (sg_function_lookup ("", 0));
}

/* What is shown to a reader names the function, and is a sentence. */
static void
test_function_table_texts (void)
{
  for (guint i = 0; i < SG_N_FUNCTIONS; i++)
    {
      const SgFunction *function = sg_function_get ((SgFunctionId) i);
      g_autofree char *head = g_strconcat (function->name, "(", NULL);

      g_assert_true (g_str_has_prefix (function->signature, head));
      g_assert_true (g_str_has_suffix (function->signature, ")"));
      g_assert_nonnull (strstr (function->example, head));
      g_assert_true (g_str_has_suffix (function->summary, "."));
      g_assert_cmpuint (strlen (function->summary), <=, 100);
    }
}

static void
test_function_table_arguments (void)
{
  const SgFunction *quantile = sg_function_lookup ("quantile_over_time", 18);
  const SgFunction *join = sg_function_lookup ("label_join", 10);

  g_assert_cmpuint (sg_function_get_n_args (quantile), ==, 2);
  g_assert_cmpint (sg_function_get_arg_type (quantile, 0), ==, SG_VALUE_TYPE_SCALAR);
  g_assert_cmpint (sg_function_get_arg_type (quantile, 1), ==, SG_VALUE_TYPE_MATRIX);
  g_assert_cmpint (sg_function_get_arg_type (join, 0), ==, SG_VALUE_TYPE_VECTOR);
  g_assert_cmpint (sg_function_get_arg_type (join, 99), ==, SG_VALUE_TYPE_STRING);
  g_assert_cmpint (join->variadic, ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/function-table/lookup", test_function_table_lookup);
  g_test_add_func ("/function-table/texts", test_function_table_texts);
  g_test_add_func ("/function-table/arguments", test_function_table_arguments);
  return g_test_run ();
}
