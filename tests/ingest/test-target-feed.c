/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-target-feed.h"

#include "base/sg-matcher.h"
#include "base/sg-number.h"
#include "tsdb/sg-head-private.h"

#include <string.h>

/*
 * Pages go in, a store without a directory takes them, and what it then has is compared as text.
 */
typedef struct
{
  SgHead *head;
  SgAppender *appender;
  SgTargetFeed *feed;
  SgTargetFeedResult result;
  SgExpositionDialect dialect;
} Fixture;

static void
fixture_begin (Fixture             *fixture,
               SgTargetFeedOptions  options)
{
  SgHeadOptions head_options = { .max_exemplars = 16 };
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("job", "j", "instance", "i", NULL);

  options.labels = labels;
  fixture->head = sg_head_new (&head_options);
  fixture->appender = sg_head_appender_new (fixture->head);
  fixture->feed = sg_target_feed_new (&options);
  fixture->result = (SgTargetFeedResult) { 0 };
  fixture->dialect = SG_EXPOSITION_DIALECT_TEXT;
}

static void
fixture_end (Fixture *fixture)
{
  sg_target_feed_result_clear (&fixture->result);
  sg_target_feed_free (fixture->feed);
  sg_appender_free (fixture->appender);
  sg_head_unref (fixture->head);
}

/* Takes a page and reports. Returns: (transfer full) (nullable): the error of the page */
static char *
fixture_take (Fixture    *fixture,
              SgTimeMs    t,
              const char *text)
{
  g_autoptr (GBytes) page = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  gboolean up;

  sg_target_feed_result_clear (&fixture->result);
  up = sg_target_feed_take (fixture->feed, fixture->appender, t, page, fixture->dialect,
                            &fixture->result, &error);
  g_assert_true (
      sg_target_feed_report (fixture->feed, fixture->appender, t, up, 0.5, &fixture->result, NULL));
  return error != NULL ? g_strdup (error->message) : NULL;
}

/* All samples of the metrics that @pattern matches: "a{…} 1@1000 stale@2000\n" a series. */
static char *
fixture_dump (Fixture    *fixture,
              const char *pattern)
{
  g_autoptr (SgQuerier) querier = sg_head_querier_new (fixture->head);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, SG_LABEL_NAME, pattern, NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = 0, .end = 1000000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, matchers, 1, &hints, NULL, &error);
  GString *out = g_string_new (NULL);
  const SgSeries *series;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      sg_labels_append_text (series->labels, out);
      for (gsize i = 0; i < series->columns[0].n; i++)
        {
          char number[SG_DOUBLE_TEXT_MAX];
          double value = series->columns[0].f[i];

          sg_double_write (value, number);
          g_string_append_printf (out, " %s@%" G_GINT64_FORMAT,
                                  sg_is_stale_nan (value) ? "stale" : number,
                                  series->columns[0].t[i]);
        }
      g_string_append_c (out, '\n');
    }
  g_assert_no_error (error);
  return g_string_free (out, FALSE);
}

#define assert_dump(fixture, pattern, expected)               \
  G_STMT_START                                                \
  {                                                           \
    g_autofree char *dump_ = fixture_dump (fixture, pattern); \
    g_assert_cmpstr (dump_, ==, expected);                    \
  }                                                           \
  G_STMT_END

static void
test_feed_samples (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  g_assert_null (fixture_take (&fixture, 1000, "a 1\nb{x=\"1\"} 2\n"));
  g_assert_cmpuint (fixture.result.added, ==, 2);
  g_assert_null (fixture_take (&fixture, 2000, "a 3\nb{x=\"1\"} 4\nc 5\n"));
  g_assert_cmpuint (fixture.result.samples, ==, 3);
  g_assert_cmpuint (fixture.result.added, ==, 1);
  assert_dump (&fixture, "a|b|c",
               "a{instance=\"i\", job=\"j\"} 1@1000 3@2000\n"
               "b{instance=\"i\", job=\"j\", x=\"1\"} 2@1000 4@2000\n"
               "c{instance=\"i\", job=\"j\"} 5@2000\n");
  assert_dump (&fixture, "up|scrape.*",
               "scrape_duration_seconds{instance=\"i\", job=\"j\"} 0.5@1000 0.5@2000\n"
               "scrape_samples_post_metric_relabeling{instance=\"i\", job=\"j\"} 2@1000 3@2000\n"
               "scrape_samples_scraped{instance=\"i\", job=\"j\"} 2@1000 3@2000\n"
               "scrape_series_added{instance=\"i\", job=\"j\"} 2@1000 1@2000\n"
               "up{instance=\"i\", job=\"j\"} 1@1000 1@2000\n");
  fixture_end (&fixture);
}

