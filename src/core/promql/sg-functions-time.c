/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"

#include <math.h>

/*
 * Times in UTC, from seconds since 1970. The calendar is counted in eras of 400 years, each 146,097
 * days, and in years that begin in March, so that a leap day comes last. What 64 bits cannot hold, NaN
 * too, is 2^63 seconds, 292277026596-12-04 15:30:08, as it is on the machines Prometheus runs on.
 */
typedef struct
{
  gint64 year;
  guint month;
  guint day;
  guint day_of_year;
  gint64 days;
  gint64 second_of_day;
} Date;

static gboolean
is_leap_year (gint64 year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static gint64
floor_divide (gint64 a,
              gint64 b)
{
  return a / b - (a % b < 0);
}

static Date
get_date (double value)
{
  static const guint days_before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
  gboolean fits = value > -0x1p63 && value < 0x1p63;
  gint64 seconds = fits ? (gint64) value : G_MAXINT64;
  Date date = { .days = floor_divide (seconds, 86400) };
  gint64 from_march = date.days + 719468;
  gint64 era = floor_divide (from_march, 146097);
  guint day_of_era = (guint) (from_march - era * 146097);
  guint year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  guint march_day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  guint march_month = (5 * march_day + 2) / 153;

  date.second_of_day = seconds - date.days * 86400 + !fits;
  date.day = march_day - (153 * march_month + 2) / 5 + 1;
  date.month = march_month < 10 ? march_month + 3 : march_month - 9;
  date.year = (gint64) year_of_era + era * 400 + (date.month <= 2);
  date.day_of_year =
      days_before[date.month - 1] + date.day + (date.month > 2 && is_leap_year (date.year));
  return date;
}

double
sg_map_day_of_month (double value,
                     double a,
                     double b)
{
  return get_date (value).day;
}

/* 1 January 1970 was a Thursday. */
double
sg_map_day_of_week (double value,
                    double a,
                    double b)
{
  gint64 days = get_date (value).days + 4;

  return (double) (days - floor_divide (days, 7) * 7);
}

double
sg_map_day_of_year (double value,
                    double a,
                    double b)
{
  return get_date (value).day_of_year;
}

double
sg_map_days_in_month (double value,
                      double a,
                      double b)
{
  static const guint days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  Date date = get_date (value);

  return days[date.month - 1] + (date.month == 2 && is_leap_year (date.year));
}

double
sg_map_hour (double value,
             double a,
             double b)
{
  return (double) (get_date (value).second_of_day / 3600);
}

double
sg_map_minute (double value,
               double a,
               double b)
{
  return (double) (get_date (value).second_of_day / 60 % 60);
}

double
sg_map_month (double value,
              double a,
              double b)
{
  return get_date (value).month;
}

double
sg_map_year (double value,
             double a,
             double b)
{
  return (double) get_date (value).year;
}

/* Puts the time of the evaluation in the place of each value: a sink before another. */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  const SgGrid *grid;
} Stamping;

static gboolean
stamping_push (SgVectorSink   *sink,
               SgVectorSeries *series)
{
  Stamping *self = (Stamping *) sink;

  for (guint i = 0; i < self->grid->n; i++)
    {
      if (!sg_is_absent (series->values[i]))
        series->values[i] = (double) sg_grid_get_time (self->grid, i) / 1000;
    }
  series->drop_name = TRUE;
  return self->next->push (self->next, series);
}

/* The sink of samples' own times: only the name goes. */
static gboolean
unnaming_push (SgVectorSink   *sink,
               SgVectorSeries *series)
{
  Stamping *self = (Stamping *) sink;

  series->drop_name = TRUE;
  return self->next->push (self->next, series);
}

/* The times of the samples of a selector; of anything else, the time of the evaluation. */
gboolean
sg_call_timestamp (SgEval       *eval,
                   SgPlanNode   *node,
                   SgVectorSink *sink)
{
  SgPlanNode *child = node->children[0];
  Stamping stamping = { { stamping_push }, sink, &node->grid };

  if (child->selector == NULL)
    return sg_eval_vector (eval, child, node->grid.n, &stamping.sink);
  stamping.sink.push = unnaming_push;
  return sg_eval_selector (eval, child, TRUE, &stamping.sink);
}
