/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Chosen processes, under the names of process-exporter, whose dashboards there are: groups of processes
 * with one name, or of one systemd unit. A group's counters are sums over all processes that were ever seen
 * in it, so that they do not fall when one of them ends; gauges are sums over those that live.
 *
 * Of each process /proc/<pid>/stat is read, one line "pid (name) state ppid …" (see proc(5); fields are
 * counted behind the last parenthesis, since a name may hold any character); of those that are told, also
 * io and the size of fd. Which group a process belongs to is found out when it is first seen or changes its
 * name. A process is its id and its start, since ids come again.
 */
enum
{
  MINFLT = 10,
  MAJFLT = 12,
  UTIME = 14,
  STIME = 15,
  NUM_THREADS = 20,
  STARTTIME = 22,
  VSIZE = 23,
  RSS = 24,
  FIRST_FIELD = 3,
  N_FIELDS = 25,
};

typedef enum
{
  USER,
  SYSTEM,
  READ_BYTES,
  WRITE_BYTES,
  MINOR_FAULTS,
  MAJOR_FAULTS,
  N_COUNTERS,
} Counter;

typedef enum
{
  PROCESSES,
  THREADS,
  RESIDENT,
  VIRTUAL,
  OPEN_FILES,
  N_GAUGES,
} Gauge;

typedef struct
{
  double counters[N_COUNTERS];
  double gauges[N_GAUGES];
  guint64 oldest;
} Group;

typedef struct
{
  guint64 start;
  char name[64];
  Group *group;
  double counters[N_COUNTERS];
  guint64 round;
} Process;

typedef struct
{
  GHashTable *processes;
  GHashTable *groups;
  guint64 round;
  guint64 n_refused;
} State;

static void
state_free (gpointer data)
{
  State *self = data;

  g_hash_table_unref (self->processes);
  g_hash_table_unref (self->groups);
  g_free (self);
}

static State *
get_state (SgNodeScrape *scrape)
{
  if (scrape->state == NULL)
    {
      State *self = g_new0 (State, 1);

      self->processes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
      self->groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      scrape->state = self;
      scrape->state_free = state_free;
    }
  return scrape->state;
}

/* Returns: (nullable): %NULL when there are as many groups as there may be */
static Group *
get_group (State      *self,
           const char *name)
{
  Group *group = g_hash_table_lookup (self->groups, name);

  if (group != NULL)
    return group;
  if (g_hash_table_size (self->groups) >= SG_NODE_GROUPS_MAX)
    {
      self->n_refused++;
      return NULL;
    }
  group = g_new0 (Group, 1);
  g_hash_table_insert (self->groups, g_strdup (name), group);
  return group;
}

/* Returns: (nullable): the unit of the process, when it is one of those asked for */
static const char *
find_unit (SgNodeScrape *scrape,
           int           folder)
{
  char text[4096];
  char *rest = text;
  const char *part;

  if (scrape->options->process_units == NULL
      || !sg_node_read_word (folder, "cgroup", text, sizeof text))
    return NULL;
  while ((part = strsep (&rest, "/\n")) != NULL)
    {
      for (guint i = 0; scrape->options->process_units[i] != NULL; i++)
        {
          if (g_str_equal (part, scrape->options->process_units[i]))
            return scrape->options->process_units[i];
        }
    }
  return NULL;
}

static Group *
choose_group (SgNodeScrape *scrape,
              State        *self,
              int           folder,
              const char   *name)
{
  const char *unit = find_unit (scrape, folder);

  if (unit != NULL)
    return get_group (self, unit);
  if (scrape->options->process_match != NULL
      && sg_regex_match (scrape->options->process_match, name) == SG_REGEX_MATCH)
    return get_group (self, name);
  return NULL;
}

/* Reads the line. Returns: %FALSE when the process is gone or the line is cut off */
static gboolean
read_stat (int      folder,
           char    *name,
           gsize    name_size,
           guint64 *fields)
{
  char text[2048];
  char *words[N_FIELDS - FIRST_FIELD];
  char *name_begin;
  char *name_end;

  if (!sg_node_read_word (folder, "stat", text, sizeof text))
    return FALSE;
  name_begin = strchr (text, '(');
  name_end = strrchr (text, ')');
  if (name_begin == NULL || name_end == NULL || name_end < name_begin
      || sg_node_split (name_end + 1, words, G_N_ELEMENTS (words)) < G_N_ELEMENTS (words))
    return FALSE;
  *name_end = '\0';
  g_strlcpy (name, name_begin + 1, name_size);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (!sg_node_parse_u64 (words[i], &fields[FIRST_FIELD + i]))
        fields[FIRST_FIELD + i] = 0;
    }
  return TRUE;
}

