/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-test.h"

#include <string.h>

/*
 * Runs the tests in the language of Prometheus' tests: ours, beside this file, and those of Prometheus
 * where they are. What failed is told as file:line, expression, expected, got.
 */

static void
run_file (const char         *folder,
          const char         *name,
          SgPromqlTestCounts *total)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) report = g_string_new (NULL);
  SgPromqlTestCounts counts = { 0 };

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  sg_promql_test_run (name, text, &counts, report, &error);
  g_assert_no_error (error);
  if (report->len > 0)
    g_printerr ("%s", report->str);
  g_test_message ("%s: %u passed, %u failed, %u skipped", name, counts.n_passed, counts.n_failed,
                  counts.n_skipped);
  total->n_passed += counts.n_passed;
  total->n_failed += counts.n_failed;
  total->n_skipped += counts.n_skipped;
}

static void
run_folder (const char *folder,
            guint       least)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  SgPromqlTestCounts total = { 0 };
  const char *name;

  if (dir == NULL)
    {
      g_test_skip ("the tests are not there");
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".test"))
        run_file (folder, name, &total);
    }
  g_test_message ("%u passed, %u failed", total.n_passed, total.n_failed);
  g_assert_cmpuint (total.n_failed, ==, 0);
  g_assert_cmpuint (total.n_passed, >=, least);
}

static void
test_promql_test_ours (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "promql", NULL);

  run_folder (folder, 400);
}

static void
test_promql_test_theirs (void)
{
  const char *shared = g_getenv ("SG_SHARED");
  g_autofree char *folder = g_build_filename (shared != NULL ? shared : "/nonexistent",
                                              "conformance", "promqltest", NULL);

  run_folder (folder, 700);
}

/* The runner itself: what it must find wrong. */
typedef struct
{
  const char *text;
  const char *report;
} WrongCase;

static const WrongCase wrong_cases[] = {
  { "eval instant at 0s m\n  m 2\n", "expected: \n    m 2\n  got: \n    m 1\n" },
  { "eval instant at 0s m\n", "expected: nothing\n  got: \n    m 1\n" },
  { "eval instant at 0s m\n  m 1\n  n 1\n", "got: \n    m 1\n" },
  { "eval instant at 0s m\n  n 1\n", "got: \n    m 1\n" },
  { "eval instant at 0s none\n  m 1\n", "got: nothing\n" },
  { "eval instant at 0s 1\n  2\n", "expected: 2\n  got: 1\n" },
  { "eval instant at 0s \"a\"\n  expect string \"b\"\n", "expected: \"b\"\n  got: \"a\"\n" },
  { "eval instant at 0s vector(1)\n  1\n", "expected: 1\n  got: \n    {} 1\n" },
  { "eval instant at 0s 1\n  {} 1\n", "expected: \n    {} 1\n  got: 1\n" },
  { "eval instant at 0s sort(o)\n  expect ordered\n  o{n=\"2\"} 2\n  o{n=\"1\"} 1\n",
    "got: \n    o{n=\"1\"} 1\n    o{n=\"2\"} 2\n" },
  { "eval instant at 0s m\n  expect fail\n", "expected: an error\n  got: none\n" },
  { "eval instant at 0s -{__name__=~\"m|k\"}\n", "got the error: vector cannot contain" },
  { "eval instant at 0s -{__name__=~\"m|k\"}\n  expect fail msg: other\n",
    "expected: an error\n    other\n  got the error: vector cannot contain" },
  { "eval instant at 0s m +\n", "got the error: 1:4: parse error: unexpected end of input" },
  { "eval instant at 0s quantile(2, m)\n  expect no_warn\n  {} Inf\n", "expected: no warnings" },
  { "eval instant at 0s m\n  expect warn\n  m 1\n", "expected: the warnings\n  got: none\n" },
  { "eval instant at 0s quantile(2, m)\n  expect warn msg: x\n  {} Inf\n",
    "expected: the warnings\n    x\n  got:\n    PromQL warning: quantile value" },
  { "eval instant at 0s rate(c[2m])\n  expect info regex: x y\n", "expected: the infos" },
  { "eval range from 0 to 2m step 1m m\n  m 1 2\n", "got: \n    m 1@0 2@60000 3@120000\n" },
  { "eval range from 0 to 1m step 1m m\n  m 1 _\n", "got: \n    m 1@0 2@60000\n" },
  { "eval instant at 2m m[2m]\n  expect range vector from 0s to 2m step 1m\n  m 1 2 3\n",
    "got: \n    m 2@60000 3@120000\n" },
};

static const char *const loaded = "load 1m\n  m 1 2 3\n  k 1 2 3\n  o{n=\"1\"} 1\n  o{n=\"2\"} 2\n"
                                  "  c 1 2 3\n\n";

