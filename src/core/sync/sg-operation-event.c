/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-operation-event.h"

#include "base/sg-error.h"
#include "base/sg-number.h"
#include "base/sg-suggest.h"

#include <math.h>
#include <string.h>

/*
 * An operation that ended is a JSON object:
 *
 *   {"service": "shop", "type": "read_through", "status": "success", "start": 1763672400.25,
 *    "duration": "12ms", "key": "user:7", "records": 1, "cache": "miss", "trace_id": "4bf92f35"}
 *
 *   type      what it did, the only member that must be there: read_through, write_through …, or a name of
 *             the application's own: a letter, then letters, digits and “_”, “-”, “.”, “:”, 64 at most
 *   status    success (when it is missing), failed, partial, timeout or cancelled
 *   start     when it began: RFC 3339 as 2026-11-20T21:00:00.25Z, or a number since 1970, whose size tells
 *             its unit: below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else
 *             nanoseconds. When it is missing the operation ended when it was received
 *   duration  seconds as a number, or a text with its unit: ns, us, µs, ms, s, m or h
 *   records   how many records it touched
 *   cache     "hit" or "miss", when a cache was asked
 *   key, error, trace_id, service are texts
 *
 * Other spellings of the same are read as well: operation_type, start_time, duration_ms, affected_records,
 * cache_hit (true or false), error_message, source. A null is as good as nothing. Members of other names
 * are kept as they are, and shown with the operation.
 */
#define MAX_DURATION_S (366.0 * 86400)
#define NS_PER_SECOND  G_GINT64_CONSTANT (1000000000)

typedef gboolean (*Take) (SgOperationEvent *self,
                          const char *name,
                          const SgJsonSlice *value,
                          GError **error);

