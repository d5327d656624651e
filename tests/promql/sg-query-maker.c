/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-query-maker.h"

/*
 * The grammar holds what Prometheus 2.42 and 3 agree on. Left out, because it has changed since:
 *
 *  - times at which a sample lies on the older end of a range: ranges have been open there since 3.0.
 *    Samples are never on a whole second, and all times and durations here are. A subquery has its times
 *    at multiples of its step, which is one of ten seconds: so queries are asked at seven seconds past,
 *    all durations are multiples of ten seconds, and no subquery stands in another;
 *  - names of results: they are dropped at the end since 3.0, so that a name that a function drops must
 *    not be grouped by, nor read by a label function; selectors without a name stand only in
 *    aggregations;
 *  - what 2.42 does not know: new functions and aggregations, durations as numbers, names in quotes;
 *  - atan2, which kept the name; predict_linear of "@", whose range moved with the time of the query; and
 *    timestamp of "@", which found nothing;
 *  - rates that reach back to where a counter was zero: only counters have rates, and they are high;
 *  - two matches for one series of which a comparison leaves one out, which is refused now: filters match
 *    by all labels;
 *  - the deviation of NaN and of infinities, which was 0: stddev and stdvar take plain selectors;
 *  - "-" of two series whose names go and that have values at different times, which was refused;
 *  - messages of errors, warnings, and which of several equal series topk takes: it takes gauges.
 *
 * Summation has become more exact. Where one sums to zero and the other almost, a comparison says the
 * opposite: so deviations over time stand alone, nothing is compared for being equal, and only samples
 * are rounded, divided with remainder or raised to a power.
 */

#define PICK(self, array) ((array)[g_rand_int_range ((self)->random, 0, G_N_ELEMENTS (array))])

static void make_vector (SgQueryMaker *self, guint depth);
static void make_scalar (SgQueryMaker *self, guint depth);

void
sg_query_maker_init (SgQueryMaker *self,
                     guint32       seed)
{
  self->random = g_rand_new_with_seed (seed);
  self->out = g_string_new (NULL);
}

void
sg_query_maker_clear (SgQueryMaker *self)
{
  if (self->random == NULL)
    return;
  g_clear_pointer (&self->random, g_rand_free);
  g_string_free (self->out, TRUE);
}

static gboolean
one_in (SgQueryMaker *self,
        int           n)
{
  return g_rand_int_range (self->random, 0, n) == 0;
}

static void
add (SgQueryMaker *self,
     const char   *text)
{
  g_string_append (self->out, text);
}

static void
make_number (SgQueryMaker *self)
{
  static const char *const numbers[] = { "0",   "1",    "2",    "-1",  "0.5", "10",   "100",
                                         "1e3", "0x1f", "3.25", "Inf", "NaN", "-Inf", "1e-3" };

  add (self, PICK (self, numbers));
}

static void
make_duration (SgQueryMaker *self)
{
  static const char *const durations[] = { "30s", "50s",   "1m",     "90s", "2m",
                                           "5m",  "7m40s", "10m20s", "20m", "1h" };

  add (self, PICK (self, durations));
}

static void
make_modifiers (SgQueryMaker *self)
{
  static const char *const at[] = { "start()", "end()", "1700001807", "1700000007" };

  if (one_in (self, 6))
    {
      add (self, one_in (self, 4) ? " offset -" : " offset ");
      make_duration (self);
    }
  if (one_in (self, 10))
    {
      add (self, " @ ");
      add (self, PICK (self, at));
    }
}

static void
make_matchers (SgQueryMaker *self)
{
  static const char *const matchers[] = {
    "a=\"x\"",          "a!=\"x\"",  "a=~\"x|y\"",   "a!~\"z.*\"",
    "b=\"1\"",          "b!=\"\"",   "b=~\"[12]\"",  "c=\"\"",
    "c=~\".*q\"",       "none=\"\"", "none=~\".+\"", "a=~\"(x|y)\",b=~\".+\"",
    "b=\"2\",a!=\"y\"",
  };

  add (self, "{");
  add (self, PICK (self, matchers));
  add (self, "}");
}