static void
test_promql_test_wrong (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong_cases); i++)
    {
      g_autofree char *text = g_strconcat (loaded, wrong_cases[i].text, NULL);
      g_autoptr (GString) report = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      SgPromqlTestCounts counts = { 0 };

      sg_promql_test_run ("wrong", text, &counts, report, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (counts.n_failed, ==, 1);
      g_assert_cmpuint (counts.n_passed, ==, 0);
      g_assert_true (g_str_has_prefix (report->str, "wrong:8: "));
      if (strstr (report->str, wrong_cases[i].report) == NULL)
        g_test_fail_printf ("%s\nwanted: %s\ngot: %s", wrong_cases[i].text, wrong_cases[i].report,
                            report->str);
    }
}

/* What is no test, and where it stops being one. */
static const WrongCase refused_cases[] = {
  { "evil instant at 0s m\n", "t:1: expected clear, load or eval, not evil" },
  { "load 1m\n  m{ 1\n", "t:2: column " },
  { "load 1m\n  m 1x\n", "t:2: column 5: expected a number of times" },
  { "load 1x\n", "t:1: not a valid duration string: \"1x\"" },
  { "eval at 0s m\n", "t:1: expected: instant at TIME, or range from TIME to TIME step STEP" },
  { "eval range from 0 to 1m m\n", "t:1: expected: step STEP" },
  { "eval range from 1m to 0 step 1m m\n", "t:1: the end is before the start" },
  { "eval range from 0 to 1m step 0 m\n", "t:1: the step must be greater than 0" },
  { "eval instant at 0s m\n  expect nothing\n", "t:2: nothing cannot be expected" },
  { "eval instant at 0s m\n  expect fail x\n", "t:2: expected msg: or regex: after fail" },
  { "eval instant at 0s m\n  expect fail\n  expect fail\n",
    "t:3: one evaluation cannot fail twice" },
  { "eval instant at 0s m\n  expect warn\n  expect no_warn\n", "t:3: something is expected both" },
  { "eval instant at 0s m\n  m 1 2\n", "t:2: only one value a series" },
  { "eval instant at 0s m\n  expect string x\n", "t:2: expected a text in quotes" },
};

static void
test_promql_test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused_cases); i++)
    {
      g_autoptr (GString) report = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      SgPromqlTestCounts counts = { 0 };

      g_assert_false (sg_promql_test_run ("t", refused_cases[i].text, &counts, report, &error));
      if (!g_str_has_prefix (error->message, refused_cases[i].report))
        g_test_fail_printf ("%s\nwanted: %s\ngot: %s", refused_cases[i].text,
                            refused_cases[i].report, error->message);
    }
}

/* What needs native histograms is skipped, and nothing else. */
static void
test_promql_test_skipped (void)
{
  static const char text[] =
      "load_with_nhcb 1m\n  h_bucket{le=\"1\"} 1\n  h_bucket{le=\"+Inf\"} 2\n"
      "  n {{schema:0 sum:1 count:1}}\n  f 1\n\n"
      "eval instant at 0s h_bucket\n  h_bucket{le=\"1\"} 1\n"
      "  h_bucket{le=\"+Inf\"} 2\n\n"
      "eval instant at 0s h\n\n"
      "eval instant at 0s n\n\n"
      "eval instant at 10m n\n\n"
      "eval instant at 0s f\n  f {{schema:0}}\n\n"
      "eval instant at 0s f\n  f 1\n";
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SgPromqlTestCounts counts = { 0 };

  sg_promql_test_run ("t", text, &counts, report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->str, ==, "");
  g_assert_cmpuint (counts.n_skipped, ==, 3);
  g_assert_cmpuint (counts.n_passed, ==, 3);
}

/* Loads add up; of a series that is given twice in one, the last counts; clear forgets. */
static void
test_promql_test_loads (void)
{
  static const char text[] = "# a comment\nload 1m\n  m 1 2\n  m 3 4\n\nload 1m\n  m _ _ 5\n\n"
                             "eval range from 0 to 2m step 1m m\n  m 3 4 5\n\n"
                             "clear\neval instant at 1m m\n";
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SgPromqlTestCounts counts = { 0 };

  sg_promql_test_run ("t", text, &counts, report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->str, ==, "");
  g_assert_cmpuint (counts.n_passed, ==, 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/promql-test/ours", test_promql_test_ours);
  g_test_add_func ("/promql-test/theirs", test_promql_test_theirs);
  g_test_add_func ("/promql-test/wrong", test_promql_test_wrong);
  g_test_add_func ("/promql-test/refused", test_promql_test_refused);
  g_test_add_func ("/promql-test/skipped", test_promql_test_skipped);
  g_test_add_func ("/promql-test/loads", test_promql_test_loads);
  return g_test_run ();
}
