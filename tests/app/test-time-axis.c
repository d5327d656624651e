/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-time-axis.h"

/* The labels of an axis as one text; a new day or year stands in *stars*. */
static char *
describe (GArray *ticks)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < ticks->len; i++)
    {
      SgTimeTick *tick = &g_array_index (ticks, SgTimeTick, i);

      g_string_append_printf (out, tick->new_day ? "%s*%s*" : "%s%s", i > 0 ? " " : "",
                              tick->label);
    }
  return g_string_free (out, FALSE);
}

#define MINUTE (G_GINT64_CONSTANT (60) * 1000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Wednesday 14 May 2025, 13:42:00 in Berlin. */
#define MAY G_GINT64_CONSTANT (1747222920000)
/* Midnight before the clocks are set forward in Berlin: 29/30 March 2025. */
#define MARCH G_GINT64_CONSTANT (1743289200000)
/* Midnight before they are set back: 25/26 October 2025. */
#define OCTOBER G_GINT64_CONSTANT (1761429600000)

typedef struct
{
  gint64 from;
  gint64 length;
  double width;
  const char *labels;
} TickCase;

static const TickCase cases[] = {
  { MAY, 15 * MINUTE, 376, "13:42 13:45 13:48 13:51 13:54 13:57" },
  { MAY, 15 * MINUTE, 256, "13:45 13:50 13:55" },
  { MAY, MINUTE, 376, "13:42:00 13:42:15 13:42:30 13:42:45 13:43:00" },
  { MAY, 5 * MINUTE, 376, "13:42 13:43 13:44 13:45 13:46 13:47" },
  { MAY, 6 * HOUR, 376, "14:00 16:00 18:00" },
  { MAY, 24 * HOUR, 376, "18:00 *15 May* 06:00 12:00" },
  { MAY, 7 * DAY, 376, "16 May 18 May 20 May" },
  { MAY, 365 * DAY, 376, "Jul Oct *2026* Apr" },
  { MAY, 20 * 365 * DAY, 376, "2030 2035 2040 2045" },
  { MARCH, 6 * HOUR, 500, "00:00 01:00 03:00 04:00 05:00 06:00 07:00" },
  { OCTOBER, 6 * HOUR, 500, "00:00 01:00 02:00 03:00 04:00 05:00" },
  { MARCH, 3 * DAY, 376, "30 Mar 31 Mar 1 Apr 2 Apr" },
  { MAY, 0, 376, "" },
  { MAY, -DAY, 376, "" },
};

static void
test_axis_labels (void)
{
  g_autoptr (GTimeZone) berlin = g_time_zone_new_identifier ("Europe/Berlin");

  if (berlin == NULL)
    {
      g_test_skip ("the time zone Europe/Berlin is not installed");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const TickCase *c = &cases[i];
      g_autoptr (GArray) ticks =
          sg_time_axis_get_ticks (c->from, c->from + c->length, c->width, berlin);
      g_autofree char *text = describe (ticks);

      g_assert_cmpstr (text, ==, c->labels);
    }
}

/* Any window on any width: ticks rise, lie inside, and are at least 72 pixels apart but for the hour
 * that a clock leaves out. */
static void
test_axis_any (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (guint round = 0; round < 3000; round++)
    {
      gint64 from = (gint64) (g_test_rand_double () * 4e12);
      gint64 length = (gint64) g_test_rand_double_range (1e4, 1e9)
                      << (guint) g_test_rand_int_range (0, 10);
      double width = g_test_rand_int_range (100, 2000);
      g_autoptr (GArray) ticks = sg_time_axis_get_ticks (from, from + length, width, utc);

      g_assert_cmpuint (ticks->len, <=, (guint) (width / 72) + 1);
      for (guint i = 0; i < ticks->len; i++)
        {
          gint64 t = g_array_index (ticks, SgTimeTick, i).t;

          g_assert_cmpint (t, >=, from);
          g_assert_cmpint (t, <=, from + length);
          if (i > 0)
            g_assert_cmpfloat ((double) (t - g_array_index (ticks, SgTimeTick, i - 1).t)
                                   / (double) length * width,
                               >=, 71.9);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-axis/labels", test_axis_labels);
  g_test_add_func ("/time-axis/any", test_axis_any);
  return g_test_run ();
}