/* io is there for one's own processes and for root only. */
static void
read_io (int     folder,
         double *counters)
{
  char text[512];
  char *at = text;

  if (!sg_node_read_word (folder, "io", text, sizeof text))
    return;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      if (g_str_has_prefix (line, "read_bytes: "))
        sg_node_parse_double (line + strlen ("read_bytes: "), &counters[READ_BYTES]);
      else if (g_str_has_prefix (line, "write_bytes: "))
        sg_node_parse_double (line + strlen ("write_bytes: "), &counters[WRITE_BYTES]);
    }
}

/* Since Linux 6.2 the size of the folder is the answer; before that, its entries are counted. */
static double
count_open_files (int folder)
{
  struct stat info;
  int fd = openat (folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  double n = 0;
  DIR *entries;

  if (fd < 0)
    return 0;
  if (fstat (fd, &info) == 0 && info.st_size > 0)
    {
      close (fd);
      return (double) info.st_size;
    }
  entries = fdopendir (fd);
  if (entries == NULL)
    {
      close (fd);
      return 0;
    }
  for (const struct dirent *entry = readdir (entries); entry != NULL; entry = readdir (entries))
    n += entry->d_name[0] != '.';
  closedir (entries);
  return n;
}

static void
add_counters (Process       *process,
              int            folder,
              const guint64 *fields)
{
  double ticks = (double) sysconf (_SC_CLK_TCK);
  double now[N_COUNTERS] = {
    [USER] = (double) fields[UTIME] / ticks,
    [SYSTEM] = (double) fields[STIME] / ticks,
    [MINOR_FAULTS] = (double) fields[MINFLT],
    [MAJOR_FAULTS] = (double) fields[MAJFLT],
  };

  read_io (folder, now);
  for (guint i = 0; i < N_COUNTERS; i++)
    {
      process->group->counters[i] += MAX (now[i] - process->counters[i], 0);
      process->counters[i] = MAX (now[i], process->counters[i]);
    }
}

static void
add_gauges (Process       *process,
            int            folder,
            const guint64 *fields)
{
  Group *group = process->group;

  group->gauges[PROCESSES] += 1;
  group->gauges[THREADS] += (double) fields[NUM_THREADS];
  group->gauges[RESIDENT] += (double) fields[RSS] * (double) sysconf (_SC_PAGESIZE);
  group->gauges[VIRTUAL] += (double) fields[VSIZE];
  group->gauges[OPEN_FILES] += count_open_files (folder);
  if (group->oldest == 0 || fields[STARTTIME] < group->oldest)
    group->oldest = fields[STARTTIME];
}

static void
read_process (SgNodeScrape *scrape,
              State        *self,
              guint64       pid,
              int           folder)
{
  gpointer key = GSIZE_TO_POINTER (pid);
  Process *process = g_hash_table_lookup (self->processes, key);
  char name[sizeof process->name];
  guint64 fields[N_FIELDS] = { 0 };

  if (!read_stat (folder, name, sizeof name, fields))
    return;
  if (process == NULL || process->start != fields[STARTTIME])
    {
      process = g_new0 (Process, 1);
      process->start = fields[STARTTIME];
      g_hash_table_replace (self->processes, key, process);
    }
  if (!g_str_equal (process->name, name))
    {
      g_strlcpy (process->name, name, sizeof process->name);
      process->group = choose_group (scrape, self, folder, name);
    }
  process->round = self->round;
  if (process->group == NULL)
    return;
  add_counters (process, folder, fields);
  add_gauges (process, folder, fields);
}

static gboolean
is_gone (gpointer key,
         gpointer value,
         gpointer user_data)
{
  return ((const Process *) value)->round != ((const State *) user_data)->round;
}

static void
begin_round (State *self)
{
  GHashTableIter iter;
  gpointer value;

  self->round++;
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      memset (((Group *) value)->gauges, 0, sizeof ((Group *) value)->gauges);
      ((Group *) value)->oldest = 0;
    }
}

static void
read_processes (SgNodeScrape *scrape,
                State        *self)
{
  int fd = sg_node_open_folder (scrape->options->procfs, ".");
  DIR *entries = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry;
  guint n = 0;

  while (entries != NULL && n < SG_NODE_PROCESSES_MAX && (entry = readdir (entries)) != NULL)
    {
      guint64 pid;
      int folder;

      if (!sg_node_parse_u64 (entry->d_name, &pid))
        continue;
      n++;
      folder = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (folder < 0)
        continue;
      read_process (scrape, self, pid, folder);
      close (folder);
    }
  if (entries != NULL)
    closedir (entries);
  g_hash_table_foreach_remove (self->processes, is_gone, self);
}

