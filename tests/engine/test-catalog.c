/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "promql/sg-memory-querier.h"

static void
add (SgMemoryQuerier *querier,
     const char      *name,
     const char      *job,
     const char      *code)
{
  g_autoptr (SgLabels) labels =
      sg_labels_new_from_pairs ("__name__", name, "job", job, "code", code, NULL);

  sg_memory_querier_add (querier, labels, 1000, 1.);
}

static SgCatalog *
make_catalog (void)
{
  g_autoptr (SgMemoryQuerier) querier = sg_memory_querier_new ();
  g_autoptr (GError) error = NULL;
  SgCatalog *catalog;

  add (querier, "http_total", "b", "200");
  add (querier, "http_total", "a", "200");
  add (querier, "http_total", "a", "404");
  add (querier, "http_total", "a", "500");
  add (querier, "cache", "c", "");
  catalog = sg_catalog_make (SG_QUERIER (querier), 0, 2000, NULL, &error);
  g_assert_no_error (error);
  return catalog;
}

static void
test_counts (void)
{
  g_autoptr (SgCatalog) catalog = make_catalog ();
  const SgCatalogMetric *http = sg_catalog_find (catalog, "http_total");

  g_assert_cmpuint (catalog->n_series, ==, 5);
  g_assert_cmpuint (catalog->n_metrics, ==, 2);
  g_assert_cmpstr (catalog->metrics[0].name, ==, "cache");
  g_assert_true (
      g_strv_equal ((const char *const *) catalog->jobs, (const char *[]) { "a", "b", "c", NULL }));
  g_assert_cmpuint (http->n_series, ==, 4);
  g_assert_true (
      g_strv_equal ((const char *const *) http->jobs, (const char *[]) { "a", "b", NULL }));
  g_assert_cmpuint (http->n_labels, ==, 2);
  g_assert_cmpstr (http->labels[0].name, ==, "code");
  g_assert_cmpuint (http->labels[0].n_values, ==, 3);
  g_assert_cmpstr (http->labels[1].name, ==, "job");
  g_assert_cmpuint (http->labels[1].n_values, ==, 2);
}

static void
test_find (void)
{
  g_autoptr (SgCatalog) catalog = make_catalog ();
  g_autoptr (SgQuerier) nothing = sg_querier_new_empty ();
  g_autoptr (SgCatalog) empty = sg_catalog_make (nothing, 0, 1, NULL, NULL);

  g_assert_nonnull (sg_catalog_find (catalog, "cache"));
  g_assert_null (sg_catalog_find (catalog, "http"));
  g_assert_cmpuint (empty->n_metrics, ==, 0);
  g_assert_null (sg_catalog_find (empty, "cache"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/catalog/counts", test_counts);
  g_test_add_func ("/engine/catalog/find", test_find);
  return g_test_run ();
}
