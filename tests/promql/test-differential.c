/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-number.h"
#include "promql/sg-promql-engine.h"
#include "sg-query-maker.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-store.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <math.h>
#include <string.h>

/*
 * The same expressions over the same samples, here and in a real Prometheus: no difference in series,
 * times, values beyond 1e-9, or in who refuses. The store writes two data directories from one seed;
 * one stays open here, the other is Prometheus'. What is compared is said in sg-query-maker.c.
 *
 * As many expressions are compared as there is time for; with -m slow, many more.
 */
#define T0        G_GINT64_CONSTANT (1699996400000)
#define EVAL      G_GINT64_CONSTANT (1700000007000)
#define STEP_MS   15000
#define N_SAMPLES 480
#define EPSILON   1e-9

#define SEED            20260101
#define QUICK_MAX       4000
#define QUICK_BUDGET_US (15 * G_USEC_PER_SEC)
#define SLOW_MAX        200000
#define SLOW_BUDGET_US  (300 * G_USEC_PER_SEC)

typedef struct
{
  char *path;
  SgStore *store;
  SgQuerier *querier;
  SgPromqlEngine *engine;
  SgTestPeer *peer;
  SoupSession *session;
  guint port;
} Fixture;

/* A series: how it begins and goes on, and how seldom it misses a scrape. */
typedef struct
{
  const char *name;
  const char *a;
  const char *b;
  const char *c;
  const char *le;
  gboolean is_counter;
  double start;
  double change;
  int gaps;
} Recipe;

static const Recipe recipes[] = {
  { "requests_total", "x", "1", NULL, NULL, TRUE, 120000, 9, 0 },
  { "requests_total", "x", "2", NULL, NULL, TRUE, 230000, 3, 30 },
  { "requests_total", "y", "1", NULL, NULL, TRUE, 340000, 20, 0 },
  { "requests_total", "y", "2", NULL, NULL, TRUE, 450000, 0, 0 },
  { "requests_total", "zz", "1", NULL, NULL, TRUE, 560000, 7, 4 },
  { "errors_total", "x", "1", NULL, NULL, TRUE, 100100, 2, 0 },
  { "errors_total", "y", "1", NULL, NULL, TRUE, 100200, 1, 0 },
  { "errors_total", "q", "7", "pq", NULL, TRUE, 100300, 1, 9 },
  { "load", "x", NULL, NULL, NULL, FALSE, 3.5, 0.5, 0 },
  { "load", "y", NULL, NULL, NULL, FALSE, 12.25, 1.5, 20 },
  { "load", "zz", NULL, NULL, NULL, FALSE, -4.125, 0.25, 0 },
  { "temperature", "x", "1", "p", NULL, FALSE, 45.03, 0.7, 0 },
  { "temperature", "x", "2", "q", NULL, FALSE, 50.07, 0.9, 0 },
  { "temperature", "y", "1", "pq", NULL, FALSE, 61.11, 1.1, 0 },
  { "temperature", "y", "2", NULL, NULL, FALSE, 72.19, 1.3, 50 },
  { "capacity", "x", NULL, "p", NULL, FALSE, 16.5, 0, 0 },
  { "capacity", "y", NULL, "q", NULL, FALSE, 32.5, 0, 0 },
  { "capacity", "zz", NULL, NULL, NULL, FALSE, 64.5, 0, 0 },
  { "sparse", "x", "1", NULL, NULL, FALSE, 7.5, 2, 2 },
  { "sparse", "y", "2", NULL, NULL, FALSE, 8.5, 2, 25 },
  { "latency_bucket", "x", NULL, NULL, "0.1", TRUE, 100000, 4, 0 },
  { "latency_bucket", "x", NULL, NULL, "0.5", TRUE, 110000, 4, 0 },
  { "latency_bucket", "x", NULL, NULL, "2.5", TRUE, 120000, 4, 0 },
  { "latency_bucket", "x", NULL, NULL, "+Inf", TRUE, 130000, 4, 0 },
  { "latency_bucket", "y", NULL, NULL, "0.1", TRUE, 200000, 11, 0 },
  { "latency_bucket", "y", NULL, NULL, "0.5", TRUE, 220000, 11, 0 },
  { "latency_bucket", "y", NULL, NULL, "2.5", TRUE, 240000, 11, 0 },
  { "latency_bucket", "y", NULL, NULL, "+Inf", TRUE, 260000, 11, 0 },
};

