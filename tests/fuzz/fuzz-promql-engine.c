/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "promql/sg-label-key.h"
#include "promql/sg-memory-querier.h"
#include "promql/sg-parser.h"
#include "promql/sg-promql-engine.h"

#include <math.h>
#include <string.h>

/*
 * Evaluates random expressions over a small store. An input that begins with a letter or a bracket is
 * taken for an expression; of any other each byte but the first is a choice, and one is made up from
 * them that parses.
 *
 * Whatever comes of it: the limits hold, a matrix is sorted and has its samples in order and in the
 * range, and what a range query says of a time an instant query of that time says too, unless the
 * expression depends on what the range is.
 */
#define STEPS       7
#define STEP_MS     60000
#define START_MS    600000
#define MAX_SAMPLES 50000

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize next;
  GString *out;
} Maker;

/* Returns: the next choice, below @n; 0 when there are no more */
static guint
choose (Maker *self,
        guint  n)
{
  return self->next < self->size ? self->data[self->next++] % n : 0;
}

static void
put (Maker             *self,
     const char *const *texts,
     guint              n)
{
  g_string_append (self->out, texts[choose (self, n)]);
}

#define PUT(self, ...)                                    \
  do                                                      \
    {                                                     \
      static const char *const texts[] = { __VA_ARGS__ }; \
                                                          \
      put ((self), texts, G_N_ELEMENTS (texts));          \
    }                                                     \
  while (0)

static void make_vector (Maker *self, guint depth);

static void
make_selector (Maker *self)
{
  PUT (self, "c", "g", "h_bucket", "c{i=\"1\"}", "g{i!=\"0\"}", "{__name__=~\"c|g\"}", "nothing",
       "g{i=~\"0|2\"}", "t_info", "c{i=\"0\",i=~\".+\"}");
}

static void
make_shift (Maker *self)
{
  PUT (self, "", "", "", "", " offset 1m", " offset -90s", " @ 900", " @ start()", " @ end()",
       " @ 700 offset 2m", " offset (1m + step())");
}

static void
make_range (Maker *self,
            guint  depth)
{
  if (depth > 0 && choose (self, 3) == 0)
    {
      g_string_append_c (self->out, '(');
      make_vector (self, depth - 1);
      g_string_append_c (self->out, ')');
      PUT (self, "[5m:1m]", "[7m:]", "[3m:7s]", "[10m:20m]", "[1m:1ms]", "[90s:30s]");
      make_shift (self);
      return;
    }
  make_selector (self);
  PUT (self, "[5m]", "[1m]", "[100s]", "[1ms]", "[1h]", "[5m]");
  PUT (self, "", "", "", " anchored", " smoothed");
  make_shift (self);
}

static void
make_scalar (Maker *self,
             guint  depth)
{
  switch (depth > 0 ? choose (self, 6) : 0)
    {
    case 1:
      g_string_append (self->out, "scalar(");
      make_vector (self, depth - 1);
      g_string_append_c (self->out, ')');
      break;
    case 2:
      g_string_append_c (self->out, '(');
      make_scalar (self, depth - 1);
      PUT (self, " + ", " - ", " * ", " / ", " % ", " ^ ", " > bool ", " atan2 ");
      make_scalar (self, depth - 1);
      g_string_append_c (self->out, ')');
      break;
    case 3:
      g_string_append (self->out, "time()");
      break;
    default:
      PUT (self, "0", "1", "-1", "0.5", "3", "NaN", "Inf", "1e300", "pi()", "2", "-0.3");
      break;
    }
}

static void
make_call (Maker      *self,
           const char *head,
           guint       depth,
           gboolean    range,
           const char *tail)
{
  g_string_append (self->out, head);
  if (range)
    make_range (self, depth);
  else
    make_vector (self, depth - 1);
  g_string_append (self->out, tail);
}

