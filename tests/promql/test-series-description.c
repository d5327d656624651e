/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-series-description.h"

#include "base/sg-sample.h"

#include <math.h>
#include <string.h>

/* The items as they would be written out one by one; h stands for a native histogram. */
static char *
write_items (const GArray *items)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    {
      const SgSequenceItem *item = &g_array_index (items, SgSequenceItem, i);

      if (i > 0)
        g_string_append_c (out, ' ');
      if (item->kind == SG_SEQUENCE_GAP)
        g_string_append_c (out, '_');
      else if (item->kind == SG_SEQUENCE_HISTOGRAM)
        g_string_append_c (out, 'h');
      else if (sg_is_stale_nan (item->value))
        g_string_append (out, "stale");
      else
        g_string_append_printf (out, "%g", item->value);
    }
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *line;
  const char *labels;
  const char *items;
} cases[] = {
  { "m", "m", "" },
  { "m 1 2 3", "m", "1 2 3" },
  { "m{} 1", "m", "1" },
  { "m {a=\"b\"} 1", "m{a=\"b\"}", "1" },
  { "{} 1", "{}", "1" },
  { "{a='b',c=`d`,} 1", "{a=\"b\", c=\"d\"}", "1" },
  { "{\"m.x\", \"l.y\"=\"z\"} 1", "{\"m.x\", \"l.y\"=\"z\"}", "1" },
  { "m{a=\"\\u00e9\\n\"} 1", "m{a=\"é\\n\"}", "1" },
  { "m{a=\"\"} 1", "m", "1" },
  { "sum{by=\"x\"} 1", "sum{by=\"x\"}", "1" },
  { "start 1", "start", "1" },
  { "a:b:c 1", "a:b:c", "1" },
  { "m 1x3", "m", "1 1 1 1" },
  { "m 1+2x3", "m", "1 3 5 7" },
  { "m 1-2x3", "m", "1 -1 -3 -5" },
  { "m -1-2x1", "m", "-1 -3" },
  { "m 0x2", "m", "0 0 0" },
  { "m 1.5e3 1e-3 .5 5.", "m", "1500 0.001 0.5 5" },
  { "m Inf -Inf +Inf NaN", "m", "inf -inf inf nan" },
  { "m NaNx1 Infx1", "m", "nan nan inf inf" },
  { "m 1_000", "m", "1000" },
  { "m 5m 1h30m", "m", "300 5400" },
  { "m _ 1 _x3 2", "m", "_ 1 _ _ _ 2" },
  { "m _x0 1", "m", "1" },
  { "m stale 1 stale", "m", "stale 1 stale" },
  { "m {{schema:0 buckets:[1 2]}} 1", "m", "h 1" },
  { "m{a=\"b\"} {{}}x2", "m{a=\"b\"}", "h h h" },
  { "m {{sum:1}}+{{sum:2}}x1", "m", "h h" },
};

static void
test_series_description_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) items = NULL;
      g_autoptr (SgLabels) labels = sg_series_description_parse (cases[i].line, &items, &error);
      g_autofree char *text = NULL;
      g_autofree char *written = NULL;

      g_assert_no_error (error);
      text = sg_labels_to_string (labels);
      g_assert_cmpstr (text, ==, cases[i].labels);
      written = write_items (items);
      g_assert_cmpstr (written, ==, cases[i].items);
    }
}

/* A step is added again and again, with the rounding that brings. */
static void
test_series_description_rounding (void)
{
  g_autoptr (GArray) items = NULL;
  g_autoptr (SgLabels) labels = sg_series_description_parse ("m 0+0.1x10", &items, NULL);

  g_assert_nonnull (labels);
  g_assert_cmpfloat (g_array_index (items, SgSequenceItem, 10).value, ==, 0.9999999999999999);
}

static const struct
{
  const char *line;
  const char *message;
} refused[] = {
  { "", "column 1: expected a metric name or {" },
  { "1 2", "column 1: expected a metric name or {" },
  { "m{a} 1", "column 4: expected =" },
  { "m{a=1} 1", "column 5: expected a value in quotes" },
  { "m{a=\"b\" c=\"d\"} 1", "column 9: expected , or }" },
  { "m{a=\"b\"", "column 8: expected , or }" },
  { "m x", "column 3: expected a value" },
  { "m 1 +", "column 6: expected a value" },
  { "m 1+2", "column 6: expected x and a number of times" },
  { "m 1x", "column 5: expected a number of times" },
  { "m 1x99999999", "column 5: expected no more than 10000000 values" },
  { "m _x", "column 5: expected a number of times" },
  { "m stalex3", "column 8: expected a blank before a value" },
  { "m 1{{}}", "column 4: expected a blank before a value" },
  { "m {{sum:1", "column 3: expected {{ and }}" },
  { "m 1_", "column 3: expected a value" },
};

static void
test_series_description_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) items = NULL;
      g_autoptr (SgLabels) labels = sg_series_description_parse (refused[i].line, &items, &error);

      if (labels != NULL)
        {
          g_test_fail_printf ("%s is taken", refused[i].line);
          continue;
        }
      g_assert_null (items);
      if (!g_str_equal (error->message, refused[i].message))
        g_test_fail_printf ("%s\nwanted %s\n   got %s", refused[i].line, refused[i].message,
                            error->message);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series-description/values", test_series_description_values);
  g_test_add_func ("/series-description/rounding", test_series_description_rounding);
  g_test_add_func ("/series-description/refused", test_series_description_refused);
  return g_test_run ();
}
