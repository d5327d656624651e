/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metrics.h"

typedef struct
{
  GPtrArray *families;
  GPtrArray *values;
  GArray *serials;
  SgPoint last;
  guint64 buckets[4];
} Seen;

static void
seen_begin (const SgFamilyView *family,
            gpointer            user_data)
{
  Seen *seen = user_data;

  g_ptr_array_add (seen->families, g_strdup (family->name));
}

static void
seen_points (const SgFamilyView *family,
             const SgPoint      *points,
             gsize               n_points,
             gpointer            user_data)
{
  Seen *seen = user_data;

  for (gsize i = 0; i < n_points; i++)
    {
      if (family->n_labels > 0 && g_str_equal (family->name, "a_total"))
        g_ptr_array_add (seen->values, g_strdup (points[i].values[0]));
      g_array_append_val (seen->serials, points[i].serial);
      if (family->kind == SG_METRIC_HISTOGRAM)
        {
          seen->last = points[i];
          for (guint j = 0; j <= MIN (family->n_bounds, 3); j++)
            seen->buckets[j] = points[i].buckets[j];
        }
    }
}

static void
seen_clear (Seen *seen)
{
  g_ptr_array_unref (seen->families);
  g_ptr_array_unref (seen->values);
  g_array_unref (seen->serials);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static void
look (SgRegistry *registry,
      Seen       *seen)
{
  SgFamilyVisitor visitor = { FALSE, seen_begin, seen_points, seen };

  seen->families = g_ptr_array_new_with_free_func (g_free);
  seen->values = g_ptr_array_new_with_free_func (g_free);
  seen->serials = g_array_new (FALSE, FALSE, sizeof (guint64));
  sg_registry_visit (registry, &visitor);
}

/* Families by name, children by value, in more chunks than one; removing keeps the order. */
static void
test_scrape_order (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "x", NULL);
  g_auto (Seen) seen = { 0 };
  g_auto (Seen) again = { 0 };

  sg_registry_gauge (registry, "z", "Z.");
  sg_registry_gauge (registry, "b", "B.");
  for (guint i = 1000; i > 0; i--)
    {
      g_autofree char *value = g_strdup_printf ("%04u", i * 7919 % 1009);

      sg_family_counter (family, SG_VALUES (value));
    }
  look (registry, &seen);
  for (guint i = 1; i < seen.families->len; i++)
    g_assert_cmpstr (seen.families->pdata[i - 1], <, seen.families->pdata[i]);
  g_assert_cmpuint (seen.values->len, ==, 1000);
  for (guint i = 1; i < seen.values->len; i++)
    g_assert_cmpstr (seen.values->pdata[i - 1], <, seen.values->pdata[i]);

  sg_family_remove (family, SG_VALUES (seen.values->pdata[500]));
  sg_family_counter (family, SG_VALUES ("0"));
  look (registry, &again);
  g_assert_cmpuint (again.values->len, ==, 1000);
  for (guint i = 1; i < again.values->len; i++)
    g_assert_cmpstr (again.values->pdata[i - 1], <, again.values->pdata[i]);
}

/* A child made anew is another one to whoever remembers its serial. */
static void
test_scrape_serials (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "x", NULL);
  g_autoptr (GHashTable) serials = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < 100; i++)
    {
      g_auto (Seen) seen = { 0 };

      sg_family_counter (family, SG_VALUES ("1"));
      look (registry, &seen);
      for (guint j = 0; j < seen.serials->len; j++)
        g_hash_table_add (serials, GSIZE_TO_POINTER (g_array_index (seen.serials, guint64, j)));
      sg_family_remove (family, SG_VALUES ("1"));
    }
  g_assert_cmpuint (g_hash_table_size (serials), ==, 100 + 2);
}

static void
test_scrape_histogram (void)
{
  static const double bounds[] = { 1, 2, 3 };
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 7000000 });
  g_autoptr (SgRegistry) registry = sg_registry_new (clock);
  SgHistogram histogram = sg_registry_histogram (registry, "a", "A.", bounds, 3);
  g_auto (Seen) seen = { 0 };

  sg_histogram_observe (histogram, 0.5);
  sg_histogram_observe (histogram, 2.5);
  sg_histogram_observe (histogram, 2.5);
  sg_histogram_observe (histogram, 9);
  sg_clock_advance (clock, 1000);
  look (registry, &seen);
  g_assert_cmpuint (seen.last.count, ==, 4);
  g_assert_true (seen.last.sum == 14.5);
  g_assert_cmpint (seen.last.created, ==, 7);
  g_assert_cmpuint (seen.buckets[0], ==, 1);
  g_assert_cmpuint (seen.buckets[1], ==, 0);
  g_assert_cmpuint (seen.buckets[2], ==, 2);
  g_assert_cmpuint (seen.buckets[3], ==, 1);
}

/* The most buckets there may be, in several children. */
static void
test_scrape_many_buckets (void)
{
  double bounds[SG_METRICS_MAX_BOUNDS];
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family;
  g_auto (Seen) seen = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    bounds[i] = i;
  family =
      sg_registry_histogram_family (registry, "a", "A.", bounds, G_N_ELEMENTS (bounds), "x", NULL);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      for (guint j = 0; j < 600; j++)
        sg_histogram_observe (sg_family_histogram (family, SG_VALUES (value)), j);
    }
  look (registry, &seen);
  g_assert_cmpuint (seen.last.count, ==, 600);
  g_assert_cmpuint (seen.buckets[1], ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/family-scrape/order", test_scrape_order);
  g_test_add_func ("/family-scrape/serials", test_scrape_serials);
  g_test_add_func ("/family-scrape/histogram", test_scrape_histogram);
  g_test_add_func ("/family-scrape/many-buckets", test_scrape_many_buckets);
  return g_test_run ();
}
