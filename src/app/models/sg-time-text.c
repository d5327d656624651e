/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-time-text.h"

#include <glib/gi18n.h>
#include <string.h>

/*
 * What is understood, more than is written:
 *
 *   window = [ "last" ] duration  |  moment separator moment
 *   separator = "/" | " to " | " until " | "–" | ".." | " - "
 *   moment = [ date ] clock [ zone ]  |  date  |  "now" [ "-" duration ]  |  seconds since 1970
 *   date   = year "-" month "-" day, and then "T" or a blank
 *   clock  = hour ":" minute [ ":" second ]
 *   zone   = "Z" | ( "+" | "-" ) hour ":" minute
 *
 * Without a date it is today, without a zone it is local time. A duration is one of the query language.
 */
G_DEFINE_QUARK (sg-time-text-error-quark, sg_time_text_error)

static char *
write_utc (SgTimeMs time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / 1000);

  return g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ");
}

/* Returns: (transfer full): what @window looks at, as text */
char *
sg_time_text_write (SgTimeWindow *window)
{
  g_autofree char *start = NULL;
  g_autofree char *end = NULL;
  SgTimeMs from, to;

  if (sg_time_window_get_mode (window) == SG_TIME_LIVE)
    {
      g_autofree char *span = sg_duration_to_string (sg_time_window_get_span (window));

      return g_strconcat ("last ", span, NULL);
    }
  sg_time_window_get_range (window, &from, &to);
  start = write_utc (from);
  end = write_utc (to);
  return g_strconcat (start, "/", end, NULL);
}

char *
sg_time_text_write_moment (SgTimeMs time)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (time / 1000);

  return g_date_time_format (local, "%Y-%m-%d %H:%M:%S");
}

static gboolean
fail (const char  *text,
      GError     **error)
{
  g_set_error (error, SG_TIME_TEXT_ERROR, SG_TIME_TEXT_ERROR_INVALID,
               _ ("“%.40s” is no time. Write it as 13:42, or as 2025-05-14 13:42"), text);
  return FALSE;
}

/* Takes a number of at most @max digits. */
static gboolean
take_number (const char **text,
             guint        max,
             int         *ret_number)
{
  guint n = 0;

  *ret_number = 0;
  for (; n < max && g_ascii_isdigit (**text); n++)
    *ret_number = *ret_number * 10 + (*(*text)++ - '0');
  return n > 0;
}

static gboolean
take_char (const char **text,
           char         c)
{
  if (**text != c)
    return FALSE;
  (*text)++;
  return TRUE;
}

typedef struct
{
  int year, month, day;
  int hour, minute, second;
} Fields;

static gboolean
take_date (const char **text,
           Fields      *fields)
{
  const char *c = *text;
  Fields read = *fields;

  if (!take_number (&c, 4, &read.year) || !take_char (&c, '-') || !take_number (&c, 2, &read.month)
      || !take_char (&c, '-') || !take_number (&c, 2, &read.day))
    return FALSE;
  if (*c != '\0' && !take_char (&c, 'T') && !take_char (&c, ' '))
    return FALSE;
  *fields = read;
  *text = c + strspn (c, " ");
  return TRUE;
}

static gboolean
take_clock (const char **text,
            Fields      *fields)
{
  if (!take_number (text, 2, &fields->hour) || !take_char (text, ':')
      || !take_number (text, 2, &fields->minute))
    return FALSE;
  fields->second = 0;
  if (take_char (text, ':') && !take_number (text, 2, &fields->second))
    return FALSE;
  if (take_char (text, '.'))
    *text += strspn (*text, "0123456789");
  return TRUE;
}

static SgTimeMs
read_now (const char *text,
          SgTimeMs    now)
{
  gint64 before;

  if (*text == '\0')
    return now;
  if (*text++ != '-' || !sg_duration_parse (text, -1, 0, &before, NULL))
    return G_MININT64;
  return now - before;
}