/* A series that is missing ends once, and begins again when it comes back, in any order of the page. */
static void
test_feed_stale (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture_take (&fixture, 1000, "a 1\nb 1\nc 1\n");
  fixture_take (&fixture, 2000, "c 2\na 2\n");
  fixture_take (&fixture, 3000, "a 3\nc 3\n");
  fixture_take (&fixture, 4000, "b 4\na 4\nc 4\n");
  assert_dump (&fixture, "a|b|c",
               "a{instance=\"i\", job=\"j\"} 1@1000 2@2000 3@3000 4@4000\n"
               "b{instance=\"i\", job=\"j\"} 1@1000 stale@2000 4@4000\n"
               "c{instance=\"i\", job=\"j\"} 1@1000 2@2000 3@3000 4@4000\n");
  fixture_end (&fixture);
}

/* A page that is broken ends everything, once, and leaves nothing of itself. */
static void
test_feed_broken (void)
{
  Fixture fixture;
  g_autofree char *error = NULL;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture_take (&fixture, 1000, "a 1\nb 1\n");
  error = fixture_take (&fixture, 2000, "a 2\nnew 2\n!\nb 2\n");
  g_assert_cmpstr (error, ==, "3:1: expected a metric name, { or #, found “!”");
  g_free (fixture_take (&fixture, 3000, "!"));
  fixture_take (&fixture, 4000, "a 4\nnew 4\n");
  assert_dump (&fixture, "a|b|new|up",
               "a{instance=\"i\", job=\"j\"} 1@1000 stale@2000 4@4000\n"
               "b{instance=\"i\", job=\"j\"} 1@1000 stale@2000\n"
               "new{instance=\"i\", job=\"j\"} 4@4000\n"
               "up{instance=\"i\", job=\"j\"} 1@1000 0@2000 0@3000 1@4000\n");
  fixture_end (&fixture);
}

static void
test_feed_close (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture_take (&fixture, 1000, "a 1\n");
  g_assert_true (sg_target_feed_close (fixture.feed, fixture.appender, 2000, NULL));
  assert_dump (&fixture, "a|up",
               "a{instance=\"i\", job=\"j\"} 1@1000 stale@2000\n"
               "up{instance=\"i\", job=\"j\"} 1@1000 stale@2000\n");
  fixture_end (&fixture);
}

static const char clashing_page[] = "a{job=\"x\",instance=\"\"} 1\n"
                                    "b{job=\"x\",exported_job=\"y\"} 2\n";

static void
test_feed_labels (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture_take (&fixture, 1000, clashing_page);
  assert_dump (
      &fixture, "a|b",
      "a{exported_job=\"x\", instance=\"i\", job=\"j\"} 1@1000\n"
      "b{exported_exported_job=\"x\", exported_job=\"y\", instance=\"i\", job=\"j\"} 2@1000\n");
  fixture_end (&fixture);

  fixture_begin (&fixture, (SgTargetFeedOptions) { .honor_labels = TRUE });
  fixture_take (&fixture, 1000, clashing_page);
  assert_dump (&fixture, "a|b",
               "a{job=\"x\"} 1@1000\n"
               "b{exported_job=\"y\", instance=\"i\", job=\"x\"} 2@1000\n");
  fixture_end (&fixture);
}

static void
test_feed_relabel (void)
{
  static const char *const name[] = { SG_LABEL_NAME, NULL };
  static const SgRelabelSpec specs[] = {
    { .action = SG_RELABEL_DROP, .source_labels = name, .regex = "b" },
    { .action = SG_RELABEL_LABELDROP, .regex = "job" },
  };
  g_autoptr (SgRelabel) relabel = sg_relabel_new (specs, G_N_ELEMENTS (specs), NULL);
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { .metric_relabel = relabel, .sample_limit = 2 });
  g_assert_null (fixture_take (&fixture, 1000, "a 1\nb 1\nc 1\n"));
  g_assert_null (fixture_take (&fixture, 2000, "a 2\nb 2\nc 2\n"));
  g_assert_cmpuint (fixture.result.samples, ==, 3);
  g_assert_cmpuint (fixture.result.kept, ==, 2);
  assert_dump (&fixture, "a|b|c",
               "a{instance=\"i\"} 1@1000 2@2000\nc{instance=\"i\"} 1@1000 2@2000\n");
  fixture_end (&fixture);
}