#define N_SERIES G_N_ELEMENTS (recipes)

static SgLabels *
make_labels (const Recipe *recipe)
{
  SgLabel pairs[] = { { SG_LABEL_NAME, recipe->name },
                      { "a", recipe->a != NULL ? recipe->a : "" },
                      { "b", recipe->b != NULL ? recipe->b : "" },
                      { "c", recipe->c != NULL ? recipe->c : "" },
                      { "le", recipe->le != NULL ? recipe->le : "" } };

  return sg_labels_new (pairs, G_N_ELEMENTS (pairs));
}

/* The next value: a counter of buckets grows with those below it, others now and then begin anew. */
static double
next_value (const Recipe *recipe,
            double        value,
            GRand        *random)
{
  if (!recipe->is_counter)
    return value + recipe->change * (g_rand_double (random) - 0.5);
  if (recipe->le != NULL)
    return value + recipe->change * (recipe->start / 100000);
  if (g_rand_int_range (random, 0, 150) == 0)
    return 90000 + g_rand_int_range (random, 0, 999);
  return value + (double) g_rand_int_range (random, 0, (gint32) recipe->change + 1);
}

/* A series while it is written. */
typedef struct
{
  SgLabels *labels;
  SgHeadRef ref;
  SgTimeMs phase;
  double value;
} Growing;

static void
append_scrape (SgAppender *appender,
               Growing    *series,
               guint       scrape,
               GRand      *random)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_SERIES; i++)
    {
      const Recipe *recipe = &recipes[i];
      Growing *each = &series[i];
      gboolean missed = recipe->gaps > 0 && g_rand_int_range (random, 0, recipe->gaps) == 0;
      gboolean ends = recipe->gaps > 0 && scrape % 97 == 96;
      SgSample sample = { .t = T0 + each->phase + (SgTimeMs) scrape * STEP_MS };

      sample.value.f = ends ? sg_stale_nan () : each->value;
      if (!missed || ends)
        sg_appender_append (appender, &each->ref, each->labels, &sample, &error);
      g_assert_no_error (error);
      each->value = next_value (recipe, each->value, random);
    }
  sg_appender_commit (appender, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): a store in the folder @name that is filled from the seed */
static SgStore *
fill_store (Fixture    *fixture,
            const char *name)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAppender) appender = NULL;
  SgStoreOptions options = { .path = path };
  SgStore *store = sg_store_new (&options, &error);
  Growing series[N_SERIES] = { 0 };

  g_assert_no_error (error);
  for (guint i = 0; i < N_SERIES; i++)
    {
      series[i].labels = make_labels (&recipes[i]);
      series[i].value = recipes[i].start;
      series[i].phase =
          1000 * g_rand_int_range (random, 0, 15) + g_rand_int_range (random, 1, 1000);
    }
  appender = sg_store_appender_new (store, NULL);
  for (guint i = 0; i < N_SAMPLES; i++)
    append_scrape (appender, series, i, random);
  for (guint i = 0; i < N_SERIES; i++)
    sg_labels_unref (series[i].labels);
  return store;
}

static void
start_peer (Fixture *fixture)
{
  g_autofree char *config = g_build_filename (fixture->path, "prometheus.yml", NULL);
  g_autofree char *config_flag = g_strdup_printf ("--config.file=%s", config);
  g_autofree char *path_flag =
      g_strdup_printf ("--storage.tsdb.path=%s/theirs/tsdb", fixture->path);
  g_autofree char *listen_flag = NULL;
  const char *argv[] = {
    "prometheus",        config_flag, path_flag, NULL, "--storage.tsdb.retention.time=100y",
    "--log.level=error", NULL
  };

  g_assert_true (g_file_set_contents (config, "global: {}\n", -1, NULL));
  fixture->port = sg_test_peer_find_port ();
  listen_flag = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", fixture->port);
  argv[3] = listen_flag;
  fixture->peer = sg_test_peer_start (argv, fixture->port, "/-/ready");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgStore) theirs = NULL;
  g_autoptr (GError) error = NULL;

  fixture->path = g_dir_make_tmp ("sg-differential-XXXXXX", &error);
  g_assert_no_error (error);
  theirs = fill_store (fixture, "theirs");
  sg_store_close (theirs, &error);
  g_assert_no_error (error);
  fixture->store = fill_store (fixture, "ours");
  fixture->querier = sg_store_querier_new (fixture->store);
  fixture->engine = sg_promql_engine_new (NULL, NULL);
  fixture->session = soup_session_new ();
  start_peer (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->peer, sg_test_peer_stop);
  g_clear_object (&fixture->session);
  g_clear_object (&fixture->querier);
  g_clear_object (&fixture->engine);
  g_assert_true (sg_store_close (fixture->store, NULL));
  g_clear_object (&fixture->store);
  sg_test_remove_folder (fixture->path);
  g_free (fixture->path);
}

