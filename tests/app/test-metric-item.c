/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-metric-item.h"

static SgMetricItem *
make_item (guint index)
{
  g_autoptr (SgCatalog) catalog = sg_test_catalog_new ();

  return sg_metric_item_new (catalog, index);
}

static void
test_queries (void)
{
  static const char *const queries[] = {
    "cache_entries",
    "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[$rate])))",
    "rate(http_requests_total[$rate])",
  };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (SgMetricItem) item = make_item (i);
      g_autofree char *query = sg_metric_item_make_query (item);
      g_autoptr (SgQuerySyntax) syntax = sg_query_syntax_new (query);

      g_assert_cmpstr (query, ==, queries[i]);
      g_assert_cmpuint (syntax->n_problems, ==, 0);
    }
}

/* A name with dots in it is quoted, so that what is made is a query. */
static void
test_foreign_name (void)
{
  g_autoptr (SgCatalog) catalog = sg_test_catalog_new ();
  g_autoptr (SgMetricItem) item = NULL;
  g_autofree char *query = NULL;

  g_free (catalog->metrics[0].name);
  catalog->metrics[0].name = g_strdup ("cache.\"entries\"");
  item = sg_metric_item_new (catalog, 0);
  query = sg_metric_item_make_query (item);
  g_assert_cmpstr (query, ==, "{\"cache.\\\"entries\\\"\"}");
}

static void
test_matches (void)
{
  g_autoptr (SgMetricItem) item = make_item (2);
  g_autofree char *labels = sg_metric_item_describe_labels (item);

  g_assert_true (sg_metric_item_matches (item, "", NULL));
  g_assert_true (sg_metric_item_matches (item, "TOTAL answered", "shop"));
  g_assert_false (sg_metric_item_matches (item, "total missing", NULL));
  g_assert_false (sg_metric_item_matches (item, "", "other"));
  g_assert_cmpstr (labels, ==, "code 3 · method 2 · job 1");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/metric-item/queries", test_queries);
  g_test_add_func ("/app/metric-item/foreign-name", test_foreign_name);
  g_test_add_func ("/app/metric-item/matches", test_matches);
  return g_test_run ();
}