static void
make_selector (SgQueryMaker *self)
{
  static const char *const names[] = { "requests_total", "requests_total", "errors_total",
                                       "load",           "load",           "temperature",
                                       "capacity",       "sparse",         "nothing" };

  add (self, PICK (self, names));
  if (one_in (self, 3))
    make_matchers (self);
}

static void
make_matrix (SgQueryMaker *self,
             guint         depth)
{
  static const char *const steps[] = { "10s", "30s", "1m", "" };

  if (depth > 0 && one_in (self, 5))
    {
      add (self, "(");
      make_vector (self, 0);
      add (self, ")[");
      make_duration (self);
      add (self, ":");
      add (self, PICK (self, steps));
      add (self, "]");
    }
  else
    {
      make_selector (self);
      add (self, "[");
      make_duration (self);
      add (self, "]");
    }
  make_modifiers (self);
}

static void
make_counter_rate (SgQueryMaker *self)
{
  static const char *const heads[] = { "rate(requests_total", "rate(errors_total",
                                       "increase(requests_total", "increase(errors_total",
                                       "rate(nothing" };

  add (self, PICK (self, heads));
  if (one_in (self, 3))
    make_matchers (self);
  add (self, "[");
  make_duration (self);
  add (self, "]");
  make_modifiers (self);
}

static void
make_range_call (SgQueryMaker *self,
                 guint         depth)
{
  static const char *const functions[] = {
    "irate",
    "idelta",
    "delta",
    "deriv",
    "resets",
    "changes",
    "sum_over_time",
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "count_over_time",
    "last_over_time",
    "present_over_time",
    "absent_over_time",
  };

  switch (g_rand_int_range (self->random, 0, 10))
    {
    case 0:
      add (self, "quantile_over_time(");
      make_scalar (self, 0);
      add (self, ", ");
      make_matrix (self, depth);
      break;
    case 1:
      add (self, "predict_linear(");
      make_selector (self);
      add (self, "[");
      make_duration (self);
      add (self, "], 600");
      break;
    case 2:
    case 3:
      make_counter_rate (self);
      break;
    default:
      add (self, PICK (self, functions));
      add (self, "(");
      make_matrix (self, depth);
      break;
    }
  add (self, ")");
}

static void
make_vector_call (SgQueryMaker *self,
                  guint         depth)
{
  static const char *const functions[] = {
    "abs",       "ceil",   "floor",       "exp",          "sqrt",
    "ln",        "log2",   "log10",       "sgn",          "sort",
    "sort_desc", "absent", "sin",         "cos",          "atan",
    "minute",    "hour",   "day_of_week", "day_of_month", "days_in_month",
    "month",     "year",   "day_of_year", "deg",          "rad",
  };
  static const char *const relabels[] = {
    ", \"d\", \"$1-$2\", \"a\", \"(.)(.*)\")",
    ", \"d\", \"$1\", \"b\", \"([0-9])\")",
    ", \"a\", \"\", \"a\", \".*\")",
    ", \"d\", \"fixed\", \"none\", \"\")",
  };

  switch (g_rand_int_range (self->random, 0, 8))
    {
    case 0:
      add (self, "clamp(");
      make_vector (self, depth);
      add (self, ", 1, 50)");
      break;
    case 1:
      add (self, one_in (self, 2) ? "clamp_max(" : "clamp_min(");
      make_vector (self, depth);
      add (self, ", ");
      make_scalar (self, 0);
      add (self, ")");
      break;
    case 2:
      add (self, "round(");
      make_selector (self);
      add (self, one_in (self, 2) ? ", 0.25)" : ")");
      break;
    case 3:
      add (self, "label_replace(");
      make_vector (self, depth);
      add (self, PICK (self, relabels));
      break;
    case 4:
      add (self, "label_join(");
      make_vector (self, depth);
      add (self, ", \"d\", \"/\", \"a\", \"b\")");
      break;
    case 5:
      add (self, "timestamp(");
      make_selector (self);
      add (self, ")");
      break;
    default:
      add (self, PICK (self, functions));
      add (self, "(");
      make_vector (self, depth);
      add (self, ")");
      break;
    }
}

