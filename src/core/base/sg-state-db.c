/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-state-db.h"

#include "base/sg-error.h"
#include "base/sg-lock.h"
#include "base/sg-thread.h"

#include <errno.h>
#include <glib/gstdio.h>

/*
 * Journal mode WAL with synchronous=FULL: a commit is one fdatasync() of the log. The thread takes all that
 * waits into one transaction, each change in a savepoint of its own, so that many who come together pay
 * for one; and answers them when the transaction is on disk.
 *
 * A file that is not there is made by the first change, and the thread begins with that: who keeps nothing
 * pays for nothing.
 *
 * A file that SQLite says is damaged is moved aside with its log, and a new one is begun: what it held is
 * lost to us but not to the user, who is told.
 */
#define STACK_SIZE   (256 * 1024)
#define BUSY_WAIT_MS 5000

typedef struct
{
  int ref_count;
  SgStateDbFunc func;
  gpointer data;
  GDestroyNotify destroy;
  gboolean good;
  gboolean done;
  GError *error;
} Change;

struct _SgStateDb
{
  int ref_count;
  sqlite3 *db;
  char *path;
  char *damaged_folder;
  SgClock *clock;
  char *set_aside;
  SgLock lock;
  SgCond wake;
  SgCond written;
  GQueue queue;
  gboolean begun;
  gboolean closing;
  gboolean has_thread;
  pthread_t thread;
};

static void
change_unref (Change *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
sg_state_db_fail (sqlite3     *db,
                  const char  *what,
                  GError     **error)
{
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "%s: %s: %s",
               sqlite3_db_filename (db, "main"), what, sqlite3_errmsg (db));
  return FALSE;
}

static gboolean
execute (sqlite3     *db,
         const char  *sql,
         GError     **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || sg_state_db_fail (db, sql, error);
}

static void
run_change (sqlite3 *db,
            Change  *change)
{
  if (!execute (db, "SAVEPOINT change", &change->error))
    return;
  change->good = change->func (db, change->data, &change->error);
  if (!change->good)
    execute (db, "ROLLBACK TO change", NULL);
  if (!execute (db, "RELEASE change", change->good ? &change->error : NULL))
    change->good = FALSE;
}

static void
refuse_changes (GQueue       *changes,
                const GError *error)
{
  for (const GList *l = changes->head; l != NULL; l = l->next)
    {
      Change *change = l->data;

      change->good = FALSE;
      if (change->error == NULL)
        change->error = g_error_copy (error);
    }
}

/* Runs all of @changes as one transaction. When that fails, none of them has happened. */
static void
run_changes (sqlite3 *db,
             GQueue  *changes)
{
  g_autoptr (GError) error = NULL;
  gboolean begun = execute (db, "BEGIN IMMEDIATE", &error);

  for (const GList *l = changes->head; l != NULL && begun; l = l->next)
    run_change (db, l->data);
  if (begun && execute (db, "COMMIT", &error))
    return;
  if (begun)
    execute (db, "ROLLBACK", NULL);
  refuse_changes (changes, error);
}

static void
answer_changes_locked (SgStateDb *self,
                       GQueue    *changes)
{
  Change *change;

  while ((change = g_queue_pop_head (changes)) != NULL)
    {
      change->done = TRUE;
      change_unref (change);
    }
  sg_cond_broadcast (&self->written);
}

/* Returns: SQLite's code; @ret_db is set in any case and must be closed */
static int
open_file (const char  *path,
           sqlite3    **ret_db)
{
  int code = sqlite3_open_v2 (
      path, ret_db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, NULL);
  sqlite3_stmt *check = NULL;

  if (code != SQLITE_OK)
    return code;
  sqlite3_busy_timeout (*ret_db, BUSY_WAIT_MS);
  code =
      sqlite3_exec (*ret_db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_prepare_v2 (*ret_db, "PRAGMA quick_check(1)", -1, &check, NULL);
  if (code == SQLITE_OK && sqlite3_step (check) == SQLITE_ROW
      && g_strcmp0 ((const char *) sqlite3_column_text (check, 0), "ok") != 0)
    code = SQLITE_CORRUPT;
  sqlite3_finalize (check);
  return code;
}

static void
note_set_aside (SgStateDb *self,
                char      *path)
{
  SG_LOCK_SCOPE (&self->lock);
  g_free (self->set_aside);
  self->set_aside = path;
}

static gboolean
move_aside (SgStateDb  *self,
            GError    **error)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (sg_clock_now_ms (self->clock) / 1000);
  g_autofree char *moment = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *folder = g_build_filename (self->damaged_folder, moment, NULL);
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *aside = g_build_filename (folder, name, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "%s cannot be made: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);

      if (g_rename (from, to) == 0 || errno == ENOENT)
        continue;
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
                   "%s is damaged and cannot be moved to %s: %s", from, to, g_strerror (errno));
      return FALSE;
    }
  note_set_aside (self, g_steal_pointer (&aside));
  return TRUE;
}

static gboolean
open_or_begin_anew (SgStateDb  *self,
                    GError    **error)
{
  int code = open_file (self->path, &self->db);

  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    {
      g_clear_pointer (&self->db, sqlite3_close);
      if (!move_aside (self, error))
        return FALSE;
      code = open_file (self->path, &self->db);
    }
  if (code == SQLITE_OK)
    return TRUE;
  g_clear_pointer (&self->db, sqlite3_close);
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "%s cannot be opened: %s", self->path,
               sqlite3_errstr (code));
  return FALSE;
}

