/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-unit.h"

#include <langinfo.h>
#include <math.h>
#include <string.h>

/*
 * Each unit has a ladder of scales, smallest first. The scale of a number is the highest step that
 * leaves at least 1 before the point after rounding to the digits that are shown, so that 999,950
 * becomes "1.00 M" and not "1000 k". Below the ladder the lowest step is used.
 */
typedef struct
{
  double factor;
  const char *symbol;
} Step;

static const Step count_steps[] = { { 1, "" },    { 1e3, "k" },  { 1e6, "M" },
                                    { 1e9, "G" }, { 1e12, "T" }, { 1e15, "P" } };
static const Step rate_steps[] = { { 1, "/s" }, { 1e3, "k/s" }, { 1e6, "M/s" }, { 1e9, "G/s" } };
static const Step second_steps[] = { { 1e-9, "ns" }, { 1e-6, "µs" }, { 1e-3, "ms" }, { 1, "s" },
                                     { 60, "min" },  { 3600, "h" },  { 86400, "d" } };
static const Step byte_steps[] = { { 1, "B" },
                                   { 1024, "KiB" },
                                   { 1048576, "MiB" },
                                   { 1073741824, "GiB" },
                                   { 1099511627776, "TiB" },
                                   { 1125899906842624, "PiB" } };
static const Step byte_si_steps[] = { { 1, "B" },    { 1e3, "kB" },  { 1e6, "MB" },
                                      { 1e9, "GB" }, { 1e12, "TB" }, { 1e15, "PB" } };
static const Step byte_rate_steps[] = { { 1, "B/s" },
                                        { 1024, "KiB/s" },
                                        { 1048576, "MiB/s" },
                                        { 1073741824, "GiB/s" },
                                        { 1099511627776, "TiB/s" } };
static const Step percent_steps[] = { { 1, "%" } };
static const Step ratio_steps[] = { { 0.01, "%" } };
static const Step plain_steps[] = { { 1, "" } };

typedef struct
{
  const Step *steps;
  guint n_steps;
} Ladder;

#define LADDER(steps)           \
  {                             \
    steps, G_N_ELEMENTS (steps) \
  }

static const Ladder ladders[] = {
  [SG_UNIT_NONE] = LADDER (count_steps),
  [SG_UNIT_COUNT] = LADDER (count_steps),
  [SG_UNIT_PER_SECOND] = LADDER (rate_steps),
  [SG_UNIT_SECONDS] = LADDER (second_steps),
  [SG_UNIT_BYTES] = LADDER (byte_steps),
  [SG_UNIT_BYTES_SI] = LADDER (byte_si_steps),
  [SG_UNIT_BYTES_PER_SECOND] = LADDER (byte_rate_steps),
  [SG_UNIT_PERCENT] = LADDER (percent_steps),
  [SG_UNIT_RATIO] = LADDER (ratio_steps),
  [SG_UNIT_DATE] = LADDER (plain_steps),
};

/* The largest number below which rounding to three digits still leaves it below one. */
#define ROUNDS_TO_ONE 0.9995

/* Below this many leading zeros a power of ten is easier to read. */
#define MAX_DECIMALS 6

/**
 * sg_unit_choose_scale:
 * @unit: a unit
 * @magnitude: the largest of the numbers that share a scale
 *
 * Returns: the step of the ladder to show them in; zero is shown in the unit itself
 */
SgUnitScale
sg_unit_choose_scale (SgUnit unit,
                      double magnitude)
{
  const Ladder *ladder = &ladders[unit];
  double size = fabs (magnitude);
  guint i = ladder->n_steps - 1;

  if (size == 0 || isnan (size))
    {
      for (i = 0; i + 1 < ladder->n_steps && ladder->steps[i].factor < 1; i++)
        ;
      return (SgUnitScale) { ladder->steps[i].factor, ladder->steps[i].symbol };
    }
  while (i > 0 && size < ladder->steps[i].factor * ROUNDS_TO_ONE)
    i--;
  return (SgUnitScale) { ladder->steps[i].factor, ladder->steps[i].symbol };
}

/* 1234567 → "1,234,567", with the sign of the locale between thousands, and a comma where it has none. */
static char *
format_whole (double value)
{
  const char *mark = nl_langinfo (THOUSEP);
  g_autofree char *digits = g_strdup_printf ("%.0f", fabs (value));
  gsize length = strlen (digits);
  GString *out = g_string_new (value <= -.5 ? "-" : NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append (out, mark != NULL && *mark != '\0' ? mark : ",");
      g_string_append_c (out, digits[i]);
    }
  return g_string_free (out, FALSE);
}

/* How many decimals show @digits digits of @size that mean something. */
static guint
decimals_for (double size,
              guint  digits)
{
  guint decimals = digits - 1;

  if (size < ROUNDS_TO_ONE)
    return decimals + (guint) -floor (log10 (size / ROUNDS_TO_ONE));
  for (double limit = 10; decimals > 0 && size >= limit - 0.5 * pow (10, -(double) decimals);
       limit *= 10)
    decimals--;
  return decimals;
}

static gboolean
unit_is_whole (SgUnit unit,
               double value)
{
  return (unit == SG_UNIT_COUNT || unit == SG_UNIT_NONE) && fabs (value) < 9999.5
         && value == rint (value);
}

