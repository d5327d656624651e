/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metric.h"

#include "metrics/sg-metrics.h"

#include <math.h>

typedef struct
{
  SgMetricKind kind;
  const char *name;
  const char *full;
  const char *base;
} NameCase;

static const NameCase name_cases[] = {
  { SG_METRIC_COUNTER, "a_total", "a_total", "a" },
  { SG_METRIC_COUNTER, "a", "a", "a" },
  { SG_METRIC_COUNTER, "_total", "_total", "_total" },
  { SG_METRIC_GAUGE, "a_total", "a_total", "a_total" },
  { SG_METRIC_INFO, "a", "a_info", "a" },
  { SG_METRIC_INFO, "a_info", "a_info", "a" },
  { SG_METRIC_HISTOGRAM, "a_seconds", "a_seconds", "a_seconds" },
};

static void
test_metric_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (name_cases); i++)
    {
      g_autofree char *full = sg_metric_full_name (name_cases[i].kind, name_cases[i].name);
      g_autofree char *base = sg_metric_base_name (name_cases[i].kind, full);

      g_assert_cmpstr (full, ==, name_cases[i].full);
      g_assert_cmpstr (base, ==, name_cases[i].base);
    }
}

static void
test_metric_reserved (void)
{
  g_auto (GStrv) counter = sg_metric_reserved_names (SG_METRIC_COUNTER, "a.b_total");
  g_auto (GStrv) histogram = sg_metric_reserved_names (SG_METRIC_HISTOGRAM, "a");

  g_assert_cmpstrv (counter, SG_VALUES ("a_b", "a_b_total", "a_b_created"));
  g_assert_cmpstrv (histogram, SG_VALUES ("a", "a_bucket", "a_count", "a_sum", "a_created"));
}

static const char long_name[] = { [0 ... 599] = 'n', '\0' };
static const double falling[] = { 1, 2, 2 };
static const double with_nan[] = { 1, NAN };
static const double with_minus[] = { -INFINITY, 1 };
static const double many_bounds[501];
static const SgQuantile rank_two[] = { { 2, 0.1 } };
static const SgQuantile unsorted[] = { { 0.9, 0.1 }, { 0.5, 0.1 } };
static const SgQuantile no_error[] = { { 0.5, 0 } };
static const char *const many_labels[] = { [0 ... 30] = "l", NULL };

typedef struct
{
  SgFamilySpec spec;
  int code;
  const char *message;
} SpecCase;

#define LABELS(...) ((const char *const[]) { __VA_ARGS__, NULL })
#define BOUNDS(b) \
  .kind = SG_METRIC_HISTOGRAM, .name = "m", .bounds = b, .n_bounds = G_N_ELEMENTS (b)
#define QUANTILES(q) \
  .kind = SG_METRIC_SUMMARY, .name = "m", .quantiles = q, .n_quantiles = G_N_ELEMENTS (q)

