/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-operation-intake.h"

#include "base/sg-lock.h"
#include "sync/sg-operation-counts.h"

#include <string.h>

/*
 * A body is UTF-8, with or without a mark at its beginning, and one of
 *
 *   an array   [{…}, {…}]            what stands behind a mistake in its JSON is not read
 *   lines      {…} newline {…}       each stands for itself: one that is wrong takes no other with it
 *   an object  {…}                   over as many lines as it likes
 *
 * What begins with “[” is an array; what has its first value end on the first line, or the second line begin
 * with “{”, is lines; the rest is an object.
 *
 * All that is right is one batch: it is stored as a whole, then counted, then acknowledged, so that what an
 * answer says is there stays there, and what it does not say is nowhere.
 *
 * How much is taken in a second is bounded by a bucket: it fills at the rate, holds a second's worth, and
 * may be overdrawn by one body, so that a body is either taken or refused before it is read.
 */
#define UNNAMED         "unnamed"
#define BYTE_ORDER_MARK "\357\273\277"

typedef struct
{
  SgOperationSeries *series;
  SgSyncStatus status;
  SgSyncCache cache;
  gint64 duration_us;
  gint64 records;
} Count;

/**
 * Body:
 * @text: the whole body, for lines and columns
 * @batch: what is to be stored
 * @counts: (element-type Count): what is to be counted then
 * @line: the line of @line_start, and where that begins; problems come in order
 */
typedef struct
{
  SgOperationIntake *intake;
  SgLogStore *store;
  const char *service;
  const char *text;
  SgTimeNs now;
  SgLogBatch *batch;
  GArray *counts;
  guint line;
  const char *line_start;
  SgIntakeResult *result;
} Body;

/**
 * SgOperationIntake:
 * @lock: guards @tokens and @filled
 * @tokens: how many operations are still taken before the bucket is filled again; below 0 for a debt
 * @filled: when it was filled
 */
struct _SgOperationIntake
{
  SgOperationCounts *counts;
  SgClock *clock;
  guint max_rate;
  SgCounter taken;
  SgCounter refused;
  SgCounter throttled;
  SgLock lock;
  double tokens;
  SgMonotonic filled;
};

G_DEFINE_QUARK (sg_intake_error, sg_intake_error)

static void
problem_clear (gpointer data)
{
  g_free (((SgIntakeProblem *) data)->message);
}

void
sg_intake_result_clear (SgIntakeResult *self)
{
  g_clear_pointer (&self->problems, g_array_unref);
}

/**
 * sg_operation_intake_new:
 * @registry: where the families of the applications are to be
 * @own: where the intake counts what it takes and what not
 * @clock: what time it is
 * @max_rate: how many operations it takes in a second
 *
 * Returns: (transfer full): an intake
 */
SgOperationIntake *
sg_operation_intake_new (SgRegistry *registry,
                         SgRegistry *own,
                         SgClock    *clock,
                         guint       max_rate)
{
  SgOperationIntake *self = g_new0 (SgOperationIntake, 1);
  SgFamily *family =
      sg_registry_counter_family (own, "sightglass_operation_events_total",
                                  "Operations that applications reported, by what became of them.",
                                  "outcome", NULL);

  self->counts = sg_operation_counts_new (registry);
  self->clock = g_object_ref (clock);
  self->max_rate = max_rate;
  self->taken = sg_family_counter (family, SG_VALUES ("taken"));
  self->refused = sg_family_counter (family, SG_VALUES ("refused"));
  self->throttled = sg_registry_counter (
      own, "sightglass_operation_requests_throttled_total",
      "Requests with operations that were told to come back later: see --operations.max-rate.");
  sg_lock_init (&self->lock);
  self->tokens = max_rate;
  self->filled = sg_clock_monotonic (clock);
  return self;
}

