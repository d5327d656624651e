/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-test-page.h"

#include <gio/gio.h>
#include <math.h>

/* One of everything, with names and values that need care. */
static SgRegistry *
make_registry (void)
{
  static const double bounds[] = { 0.5, 1, 1000000 };
  static const double negative_bounds[] = { -1, 1 };
  static const SgQuantile quantiles[] = { { 0.5, 0.05 }, { 1, 0.01 } };
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 1520872607123000000 });
  g_autoptr (SgLabels) trace = sg_labels_new_from_pairs ("trace_id", "K\"5", NULL);
  g_autoptr (SgLabels) empty = sg_labels_get_empty ();
  SgRegistry *registry = sg_registry_new (clock);
  SgFamily *requests = sg_registry_add_family (registry, SG_METRIC_COUNTER, "http_seconds_total",
                                               "Help with \\, \"quotes\"\nand a line.", "seconds",
                                               SG_VALUES ("method", "path"), NULL);
  SgFamily *utf8 = sg_registry_gauge_family (registry, "http.méthode", "Größe", "l.x", "y", NULL);
  SgFamilySpec summary_spec = {
    .kind = SG_METRIC_SUMMARY,
    .name = "sum_bytes",
    .quantiles = quantiles,
    .n_quantiles = 2,
  };
  SgHistogram histogram = sg_registry_histogram (registry, "latency", "L.", bounds, 3);
  SgSummary summary =
      sg_family_summary (sg_registry_add_family_spec (registry, &summary_spec, NULL), NULL);

  sg_counter_add (sg_family_counter (requests, SG_VALUES ("GET", "/a\\b\"c\nd")), 17);
  sg_counter_add_with_exemplar (sg_family_counter (requests, SG_VALUES ("A", "")), 0.25, trace);
  sg_gauge_set (sg_family_gauge (utf8, SG_VALUES ("ö", "z")), -0.0);
  sg_clock_advance (clock, 877);
  sg_histogram_observe (histogram, 0.25);
  sg_histogram_observe_with_exemplar (histogram, 1e9, empty);
  sg_summary_observe (summary, 3);
  sg_registry_set_info (registry, "build", "B.", "version", "1.0", NULL);
  sg_gauge_set (sg_registry_gauge (registry, "nan", ""), NAN);
  sg_gauge_set (sg_registry_gauge (registry, "neg_inf", NULL), -INFINITY);
  sg_counter_add (sg_registry_counter (registry, "without_suffix", "W."), 0x1p60);
  sg_histogram_observe (sg_registry_histogram (registry, "below", "N.", negative_bounds, 2), -3);
  return registry;
}

static const char text_0_0_4[] =
    "# HELP below N.\n"
    "# TYPE below histogram\n"
    "below_bucket{le=\"-1\"} 1\n"
    "below_bucket{le=\"1\"} 1\n"
    "below_bucket{le=\"+Inf\"} 1\n"
    "below_sum -3\n"
    "below_count 1\n"
    "# HELP build_info B.\n"
    "# TYPE build_info gauge\n"
    "build_info{version=\"1.0\"} 1\n"
    "# HELP http_m_thode Größe\n"
    "# TYPE http_m_thode gauge\n"
    "http_m_thode{l_x=\"ö\",y=\"z\"} -0\n"
    "# HELP http_seconds_total Help with \\\\, \"quotes\"\\nand a line.\n"
    "# TYPE http_seconds_total counter\n"
    "http_seconds_total{method=\"A\",path=\"\"} 0.25\n"
    "http_seconds_total{method=\"GET\",path=\"/a\\\\b\\\"c\\nd\"} 17\n"
    "# HELP latency L.\n"
    "# TYPE latency histogram\n"
    "latency_bucket{le=\"0.5\"} 1\n"
    "latency_bucket{le=\"1\"} 1\n"
    "latency_bucket{le=\"1e+06\"} 1\n"
    "latency_bucket{le=\"+Inf\"} 2\n"
    "latency_sum 1000000000.25\n"
    "latency_count 2\n"
    "# TYPE nan gauge\n"
    "nan NaN\n"
    "# TYPE neg_inf gauge\n"
    "neg_inf -Inf\n"
    "# TYPE sum_bytes summary\n"
    "sum_bytes{quantile=\"0.5\"} 3\n"
    "sum_bytes{quantile=\"1\"} 3\n"
    "sum_bytes_sum 3\n"
    "sum_bytes_count 1\n"
    "# HELP without_suffix W.\n"
    "# TYPE without_suffix counter\n"
    "without_suffix 1152921504606847000\n";