/* A family with a value for each group, or two that a second label tells apart. */
typedef struct
{
  SgMetricKind kind;
  const char *name;
  const char *help;
  const char *label;
  const char *values[2];
  gboolean gauge;
  guint places[2];
} Told;

static const Told told[] = {
  { SG_METRIC_GAUGE,
    "namedprocess_namegroup_num_procs",
    "number of processes in this group",
    NULL,
    { NULL, NULL },
    TRUE,
    { PROCESSES, 0 } },
  { SG_METRIC_GAUGE,
    "namedprocess_namegroup_num_threads",
    "Number of threads",
    NULL,
    { NULL, NULL },
    TRUE,
    { THREADS, 0 } },
  { SG_METRIC_GAUGE,
    "namedprocess_namegroup_memory_bytes",
    "number of bytes of memory in use",
    "memtype",
    { "resident", "virtual" },
    TRUE,
    { RESIDENT, VIRTUAL } },
  { SG_METRIC_GAUGE,
    "namedprocess_namegroup_open_filedesc",
    "number of open file descriptors for this group",
    NULL,
    { NULL, NULL },
    TRUE,
    { OPEN_FILES, 0 } },
  { SG_METRIC_COUNTER,
    "namedprocess_namegroup_cpu_seconds_total",
    "Cpu user usage in seconds",
    "mode",
    { "user", "system" },
    FALSE,
    { USER, SYSTEM } },
  { SG_METRIC_COUNTER,
    "namedprocess_namegroup_read_bytes_total",
    "number of bytes read by this group",
    NULL,
    { NULL, NULL },
    FALSE,
    { READ_BYTES, 0 } },
  { SG_METRIC_COUNTER,
    "namedprocess_namegroup_write_bytes_total",
    "number of bytes written by this group",
    NULL,
    { NULL, NULL },
    FALSE,
    { WRITE_BYTES, 0 } },
  { SG_METRIC_COUNTER,
    "namedprocess_namegroup_minor_page_faults_total",
    "Minor page faults",
    NULL,
    { NULL, NULL },
    FALSE,
    { MINOR_FAULTS, 0 } },
  { SG_METRIC_COUNTER,
    "namedprocess_namegroup_major_page_faults_total",
    "Major page faults",
    NULL,
    { NULL, NULL },
    FALSE,
    { MAJOR_FAULTS, 0 } },
};

static void
tell_group (SgNodeScrape *scrape,
            const Told   *family,
            const char   *name,
            const Group  *group)
{
  const double *values = family->gauge ? group->gauges : group->counters;

  if (family->label == NULL)
    {
      sg_collection_add (scrape->out, SG_VALUES (name), values[family->places[0]]);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (family->values); i++)
    sg_collection_add (scrape->out, SG_VALUES (name, family->values[i]), values[family->places[i]]);
}

static void
tell_starts (SgNodeScrape *scrape,
             State        *self)
{
  static const char *const labels[] = { "groupname", NULL };
  double ticks = (double) sysconf (_SC_CLK_TCK);
  struct timespec now;
  struct timespec since_boot;
  GHashTableIter iter;
  gpointer name;
  gpointer group;
  double boot;

  clock_gettime (CLOCK_REALTIME, &now);
  clock_gettime (CLOCK_BOOTTIME, &since_boot);
  boot =
      (double) (now.tv_sec - since_boot.tv_sec) + (double) (now.tv_nsec - since_boot.tv_nsec) / 1e9;
  sg_node_family (scrape, SG_METRIC_GAUGE, "namedprocess_namegroup_oldest_start_time_seconds",
                  "start time in seconds since 1970/01/01 of oldest process in group", labels);
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, &name, &group))
    {
      guint64 oldest = ((const Group *) group)->oldest;

      if (oldest != 0)
        sg_collection_add (scrape->out, SG_VALUES (name),
                           (double) (gint64) (boot + (double) oldest / ticks));
    }
}

gboolean
sg_node_process_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  State *self = get_state (scrape);

  begin_round (self);
  read_processes (scrape, self);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      const char *const labels[] = { "groupname", told[i].label, NULL };
      GHashTableIter iter;
      gpointer name;
      gpointer group;

      sg_node_family (scrape, told[i].kind, told[i].name, told[i].help, labels);
      g_hash_table_iter_init (&iter, self->groups);
      while (g_hash_table_iter_next (&iter, &name, &group))
        tell_group (scrape, &told[i], name, group);
    }
  tell_starts (scrape, self);
  sg_node_counter (scrape, "sightglass_node_process_groups_refused_total",
                   "Processes that were not told because there are as many groups as there may be.",
                   (double) self->n_refused);
  return TRUE;
}