static const SpecCase spec_cases[] = {
  { { .name = "" }, SG_METRICS_ERROR_NAME, "a metric name is empty: give it one" },
  { { .name = "a\xff" },
    SG_METRICS_ERROR_NAME,
    "metric name is not UTF-8 at byte 1: write it in UTF-8" },
  { { .name = long_name }, SG_METRICS_ERROR_NAME, "a metric name has 600 bytes: use at most 512" },
  { { .kind = SG_METRIC_INFO, .name = "_info" },
    SG_METRICS_ERROR_NAME,
    "metric \"_info\": an info needs a name before that" },
  { { .name = "m", .help = "\xff" }, SG_METRICS_ERROR_NAME, "metric \"m\": its help is not UTF-8" },
  { { .name = "m", .label_names = LABELS ("") },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": a label name is empty: give it one" },
  { { .name = "m", .label_names = LABELS (long_name) },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": a label's name has 600 bytes: use at most 512" },
  { { .name = "m", .label_names = LABELS ("__name__") },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": the label \"__name__\" begins with \"__\", which is reserved: rename it" },
  { { .kind = SG_METRIC_HISTOGRAM, .name = "m", .label_names = LABELS ("a", "le") },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": the label \"le\" belongs to the format in a histogram: rename it" },
  { { .kind = SG_METRIC_SUMMARY, .name = "m", .label_names = LABELS ("quantile") },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": the label \"quantile\" belongs to the format in a summary: rename it" },
  { { .name = "m", .label_names = LABELS ("a", "b", "a") },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": two labels are called \"a\" (or are so in the classic alphabet): rename one" },
  { { .name = "m", .label_names = LABELS ("a.b", "a_b") },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": two labels are called \"a_b\" (or are so in the classic alphabet): rename one" },
  { { .name = "m_seconds", .unit = "bytes" },
    SG_METRICS_ERROR_NAME,
    "metric \"m_seconds\": with the unit \"bytes\" its name must end in \"_bytes\", before \"_total\"" },
  { { .kind = SG_METRIC_GAUGE, .name = "m", .unit = "m" },
    SG_METRICS_ERROR_NAME,
    "metric \"m\": with the unit \"m\" its name must end in \"_m\"" },
  { { .kind = SG_METRIC_GAUGE, .name = "m_a b", .unit = "a b" },
    SG_METRICS_ERROR_NAME,
    "metric \"m_a b\": the unit \"a b\" is not made of letters, digits and underscores" },
  { { .kind = SG_METRIC_INFO, .name = "m_info", .unit = "m" },
    SG_METRICS_ERROR_NAME,
    "metric \"m_info\": an info has no unit: leave \"m\" out" },
  { { BOUNDS (falling) },
    SG_METRICS_ERROR_SPEC,
    "metric \"m\": bound 3 is 2, not above the one before it: sort the bounds" },
  { { BOUNDS (with_nan) }, SG_METRICS_ERROR_SPEC, "metric \"m\": bound 2 is nan: use a number" },
  { { BOUNDS (with_minus) }, SG_METRICS_ERROR_SPEC, "metric \"m\": bound 1 is -inf: use a number" },
  { { BOUNDS (many_bounds) },
    SG_METRICS_ERROR_SPEC,
    "metric \"m\" has 501 buckets: use at most 500" },
  { { QUANTILES (rank_two) },
    SG_METRICS_ERROR_SPEC,
    "metric \"m\": quantile 1 is 2: use ranks between 0 and 1, sorted" },
  { { QUANTILES (unsorted) },
    SG_METRICS_ERROR_SPEC,
    "metric \"m\": quantile 2 is 0.5: use ranks between 0 and 1, sorted" },
  { { QUANTILES (no_error) },
    SG_METRICS_ERROR_SPEC,
    "metric \"m\": the error of quantile 0.5 is 0: use 0.0001 to 0.5" },
  { { .kind = SG_METRIC_SUMMARY, .name = "m", .window_ms = -1 },
    SG_METRICS_ERROR_SPEC,
    "metric \"m\": its window is -1 ms: use a positive one" },
};

static void
test_metric_refused (void)
{
  g_autoptr (GError) many = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (spec_cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sg_family_spec_validate (&spec_cases[i].spec, &error));
      g_assert_error (error, SG_METRICS_ERROR, spec_cases[i].code);
      g_assert_cmpstr (error->message, ==, spec_cases[i].message);
      g_assert_false (sg_family_spec_validate (&spec_cases[i].spec, NULL));
    }
  g_assert_false (sg_metric_label_names_validate (SG_METRIC_GAUGE, "m", &many_labels[0], &many));
}

static void
test_metric_allowed (void)
{
  static const double bounds[] = { -2, 0, 1, INFINITY };
  static const SgQuantile quantiles[] = { { 0, 0.5 }, { 1, 0.0001 } };
  const SgFamilySpec specs[] = {
    { .name = "http.requests/méthode" },
    { .name = "m", .label_names = LABELS ("le", "quantile", "l.x", "_a") },
    { .name = "m_seconds_total", .unit = "seconds" },
    { .kind = SG_METRIC_GAUGE, .name = "m_seconds", .unit = "seconds" },
    { .kind = SG_METRIC_SUMMARY, .name = "m", .label_names = LABELS ("le") },
    { .kind = SG_METRIC_HISTOGRAM, .name = "m", .label_names = LABELS ("quantile") },
    { BOUNDS (bounds) },
    { QUANTILES (quantiles) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (sg_family_spec_validate (&specs[i], &error));
      g_assert_no_error (error);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/names", test_metric_names);
  g_test_add_func ("/metric/reserved", test_metric_reserved);
  g_test_add_func ("/metric/refused", test_metric_refused);
  g_test_add_func ("/metric/allowed", test_metric_allowed);
  return g_test_run ();
}