/* When an expression is evaluated: at one time, or at the times of a range. */
typedef struct
{
  SgTimeMs start;
  SgTimeMs end;
  gint64 step;
} When;

/* Returns: (transfer full): what Prometheus answers */
static JsonNode *
ask_peer (Fixture    *fixture,
          const char *query,
          const When *when)
{
  g_autofree char *escaped = g_uri_escape_string (query, NULL, FALSE);
  g_autofree char *url = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;
  gsize length;
  JsonNode *node;

  if (when->step > 0)
    url = g_strdup_printf ("http://127.0.0.1:%u/api/v1/query_range?query=%s&start=%" G_GINT64_FORMAT
                           "&end=%" G_GINT64_FORMAT "&step=%" G_GINT64_FORMAT,
                           fixture->port, escaped, when->start / 1000, when->end / 1000,
                           when->step / 1000);
  else
    url = g_strdup_printf ("http://127.0.0.1:%u/api/v1/query?query=%s&time=%" G_GINT64_FORMAT,
                           fixture->port, escaped, when->start / 1000);
  message = soup_message_new ("GET", url);
  body = soup_session_send_and_read (fixture->session, message, NULL, &error);
  g_assert_no_error (error);
  text = g_bytes_get_data (body, &length);
  g_assert_cmpuint (length, >, 0);
  g_autofree char *copy = g_strndup (text, length);
  node = json_from_string (copy, &error);
  g_assert_no_error (error);
  return node;
}

static SgLabels *
read_labels (JsonObject *metric)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (SgLabel));
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, metric);
  while (json_object_iter_next (&iter, &name, &value))
    {
      SgLabel pair = { name, json_node_get_string (value) };

      g_array_append_val (pairs, pair);
    }
  return sg_labels_new ((const SgLabel *) (gpointer) pairs->data, pairs->len);
}

static gboolean
equal_value (double a,
             double b)
{
  if (isnan (a) || isnan (b))
    return isnan (a) && isnan (b);
  return a == b || fabs (a - b) <= EPSILON * fmax (1, fmax (fabs (a), fabs (b)));
}

static gboolean
equal_sample (JsonArray *theirs,
              SgTimeMs   t,
              double     value)
{
  const char *text = json_array_get_string_element (theirs, 1);
  double number;

  g_assert_true (sg_double_parse (text, strlen (text), &number));
  return llround (json_array_get_double_element (theirs, 0) * 1000) == t
         && equal_value (number, value);
}

/* Whether a series is the same there. */
static gboolean
equal_series (JsonObject           *theirs,
              const SgPromqlSeries *ours)
{
  JsonArray *values;

  if (json_object_has_member (theirs, "value"))
    return equal_sample (json_object_get_array_member (theirs, "value"), ours->column.t[0],
                         ours->column.f[0]);
  values = json_object_get_array_member (theirs, "values");
  if (json_array_get_length (values) != ours->column.n)
    return FALSE;
  for (guint i = 0; i < ours->column.n; i++)
    {
      if (!equal_sample (json_array_get_array_element (values, i), ours->column.t[i],
                         ours->column.f[i]))
        return FALSE;
    }
  return TRUE;
}

static const SgPromqlSeries *
find_series (const SgPromqlResult *result,
             const SgLabels       *labels)
{
  for (guint i = 0; i < result->n_series; i++)
    {
      if (sg_labels_equal (result->series[i].labels, labels))
        return &result->series[i];
    }
  return NULL;
}