static void
open_and_run (SgStateDb *self,
              GQueue    *changes)
{
  g_autoptr (GError) error = NULL;

  if (self->db != NULL || open_or_begin_anew (self, &error))
    run_changes (self->db, changes);
  else
    refuse_changes (changes, error);
}

static gpointer
write_changes (gpointer data)
{
  SgStateDb *self = data;

  sg_lock_acquire (&self->lock);
  while (!self->closing || self->queue.length > 0)
    {
      GQueue changes = self->queue;

      if (changes.length == 0)
        {
          sg_cond_wait (&self->wake, &self->lock);
          continue;
        }
      g_queue_init (&self->queue);
      sg_lock_release (&self->lock);
      open_and_run (self, &changes);
      sg_lock_acquire (&self->lock);
      answer_changes_locked (self, &changes);
    }
  sg_lock_release (&self->lock);
  return NULL;
}

/**
 * sg_state_db_open:
 * @path: the file, whose folder is made when it is not there
 * @damaged_folder: where a damaged one goes
 * @clock: names the folder in that
 * @error: why it cannot be opened
 *
 * Returns: (transfer full) (nullable): the database
 */
SgStateDb *
sg_state_db_open (const char  *path,
                  const char  *damaged_folder,
                  SgClock     *clock,
                  GError     **error)
{
  g_autoptr (SgStateDb) self = g_new0 (SgStateDb, 1);
  g_autofree char *folder = g_path_get_dirname (path);

  self->ref_count = 1;
  self->path = g_strdup (path);
  self->damaged_folder = g_strdup (damaged_folder);
  self->clock = g_object_ref (clock);
  sg_lock_init (&self->lock);
  sg_cond_init (&self->wake);
  sg_cond_init (&self->written);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "%s cannot be made: %s", folder,
                   g_strerror (errno));
      return NULL;
    }
  self->begun = g_file_test (path, G_FILE_TEST_EXISTS);
  if (self->begun && !open_or_begin_anew (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
sg_state_db_is_begun (SgStateDb *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->begun;
}

SgStateDb *
sg_state_db_ref (SgStateDb *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_state_db_unref (SgStateDb *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  sg_state_db_close (self);
  sg_lock_clear (&self->lock);
  sg_cond_clear (&self->wake);
  sg_cond_clear (&self->written);
  g_object_unref (self->clock);
  g_free (self->path);
  g_free (self->damaged_folder);
  g_free (self->set_aside);
  g_free (self);
}

const char *
sg_state_db_get_set_aside (SgStateDb *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->set_aside;
}

static gboolean
ensure_thread_locked (SgStateDb  *self,
                      GError    **error)
{
  if (!self->has_thread)
    self->has_thread = sg_thread_start (&self->thread, "sg-state", STACK_SIZE, write_changes, self);
  if (!self->has_thread)
    g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                 "the system gives no thread to write %s: raise the limit of processes (ulimit -u)",
                 self->path);
  return self->has_thread;
}

static gboolean
push_change (SgStateDb  *self,
             Change     *change,
             GError    **error)
{
  SG_LOCK_SCOPE (&self->lock);
  if (self->closing)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_UNSUPPORTED, "%s is closed", self->path);
      return FALSE;
    }
  if (self->queue.length >= SG_STATE_DB_QUEUE_MAX)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "%s: %d changes wait to be written already: see whether its disk hangs",
                   self->path, SG_STATE_DB_QUEUE_MAX);
      return FALSE;
    }
  if (!ensure_thread_locked (self, error))
    return FALSE;
  self->begun = TRUE;
  __atomic_fetch_add (&change->ref_count, 1, __ATOMIC_RELAXED);
  g_queue_push_tail (&self->queue, change);
  sg_cond_signal (&self->wake);
  return TRUE;
}

static gboolean
wait_for_change (SgStateDb  *self,
                 Change     *change,
                 guint       wait_ms,
                 GError    **error)
{
  gint64 until = g_get_monotonic_time () + (gint64) wait_ms * 1000;

  SG_LOCK_SCOPE (&self->lock);
  while (!change->done && sg_cond_wait_until (&self->written, &self->lock, until))
    continue;
  if (!change->done)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "%s was not written within %u ms: see whether its disk hangs", self->path,
                   wait_ms);
      return FALSE;
    }
  if (!change->good)
    g_propagate_error (error, g_steal_pointer (&change->error));
  return change->good;
}

gboolean
sg_state_db_run (SgStateDb       *self,
                 SgStateDbFunc    func,
                 gpointer         data,
                 GDestroyNotify   destroy,
                 guint            wait_ms,
                 GError         **error)
{
  Change *change = g_new0 (Change, 1);
  gboolean good;

  *change = (Change) { .ref_count = 1, .func = func, .data = data, .destroy = destroy };
  good = push_change (self, change, error) && wait_for_change (self, change, wait_ms, error);
  change_unref (change);
  return good;
}

void
sg_state_db_close (SgStateDb *self)
{
  gboolean join;

  sg_lock_acquire (&self->lock);
  self->closing = TRUE;
  join = self->has_thread;
  self->has_thread = FALSE;
  sg_cond_broadcast (&self->wake);
  sg_lock_release (&self->lock);
  if (join)
    pthread_join (self->thread, NULL);
  if (self->db != NULL)
    sqlite3_close (self->db);
  self->db = NULL;
}
