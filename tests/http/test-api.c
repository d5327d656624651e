/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api.h"

#include "tools/sg-test-peer.h"
#include "tsdb/sg-store.h"

#include <string.h>

/*
 * Prometheus' API over a store: requests go in as they are sent, answers are compared to the byte. The
 * server runs on a thread, as it does in the engine.
 */
typedef struct
{
  char *folder;
  SgStore *store;
  SgClock *clock;
  SgRegistry *registry;
  SgPromqlEngine *engine;
  SgHttpServer *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  guint port;
} Fixture;

static SgQuerier *
make_querier (gpointer user_data)
{
  return sg_store_querier_new (((Fixture *) user_data)->store);
}

static SgStore *
get_store (gpointer user_data)
{
  return g_object_ref (((Fixture *) user_data)->store);
}

static SgConfigStatus *
get_config (gpointer user_data)
{
  SgConfigStatus *status = sg_config_status_new ();

  status->is_good = TRUE;
  status->text = g_strdup ("global: {}\nx: {password: hush}\n");
  return status;
}

static GStrv
list_flags (gpointer user_data)
{
  return g_strsplit ("web.listen-address,127.0.0.1:1,storage.path,/x", ",", -1);
}

static void
add_exemplar (SgAppender *appender,
              SgHeadRef   ref,
              guint       i)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("trace_id", "abc", NULL);
  SgSampleExemplar exemplar = { 1500 + i, i + 0.5, labels };
  SgMetadata metadata = { "a", "gauge", "What \"a\" is.", "bytes" };

  g_assert_true (sg_appender_append_exemplar (appender, ref, &exemplar, NULL));
  if (i == 0)
    g_assert_true (sg_appender_set_metadata (appender, ref, &metadata, NULL));
}

/* a{x="1"} 1 2 3 … and a{x="2"} 10 20 30 … at 0, 10, 20 … 600 s; b is NaN; "u.8" is not classic. */
static void
fill_store (SgStore *store)
{
  static const char *const names[] = { "a{x=\"1\"}", "a{x=\"2\"}", "b",
                                       "{\"u.8\", \"l.x\"=\"ä\"}" };
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SgLabels) labels = sg_labels_parse (names[i], NULL);
      SgHeadRef ref = 0;

      for (guint step = 0; step <= 60; step++)
        {
          static const double factors[] = { 1, 10, NAN, 1e-7 };
          SgSample sample = { .t = step * 10000, .value = { .f = (step + 1) * factors[i] } };

          g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
        }
      add_exemplar (appender, ref, i);
    }
  g_assert_true (sg_appender_commit (appender, NULL));
}

