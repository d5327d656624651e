/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-database.h"

#include <glib/gstdio.h>

/**
 * Fixture:
 * @one: a connection
 * @other: another one
 * @waited_us: how long both have waited
 */
typedef struct
{
  char *folder;
  char *path;
  SgDemoDatabase *one;
  SgDemoDatabase *other;
  gint64 waited_us;
} Fixture;

static void
note_pause (gint64   us,
            gpointer user_data)
{
  ((Fixture *) user_data)->waited_us += us;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-demo-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "db", NULL);
  fixture->one = sg_demo_database_open (fixture->path, 1, note_pause, fixture, &error);
  g_assert_no_error (error);
  fixture->other = sg_demo_database_open (fixture->path, 2, note_pause, fixture, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *journal = g_strconcat (fixture->path, "-journal", NULL);

  sg_demo_database_free (fixture->one);
  sg_demo_database_free (fixture->other);
  g_unlink (journal);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static guint64
get_version (SgDemoDatabase *db,
             const char     *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = NULL;
  guint64 version = 0;

  sg_demo_database_read (db, key, &content, &version, &error);
  g_assert_no_error (error);
  return content != NULL ? version : 0;
}

static void
test_versions (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("text", 4);
  g_autoptr (GError) error = NULL;
  guint64 version = 0;

  g_assert_cmpuint (get_version (fixture->one, "a"), ==, 0);
  g_assert_true (sg_demo_database_write (fixture->one, "a", content, &version, &error));
  g_assert_cmpuint (version, ==, 1);
  version = 0;
  g_assert_true (sg_demo_database_write (fixture->other, "a", content, &version, &error));
  g_assert_cmpuint (version, ==, 2);
  version = 9;
  g_assert_true (sg_demo_database_write (fixture->one, "a", content, &version, &error));
  g_assert_cmpuint (get_version (fixture->other, "a"), ==, 9);
  g_assert_true (sg_demo_database_damage (fixture->other, "a", content, &error));
  g_assert_cmpuint (get_version (fixture->one, "a"), ==, 9);
  g_assert_false (sg_demo_database_insert (fixture->one, "a", content, &error));
  g_assert_error (error, SG_DEMO_ERROR, SG_DEMO_ERROR_EXISTS);
  g_assert_true (sg_demo_database_remove (fixture->one, "a", NULL));
  g_assert_cmpuint (get_version (fixture->one, "a"), ==, 0);
}

/* Who waits for a lock waits for a while; and a reader is kept out too. */
static void
test_locked (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;
  guint64 version = 0;

  g_assert_true (sg_demo_database_begin (fixture->one, TRUE, NULL));
  fixture->waited_us = 0;
  g_assert_false (sg_demo_database_read (fixture->other, "a", &content, &version, &error));
  g_assert_error (error, SG_DEMO_ERROR, SG_DEMO_ERROR_LOCKED);
  g_assert_cmpstr (error->message, ==, "database is locked");
  g_assert_cmpint (fixture->waited_us, >=, 50000);
  g_assert_false (sg_demo_database_begin (fixture->other, FALSE, NULL));
  sg_demo_database_roll_back (fixture->one);
  g_assert_true (sg_demo_database_probe (fixture->other, NULL));
}

static void
test_transaction (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("text", 4);

  g_assert_true (sg_demo_database_begin (fixture->one, FALSE, NULL));
  g_assert_true (sg_demo_database_insert (fixture->one, "a", content, NULL));
  sg_demo_database_roll_back (fixture->one);
  g_assert_cmpuint (get_version (fixture->other, "a"), ==, 0);
  g_assert_true (sg_demo_database_begin (fixture->one, FALSE, NULL));
  g_assert_true (sg_demo_database_insert (fixture->one, "a", content, NULL));
  g_assert_true (sg_demo_database_commit (fixture->one, NULL));
  g_assert_cmpuint (get_version (fixture->other, "a"), ==, 1);
}

static void
test_slow (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->waited_us = 0;
  for (guint i = 0; i < 1000; i++)
    sg_demo_database_probe (fixture->one, NULL);
  g_assert_cmpint (fixture->waited_us, >, 500000);
  g_assert_cmpint (fixture->waited_us, <, 2000000);
  sg_demo_database_set_speed (fixture->one, 1e6, 30000);
  fixture->waited_us = 0;
  g_assert_false (sg_demo_database_probe (fixture->one, &error));
  g_assert_error (error, SG_DEMO_ERROR, SG_DEMO_ERROR_TIMEOUT);
  g_assert_cmpstr (error->message, ==, "the database did not answer within 30 ms");
  g_assert_cmpint (fixture->waited_us, ==, 30000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/demo-database/versions", Fixture, NULL, set_up, test_versions, tear_down);
  g_test_add ("/demo-database/locked", Fixture, NULL, set_up, test_locked, tear_down);
  g_test_add ("/demo-database/transaction", Fixture, NULL, set_up, test_transaction, tear_down);
  g_test_add ("/demo-database/slow", Fixture, NULL, set_up, test_slow, tear_down);
  return g_test_run ();
}
