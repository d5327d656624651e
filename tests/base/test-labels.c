/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-labels.h"
#include "base/sg-symbols.h"

typedef struct
{
  const char *text;
  const char *canonical;
} TextCase;

static const TextCase text_cases[] = {
  { "{}", "{}" },
  { "up", "up" },
  { "up{}", "up" },
  { "up{b=\"2\",a=\"1\"}", "up{a=\"1\", b=\"2\"}" },
  { "up { a = \"1\" , }", "up{a=\"1\"}" },
  { "{__name__=\"up\",a=\"1\"}", "up{a=\"1\"}" },
  { "{\"utf8.name\", \"l.x\"=\"v\"}", "{\"utf8.name\", \"l.x\"=\"v\"}" },
  { "a{x=\"\"}", "a" },
  { "job:rate:5m{le=\"+Inf\"}", "job:rate:5m{le=\"+Inf\"}" },
  { "a{x=\"q\\\"b\\\\n\\n\"}", "a{x=\"q\\\"b\\\\n\\n\"}" },
};

static void
test_labels_text (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (text_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgLabels) labels = sg_labels_parse (text_cases[i].text, &error);
      g_autoptr (SgLabels) again = NULL;
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = sg_labels_to_string (labels);
      g_assert_cmpstr (text, ==, text_cases[i].canonical);
      again = sg_labels_parse (text, &error);
      g_assert_no_error (error);
      g_assert_true (sg_labels_equal (labels, again));
      g_assert_cmpuint (labels->hash, ==, again->hash);
    }
}

static const TextCase error_cases[] = {
  { "", "labels: byte 0: expected a metric name or {" },
  { "1a", "labels: byte 0: expected a metric name or {" },
  { "a{", "labels: byte 2: expected a label name or }" },
  { "a{b}", "labels: byte 3: expected =" },
  { "a{b=1}", "labels: byte 4: expected a text in double quotes" },
  { "a{b=\"1}", "labels: byte 7: expected a closing double quote" },
  { "a{b=\"\\x\"}", "labels: byte 6: expected \\\\, \\\" or \\n" },
  { "a{b=\"1\" c=\"2\"}", "labels: byte 8: expected , or }" },
  { "a{b=\"1\"} x", "labels: byte 9: expected the end" },
  { "a{b=\"1\",b=\"2\"}", "labels: byte 13: the label \"b\" is given twice: remove one" },
  { "a{b=\"\xff\"}", "labels: byte 7: expected UTF-8 in the quotes before it" },
  { "a{\"\"=\"x\"}", "labels: byte 8: expected a label name that is not empty" },
};

static void
test_labels_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_labels_parse (error_cases[i].text, &error));
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, error_cases[i].canonical);
    }
}

static void
test_labels_order (void)
{
  static const char *const sorted[] = {
    "{}", "a", "a{b=\"1\"}", "a{b=\"1\", c=\"1\"}", "a{b=\"2\"}", "b", "{a=\"x\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (sorted); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (sorted); j++)
        {
          g_autoptr (SgLabels) a = sg_labels_parse (sorted[i], NULL);
          g_autoptr (SgLabels) b = sg_labels_parse (sorted[j], NULL);
          int order = sg_labels_compare (a, b);

          g_assert_cmpint (i < j ? -1 : i > j, ==, order < 0 ? -1 : order > 0);
        }
    }
}

static void
test_labels_interned (void)
{
  g_autoptr (SgLabels) a = sg_labels_new_from_pairs ("job", "x", "instance", "y", NULL);
  g_autoptr (SgLabels) b = sg_labels_new_from_pairs ("instance", "z", NULL);

  g_assert_true (a->labels[0].name == b->labels[0].name);
  g_assert_true (a->labels[0].name == sg_symbols_intern ("instance", 8));
  g_assert_cmpstr (sg_labels_get (a, "job"), ==, "x");
  g_assert_cmpstr (sg_labels_get (a, "none"), ==, "");
  g_assert_cmpuint (sg_labels_value_length (a, 0), ==, 1);
}

/* A name too long for the vocabulary stays beside its set, and is still the same name. */
static void
test_labels_long_name (void)
{
  g_autofree char *name = g_strnfill (SG_SYMBOL_MAX_LENGTH + 1, 'n');
  g_autofree char *copy = g_strdup (name);
  g_autoptr (SgLabels) a = sg_labels_new_from_pairs (name, "v", "z", "w", NULL);
  g_autoptr (SgLabels) b = sg_labels_new_from_pairs ("z", "w", copy, "v", NULL);

  g_assert_true (sg_labels_equal (a, b));
  g_assert_cmpstr (sg_labels_get (a, copy), ==, "v");
}

static void
test_labels_builder (void)
{
  g_autoptr (SgLabels) base = sg_labels_new_from_pairs ("a", "1", "b", "2", NULL);
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autoptr (SgLabels) built = NULL;
  g_autofree char *text = NULL;

  sg_labels_builder_init (&builder, base);
  sg_labels_builder_set (&builder, "c", "3");
  sg_labels_builder_set (&builder, "a", "9");
  sg_labels_builder_unset (&builder, "b");
  g_assert_cmpstr (sg_labels_builder_get (&builder, "a"), ==, "9");
  g_assert_cmpstr (sg_labels_builder_get (&builder, "b"), ==, "");
  built = sg_labels_builder_build (&builder);
  text = sg_labels_to_string (built);
  g_assert_cmpstr (text, ==, "{a=\"9\", c=\"3\"}");
}

static gpointer
intern_many (gpointer data)
{
  for (guint i = 0; i < 4000; i++)
    {
      g_autofree char *name = g_strdup_printf ("thread_name_%u", i);
      const char *symbol = sg_symbols_intern (name, strlen (name));

      g_assert_cmpstr (symbol, ==, name);
      g_assert_true (symbol == sg_symbols_intern (name, strlen (name)));
    }
  return NULL;
}

static void
test_symbols_threads (void)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("intern", intern_many, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (sg_symbols_get_count (), >=, 4000);
  g_assert_cmpuint (sg_symbols_get_count (), <, 4100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/labels/text", test_labels_text);
  g_test_add_func ("/labels/errors", test_labels_errors);
  g_test_add_func ("/labels/order", test_labels_order);
  g_test_add_func ("/labels/interned", test_labels_interned);
  g_test_add_func ("/labels/long-name", test_labels_long_name);
  g_test_add_func ("/labels/builder", test_labels_builder);
  g_test_add_func ("/symbols/threads", test_symbols_threads);
  return g_test_run ();
}
