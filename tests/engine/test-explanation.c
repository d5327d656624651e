/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "promql/sg-memory-querier.h"

static SgQuerier *
make_querier (void)
{
  SgMemoryQuerier *querier = sg_memory_querier_new ();

  for (guint code = 200; code < 204; code++)
    {
      g_autofree char *text = g_strdup_printf ("%u", code);
      g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("__name__", "x", "code", text, NULL);

      for (guint i = 0; i < 20; i++)
        sg_memory_querier_add (querier, labels, (gint64) i * 15000, i);
    }
  return SG_QUERIER (querier);
}

static SgExplanation *
explain (const char    *text,
         gint64         step,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autoptr (SgQuerier) querier = make_querier ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  SgQuery query = { .text = text, .start = 150000, .end = 285000, .step = step };

  return sg_explanation_make (engine, querier, &query, cancellable, error);
}

/* depth head series/samples, one part after the other. */
static char *
describe (const char *text,
          gint64      step)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgExplanation) explanation = explain (text, step, NULL, &error);
  GString *out = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < explanation->n_parts; i++)
    {
      const SgExplanationPart *part = &explanation->parts[i];

      g_assert_cmpint (part->duration_us, >=, 0);
      g_string_append_printf (out, "%s%u %s %u/%u", i > 0 ? "; " : "", part->depth, part->head,
                              (guint) part->n_series, (guint) part->n_samples);
    }
  return g_string_free (out, FALSE);
}

static void
test_counts (void)
{
  static const struct
  {
    const char *text;
    gint64 step;
    const char *parts;
  } cases[] = {
    { "sum by (code) (rate(x[1m]))", 15000, "0 sum by (code) 4/40; 1 rate() 4/40; 2 x[1m] 4/16" },
    { "x{code=\"200\"} / on (code) nothing", 15000,
      "0 / on (code) 0/0; 1 x{code=\"200\"} 1/10; 1 nothing 0/0" },
    { "-(1 + count(x))", 0, "0 - 1/1; 1 + 1/1; 2 1 1/1; 2 count 1/1; 3 x 4/4" },
    { "topk(2, x)", 0, "0 topk 2/2; 1 2 1/1; 1 x 4/4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *parts = describe (cases[i].text, cases[i].step);

      g_assert_cmpstr (parts, ==, cases[i].parts);
    }
}

/* A part that fails says so; what is below it is explained all the same. */
static void
test_failing_part (void)
{
  g_autoptr (SgExplanation) explanation = explain ("x * on () x", 0, NULL, NULL);

  g_assert_cmpuint (explanation->n_parts, ==, 3);
  g_assert_nonnull (explanation->parts[0].error);
  g_assert_null (explanation->parts[1].error);
  g_assert_cmpuint (explanation->parts[1].n_series, ==, 4);
}

static void
test_refuses (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_null (explain ("sum(", 0, NULL, &error));
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE);
  g_cancellable_cancel (cancellable);
  g_assert_null (explain ("x", 0, cancellable, &cancelled));
  g_assert_error (cancelled, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED);
}

static void
test_bound (void)
{
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (SgExplanation) explanation = NULL;

  for (guint i = 0; i < SG_EXPLANATION_MAX_PARTS; i++)
    g_string_append (text, " or x");
  explanation = explain (text->str, 0, NULL, NULL);
  g_assert_true (explanation->cut);
  g_assert_cmpuint (explanation->n_parts, ==, SG_EXPLANATION_MAX_PARTS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/explanation/counts", test_counts);
  g_test_add_func ("/engine/explanation/failing-part", test_failing_part);
  g_test_add_func ("/engine/explanation/refuses", test_refuses);
  g_test_add_func ("/engine/explanation/bound", test_bound);
  return g_test_run ();
}
