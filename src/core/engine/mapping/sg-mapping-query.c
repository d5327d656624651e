/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/mapping/sg-mapping-query.h"

#include "base/sg-labels.h"
#include "base/sg-number.h"

#include <string.h>

/*
 * From a role to PromQL. Each family is summed by the labels that are asked for, under the names that it
 * has for them:
 *
 *   sum by (operation_type) (rate(anivault_sync_operations_total{$source}[$rate]))
 *
 * then these labels are renamed, which costs little now that few series are left; what comes of several
 * families is told apart by a label of its own, so that "or" keeps all of it, and is summed again:
 *
 *   sum by (type) (label_replace(label_replace(A, "type", "$1", "operation_type", "(.*)"), "part", "0", "", "")
 *                  or …)
 *
 * Counts are taken with "anchored", which does not extrapolate: what was counted is what is shown. A ratio
 * is the good of all; where nothing was counted there is none.
 *
 * Where families have different buckets, only the bounds that all of them have are taken, as at a bound
 * that one of them lacks the sum would lack all of its operations:
 *
 *   sum by (le) (U) and on (le) (count by (le) (U) == scalar(max(count by (le) (U))))
 *
 * U are the buckets of all; the highest bound, +Inf, is in each. A selector that stands in a query more
 * than once is read once.
 */
#define JOINT " → "

/* With a factor, only families in its unit are looked at. */
typedef struct
{
  const SgMeasureQuery *query;
  const GPtrArray *parts;
  double factor;
} Maker;

/* What is taken of a series: its name with @suffix, and a function over a range, or its value. */
typedef struct
{
  /* %NULL for what counts: a counter itself, or how often the others were told something. */
  const char *suffix;
  const char *function;
  SgMeasureOf of;
  gboolean by_bucket;
  double quantile;
} Take;

/* Appends @values as a regular expression that matches them and nothing else. */
static void
append_choice (GString    *out,
               const char *label,
               const char *operator,
               GStrv       values)
{
  g_autoptr (GString) pattern = g_string_new (NULL);

  for (guint i = 0; values[i] != NULL; i++)
    {
      g_autofree char *escaped = g_regex_escape_string (values[i], -1);

      g_string_append_printf (pattern, "%s%s", i > 0 ? "|" : "", escaped);
    }
  g_string_append_printf (out, "%s%s", label, operator);
  sg_labels_append_quoted (out, pattern->str);
  g_string_append_c (out, ',');
}

/* Whether any of the series of @part can be @of. */
static gboolean
part_has (const SgMappingPart *part,
          SgMeasureOf          of)
{
  gboolean has_status = part->labels[SG_MAPPING_STATUS] != NULL;

  switch (of)
    {
    case SG_MEASURE_OF_ALL:
      return TRUE;
    case SG_MEASURE_OF_GOOD:
      return part->means == SG_MAPPING_ALWAYS_GOOD || (has_status && part->good != NULL);
    case SG_MEASURE_OF_BAD:
      return part->means == SG_MAPPING_ALWAYS_BAD || (has_status && part->bad != NULL);
    case SG_MEASURE_OF_NOT_GOOD:
      return part->means == SG_MAPPING_ALWAYS_BAD
             || (part->means == SG_MAPPING_BY_STATUS && has_status && part->good != NULL);
    case SG_MEASURE_OF_REST:
      return part->means == SG_MAPPING_BY_STATUS && has_status && part->good != NULL;
    case SG_MEASURE_OF_JUDGED:
    default:
      return part->means != SG_MAPPING_BY_STATUS || (has_status && part->good != NULL);
    }
}

static void
append_matchers (GString             *out,
                 const SgMappingPart *part,
                 SgMeasureOf          of)
{
  const char *status =
      part->labels[SG_MAPPING_STATUS] != NULL ? part->labels[SG_MAPPING_STATUS][0] : NULL;

  if (*part->matchers != '\0')
    g_string_append_printf (out, "%s,", part->matchers);
  if (status == NULL || part->means != SG_MAPPING_BY_STATUS)
    return;
  if (of == SG_MEASURE_OF_GOOD)
    append_choice (out, status, "=~", part->good);
  if (of == SG_MEASURE_OF_BAD)
    append_choice (out, status, "=~", part->bad);
  if (of == SG_MEASURE_OF_NOT_GOOD || of == SG_MEASURE_OF_REST)
    append_choice (out, status, "!~", part->good);
  if (of == SG_MEASURE_OF_REST && part->bad != NULL)
    append_choice (out, status, "!~", part->bad);
}

