/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-day-private.h"

#include <errno.h>
#include <stdio.h>

#include "logs/sg-logs-error.h"

/*
 * The file of a day
 *
 * Records are kept in SQLite, one file for each day of UTC, logs/2026-11-20.db: keeping less is deleting
 * a file, which costs the same for a thousand records and for a billion, and leaves no holes. Any
 * sqlite3 can read it.
 *
 *   records (place INTEGER PRIMARY KEY, kind, severity, service, name, status,
 *            duration, amount, key, message, trace, fields)
 *   words   (id INTEGER PRIMARY KEY, word)
 *
 * `place` is the row's own number and the order of time at once:
 *
 *   bits 16 to 62   nanoseconds since the day began
 *   bits 0 to 15    a sequence, which tells records of the same nanosecond apart
 *
 * so that rows which come in order are written at the end of the tree, a window is a range of it, the
 * newest page is read from its end, and no index of times is needed. `service`, `name` and `status`
 * are numbers of rows of `words`, of which there are few. One narrow index there is, on (kind,
 * severity): whoever asks for what failed last day reads just that, however much went well.
 *
 * The journal is a write-ahead log, so that readers and the writer do not wait for each other, and
 * with synchronous=NORMAL: a commit has reached the system's cache when it returns, and so survives
 * the end of the process, kill -9 included. Losing power may lose the last commits, not more.
 */
#define APPLICATION_ID 0x53474c47 /* SGLG */
#define VERSION        1

static const char schema[] =
    "BEGIN;"
    "CREATE TABLE IF NOT EXISTS records ("
    " place INTEGER PRIMARY KEY, kind INTEGER NOT NULL, severity INTEGER NOT NULL,"
    " service INTEGER NOT NULL, name INTEGER NOT NULL, status INTEGER NOT NULL,"
    " duration INTEGER, amount INTEGER, key TEXT, message TEXT, trace TEXT, fields TEXT);"
    "CREATE TABLE IF NOT EXISTS words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);"
    "CREATE INDEX IF NOT EXISTS records_by_kind ON records (kind, severity);"
    "PRAGMA application_id = " G_STRINGIFY (APPLICATION_ID) ";"
                                                            "PRAGMA user_version = " G_STRINGIFY (
                                                                VERSION) ";"
                                                                         "COMMIT;";

/* A second connection waits for a checkpoint, not longer. */
#define BUSY_MS 5000

SgLogDayNumber
sg_log_day_number (SgTimeNs time)
{
  gint64 day = time.ns / SG_LOG_NS_PER_DAY;

  return (SgLogDayNumber) (time.ns % SG_LOG_NS_PER_DAY < 0 ? day - 1 : day);
}

SgTimeNs
sg_log_day_start (SgLogDayNumber day)
{
  return (SgTimeNs) { day * SG_LOG_NS_PER_DAY };
}

/**
 * sg_log_day_file_name:
 * @day: a day
 *
 * Returns: (transfer full): the name of its file, like 2026-11-20.db
 */
char *
sg_log_day_file_name (SgLogDayNumber day)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (day * G_GINT64_CONSTANT (86400));

  g_return_val_if_fail (date != NULL, NULL);
  return g_date_time_format (date, "%Y-%m-%d.db");
}

/**
 * sg_log_day_parse_name:
 * @name: the name of a file
 * @ret_day: (out): the day whose file it is
 *
 * Returns: %FALSE when it is no such name
 */
gboolean
sg_log_day_parse_name (const char     *name,
                       SgLogDayNumber *ret_day)
{
  g_autofree char *canonical = NULL;
  g_autoptr (GDateTime) date = NULL;
  int year, month, day;

  if (sscanf (name, "%4d-%2d-%2d.db", &year, &month, &day) != 3)
    return FALSE;
  date = g_date_time_new_utc (year, month, day, 0, 0, 0);
  if (date == NULL)
    return FALSE;
  canonical = g_date_time_format (date, "%Y-%m-%d.db");
  if (!g_str_equal (canonical, name))
    return FALSE;
  *ret_day = (SgLogDayNumber) (g_date_time_to_unix (date) / 86400);
  return TRUE;
}

gint64
sg_log_day_place (SgTimeNs time,
                  guint    sequence)
{
  gint64 ns = time.ns - sg_log_day_start (sg_log_day_number (time)).ns;

  return ns << SG_LOG_SEQUENCE_BITS | sequence;
}

static gboolean
is_full (SgLogDay *self)
{
  int code = sqlite3_errcode (self->db);
  int system = sqlite3_system_errno (self->db);

  return code == SQLITE_FULL || (code == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT));
}

