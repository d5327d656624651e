/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-test-private.h"

#include "promql/sg-memory-querier.h"
#include "promql/sg-parser.h"
#include "promql/sg-series-description.h"

#include <string.h>

/*
 * Runs tests in the language of Prometheus' tests against an engine of its own.
 *
 * An instant query is asked again at other times, with "@ time" on every selector, and must come to the
 * same; but not when it uses a function of the time of evaluation. Each of those queries is also asked
 * as a range from a minute before to a minute after, and the middle must be the same; but not when it
 * depends on the range or the step, or yields a text or a range vector.
 *
 * What needs native histograms is skipped: an evaluation that expects one, in {{ }}, and one that reads
 * one, that is, whose selectors find series that were loaded with {{ }} or made by load_with_nhcb in the
 * time they look at.
 */
typedef struct
{
  const char *name;
  SgPromqlEngine *engine;
  SgMemoryQuerier *store;
  SgPromqlTestCounts *counts;
  GString *report;
} Runner;

static void
load_series (Runner                  *self,
             const SgTestCommand     *command,
             const SgDescribedSeries *series)
{
  for (guint i = 0; i < series->items->len; i++)
    {
      const SgSequenceItem *item = &g_array_index (series->items, SgSequenceItem, i);
      SgTimeMs t = (SgTimeMs) i * command->step;

      if (item->kind == SG_SEQUENCE_FLOAT)
        sg_memory_querier_add (self->store, series->labels, t, item->value);
      else if (item->kind == SG_SEQUENCE_HISTOGRAM)
        sg_memory_querier_add_histogram (self->store, series->labels, t);
    }
}

/* The histogram with custom buckets that the classic bucket @series is part of. */
static void
load_custom_buckets (Runner                  *self,
                     const SgTestCommand     *command,
                     const SgDescribedSeries *series)
{
  const char *name = sg_labels_get (series->labels, SG_LABEL_NAME);
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autofree char *base = NULL;
  g_autoptr (SgLabels) labels = NULL;

  if (!g_str_has_suffix (name, "_bucket") || sg_labels_get (series->labels, "le")[0] == '\0')
    return;
  base = g_strndup (name, strlen (name) - strlen ("_bucket"));
  sg_labels_builder_init (&builder, series->labels);
  sg_labels_builder_set (&builder, SG_LABEL_NAME, base);
  sg_labels_builder_unset (&builder, "le");
  labels = sg_labels_builder_build (&builder);
  for (guint i = 0; i < series->items->len; i++)
    {
      if (g_array_index (series->items, SgSequenceItem, i).kind == SG_SEQUENCE_FLOAT)
        sg_memory_querier_add_histogram (self->store, labels, (SgTimeMs) i * command->step);
    }
}

/* Of a series that is given twice, the last counts. */
static gboolean
is_given_later (const SgTestCommand *command,
                guint                i)
{
  const SgLabels *labels = g_array_index (command->series, SgDescribedSeries, i).labels;

  for (guint j = i + 1; j < command->series->len; j++)
    {
      if (sg_labels_equal (g_array_index (command->series, SgDescribedSeries, j).labels, labels))
        return TRUE;
    }
  return FALSE;
}

static void
run_load (Runner              *self,
          const SgTestCommand *command)
{
  for (guint i = 0; i < command->series->len; i++)
    {
      const SgDescribedSeries *series = &g_array_index (command->series, SgDescribedSeries, i);

      if (is_given_later (command, i))
        continue;
      load_series (self, command, series);
      if (command->custom_buckets)
        load_custom_buckets (self, command, series);
    }
}

typedef struct
{
  gboolean time;
  gboolean range;
} Dependence;

/* Notes whether a query depends on the time at which it is evaluated, or on its range and step. */
static gboolean
note_dependence (SgExpr   *expr,
                 gpointer  data)
{
  Dependence *dependence = data;

  if (expr->kind != SG_EXPR_CALL)
    return TRUE;
  switch ((guint) expr->call.function->id)
    {
    case SG_FUNCTION_END:
    case SG_FUNCTION_RANGE:
    case SG_FUNCTION_START:
    case SG_FUNCTION_STEP:
      dependence->range = TRUE;
      dependence->time = TRUE;
      break;
    case SG_FUNCTION_DAYS_IN_MONTH:
    case SG_FUNCTION_DAY_OF_MONTH:
    case SG_FUNCTION_DAY_OF_WEEK:
    case SG_FUNCTION_DAY_OF_YEAR:
    case SG_FUNCTION_HOUR:
    case SG_FUNCTION_MINUTE:
    case SG_FUNCTION_MONTH:
    case SG_FUNCTION_PREDICT_LINEAR:
    case SG_FUNCTION_TIME:
    case SG_FUNCTION_TIMESTAMP:
    case SG_FUNCTION_YEAR:
      dependence->time = TRUE;
      break;
    default:
      break;
    }
  return TRUE;
}

typedef enum
{
  OUTCOME_PASSED,
  OUTCOME_FAILED,
  OUTCOME_SKIPPED,
} Outcome;