static gpointer
serve (gpointer data)
{
  Fixture *fixture = data;

  g_main_context_push_thread_default (fixture->context);
  g_main_loop_run (fixture->loop);
  sg_http_server_stop (fixture->server);
  g_main_context_pop_thread_default (fixture->context);
  return NULL;
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  SgStoreOptions store_options = { .head = { .max_exemplars = 100 } };
  SgPromqlOptions options;
  g_autoptr (SgHttpConfig) config = sg_http_config_new ();
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-api-XXXXXX", NULL);
  fixture->port = sg_test_peer_find_port ();
  address = g_strdup_printf ("127.0.0.1:%u", fixture->port);
  g_strfreev (config->listen_addresses);
  config->listen_addresses = g_strsplit (address, " ", 1);
  config->explicit_port = TRUE;
  g_free (config->state_dir);
  config->state_dir = g_strdup (fixture->folder);
  store_options.path = fixture->folder;
  fixture->store = sg_store_new (&store_options, &error);
  g_assert_no_error (error);
  fill_store (fixture->store);
  fixture->clock = sg_clock_new_manual ((SgTimeNs) { G_GINT64_CONSTANT (600000000000) });
  fixture->registry = sg_registry_new (fixture->clock);
  sg_promql_options_init (&options);
  fixture->engine = sg_promql_engine_new (&options, fixture->clock);
  fixture->server = sg_http_server_new (fixture->registry, config);
  sg_api_add (fixture->server, &(SgApiBackend) { fixture->engine, fixture->clock, make_querier,
                                                 get_store, get_config, list_flags, fixture });
  fixture->context = g_main_context_new ();
  fixture->loop = g_main_loop_new (fixture->context, FALSE);
  g_main_context_push_thread_default (fixture->context);
  sg_http_server_start (fixture->server, fixture->context, &error);
  g_main_context_pop_thread_default (fixture->context);
  g_assert_no_error (error);
  fixture->thread = g_thread_new ("server", serve, fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_main_loop_quit (fixture->loop);
  g_thread_join (fixture->thread);
  g_main_loop_unref (fixture->loop);
  g_object_unref (fixture->server);
  g_main_context_unref (fixture->context);
  g_object_unref (fixture->engine);
  g_object_unref (fixture->registry);
  g_object_unref (fixture->clock);
  g_object_unref (fixture->store);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

typedef struct
{
  const char *path;
  guint status;
  const char *body;
} AnswerCase;

#define SUCCESS(data) "{\"status\":\"success\",\"data\":" data "}"
#define REFUSED(type, message) \
  "{\"status\":\"error\",\"errorType\":\"" type "\",\"error\":\"" message "\"}"

static const AnswerCase answers[] = {
  { "query?query=a", 200,
    SUCCESS ("{\"resultType\":\"vector\",\"result\":["
             "{\"metric\":{\"__name__\":\"a\",\"x\":\"1\"},\"value\":[600,\"61\"]},"
             "{\"metric\":{\"__name__\":\"a\",\"x\":\"2\"},\"value\":[600,\"610\"]}]}") },
  { "query?query=a%7Bx=%221%22%7D&time=15.5", 200,
    SUCCESS ("{\"resultType\":\"vector\",\"result\":["
             "{\"metric\":{\"__name__\":\"a\",\"x\":\"1\"},\"value\":[15.5,\"2\"]}]}") },
  { "query?query=a%7Bx=%221%22%7D&time=1970-01-01T00:00:15.25Z", 200,
    SUCCESS ("{\"resultType\":\"vector\",\"result\":["
             "{\"metric\":{\"__name__\":\"a\",\"x\":\"1\"},\"value\":[15.25,\"2\"]}]}") },
  { "query?query=1e300&time=1", 200,
    SUCCESS (
        "{\"resultType\":\"scalar\",\"result\":[1,\"10000000000000000000000000000000000000000000"
        "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "00\"]}") },
  { "query?query=%22text%22&time=1", 200,
    SUCCESS ("{\"resultType\":\"string\",\"result\":[1,\"text\"]}") },
  { "query?query=none", 200, SUCCESS ("{\"resultType\":\"vector\",\"result\":[]}") },
  { "query?query=b&time=0", 200,
    SUCCESS ("{\"resultType\":\"vector\",\"result\":["
             "{\"metric\":{\"__name__\":\"b\"},\"value\":[0,\"NaN\"]}]}") },
  { "query?query=-1/0&time=0", 200,
    SUCCESS ("{\"resultType\":\"scalar\",\"result\":[0,\"-Inf\"]}") },
  { "query?query=%7B%22u.8%22%7D&time=0", 200,
    SUCCESS ("{\"resultType\":\"vector\",\"result\":["
             "{\"metric\":{\"__name__\":\"u.8\",\"l.x\":\"ä\"},\"value\":[0,\"1e-07\"]}]}") },
  { "query_range?query=sum(a)&start=0&end=20&step=10", 200,
    SUCCESS ("{\"resultType\":\"matrix\",\"result\":["
             "{\"metric\":{},\"values\":[[0,\"11\"],[10,\"22\"],[20,\"33\"]]}]}") },
  { "query_range?query=none&start=0&end=20&step=10s", 200,
    SUCCESS ("{\"resultType\":\"matrix\",\"result\":[]}") },
  { "labels", 200, SUCCESS ("[\"__name__\",\"l.x\",\"x\"]") },
  { "labels?match%5B%5D=b", 200, SUCCESS ("[\"__name__\"]") },
  { "label/x/values", 200, SUCCESS ("[\"1\",\"2\"]") },
  { "label/none/values", 200, SUCCESS ("[]") },
  { "label/x/values?limit=1", 200,
    "{\"status\":\"success\",\"data\":[\"1\"],\"warnings\":[\"results truncated due to limit\"]}" },
  { "series?match%5B%5D=a&match%5B%5D=b", 200,
    SUCCESS ("[{\"__name__\":\"a\",\"x\":\"1\"},{\"__name__\":\"a\",\"x\":\"2\"},"
             "{\"__name__\":\"b\"}]") },
  { "format_query?query=sum(a)by(x)", 200, SUCCESS ("\"sum by (x) (a)\"") },
  { "query?query=a&time=x", 400,
    REFUSED (
        "bad_data",
        "invalid parameter \\\"time\\\": Invalid time value for 'time': cannot parse \\\"x\\\" "
        "to a valid timestamp") },
  { "query_range?query=a&start=20&end=10&step=1", 400,
    REFUSED ("bad_data",
             "invalid parameter \\\"end\\\": end timestamp must not be before start time") },
  { "query_range?query=a&start=0&end=10&step=0", 400,
    REFUSED ("bad_data",
             "invalid parameter \\\"step\\\": zero or negative query resolution step "
             "widths are not accepted. Try a positive integer") },
  { "query_range?query=a&start=0&end=11001&step=1", 400,
    REFUSED ("bad_data",
             "exceeded maximum resolution of 11,000 points per timeseries. Try "
             "decreasing the query resolution (?step=XX)") },
  { "query_range?query=a&start=0&end=1", 400,
    REFUSED ("bad_data",
             "invalid parameter \\\"step\\\": cannot parse \\\"\\\" to a valid duration") },
  { "series", 400, REFUSED ("bad_data", "no match[] parameter provided") },
  { "series?match%5B%5D=%7B%7D", 400,
    REFUSED ("bad_data",
             "invalid parameter \\\"match[]\\\": match[] must contain at least one "
             "non-empty matcher") },
  { "series?match%5B%5D=a&start=2&end=1", 200, SUCCESS ("[]") },
  { "series?match%5B%5D=a&limit=x", 400,
    REFUSED ("bad_data",
             "invalid parameter \\\"limit\\\": limit must be a whole number, not "
             "negative") },
  { "labels?match%5B%5D=(", 400, REFUSED ("bad_data", "1:1: parse error: unexpected \\\"(\\\"") },
  { "labels?start=-292273086-05-16T16:47:06Z&end=292277025-08-18T07:12:54.999999999Z", 200,
    SUCCESS ("[\"__name__\",\"l.x\",\"x\"]") },
  { "label/U__l_2e_x/values", 200, SUCCESS ("[\"ä\"]") },
  { "label/l.x/values", 200, SUCCESS ("[\"ä\"]") },
  { "query?query=a&time=600&limit=1", 200,
    "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
    "{\"metric\":{\"__name__\":\"a\",\"x\":\"1\"},\"value\":[600,\"61\"]}]},"
    "\"warnings\":[\"results truncated due to limit\"]}" },
  { "query?query=a&timeout=0", 503, REFUSED ("timeout", "query timed out in query queue") },
  { "query?query=a&lookback_delta=x", 400,
    REFUSED ("bad_data",
             "error parsing lookback delta duration: cannot parse \\\"x\\\" to a valid duration") },
  { "query?query=a%7Bx=%221%22%7D&time=605&lookback_delta=4", 200,
    SUCCESS ("{\"resultType\":\"vector\",\"result\":[]}") },
  { "query_range?query=a&start=0&end=10&step=NaN", 400,
    REFUSED ("bad_data",
             "invalid parameter \\\"step\\\": cannot parse \\\"NaN\\\" to a valid duration") },
  { "query_range?query=a&start=0&end=10&step=1e300", 400,
    REFUSED ("bad_data",
             "invalid parameter \\\"step\\\": cannot parse \\\"1e300\\\" to a valid "
             "duration. It overflows int64") },
  { "query_range?query=vector(1)&start=0&end=0&step=0.0001", 200,
    SUCCESS ("{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[0,\"1\"]]}]}") },
  { "metadata", 200,
    SUCCESS ("{\"a\":[{\"type\":\"gauge\",\"help\":\"What \\\"a\\\" is.\",\"unit\":\"bytes\"}]}") },
  { "metadata?limit=0", 200, SUCCESS ("{}") },
  { "metadata?limit=x", 400, REFUSED ("bad_data", "limit must be a number") },
  { "query_exemplars?query=rate(a%5B1m%5D)%2Ba", 200,
    SUCCESS ("[{\"seriesLabels\":{\"__name__\":\"a\",\"x\":\"1\"},\"exemplars\":["
             "{\"labels\":{\"trace_id\":\"abc\"},\"value\":\"0.5\",\"timestamp\":1.5}]},"
             "{\"seriesLabels\":{\"__name__\":\"a\",\"x\":\"2\"},\"exemplars\":["
             "{\"labels\":{\"trace_id\":\"abc\"},\"value\":\"1.5\",\"timestamp\":1.501}]}]") },
  { "query_exemplars?query=a&start=2", 200, SUCCESS ("[]") },
  { "query_exemplars?query=a&start=2&end=1", 400,
    REFUSED ("bad_data", "end timestamp must not be before start timestamp") },
  { "rules", 200, SUCCESS ("{\"groups\":[]}") },
  { "rules?type=x", 400,
    REFUSED ("bad_data", "invalid parameter \\\"type\\\": not supported value \\\"x\\\"") },
  { "alerts", 200, SUCCESS ("{\"alerts\":[]}") },
  { "alertmanagers", 200, SUCCESS ("{\"activeAlertmanagers\":[],\"droppedAlertmanagers\":[]}") },
  { "status/flags", 200,
    SUCCESS ("{\"web.listen-address\":\"127.0.0.1:1\",\"storage.path\":\"/x\"}") },
  { "status/config", 200,
    SUCCESS ("{\"yaml\":\"global: {}\\nx: {password: \\\"<secret>\\\"}\\n\"}") },
  { "status/walreplay", 200, SUCCESS ("{\"min\":0,\"max\":0,\"current\":0,\"state\":\"done\"}") },
  { "status/tsdb?limit=1", 200,
    SUCCESS ("{\"headStats\":{\"numSeries\":4,\"numLabelPairs\":6,\"chunkCount\":4,\"minTime\":0,"
             "\"maxTime\":600000},\"seriesCountByMetricName\":[{\"name\":\"a\",\"value\":2}],"
             "\"labelValueCountByLabelName\":[{\"name\":\"__name__\",\"value\":3}],"
             "\"memoryInBytesByLabelName\":[{\"name\":\"__name__\",\"value\":6}],"
             "\"seriesCountByLabelValuePair\":[{\"name\":\"__name__=a\",\"value\":2}]}") },
  { "status/tsdb?limit=0", 400,
    REFUSED ("bad_data", "limit must be a positive number, at most 10000") },
  { "parse_query?query=sum%20by(x)(-rate(a%7By!~%22z%22%7D%5B5m%5D%20offset%201m)*on(x)group_left(y)a%20@%20end())"
    "%5B1h:1m%5D",
    200,
    SUCCESS ("{\"type\":\"subquery\",\"expr\":{\"type\":\"aggregation\",\"op\":\"sum\",\"expr\":"
             "{\"type\":\"binaryExpr\",\"op\":\"*\",\"lhs\":{\"type\":\"unaryExpr\",\"op\":\"-\""
             ",\"expr\":{\"type\":\"call\",\"func\":{\"name\":\"rate\",\"argTypes\":[\"matrix\"]"
             ",\"variadic\":0,\"returnType\":\"vector\"},\"args\":[{\"type\":\"matrixSelector\","
             "\"range\":300000,\"name\":\"a\",\"matchers\":[{\"name\":\"y\",\"value\":\"z\",\"ty"
             "pe\":\"!~\"},{\"name\":\"__name__\",\"value\":\"a\",\"type\":\"=\"}],\"offset\":60"
             "000,\"timestamp\":null,\"startOrEnd\":null,\"anchored\":false,\"smoothed\":false}]"
             "}},\"rhs\":{\"type\":\"vectorSelector\",\"name\":\"a\",\"matchers\":[{\"name\":\"_"
             "_name__\",\"value\":\"a\",\"type\":\"=\"}],\"offset\":0,\"timestamp\":null,\"start"
             "OrEnd\":\"end\",\"anchored\":false,\"smoothed\":false},\"matching\":{\"card\":\"ma"
             "ny-to-one\",\"labels\":[\"x\"],\"on\":true,\"include\":[\"y\"],\"fillValues\":{\"l"
             "hs\":null,\"rhs\":null}},\"bool\":false},\"param\":null,\"grouping\":[\"x\"],\"wit"
             "hout\":false},\"range\":3600000,\"step\":60000,\"offset\":0,\"timestamp\":null,\"s"
             "tartOrEnd\":null}") },
};

static void
test_api_answers (Fixture       *fixture,
                  gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *path = g_strconcat ("/api/v1/", answers[i].path, NULL);
      guint status;
      g_autofree char *body = sg_test_http_get (fixture->port, path, &status);

      g_assert_cmpstr (g_strchomp (body), ==, answers[i].body);
      g_assert_cmpuint (status, ==, answers[i].status);
    }
}

static void
test_api_form (Fixture       *fixture,
               gconstpointer  data)
{
  static const char request[] = "POST /api/v1/query HTTP/1.0\r\nHost: localhost\r\n"
                                "Content-Type: application/x-www-form-urlencoded\r\n"
                                "Content-Length: 21\r\n\r\nquery=b+or+b&time=0.0";
  guint status;
  g_autofree char *answer = sg_test_http (fixture->port, request, &status);

  g_assert_cmpuint (status, ==, 200);
  g_assert_nonnull (strstr (answer, "\"value\":[0,\"NaN\"]"));
}

static void
test_api_errors (Fixture       *fixture,
                 gconstpointer  data)
{
  guint status;
  g_autofree char *parse = sg_test_http_get (fixture->port, "/api/v1/query?query=sum((", &status);
  g_autofree char *execution = NULL;

  g_assert_cmpuint (status, ==, 400);
  g_assert_nonnull (strstr (parse, "\"errorType\":\"bad_data\""));
  execution =
      sg_test_http_get (fixture->port,
                        "/api/v1/query?query=a*on()group_left()label_replace(a,%22y%22,%22%22,"
                        "%22%22,%22%22)",
                        &status);
  g_assert_cmpuint (status, ==, 422);
  g_assert_nonnull (strstr (execution, "\"errorType\":\"execution\""));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/api/answers", test_api_answers);
  ADD ("/api/form", test_api_form);
  ADD ("/api/errors", test_api_errors);
  return g_test_run ();
}