static gboolean G_GNUC_PRINTF (2, 3) fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_clear_error (error);
  if (error != NULL)
    *error = g_error_new_valist (SG_BASE_ERROR, SG_BASE_ERROR_INVALID, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
fail_value (GError            **error,
            const char         *name,
            const SgJsonSlice  *value,
            const char         *expected)
{
  gsize quotes = sg_json_slice_is_string (value) ? 1 : 0;
  g_autofree char *quoted =
      sg_error_quote (value->text + quotes, (gssize) (value->length - 2 * quotes));

  return fail (error, "“%s” is %s: write %s", name, quoted, expected);
}

/* Returns: (transfer full) (nullable): the text of @value, which has at most @max bytes */
static char *
read_text (const char         *name,
           const SgJsonSlice  *value,
           gsize               max,
           GError            **error)
{
  const char *reason = NULL;
  char *text;

  if (!sg_json_slice_is_string (value))
    {
      fail_value (error, name, value, "a text, in double quotes");
      return NULL;
    }
  if (value->length - 2 > max)
    {
      fail (error, "“%s” has %zu bytes, and at most %zu may be: send what tells it apart", name,
            value->length - 2, max);
      return NULL;
    }
  text = sg_json_slice_to_string (value, &reason);
  if (text == NULL)
    fail (error, "“%s” %s", name, reason);
  return text;
}

static gboolean
take_text (char              **place,
           const char         *name,
           const SgJsonSlice  *value,
           gsize               max,
           GError            **error)
{
  char *text = read_text (name, value, max, error);

  if (text == NULL)
    return FALSE;
  g_free (*place);
  *place = text;
  return TRUE;
}

static gboolean
take_service (SgOperationEvent   *self,
              const char         *name,
              const SgJsonSlice  *value,
              GError            **error)
{
  return take_text (&self->service, name, value, SG_OPERATION_SERVICE_MAX, error)
         && (*self->service != '\0'
             || fail (error, "“%s” is empty: write who reports, or leave it out", name));
}

static gboolean
take_type (SgOperationEvent   *self,
           const char         *name,
           const SgJsonSlice  *value,
           GError            **error)
{
  if (!take_text (&self->type, name, value, SG_OPERATION_KEY_MAX, error))
    return FALSE;
  return sg_sync_type_name_is_valid (self->type)
         || fail_value (error, name, value,
                        "a name that begins with a letter and has at most 64 letters, digits and "
                        "“_”, “-”, “.”, “:”");
}

static gboolean
take_status (SgOperationEvent   *self,
             const char         *name,
             const SgJsonSlice  *value,
             GError            **error)
{
  static const char *const known[] = { "success", "failed", "partial", "timeout", "cancelled" };
  g_autofree char *text = read_text (name, value, SG_OPERATION_KEY_MAX, error);
  g_autofree char *advice = NULL;
  g_autofree char *quoted = NULL;

  if (text == NULL)
    return FALSE;
  if (g_str_equal (text, "in_progress"))
    return fail (error, "“%s” is “in_progress”: report an operation when it has ended", name);
  if (sg_sync_status_from_string (text, &self->status))
    return TRUE;
  advice = sg_suggest_advice (text, known, G_N_ELEMENTS (known));
  quoted = sg_error_quote (text, -1);
  return fail (error, "“%s” is %s, which is no status: %s", name, quoted, advice);
}

static gboolean
take_key (SgOperationEvent   *self,
          const char         *name,
          const SgJsonSlice  *value,
          GError            **error)
{
  return take_text (&self->key, name, value, SG_OPERATION_KEY_MAX, error);
}

static gboolean
take_trace (SgOperationEvent   *self,
            const char         *name,
            const SgJsonSlice  *value,
            GError            **error)
{
  return take_text (&self->trace_id, name, value, SG_OPERATION_TRACE_MAX, error);
}

/* A text that says why something failed is worth more than its end. */
static gboolean
take_error (SgOperationEvent   *self,
            const char         *name,
            const SgJsonSlice  *value,
            GError            **error)
{
  const char *end;

  if (!take_text (&self->error, name, value, G_MAXSIZE, error))
    return FALSE;
  if (strlen (self->error) <= SG_OPERATION_ERROR_MAX)
    return TRUE;
  g_utf8_validate (self->error, SG_OPERATION_ERROR_MAX - 3, &end);
  strcpy ((char *) end, "…");
  self->error = g_realloc (self->error, (gsize) (end - self->error) + 4);
  return TRUE;
}

static gboolean
read_number (const char         *name,
             const SgJsonSlice  *value,
             const char         *expected,
             double             *ret_number,
             GError            **error)
{
  return (sg_json_slice_is_number (value)
          && sg_double_parse (value->text, value->length, ret_number) && isfinite (*ret_number))
         || fail_value (error, name, value, expected);
}

static gboolean
take_records (SgOperationEvent   *self,
              const char         *name,
              const SgJsonSlice  *value,
              GError            **error)
{
  static const char expected[] = "a whole number that is not negative";
  double number = 0;

  if (!read_number (name, value, expected, &number, error))
    return FALSE;
  if (number < 0 || number != floor (number) || number > 9e15)
    return fail_value (error, name, value, expected);
  self->records = (gint64) number;
  return TRUE;
}

static gboolean
set_duration (SgOperationEvent   *self,
              const char         *name,
              const SgJsonSlice  *value,
              double              seconds,
              GError            **error)
{
  if (!(seconds >= 0))
    return fail_value (error, name, value, "a time that is not negative: seconds, or 12ms");
  if (seconds > MAX_DURATION_S)
    return fail_value (error, name, value,
                       "seconds, or a text with the unit, as 12ms: that would be over a year");
  self->duration_us = (gint64) rint (seconds * 1e6);
  return TRUE;
}

/* "12ms", with a fraction if need be. */
static gboolean
read_duration_text (const char *text,
                    double     *ret_seconds)
{
  static const struct
  {
    const char *unit;
    double seconds;
  } units[] = { { "ns", 1e-9 }, { "us", 1e-6 }, { "µs", 1e-6 }, { "ms", 1e-3 },
                { "s", 1 },     { "m", 60 },    { "h", 3600 } };
  gsize length = strspn (text, "+-0123456789.eE");
  double number;

  if (!sg_double_parse (text, length, &number))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      if (g_str_equal (text + length, units[i].unit))
        {
          *ret_seconds = number * units[i].seconds;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
take_duration (SgOperationEvent   *self,
               const char         *name,
               const SgJsonSlice  *value,
               GError            **error)
{
  static const char expected[] = "seconds, or a text with the unit, as 12ms";
  g_autofree char *text = NULL;
  double seconds = 0;

  if (!sg_json_slice_is_string (value))
    return read_number (name, value, expected, &seconds, error)
           && set_duration (self, name, value, seconds, error);
  text = read_text (name, value, SG_OPERATION_KEY_MAX, error);
  if (text == NULL)
    return FALSE;
  return read_duration_text (text, &seconds) ? set_duration (self, name, value, seconds, error)
                                             : fail_value (error, name, value, expected);
}

static gboolean
take_duration_ms (SgOperationEvent   *self,
                  const char         *name,
                  const SgJsonSlice  *value,
                  GError            **error)
{
  double ms = 0;

  return read_number (name, value, "milliseconds, as a number", &ms, error)
         && set_duration (self, name, value, ms / 1000, error);
}

/* A whole number is read as one: nanoseconds are more than a double can tell apart. */
static gboolean
read_unix_time (const SgJsonSlice *value,
                gint64            *ret_ns)
{
  g_autofree char *text = g_strndup (value->text, value->length);
  gint64 whole;
  double number;
  double size;
  double unit;

  if (!sg_double_parse (value->text, value->length, &number))
    return FALSE;
  size = fabs (number);
  unit = size < 1e11 ? 1e9 : size < 1e14 ? 1e6 : size < 1e17 ? 1e3 : 1;
  if (!(size * unit < 9e18))
    return FALSE;
  if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &whole, NULL))
    *ret_ns = whole * (gint64) unit;
  else
    *ret_ns =
        (gint64) floor (number) * (gint64) unit + (gint64) rint ((number - floor (number)) * unit);
  return TRUE;
}

static gboolean
read_date (const char *text,
           gint64     *ret_ns)
{
  const char *dot = strchr (text, '.');
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (text, NULL);
  gint64 ns = 0;
  gint64 unit = NS_PER_SECOND / 10;

  if (date == NULL || g_date_time_get_year (date) < 1970 || g_date_time_get_year (date) > 2200)
    return FALSE;
  for (const char *p = dot != NULL ? dot + 1 : ""; g_ascii_isdigit (*p); p++, unit /= 10)
    ns += (*p - '0') * unit;
  *ret_ns = g_date_time_to_unix (date) * NS_PER_SECOND + ns;
  return TRUE;
}

static gboolean
take_start (SgOperationEvent   *self,
            const char         *name,
            const SgJsonSlice  *value,
            GError            **error)
{
  static const char expected[] = "a date as 2026-11-20T21:00:00.25Z, or a number of seconds, "
                                 "milliseconds, microseconds or nanoseconds since 1970";
  g_autofree char *text = NULL;

  if (sg_json_slice_is_string (value))
    {
      text = read_text (name, value, SG_OPERATION_KEY_MAX, error);
      if (text == NULL)
        return FALSE;
    }
  self->has_start =
      text != NULL ? read_date (text, &self->start.ns)
                   : sg_json_slice_is_number (value) && read_unix_time (value, &self->start.ns);
  return self->has_start || fail_value (error, name, value, expected);
}

static gboolean
take_cache (SgOperationEvent   *self,
            const char         *name,
            const SgJsonSlice  *value,
            GError            **error)
{
  if (sg_json_slice_is (value, "hit"))
    self->cache = SG_SYNC_CACHE_HIT;
  else if (sg_json_slice_is (value, "miss"))
    self->cache = SG_SYNC_CACHE_MISS;
  else
    return fail_value (error, name, value, "“hit” or “miss”, or leave it out");
  return TRUE;
}

static gboolean
take_cache_hit (SgOperationEvent   *self,
                const char         *name,
                const SgJsonSlice  *value,
                GError            **error)
{
  if (*value->text != 't' && *value->text != 'f')
    return fail_value (error, name, value, "true or false, or leave it out");
  self->cache = *value->text == 't' ? SG_SYNC_CACHE_HIT : SG_SYNC_CACHE_MISS;
  return TRUE;
}

static const struct
{
  const char *name;
  Take take;
} members[] = {
  { "type", take_type },
  { "status", take_status },
  { "start", take_start },
  { "duration", take_duration },
  { "key", take_key },
  { "records", take_records },
  { "service", take_service },
  { "cache", take_cache },
  { "error", take_error },
  { "trace_id", take_trace },
  { "operation_type", take_type },
  { "start_time", take_start },
  { "duration_ms", take_duration_ms },
  { "affected_records", take_records },
  { "cache_hit", take_cache_hit },
  { "error_message", take_error },
  { "source", take_service },
};

static void
keep_member (GString           **fields,
             const SgJsonSlice  *name,
             const SgJsonSlice  *value)
{
  if (*fields == NULL)
    *fields = g_string_new ("{");
  else
    g_string_append_c (*fields, ',');
  g_string_append_len (*fields, name->text, (gssize) name->length);
  g_string_append_c (*fields, ':');
  g_string_append_len (*fields, value->text, (gssize) value->length);
}

static gboolean
take_member (SgOperationEvent   *self,
             const SgJsonSlice  *name,
             const SgJsonSlice  *value,
             GString           **fields,
             GError            **error)
{
  if (sg_json_slice_is_null (value))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      if (sg_json_slice_is (name, members[i].name))
        return members[i].take (self, members[i].name, value, error);
    }
  if ((*fields != NULL ? (*fields)->len : 0) + name->length + value->length
      > SG_OPERATION_FIELDS_MAX)
    return fail (error, "the other members have more than %d bytes together: send less of them",
                 SG_OPERATION_FIELDS_MAX);
  keep_member (fields, name, value);
  return TRUE;
}

