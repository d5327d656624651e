/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-day-private.h"

#include "logs/sg-logs-error.h"

/*
 * Reading a day
 *
 * Most questions are a range of places that is walked from one end, each row looked at, until there
 * are enough: that needs no index, and is quick as long as much of what is walked is wanted. Where
 * only severities of warning and above are asked for, which are rare, the index on (kind, severity)
 * finds them, one walk for each pair of a kind and a severity, merged by place: a union of ordered
 * parts, each of which stops at the limit by itself.
 */
#define RARE_SEVERITIES (SG_LOG_ALL_SEVERITIES & ~(1u << SG_LOG_DEBUG | 1u << SG_LOG_INFO))

/* How often a walk asks whether it should stop: in steps of SQLite's machine. */
#define STEPS_BETWEEN_LOOKS 5000

#define COLUMNS                                                                            \
  "place, kind, severity, (SELECT word FROM words WHERE id = service),"                    \
  " (SELECT word FROM words WHERE id = name), (SELECT word FROM words WHERE id = status)," \
  " duration, amount, key, message, trace, fields"

enum
{
  BIND_FIRST = 1,
  BIND_LAST,
  BIND_LIMIT,
  BIND_SERVICE,
  BIND_NAME,
  BIND_STATUS,
  BIND_KEY,
  BIND_CONTAINS,
  BIND_MIN_DURATION,
  BIND_MAX_DURATION,
};

/**
 * Range:
 * @first: the first place
 * @last: the last place; less than the first when there is none
 */
typedef struct
{
  gint64 first;
  gint64 last;
} Range;

static Range
get_range (SgLogDay         *self,
           const SgLogQuery *query)
{
  gint64 start = sg_log_day_start (self->number).ns;
  Range range = { 0, (SG_LOG_NS_PER_DAY << SG_LOG_SEQUENCE_BITS) - 1 };

  if (query->from.ns > start)
    range.first = sg_log_day_number (query->from) > self->number
                      ? G_MAXINT64
                      : sg_log_day_place (query->from, 0);
  if (query->to.ns < start + SG_LOG_NS_PER_DAY)
    range.last = query->to.ns <= start ? -1 : sg_log_day_place (query->to, 0) - 1;
  if (query->after != NULL && sg_log_day_number (query->after->time) == self->number)
    {
      gint64 after = sg_log_day_place (query->after->time, query->after->sequence);

      if (query->order == SG_LOG_NEWEST_FIRST)
        range.last = MIN (range.last, after - 1);
      else
        range.first = MAX (range.first, after + 1);
    }
  return range;
}

static void
append_mask (GString    *sql,
             const char *column,
             guint       mask,
             guint       all)
{
  const char *separator = "";

  if (mask == 0 || mask == all)
    return;
  g_string_append_printf (sql, " AND %s IN (", column);
  for (guint i = 0; mask >> i != 0; i++)
    {
      if (mask >> i & 1)
        {
          g_string_append_printf (sql, "%s%u", separator, i);
          separator = ",";
        }
    }
  g_string_append_c (sql, ')');
}

/* What holds for a row besides its place, kind and severity. */
static void
append_conditions (GString          *sql,
                   const SgLogQuery *query)
{
  if (query->service != NULL)
    g_string_append (sql, " AND service = (SELECT id FROM words WHERE word = ?4)");
  if (query->name != NULL)
    g_string_append (sql, " AND name = (SELECT id FROM words WHERE word = ?5)");
  if (query->status != NULL)
    g_string_append (sql, " AND status = (SELECT id FROM words WHERE word = ?6)");
  if (query->key != NULL)
    g_string_append (sql, " AND key = ?7");
  if (query->contains != NULL)
    g_string_append (sql, " AND (key LIKE ?8 ESCAPE '\\' OR message LIKE ?8 ESCAPE '\\')");
  if (query->min_duration_us > 0)
    g_string_append (sql, " AND duration >= ?9");
  if (query->max_duration_us > 0)
    g_string_append (sql, " AND duration < ?10");
}

static const char *
order_clause (const SgLogQuery *query)
{
  return query->order == SG_LOG_NEWEST_FIRST ? " ORDER BY place DESC" : " ORDER BY place";
}

