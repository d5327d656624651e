/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metrics.h"

#include "sg-test-page.h"

static void
test_registry_same_again (void)
{
  static const double bounds[] = { 1, 2 };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgCounter counter = sg_registry_counter (registry, "a_total", "A.");
  SgCounter same = sg_registry_counter (registry, "a_total", "Another help.");
  SgFamily *family = sg_registry_histogram_family (registry, "b", "B.", bounds, 2, "x", NULL);

  g_assert_true (counter.key == same.key);
  g_assert_true (sg_registry_histogram_family (registry, "b", "B.", bounds, 2, "x", NULL)
                 == family);
  g_assert_true (sg_registry_histogram_family (registry, "b", "B.", NULL, 0, "x", NULL) == family);
  g_assert_true (sg_registry_find_family (registry, "b") == family);
  g_assert_null (sg_registry_find_family (registry, "c"));
}

#define LABELS(...)  ((const char *const[]) { __VA_ARGS__, NULL })
#define THREE_BOUNDS ((const double[]) { 1, 2, 3 })
#define ONE_RANK     ((const SgQuantile[]) { { 0.5, 0.1 } })

typedef struct
{
  SgFamilySpec spec;
  int code;
  const char *message;
} ClashCase;

static void
test_registry_refused (void)
{
  const ClashCase cases[] = {
    { { .kind = SG_METRIC_GAUGE, .name = "a_total" },
      SG_METRICS_ERROR_SHAPE,
      "metric \"a_total\" is there already, as counter: use it as it is, or choose another name" },
    { { .kind = SG_METRIC_COUNTER, .name = "a_total", .label_names = LABELS ("x") },
      SG_METRICS_ERROR_SHAPE,
      "metric \"a_total\" is there already, as one with other labels: use it as it is, or choose "
      "another name" },
    { { .kind = SG_METRIC_HISTOGRAM, .name = "h", .bounds = THREE_BOUNDS, .n_bounds = 3 },
      SG_METRICS_ERROR_SHAPE,
      "metric \"h\" is there already, as one with other buckets: use it as it is, or choose another "
      "name" },
    { { .kind = SG_METRIC_SUMMARY, .name = "s", .quantiles = ONE_RANK, .n_quantiles = 1 },
      SG_METRICS_ERROR_SHAPE,
      "metric \"s\" is there already, as one with other quantiles: use it as it is, or choose "
      "another name" },
    { { .kind = SG_METRIC_GAUGE, .name = "a" },
      SG_METRICS_ERROR_CLASH,
      "metric \"a\": \"a\" would be its name or that of its samples, and belongs to the metric "
      "\"a_total\": choose another name" },
    { { .kind = SG_METRIC_GAUGE, .name = "h_count" },
      SG_METRICS_ERROR_CLASH,
      "metric \"h_count\": \"h_count\" would be its name or that of its samples, and belongs to "
      "the metric \"h\": choose another name" },
    { { .kind = SG_METRIC_COUNTER, .name = "h.sum" },
      SG_METRICS_ERROR_CLASH,
      "metric \"h.sum\": \"h_sum\" would be its name or that of its samples, and belongs to the "
      "metric \"h\": choose another name" },
    { { .kind = SG_METRIC_GAUGE, .name = "i_info" },
      SG_METRICS_ERROR_SHAPE,
      "metric \"i_info\" is there already, as info: use it as it is, or choose another name" },
    { { .kind = SG_METRIC_GAUGE, .name = "" },
      SG_METRICS_ERROR_NAME,
      "a metric name is empty: give it one" },
  };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());

  sg_registry_counter (registry, "a_total", "A.");
  sg_registry_histogram (registry, "h", "H.", NULL, 0);
  sg_registry_summary (registry, "s", "S.");
  sg_registry_set_info (registry, "i", "I.", "x", "1", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_registry_add_family_spec (registry, &cases[i].spec, &error));
      g_assert_error (error, SG_METRICS_ERROR, cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/*
 * A family that was refused leaves nothing behind, not even in what the registry tells of itself.
 */
static void
test_registry_refused_leaves_nothing (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  sg_registry_counter (registry, "a_total", "A.");
  before = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
  g_assert_null (
      sg_registry_add_family (registry, SG_METRIC_GAUGE, "a", NULL, NULL, SG_VALUES ("x"), NULL));
  after = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
  g_assert_cmpstr (before, ==, after);
}

static void
test_registry_constant_labels (void)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("site", "a\"b", "app", "x", NULL);
  g_autoptr (SgRegistry) registry =
      sg_registry_new_with_labels (sg_clock_get_system (), labels, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL;

  sg_registry_gauge (registry, "g", "G.");
  sg_gauge_set (sg_family_gauge (sg_registry_gauge_family (registry, "h", "H.", "l", NULL),
                                 SG_VALUES ("v")),
                2);
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, FALSE);
  g_assert_cmpstr (page, ==,
                   "# HELP g G.\n# TYPE g gauge\ng{app=\"x\",site=\"a\\\"b\"} 0\n"
                   "# HELP h H.\n# TYPE h gauge\nh{app=\"x\",site=\"a\\\"b\",l=\"v\"} 2\n");
  g_assert_null (sg_registry_add_family (registry, SG_METRIC_GAUGE, "i", NULL, NULL,
                                         SG_VALUES ("app"), &error));
  g_assert_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_NAME);
}

