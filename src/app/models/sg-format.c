/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-format.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <locale.h>

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* U+2066 and U+2069: what stands between them is a world of its own for the direction of text. */
#define ISOLATE_START "\xe2\x81\xa6"
#define ISOLATE_END   "\xe2\x81\xa9"

/**
 * sg_format_isolate:
 * @text: (transfer full): a text in which a number stands beside a sign or a unit
 *
 * Keeps "4.2 %" from turning into "% 4.2" where text runs from right to left.
 *
 * Returns: (transfer full): the text to show
 */
char *
sg_format_isolate (char *text)
{
  char *isolated;

  if (gtk_widget_get_default_direction () != GTK_TEXT_DIR_RTL)
    return text;
  isolated = g_strconcat (ISOLATE_START, text, ISOLATE_END, NULL);
  g_free (text);
  return isolated;
}

/* In full, with its thousands set apart as the locale does it; with commas where it says nothing. */
char *
sg_format_count (guint64 n)
{
  const char *mark = localeconv ()->thousands_sep;
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  gsize length = strlen (digits);
  GString *out = g_string_new (NULL);

  if (mark == NULL || *mark == '\0' || !g_utf8_validate (mark, -1, NULL))
    mark = ",";
  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append (out, mark);
      g_string_append_c (out, digits[i]);
    }
  return g_string_free (out, FALSE);
}

static char *
span_text (gint64 ms)
{
  if (ms % DAY == 0 && ms > DAY)
    return g_strdup_printf (_ ("%d d"), (int) (ms / DAY));
  if (ms % HOUR == 0 && ms > 0)
    return g_strdup_printf (_ ("%d h"), (int) (ms / HOUR));
  if (ms % MINUTE == 0 && ms > 0)
    return g_strdup_printf (_ ("%d min"), (int) (ms / MINUTE));
  return g_strdup_printf (_ ("%d s"), (int) (ms / SECOND));
}

/* A length of time in its largest whole unit: "15 min", "24 h", "7 d"; 90 min stays "90 min". */
char *
sg_format_span (gint64 ms)
{
  return sg_format_isolate (span_text (ms));
}

/* How long ago something was, in one unit, rounded down: "2 s", "47 s", "3 min", "2 h", "5 d". */
char *
sg_format_ago (gint64 ms)
{
  ms = MAX (ms, 0);
  if (ms < MINUTE)
    return sg_format_span (ms - ms % SECOND);
  if (ms < HOUR)
    return sg_format_span (ms - ms % MINUTE);
  if (ms < 2 * DAY)
    return sg_format_span (ms - ms % HOUR);
  return sg_format_span (ms - ms % DAY);
}

static GDateTime *
local_time (SgTimeMs time)
{
  g_autoptr (GDateTime) whole = g_date_time_new_from_unix_local (time / SECOND);

  return whole != NULL ? g_steal_pointer (&whole) : g_date_time_new_from_unix_local (0);
}

static char *
format_time (SgTimeMs    time,
             const char *format)
{
  g_autoptr (GDateTime) local = local_time (time);

  return g_date_time_format (local, format);
}

/* "13:57", or "13:57:04" */
char *
sg_format_clock (SgTimeMs time,
                 gboolean with_seconds)
{
  return format_time (time, with_seconds ? "%H:%M:%S" : "%H:%M");
}

/* "14 May" */
char *
sg_format_day (SgTimeMs time)
{
  /* Translators: a day in strftime form, as in “14 May” */
  return format_time (time, _ ("%-d %B"));
}

/* "Wednesday 14 May" */
char *
sg_format_weekday (SgTimeMs time)
{
  /* Translators: a day in strftime form, as in “Wednesday 14 May” */
  return format_time (time, _ ("%A %-d %B"));
}

gboolean
sg_format_same_day (SgTimeMs a,
                    SgTimeMs b)
{
  g_autoptr (GDateTime) first = local_time (a);
  g_autoptr (GDateTime) second = local_time (b);

  return g_date_time_get_day_of_year (first) == g_date_time_get_day_of_year (second)
         && g_date_time_get_year (first) == g_date_time_get_year (second);
}

/* "13:42 – 13:57"; over midnight with the days: "13 May 23:42 – 14 May 00:12" */
char *
sg_format_range (SgTimeMs from,
                 SgTimeMs to)
{
  g_autofree char *start = sg_format_clock (from, FALSE);
  g_autofree char *end = sg_format_clock (to, FALSE);
  g_autofree char *start_day = NULL;
  g_autofree char *end_day = NULL;

  if (sg_format_same_day (from, to))
    return sg_format_isolate (g_strdup_printf (_ ("%s – %s"), start, end));
  start_day = sg_format_day (from);
  end_day = sg_format_day (to);
  return sg_format_isolate (g_strdup_printf (_ ("%s %s – %s %s"), start_day, start, end_day, end));
}
