/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-database.h"

#include <math.h>
#include <sqlite3.h>

/*
 * One table: key, version, content. A write that names no version gives the next one.
 *
 * The file lies in a folder that is deleted with the demonstration, so nothing waits for a disk, and each
 * access would take some ten microseconds. What a network and a disk would add is therefore waited for: a
 * time whose logarithm is distributed normally, as the times of real ones are, with a median of 0.7 ms,
 * one in a hundred above 6 ms; and longer by a factor while the disk is slow. An access that would take
 * longer than it may is given up when that time is over.
 *
 * The locks are SQLite's own. The journal is a file beside the database, not a write-ahead log, so that who
 * has the file for himself keeps the others from reading too. A connection that finds the file locked
 * tries again in steps, LOCK_TRIES times, which is waited for as the rest is.
 */
#define MEDIAN_US     700
#define SIGMA         0.9
#define LIMIT_US      250000
#define LOCK_STEP_US  8000
#define LOCK_TRIES    10
#define MESSAGE_LIMIT "the database did not answer within %" G_GINT64_FORMAT " ms"

typedef enum
{
  STATEMENT_PROBE,
  STATEMENT_READ,
  STATEMENT_WRITE,
  STATEMENT_INSERT,
  STATEMENT_DAMAGE,
  STATEMENT_REMOVE,
  STATEMENT_LIST,
  N_STATEMENTS,
} Statement;

static const char *const texts[N_STATEMENTS] = {
  [STATEMENT_PROBE] = "SELECT count(*) FROM (SELECT 1 FROM entry LIMIT 1)",
  [STATEMENT_READ] = "SELECT version, content FROM entry WHERE key = ?1",
  [STATEMENT_WRITE] =
      "INSERT INTO entry VALUES (?1, max(?2, 1), ?3) ON CONFLICT (key) DO UPDATE SET "
      "version = iif(?2 = 0, version + 1, ?2), content = excluded.content RETURNING version",
  [STATEMENT_INSERT] = "INSERT INTO entry VALUES (?1, 1, ?3)",
  [STATEMENT_DAMAGE] = "UPDATE entry SET content = ?3 WHERE key = ?1",
  [STATEMENT_REMOVE] = "DELETE FROM entry WHERE key = ?1",
  [STATEMENT_LIST] = "SELECT key, version, content FROM entry WHERE key > ?1 ORDER BY key LIMIT ?2",
};

struct _SgDemoDatabase
{
  sqlite3 *db;
  sqlite3_stmt *statements[N_STATEMENTS];
  GRand *random;
  SgDemoPause pause;
  gpointer user_data;
  double slower;
  gint64 limit_us;
  gboolean in_transaction;
};

G_DEFINE_QUARK (sg-demo-error-quark, sg_demo_error)

static gboolean
fail (SgDemoDatabase  *self,
      GError         **error)
{
  int code = sqlite3_extended_errcode (self->db);
  SgDemoError kind = SG_DEMO_ERROR_DATABASE;

  if ((code & 0xff) == SQLITE_BUSY)
    kind = SG_DEMO_ERROR_LOCKED;
  else if ((code & 0xff) == SQLITE_CONSTRAINT)
    kind = SG_DEMO_ERROR_EXISTS;
  g_set_error_literal (error, SG_DEMO_ERROR, kind, sqlite3_errmsg (self->db));
  return FALSE;
}

static int
on_locked (gpointer user_data,
           int      tries)
{
  SgDemoDatabase *self = user_data;

  if (tries >= LOCK_TRIES)
    return 0;
  self->pause (LOCK_STEP_US, self->user_data);
  return 1;
}

/* One of two numbers that are distributed normally, by Box and Muller. */
static double
draw_normal (GRand *random)
{
  double radius = sqrt (-2 * log (1 - g_rand_double (random)));

  return radius * cos (2 * G_PI * g_rand_double (random));
}

/* Waits as long as the disk takes. What belongs to a transaction is sent with its end. */
static gboolean
wait_for_disk (SgDemoDatabase  *self,
               GError         **error)
{
  double us = MEDIAN_US * self->slower * exp (SIGMA * draw_normal (self->random));

  if (us <= (double) self->limit_us)
    {
      self->pause ((gint64) us, self->user_data);
      return TRUE;
    }
  self->pause (self->limit_us, self->user_data);
  g_set_error (error, SG_DEMO_ERROR, SG_DEMO_ERROR_TIMEOUT, MESSAGE_LIMIT, self->limit_us / 1000);
  return FALSE;
}