static void
test_feed_timestamps (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture_take (&fixture, 1000, "a 1 700\n");
  fixture_take (&fixture, 2000, "b 1\n");
  assert_dump (&fixture, "a", "a{instance=\"i\", job=\"j\"} 1@700\n");
  fixture_end (&fixture);

  fixture_begin (&fixture, (SgTargetFeedOptions) { .track_timestamps = TRUE });
  fixture_take (&fixture, 1000, "a 1 700\n");
  fixture_take (&fixture, 2000, "b 1\n");
  assert_dump (&fixture, "a", "a{instance=\"i\", job=\"j\"} 1@700 stale@2000\n");
  fixture_end (&fixture);

  fixture_begin (&fixture, (SgTargetFeedOptions) { .ignore_timestamps = TRUE });
  fixture_take (&fixture, 1000, "a 1 700\n");
  fixture_take (&fixture, 2000, "b 1\n");
  assert_dump (&fixture, "a", "a{instance=\"i\", job=\"j\"} 1@1000 stale@2000\n");
  fixture_end (&fixture);
}

typedef struct
{
  SgTargetFeedOptions options;
  const char *page;
  const char *message;
} LimitCase;

static const LimitCase limit_cases[] = {
  { { .sample_limit = 1 },
    "a 1\nb 1\n",
    "the page has more than 1 samples, which is its sample_limit" },
  { { .label_limit = 3 },
    "a{b=\"c\"} 1\n",
    "a{b=\"c\", instance=\"i\", job=\"j\"} has 4 labels, label_limit is 3" },
  { { .label_value_length_limit = 2 },
    "a{b=\"ccc\"} 1\n",
    "the label “b” of a has 1 bytes of name and 3 of value, the limits are 0 and 2" },
  { { 0 }, "{b=\"c\"} 1\n", "a series has no name: {b=\"c\"}" },
};

static void
test_feed_limits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (limit_cases); i++)
    {
      g_autofree char *error = NULL;
      Fixture fixture;

      fixture_begin (&fixture, limit_cases[i].options);
      error = fixture_take (&fixture, 1000, limit_cases[i].page);
      g_assert_cmpstr (error, ==, limit_cases[i].message);
      assert_dump (&fixture, "a|b", "");
      assert_dump (&fixture, "up", "up{instance=\"i\", job=\"j\"} 0@1000\n");
      fixture_end (&fixture);
    }
}

/* What the store refuses is counted, and the rest of the page is stored. */
static void
test_feed_refused (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture_take (&fixture, 2000, "a 1\n");
  g_assert_null (fixture_take (&fixture, 3000, "a 1 1000\nb 1\n"));
  g_assert_cmpuint (fixture.result.refused, ==, 1);
  g_assert_nonnull (fixture.result.refusal);
  assert_dump (&fixture, "b", "b{instance=\"i\", job=\"j\"} 1@3000\n");
  fixture_end (&fixture);
}

/* What the comments say is kept by family, unescaped; a family without any has none. */
static void
test_feed_metadata (void)
{
  Fixture fixture;
  g_autoptr (GPtrArray) all = NULL;
  const SgMetadata *metadata;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  g_assert_null (fixture_take (&fixture, 1000,
                               "# HELP a What\\nand \\\\ why\n# TYPE a counter\na 1\nb 2\n"
                               "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_count 1\n"
                               "# HELP gone Nothing follows\n"));
  {
    g_autoptr (SgQuerier) querier = sg_head_querier_new (fixture.head);

    all = sg_querier_metadata (querier, NULL, NULL, NULL);
  }
  g_assert_cmpuint (all->len, ==, 2);
  metadata = g_ptr_array_index (all, 0);
  g_assert_cmpstr (metadata->name, ==, "a");
  g_assert_cmpstr (metadata->type, ==, "counter");
  g_assert_cmpstr (metadata->help, ==, "What\nand \\ why");
  metadata = g_ptr_array_index (all, 1);
  g_assert_cmpstr (metadata->name, ==, "h");
  g_assert_cmpstr (metadata->type, ==, "histogram");
  fixture_end (&fixture);
}