static void
make_function (Maker *self,
               guint  depth)
{
  static const char *const of_range[] = {
    "rate(",
    "increase(",
    "delta(",
    "irate(",
    "idelta(",
    "deriv(",
    "changes(",
    "resets(",
    "sum_over_time(",
    "avg_over_time(",
    "min_over_time(",
    "max_over_time(",
    "count_over_time(",
    "stddev_over_time(",
    "stdvar_over_time(",
    "last_over_time(",
    "first_over_time(",
    "present_over_time(",
    "absent_over_time(",
    "mad_over_time(",
    "ts_of_max_over_time(",
    "ts_of_min_over_time(",
    "quantile_over_time(0.7, ",
  };
  static const char *const of_vector[] = {
    "abs(",
    "exp(",
    "ln(",
    "sgn(",
    "round(",
    "sort(",
    "absent(",
    "timestamp(",
    "year(",
    "hour(",
    "histogram_quantile(0.5, ",
    "histogram_fraction(0, 2, ",
    "info(",
    "sort_desc(",
    "day_of_week(",
  };
  guint kind = choose (self, 6);

  if (kind < 3)
    make_call (self, of_range[choose (self, G_N_ELEMENTS (of_range))], depth, TRUE, ")");
  else if (kind < 5)
    make_call (self, of_vector[choose (self, G_N_ELEMENTS (of_vector))], depth, FALSE, ")");
  else
    switch (choose (self, 6))
      {
      case 0:
        make_call (self, "predict_linear(", depth, TRUE, ", 60)");
        break;
      case 1:
        make_call (self, "double_exponential_smoothing(", depth, TRUE, ", 0.3, 0.6)");
        break;
      case 2:
        make_call (self, "label_replace(", depth, FALSE, ", \"i\", \"$1x\", \"j\", \"(.*)\")");
        break;
      case 3:
        make_call (self, "label_join(", depth, FALSE, ", \"__name__\", \"-\", \"i\", \"j\")");
        break;
      case 4:
        make_call (self, "clamp(", depth, FALSE, ", ");
        make_scalar (self, depth - 1);
        g_string_append (self->out, ", 3)");
        break;
      default:
        g_string_append (self->out, "vector(");
        make_scalar (self, depth - 1);
        g_string_append_c (self->out, ')');
        break;
      }
}

static void
make_aggregation (Maker *self,
                  guint  depth)
{
  PUT (self, "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "topk", "bottomk",
       "quantile", "count_values", "limitk", "limit_ratio");
  if (g_str_has_suffix (self->out->str, "k") || g_str_has_suffix (self->out->str, "quantile")
      || g_str_has_suffix (self->out->str, "ratio"))
    {
      PUT (self, " by (i) (", " without (j) (", " (", " by (nothing) (");
      make_scalar (self, depth - 1);
      g_string_append (self->out, ", ");
    }
  else if (g_str_has_suffix (self->out->str, "values"))
    PUT (self, " by (i) (\"v\", ", " without (j) (\"i\", ", " (\"v\", ");
  else
    PUT (self, " by (i) (", " without (j) (", " (", " by (__name__) (", " without () (");
  make_vector (self, depth - 1);
  g_string_append_c (self->out, ')');
}

static void
make_operation (Maker *self,
                guint  depth)
{
  g_string_append_c (self->out, '(');
  if (choose (self, 5) == 0)
    make_scalar (self, depth - 1);
  else
    make_vector (self, depth - 1);
  switch (choose (self, 4))
    {
    case 0:
      PUT (self, " + ", " - ", " * ", " / ", " % ", " ^ ", " atan2 ", " > ", " == bool ", " <= ");
      break;
    case 1:
      PUT (self, " + on (i) group_left () ", " / ignoring (j) ", " > on (i) group_right (j) ",
           " - on () group_left ", " == ignoring (j, le) group_left () ",
           " * on (i) group_right () ", " + ignoring (j) group_left (le) ");
      break;
    case 2:
      PUT (self, " + fill(0) ", " - fill_left(1) ", " > bool fill_right(2) ", " + on (i) fill(3) ",
           " * on (i) group_left () fill_right(1) ");
      break;
    default:
      PUT (self, " and ", " or ", " unless ", " and on (i) ", " or on () ",
           " unless ignoring (j) ");
      break;
    }
  make_vector (self, depth - 1);
  g_string_append_c (self->out, ')');
}

