/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exemplar.h"

#include "metrics/sg-cells.h"
#include "metrics/sg-metrics.h"

/* 128 characters of names and values together, not bytes. */
static void
test_exemplar_fits (void)
{
  g_autofree char *ascii = g_strnfill (120, 'x');
  g_autofree char *longer = g_strnfill (121, 'x');
  g_autoptr (GString) umlauts = g_string_new (NULL);
  g_autoptr (SgLabels) fits = sg_labels_new_from_pairs ("trace_id", ascii, NULL);
  g_autoptr (SgLabels) too_long = sg_labels_new_from_pairs ("trace_id", longer, NULL);
  g_autoptr (SgLabels) two = sg_labels_new_from_pairs ("trace_id", ascii, "a", "b", NULL);
  g_autoptr (SgLabels) broken = sg_labels_new_from_pairs ("trace_id", "\xff", NULL);
  g_autoptr (SgLabels) empty = sg_labels_get_empty ();
  g_autoptr (SgLabels) wide = NULL;

  for (guint i = 0; i < 120; i++)
    g_string_append (umlauts, "ü");
  wide = sg_labels_new_from_pairs ("trace_id", umlauts->str, NULL);
  g_assert_true (sg_exemplar_fits (fits));
  g_assert_true (sg_exemplar_fits (wide));
  g_assert_true (sg_exemplar_fits (empty));
  g_assert_false (sg_exemplar_fits (too_long));
  g_assert_false (sg_exemplar_fits (two));
  g_assert_false (sg_exemplar_fits (broken));
}

static void
test_exemplar_copy (void)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("a", "b", NULL);
  SgExemplar first = { 0 };
  SgExemplar second = { 0 };

  sg_exemplar_set (&first, labels, 2, 3);
  sg_exemplar_set (&first, first.labels, 4, 5);
  sg_exemplar_copy (&second, &first);
  sg_exemplar_clear (&first);
  g_assert_null (first.labels);
  g_assert_true (second.labels == labels);
  g_assert_true (second.value == 4 && second.timestamp == 5);
  sg_exemplar_copy (&second, &first);
  g_assert_null (second.labels);
}

static void
test_exemplar_counter (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 5000000 });
  g_autoptr (SgRegistry) registry = sg_registry_new (clock);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("trace_id", "x", NULL);
  g_autofree char *filler = g_strnfill (200, 'x');
  g_autoptr (SgLabels) too_long = sg_labels_new_from_pairs ("trace_id", filler, NULL);
  SgCounter counter = sg_registry_counter (registry, "a_total", "A.");
  SgExemplar exemplar = { 0 };

  g_assert_true (sg_counter_add_with_exemplar (counter, 2.5, labels));
  g_assert_false (sg_counter_inc_with_exemplar (counter, too_long));
  g_assert_true (sg_counter_get (counter) == 3.5);
  {
    SG_LOCK_SCOPE (&sg_cells_lock);
    sg_counter_cells_read_locked (counter, &exemplar);
  }
  g_assert_true (exemplar.labels == labels);
  g_assert_true (exemplar.value == 2.5);
  g_assert_cmpint (exemplar.timestamp, ==, 5);
  sg_exemplar_clear (&exemplar);
  g_clear_object (&registry);
  g_assert_true (sg_counter_inc_with_exemplar (counter, labels));
}

/* Each bucket has its own, the newest one. */
static void
test_exemplar_histogram (void)
{
  static const double bounds[] = { 1, 2 };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("trace_id", "x", NULL);
  SgHistogram histogram = sg_registry_histogram (registry, "a", "A.", bounds, 2);
  guint64 buckets[3];
  SgExemplar exemplars[3] = { 0 };
  SgHistogramReading reading = { .buckets = buckets, .exemplars = exemplars };

  g_assert_true (sg_histogram_observe_with_exemplar (histogram, 0.5, labels));
  g_assert_true (sg_histogram_observe_with_exemplar (histogram, 0.75, labels));
  g_assert_true (sg_histogram_observe_with_exemplar (histogram, 9, labels));
  g_assert_false (sg_histogram_observe_with_exemplar (histogram, NAN, labels));
  {
    SG_LOCK_SCOPE (&sg_cells_lock);
    sg_histogram_cells_read_locked (histogram, &reading);
  }
  g_assert_cmpuint (reading.count, ==, 3);
  g_assert_true (exemplars[0].value == 0.75);
  g_assert_null (exemplars[1].labels);
  g_assert_true (exemplars[2].value == 9);
  for (guint i = 0; i < 3; i++)
    sg_exemplar_clear (&exemplars[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exemplar/fits", test_exemplar_fits);
  g_test_add_func ("/exemplar/copy", test_exemplar_copy);
  g_test_add_func ("/exemplar/counter", test_exemplar_counter);
  g_test_add_func ("/exemplar/histogram", test_exemplar_histogram);
  return g_test_run ();
}