/* name_suffix{matchers,$source}[range] anchored offset … */
static void
append_selector (GString              *out,
                 const SgMappingPart  *part,
                 const SgMeasureQuery *query,
                 const Take           *take)
{
  const char *suffix = take->suffix != NULL               ? take->suffix
                       : part->kind == SG_MAPPING_COUNTER ? ""
                                                          : "_count";

  g_string_append_printf (out, "%s%s{", part->name, suffix);
  append_matchers (out, part, take->of);
  if (take->quantile > 0)
    {
      char number[SG_DOUBLE_TEXT_MAX];

      sg_double_write (take->quantile, number);
      g_string_append_printf (out, "quantile=\"%s\",", number);
    }
  g_string_append (out, "$source}");
  if (take->function != NULL)
    g_string_append_printf (out, "[%s]", query->range != NULL ? query->range : "$rate");
  if (g_strcmp0 (take->function, "increase") == 0)
    g_string_append (out, " anchored");
  if (query->offset != NULL)
    g_string_append_printf (out, " offset %s", query->offset);
}

static void
append_grouping (GString             *out,
                 const SgMappingPart *part,
                 guint                by,
                 gboolean             by_bucket)
{
  const char *comma = "";

  g_string_append (out, " by (");
  for (guint i = 0; i < SG_MAPPING_N_LABELS; i++)
    {
      if ((by & (1u << i)) == 0)
        continue;
      if (part == NULL)
        {
          g_string_append_printf (out, "%s%s", comma,
                                  sg_mapping_label_to_string ((SgMappingLabel) i));
          comma = ", ";
          continue;
        }
      for (guint j = 0; part->labels[i] != NULL && part->labels[i][j] != NULL; j++)
        {
          g_string_append_printf (out, "%s%s", comma, part->labels[i][j]);
          comma = ", ";
        }
    }
  if (by_bucket)
    g_string_append_printf (out, "%sle", comma);
  g_string_append (out, ") ");
}

/* Whether the label of a meaning has to be made of another one, or of several. */
static gboolean
needs_renaming (const SgMappingPart *part,
                guint                by,
                guint                i)
{
  GStrv labels = part->labels[i];

  return (by & (1u << i)) != 0 && labels != NULL && labels[0] != NULL
         && (labels[1] != NULL
             || !g_str_equal (labels[0], sg_mapping_label_to_string ((SgMappingLabel) i)));
}

static void
append_renaming (GString             *out,
                 const SgMappingPart *part,
                 guint                i)
{
  const char *name = sg_mapping_label_to_string ((SgMappingLabel) i);
  GStrv labels = part->labels[i];

  if (labels[1] == NULL)
    {
      g_string_append_printf (out, ", \"%s\", \"$1\", \"%s\", \"(.*)\")", name, labels[0]);
      return;
    }
  g_string_append_printf (out, ", \"%s\", \"" JOINT "\"", name);
  for (guint j = 0; labels[j] != NULL; j++)
    g_string_append_printf (out, ", \"%s\"", labels[j]);
  g_string_append_c (out, ')');
}

static void
append_part (GString              *out,
             const SgMappingPart  *part,
             const SgMeasureQuery *query,
             const Take           *take)
{
  const char *aggregation = take->quantile > 0                ? "max"
                            : query->role == SG_ROLE_HIT_RATE ? "avg"
                                                              : "sum";
  gboolean counts = take->suffix == NULL && part->kind != SG_MAPPING_COUNTER;
  gboolean scales = part->factor != 1 && !counts && !take->by_bucket;

  for (guint i = SG_MAPPING_N_LABELS; i-- > 0;)
    {
      if (needs_renaming (part, query->by, i))
        g_string_append (out, part->labels[i][1] != NULL ? "label_join(" : "label_replace(");
    }
  if (scales)
    g_string_append_c (out, '(');
  g_string_append (out, aggregation);
  append_grouping (out, part, query->by, take->by_bucket);
  g_string_append_c (out, '(');
  if (take->function != NULL)
    g_string_append_printf (out, "%s(", take->function);
  append_selector (out, part, query, take);
  g_string_append (out, take->function != NULL ? "))" : ")");
  if (scales)
    {
      char number[SG_DOUBLE_TEXT_MAX];

      sg_double_write (part->factor, number);
      g_string_append_printf (out, " * %s)", number);
    }
  for (guint i = 0; i < SG_MAPPING_N_LABELS; i++)
    {
      if (needs_renaming (part, query->by, i))
        append_renaming (out, part, i);
    }
}