static const char openmetrics[] =
    "# HELP below N.\n"
    "# TYPE below histogram\n"
    "below_bucket{le=\"-1.0\"} 1\n"
    "below_bucket{le=\"1.0\"} 1\n"
    "below_bucket{le=\"+Inf\"} 1\n"
    "below_created 1520872608\n"
    "# HELP build B.\n"
    "# TYPE build info\n"
    "build_info{version=\"1.0\"} 1\n"
    "# HELP \"http.méthode\" Größe\n"
    "# TYPE \"http.méthode\" gauge\n"
    "{\"http.méthode\",\"l.x\"=\"ö\",y=\"z\"} -0\n"
    "# HELP http_seconds Help with \\\\, \\\"quotes\\\"\\nand a line.\n"
    "# TYPE http_seconds counter\n"
    "# UNIT http_seconds seconds\n"
    "http_seconds_total{method=\"A\",path=\"\"} 0.25 # {trace_id=\"K\\\"5\"} 0.25 1520872607.123\n"
    "http_seconds_created{method=\"A\",path=\"\"} 1520872607.123\n"
    "http_seconds_total{method=\"GET\",path=\"/a\\\\b\\\"c\\nd\"} 17\n"
    "http_seconds_created{method=\"GET\",path=\"/a\\\\b\\\"c\\nd\"} 1520872607.123\n"
    "# HELP latency L.\n"
    "# TYPE latency histogram\n"
    "latency_bucket{le=\"0.5\"} 1\n"
    "latency_bucket{le=\"1.0\"} 1\n"
    "latency_bucket{le=\"1e+06\"} 1\n"
    "latency_bucket{le=\"+Inf\"} 2 # {} 1000000000 1520872608\n"
    "latency_sum 1000000000.25\n"
    "latency_count 2\n"
    "latency_created 1520872607.123\n"
    "# TYPE nan gauge\n"
    "nan NaN\n"
    "# TYPE neg_inf gauge\n"
    "neg_inf -Inf\n"
    "# TYPE sum_bytes summary\n"
    "sum_bytes{quantile=\"0.5\"} 3\n"
    "sum_bytes{quantile=\"1.0\"} 3\n"
    "sum_bytes_sum 3\n"
    "sum_bytes_count 1\n"
    "sum_bytes_created 1520872607.123\n"
    "# HELP without_suffix W.\n"
    "# TYPE without_suffix counter\n"
    "without_suffix_total 1152921504606847000\n"
    "without_suffix_created 1520872608\n"
    "# EOF\n";

static void
test_text_page (void)
{
  g_autoptr (SgRegistry) registry = make_registry ();
  g_autofree char *page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, FALSE);

  g_assert_cmpstr (page, ==, text_0_0_4);
}

static void
test_text_openmetrics (void)
{
  g_autoptr (SgRegistry) registry = make_registry ();
  g_autofree char *page =
      sg_test_page (registry, SG_EXPOSITION_OPENMETRICS_1_0_0 | SG_EXPOSITION_ALLOW_UTF8, FALSE);

  g_assert_cmpstr (page, ==, openmetrics);
}

typedef struct
{
  SgExpositionFormat format;
  const char *sample;
} EscapedCase;