static void
make_labels (SgQueryMaker *self)
{
  static const char *const labels[] = { "(a)", "(b)", "(a, b)", "()", "(c)", "(none)", "(a, c)" };

  add (self, PICK (self, labels));
}

static void
make_grouping (SgQueryMaker *self)
{
  if (one_in (self, 3))
    return;
  add (self, one_in (self, 3) ? " without " : " by ");
  make_labels (self);
  add (self, " ");
}

/* An aggregation that takes selectors only. */
static void
make_choice (SgQueryMaker *self)
{
  static const char *const operators[] = { "topk", "bottomk", "stddev", "stdvar" };
  static const char *const names[] = { "load", "temperature", "capacity" };
  guint i = (guint) g_rand_int_range (self->random, 0, G_N_ELEMENTS (operators));

  add (self, operators[i]);
  make_grouping (self);
  add (self, i < 2 ? one_in (self, 2) ? "(1, " : "(3, " : "(");
  add (self, PICK (self, names));
  if (one_in (self, 3))
    make_matchers (self);
  make_modifiers (self);
  add (self, ")");
}

static void
make_aggregation (SgQueryMaker *self,
                  guint         depth)
{
  static const char *const plain[] = { "sum", "sum", "avg", "min", "max", "count", "group" };
  static const char *const quantiles[] = { "quantile(0.9, ", "quantile(0.25, ", "quantile(2, " };

  switch (g_rand_int_range (self->random, 0, 12))
    {
    case 0:
      add (self, "count_values by (a) (\"v\", round(");
      make_selector (self);
      make_modifiers (self);
      add (self, "))");
      break;
    case 1:
      add (self, PICK (self, quantiles));
      make_vector (self, depth);
      add (self, ")");
      make_grouping (self);
      break;
    case 2:
    case 3:
      make_choice (self);
      break;
    case 4:
      add (self, PICK (self, plain));
      add (self, "({__name__=~\"load|capacity\"})");
      make_grouping (self);
      break;
    default:
      add (self, PICK (self, plain));
      make_grouping (self);
      add (self, "(");
      make_vector (self, depth);
      add (self, ")");
      break;
    }
}

static void
make_matching (SgQueryMaker *self,
               gboolean      is_set)
{
  static const char *const groups[] = {
    "", "", "group_left ", "group_right ", "group_left (c) ", "group_right (b) "
  };

  if (one_in (self, 2))
    return;
  add (self, one_in (self, 2) ? "on " : "ignoring ");
  make_labels (self);
  add (self, " ");
  if (!is_set)
    add (self, PICK (self, groups));
}

static void
make_binary (SgQueryMaker *self,
             guint         depth)
{
  static const char *const arithmetic[] = { " + ", " - ", " * ", " / " };
  static const char *const comparisons[] = { " > ", " < ", " >= ", " <= " };
  static const char *const sets[] = { " and ", " or ", " unless " };
  guint kind = (guint) g_rand_int_range (self->random, 0, 8);
  guint sides = (guint) g_rand_int_range (self->random, 0, 4);
  gboolean filters = TRUE;

  add (self, "(");
  if (kind < 2)
    sides = 0;
  if (sides == 1)
    make_scalar (self, depth);
  else
    make_vector (self, depth);
  if (kind < 2)
    add (self, PICK (self, sets));
  else if (kind < 5)
    add (self, PICK (self, arithmetic));
  else
    {
      add (self, PICK (self, comparisons));
      if (one_in (self, 3))
        {
          add (self, "bool ");
          filters = FALSE;
        }
    }
  if ((sides == 0 || sides == 3) && !(kind >= 5 && filters))
    make_matching (self, kind < 2);
  if (sides == 2)
    make_scalar (self, depth);
  else
    make_vector (self, depth);
  add (self, ")");
}