static gboolean
parse (SgOperationEvent   *self,
       const SgJsonSlice  *object,
       GError            **error)
{
  g_autoptr (GString) fields = NULL;
  SgJsonSlice rest = *object;
  SgJsonSlice name;
  SgJsonSlice value;

  if (!sg_json_slice_is_object (object))
    return fail (error, "this is no object: write {\"type\": …}");
  while (sg_json_slice_next_member (&rest, &name, &value))
    {
      if (!take_member (self, &name, &value, &fields, error))
        return FALSE;
    }
  if (self->type == NULL)
    return fail (error, "there is no “type”: write what the operation did, as read_through");
  if (fields != NULL)
    {
      g_string_append_c (fields, '}');
      self->fields = g_string_free (g_steal_pointer (&fields), FALSE);
    }
  return TRUE;
}

/**
 * sg_operation_event_parse:
 * @self: (out caller-allocates): what was reported; untouched on failure
 * @object: a value that was read
 * @error: what is wrong, and what to write
 *
 * Returns: whether it is an operation that ended
 */
gboolean
sg_operation_event_parse (SgOperationEvent   *self,
                          const SgJsonSlice  *object,
                          GError            **error)
{
  SgOperationEvent event = { .duration_us = SG_LOG_NONE, .records = SG_LOG_NONE };

  if (!parse (&event, object, error))
    {
      sg_operation_event_clear (&event);
      return FALSE;
    }
  *self = event;
  return TRUE;
}

void
sg_operation_event_clear (SgOperationEvent *self)
{
  g_free (self->service);
  g_free (self->type);
  g_free (self->key);
  g_free (self->error);
  g_free (self->trace_id);
  g_free (self->fields);
  *self = (SgOperationEvent) { 0 };
}