static const EscapedCase escaped_cases[] = {
  { SG_EXPOSITION_TEXT_1_0_0,
    "# TYPE http_m_thode_total counter\nhttp_m_thode_total{l_x=\"1\",_y=\"2\"} 0\n" },
  { SG_EXPOSITION_TEXT_1_0_0 | SG_EXPOSITION_ALLOW_UTF8,
    "# TYPE \"http.méthode_total\" counter\n"
    "{\"http.méthode_total\",\"l.x\"=\"1\",\"1y\"=\"2\"} 0\n" },
  { SG_EXPOSITION_TEXT_1_0_0 | SG_EXPOSITION_DOTS,
    "# TYPE http_dot_m__thode__total counter\n"
    "http_dot_m__thode__total{l_dot_x=\"1\",__y=\"2\"} 0\n" },
  { SG_EXPOSITION_TEXT_1_0_0 | SG_EXPOSITION_VALUES,
    "# TYPE U__http_2e_m_e9_thode__total counter\n"
    "U__http_2e_m_e9_thode__total{U__l_2e_x=\"1\",U___31_y=\"2\"} 0\n" },
  { SG_EXPOSITION_OPENMETRICS_1_0_0,
    "# TYPE http_m_thode counter\nhttp_m_thode_total{l_x=\"1\",_y=\"2\"} 0\n"
    "http_m_thode_created{l_x=\"1\",_y=\"2\"} 1\n# EOF\n" },
  { SG_EXPOSITION_OPENMETRICS_1_0_0 | SG_EXPOSITION_DOTS,
    "# TYPE http_dot_m__thode_ counter\n"
    "http_dot_m__thode__total{l_dot_x=\"1\",__y=\"2\"} 0\n"
    "http_dot_m__thode__created{l_dot_x=\"1\",__y=\"2\"} 1\n# EOF\n" },
};

static void
test_text_escapings (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 1000000000 });
  g_autoptr (SgRegistry) registry = sg_registry_new (clock);
  SgFamily *family = sg_registry_add_family (registry, SG_METRIC_COUNTER, "http.méthode_total",
                                             NULL, NULL, SG_VALUES ("l.x", "1y"), NULL);

  sg_family_counter (family, SG_VALUES ("1", "2"));
  for (guint i = 0; i < G_N_ELEMENTS (escaped_cases); i++)
    {
      g_autofree char *page = sg_test_page (registry, escaped_cases[i].format, FALSE);

      if (sg_exposition_format_get_escaping (escaped_cases[i].format) == SG_ESCAPING_DOTS)
        {
          char *own = strstr (page, "# HELP sightglass__");
          char *end = strstr (page, "# EOF");

          g_assert_nonnull (own);
          g_strlcpy (own, end != NULL ? "# EOF\n" : "", 8);
        }
      g_assert_cmpstr (page, ==, escaped_cases[i].sample);
    }
}

/* A histogram whose names need quotes has the suffix inside of them. */
static void
test_text_quoted_histogram (void)
{
  static const double bounds[] = { 1 };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = NULL;

  sg_registry_histogram (registry, "a.b", NULL, bounds, 1);
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_1_0_0 | SG_EXPOSITION_ALLOW_UTF8, FALSE);
  g_assert_cmpstr (page, ==,
                   "# TYPE \"a.b\" histogram\n"
                   "{\"a.b_bucket\",le=\"1\"} 0\n"
                   "{\"a.b_bucket\",le=\"+Inf\"} 0\n"
                   "{\"a.b_sum\"} 0\n"
                   "{\"a.b_count\"} 0\n");
}

static void
test_text_stable (void)
{
  g_autoptr (SgRegistry) registry = make_registry ();
  g_autofree char *first = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
  g_autofree char *second = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);

  g_assert_cmpstr (first, ==, second);
}

/* Gives @page to a program. Returns: what it says, or %NULL when it is not installed */
static char *
run_checker (const char *const *argv,
             const char        *page,
             gboolean          *ret_success)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_find_program_in_path (argv[0]);
  g_autoptr (GSubprocess) process = NULL;
  char *output = NULL;

  if (path == NULL)
    return NULL;
  process = g_subprocess_newv (argv,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, page, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  *ret_success = g_subprocess_get_successful (process);
  return output;
}

/* What a program has whose author has done all right: promtool has nothing to say about it. */
static void
fill_cleanly (SgRegistry *registry)
{
  SgFamily *requests = sg_registry_counter_family (registry, "http_requests_total", "Requests.",
                                                   "method", "path", NULL);
  SgHistogram histogram =
      sg_registry_histogram (registry, "http_duration_seconds", "How long.", NULL, 0);
  SgSummary summary = sg_registry_summary (registry, "http_size_bytes", "How large.");

  sg_process_collector_register (registry);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%u/\\\"\n", i % 10);

      sg_counter_add (sg_family_counter (requests, SG_VALUES ("GET", path)), i / 8.0);
      sg_histogram_observe (histogram, i / 100.0);
      sg_summary_observe (summary, i);
    }
  sg_gauge_set (sg_registry_gauge (registry, "queue_length", "Waiting."), 1e-9);
  sg_registry_set_info (registry, "app", "The application.", "version", "1", NULL);
}