/* Asks once. @how says what is asked, for the report. */
static Outcome
ask (Runner                *self,
     const SgTestCommand   *command,
     SgAst                 *ast,
     const SgPromqlRequest *request,
     gboolean               in_range,
     GString               *difference)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result =
      sg_promql_engine_run (self->engine, SG_QUERIER (self->store), ast, request, NULL, &error);

  if (result == NULL)
    return sg_test_compare_error (command, error, difference) ? OUTCOME_PASSED : OUTCOME_FAILED;
  if (result->stats.has_histograms)
    return OUTCOME_SKIPPED;
  if (command->expects[SG_EXPECT_FAIL])
    {
      g_string_append (difference, "  expected: an error\n  got: none\n");
      return OUTCOME_FAILED;
    }
  if (!in_range && !sg_test_compare_texts (command, result, difference))
    return OUTCOME_FAILED;
  if (in_range && command->expects[SG_EXPECT_ORDERED])
    return OUTCOME_PASSED;
  return sg_test_compare (command, result, in_range, difference) ? OUTCOME_PASSED : OUTCOME_FAILED;
}

/* Asks an instant query at @time, and as a range around it. */
static Outcome
ask_instant (Runner              *self,
             const SgTestCommand *command,
             SgAst               *ast,
             SgTimeMs             time,
             gboolean             pinned,
             gboolean             may_be_range,
             GString             *difference)
{
  SgPromqlRequest request = { time, time, 0, .pinned = pinned, .pin = command->start };
  Outcome outcome = ask (self, command, ast, &request, FALSE, difference);

  if (outcome == OUTCOME_FAILED && pinned)
    g_string_append_printf (difference,
                            "  with @ on every selector, asked at %" G_GINT64_FORMAT " ms\n", time);
  if (outcome != OUTCOME_PASSED || !may_be_range || command->expects[SG_EXPECT_FAIL])
    return outcome;
  request.start = time - 60000;
  request.end = time + 60000;
  request.step = 60000;
  outcome = ask (self, command, ast, &request, TRUE, difference);
  if (outcome == OUTCOME_FAILED)
    g_string_append_printf (difference, "  asked as a range around %" G_GINT64_FORMAT " ms%s\n",
                            time, pinned ? ", with @ on every selector" : "");
  return outcome;
}

static Outcome
run_instant (Runner              *self,
             const SgTestCommand *command,
             SgAst               *ast,
             GString             *difference)
{
  SgTimeMs t = command->start;
  SgTimeMs times[] = { -10 * t, 0, t / 5, t, 10 * t };
  SgTimeMs times_of_zero[] = { -1000, 0, 1000 };
  const SgTimeMs *again = t == 0 ? times_of_zero : times;
  guint n = t == 0 ? G_N_ELEMENTS (times_of_zero) : G_N_ELEMENTS (times);
  Dependence dependence = { FALSE, FALSE };
  gboolean may_be_range;
  Outcome outcome;

  sg_expr_walk (ast->root, note_dependence, &dependence);
  may_be_range =
      !dependence.range
      && (ast->root->type == SG_VALUE_TYPE_SCALAR || ast->root->type == SG_VALUE_TYPE_VECTOR);
  outcome = ask_instant (self, command, ast, t, FALSE, may_be_range, difference);
  for (guint i = 0; i < n && outcome == OUTCOME_PASSED && !dependence.time; i++)
    outcome = ask_instant (self, command, ast, again[i], TRUE, may_be_range, difference);
  return outcome;
}

static Outcome
run_query (Runner              *self,
           const SgTestCommand *command,
           GString             *difference)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) ast = NULL;
  SgPromqlRequest request = { command->start, command->end, command->step };

  if (command->has_histograms)
    return OUTCOME_SKIPPED;
  ast = sg_parser_parse (command->expr, &error);
  if (ast == NULL)
    return sg_test_compare_error (command, error, difference) ? OUTCOME_PASSED : OUTCOME_FAILED;
  return command->is_range ? ask (self, command, ast, &request, FALSE, difference)
                           : run_instant (self, command, ast, difference);
}

static void
run_eval (Runner              *self,
          const SgTestCommand *command)
{
  g_autoptr (GString) difference = g_string_new (NULL);
  Outcome outcome = run_query (self, command, difference);

  self->counts->n_passed += outcome == OUTCOME_PASSED;
  self->counts->n_failed += outcome == OUTCOME_FAILED;
  self->counts->n_skipped += outcome == OUTCOME_SKIPPED;
  if (outcome == OUTCOME_FAILED)
    g_string_append_printf (self->report, "%s:%u: %s\n%s", self->name, command->line, command->expr,
                            difference->str);
}

static void
run_command (Runner              *self,
             const SgTestCommand *command)
{
  switch (command->kind)
    {
    case SG_TEST_LOAD:
      run_load (self, command);
      break;
    case SG_TEST_EVAL:
      run_eval (self, command);
      break;
    case SG_TEST_CLEAR:
    default:
      g_object_unref (self->store);
      self->store = sg_memory_querier_new ();
      break;
    }
}

/**
 * sg_promql_test_run:
 * @name: what reports call the test
 * @text: a test
 * @counts: the evaluations are added to these
 * @report: (inout): what failed is appended: where it stands, the expression, what was expected, what
 *   came
 * @error: that @text is no test
 *
 * Returns: whether @text could be read; what failed is told by @counts
 */
gboolean
sg_promql_test_run (const char          *name,
                    const char          *text,
                    SgPromqlTestCounts  *counts,
                    GString             *report,
                    GError             **error)
{
  g_autoptr (GPtrArray) commands = sg_test_commands_parse (name, text, error);
  g_autoptr (SgPromqlEngine) engine = NULL;
  Runner runner = { name, NULL, NULL, counts, report };

  if (commands == NULL)
    return FALSE;
  engine = sg_promql_engine_new (NULL, NULL);
  runner.engine = engine;
  runner.store = sg_memory_querier_new ();
  for (guint i = 0; i < commands->len; i++)
    run_command (&runner, g_ptr_array_index (commands, i));
  g_object_unref (runner.store);
  return TRUE;
}