/* Says what SQLite said, as an error of this module. */
gboolean
sg_log_day_fail (SgLogDay    *self,
                 const char  *what,
                 GError     **error)
{
  int code = sqlite3_errcode (self->db);

  if (code == SQLITE_INTERRUPT)
    g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_CANCELLED, "%s: given up", self->path);
  else if (is_full (self))
    g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_NO_SPACE,
                 "%s: %s: no space is left on the disk", self->path, what);
  else
    g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO, "%s: %s: %s", self->path, what,
                 sqlite3_errmsg (self->db));
  return FALSE;
}

static gboolean
run (SgLogDay    *self,
     const char  *sql,
     const char  *what,
     GError     **error)
{
  if (sqlite3_exec (self->db, sql, NULL, NULL, NULL) != SQLITE_OK)
    return sg_log_day_fail (self, what, error);
  return TRUE;
}

static gint
read_version (SgLogDay *self)
{
  sqlite3_stmt *statement = NULL;
  gint version = -1;

  if (sqlite3_prepare_v2 (self->db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK
      && sqlite3_step (statement) == SQLITE_ROW)
    version = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return version;
}

static gboolean
prepare (SgLogDay      *self,
         SgLogDayMode   mode,
         GError       **error)
{
  gint version;

  sqlite3_busy_timeout (self->db, BUSY_MS);
  sqlite3_extended_result_codes (self->db, 0);
  if (!run (self, "PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY;", "opening", error))
    return FALSE;
  version = read_version (self);
  if (version < 0)
    return sg_log_day_fail (self, "reading its version", error);
  if (version > VERSION)
    {
      g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO,
                   "%s is of version %d, and only %d is known here: a newer Sightglass wrote it",
                   self->path, version, VERSION);
      return FALSE;
    }
  self->blank = version == 0 && mode == SG_LOG_DAY_READ;
  if (mode == SG_LOG_DAY_READ)
    return run (self, "PRAGMA query_only = ON", "opening", error);
  return run (self,
              "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
              "PRAGMA journal_size_limit = 16777216;",
              "opening", error)
         && (version == VERSION || run (self, schema, "making its tables", error));
}

/**
 * sg_log_day_is_damaged:
 * @self: a day
 *
 * Returns: whether what failed last failed because the file is damaged
 */
gboolean
sg_log_day_is_damaged (SgLogDay *self)
{
  int code = sqlite3_errcode (self->db);

  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/**
 * sg_log_day_open:
 * @folder: where the files are
 * @number: which day
 * @mode: what for
 * @ret_damaged: (out) (optional): whether it failed because the file is damaged
 * @error: return location
 *
 * Returns: (transfer full): a connection, or %NULL
 */
SgLogDay *
sg_log_day_open (const char      *folder,
                 SgLogDayNumber   number,
                 SgLogDayMode     mode,
                 gboolean        *ret_damaged,
                 GError         **error)
{
  g_autoptr (SgLogDay) self = g_new0 (SgLogDay, 1);
  g_autofree char *name = sg_log_day_file_name (number);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  gboolean opened;

  self->number = number;
  self->path = g_build_filename (folder, name, NULL);
  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->last = -1;
  if (mode == SG_LOG_DAY_WRITE)
    flags |= SQLITE_OPEN_CREATE;
  opened = sqlite3_open_v2 (self->path, &self->db, flags, NULL) == SQLITE_OK
               ? prepare (self, mode, error)
               : sg_log_day_fail (self, "opening", error);
  if (opened)
    return g_steal_pointer (&self);
  if (ret_damaged != NULL)
    *ret_damaged = sg_log_day_is_damaged (self);
  return NULL;
}

void
sg_log_day_close (SgLogDay *self)
{
  sqlite3_finalize (self->insert);
  sqlite3_close (self->db);
  g_hash_table_unref (self->words);
  g_free (self->path);
  g_free (self);
}

SgLogDayNumber
sg_log_day_get_number (const SgLogDay *self)
{
  return self->number;
}

gboolean
sg_log_day_begin (SgLogDay  *self,
                  GError   **error)
{
  return run (self, "BEGIN IMMEDIATE", "beginning", error);
}

gboolean
sg_log_day_commit (SgLogDay  *self,
                   GError   **error)
{
  return run (self, "COMMIT", "committing", error);
}

/* What was learned since the beginning is forgotten with it. */
void
sg_log_day_rollback (SgLogDay *self)
{
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  g_hash_table_remove_all (self->words);
  self->last = -1;
}

static gboolean
add_word (SgLogDay    *self,
          const char  *word,
          gint64      *ret_id,
          GError     **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean found = FALSE;

  /* The clause that changes nothing makes it answer for a word that was there, too. */
  if (sqlite3_prepare_v2 (self->db,
                          "INSERT INTO words (word) VALUES (?1)"
                          " ON CONFLICT DO UPDATE SET word = word RETURNING id",
                          -1, &statement, NULL)
      == SQLITE_OK)
    {
      sqlite3_bind_text (statement, 1, word, -1, SQLITE_STATIC);
      if (sqlite3_step (statement) == SQLITE_ROW)
        {
          *ret_id = sqlite3_column_int64 (statement, 0);
          found = sqlite3_step (statement) == SQLITE_DONE;
        }
    }
  if (!found)
    sg_log_day_fail (self, "adding a word", error);
  sqlite3_finalize (statement);
  return found;
}

static gboolean
get_word (SgLogDay    *self,
          const char  *word,
          gint64      *ret_id,
          GError     **error)
{
  gint64 *known = g_hash_table_lookup (self->words, word);

  if (known == NULL)
    {
      gint64 id;

      if (!add_word (self, word, &id, error))
        return FALSE;
      known = g_memdup2 (&id, sizeof id);
      g_hash_table_insert (self->words, g_strdup (word), known);
    }
  *ret_id = *known;
  return TRUE;
}

static void
bind_number (sqlite3_stmt *statement,
             int           index,
             gint64        value)
{
  if (value == SG_LOG_NONE)
    sqlite3_bind_null (statement, index);
  else
    sqlite3_bind_int64 (statement, index, value);
}

static gboolean
bind_record (SgLogDay           *self,
             const SgLogRecord  *record,
             GError            **error)
{
  const char *const words[] = { record->service, record->name, record->status };
  const char *const texts[] = { record->key, record->message, record->trace_id, record->fields };

  sqlite3_bind_int (self->insert, 2, (int) record->kind);
  sqlite3_bind_int (self->insert, 3, (int) record->severity);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gint64 id;

      if (!get_word (self, words[i], &id, error))
        return FALSE;
      sqlite3_bind_int64 (self->insert, 4 + (int) i, id);
    }
  bind_number (self->insert, 7, record->duration_us);
  bind_number (self->insert, 8, record->amount);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    sqlite3_bind_text (self->insert, 9 + (int) i, texts[i], -1, SQLITE_STATIC);
  return TRUE;
}

