/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "promql/sg-memory-querier.h"
#include "promql/sg-promql-engine.h"

#define STEP 5000

static void
add_series (SgMemoryQuerier *querier,
            const char      *job,
            guint            from,
            guint            to)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("__name__", "x", "job", job, NULL);

  for (guint i = from; i < to; i++)
    sg_memory_querier_add (querier, labels, (gint64) i * STEP, i);
}

/* One that is always there, one that ends, one that begins late. */
static SgQuerier *
make_querier (void)
{
  SgMemoryQuerier *querier = sg_memory_querier_new ();

  add_series (querier, "always", 0, 200);
  add_series (querier, "early", 0, 40);
  add_series (querier, "late", 150, 200);
  return SG_QUERIER (querier);
}

static SgPromqlResult *
ask (SgQuerier  *querier,
     const char *text,
     guint       from,
     guint       to)
{
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  SgPromqlResult *result = sg_promql_engine_query_range (
      engine, querier, text, (gint64) from * STEP, (gint64) to * STEP, STEP, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static void
assert_equal (const SgPromqlResult *a,
              const SgPromqlResult *b)
{
  g_assert_cmpuint (a->n_series, ==, b->n_series);
  for (guint i = 0; i < a->n_series; i++)
    {
      const SgColumn *left = &a->series[i].column;
      const SgColumn *right = &b->series[i].column;

      g_assert_true (sg_labels_equal (a->series[i].labels, b->series[i].labels));
      g_assert_cmpmem (left->t, left->n * sizeof *left->t, right->t, right->n * sizeof *right->t);
      g_assert_cmpmem (left->f, left->n * sizeof *left->f, right->f, right->n * sizeof *right->f);
    }
}

/* What was known and what is new make the same as to ask all, at every place of the seam. */
static void
test_join (void)
{
  g_autoptr (SgQuerier) querier = make_querier ();

  for (guint from = 60; from <= 181; from += 11)
    {
      g_autoptr (SgPromqlResult) before = ask (querier, "x", 20, 180);
      g_autoptr (SgPromqlResult) after = ask (querier, "x", from, 199);
      g_autoptr (SgPromqlResult) whole = ask (querier, "x", 60, 199);
      g_autoptr (SgPromqlResult) joined =
          sg_query_join (before, after, 60 * STEP, (gint64) from * STEP);

      assert_equal (joined, whole);
    }
}

/* A series that has left the range, and one that comes to nothing, are gone. */
static void
test_join_drops (void)
{
  g_autoptr (SgQuerier) querier = make_querier ();
  g_autoptr (SgPromqlResult) before = ask (querier, "x < 110", 0, 120);
  g_autoptr (SgPromqlResult) after = ask (querier, "x < 110", 120, 199);
  g_autoptr (SgPromqlResult) joined = sg_query_join (before, after, 110 * STEP, 120 * STEP);

  g_assert_cmpuint (before->n_series, ==, 2);
  g_assert_cmpuint (joined->n_series, ==, 0);
}

static char *
to_json (SgPromqlResult *result)
{
  g_autoptr (SgQueryAnswer) answer = sg_query_answer_new ("x", 0, 0, 0);
  g_autoptr (GBytes) json = NULL;

  answer->result = sg_promql_result_ref (result);
  json = sg_query_answer_to_json (answer);
  return g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
}

static void
test_json (void)
{
  static const struct
  {
    const char *text;
    const char *json;
  } cases[] = {
    { "x{job=\"early\"}",
      "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"x\",\"job\":\"early\"},"
      "\"value\":[50.5,\"10\"]}]}" },
    { "x{job=\"early\"}[8s]",
      "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"x\",\"job\":\"early\"},"
      "\"values\":[[45,\"9\"],[50,\"10\"]]}]}" },
    { "1.5", "{\"resultType\":\"scalar\",\"result\":[50.5,\"1.5\"]}" },
    { "\"a\"", "{\"resultType\":\"string\",\"result\":[50.5,\"a\"]}" },
  };
  g_autoptr (SgQuerier) querier = make_querier ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgPromqlResult) result =
          sg_promql_engine_query (engine, querier, cases[i].text, 50500, NULL, NULL);
      g_autofree char *json = to_json (result);

      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/query/join", test_join);
  g_test_add_func ("/engine/query/join-drops", test_join_drops);
  g_test_add_func ("/engine/query/json", test_json);
  return g_test_run ();
}
