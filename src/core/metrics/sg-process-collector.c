/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-process-collector.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * What client libraries tell about the process they are in, under the names that they all use.
 *
 * /proc/self/stat is one line: "pid (name) state ppid …". The name may hold blanks and parentheses,
 * so fields are counted from the last ")": the first behind it is number 3 of proc(5). Wanted are
 *
 *   14 utime, 15 stime      CPU time in clock ticks
 *   20 num_threads
 *   22 starttime            in clock ticks after boot
 *   23 vsize                in bytes
 *   24 rss                  in pages
 *
 * The open files are the entries of /proc/self/fd, without the one that counts them. What the
 * system does not tell is left out.
 */
enum
{
  FIRST_FIELD = 3,
  UTIME = 14,
  STIME = 15,
  NUM_THREADS = 20,
  STARTTIME = 22,
  VSIZE = 23,
  RSS = 24,
  N_FIELDS,
};

static gboolean
stat_parse (const char *text,
            gint64     *fields)
{
  const char *p = strrchr (text, ')');

  if (p == NULL || p[1] != ' ')
    return FALSE;
  p += 2;
  for (guint i = FIRST_FIELD; i < N_FIELDS; i++)
    {
      fields[i] = g_ascii_strtoll (p, NULL, 10);
      p = strchr (p, ' ');
      if (p == NULL)
        return FALSE;
      p++;
    }
  return TRUE;
}

/* One read of a small file; files in /proc are made when they are read, all at once. */
static gboolean
read_small_file (const char *path,
                 char       *buffer,
                 gsize       size)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n;

  if (fd < 0)
    return FALSE;
  n = read (fd, buffer, size - 1);
  close (fd);
  if (n <= 0)
    return FALSE;
  buffer[n] = '\0';
  return TRUE;
}

/* Returns: when this process began, in seconds since 1970; boot is now less the time since boot */
static double
find_start_time (const gint64 *fields)
{
  struct timespec now;
  struct timespec since_boot;
  double boot;

  clock_gettime (CLOCK_REALTIME, &now);
  clock_gettime (CLOCK_BOOTTIME, &since_boot);
  boot =
      (double) (now.tv_sec - since_boot.tv_sec) + (double) (now.tv_nsec - since_boot.tv_nsec) / 1e9;
  return boot + (double) fields[STARTTIME] / (double) sysconf (_SC_CLK_TCK);
}

/* Since Linux 6.2 the size of the folder is the answer; before that, its entries are counted. */
static gint64
count_open_files (void)
{
  struct stat info;
  DIR *folder;
  gint64 n = 0;

  if (stat ("/proc/self/fd", &info) == 0 && info.st_size > 0)
    return info.st_size;
  folder = opendir ("/proc/self/fd");
  if (folder == NULL)
    return -1;
  for (const struct dirent *entry = readdir (folder); entry != NULL; entry = readdir (folder))
    n += entry->d_name[0] != '.';
  closedir (folder);
  return n - 1;
}

static void
add_gauge (SgCollection *collection,
           const char   *name,
           const char   *help,
           const char   *unit,
           double        value)
{
  sg_collection_add_family (collection, SG_METRIC_GAUGE, name, help, unit, NULL);
  sg_collection_add (collection, NULL, value);
}

static void
add_limit (SgCollection *collection,
           const char   *name,
           const char   *help,
           const char   *unit,
           int           resource)
{
  struct rlimit limit;

  if (getrlimit ((__rlimit_resource_t) resource, &limit) != 0)
    return;
  add_gauge (collection, name, help, unit,
             limit.rlim_cur == RLIM_INFINITY ? INFINITY : (double) limit.rlim_cur);
}

static void
collect_stat (SgCollection *collection,
              double       *start_time)
{
  char text[1024];
  gint64 fields[N_FIELDS];
  double ticks = (double) sysconf (_SC_CLK_TCK);

  if (!read_small_file ("/proc/self/stat", text, sizeof text) || !stat_parse (text, fields))
    return;
  if (*start_time == 0)
    *start_time = find_start_time (fields);
  sg_collection_add_family (collection, SG_METRIC_COUNTER, "process_cpu_seconds_total",
                            "Total user and system CPU time spent in seconds.", "seconds", NULL);
  sg_collection_add_created (collection, NULL, (double) (fields[UTIME] + fields[STIME]) / ticks,
                             (SgTimeMs) (*start_time * 1000));
  add_gauge (collection, "process_threads", "Number of OS threads in the process.", NULL,
             (double) fields[NUM_THREADS]);
  add_gauge (collection, "process_start_time_seconds",
             "Start time of the process since unix epoch in seconds.", "seconds", *start_time);
  add_gauge (collection, "process_virtual_memory_bytes", "Virtual memory size in bytes.", "bytes",
             (double) fields[VSIZE]);
  add_gauge (collection, "process_resident_memory_bytes", "Resident memory size in bytes.", "bytes",
             (double) fields[RSS] * (double) sysconf (_SC_PAGESIZE));
}

static void
collect_process (SgCollection *collection,
                 gpointer      user_data)
{
  gint64 n_open = count_open_files ();

  collect_stat (collection, user_data);
  if (n_open >= 0)
    add_gauge (collection, "process_open_fds", "Number of open file descriptors.", NULL,
               (double) n_open);
  add_limit (collection, "process_max_fds", "Maximum number of open file descriptors.", NULL,
             RLIMIT_NOFILE);
  add_limit (collection, "process_virtual_memory_max_bytes",
             "Maximum amount of virtual memory available in bytes.", "bytes", RLIMIT_AS);
}

/**
 * sg_process_collector_register:
 * @registry: a registry
 *
 * Has it tell about the process: process_cpu_seconds_total and so on.
 *
 * Returns: what sg_registry_remove_collector() takes
 */
guint
sg_process_collector_register (SgRegistry *registry)
{
  return sg_registry_add_collector (registry, collect_process, g_new0 (double, 1), g_free);
}
