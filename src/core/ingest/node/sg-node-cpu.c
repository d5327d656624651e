/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>
#include <unistd.h>

/*
 * /proc/stat, its lines "cpu0 user nice system idle iowait irq softirq steal guest guest_nice", in clock
 * ticks; old kernels have fewer fields. Time in guests is also in user and nice, and told beside them.
 *
 * Two of them go back now and then: iowait is an estimate, and all of a CPU's begin again when it is taken
 * out and plugged in. A counter that falls is read as a restart, which would be a spike in every rate; so
 * each keeps its highest value, unless idle falls by more than a few seconds, which is a new beginning.
 *
 * How often a CPU was throttled is below /sys/devices/system/cpu; one core of hyperthreads, and one
 * package of cores, tell the same number, and are told once.
 */
enum
{
  USER,
  NICE,
  SYSTEM,
  IDLE,
  IOWAIT,
  IRQ,
  SOFTIRQ,
  STEAL,
  GUEST,
  GUEST_NICE,
  N_TIMES,
};

#define N_MODES           GUEST
#define IDLE_BACK_SECONDS 3.0

typedef struct
{
  char cpu[16];
  gboolean seen;
  double seconds[N_TIMES];
} CpuTimes;

static GArray *
get_state (SgNodeScrape *scrape)
{
  if (scrape->state == NULL)
    {
      scrape->state = g_array_new (FALSE, TRUE, sizeof (CpuTimes));
      scrape->state_free = (GDestroyNotify) g_array_unref;
    }
  return scrape->state;
}

static CpuTimes *
find_cpu (GArray     *cpus,
          guint       guess,
          const char *cpu)
{
  CpuTimes added = { 0 };

  if (guess < cpus->len && g_str_equal (g_array_index (cpus, CpuTimes, guess).cpu, cpu))
    return &g_array_index (cpus, CpuTimes, guess);
  for (guint i = 0; i < cpus->len; i++)
    {
      if (g_str_equal (g_array_index (cpus, CpuTimes, i).cpu, cpu))
        return &g_array_index (cpus, CpuTimes, i);
    }
  g_strlcpy (added.cpu, cpu, sizeof added.cpu);
  g_array_append_val (cpus, added);
  return &g_array_index (cpus, CpuTimes, cpus->len - 1);
}

static void
take_times (CpuTimes     *cpu,
            const double *now)
{
  gboolean again = now[IDLE] + IDLE_BACK_SECONDS < cpu->seconds[IDLE];

  for (guint i = 0; i < N_TIMES; i++)
    cpu->seconds[i] = again ? now[i] : MAX (cpu->seconds[i], now[i]);
  cpu->seen = TRUE;
}

static gboolean
take_line (GArray  *cpus,
           guint    guess,
           char   **fields,
           guint    n,
           GError **error)
{
  double ticks = (double) sysconf (_SC_CLK_TCK);
  double now[N_TIMES] = { 0 };

  for (guint i = 1; i < MIN (n, N_TIMES + 1); i++)
    {
      guint64 value;

      if (!sg_node_parse_u64 (fields[i], &value))
        return sg_node_complain (error, "/proc/stat", guess + 2, fields[i], "a number of ticks");
      now[i - 1] = (double) value / ticks;
    }
  take_times (find_cpu (cpus, guess, fields[0] + strlen ("cpu")), now);
  return TRUE;
}

static void
add_times (SgNodeScrape *scrape,
           GArray       *cpus)
{
  static const char *const labels[] = { "cpu", "mode", NULL };
  static const char *const modes[] = { "user",   "nice", "system",  "idle",
                                       "iowait", "irq",  "softirq", "steal" };

  sg_node_family (scrape, SG_METRIC_COUNTER, "node_cpu_seconds_total",
                  "Seconds the CPUs spent in each mode.", labels);
  for (guint i = 0; i < cpus->len; i++)
    {
      const CpuTimes *cpu = &g_array_index (cpus, CpuTimes, i);

      for (guint k = 0; cpu->seen && k < N_MODES; k++)
        sg_collection_add (scrape->out, SG_VALUES (cpu->cpu, modes[k]), cpu->seconds[k]);
    }
  sg_node_family (scrape, SG_METRIC_COUNTER, "node_cpu_guest_seconds_total",
                  "Seconds the CPUs spent in guests (VMs) for each mode.", labels);
  for (guint i = 0; i < cpus->len; i++)
    {
      const CpuTimes *cpu = &g_array_index (cpus, CpuTimes, i);

      if (!cpu->seen)
        continue;
      sg_collection_add (scrape->out, SG_VALUES (cpu->cpu, "user"), cpu->seconds[GUEST]);
      sg_collection_add (scrape->out, SG_VALUES (cpu->cpu, "nice"), cpu->seconds[GUEST_NICE]);
    }
}

