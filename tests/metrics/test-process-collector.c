/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-process-collector.h"

#include "base/sg-lock.h"
#include "sg-test-page.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double
find_value (const char *page,
            const char *name)
{
  g_autofree char *wanted = g_strdup_printf ("\n%s ", name);
  const char *found = strstr (page, wanted);

  g_assert_nonnull (found);
  return g_ascii_strtod (found + strlen (wanted), NULL);
}

static double
read_value (SgRegistry *registry,
            const char *name)
{
  g_autofree char *page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, FALSE);

  return find_value (page, name);
}

static gpointer
wait_for_lock (gpointer data)
{
  SG_LOCK_SCOPE ((SgLock *) data);
  return NULL;
}

static void
test_process_values (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  struct rlimit limit;
  double start;
  double n_open;
  SgLock lock = SG_LOCK_INIT;
  GThread *threads[10];
  int fd;

  sg_process_collector_register (registry);
  start = read_value (registry, "process_start_time_seconds");
  g_assert_cmpfloat (start, <=, (double) time (NULL) + 1);
  g_assert_cmpfloat (start, >, (double) time (NULL) - 3600);
  g_assert_true (read_value (registry, "process_start_time_seconds") == start);

  n_open = read_value (registry, "process_open_fds");
  fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_assert_true (read_value (registry, "process_open_fds") == n_open + 1);
  close (fd);
  g_assert_true (read_value (registry, "process_open_fds") == n_open);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_true (read_value (registry, "process_max_fds") == (double) limit.rlim_cur);

  sg_lock_acquire (&lock);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("wait", wait_for_lock, &lock);
  g_assert_cmpfloat (read_value (registry, "process_threads"), >, G_N_ELEMENTS (threads));
  g_assert_cmpfloat (read_value (registry, "process_threads"), <, 3 * G_N_ELEMENTS (threads));
  sg_lock_release (&lock);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_assert_cmpfloat (read_value (registry, "process_resident_memory_bytes"), >, 1e6);
  g_assert_cmpfloat (read_value (registry, "process_virtual_memory_bytes"), >,
                     read_value (registry, "process_resident_memory_bytes"));
  g_assert_cmpfloat (read_value (registry, "process_virtual_memory_max_bytes"), >, 1e6);
}

/* The CPU time is that of the process, and rises with work. */
static void
test_process_cpu (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  double before;

  sg_process_collector_register (registry);
  before = read_value (registry, "process_cpu_seconds_total");
  while (read_value (registry, "process_cpu_seconds_total") < before + 0.05)
    ;
  g_assert_cmpfloat (read_value (registry, "process_cpu_seconds_total"), <=,
                     (double) clock () / CLOCKS_PER_SEC + 0.05);
}

/* A name with blanks and parentheses does not shift the fields. */
static void
test_process_name (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  char name[16];

  sg_process_collector_register (registry);
  g_assert_cmpint (prctl (PR_GET_NAME, name), ==, 0);
  g_assert_cmpint (prctl (PR_SET_NAME, "a) R 1 (b 2"), ==, 0);
  g_assert_cmpfloat (read_value (registry, "process_threads"), >=, 1);
  g_assert_cmpfloat (read_value (registry, "process_threads"), <, 100);
  prctl (PR_SET_NAME, name);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process-collector/values", test_process_values);
  g_test_add_func ("/process-collector/cpu", test_process_cpu);
  g_test_add_func ("/process-collector/name", test_process_name);
  return g_test_run ();
}