static void
make_vector (Maker *self,
             guint  depth)
{
  switch (depth > 0 ? choose (self, 8) : 0)
    {
    case 1:
    case 2:
      make_function (self, depth);
      break;
    case 3:
    case 4:
      make_aggregation (self, depth);
      break;
    case 5:
    case 6:
      make_operation (self, depth);
      break;
    case 7:
      g_string_append_c (self->out, '-');
      make_vector (self, depth - 1);
      break;
    default:
      make_selector (self);
      make_shift (self);
      break;
    }
}

static void
add_series (SgMemoryQuerier *store,
            const char      *text,
            guint            kind)
{
  g_autoptr (SgLabels) labels = sg_labels_parse (text, NULL);
  double value = kind;

  for (guint i = 0; i < 80; i++)
    {
      SgTimeMs t = (SgTimeMs) i * 15000 + (kind * 1000) % 7000;

      if ((i + kind * 7) % 23 < kind % 5)
        continue;
      value += (i * 7 + kind) % 5;
      if ((i + kind) % 37 == 0)
        value = kind % 2 == 0 ? 0 : NAN;
      sg_memory_querier_add (store, labels, t,
                             (i + kind) % 31 == 30 ? sg_stale_nan ()
                                                   : (kind % 3 == 0 ? -value : value));
      if (isnan (value))
        value = 1;
    }
}

static SgQuerier *
get_store (void)
{
  static SgMemoryQuerier *store;
  static const char *const texts[] = {
    "c{i=\"0\",j=\"a\"}",
    "c{i=\"0\",j=\"b\"}",
    "c{i=\"1\",j=\"a\"}",
    "g{i=\"0\"}",
    "g{i=\"1\"}",
    "g{i=\"2\"}",
    "h_bucket{i=\"0\",le=\"1\"}",
    "h_bucket{i=\"0\",le=\"2\"}",
    "h_bucket{i=\"0\",le=\"+Inf\"}",
    "h_bucket{i=\"1\",le=\"x\"}",
    "t_info{i=\"0\",j=\"z\"}",
    "target_info{instance=\"\",job=\"\",v=\"1\"}",
  };

  if (store == NULL)
    {
      store = sg_memory_querier_new ();
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        add_series (store, texts[i], i);
    }
  return SG_QUERIER (store);
}

static SgPromqlEngine *
get_engine (void)
{
  static SgPromqlEngine *engine;
  SgPromqlOptions options;

  if (engine == NULL)
    {
      sg_promql_options_init (&options);
      options.max_samples = MAX_SAMPLES;
      options.timeout_ms = 5000;
      engine = sg_promql_engine_new (&options, NULL);
    }
  return engine;
}

static void
check_matrix (const SgPromqlResult *result,
              SgTimeMs              start,
              SgTimeMs              end)
{
  for (guint i = 0; i < result->n_series; i++)
    {
      const SgColumn *column = &result->series[i].column;

      g_assert_cmpuint (column->n, >, 0);
      if (i > 0)
        g_assert_cmpint (sg_labels_compare (result->series[i - 1].labels, result->series[i].labels),
                         <, 0);
      for (gsize j = 0; j < column->n; j++)
        {
          g_assert_false (sg_is_stale_nan (column->f[j]));
          g_assert_true (j == 0 || column->t[j - 1] < column->t[j]);
        }
      g_assert_cmpint (column->t[0], >=, start);
      g_assert_cmpint (column->t[column->n - 1], <=, end);
    }
}

/*
 * Whether the value at a time is the same whatever range it is asked in. Which of equal series topk
 * takes depends on their order, and that on which of them came first.
 */
static gboolean
note_range (SgExpr   *expr,
            gpointer  data)
{
  const SgTimeShift *shift = expr->kind == SG_EXPR_VECTOR     ? &expr->vector.shift
                             : expr->kind == SG_EXPR_SUBQUERY ? &expr->subquery.shift
                                                              : NULL;
  gboolean *depends = data;

  if (shift != NULL && (shift->at_bound != SG_TOKEN_EOF || shift->offset_expr != NULL))
    *depends = TRUE;
  if (expr->kind == SG_EXPR_SUBQUERY
      && (expr->subquery.range.expr != NULL || expr->subquery.step.expr != NULL))
    *depends = TRUE;
  if (expr->kind == SG_EXPR_MATRIX && expr->matrix.range.expr != NULL)
    *depends = TRUE;
  if (expr->kind == SG_EXPR_AGGREGATE
      && (expr->aggregate.op == SG_TOKEN_TOPK || expr->aggregate.op == SG_TOKEN_BOTTOMK
          || expr->aggregate.op == SG_TOKEN_LIMITK))
    *depends = TRUE;
  if (expr->kind == SG_EXPR_CALL
      && (expr->call.function->id == SG_FUNCTION_STEP
          || expr->call.function->id == SG_FUNCTION_RANGE
          || expr->call.function->id == SG_FUNCTION_START
          || expr->call.function->id == SG_FUNCTION_END))
    *depends = TRUE;
  return TRUE;
}

