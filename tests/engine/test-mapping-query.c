/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

/* What is asked, letter by letter; tests of the sources ask it of a store. */
static const char mapping_text[] =
    "name: x\n"
    "roles:\n"
    "  operations:\n"
    "    - selector: a_total\n"
    "      kind: counter\n"
    "      labels: {type: op, status: status}\n"
    "      success: [ok, \"a.b\"]\n"
    "      failure: [bad]\n"
    "    - {selector: \"b_total{t=\\\"1\\\"}\", kind: counter, labels: {type: type}, means: failure}\n"
    "  durations: {selector: d_ms, kind: histogram, unit: milliseconds, labels: {type: op}}\n"
    "  records: {selector: r, kind: summary}\n"
    "  reconciliation_durations: {selector: s, kind: summary}\n"
    "  active: {selector: g, kind: gauge}\n"
    "  hit_rate: {selector: h, kind: gauge, unit: percent}\n";

typedef struct
{
  SgMeasureQuery query;
  const char *text;
} Case;

#define TYPE SG_MEASURE_BY (SG_MAPPING_TYPE)

static const Case cases[] = {
  { { SG_ROLE_ACTIVE, SG_MEASURE_VALUE }, "sum by () (g{$source})" },
  { { SG_ROLE_ACTIVE, SG_MEASURE_PEAK }, "max_over_time(sum by () (g{$source})[$window:$step])" },
  { { SG_ROLE_HIT_RATE, SG_MEASURE_RATIO }, "(avg by () (h{$source}) * 0.01)" },
  { { SG_ROLE_OPERATIONS, SG_MEASURE_COUNT, SG_MEASURE_OF_GOOD, TYPE, "$window", "$window" },
    "sum by (type) (label_replace(sum by (op) (increase(a_total{status=~\"ok|a\\\\.b\",$source}"
    "[$window] anchored offset $window)), \"type\", \"$1\", \"op\", \"(.*)\"))" },
  { { SG_ROLE_OPERATIONS, SG_MEASURE_RATE, SG_MEASURE_OF_NOT_GOOD },
    "sum by () (label_replace(sum by () (rate(a_total{status!~\"ok|a\\\\.b\",$source}[$rate])), "
    "\"part\", \"0\", \"\", \"\") or label_replace(sum by () (rate(b_total{t=\"1\",$source}[$rate])), "
    "\"part\", \"1\", \"\", \"\"))" },
  { { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, .quantile = 0.95 },
    "histogram_quantile(0.95, sum by (le) (rate(d_ms_bucket{$source}[$rate]))) * 0.001" },
  { { SG_ROLE_DURATIONS, SG_MEASURE_MEAN, .range = "5m" },
    "(sum by () (increase(d_ms_sum{$source}[5m] anchored)) * 0.001) / "
    "(sum by () (increase(d_ms_count{$source}[5m] anchored)) > 0)" },
  { { SG_ROLE_RECONCILIATION_DURATIONS, SG_MEASURE_QUANTILE, .quantile = 0.5 },
    "max by () (s{quantile=\"0.5\",$source})" },
};

static void
test_texts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgMapping) mapping = sg_mapping_parse ("x.yml", mapping_text, -1, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = sg_mapping_expand (mapping->parts, &cases[i].query);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* What a kind of metric cannot answer is not asked. */
static void
test_impossible (void)
{
  g_autoptr (SgMapping) mapping = sg_mapping_parse ("x.yml", mapping_text, -1, NULL);
  static const SgMeasureQuery queries[] = {
    { SG_ROLE_ACTIVE, SG_MEASURE_RATE },     { SG_ROLE_OPERATIONS, SG_MEASURE_VALUE },
    { SG_ROLE_OPERATIONS, SG_MEASURE_MEAN }, { SG_ROLE_DURATIONS, SG_MEASURE_BUCKETS },
    { SG_ROLE_DURATIONS, SG_MEASURE_RATIO }, { SG_ROLE_CONFLICTS, SG_MEASURE_COUNT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *text = sg_mapping_expand (mapping->parts, &queries[i]);

      g_assert_cmpstr (text, ==, NULL);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mapping-query/texts", test_texts);
  g_test_add_func ("/mapping-query/impossible", test_impossible);
  return g_test_run ();
}
