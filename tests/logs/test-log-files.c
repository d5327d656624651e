/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-files.h"

#include "logs/sg-test-logs.h"

static void
write_file (Fixture    *fixture,
            const char *name,
            const char *content)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static void
test_list (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GArray) days = NULL;
  g_autoptr (GArray) none = sg_log_files_list ("/nowhere/at/all");

  write_file (fixture, "2026-01-15.db", "");
  write_file (fixture, "2025-12-31.db", "");
  write_file (fixture, "2025-12-31.db-wal", "");
  write_file (fixture, "notes.txt", "");
  days = sg_log_files_list (fixture->path);
  g_assert_cmpuint (days->len, ==, 2);
  g_assert_cmpint (g_array_index (days, SgLogDayNumber, 0) + 15, ==,
                   g_array_index (days, SgLogDayNumber, 1));
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_measure_and_delete (Fixture       *fixture,
                         gconstpointer  data)
{
  SgLogDayNumber day = sg_log_day_number ((SgTimeNs) { NOON });

  write_file (fixture, "2026-01-15.db", "12345");
  write_file (fixture, "2026-01-15.db-wal", "123");
  write_file (fixture, "2026-01-16.db", "1");
  g_assert_cmpuint (sg_log_files_measure (fixture->path, day), ==, 8);
  sg_log_files_delete (fixture->path, day);
  g_assert_cmpuint (sg_log_files_measure (fixture->path, day), ==, 0);
  g_assert_cmpuint (sg_log_files_measure (fixture->path, day + 1), ==, 1);
}

/* Two of the same second do not meet. */
static void
test_set_aside (Fixture       *fixture,
                gconstpointer  data)
{
  SgLogDayNumber day = sg_log_day_number ((SgTimeNs) { NOON });
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *moved = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  write_file (fixture, "2026-01-15.db", "old");
  write_file (fixture, "2026-01-15.db-wal", "log");
  sg_log_files_set_aside (fixture->path, day, fixture->aside, (SgTimeNs) { NOON }, &first, &error);
  g_assert_no_error (error);
  write_file (fixture, "2026-01-15.db", "new");
  sg_log_files_set_aside (fixture->path, day, fixture->aside, (SgTimeNs) { NOON }, &second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, second);
  moved = g_build_filename (first, "2026-01-15.db", NULL);
  g_assert_true (g_file_get_contents (moved, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_assert_cmpuint (sg_log_files_measure (first, day), ==, 6);
  g_assert_cmpuint (sg_log_files_measure (fixture->path, day), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/log-files/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("list", test_list);
  ADD ("measure-and-delete", test_measure_and_delete);
  ADD ("set-aside", test_set_aside);
  return g_test_run ();
}