void
sg_operation_intake_free (SgOperationIntake *self)
{
  sg_operation_counts_free (self->counts);
  g_object_unref (self->clock);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/* Counts the lines on the way, so that a body with many problems is gone through once. */
static void
note_problem (Body       *body,
              const char *at,
              const char *message)
{
  SgIntakeProblem problem;
  const char *newline;

  body->result->refused++;
  if (body->result->problems->len >= SG_OPERATION_ERRORS_MAX)
    return;
  while ((newline = memchr (body->line_start, '\n', (gsize) (at - body->line_start))) != NULL)
    {
      body->line_start = newline + 1;
      body->line++;
    }
  problem =
      (SgIntakeProblem) { body->line, (guint) (at - body->line_start) + 1, g_strdup (message) };
  g_array_append_val (body->result->problems, problem);
}

/* It is told by its end, as all records of operations are. */
static SgTimeNs
get_time (const Body             *body,
          const SgOperationEvent *event)
{
  gint64 duration = MAX (event->duration_us, 0);

  if (!event->has_start)
    return body->now;
  return (SgTimeNs) { event->start.ns + duration * 1000 };
}

static void
add_event (Body                   *body,
           const SgOperationEvent *event,
           SgOperationSeries      *series,
           const char             *service,
           SgTimeNs                time)
{
  static const char *const cache_fields[] = { NULL, "{\"cache\":\"hit\"}", "{\"cache\":\"miss\"}" };
  g_autofree char *fields = NULL;
  Count count = { series, event->status, event->cache, event->duration_us, event->records };
  SgLogRecord record = {
    .time = time,
    .kind = SG_LOG_KIND_OPERATION,
    .severity = sg_sync_status_get_severity (event->status),
    .service = service,
    .name = event->type,
    .status = sg_sync_status_to_string (event->status),
    .duration_us = event->duration_us,
    .amount = event->records,
    .key = event->key,
    .message = event->error,
    .trace_id = event->trace_id,
    .fields = event->fields != NULL ? event->fields : cache_fields[event->cache],
  };

  if (event->fields != NULL && event->cache != SG_SYNC_CACHE_UNUSED)
    {
      fields =
          g_strdup_printf ("{\"cache\":\"%s\",%s",
                           event->cache == SG_SYNC_CACHE_HIT ? "hit" : "miss", event->fields + 1);
      record.fields = fields;
    }
  sg_log_batch_add (body->batch, &record);
  g_array_append_val (body->counts, count);
}

static void
take_value (Body              *body,
            const SgJsonSlice *value)
{
  g_auto (SgOperationEvent) event = { 0 };
  g_autoptr (GError) error = NULL;
  SgOperationSeries *series = NULL;
  const char *service;
  SgTimeNs time;

  if (!sg_operation_event_parse (&event, value, &error))
    {
      note_problem (body, value->text, error->message);
      return;
    }
  service = event.service != NULL ? event.service : body->service;
  time = get_time (body, &event);
  if (sg_log_store_accepts (body->store, time, &error))
    series = sg_operation_counts_find (body->intake->counts, service, event.type, &error);
  if (series != NULL)
    add_event (body, &event, series, service, time);
  else
    note_problem (body, value->text, error->message);
}

static gboolean
is_full (const Body  *body,
         GError     **error)
{
  if (body->counts->len + body->result->refused < SG_OPERATION_BODY_MAX)
    return FALSE;
  g_set_error (error, SG_INTAKE_ERROR, SG_INTAKE_ERROR_TOO_MANY,
               "more than %d operations at once: send them in several requests",
               SG_OPERATION_BODY_MAX);
  return TRUE;
}

static void
note_syntax (Body               *body,
             const SgJsonReader *reader)
{
  g_autofree char *message = g_strdup_printf ("what is here %s", reader->reason);

  note_problem (body, reader->failed, message);
}

static gboolean
take_array (Body          *body,
            SgJsonReader  *reader,
            GError       **error)
{
  SgJsonSlice value;

  reader->p++;
  sg_json_reader_skip_blanks (reader);
  if (reader->p < reader->end && *reader->p == ']')
    return TRUE;
  for (;;)
    {
      if (is_full (body, error))
        return FALSE;
      if (!sg_json_reader_value (reader, &value))
        {
          note_syntax (body, reader);
          return TRUE;
        }
      take_value (body, &value);
      sg_json_reader_skip_blanks (reader);
      if (reader->p < reader->end && *reader->p == ']')
        return TRUE;
      if (reader->p == reader->end || *reader->p != ',')
        {
          note_problem (body, reader->p, "what is here should be “,” or “]”");
          return TRUE;
        }
      reader->p++;
    }
}

static const char *
find_line_end (const char *p,
               const char *end)
{
  const char *newline = memchr (p, '\n', (gsize) (end - p));

  return newline != NULL ? newline : end;
}

static void
take_line (Body       *body,
           const char *begin,
           const char *end)
{
  SgJsonReader reader;
  SgJsonSlice value;

  sg_json_reader_init (&reader, begin, (gsize) (end - begin));
  if (!sg_json_reader_value (&reader, &value))
    {
      note_syntax (body, &reader);
      return;
    }
  sg_json_reader_skip_blanks (&reader);
  if (reader.p < end)
    note_problem (body, reader.p,
                  "what is here is behind the end of the operation: write one a line");
  else
    take_value (body, &value);
}

static gboolean
take_lines (Body        *body,
            const char  *p,
            const char  *end,
            GError     **error)
{
  while (p < end)
    {
      const char *line_end = find_line_end (p, end);
      SgJsonReader reader;

      sg_json_reader_init (&reader, p, (gsize) (line_end - p));
      sg_json_reader_skip_blanks (&reader);
      if (reader.p < line_end)
        {
          if (is_full (body, error))
            return FALSE;
          take_line (body, p, line_end);
        }
      p = line_end < end ? line_end + 1 : end;
    }
  return TRUE;
}

/* Whether what begins at @reader is lines, and not one object over several. */
static gboolean
is_lines (const SgJsonReader *reader)
{
  const char *line_end = find_line_end (reader->p, reader->end);
  SgJsonReader line;
  SgJsonSlice value;

  sg_json_reader_init (&line, reader->p, (gsize) (line_end - reader->p));
  if (line_end == reader->end || sg_json_reader_value (&line, &value))
    return TRUE;
  sg_json_reader_init (&line, line_end, (gsize) (reader->end - line_end));
  sg_json_reader_skip_blanks (&line);
  return line.p == line.end || *line.p == '{';
}

static gboolean
read_body (Body          *body,
           SgJsonReader  *reader,
           GError       **error)
{
  if (reader->p == reader->end)
    {
      g_set_error (
          error, SG_INTAKE_ERROR, SG_INTAKE_ERROR_EMPTY,
          "the body is empty: send an operation as a JSON object, an array of them, or one "
          "a line");
      return FALSE;
    }
  if (*reader->p == '[')
    return take_array (body, reader, error);
  if (is_lines (reader))
    return take_lines (body, reader->p, reader->end, error);
  take_line (body, reader->p, reader->end);
  return TRUE;
}

/* Returns: whether the bucket has something; the debt of the body before was paid by waiting */
static gboolean
is_within_rate (SgOperationIntake  *self,
                SgIntakeResult     *result,
                GError            **error)
{
  SgMonotonic now = sg_clock_monotonic (self->clock);

  SG_LOCK_SCOPE (&self->lock);
  self->tokens += sg_monotonic_seconds (self->filled, now) * self->max_rate;
  self->tokens = MIN (self->tokens, self->max_rate);
  self->filled = now;
  if (self->tokens > 0)
    return TRUE;
  result->retry_after = 1 + (guint) (-self->tokens / MAX (self->max_rate, 1));
  g_set_error (error, SG_INTAKE_ERROR, SG_INTAKE_ERROR_BUSY,
               "more than %u operations come in a second: try again in %u s, or raise "
               "--operations.max-rate",
               self->max_rate, result->retry_after);
  return FALSE;
}

static void
spend (SgOperationIntake *self,
       guint              amount)
{
  SG_LOCK_SCOPE (&self->lock);
  self->tokens -= amount;
}

static void
count_all (Body *body)
{
  for (guint i = 0; i < body->counts->len; i++)
    {
      const Count *count = &g_array_index (body->counts, Count, i);

      sg_operation_series_count (count->series, count->status, count->cache, count->duration_us,
                                 count->records);
    }
  body->result->taken = body->counts->len;
}

static gboolean
store_all (Body    *body,
           GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean busy;

  if (sg_log_store_append (body->store, body->batch, &problem))
    return TRUE;
  busy = g_error_matches (problem, SG_LOGS_ERROR, SG_LOGS_ERROR_BUSY);
  body->result->retry_after = 1;
  g_set_error_literal (error, SG_INTAKE_ERROR, busy ? SG_INTAKE_ERROR_BUSY : SG_INTAKE_ERROR_STORE,
                       problem->message);
  return FALSE;
}

static gboolean
take_body (Body          *body,
           SgJsonReader  *reader,
           GError       **error)
{
  gboolean read = read_body (body, reader, error);

  spend (body->intake, body->counts->len + body->result->refused);
  if (!read || !store_all (body, error))
    return FALSE;
  count_all (body);
  return TRUE;
}

/**
 * sg_operation_intake_take:
 * @self: an intake
 * @store: where operations are kept
 * @text: a body
 * @length: its length
 * @service: (nullable): whose operations they are that do not say so
 * @ret_result: (out caller-allocates): what was taken; clear it, whether this fails or not
 * @error: why nothing was
 *
 * Waits for the store: for workers.
 *
 * Returns: whether what is right of the body is stored, and stays there
 */
gboolean
sg_operation_intake_take (SgOperationIntake  *self,
                          SgLogStore         *store,
                          const char         *text,
                          gsize               length,
                          const char         *service,
                          SgIntakeResult     *ret_result,
                          GError            **error)
{
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (Count));
  gsize mark = length >= 3 && memcmp (text, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0;
  SgJsonReader reader;
  Body body = { self,
                store,
                service != NULL ? service : UNNAMED,
                text,
                sg_clock_now_ns (self->clock),
                batch,
                counts,
                1,
                text,
                ret_result };
  GError *problem = NULL;
  gboolean taken;

  *ret_result = (SgIntakeResult) { 0 };
  ret_result->problems = g_array_new (FALSE, FALSE, sizeof (SgIntakeProblem));
  g_array_set_clear_func (ret_result->problems, problem_clear);
  sg_json_reader_init (&reader, text + mark, length - mark);
  sg_json_reader_skip_blanks (&reader);
  taken = is_within_rate (self, ret_result, &problem) && take_body (&body, &reader, &problem);
  if (g_error_matches (problem, SG_INTAKE_ERROR, SG_INTAKE_ERROR_BUSY))
    sg_counter_inc (self->throttled);
  sg_counter_add (self->taken, ret_result->taken);
  sg_counter_add (self->refused, ret_result->refused);
  if (!taken)
    g_propagate_error (error, problem);
  return taken;
}

gboolean
sg_operation_intake_has_any (SgOperationIntake *self)
{
  return sg_counter_get (self->taken) > 0;
}