/* What of one CPU's folder is told of its core and its package. */
typedef struct
{
  char core[16];
  char package[16];
  double core_count;
  double package_count;
  gboolean has_core;
  gboolean has_package;
} Throttles;

static GArray *
read_throttles (SgNodeScrape *scrape,
                GArray       *cpus)
{
  GArray *all = g_array_new (FALSE, TRUE, sizeof (Throttles));

  for (guint i = 0; i < cpus->len; i++)
    {
      char path[64];
      Throttles one = { 0 };
      int fd;

      g_snprintf (path, sizeof path, "devices/system/cpu/cpu%s",
                  g_array_index (cpus, CpuTimes, i).cpu);
      fd = sg_node_open_folder (scrape->options->sysfs, path);
      if (fd < 0)
        continue;
      if (sg_node_read_word (fd, "topology/core_id", one.core, sizeof one.core)
          && sg_node_read_word (fd, "topology/physical_package_id", one.package,
                                sizeof one.package))
        {
          one.has_core =
              sg_node_read_number (fd, "thermal_throttle/core_throttle_count", &one.core_count);
          one.has_package = sg_node_read_number (fd, "thermal_throttle/package_throttle_count",
                                                 &one.package_count);
        }
      close (fd);
      if (one.has_core || one.has_package)
        g_array_append_val (all, one);
    }
  return all;
}

/* Equal labels are told once: the collection keeps the first. */
static gboolean
is_repeated (GArray   *all,
             guint     i,
             gboolean  by_core)
{
  const Throttles *one = &g_array_index (all, Throttles, i);

  for (guint k = 0; k < i; k++)
    {
      const Throttles *other = &g_array_index (all, Throttles, k);

      if (g_str_equal (other->package, one->package)
          && (!by_core || g_str_equal (other->core, one->core)))
        return TRUE;
    }
  return FALSE;
}

static void
add_throttles (SgNodeScrape *scrape,
               GArray       *all)
{
  static const char *const core_labels[] = { "core", "package", NULL };
  static const char *const package_labels[] = { "package", NULL };

  if (all->len == 0)
    return;
  sg_node_family (scrape, SG_METRIC_COUNTER, "node_cpu_core_throttles_total",
                  "Number of times this CPU core has been throttled.", core_labels);
  for (guint i = 0; i < all->len; i++)
    {
      const Throttles *one = &g_array_index (all, Throttles, i);

      if (one->has_core && !is_repeated (all, i, TRUE))
        sg_collection_add (scrape->out, SG_VALUES (one->core, one->package), one->core_count);
    }
  sg_node_family (scrape, SG_METRIC_COUNTER, "node_cpu_package_throttles_total",
                  "Number of times this CPU package has been throttled.", package_labels);
  for (guint i = 0; i < all->len; i++)
    {
      const Throttles *one = &g_array_index (all, Throttles, i);

      if (one->has_package && !is_repeated (all, i, FALSE))
        sg_collection_add (scrape->out, SG_VALUES (one->package), one->package_count);
    }
}

gboolean
sg_node_cpu_collect (SgNodeScrape  *scrape,
                     GError       **error)
{
  GArray *cpus = get_state (scrape);
  g_autoptr (GArray) throttles = NULL;
  guint n_cpus = 0;
  char *at;

  if (sg_node_read_proc (scrape, "stat", error) != SG_NODE_READ)
    return FALSE;
  for (guint i = 0; i < cpus->len; i++)
    g_array_index (cpus, CpuTimes, i).seen = FALSE;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *fields[N_TIMES + 1];
      guint n;

      if (!g_str_has_prefix (line, "cpu") || !g_ascii_isdigit (line[3]))
        continue;
      n = sg_node_split (line, fields, N_TIMES + 1);
      if (!take_line (cpus, n_cpus++, fields, n, error))
        return FALSE;
    }
  add_times (scrape, cpus);
  throttles = read_throttles (scrape, cpus);
  add_throttles (scrape, throttles);
  return n_cpus > 0;
}
