/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-operation-intake.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/*
 * What applications may report: bodies of a thousand operations as JSON lines, read, stored so that they
 * stay, and counted, one body after the other as one client sends them. The floor is SQLite's own insert of
 * the same columns, prepared once, a transaction for each thousand rows, with the same settings: what storing
 * them costs at least. The memory is the most that the process has had since its start.
 */
#define N_BODIES  200u
#define BODY_SIZE 1000u
#define RUNS      3u

static char *
make_body (guint body)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < BODY_SIZE; i++)
    g_string_append_printf (
        text,
        "{\"service\":\"shop\",\"type\":\"%s\",\"status\":\"%s\",\"duration\":0.00%u,"
        "\"key\":\"user:%u\",\"records\":%u,\"cache\":\"miss\",\"trace_id\":\"%016x%016x\"}\n",
        i % 3 == 0 ? "write_through" : "read_through", i % 50 == 0 ? "failed" : "success",
        1 + i % 9, body * BODY_SIZE + i, i % 7, body, i);
  return g_string_free (text, FALSE);
}

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("bench-operations-XXXXXX", &error);

  if (folder == NULL)
    g_error ("%s", error->message);
  return folder;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Returns: operations a second */
static double
run_ours (char **bodies)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgOperationIntake) intake =
      sg_operation_intake_new (registry, registry, sg_clock_get_system (), G_MAXINT);
  g_autoptr (SgLogStore) store =
      sg_log_store_open (&(SgLogStoreOptions) { .folder = folder, .aside = folder }, &error);
  gint64 start = g_get_monotonic_time ();
  double rate;

  for (guint i = 0; i < N_BODIES; i++)
    {
      g_auto (SgIntakeResult) result = { 0 };

      if (!sg_operation_intake_take (intake, store, bodies[i], strlen (bodies[i]), NULL, &result,
                                     &error)
          || result.taken != BODY_SIZE)
        g_error ("%s", error != NULL ? error->message : "some were refused");
    }
  rate = N_BODIES * BODY_SIZE * 1e6 / (double) (g_get_monotonic_time () - start);
  sg_log_store_close (store);
  remove_folder (folder);
  return rate;
}

static void
run_sql (sqlite3    *db,
         const char *sql)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
}

static double
run_floor (char **bodies)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "floor.db", NULL);
  gint64 start;
  sqlite3_stmt *insert;
  sqlite3 *db;
  double rate;

  if (sqlite3_open (path, &db) != SQLITE_OK)
    g_error ("%s", path);
  run_sql (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
               "CREATE TABLE r (place INTEGER PRIMARY KEY, kind INT, service INT, type INT, "
               "status INT, duration INT, amount INT, key TEXT, trace TEXT, fields TEXT)");
  sqlite3_prepare_v2 (db,
                      "INSERT INTO r VALUES (?, 1, 1, ?, ?, ?, ?, ?, ?, '{\"cache\":\"miss\"}')",
                      -1, &insert, NULL);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < N_BODIES; i++)
    {
      run_sql (db, "BEGIN");
      for (guint k = 0; k < BODY_SIZE; k++)
        {
          char key[32];
          char trace[40];

          g_snprintf (key, sizeof key, "user:%u", i * BODY_SIZE + k);
          g_snprintf (trace, sizeof trace, "%016x%016x", i, k);
          sqlite3_bind_int64 (insert, 1, (gint64) i * BODY_SIZE + k);
          for (int c = 2; c < 6; c++)
            sqlite3_bind_int64 (insert, c, k % 7);
          sqlite3_bind_text (insert, 6, key, -1, SQLITE_STATIC);
          sqlite3_bind_text (insert, 7, trace, -1, SQLITE_STATIC);
          sqlite3_step (insert);
          sqlite3_reset (insert);
        }
      run_sql (db, "COMMIT");
    }
  rate = N_BODIES * BODY_SIZE * 1e6 / (double) (g_get_monotonic_time () - start);
  sqlite3_finalize (insert);
  sqlite3_close (db);
  remove_folder (folder);
  return rate;
}

int
main (int    argc,
      char **argv)
{
  g_autofree char **bodies = g_new0 (char *, N_BODIES + 1);
  struct rusage before;
  struct rusage after;
  double ours = 0;
  double floor = 0;

  for (guint i = 0; i < N_BODIES; i++)
    bodies[i] = make_body (i);
  getrusage (RUSAGE_SELF, &before);
  for (guint i = 0; i < RUNS; i++)
    {
      ours = MAX (ours, run_ours (bodies));
      floor = MAX (floor, run_floor (bodies));
    }
  getrusage (RUSAGE_SELF, &after);
  printf ("operations in bodies of %u, best of %u: %.0f a second; SQLite's own insert: %.0f\n",
          BODY_SIZE, RUNS, ours, floor);
  printf ("memory beyond the bodies: %.1f MiB\n",
          (double) (after.ru_maxrss - before.ru_maxrss) / 1024);
  for (guint i = 0; i < N_BODIES; i++)
    g_free (bodies[i]);
  return EXIT_SUCCESS;
}