static void
test_text_promtool (void)
{
  static const char *const argv[] = { "promtool", "check", "metrics", NULL };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = NULL;
  g_autofree char *output = NULL;
  gboolean success;

  fill_cleanly (registry);
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
  output = run_checker (argv, page, &success);
  if (output == NULL)
    {
      g_test_skip ("promtool is not installed");
      return;
    }
  g_assert_cmpstr (output, ==, "");
  g_assert_true (success);
}

static const char parser_script[] =
    "import sys\n"
    "try:\n"
    "    from prometheus_client.openmetrics import parser\n"
    "except ImportError:\n"
    "    sys.exit(77)\n"
    "families = list(parser.text_string_to_metric_families(sys.stdin.read()))\n"
    "print(len(families), sum(len(f.samples) for f in families),\n"
    "      sum(s.exemplar is not None for f in families for s in f.samples))\n";

static char *
parse_with_python (SgRegistry         *registry,
                   SgExpositionFormat  format)
{
  const char *const argv[] = { "/usr/bin/python3", "-c", parser_script, NULL };
  g_autofree char *page = sg_test_page (registry, format, TRUE);
  gboolean success = FALSE;
  g_autofree char *output = run_checker (argv, page, &success);

  if (output == NULL || (!success && *output == '\0'))
    {
      g_test_skip ("python3-prometheus-client is not installed");
      return NULL;
    }
  if (!success)
    g_test_message ("%s", output);
  g_assert_true (success);
  return g_steal_pointer (&output);
}

/*
 * The strict parser of Prometheus' Python client: all our families, samples and exemplars arrive.
 */
static void
test_text_python (void)
{
  g_autoptr (SgRegistry) registry = make_registry ();
  g_autofree char *output = parse_with_python (registry, SG_EXPOSITION_OPENMETRICS_1_0_0);

  if (output != NULL)
    g_assert_cmpstr (output, ==, "11 34 2\n");
}

static void
test_text_python_clean (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *output = NULL;

  fill_cleanly (registry);
  output = parse_with_python (registry, SG_EXPOSITION_OPENMETRICS_1_0_0);
}

/* What both have is there once, and the page ends once. */
static void
test_text_guest (void)
{
  g_autoptr (SgRegistry) host = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgRegistry) guest = sg_registry_new (sg_clock_get_system ());
  g_autoptr (GBytes) both = NULL;
  g_autofree char *text = NULL;

  sg_gauge_set (sg_registry_gauge (host, "b", "Of the host."), 1);
  sg_gauge_set (sg_registry_gauge (guest, "b", "Of the guest."), 2);
  sg_gauge_set (sg_registry_gauge (guest, "a", "Of the guest."), 3);
  both = sg_exposition_write_both (host, guest, SG_EXPOSITION_OPENMETRICS_1_0_0);
  text = g_strndup (g_bytes_get_data (both, NULL), g_bytes_get_size (both));
  g_assert_nonnull (strstr (text, "\nb 1\n"));
  g_assert_null (strstr (text, "\nb 2\n"));
  g_assert_true (g_str_has_suffix (text, "a 3\n# EOF\n"));
  g_assert_null (strstr (text, "Of the guest.\n# TYPE b "));
  g_assert_cmpstr (strstr (text, "# EOF"), ==, "# EOF\n");
  g_clear_pointer (&both, g_bytes_unref);
  g_clear_pointer (&text, g_free);
  both = sg_exposition_write_both (host, NULL, SG_EXPOSITION_TEXT_0_0_4);
  text = g_strndup (g_bytes_get_data (both, NULL), g_bytes_get_size (both));
  g_assert_null (strstr (text, "guest"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exposition-text/page", test_text_page);
  g_test_add_func ("/exposition-text/openmetrics", test_text_openmetrics);
  g_test_add_func ("/exposition-text/escapings", test_text_escapings);
  g_test_add_func ("/exposition-text/quoted-histogram", test_text_quoted_histogram);
  g_test_add_func ("/exposition-text/stable", test_text_stable);
  g_test_add_func ("/exposition-text/promtool", test_text_promtool);
  g_test_add_func ("/exposition-text/python", test_text_python);
  g_test_add_func ("/exposition-text/python-clean", test_text_python_clean);
  g_test_add_func ("/exposition-text/guest", test_text_guest);
  return g_test_run ();
}
