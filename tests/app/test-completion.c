/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-completion.h"

#include <string.h>

static GPtrArray *
propose (const char        *marked,
         const char *const *values)
{
  g_autoptr (SgCatalog) catalog = sg_test_catalog_new ();
  const char *place = strchr (marked, '|');
  g_autoptr (GString) text = g_string_new (marked);
  g_auto (SgQueryContext) context = { 0 };

  g_string_erase (text, place - marked, 1);
  sg_query_context_find (text->str, (gsize) (place - marked), &context);
  return sg_completion_propose (&context, text->str, catalog, values);
}

/* Returns: (transfer full): the first proposals, at most @n, and what they would insert */
static char *
first (const char        *marked,
       guint              n,
       const char *const *values)
{
  g_autoptr (GPtrArray) items = propose (marked, values);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < items->len && i < n; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "",
                            sg_completion_item_get_insert (items->pdata[i]));
  return g_string_free (out, FALSE);
}

static void
test_proposals (void)
{
  static const char *const values[] = { "200", "404", "a\"b", NULL };
  static const struct
  {
    const char *text;
    guint n;
    const char *proposals;
  } cases[] = {
    { "|", 3, "cache_entries http_request_duration_seconds_bucket http_requests_total" },
    { "rat|", 2, "rate( limit_ratio(" },
    { "http_r|", 3, "http_request_duration_seconds_bucket http_requests_total" },
    { "RATE|", 2, "rate( irate(" },
    { "requests|", 1, "http_requests_total" },
    { "http_requests_total{|", 9, "code=\" job=\" method=\"" },
    { "http_requests_total{c|", 9, "code=\"" },
    { "sum by (m|) (http_requests_total)", 9, "method" },
    { "cache_entries{|", 9, "job=\"" },
    { "{|", 9, "code=\" job=\" le=\" method=\"" },
    { "http_requests_total{code=\"|", 9, "200 404 a\\\"b" },
    { "http_requests_total{code=\"40|", 9, "404" },
    { "rate(x[|", 3, "$rate $step $window" },
    { "rate(x[5|", 1, "5m" },
    { "up un|", 2, "unless " },
    { "up by|", 1, "by (" },
    { "up # |", 9, "" },
    { "http_requests_total|", 9, "" },
    { "zzz|", 9, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = first (cases[i].text, cases[i].n, values);

      g_assert_cmpstr (got, ==, cases[i].proposals);
    }
}

/* A metric with its type and meaning, a function with signature, sentence and example. */
static void
test_documents (void)
{
  g_autoptr (GPtrArray) metric = propose ("http_requests_t|", NULL);
  g_autoptr (GPtrArray) function = propose ("histogram_q|", NULL);
  g_autoptr (GPtrArray) label = propose ("http_requests_total{cod|", NULL);
  SgCompletionItem *item = metric->pdata[0];

  g_assert_cmpstr (sg_completion_item_get_detail (item), ==, "counter");
  g_assert_cmpstr (sg_completion_item_get_summary (item), ==, "Requests answered");
  item = function->pdata[0];
  g_assert_cmpint (sg_completion_item_get_kind (item), ==, SG_COMPLETION_FUNCTION);
  g_assert_true (g_str_has_prefix (sg_completion_item_get_signature (item), "histogram_quantile("));
  g_assert_cmpstr (sg_completion_item_get_summary (item), !=, "");
  g_assert_cmpstr (sg_completion_item_get_example (item), !=, "");
  item = label->pdata[0];
  g_assert_cmpstr (sg_completion_item_get_detail (item), ==, "3 values");
}

/* Every aggregation of the language is proposed, with an example that the language takes. */
static void
test_aggregations (void)
{
  for (int kind = SG_TOKEN_AVG; kind <= SG_TOKEN_TOPK; kind++)
    {
      const char *name = sg_token_kind_get_text ((SgTokenKind) kind);
      g_autofree char *text = g_strconcat (name, "|", NULL);
      g_autofree char *insert = g_strconcat (name, "(", NULL);
      g_autoptr (GPtrArray) items = propose (text, NULL);
      SgCompletionItem *found = NULL;
      g_autoptr (SgQuerySyntax) syntax = NULL;

      for (guint i = 0; i < items->len; i++)
        {
          if (g_str_equal (sg_completion_item_get_insert (items->pdata[i]), insert))
            found = items->pdata[i];
        }
      g_assert_nonnull (found);
      syntax = sg_query_syntax_new (sg_completion_item_get_example (found));
      g_assert_cmpuint (syntax->n_problems, ==, 0);
    }
}

static void
test_bound (void)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) items = NULL;

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (values, g_strdup_printf ("v%u", i));
  g_ptr_array_add (values, NULL);
  items = propose ("{a=\"v|", (const char *const *) values->pdata);
  g_assert_cmpuint (items->len, ==, SG_COMPLETION_MAX);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/completion/proposals", test_proposals);
  g_test_add_func ("/app/completion/documents", test_documents);
  g_test_add_func ("/app/completion/aggregations", test_aggregations);
  g_test_add_func ("/app/completion/bound", test_bound);
  return g_test_run ();
}