/* The exemplars of all series: "b_total v@t {labels}\n" each. */
static char *
fixture_exemplars (Fixture *fixture)
{
  g_autoptr (GPtrArray) found =
      sg_head_exemplars_select (&fixture->head->exemplars, NULL, 0, 0, 1000000);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      const SgSeriesExemplar *item = found->pdata[i];

      g_string_append_printf (out, "%s %g@%" G_GINT64_FORMAT " ",
                              sg_labels_get (item->series, SG_LABEL_NAME), item->exemplar.value,
                              item->exemplar.t);
      sg_labels_append_text (item->exemplar.labels, out);
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

#define assert_exemplars(fixture, expected)                    \
  G_STMT_START                                                 \
  {                                                            \
    g_autofree char *exemplars_ = fixture_exemplars (fixture); \
    g_assert_cmpstr (exemplars_, ==, expected);                \
  }                                                            \
  G_STMT_END

/* One is stored when it is new, also when it stays in the page, or another page could not be read. */
static void
test_feed_exemplars (void)
{
  Fixture fixture;
  g_autofree char *letters = g_strnfill (129, 'x');
  g_autofree char *error = NULL;
  g_autofree char *long_one = g_strdup_printf ("a_total 3 # {i=\"%s\"} 1\n# EOF\n", letters);

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture.dialect = SG_EXPOSITION_DIALECT_OPENMETRICS;
  for (SgTimeMs t = 1000; t <= 3000; t += 1000)
    g_assert_null (fixture_take (&fixture, t,
                                 "a_total 1 # {id=\"1\"} 0.5\nb_total 2 # {id=\"2\"} 7 0.25\n"
                                 "c_total 1\n# EOF\n"));
  g_assert_cmpuint (fixture.result.exemplars, ==, 0);
  assert_exemplars (&fixture, "a_total 0.5@1000 {id=\"1\"}\nb_total 7@250 {id=\"2\"}\n");
  error = fixture_take (&fixture, 4000, "b_total 2 # {id=\"3\"} 8 0.5\nrubbish\n");
  g_assert_nonnull (error);
  assert_exemplars (&fixture, "a_total 0.5@1000 {id=\"1\"}\nb_total 7@250 {id=\"2\"}\n");
  g_assert_null (fixture_take (&fixture, 5000, "b_total 2 # {id=\"3\"} 8 0.5\n# EOF\n"));
  g_assert_cmpuint (fixture.result.exemplars, ==, 1);
  assert_exemplars (&fixture, "a_total 0.5@1000 {id=\"1\"}\nb_total 7@250 {id=\"2\"}\n"
                              "b_total 8@500 {id=\"3\"}\n");
  g_assert_null (fixture_take (&fixture, 6000, long_one));
  g_assert_cmpuint (fixture.result.exemplars_refused, ==, 1);
  g_assert_cmpuint (fixture.result.refused, ==, 0);
  fixture_end (&fixture);
}

#define COUNTER_PAGE(created, value)                                                   \
  "# TYPE a counter\na_total{x=\"1\"} " value "\na_created{x=\"1\"} " created          \
  "\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_count 2\n" \
  "h_sum 3\nh_created 0.75\n# TYPE g gauge\ng 5\ng_created 0.5\n# EOF\n"

/* A zero where it began to count, and again where it began anew; the moments are no series then. */
static void
test_feed_created (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { .created_timestamps = TRUE });
  fixture.dialect = SG_EXPOSITION_DIALECT_OPENMETRICS;
  g_assert_null (fixture_take (&fixture, 1000, COUNTER_PAGE ("0.5", "7")));
  g_assert_null (fixture_take (&fixture, 2000, COUNTER_PAGE ("0.5", "8")));
  g_assert_null (fixture_take (&fixture, 3000, COUNTER_PAGE ("2.5", "9")));
  assert_dump (&fixture, "[ah]_.*",
               "a_total{instance=\"i\", job=\"j\", x=\"1\"} 0@500 7@1000 8@2000 0@2500 9@3000\n"
               "h_bucket{instance=\"i\", job=\"j\", le=\"+Inf\"} 0@750 2@1000 2@2000 2@3000\n"
               "h_bucket{instance=\"i\", job=\"j\", le=\"1.0\"} 0@750 1@1000 1@2000 1@3000\n"
               "h_count{instance=\"i\", job=\"j\"} 0@750 2@1000 2@2000 2@3000\n"
               "h_sum{instance=\"i\", job=\"j\"} 0@750 3@1000 3@2000 3@3000\n");
  assert_dump (&fixture, "g.*",
               "g{instance=\"i\", job=\"j\"} 5@1000 5@2000 5@3000\n"
               "g_created{instance=\"i\", job=\"j\"} 0.5@1000 0.5@2000 0.5@3000\n");
  fixture_end (&fixture);
}