/* What makes a great difference of a small one takes samples as they are. */
static void
make_sensitive (SgQueryMaker *self)
{
  static const char *const tails[] = { " % 7", " ^ 2", " % 0.75", " ^ 0.5", " ^ -1" };

  switch (g_rand_int_range (self->random, 0, 4))
    {
    case 0:
      add (self, "vector(");
      make_scalar (self, 1);
      add (self, ")");
      break;
    case 1:
      add (self, "-");
      make_selector (self);
      break;
    default:
      add (self, "(");
      make_selector (self);
      make_modifiers (self);
      add (self, PICK (self, tails));
      add (self, ")");
      break;
    }
}

static void
make_vector (SgQueryMaker *self,
             guint         depth)
{
  guint kind = (guint) g_rand_int_range (self->random, 0, depth == 0 ? 3 : 12);

  switch (kind)
    {
    case 0:
    case 1:
      make_selector (self);
      make_modifiers (self);
      break;
    case 2:
    case 3:
    case 4:
      make_range_call (self, depth);
      break;
    case 5:
    case 6:
      make_aggregation (self, depth - 1);
      break;
    case 7:
    case 8:
    case 9:
      make_binary (self, depth - 1);
      break;
    case 10:
      make_sensitive (self);
      break;
    default:
      make_vector_call (self, depth - 1);
      break;
    }
}

static void
make_scalar (SgQueryMaker *self,
             guint         depth)
{
  if (depth == 0 || !one_in (self, 4))
    make_number (self);
  else if (one_in (self, 2))
    add (self, "time()");
  else
    {
      add (self, "scalar(");
      make_vector (self, depth - 1);
      add (self, ")");
    }
}

static void
make_histogram_query (SgQueryMaker *self)
{
  static const char *const heads[] = { "histogram_quantile(0.9, ", "histogram_quantile(0.5, ",
                                       "histogram_quantile(0, ", "histogram_quantile(1, " };
  static const char *const bodies[] = { "latency_bucket", "rate(latency_bucket[5m])",
                                        "sum by (le) (rate(latency_bucket[10m20s]))",
                                        "sum by (a, le) (increase(latency_bucket[20m]))" };

  add (self, PICK (self, heads));
  add (self, PICK (self, bodies));
  add (self, ")");
}

static void
make_deviation (SgQueryMaker *self)
{
  add (self, one_in (self, 2) ? "stddev_over_time(" : "stdvar_over_time(");
  make_matrix (self, 1);
  add (self, ")");
}

/* What nobody should take, or only one that looks at the data first. */
static void
make_wrong (SgQueryMaker *self)
{
  static const char *const wrong[] = {
    "rate(load)",
    "load[5m]",
    "sum(load[5m])",
    "abs(\"x\")",
    "1 > 2",
    "load and 1",
    "load > bool \"x\"",
    "topk(load)",
    "histogram_quantile(load)",
    "load offset 5m offset 5m",
    "load[5m:]",
    "label_replace(load, \"d\", \"$1\", \"a\", \"(\")",
    "load + on (a) group_left (a) capacity",
    "load + group_left capacity",
    "{}",
    "{a=~\".*\"}",
    "load{a=~\"x(\"}",
    "sum by (a) without (b) (load)",
    "nofunction(load)",
    "round(load, 1, 2)",
    "time(1)",
    "(load",
    "load)",
    "load{a=\"x\"",
    "load[0s]",
    "load[5m] offset",
    "load @ load",
    "-\"x\"",
    "sum(load) by",
    "load == on (a) bool capacity",
    "load unless group_left () capacity",
    "vector(load)",
    "scalar(1)",
    "1 + \"x\"",
    "count_values(load)",
    "label_join(load, \"d\", \"-\", \"a\", load)",
  };

  add (self, PICK (self, wrong));
}

/* Returns: (transfer none): an expression, until the next one */
const char *
sg_query_maker_make (SgQueryMaker *self)
{
  g_string_truncate (self->out, 0);
  switch (g_rand_int_range (self->random, 0, 30))
    {
    case 0:
      make_scalar (self, 2);
      break;
    case 1:
      make_histogram_query (self);
      break;
    case 2:
      make_wrong (self);
      break;
    case 3:
      make_deviation (self);
      break;
    default:
      make_vector (self, (guint) g_rand_int_range (self->random, 0, 4));
      break;
    }
  return self->out->str;
}
