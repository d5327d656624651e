/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-label-key.h"

typedef struct
{
  gboolean keep;
  const char *names;
  const char *extra;
  const char *from;
  const char *projected;
} KeyCase;

static const KeyCase cases[] = {
  { TRUE, "", NULL, "m{a=\"1\", b=\"2\"}", "{}" },
  { FALSE, "", NULL, "m{a=\"1\", b=\"2\"}", "m{a=\"1\", b=\"2\"}" },
  { FALSE, "", "__name__", "m{a=\"1\", b=\"2\"}", "{a=\"1\", b=\"2\"}" },
  { TRUE, "a", NULL, "m{a=\"1\", b=\"2\"}", "{a=\"1\"}" },
  { TRUE, "b a", NULL, "m{a=\"1\", b=\"2\"}", "{a=\"1\", b=\"2\"}" },
  { TRUE, "b", "__name__", "m{a=\"1\", b=\"2\"}", "m{b=\"2\"}" },
  { TRUE, "0 c z", NULL, "m{a=\"1\", b=\"2\"}", "{}" },
  { TRUE, "a a a", NULL, "m{a=\"1\", b=\"2\"}", "{a=\"1\"}" },
  { FALSE, "a", NULL, "m{a=\"1\", b=\"2\"}", "m{b=\"2\"}" },
  { FALSE, "b a", "__name__", "m{a=\"1\", b=\"2\"}", "{}" },
  { FALSE, "0 aa z", NULL, "m{a=\"1\", b=\"2\"}", "m{a=\"1\", b=\"2\"}" },
  { FALSE, "b b", NULL, "m{a=\"1\", b=\"2\", c=\"3\"}", "m{a=\"1\", c=\"3\"}" },
  { TRUE, "a", NULL, "{}", "{}" },
};

static void
test_label_key_project (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (SgLabelKey) key = { 0 };
      g_auto (GStrv) names = g_strsplit_set (cases[i].names, " ", -1);
      g_autoptr (SgLabels) labels = sg_labels_parse (cases[i].from, NULL);
      g_autoptr (SgLabels) projected = NULL;
      g_autofree char *text = NULL;

      sg_label_key_init (&key, cases[i].keep, (const char *const *) names, g_strv_length (names),
                         cases[i].extra);
      projected = sg_label_key_project (&key, labels);
      text = sg_labels_to_string (projected);
      g_assert_cmpstr (text, ==, cases[i].projected);
      /* What is projected has the same key as what it came from. */
      g_assert_true (sg_label_key_equal (&key, labels, projected));
      g_assert_cmpuint (sg_label_key_hash (&key, labels), ==, sg_label_key_hash (&key, projected));
    }
}

static void
test_label_key_drop_metric (void)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "m", "__type__", "counter",
                                                          "__unit__", "s", "a", "1", NULL);
  g_autoptr (SgLabels) dropped = sg_labels_drop_metric (labels);
  g_autoptr (SgLabels) again = sg_labels_drop_metric (dropped);
  g_autofree char *text = sg_labels_to_string (dropped);

  g_assert_cmpstr (text, ==, "{a=\"1\"}");
  g_assert_true (again == dropped);
}

/* Many keys, each numbered once, in the order in which they came. */
static void
test_label_key_table (void)
{
  static const char *const names[] = { "drop" };
  g_auto (SgLabelKey) key = { 0 };
  g_auto (SgLabelTable) table = { 0 };

  sg_label_key_init (&key, FALSE, names, 1, NULL);
  sg_label_table_init (&table, &key);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i % 1000);
      g_autofree char *drop = g_strdup_printf ("%u", i);
      g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("a", value, "drop", drop, NULL);
      gboolean added;

      g_assert_cmpuint (sg_label_table_add (&table, labels, &added), ==, i % 1000);
      g_assert_cmpint (added, ==, i < 1000);
      g_assert_cmpuint (sg_label_table_find (&table, labels), ==, i % 1000);
    }
  g_assert_cmpuint (sg_label_table_get_n (&table), ==, 1000);
  {
    g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("a", "none", NULL);

    g_assert_cmpuint (sg_label_table_find (&table, labels), ==, SG_LABEL_TABLE_NONE);
  }
  g_assert_cmpstr (sg_labels_get (sg_label_table_get_labels (&table, 7), "a"), ==, "7");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/label-key/project", test_label_key_project);
  g_test_add_func ("/label-key/drop-metric", test_label_key_drop_metric);
  g_test_add_func ("/label-key/table", test_label_key_table);
  return g_test_run ();
}
