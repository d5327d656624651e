/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-state-db.h"

#include "base/sg-error.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  char *damaged;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-state-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "state", "state.db", NULL);
  fixture->damaged = g_build_filename (fixture->folder, "damaged", NULL);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_folder (child);
      else
        g_assert_cmpint (g_remove (child), ==, 0);
    }
  g_rmdir (path);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->damaged);
}

static SgStateDb *
open_db (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SgStateDb *db =
      sg_state_db_open (fixture->path, fixture->damaged, sg_clock_get_system (), &error);

  g_assert_no_error (error);
  return db;
}

/* @data is the statement. */
static gboolean
run_sql (sqlite3   *db,
         gpointer   data,
         GError   **error)
{
  if (sqlite3_exec (db, data, NULL, NULL, NULL) != SQLITE_OK)
    return sg_state_db_fail (db, "no", error);
  return TRUE;
}

static gboolean
insert_then_fail (sqlite3   *db,
                  gpointer   data,
                  GError   **error)
{
  run_sql (db, (gpointer) "INSERT INTO t VALUES (666)", NULL);
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "on purpose");
  return FALSE;
}

static gboolean
count_rows (sqlite3   *db,
            gpointer   data,
            GError   **error)
{
  sqlite3_stmt *query;

  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT count(*) FROM t", -1, &query, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (query), ==, SQLITE_ROW);
  *(int *) data = sqlite3_column_int (query, 0);
  sqlite3_finalize (query);
  return TRUE;
}

static void
run (SgStateDb  *db,
     const char *sql)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_state_db_run (db, run_sql, (gpointer) sql, NULL, 10000, &error));
  g_assert_no_error (error);
}

static int
count (SgStateDb *db)
{
  int n = -1;

  g_assert_true (sg_state_db_run (db, count_rows, &n, NULL, 10000, NULL));
  return n;
}

static void
test_keeps (Fixture       *fixture,
            gconstpointer  data)
{
  SgStateDb *db = open_db (fixture);
  g_autoptr (GError) error = NULL;

  run (db, "CREATE TABLE t (x)");
  run (db, "INSERT INTO t VALUES (1)");
  g_assert_false (sg_state_db_run (db, insert_then_fail, NULL, NULL, 10000, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "on purpose");
  g_clear_error (&error);
  g_assert_false (sg_state_db_run (db, run_sql, (gpointer) "INSERT INTO nowhere VALUES (1)", NULL,
                                   10000, &error));
  g_assert_nonnull (strstr (error->message, "no such table: nowhere"));
  g_clear_error (&error);
  g_assert_cmpint (count (db), ==, 1);
  sg_state_db_close (db);
  g_assert_false (sg_state_db_run (db, run_sql, (gpointer) "SELECT 1", NULL, 10000, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_UNSUPPORTED);
  sg_state_db_unref (db);

  db = open_db (fixture);
  g_assert_cmpint (count (db), ==, 1);
  g_assert_null (sg_state_db_get_set_aside (db));
  sg_state_db_unref (db);
}

#define THREADS 8
#define EACH    25

static gpointer
insert_many (gpointer data)
{
  for (guint i = 0; i < EACH; i++)
    run (data, "INSERT INTO t VALUES (1)");
  return NULL;
}

static void
test_threads (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (SgStateDb) db = open_db (fixture);
  GThread *threads[THREADS];

  run (db, "CREATE TABLE t (x)");
  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("insert", insert_many, db);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (count (db), ==, THREADS * EACH);
}

static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  static const char rubbish[] = "this is not a database, whatever its name says; not at all, no.";
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autofree char *kept = NULL;
  SgStateDb *db;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->path, rubbish, -1, NULL));
  db = open_db (fixture);
  g_assert_nonnull (sg_state_db_get_set_aside (db));
  g_assert_true (g_str_has_prefix (sg_state_db_get_set_aside (db), fixture->damaged));
  g_assert_true (g_file_get_contents (sg_state_db_get_set_aside (db), &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, rubbish);
  run (db, "CREATE TABLE t (x)");
  g_assert_cmpint (count (db), ==, 0);
  sg_state_db_unref (db);
}

/* Nobody pays for what is not used: the file is made by the first change. */
static void
test_begins (Fixture       *fixture,
             gconstpointer  data)
{
  SgStateDb *db = open_db (fixture);

  g_assert_false (sg_state_db_is_begun (db));
  sg_state_db_unref (db);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  db = open_db (fixture);
  run (db, "CREATE TABLE t (x)");
  g_assert_true (sg_state_db_is_begun (db));
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  sg_state_db_unref (db);
  db = open_db (fixture);
  g_assert_true (sg_state_db_is_begun (db));
  g_assert_cmpint (count (db), ==, 0);
  sg_state_db_unref (db);
}

/* A file that cannot be made is told by the change that wanted it, and tried again by the next. */
static void
test_begins_late (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (SgStateDb) db = open_db (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_false (sg_state_db_run (db, run_sql, (gpointer) "SELECT 1", NULL, 10000, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
  run (db, "CREATE TABLE t (x)");
  g_assert_cmpint (count (db), ==, 0);
}

static void
test_cannot_open (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *below_file = g_build_filename (fixture->folder, "file", "state.db", NULL);
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_null (sg_state_db_open (below_file, fixture->damaged, sg_clock_get_system (), &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/state-db/keeps", Fixture, NULL, fixture_set_up, test_keeps, fixture_tear_down);
  g_test_add ("/state-db/threads", Fixture, NULL, fixture_set_up, test_threads, fixture_tear_down);
  g_test_add ("/state-db/damaged", Fixture, NULL, fixture_set_up, test_damaged, fixture_tear_down);
  g_test_add ("/state-db/begins", Fixture, NULL, fixture_set_up, test_begins, fixture_tear_down);
  g_test_add ("/state-db/begins-late", Fixture, NULL, fixture_set_up, test_begins_late,
              fixture_tear_down);
  g_test_add ("/state-db/cannot-open", Fixture, NULL, fixture_set_up, test_cannot_open,
              fixture_tear_down);
  return g_test_run ();
}