static gboolean
insert_at (SgLogDay *self,
           gint64    place)
{
  int code;

  sqlite3_bind_int64 (self->insert, 1, place);
  code = sqlite3_step (self->insert);
  sqlite3_reset (self->insert);
  return code == SQLITE_DONE;
}

/* The first free place of the nanosecond of @place; past its last one, the next nanosecond begins. */
static gint64
find_free_place (SgLogDay *self,
                 gint64    place)
{
  gint64 first = place >> SG_LOG_SEQUENCE_BITS << SG_LOG_SEQUENCE_BITS;
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->db, "SELECT max(place) FROM records WHERE place BETWEEN ?1 AND ?2",
                          -1, &statement, NULL)
      == SQLITE_OK)
    {
      sqlite3_bind_int64 (statement, 1, first);
      sqlite3_bind_int64 (statement, 2, first + SG_LOG_MAX_SEQUENCE);
      if (sqlite3_step (statement) == SQLITE_ROW
          && sqlite3_column_type (statement, 0) != SQLITE_NULL)
        place = sqlite3_column_int64 (statement, 0) + 1;
    }
  sqlite3_finalize (statement);
  return place;
}

/*
 * Where a record of this time goes. That the last one had the same time is the common case of many
 * that share one: those of a clock that counts milliseconds.
 */
static gboolean
insert_somewhere (SgLogDay  *self,
                  SgTimeNs   time,
                  GError   **error)
{
  gint64 place = sg_log_day_place (time, 0);

  if (self->last >> SG_LOG_SEQUENCE_BITS == place >> SG_LOG_SEQUENCE_BITS)
    place = self->last + 1;
  while (!insert_at (self, place))
    {
      gint64 next;

      if (sqlite3_errcode (self->db) != SQLITE_CONSTRAINT)
        return sg_log_day_fail (self, "inserting a record", error);
      next = find_free_place (self, place);
      place = next > place ? next : place + 1;
    }
  self->last = place;
  return TRUE;
}

/**
 * sg_log_day_insert:
 * @self: a day that was opened for writing, between begin and commit
 * @record: a record of that day
 * @error: return location
 *
 * Returns: %FALSE if it could not be inserted; the transaction must then be rolled back
 */
gboolean
sg_log_day_insert (SgLogDay           *self,
                   const SgLogRecord  *record,
                   GError            **error)
{
  if (self->insert == NULL
      && sqlite3_prepare_v3 (self->db,
                             "INSERT INTO records VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
                             -1, SQLITE_PREPARE_PERSISTENT, &self->insert, NULL)
             != SQLITE_OK)
    return sg_log_day_fail (self, "preparing to insert", error);
  return bind_record (self, record, error) && insert_somewhere (self, record->time, error);
}