static SgTimeMs
read_fields (const char *text,
             SgTimeMs    now)
{
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / 1000);
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GDateTime) time = NULL;
  Fields fields = { .hour = 0 };
  const char *c = text;
  gboolean dated;

  g_date_time_get_ymd (today, &fields.year, &fields.month, &fields.day);
  dated = take_date (&c, &fields);
  if ((!dated || *c != '\0') && !take_clock (&c, &fields))
    return G_MININT64;
  zone = *c != '\0' ? g_time_zone_new_identifier (c) : g_time_zone_new_local ();
  if (zone == NULL)
    return G_MININT64;
  time = g_date_time_new (zone, fields.year, fields.month, fields.day, fields.hour, fields.minute,
                          fields.second);
  return time != NULL ? g_date_time_to_unix (time) * 1000 : G_MININT64;
}

/**
 * sg_time_text_parse_moment:
 * @text: a time
 * @now: what time it is
 * @ret_time: (out): the time that is meant
 * @error: what it should look like
 */
gboolean
sg_time_text_parse_moment (const char  *text,
                           SgTimeMs     now,
                           SgTimeMs    *ret_time,
                           GError     **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  SgTimeMs time;

  if (g_ascii_strncasecmp (trimmed, "now", 3) == 0)
    time = read_now (trimmed + 3, now);
  else if (strlen (trimmed) >= 9 && strspn (trimmed, "0123456789") == strlen (trimmed)
           && strlen (trimmed) <= 11)
    time = g_ascii_strtoll (trimmed, NULL, 10) * 1000;
  else
    time = read_fields (trimmed, now);
  if (time == G_MININT64)
    return fail (trimmed, error);
  *ret_time = time;
  return TRUE;
}

/* Returns: (transfer full): the two sides of what separates them, or as much as there is */
static GStrv
split (const char *text)
{
  static const char *const separators[] = { "/", " to ", " until ", "–", "..", " - ", NULL };

  for (guint i = 0; separators[i] != NULL; i++)
    {
      if (strstr (text, separators[i]) != NULL)
        return g_strsplit (text, separators[i], 2);
    }
  return g_strsplit (text, "\n", 2);
}

static gboolean
apply_range (GStrv          sides,
             SgTimeWindow  *window,
             GError       **error)
{
  SgTimeMs now = sg_clock_now_ms (sg_time_window_get_clock (window));
  SgTimeMs from, to;

  if (!sg_time_text_parse_moment (sides[0], now, &from, error)
      || !sg_time_text_parse_moment (sides[1], now, &to, error))
    return FALSE;
  if (from >= to)
    {
      g_set_error_literal (error, SG_TIME_TEXT_ERROR, SG_TIME_TEXT_ERROR_INVALID,
                           _ ("The time window ends before it begins"));
      return FALSE;
    }
  if (to == now && g_ascii_strcasecmp (g_strstrip (sides[1]), "now") == 0)
    sg_time_window_set_live (window, to - from);
  else
    sg_time_window_set_fixed (window, from, to);
  return TRUE;
}

/**
 * sg_time_text_apply:
 * @text: a time window
 * @window: what is to look at it
 * @error: what it should look like
 *
 * Returns: whether it was understood
 */
gboolean
sg_time_text_apply (const char    *text,
                    SgTimeWindow  *window,
                    GError       **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_auto (GStrv) sides = split (trimmed);
  const char *span = g_ascii_strncasecmp (trimmed, "last ", 5) == 0 ? trimmed + 5 : trimmed;
  gint64 ms;

  if (sides[0] != NULL && sides[1] != NULL)
    return apply_range (sides, window, error);
  if (!sg_duration_parse (span, -1, 0, &ms, NULL) || ms <= 0)
    {
      g_set_error (error, SG_TIME_TEXT_ERROR, SG_TIME_TEXT_ERROR_INVALID,
                   _ ("“%.40s” is no time window. Write it as last 15m, or as 13:42 – 13:57"),
                   trimmed);
      return FALSE;
    }
  sg_time_window_set_live (window, ms);
  return TRUE;
}