static double
value_at (const SgPromqlSeries *series,
          SgTimeMs              time)
{
  for (gsize i = 0; i < series->column.n; i++)
    {
      if (series->column.t[i] == time)
        return series->column.f[i];
    }
  return sg_stale_nan ();
}

static gboolean
same_value (double a,
            double b)
{
  if (isnan (a) || isnan (b))
    return isnan (a) && isnan (b);
  return a == b || fabs (a - b) <= 1e-9 * (fabs (a) + fabs (b));
}

/*
 * Whether two series are called the same, but for the name: whether that goes is settled once for a
 * series, by how it began.
 */
static gboolean
same_labels (const SgLabels *a,
             const SgLabels *b)
{
  g_autoptr (SgLabels) left = sg_labels_drop_metric (a);
  g_autoptr (SgLabels) right = sg_labels_drop_metric (b);

  return sg_labels_equal (left, right);
}

/* What @matrix says of @time must be what @instant says. */
static void
compare (const SgPromqlResult *matrix,
         const SgPromqlResult *instant,
         SgTimeMs              time)
{
  guint n = 0;

  for (guint i = 0; i < matrix->n_series; i++)
    {
      double value = value_at (&matrix->series[i], time);
      guint j = 0;

      if (sg_is_stale_nan (value))
        continue;
      n++;
      while (j < instant->n_series
             && (!same_labels (matrix->series[i].labels, instant->series[j].labels)
                 || !same_value (value, instant->series[j].column.f[0])))
        j++;
      g_assert_cmpuint (j, <, instant->n_series);
    }
  g_assert_cmpuint (n, ==, instant->n_series);
}

static void
check_instants (SgAst                *ast,
                const SgPromqlResult *matrix)
{
  for (guint i = 0; i < STEPS; i += 3)
    {
      SgPromqlRequest request = { START_MS + (SgTimeMs) i * STEP_MS };
      g_autoptr (GError) error = NULL;
      g_autoptr (SgPromqlResult) instant =
          sg_promql_engine_run (get_engine (), get_store (), ast, &request, NULL, &error);

      g_assert_no_error (error);
      if (instant->type == SG_VALUE_TYPE_VECTOR)
        compare (matrix, instant, request.start);
      else
        g_assert_true (same_value (value_at (&matrix->series[0], request.start), instant->scalar));
    }
}

static void
try_expression (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse (text, &error);
  SgPromqlRequest request = { START_MS, START_MS + (STEPS - 1) * STEP_MS, STEP_MS };
  g_autoptr (SgPromqlResult) result = NULL;
  gboolean depends = FALSE;

  if (ast == NULL)
    return;
  result = sg_promql_engine_run (get_engine (), get_store (), ast, &request, NULL, &error);
  if (result == NULL)
    {
      g_assert_false (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_TIMEOUT));
      return;
    }
  g_assert_cmpuint (result->stats.peak_samples, <=, MAX_SAMPLES);
  check_matrix (result, request.start, request.end);
  sg_expr_walk (ast->root, note_range, &depends);
  if (!depends)
    check_instants (ast, result);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *input = NULL;
  Maker maker = { data, size, 1, NULL };

  if (size > 300)
    return 0;
  if (size > 0 && (g_ascii_isalpha (data[0]) || data[0] == '(' || data[0] == '{'))
    input = g_strndup ((const char *) data, size);
  else
    {
      maker.out = g_string_new (NULL);
      make_vector (&maker, 4);
      input = g_string_free (maker.out, FALSE);
    }
  if (g_getenv ("SG_FUZZ_SHOW") != NULL)
    g_printerr ("%s\n", input);
  try_expression (input);
  return 0;
}