static void
test_registry_constant_labels_refused (void)
{
  g_autoptr (SgLabels) reserved = sg_labels_new_from_pairs ("__name__", "x", NULL);
  g_autoptr (SgLabels) broken = sg_labels_new_from_pairs ("a", "\xff", NULL);
  g_autoptr (SgLabels) le = sg_labels_new_from_pairs ("le", "1", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgRegistry) registry = NULL;

  g_assert_null (sg_registry_new_with_labels (sg_clock_get_system (), reserved, &error));
  g_assert_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_NAME);
  g_clear_error (&error);
  g_assert_null (sg_registry_new_with_labels (sg_clock_get_system (), broken, &error));
  g_assert_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_LABELS);
  g_clear_error (&error);
  registry = sg_registry_new_with_labels (sg_clock_get_system (), le, &error);
  g_assert_no_error (error);
  g_assert_null (
      sg_registry_add_family (registry, SG_METRIC_HISTOGRAM, "h", NULL, NULL, NULL, &error));
  g_assert_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_NAME);
}

static void
collect_one (SgCollection *collection,
             gpointer      user_data)
{
  sg_collection_add_family (collection, SG_METRIC_GAUGE, user_data, "Collected.", NULL, NULL);
  sg_collection_add (collection, NULL, 1);
}

static void
count_destroyed (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_registry_collectors (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  guint n_destroyed = 0;
  guint first = sg_registry_add_collector (registry, collect_one, (gpointer) "c", NULL);
  g_autofree char *page = NULL;
  g_autofree char *without = NULL;

  sg_registry_gauge (registry, "b", "B.");
  sg_registry_gauge (registry, "d", "D.");
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, FALSE);
  g_assert_cmpstr (page, ==,
                   "# HELP b B.\n# TYPE b gauge\nb 0\n"
                   "# HELP c Collected.\n# TYPE c gauge\nc 1\n"
                   "# HELP d D.\n# TYPE d gauge\nd 0\n");
  sg_registry_remove_collector (registry, first);
  sg_registry_remove_collector (registry, first);
  sg_registry_remove_collector (registry, 12345);
  without = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, FALSE);
  g_assert_null (strstr (without, "# HELP c"));

  first = sg_registry_add_collector (registry, collect_one, &n_destroyed, count_destroyed);
  sg_registry_remove_collector (registry, first);
  g_assert_cmpuint (n_destroyed, ==, 1);
  sg_registry_add_collector (registry, collect_one, &n_destroyed, count_destroyed);
  g_clear_object (&registry);
  g_assert_cmpuint (n_destroyed, ==, 2);
}

/* A collector may register, count, and look children up. */
static void
collect_with_registry (SgCollection *collection,
                       gpointer      user_data)
{
  SgRegistry *registry = user_data;
  SgFamily *family = sg_registry_counter_family (registry, "scrapes_total", "S.", "by", NULL);

  sg_counter_inc (sg_family_counter (family, SG_VALUES ("collector")));
}

typedef struct
{
  SgRegistry *registry;
  SgFamily *family;
  gboolean done;
} Busy;

static gpointer
scrape_until_done (gpointer data)
{
  Busy *busy = data;

  while (!__atomic_load_n (&busy->done, __ATOMIC_ACQUIRE))
    {
      g_autoptr (GBytes) page = sg_exposition_write (busy->registry, SG_EXPOSITION_TEXT_0_0_4);

      g_assert_cmpuint (g_bytes_get_size (page), >, 100);
    }
  return NULL;
}

/* Scrapes on several threads, while children come and go and collectors too. */
static void
test_registry_busy (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  Busy busy = { .registry = registry };
  GThread *threads[3];

  busy.family = sg_registry_histogram_family (registry, "h", "H.", NULL, 0, "x", NULL);
  sg_registry_add_collector (registry, collect_with_registry, registry, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("scrape", scrape_until_done, &busy);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i % 50);
      guint id = sg_registry_add_collector (registry, collect_one, (gpointer) "c", NULL);

      sg_histogram_observe (sg_family_histogram (busy.family, SG_VALUES (value)), 1);
      if (i % 3 == 0)
        sg_family_remove (busy.family, SG_VALUES (value));
      sg_registry_remove_collector (registry, id);
    }
  __atomic_store_n (&busy.done, TRUE, __ATOMIC_RELEASE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/same-again", test_registry_same_again);
  g_test_add_func ("/registry/refused", test_registry_refused);
  g_test_add_func ("/registry/refused-leaves-nothing", test_registry_refused_leaves_nothing);
  g_test_add_func ("/registry/constant-labels", test_registry_constant_labels);
  g_test_add_func ("/registry/constant-labels-refused", test_registry_constant_labels_refused);
  g_test_add_func ("/registry/collectors", test_registry_collectors);
  g_test_add_func ("/registry/busy", test_registry_busy);
  return g_test_run ();
}