static char *
format_date (double value)
{
  g_autoptr (GDateTime) time = NULL;

  if (fabs (value) < 1e11)
    time = g_date_time_new_from_unix_local ((gint64) value);
  return time != NULL ? g_date_time_format (time, "%x %H:%M:%S") : g_strdup (SG_UNIT_UNKNOWN_TEXT);
}

/**
 * sg_unit_format_parts:
 * @unit: a unit
 * @value: a number
 * @ret_number: (out) (transfer full): the digits
 * @ret_symbol: (out): the unit to write behind them, or ""
 */
void
sg_unit_format_parts (SgUnit       unit,
                      double       value,
                      char       **ret_number,
                      const char **ret_symbol)
{
  SgUnitScale scale = sg_unit_choose_scale (unit, value);
  double shown = value / scale.factor;
  guint decimals;

  *ret_symbol = scale.symbol;
  if (isnan (value))
    {
      *ret_number = g_strdup (SG_UNIT_UNKNOWN_TEXT);
      *ret_symbol = "";
    }
  else if (isinf (value))
    *ret_number = g_strdup (value > 0 ? "∞" : "−∞");
  else if (unit == SG_UNIT_DATE)
    *ret_number = format_date (value);
  else if (unit_is_whole (unit, value))
    {
      *ret_number = format_whole (value);
      *ret_symbol = "";
    }
  else if (value == 0)
    *ret_number = g_strdup ("0");
  else
    {
      /* A count in thousands keeps one digit more from 100 on: "128.4 k". */
      gboolean scaled_count = unit == SG_UNIT_COUNT && scale.factor > 1;

      decimals = MAX (decimals_for (fabs (shown), 3), scaled_count ? 1 : 0);
      if (decimals <= MAX_DECIMALS)
        *ret_number = g_strdup_printf ("%'.*f", (int) decimals, shown);
      else
        *ret_number = g_strdup_printf ("%.2e", shown);
    }
}

char *
sg_unit_format (SgUnit unit,
                double value)
{
  g_autofree char *number = NULL;
  const char *symbol;

  sg_unit_format_parts (unit, value, &number, &symbol);
  if (*symbol == '\0')
    return g_steal_pointer (&number);
  return g_strdup_printf ("\u2066%s\u00a0%s\u2069", number, symbol);
}

static void
trim_zeros (char *number)
{
  const char *point = nl_langinfo (RADIXCHAR);
  gsize end = strlen (number);

  if (strstr (number, point) == NULL || strchr (number, 'e') != NULL)
    return;
  while (number[end - 1] == '0')
    number[--end] = '\0';
  if (g_str_has_suffix (number, point))
    number[end - strlen (point)] = '\0';
}

char *
sg_unit_format_bound (SgUnit unit,
                      double value)
{
  g_autofree char *number = NULL;
  const char *symbol;

  sg_unit_format_parts (unit, value, &number, &symbol);
  trim_zeros (number);
  if (*symbol == '\0')
    return g_steal_pointer (&number);
  return g_strdup_printf ("\u2066%s\u00a0%s\u2069", number, symbol);
}

static char *
format_difference (double      size,
                   const char *symbol)
{
  guint decimals = size < 9.95 ? 1 : 0;

  return g_strdup_printf ("%'.*f %s", (int) decimals, size, symbol);
}

/**
 * sg_unit_format_change:
 * @unit: a unit
 * @value: now
 * @before: then
 *
 * Returns: (transfer full) (nullable): the difference, %NULL when there is nothing to compare
 */
char *
sg_unit_format_change (SgUnit unit,
                       double value,
                       double before)
{
  gboolean points = unit == SG_UNIT_RATIO || unit == SG_UNIT_PERCENT;
  double difference = points ? (value - before) * (unit == SG_UNIT_RATIO ? 100 : 1)
                             : (value - before) / fabs (before) * 100;
  g_autofree char *text = NULL;

  if (!isfinite (difference))
    return NULL;
  if (fabs (difference) < 0.05)
    return g_strdup ("unchanged");
  text = format_difference (fabs (difference), points ? "points" : "%");
  return g_strdup_printf ("\u2066%s %s\u2069", difference > 0 ? "▲" : "▼", text);
}

/**
 * sg_unit_from_name:
 * @metric: the name of a metric
 * @declared: (nullable): the unit that its page declares
 *
 * Returns: the unit that names end with, by the conventions of exporters
 */
SgUnit
sg_unit_from_name (const char *metric,
                   const char *declared)
{
  static const struct
  {
    const char *ending;
    SgUnit unit;
  } endings[] = {
    { "_seconds", SG_UNIT_SECONDS },
    { "_bytes", SG_UNIT_BYTES },
    { "_ratio", SG_UNIT_RATIO },
    { "_percent", SG_UNIT_PERCENT },
    { "_total", SG_UNIT_COUNT },
    { "_count", SG_UNIT_COUNT },
    { "_timestamp_seconds", SG_UNIT_DATE },
    { "_start_time_seconds", SG_UNIT_DATE },
    { "_boot_time_seconds", SG_UNIT_DATE },
  };
  g_autofree char *name =
      declared != NULL && *declared != '\0' ? g_strconcat ("_", declared, NULL) : g_strdup (metric);

  for (guint i = G_N_ELEMENTS (endings); i-- > 0;)
    {
      if (g_str_has_suffix (name, endings[i].ending))
        return endings[i].unit;
    }
  return SG_UNIT_NONE;
}
