/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-thread.h"
#include "tsdb/sg-map.h"
#include "tsdb/sg-tsdb-error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
  gsize page;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->page = (gsize) sysconf (_SC_PAGESIZE);
  fixture->folder = g_dir_make_tmp ("sg-map-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static SgMap *
map_pages (Fixture *fixture,
           guint    n_pages)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = g_strnfill (n_pages * fixture->page, 'x');
  SgMap *map;

  g_assert_true (g_file_set_contents (fixture->path, content, n_pages * fixture->page, &error));
  map = sg_map_new (fixture->path, &error);
  g_assert_no_error (error);
  return map;
}

static void
test_map_reads (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgMap) map = map_pages (fixture, 2);

  g_assert_cmpuint (sg_map_get_length (map), ==, 2 * fixture->page);
  g_assert_cmpstr (sg_map_get_path (map), ==, fixture->path);
  g_assert_cmpint (sg_map_get_data (map)[2 * fixture->page - 1], ==, 'x');
  g_assert_false (sg_map_is_faulted (map));
}

/* A file that was replaced or deleted stays readable as it was. */
static void
test_map_deleted (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (SgMap) map = map_pages (fixture, 1);

  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_cmpint (sg_map_get_data (map)[5], ==, 'x');
  g_assert_false (sg_map_is_faulted (map));
}

static void
test_map_empty (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgMap) map = map_pages (fixture, 0);

  g_assert_cmpuint (sg_map_get_length (map), ==, 0);
  g_assert_false (sg_map_is_faulted (map));
}

static void
test_map_errors (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) folder = NULL;
  g_autofree char *message = g_strdup_printf ("%s: not a regular file", fixture->folder);

  g_assert_null (sg_map_new (fixture->path, &missing));
  g_assert_error (missing, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING);
  g_assert_true (g_str_has_prefix (missing->message, fixture->path));
  g_assert_null (sg_map_new (fixture->folder, &folder));
  g_assert_error (folder, SG_TSDB_ERROR, SG_TSDB_ERROR_IO);
  g_assert_cmpstr (folder->message, ==, message);
}

static void
test_map_cut (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (SgMap) map = map_pages (fixture, 4);
  g_autoptr (SgMap) again = NULL;
  const guint8 *bytes = sg_map_get_data (map);

  g_assert_cmpint (truncate (fixture->path, (off_t) (2 * fixture->page)), ==, 0);
  g_assert_cmpint (bytes[2 * fixture->page - 1], ==, 'x');
  g_assert_false (sg_map_is_faulted (map));
  g_assert_cmpint (bytes[2 * fixture->page], ==, 0);
  g_assert_true (sg_map_is_faulted (map));
  g_assert_cmpint (bytes[4 * fixture->page - 1], ==, 0);
  g_assert_cmpint (bytes[0], ==, 'x');
  again = sg_map_new (fixture->path, NULL);
  g_assert_cmpuint (sg_map_get_length (again), ==, 2 * fixture->page);
  g_assert_false (sg_map_is_faulted (again));
}

#define N_THREADS 4
#define N_ROUNDS  100

/* Maps are made, cut, read and dropped by several threads; each has its own faults only. */
static gpointer
cut_and_read (gpointer data)
{
  Fixture *fixture = data;
  guint8 page[65536];

  memset (page, 'y', sizeof page);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s-XXXXXX", fixture->path);
      int fd = g_mkstemp (path);
      g_autoptr (SgMap) kept = NULL;
      g_autoptr (SgMap) map = NULL;

      g_assert_cmpint (write (fd, page, fixture->page), ==, (gssize) fixture->page);
      kept = sg_map_new_from_fd (fd, fixture->page, path, NULL);
      map = sg_map_new_from_fd (fd, 2 * fixture->page, path, NULL);
      g_assert_cmpint (sg_map_get_data (map)[0], ==, 'y');
      g_assert_cmpint (sg_map_get_data (map)[fixture->page], ==, 0);
      g_assert_cmpint (sg_map_get_data (kept)[0], ==, 'y');
      g_assert_true (sg_map_is_faulted (map));
      g_assert_false (sg_map_is_faulted (kept));
      close (fd);
      g_unlink (path);
    }
  return NULL;
}

static void
test_map_threads (Fixture       *fixture,
                  gconstpointer  data)
{
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("cut", cut_and_read, fixture);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

static gpointer
read_first_byte (gpointer data)
{
  return GUINT_TO_POINTER (sg_map_get_data (data)[0]);
}

/* The pools' threads block signals; the one that a fault raises must not be among them. */
static void
test_map_pool_thread (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (SgMap) map = map_pages (fixture, 1);
  pthread_t thread;
  gpointer byte;

  g_assert_cmpint (truncate (fixture->path, 0), ==, 0);
  g_assert_true (sg_thread_start (&thread, "reader", 256 * 1024, read_first_byte, map));
  g_assert_cmpint (pthread_join (thread, &byte), ==, 0);
  g_assert_null (byte);
  g_assert_true (sg_map_is_faulted (map));
}

/* More maps than one block of the registry holds. */
static void
test_map_many (Fixture       *fixture,
               gconstpointer  data)
{
  SgMap *maps[300];

  maps[0] = map_pages (fixture, 1);
  for (guint i = 1; i < G_N_ELEMENTS (maps); i++)
    maps[i] = sg_map_new (fixture->path, NULL);
  g_assert_cmpint (truncate (fixture->path, 0), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_assert_cmpint (sg_map_get_data (maps[i])[0], ==, 0);
      g_assert_true (sg_map_is_faulted (maps[i]));
      sg_map_unref (maps[i]);
    }
}

/* Reads from a mapping that is not ours and has lost its file, beside one that is ours. */
static void
fault_elsewhere (void)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  int fd = memfd_create ("foreign", 0);
  g_autoptr (SgMap) map = NULL;
  volatile guint8 *foreign;

  g_assert_cmpint (ftruncate (fd, (off_t) page), ==, 0);
  map = sg_map_new_from_fd (fd, page, "ours", NULL);
  foreign = mmap (NULL, page, PROT_READ, MAP_SHARED, fd, 0);
  g_assert_true (foreign != MAP_FAILED);
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (sg_map_get_data (map)[0], ==, 0);
  g_assert_cmpint (foreign[0], ==, 0);
}

static void
test_map_foreign_fault (void)
{
  if (g_test_subprocess ())
    {
      signal (SIGBUS, SIG_DFL);
      fault_elsewhere ();
      exit (0);
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

static void
tell_and_leave (int signal_number)
{
  static const char told[] = "the earlier handler was called\n";

  _exit (write (STDERR_FILENO, told, sizeof told - 1) > 0 ? 7 : 8);
}

static void
test_map_earlier_handler (void)
{
  if (g_test_subprocess ())
    {
      signal (SIGBUS, tell_and_leave);
      fault_elsewhere ();
      exit (0);
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*the earlier handler was called*");
}

#define ADD(name, function) \
  g_test_add ("/tsdb/map/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("reads", test_map_reads);
  ADD ("deleted", test_map_deleted);
  ADD ("empty", test_map_empty);
  ADD ("errors", test_map_errors);
  ADD ("cut", test_map_cut);
  ADD ("threads", test_map_threads);
  ADD ("pool-thread", test_map_pool_thread);
  ADD ("many", test_map_many);
  g_test_add_func ("/tsdb/map/foreign-fault", test_map_foreign_fault);
  g_test_add_func ("/tsdb/map/earlier-handler", test_map_earlier_handler);
  return g_test_run ();
}
