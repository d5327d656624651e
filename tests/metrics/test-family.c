/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metrics.h"

#include "sg-test-page.h"

static void
test_family_children (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "x", "y", NULL);
  SgCounter first = sg_family_counter (family, SG_VALUES ("1", "2"));
  SgCounter same = sg_family_counter (family, SG_VALUES ("1", "2"));
  SgCounter other = sg_family_counter (family, SG_VALUES ("2", "1"));

  g_assert_true (first.key == same.key);
  g_assert_true (first.key != other.key);
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 2);
  g_assert_cmpstr (sg_family_get_name (family), ==, "a_total");
  g_assert_cmpint (sg_family_get_kind (family), ==, SG_METRIC_COUNTER);
  g_assert_cmpstrv (sg_family_get_label_names (family), SG_VALUES ("x", "y"));
}

static void
test_family_remove (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_gauge_family (registry, "a", "A.", "x", NULL);

  sg_gauge_set (sg_family_gauge (family, SG_VALUES ("1")), 1);
  sg_gauge_set (sg_family_gauge (family, SG_VALUES ("2")), 2);
  sg_gauge_set (sg_family_gauge (family, SG_VALUES ("3")), 3);
  g_assert_true (sg_family_remove (family, SG_VALUES ("2")));
  g_assert_false (sg_family_remove (family, SG_VALUES ("2")));
  g_assert_false (sg_family_remove (family, SG_VALUES ("4")));
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 2);
  g_assert_true (sg_gauge_get (sg_family_gauge (family, SG_VALUES ("3"))) == 3);
  g_assert_true (sg_gauge_get (sg_family_gauge (family, SG_VALUES ("2"))) == 0);
  sg_family_remove_all (family);
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 0);
}

/* Beyond the bound, what comes back swallows; the page counts how often, from 0. */
static void
test_family_full (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family;
  SgFamily *other;
  g_autofree char *before = NULL;
  g_autofree char *page = NULL;
  SgCounter refused;

  sg_registry_set_max_children (registry, 3);
  family = sg_registry_counter_family (registry, "a_total", "A.", "x", NULL);
  other = sg_registry_histogram_family (registry, "b", "B.", NULL, 0, "x", NULL);
  before = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
  g_assert_nonnull (strstr (before, "_children_refused_total{family=\"a_total\"} 0\n"));
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      sg_counter_inc (sg_family_counter (family, SG_VALUES (value)));
      sg_histogram_observe (sg_family_histogram (other, SG_VALUES (value)), 1);
    }
  refused = sg_family_counter (family, SG_VALUES ("9"));
  sg_counter_add (refused, 100);
  g_assert_true (sg_counter_get (refused) == 0);
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 3);
  g_assert_true (sg_counter_get (sg_family_counter (family, SG_VALUES ("0"))) == 1);
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
  g_assert_nonnull (strstr (page, "_children_refused_total{family=\"a_total\"} 8\n"));
  g_assert_nonnull (strstr (page, "_children_refused_total{family=\"b\"} 7\n"));
  g_assert_null (strstr (page, "x=\"3\""));

  g_assert_true (sg_family_remove (family, SG_VALUES ("0")));
  sg_counter_inc (sg_family_counter (family, SG_VALUES ("9")));
  g_assert_true (sg_counter_get (sg_family_counter (family, SG_VALUES ("9"))) == 1);
  sg_family_set_max_children (family, 4);
  sg_counter_inc (sg_family_counter (family, SG_VALUES ("10")));
  g_assert_true (sg_counter_get (sg_family_counter (family, SG_VALUES ("10"))) == 1);
}

static void
test_family_default_bound (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "x", NULL);

  for (guint i = 0; i < 2500; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      sg_counter_inc (sg_family_counter (family, SG_VALUES (value)));
    }
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 2000);
}

/* What is not UTF-8 becomes it, and finds its child again; what is too long is refused. */
static void
test_family_strange_values (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "x", NULL);
  g_autofree char *longest = g_strnfill (4096, 'x');
  g_autofree char *too_long = g_strnfill (4097, 'x');
  g_autofree char *page = NULL;

  sg_family_set_max_children (family, 3);
  sg_counter_inc (sg_family_counter (family, SG_VALUES ("\xff\xfe")));
  sg_counter_inc (sg_family_counter (family, SG_VALUES ("")));
  sg_counter_inc (sg_family_counter (family, SG_VALUES (longest)));
  sg_counter_inc (sg_family_counter (family, SG_VALUES ("\xff\xfe")));
  sg_counter_inc (sg_family_counter (family, SG_VALUES (too_long)));
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 3);
  g_assert_true (sg_counter_get (sg_family_counter (family, SG_VALUES ("\xef\xbf\xbd\xef\xbf\xbd")))
                 == 2);
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
  g_assert_nonnull (strstr (page, "_children_refused_total{family=\"a_total\"} 1\n"));
  g_assert_nonnull (strstr (page, "a_total{x=\"\"} 1\n"));
  g_assert_true (sg_family_remove (family, SG_VALUES ("\xff\xfe")));
}

static void
test_family_wrong_kind (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_gauge_family (registry, "a", "A.", "x", NULL);
  SgCounter counter;

  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*SG_METRIC_COUNTER*");
  counter = sg_family_counter (family, SG_VALUES ("1"));
  g_test_assert_expected_messages ();
  sg_counter_inc (counter);
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 0);
}

#define N_THREADS 8
#define N_LOOKUPS 20000

static gpointer
look_up (gpointer data)
{
  SgFamily *family = data;

  for (guint i = 0; i < N_LOOKUPS; i++)
    {
      char value[16];

      g_snprintf (value, sizeof value, "%u", i % 500);
      sg_counter_inc (sg_family_counter (family, SG_VALUES (value, "same")));
    }
  return NULL;
}

/* Children are made by whoever comes first, once; the table grows under those who look. */
static void
test_family_threads (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "x", "y", NULL);
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("look", look_up, family);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (sg_family_get_n_children (family), ==, 500);
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      g_assert_true (sg_counter_get (sg_family_counter (family, SG_VALUES (value, "same")))
                     == N_THREADS * N_LOOKUPS / 500);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/family/children", test_family_children);
  g_test_add_func ("/family/remove", test_family_remove);
  g_test_add_func ("/family/full", test_family_full);
  g_test_add_func ("/family/default-bound", test_family_default_bound);
  g_test_add_func ("/family/strange-values", test_family_strange_values);
  g_test_add_func ("/family/wrong-kind", test_family_wrong_kind);
  g_test_add_func ("/family/threads", test_family_threads);
  return g_test_run ();
}