/* One walk along the index; @what are the columns, or a count of them. */
static void
append_indexed_part (GString          *sql,
                     const SgLogQuery *query,
                     const char       *what,
                     guint             kind,
                     guint             severity)
{
  g_string_append_printf (sql,
                          "SELECT %s FROM records INDEXED BY records_by_kind"
                          " WHERE place BETWEEN ?1 AND ?2 AND kind = %u AND severity = %u",
                          what, kind, severity);
  append_conditions (sql, query);
}

/* All walks along the index, as one table; @limited ones stop when they have enough. */
static void
append_indexed (GString          *sql,
                const SgLogQuery *query,
                const char       *what,
                gboolean          limited)
{
  guint kinds = query->kinds != 0 ? query->kinds : SG_LOG_ALL_KINDS;
  const char *separator = "";

  for (guint kind = 0; kind < SG_LOG_N_KINDS; kind++)
    {
      for (guint severity = 0; severity < SG_LOG_N_SEVERITIES; severity++)
        {
          if (!(kinds >> kind & 1) || !(query->severities >> severity & 1))
            continue;
          g_string_append_printf (sql, "%sSELECT * FROM (", separator);
          append_indexed_part (sql, query, what, kind, severity);
          if (limited)
            g_string_append_printf (sql, "%s LIMIT ?3", order_clause (query));
          g_string_append_c (sql, ')');
          separator = " UNION ALL ";
        }
    }
}

static gboolean
is_rare (const SgLogQuery *query)
{
  return query->severities != 0 && (query->severities & ~RARE_SEVERITIES) == 0;
}

static char *
write_select (const SgLogQuery *query)
{
  GString *sql = g_string_new (NULL);

  if (is_rare (query))
    append_indexed (sql, query, COLUMNS, TRUE);
  else
    {
      g_string_append (sql,
                       "SELECT " COLUMNS " FROM records NOT INDEXED WHERE place BETWEEN ?1 AND ?2");
      append_mask (sql, "kind", query->kinds, SG_LOG_ALL_KINDS);
      append_mask (sql, "severity", query->severities, SG_LOG_ALL_SEVERITIES);
      append_conditions (sql, query);
    }
  g_string_append_printf (sql, "%s LIMIT ?3", order_clause (query));
  return g_string_free (sql, FALSE);
}

static char *
write_count (const SgLogQuery *query)
{
  GString *sql = g_string_new (NULL);

  if (is_rare (query))
    {
      g_string_append (sql, "SELECT sum(n) FROM (");
      append_indexed (sql, query, "count(*) AS n", FALSE);
      g_string_append_c (sql, ')');
      return g_string_free (sql, FALSE);
    }
  g_string_append (sql, "SELECT count(*) FROM records NOT INDEXED WHERE place BETWEEN ?1 AND ?2");
  append_mask (sql, "kind", query->kinds, SG_LOG_ALL_KINDS);
  append_mask (sql, "severity", query->severities, SG_LOG_ALL_SEVERITIES);
  append_conditions (sql, query);
  return g_string_free (sql, FALSE);
}

/* The pattern of LIKE for text that has @text in it. */
static char *
write_pattern (const char *text)
{
  GString *pattern = g_string_new ("%");

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '%' || *p == '_' || *p == '\\')
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, *p);
    }
  g_string_append_c (pattern, '%');
  return g_string_free (pattern, FALSE);
}

static void
bind_text (sqlite3_stmt *statement,
           int           index,
           const char   *text)
{
  if (text != NULL)
    sqlite3_bind_text (statement, index, text, -1, SQLITE_TRANSIENT);
}

/* What a statement has no parameter for is refused by SQLite, and needs not be told apart here. */
static sqlite3_stmt *
prepare (SgLogDay          *self,
         const SgLogQuery  *query,
         const char        *sql,
         guint              limit,
         GError           **error)
{
  g_autofree char *pattern = query->contains != NULL ? write_pattern (query->contains) : NULL;
  Range range = get_range (self, query);
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      sg_log_day_fail (self, "preparing to read", error);
      return NULL;
    }
  sqlite3_bind_int64 (statement, BIND_FIRST, range.first);
  sqlite3_bind_int64 (statement, BIND_LAST, range.last);
  sqlite3_bind_int64 (statement, BIND_LIMIT, limit);
  bind_text (statement, BIND_SERVICE, query->service);
  bind_text (statement, BIND_NAME, query->name);
  bind_text (statement, BIND_STATUS, query->status);
  bind_text (statement, BIND_KEY, query->key);
  bind_text (statement, BIND_CONTAINS, pattern);
  sqlite3_bind_int64 (statement, BIND_MIN_DURATION, query->min_duration_us);
  sqlite3_bind_int64 (statement, BIND_MAX_DURATION, query->max_duration_us);
  return statement;
}