/* Whether @part says nothing that one of those before it does not say. */
static gboolean
is_repeated (const GPtrArray *chosen,
             const char      *text)
{
  for (guint i = 0; i < chosen->len; i++)
    {
      if (g_str_equal (chosen->pdata[i], text))
        return TRUE;
    }
  return FALSE;
}

typedef gboolean (*Fits) (const SgMappingPart *part);

static gboolean
needs_any_renaming (const SgMappingPart *part,
                    guint                by)
{
  for (guint i = 0; i < SG_MAPPING_N_LABELS; i++)
    {
      if (needs_renaming (part, by, i))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full): all of @chosen, each with a label of its own where there are several */
static char *
join_parts (const GPtrArray *chosen)
{
  GString *out = g_string_new (NULL);

  if (chosen->len == 1)
    g_string_append (out, chosen->pdata[0]);
  for (guint i = 0; i < chosen->len && chosen->len > 1; i++)
    g_string_append_printf (out, "%slabel_replace(%s, \"part\", \"%u\", \"\", \"\")",
                            i > 0 ? " or " : "", (const char *) chosen->pdata[i], i);
  return g_string_free (out, FALSE);
}

/* Returns: (transfer full) (nullable): @take of all families that fit, summed */
static char *
unite (const Maker *maker,
       Fits         fits,
       const Take  *take)
{
  const SgMeasureQuery *query = maker->query;
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *all = NULL;
  gboolean renamed = FALSE;

  for (guint i = 0; i < maker->parts->len; i++)
    {
      const SgMappingPart *part = maker->parts->pdata[i];
      g_autoptr (GString) text = g_string_new (NULL);

      if (part->role != query->role || !fits (part) || !part_has (part, take->of)
          || (maker->factor != 0 && part->factor != maker->factor))
        continue;
      append_part (text, part, query, take);
      renamed |= needs_any_renaming (part, query->by);
      if (!is_repeated (chosen, text->str))
        g_ptr_array_add (chosen, g_string_free (g_steal_pointer (&text), FALSE));
    }
  if (chosen->len == 0)
    return NULL;
  if (chosen->len == 1 && !renamed)
    return g_strdup (chosen->pdata[0]);
  all = join_parts (chosen);
  g_string_append (out, take->quantile > 0                ? "max"
                        : query->role == SG_ROLE_HIT_RATE ? "avg"
                                                          : "sum");
  append_grouping (out, NULL, query->by, take->by_bucket);
  g_string_append_printf (out, "(%s)", all);
  if (take->by_bucket && chosen->len > 1)
    g_string_append_printf (
        out, " and on (le) (count by (le) (%s) == scalar(max(count by (le) (%s))))", all, all);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
is_countable (const SgMappingPart *part)
{
  return part->kind != SG_MAPPING_GAUGE;
}

static gboolean
is_gauge (const SgMappingPart *part)
{
  return part->kind == SG_MAPPING_GAUGE;
}

static gboolean
is_histogram (const SgMappingPart *part)
{
  return part->kind == SG_MAPPING_HISTOGRAM;
}

static gboolean
is_summary (const SgMappingPart *part)
{
  return part->kind == SG_MAPPING_SUMMARY;
}

static gboolean
has_sum (const SgMappingPart *part)
{
  return is_histogram (part) || is_summary (part);
}

/* Returns: (transfer full) (nullable): "(a) or (b)", one of them, or none */
static char *
either (char *a,
        char *b)
{
  char *both;

  if (a == NULL || b == NULL)
    return a != NULL ? a : b;
  both = g_strdup_printf ("(%s or %s)", a, b);
  g_free (a);
  g_free (b);
  return both;
}

static char *
make_count (const Maker *maker,
            const char  *function,
            SgMeasureOf  of)
{
  Take take = { NULL, function, of };

  return unite (maker, is_countable, &take);
}

/* A status that never was may have no series: it is 0 where anything was counted. */
static char *
make_events_ratio (const Maker *maker)
{
  g_autofree char *good = make_count (maker, "increase", SG_MEASURE_OF_GOOD);
  g_autofree char *judged = make_count (maker, "increase", SG_MEASURE_OF_JUDGED);

  if (judged == NULL)
    return NULL;
  if (good == NULL)
    return g_strdup_printf ("(%s > 0) * 0", judged);
  return g_strdup_printf ("(%s or %s * 0) / (%s > 0)", good, judged, judged);
}

/* A hit rate that is a gauge is a ratio as it is; else it is what was counted. */
static char *
make_ratio (const Maker *maker)
{
  Take value = { "", NULL, SG_MEASURE_OF_ALL };
  SgMeasureQuery events = *maker->query;
  Maker by_events = { &events, maker->parts, 0 };
  char *counted;

  if (maker->query->role != SG_ROLE_HIT_RATE)
    return make_events_ratio (maker);
  events.role = SG_ROLE_CACHE_EVENTS;
  counted = make_events_ratio (&by_events);
  return counted != NULL ? counted : unite (maker, is_gauge, &value);
}

static char *
make_sum (const Maker *maker)
{
  Take sum = { "_sum", "increase", SG_MEASURE_OF_ALL };

  return unite (maker, has_sum, &sum);
}

static char *
make_mean (const Maker *maker)
{
  g_autofree char *sum = make_sum (maker);
  Take seen = { NULL, "increase", SG_MEASURE_OF_ALL };
  g_autofree char *count = unite (maker, has_sum, &seen);

  if (sum == NULL)
    return NULL;
  return g_strdup_printf ("%s / (%s > 0)", sum, count);
}

/* Buckets are in the unit of their family: of those with the same one, the quantile is computed. */
static char *
make_computed_quantile (const Maker *maker,
                        double       factor)
{
  Maker in_unit = { maker->query, maker->parts, factor };
  Take buckets = { "_bucket", "rate", SG_MEASURE_OF_ALL, TRUE };
  g_autofree char *inner = unite (&in_unit, is_histogram, &buckets);
  char quantile[SG_DOUBLE_TEXT_MAX];
  char unit[SG_DOUBLE_TEXT_MAX];

  if (inner == NULL)
    return NULL;
  sg_double_write (maker->query->quantile, quantile);
  sg_double_write (factor, unit);
  return factor == 1 ? g_strdup_printf ("histogram_quantile(%s, %s)", quantile, inner)
                     : g_strdup_printf ("histogram_quantile(%s, %s) * %s", quantile, inner, unit);
}

/* A quantile of a summary cannot be computed anew: the highest of them is shown. */
static char *
make_quantile (const Maker *maker)
{
  Take known = { "", NULL, SG_MEASURE_OF_ALL, FALSE, maker->query->quantile };
  char *text = make_computed_quantile (maker, 1);

  for (guint i = 0; i < maker->parts->len; i++)
    {
      const SgMappingPart *part = maker->parts->pdata[i];

      if (text == NULL && part->role == maker->query->role && is_histogram (part))
        text = make_computed_quantile (maker, part->factor);
    }
  return either (text, unite (maker, is_summary, &known));
}

static char *
make_buckets (const Maker *maker)
{
  Maker in_unit = { maker->query, maker->parts, 1 };
  Take buckets = { "_bucket", "increase", SG_MEASURE_OF_ALL, TRUE };

  return unite (&in_unit, is_histogram, &buckets);
}

static char *
make_peak (const Maker *maker)
{
  Take value = { "", NULL, SG_MEASURE_OF_ALL };
  g_autofree char *inner = unite (maker, is_gauge, &value);
  const char *range = maker->query->range != NULL ? maker->query->range : "$window";

  return inner != NULL ? g_strdup_printf ("max_over_time(%s[%s:$step])", inner, range) : NULL;
}

/**
 * sg_mapping_expand:
 * @parts: (element-type SgMappingPart): the families that there are, of one application or of several
 * @query: what is asked
 *
 * Returns: (transfer full) (nullable): a query with $source, and with $window, $step and $rate where
 *   @query says them; %NULL when no family has an answer
 */
char *
sg_mapping_expand (const GPtrArray      *parts,
                   const SgMeasureQuery *query)
{
  Maker maker = { query, parts, 0 };
  Take value = { "", NULL, SG_MEASURE_OF_ALL };

  switch (query->measure)
    {
    case SG_MEASURE_RATE:
      return make_count (&maker, "rate", query->of);
    case SG_MEASURE_COUNT:
      return make_count (&maker, "increase", query->of);
    case SG_MEASURE_RATIO:
      return make_ratio (&maker);
    case SG_MEASURE_SUM:
      return make_sum (&maker);
    case SG_MEASURE_MEAN:
      return make_mean (&maker);
    case SG_MEASURE_QUANTILE:
      return make_quantile (&maker);
    case SG_MEASURE_BUCKETS:
      return make_buckets (&maker);
    case SG_MEASURE_PEAK:
      return make_peak (&maker);
    case SG_MEASURE_VALUE:
    default:
      return unite (&maker, is_gauge, &value);
    }
}