/* Who does not ask for it gets series, as Prometheus does. */
static void
test_feed_not_created (void)
{
  Fixture fixture;

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  fixture.dialect = SG_EXPOSITION_DIALECT_OPENMETRICS;
  g_assert_null (fixture_take (&fixture, 1000, COUNTER_PAGE ("0.5", "7")));
  assert_dump (&fixture, "a_.*",
               "a_created{instance=\"i\", job=\"j\", x=\"1\"} 0.5@1000\n"
               "a_total{instance=\"i\", job=\"j\", x=\"1\"} 7@1000\n");
  fixture_end (&fixture);
}

#define N_SERIES 9
#define N_PAGES  150

/* A page of some of the series in some order, mostly that of the page before; some come twice. */
static char *
make_page (GArray   *order,
           gint64    t,
           gboolean *ret_has)
{
  GString *page = g_string_new (NULL);
  guint change = (guint) g_test_rand_int_range (0, 6);

  memset (ret_has, 0, N_SERIES * sizeof (gboolean));
  if (change == 0)
    g_array_set_size (order, (guint) g_test_rand_int_range (0, (int) order->len + 1));
  for (guint i = 0; change <= 1 && i < 3; i++)
    {
      guint series = (guint) g_test_rand_int_range (0, N_SERIES);

      g_array_insert_val (order, (guint) g_test_rand_int_range (0, (int) order->len + 1), series);
    }
  if (change == 2 && order->len > 0)
    g_array_remove_index (order, (guint) g_test_rand_int_range (0, (int) order->len));
  for (guint i = 0; i < order->len; i++)
    {
      guint series = g_array_index (order, guint, i);

      ret_has[series] = TRUE;
      g_string_append_printf (page, "m%u %" G_GINT64_FORMAT "%s\n", series, t + series,
                              series % 3 == 2 ? ".5" : "");
    }
  return g_string_free (page, FALSE);
}

static void
append_expected (GString  *expected,
                 guint     series,
                 gint64    t,
                 gboolean  has,
                 gboolean *had)
{
  if (has)
    g_string_append_printf (expected, " %" G_GINT64_FORMAT "%s@%" G_GINT64_FORMAT, t + series,
                            series % 3 == 2 ? ".5" : "", t);
  else if (*had)
    g_string_append_printf (expected, " stale@%" G_GINT64_FORMAT, t);
  *had = has;
}

/* Whatever the order of the pages is, what is stored is what they say. */
static void
test_feed_orders (void)
{
  Fixture fixture;
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  GString *expected[N_SERIES];
  gboolean had[N_SERIES] = { FALSE };
  gboolean has[N_SERIES];

  fixture_begin (&fixture, (SgTargetFeedOptions) { 0 });
  for (guint i = 0; i < N_SERIES; i++)
    expected[i] = g_string_new (NULL);
  for (gint64 t = 1; t <= N_PAGES; t++)
    {
      gboolean broken = g_test_rand_int_range (0, 10) == 0;
      g_autofree char *page = make_page (order, t, has);
      g_autofree char *sent = g_strconcat (page, broken ? "m1 rubbish\n" : "", NULL);
      g_autofree char *error = fixture_take (&fixture, t, sent);

      g_assert_true ((error != NULL) == broken);
      for (guint i = 0; i < N_SERIES; i++)
        append_expected (expected[i], i, t, has[i] && !broken, &had[i]);
    }
  for (guint i = 0; i < N_SERIES; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);
      g_autofree char *dump = fixture_dump (&fixture, name);
      g_autofree char *samples = g_string_free (expected[i], FALSE);
      g_autofree char *text =
          *samples == '\0' ? g_strdup ("")
                           : g_strdup_printf ("%s{instance=\"i\", job=\"j\"}%s\n", name, samples);

      g_assert_cmpstr (dump, ==, text);
    }
  fixture_end (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/target-feed/samples", test_feed_samples);
  g_test_add_func ("/target-feed/stale", test_feed_stale);
  g_test_add_func ("/target-feed/broken", test_feed_broken);
  g_test_add_func ("/target-feed/close", test_feed_close);
  g_test_add_func ("/target-feed/labels", test_feed_labels);
  g_test_add_func ("/target-feed/relabel", test_feed_relabel);
  g_test_add_func ("/target-feed/metadata", test_feed_metadata);
  g_test_add_func ("/target-feed/timestamps", test_feed_timestamps);
  g_test_add_func ("/target-feed/limits", test_feed_limits);
  g_test_add_func ("/target-feed/refused", test_feed_refused);
  g_test_add_func ("/target-feed/exemplars", test_feed_exemplars);
  g_test_add_func ("/target-feed/created", test_feed_created);
  g_test_add_func ("/target-feed/not-created", test_feed_not_created);
  g_test_add_func ("/target-feed/orders", test_feed_orders);
  return g_test_run ();
}
