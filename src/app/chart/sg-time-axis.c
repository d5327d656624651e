/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-time-axis.h"

#include <math.h>

/*
 * Ticks stand on round times of the wall clock, not of the time line: with a step of 3 h they stand at
 * 0, 3, 6 … o'clock on the days when the clocks are changed as well. So each tick is made from its
 * local date and time. A time that does not exist (the hour that is left out in spring) is where GLib
 * puts it, after the gap; one that came before is left out, so that the ticks always rise.
 *
 * Steps below a day count from local midnight; 1, 2 and 7 days from a fixed Monday; months from
 * January; years from the year 0.
 */
#define MIN_DISTANCE 72.0

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Steps on the time line, for steps up to a week. */
static const gint64 short_steps[] = {
  SECOND,     2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE,
  2 * MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,
  2 * HOUR,   3 * HOUR,   6 * HOUR,   12 * HOUR,   DAY,         2 * DAY,     7 * DAY,
};

/* Longer ones, in months. */
static const guint month_steps[] = { 1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200 };

typedef enum
{
  LABEL_SECONDS,
  LABEL_MINUTES,
  LABEL_DAY,
  LABEL_MONTH,
  LABEL_YEAR,
} LabelKind;

typedef struct
{
  GArray *ticks;
  gint64 from;
  gint64 to;
  GTimeZone *zone;
  LabelKind kind;
  int last_day;
} Maker;

static gint64
to_ms (GDateTime *time)
{
  return g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
}

static GDateTime *
from_ms (gint64     t,
         GTimeZone *zone)
{
  gint64 seconds = t / 1000 - (t % 1000 < 0 ? 1 : 0);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);

  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

static GDateTime *
midnight_of (GDateTime *time,
             GTimeZone *zone)
{
  return g_date_time_new (zone, g_date_time_get_year (time), g_date_time_get_month (time),
                          g_date_time_get_day_of_month (time), 0, 0, 0);
}

static char *
make_label (Maker     *maker,
            GDateTime *time,
            gboolean  *ret_new_day)
{
  static const char *const formats[] = { "%H:%M:%S", "%H:%M", "%-e %b", "%b", "%Y" };
  int day = g_date_time_get_year (time) * 1000 + g_date_time_get_day_of_year (time);
  LabelKind kind = maker->kind;

  *ret_new_day = FALSE;
  if (kind <= LABEL_MINUTES && maker->last_day != 0 && day != maker->last_day)
    {
      *ret_new_day = TRUE;
      kind = LABEL_DAY;
    }
  else if (kind == LABEL_MONTH && g_date_time_get_month (time) == 1)
    {
      *ret_new_day = TRUE;
      kind = LABEL_YEAR;
    }
  maker->last_day = day;
  return g_date_time_format (time, formats[kind]);
}

static void
add_tick (Maker     *maker,
          GDateTime *time)
{
  gint64 t = to_ms (time);
  SgTimeTick tick = { .t = t };

  if (t < maker->from || t > maker->to)
    return;
  if (maker->ticks->len > 0
      && t <= g_array_index (maker->ticks, SgTimeTick, maker->ticks->len - 1).t)
    return;
  tick.label = make_label (maker, time, &tick.new_day);
  g_array_append_val (maker->ticks, tick);
}

/* The ticks of one local day, for steps that divide it. */
static void
add_ticks_of_day (Maker     *maker,
                  GDateTime *midnight,
                  gint64     step)
{
  for (gint64 offset = 0; offset < DAY; offset += step)
    {
      g_autoptr (GDateTime) time =
          g_date_time_new (maker->zone, g_date_time_get_year (midnight),
                           g_date_time_get_month (midnight),
                           g_date_time_get_day_of_month (midnight), (int) (offset / HOUR),
                           (int) (offset / MINUTE % 60), (double) (offset % MINUTE) / 1000.0);

      if (time == NULL)
        continue;
      if (to_ms (time) > maker->to)
        return;
      add_tick (maker, time);
    }
}

/* 1970-01-05 was a Monday. */
static gboolean
day_is_on_step (GDateTime *midnight,
                gint64     step_days)
{
  g_autoptr (GDate) date = g_date_new_dmy ((GDateDay) g_date_time_get_day_of_month (midnight),
                                           (GDateMonth) g_date_time_get_month (midnight),
                                           (GDateYear) g_date_time_get_year (midnight));

  return ((gint64) g_date_get_julian (date) - 1) % step_days == 0;
}

static void
add_short_ticks (Maker  *maker,
                 gint64  step)
{
  g_autoptr (GDateTime) start = from_ms (maker->from, maker->zone);
  g_autoptr (GDateTime) midnight = midnight_of (start, maker->zone);

  maker->kind = step < MINUTE ? LABEL_SECONDS : step < DAY ? LABEL_MINUTES : LABEL_DAY;
  while (midnight != NULL && to_ms (midnight) <= maker->to)
    {
      g_autoptr (GDateTime) next_day = g_date_time_add_days (midnight, 1);
      GDateTime *next = next_day != NULL ? midnight_of (next_day, maker->zone) : NULL;

      if (step < DAY)
        add_ticks_of_day (maker, midnight, step);
      else if (day_is_on_step (midnight, step / DAY))
        add_tick (maker, midnight);
      g_date_time_unref (midnight);
      midnight = next;
    }
}

static void
add_month_ticks (Maker *maker,
                 guint  step)
{
  g_autoptr (GDateTime) start = from_ms (maker->from, maker->zone);
  guint month =
      (guint) g_date_time_get_year (start) * 12 + (guint) g_date_time_get_month (start) - 1;

  maker->kind = step < 12 ? LABEL_MONTH : LABEL_YEAR;
  for (month -= month % step; month / 12 < 9999; month += step)
    {
      g_autoptr (GDateTime) time = g_date_time_new (maker->zone, (int) MAX (month / 12, 1),
                                                    (int) (month % 12) + 1, 1, 0, 0, 0);

      if (time == NULL || to_ms (time) > maker->to)
        return;
      add_tick (maker, time);
    }
}

static void
tick_clear (gpointer data)
{
  g_free (((SgTimeTick *) data)->label);
}

GArray *
sg_time_axis_get_ticks (gint64     from,
                        gint64     to,
                        double     width,
                        GTimeZone *zone)
{
  Maker maker = {
    g_array_new (FALSE, FALSE, sizeof (SgTimeTick)), from, to, zone, LABEL_MINUTES, 0
  };
  double least = (double) (to - from) * MIN_DISTANCE / MAX (width, 1);
  g_autoptr (GDateTime) start = from_ms (from, zone);
  g_autoptr (GDateTime) end = from_ms (to, zone);

  g_array_set_clear_func (maker.ticks, tick_clear);
  if (to <= from || start == NULL || end == NULL)
    return maker.ticks;
  for (guint i = 0; i < G_N_ELEMENTS (short_steps); i++)
    {
      if ((double) short_steps[i] >= least)
        {
          add_short_ticks (&maker, short_steps[i]);
          return maker.ticks;
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (month_steps); i++)
    {
      /* The shortest months decide, so that no two labels touch. */
      if ((double) (month_steps[i] * 28 * DAY) >= least || i + 1 == G_N_ELEMENTS (month_steps))
        {
          add_month_ticks (&maker, month_steps[i]);
          break;
        }
    }
  return maker.ticks;
}