static gboolean
equal_result (JsonObject           *answer,
              const SgPromqlResult *ours)
{
  JsonObject *data = json_object_get_object_member (answer, "data");
  JsonArray *series = json_object_get_array_member (data, "result");

  if (strcmp (json_object_get_string_member (data, "resultType"),
              sg_value_type_get_api_name (ours->type))
      != 0)
    return FALSE;
  if (ours->type == SG_VALUE_TYPE_SCALAR)
    return equal_sample (series, ours->time, ours->scalar);
  if (ours->type == SG_VALUE_TYPE_STRING)
    return TRUE;
  if (json_array_get_length (series) != ours->n_series)
    return FALSE;
  for (guint i = 0; i < ours->n_series; i++)
    {
      JsonObject *each = json_array_get_object_element (series, i);
      g_autoptr (SgLabels) labels = read_labels (json_object_get_object_member (each, "metric"));
      const SgPromqlSeries *same = find_series (ours, labels);

      if (same == NULL || !equal_series (each, same))
        return FALSE;
    }
  return TRUE;
}

static void
tell_difference (const char           *query,
                 const When           *when,
                 JsonNode             *answer,
                 const SgPromqlResult *ours,
                 const GError         *error)
{
  g_autofree char *theirs = json_to_string (answer, FALSE);

  g_test_message ("%s\n  from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " step %" G_GINT64_FORMAT
                  "\n  theirs: %.1000s\n  ours: %s",
                  query, when->start, when->end, when->step, theirs,
                  error != NULL ? error->message : "");
  for (guint i = 0; ours != NULL && i < MIN (ours->n_series, 8); i++)
    {
      g_autofree char *text = sg_labels_to_string (ours->series[i].labels);

      g_test_message ("    %s: %zu samples, the first %.17g at %" G_GINT64_FORMAT, text,
                      ours->series[i].column.n, ours->series[i].column.f[0],
                      ours->series[i].column.t[0]);
    }
  if (ours != NULL && ours->type == SG_VALUE_TYPE_SCALAR)
    g_test_message ("    %.17g", ours->scalar);
}

/* Returns: whether both say the same; @ret_refused tells whether that is no */
static gboolean
compare_query (Fixture    *fixture,
               const char *query,
               const When *when,
               gboolean   *ret_refused)
{
  g_autoptr (JsonNode) node = ask_peer (fixture, query, when);
  JsonObject *answer = json_node_get_object (node);
  gboolean theirs = strcmp (json_object_get_string_member (answer, "status"), "success") == 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) ours = sg_promql_engine_query_range (
      fixture->engine, fixture->querier, query, when->start, when->end, when->step, NULL, &error);
  gboolean same = theirs == (ours != NULL) && (!theirs || equal_result (answer, ours));

  if (!same)
    tell_difference (query, when, node, ours, error);
  *ret_refused = !theirs;
  return same;
}

static void
test_differential (Fixture       *fixture,
                   gconstpointer  data)
{
  static const When whens[] = {
    { EVAL, EVAL, 0 },
    { EVAL - 600000, EVAL + 1200000, 60000 },
    { EVAL + 1800000, EVAL + 1800000, 0 },
    { EVAL - 2400000, EVAL + 3900000, 290000 },
    { EVAL - 1200000, EVAL - 600000, 10000 },
  };
  gint64 budget = g_test_slow () ? SLOW_BUDGET_US : QUICK_BUDGET_US;
  gint64 deadline = g_get_monotonic_time () + budget;
  guint max = g_test_slow () ? SLOW_MAX : QUICK_MAX;
  g_auto (SgQueryMaker) maker = { 0 };
  guint n_refused = 0;
  guint n_different = 0;
  guint n = 0;

  if (fixture->peer == NULL)
    return;
  sg_query_maker_init (&maker, SEED);
  for (; n < max && g_get_monotonic_time () < deadline; n++)
    {
      const char *query = sg_query_maker_make (&maker);
      gboolean refused;

      n_different += !compare_query (fixture, query, &whens[n % G_N_ELEMENTS (whens)], &refused);
      n_refused += refused;
    }
  g_test_message ("%u expressions, %u refused by both, %u different", n, n_refused, n_different);
  g_assert_cmpuint (n_different, ==, 0);
  g_assert_cmpuint (n, >, 100);
  g_assert_cmpuint (n_refused, <, n / 2);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/differential", Fixture, NULL, set_up, test_differential, tear_down);
  return g_test_run ();
}