static gboolean
prepare (SgDemoDatabase  *self,
         GError         **error)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    {
      if (sqlite3_prepare_v3 (self->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                              &self->statements[i], NULL)
          != SQLITE_OK)
        return fail (self, error);
    }
  return TRUE;
}

/**
 * sg_demo_database_open:
 * @path: the file, which is made if it is not there
 * @seed: of the times that accesses take
 * @pause: waits
 * @user_data: for @pause
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a connection
 */
SgDemoDatabase *
sg_demo_database_open (const char   *path,
                       guint32       seed,
                       SgDemoPause   pause,
                       gpointer      user_data,
                       GError      **error)
{
  g_autoptr (SgDemoDatabase) self = g_new0 (SgDemoDatabase, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  self->random = g_rand_new_with_seed (seed);
  self->pause = pause;
  self->user_data = user_data;
  sg_demo_database_set_speed (self, 1, LIMIT_US);
  if (sqlite3_open_v2 (path, &self->db, flags, NULL) != SQLITE_OK)
    {
      fail (self, error);
      return NULL;
    }
  sqlite3_busy_handler (self->db, on_locked, self);
  if (sqlite3_exec (self->db,
                    "PRAGMA journal_mode = truncate; PRAGMA synchronous = off;"
                    "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, version INTEGER NOT "
                    "NULL, content BLOB NOT NULL) WITHOUT ROWID",
                    NULL, NULL, NULL)
      == SQLITE_OK)
    return prepare (self, error) ? g_steal_pointer (&self) : NULL;
  fail (self, error);
  return NULL;
}

void
sg_demo_database_free (SgDemoDatabase *self)
{
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  g_rand_free (self->random);
  g_free (self);
}

/**
 * sg_demo_database_set_speed:
 * @self: a connection
 * @slower: by how much accesses take longer than usual
 * @limit_us: how long one may take, or 0 for a quarter of a second
 */
void
sg_demo_database_set_speed (SgDemoDatabase *self,
                            double          slower,
                            gint64          limit_us)
{
  self->slower = slower;
  self->limit_us = limit_us > 0 ? limit_us : LIMIT_US;
}

/* Begins a statement: waits as long as it takes to get there, unless a transaction will be sent as a whole. */
static sqlite3_stmt *
begin (SgDemoDatabase  *self,
       Statement        statement,
       const char      *key,
       GBytes          *content,
       GError         **error)
{
  sqlite3_stmt *stmt = self->statements[statement];

  if (!self->in_transaction && !wait_for_disk (self, error))
    return NULL;
  if (key != NULL)
    sqlite3_bind_text (stmt, 1, key, -1, SQLITE_TRANSIENT);
  if (content != NULL)
    sqlite3_bind_blob64 (stmt, 3, g_bytes_get_data (content, NULL), g_bytes_get_size (content),
                         SQLITE_TRANSIENT);
  return stmt;
}

/* Runs a statement that yields nothing. */
static gboolean
run (SgDemoDatabase  *self,
     sqlite3_stmt    *stmt,
     GError         **error)
{
  int code;

  if (stmt == NULL)
    return FALSE;
  code = sqlite3_step (stmt);
  if (code != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (stmt);
  return code == SQLITE_DONE;
}

/* Whether it answers. */
gboolean
sg_demo_database_probe (SgDemoDatabase  *self,
                        GError         **error)
{
  sqlite3_stmt *stmt = begin (self, STATEMENT_PROBE, NULL, NULL, error);
  int code;

  if (stmt == NULL)
    return FALSE;
  code = sqlite3_step (stmt);
  if (code != SQLITE_ROW)
    fail (self, error);
  sqlite3_reset (stmt);
  return code == SQLITE_ROW;
}

static GBytes *
column_bytes (sqlite3_stmt *stmt,
              int           column)
{
  const void *data = sqlite3_column_blob (stmt, column);

  return g_bytes_new (data, (gsize) sqlite3_column_bytes (stmt, column));
}

/* @ret_content: (out) (nullable): %NULL where there is no such record */
gboolean
sg_demo_database_read (SgDemoDatabase  *self,
                       const char      *key,
                       GBytes         **ret_content,
                       guint64         *ret_version,
                       GError         **error)
{
  sqlite3_stmt *stmt = begin (self, STATEMENT_READ, key, NULL, error);
  int code;

  if (stmt == NULL)
    return FALSE;
  code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    {
      *ret_version = (guint64) sqlite3_column_int64 (stmt, 0);
      *ret_content = column_bytes (stmt, 1);
    }
  else if (code == SQLITE_DONE)
    *ret_content = NULL;
  else
    fail (self, error);
  sqlite3_reset (stmt);
  return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* @version: (inout): the version it gets, or 0 for the next one, which is then told */
gboolean
sg_demo_database_write (SgDemoDatabase  *self,
                        const char      *key,
                        GBytes          *content,
                        guint64         *version,
                        GError         **error)
{
  sqlite3_stmt *stmt = begin (self, STATEMENT_WRITE, key, content, error);
  guint64 written = *version;
  int code;

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 2, (sqlite3_int64) *version);
  code = sqlite3_step (stmt);
  if (code == SQLITE_ROW)
    {
      written = (guint64) sqlite3_column_int64 (stmt, 0);
      code = sqlite3_step (stmt);
    }
  if (code != SQLITE_DONE)
    fail (self, error);
  else
    *version = written;
  sqlite3_reset (stmt);
  return code == SQLITE_DONE;
}

/* Adds a record that must not be there yet. */
gboolean
sg_demo_database_insert (SgDemoDatabase  *self,
                         const char      *key,
                         GBytes          *content,
                         GError         **error)
{
  return run (self, begin (self, STATEMENT_INSERT, key, content, error), error);
}

/* Changes what a record holds, and not its version: what nobody should do. */
gboolean
sg_demo_database_damage (SgDemoDatabase  *self,
                         const char      *key,
                         GBytes          *content,
                         GError         **error)
{
  return run (self, begin (self, STATEMENT_DAMAGE, key, content, error), error);
}

gboolean
sg_demo_database_remove (SgDemoDatabase  *self,
                         const char      *key,
                         GError         **error)
{
  return run (self, begin (self, STATEMENT_REMOVE, key, NULL, error), error);
}

/**
 * sg_demo_database_begin:
 * @self: a connection
 * @exclusive: whether nobody else may read meanwhile
 * @error: return location
 *
 * Begins a transaction.
 *
 * Returns: %FALSE if somebody else kept the database too long
 */
gboolean
sg_demo_database_begin (SgDemoDatabase  *self,
                        gboolean         exclusive,
                        GError         **error)
{
  const char *text = exclusive ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE";

  if (sqlite3_exec (self->db, text, NULL, NULL, NULL) != SQLITE_OK)
    return fail (self, error);
  self->in_transaction = TRUE;
  return TRUE;
}

/* What could not be committed is rolled back. */
gboolean
sg_demo_database_commit (SgDemoDatabase  *self,
                         GError         **error)
{
  if (wait_for_disk (self, error))
    {
      if (sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        {
          self->in_transaction = FALSE;
          return TRUE;
        }
      fail (self, error);
    }
  sg_demo_database_roll_back (self);
  return FALSE;
}

void
sg_demo_database_roll_back (SgDemoDatabase *self)
{
  if (self->in_transaction)
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  self->in_transaction = FALSE;
}

static gboolean
side_enumerate (const char    *after,
                guint          limit,
                GArray        *entries,
                gpointer       user_data,
                GCancellable  *cancellable,
                GError       **error)
{
  SgDemoDatabase *self = user_data;
  sqlite3_stmt *stmt = begin (self, STATEMENT_LIST, after != NULL ? after : "", NULL, error);
  int code;

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 2, limit);
  while ((code = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      g_autoptr (GBytes) content = column_bytes (stmt, 2);
      SgSyncEntry told = { g_strdup ((const char *) sqlite3_column_text (stmt, 0)),
                           (guint64) sqlite3_column_int64 (stmt, 1), g_bytes_hash (content) };

      g_array_append_val (entries, told);
    }
  if (code != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (stmt);
  return code == SQLITE_DONE;
}

static GBytes *
side_fetch (const char  *key,
            guint64     *ret_version,
            gpointer     user_data,
            GError     **error)
{
  GBytes *content;

  return sg_demo_database_read (user_data, key, &content, ret_version, error) ? content : NULL;
}

static gboolean
side_repair (const char  *key,
             GBytes      *content,
             guint64      version,
             gpointer     user_data,
             GError     **error)
{
  if (content == NULL)
    return sg_demo_database_remove (user_data, key, error);
  return sg_demo_database_write (user_data, key, content, &version, error);
}

/* The database as something that can be compared; @ret_side may be used as long as @self is there. */
void
sg_demo_database_get_side (SgDemoDatabase *self,
                           SgSyncSide     *ret_side)
{
  *ret_side = (SgSyncSide) {
    .name = "database",
    .enumerate = side_enumerate,
    .fetch = side_fetch,
    .repair = side_repair,
    .user_data = self,
  };
}