static const char *
get_word (sqlite3_stmt *statement,
          int           column)
{
  const char *word = (const char *) sqlite3_column_text (statement, column);

  return word != NULL ? word : "";
}

static gint64
get_number (sqlite3_stmt *statement,
            int           column)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return SG_LOG_NONE;
  return sqlite3_column_int64 (statement, column);
}

static void
add_row (SgLogDay     *self,
         sqlite3_stmt *statement,
         SgLogBatch   *page)
{
  gint64 place = sqlite3_column_int64 (statement, 0);
  gint64 ns = sg_log_day_start (self->number).ns + (place >> SG_LOG_SEQUENCE_BITS);
  SgLogRecord record = {
    .time = { ns },
    .sequence = (guint) place & SG_LOG_MAX_SEQUENCE,
    .kind = (SgLogKind) CLAMP (sqlite3_column_int (statement, 1), 0, SG_LOG_N_KINDS - 1),
    .severity =
        (SgLogSeverity) CLAMP (sqlite3_column_int (statement, 2), 0, SG_LOG_N_SEVERITIES - 1),
    .service = get_word (statement, 3),
    .name = get_word (statement, 4),
    .status = get_word (statement, 5),
    .duration_us = get_number (statement, 6),
    .amount = get_number (statement, 7),
    .key = (const char *) sqlite3_column_text (statement, 8),
    .message = (const char *) sqlite3_column_text (statement, 9),
    .trace_id = (const char *) sqlite3_column_text (statement, 10),
    .fields = (const char *) sqlite3_column_text (statement, 11),
  };

  sg_log_batch_add (page, &record);
}

static int
on_progress (gpointer data)
{
  return g_cancellable_is_cancelled (data);
}

static void
watch (SgLogDay     *self,
       GCancellable *cancellable)
{
  if (cancellable != NULL)
    sqlite3_progress_handler (self->db, STEPS_BETWEEN_LOOKS, on_progress, cancellable);
  else
    sqlite3_progress_handler (self->db, 0, NULL, NULL);
}

/**
 * sg_log_day_select:
 * @self: a day
 * @query: which records; its own limit does not count
 * @limit: how many at most
 * @cancellable: (nullable): to give up
 * @page: where they are added, in order
 * @error: return location
 *
 * Returns: %FALSE if they could not all be read
 */
gboolean
sg_log_day_select (SgLogDay          *self,
                   const SgLogQuery  *query,
                   guint              limit,
                   GCancellable      *cancellable,
                   SgLogBatch        *page,
                   GError           **error)
{
  g_autofree char *sql = write_select (query);
  sqlite3_stmt *statement;
  gboolean done;
  int code;

  if (self->blank)
    return TRUE;
  statement = prepare (self, query, sql, limit, error);
  if (statement == NULL)
    return FALSE;
  watch (self, cancellable);
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    add_row (self, statement, page);
  done = code == SQLITE_DONE || sg_log_day_fail (self, "reading", error);
  sqlite3_finalize (statement);
  watch (self, NULL);
  return done;
}

/**
 * sg_log_day_count:
 * @self: a day
 * @query: which records; its limit does not count
 * @cancellable: (nullable): to give up
 * @ret_count: (out): how many there are
 * @error: return location
 *
 * Returns: %FALSE if they could not be counted
 */
gboolean
sg_log_day_count (SgLogDay          *self,
                  const SgLogQuery  *query,
                  GCancellable      *cancellable,
                  guint64           *ret_count,
                  GError           **error)
{
  g_autofree char *sql = write_count (query);
  sqlite3_stmt *statement;
  gboolean done;

  if (self->blank)
    {
      *ret_count = 0;
      return TRUE;
    }
  statement = prepare (self, query, sql, 0, error);
  if (statement == NULL)
    return FALSE;
  watch (self, cancellable);
  done = sqlite3_step (statement) == SQLITE_ROW;
  if (done)
    *ret_count = (guint64) sqlite3_column_int64 (statement, 0);
  else
    sg_log_day_fail (self, "counting", error);
  sqlite3_finalize (statement);
  watch (self, NULL);
  return done;
}
