/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node.h"

#include "ingest/sg-exposition-parser.h"
#include "ingest/sg-test-tree.h"
#include "metrics/sg-exposition.h"
#include "tools/sg-test-peer.h"

#include <errno.h>

/*
 * Machines that are strange or broken, from recorded trees, and one's own. What a healthy machine tells is
 * compared with node_exporter in a test of its own.
 */
typedef struct
{
  char *tree;
  SgNodeOptions *options;
  SgRegistry *registry;
} Fixture;

/* Mount points that end with "gone" have an error, the rest has 10 blocks of 4 KiB. */
static int
fake_statfs (const char    *path,
             struct statfs *ret_stats)
{
  if (strstr (path, "/gone") != NULL)
    {
      errno = EIO;
      return -1;
    }
  memset (ret_stats, 0, sizeof *ret_stats);
  ret_stats->f_bsize = 4096;
  ret_stats->f_blocks = 10;
  ret_stats->f_bfree = 5;
  ret_stats->f_bavail = 4;
  ret_stats->f_files = 100;
  ret_stats->f_ffree = 99;
  return 0;
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  name)
{
  g_autofree char *proc = NULL;
  g_autofree char *sys = NULL;

  fixture->tree = sg_test_tree_make (name);
  fixture->options = sg_node_options_new ();
  proc = g_build_filename (fixture->tree, "proc", NULL);
  sys = g_build_filename (fixture->tree, "sys", NULL);
  g_assert_true (sg_node_options_set (fixture->options, "path.procfs", proc, NULL));
  g_assert_true (sg_node_options_set (fixture->options, "path.sysfs", sys, NULL));
  g_assert_true (sg_node_options_set (fixture->options, "path.rootfs", fixture->tree, NULL));
  fixture->options->statfs = fake_statfs;
  fixture->options->mount_patience_ms = 20000;
  fixture->registry = sg_node_registry_new (fixture->options, sg_clock_get_system ());
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  name)
{
  g_object_unref (fixture->registry);
  sg_node_options_unref (fixture->options);
  sg_test_remove_folder (fixture->tree);
  g_free (fixture->tree);
}

static char *
get_page (SgRegistry *registry)
{
  g_autoptr (GBytes) page = sg_exposition_write (registry, SG_EXPOSITION_TEXT_0_0_4);

  return g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
}

static void
assert_line (const char *page,
             const char *line)
{
  g_autofree char *whole = g_strconcat ("\n", line, "\n", NULL);

  if (strstr (page, whole) == NULL)
    g_test_message ("%s", page);
  g_assert_nonnull (strstr (page, whole));
}

static void
assert_success (const char *page,
                const char *collector,
                gboolean    success)
{
  g_autofree char *line =
      g_strdup_printf ("node_scrape_collector_success{collector=\"%s\"} %d", collector, success);

  assert_line (page, line);
}

static void
test_container (Fixture       *fixture,
                gconstpointer  data)
{
  static const char *const absent[] = { "arp",     "conntrack",        "diskstats",  "dmi",
                                        "hwmon",   "netclass",         "netdev",     "nvme",
                                        "os",      "powersupplyclass", "pressure",   "schedstat",
                                        "softnet", "vmstat",           "filesystem", NULL };
  static const char *const present[] = { "cpu",        "loadavg", "meminfo", "netstat",
                                         "sockstat",   "stat",    "time",    "uname",
                                         "udp_queues", "selinux", NULL };
  g_autofree char *page = get_page (fixture->registry);

  for (guint i = 0; absent[i] != NULL; i++)
    assert_success (page, absent[i], FALSE);
  for (guint i = 0; present[i] != NULL; i++)
    assert_success (page, present[i], TRUE);
  assert_line (page, "node_cpu_seconds_total{cpu=\"7\",mode=\"idle\"} 1");
  assert_line (page, "node_cpu_seconds_total{cpu=\"7\",mode=\"steal\"} 0");
  assert_line (page, "node_memory_MemTotal_bytes 1048576");
  assert_line (page, "node_netstat_Ip_Forwarding 2");
  g_assert_null (strstr (page, "node_pressure"));
}

static GString *told;

static GLogWriterOutput
keep_message (GLogLevelFlags   level,
              const GLogField *fields,
              gsize            n_fields,
              gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, "MESSAGE"))
        g_string_append_printf (told, "%s\n", (const char *) fields[i].value);
    }
  return level <= G_LOG_LEVEL_WARNING ? g_log_writer_default (level, fields, n_fields, user_data)
                                      : G_LOG_WRITER_HANDLED;
}

/* Each failure is told in the log, once, with its place. */
static void
assert_complaints (void)
{
  static const char *const all[] = {
    "collector cpu: /proc/stat:2: \"x\" found, a number of ticks expected",
    "collector diskstats: /proc/diskstats:2: \"   8\" found, 14 fields expected",
    "collector filefd: /proc/sys/fs/file-nr:1: \"1024\" found, three numbers expected",
    "collector loadavg: /proc/loadavg:1: \"0.52\\x0a\" found, three averages expected",
    "collector meminfo: /proc/meminfo:2: \"MemFree\" found, a field and its size expected",
    "collector netdev: /proc/net/dev:4: \"18446744073709551616\" found, a count expected",
    "collector netstat: net/netstat:2: \"TcpExt:\" found, a line of titles and one of as many "
    "numbers expected",
    "collector pressure: pressure/cpu:1: \"some avg10=0.00\" found, a line with "
    "total=<microseconds> expected",
    "collector schedstat: /proc/schedstat:1: \"x\" found, a number expected",
    "collector sockstat: net/sockstat:1: \"TCP\" found, pairs of a name and a number expected",
    "collector softnet: /proc/net/softnet_stat:1: \"0000000g\" found, a hexadecimal number "
    "expected",
    "collector udp_queues: net/udp:2: \"1:\" found, a socket with its queues expected",
    "collector vmstat: /proc/vmstat:2: \"pgmajfault\" found, a name and a number expected",
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      const char *first = strstr (told->str, all[i]);

      if (first == NULL)
        g_test_message ("%s not in\n%s", all[i], told->str);
      g_assert_nonnull (first);
      g_assert_null (strstr (first + 1, all[i]));
    }
  g_string_truncate (told, 0);
}

static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  static const char *const failing[] = {
    "cpu",     "diskstats", "filefd",    "loadavg",  "meminfo", "netdev",
    "netstat", "pressure",  "schedstat", "sockstat", "softnet", "udp_queues",
    "vmstat",  "conntrack", "entropy",   NULL,
  };
  g_autofree char *page = NULL;
  g_autofree char *again = NULL;

  page = get_page (fixture->registry);
  /* The same failures at the next scrape are not told again. */
  again = get_page (fixture->registry);
  assert_complaints ();
  for (guint i = 0; failing[i] != NULL; i++)
    assert_success (page, failing[i], FALSE);
  for (guint i = 0; failing[i] != NULL; i++)
    assert_success (again, failing[i], FALSE);
  /* What stood before the damage is told. */
  assert_line (page, "node_memory_MemTotal_bytes 16696287232");
  assert_line (page, "node_disk_reads_completed_total{device=\"sda\"} 100");
  assert_line (page, "node_network_receive_bytes_total{device=\"eth0\"} 18446744073709552000");
  assert_line (page, "node_vmstat_pgfault 1e+32");
  assert_line (page,
               "node_hwmon_sensor_label{chip=\"hwmon0\",label=\"outside\",sensor=\"temp3\"} 1");
  assert_line (page, "node_network_up{device=\"eth0\"} 0");
}

static void
test_mounts (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *page = get_page (fixture->registry);

  assert_line (page, "node_filesystem_size_bytes{device=\"/dev/sda1\",fstype=\"ext4\","
                     "mountpoint=\"/data disk\\\\\"} 40960");
  assert_line (page, "node_filesystem_avail_bytes{device=\"/dev/sda1\",fstype=\"ext4\","
                     "mountpoint=\"/data disk\\\\\"} 16384");
  assert_line (page, "node_filesystem_readonly{device=\"/dev/sda1\",fstype=\"ext4\","
                     "mountpoint=\"/data disk\\\\\"} 1");
  assert_line (page, "node_filesystem_device_error{device=\"/dev/sda1\",fstype=\"ext4\","
                     "mountpoint=\"/data disk\\\\\"} 0");
  assert_line (page, "node_filesystem_device_error{device=\"/dev/sdb1\",fstype=\"ext4\","
                     "mountpoint=\"/gone\\\\09\"} 1");
  g_assert_null (strstr (page, "node_filesystem_size_bytes{device=\"/dev/sdb1\""));
  assert_line (page, "node_filesystem_files_free{device=\"server:/x\",fstype=\"nfs4\","
                     "mountpoint=\"/remote\"} 99");
}

/* iowait goes back: it keeps its value. Idle goes back by hours: the CPU was plugged in again. */
static void
test_cpu_goes_back (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->tree, "proc", "stat", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_assert_true (g_file_set_contents (path, "cpu0 100 0 0 100000 500\n", -1, NULL));
  first = get_page (fixture->registry);
  g_assert_true (g_file_set_contents (path, "cpu0 200 0 0 100100 400\n", -1, NULL));
  second = get_page (fixture->registry);
  g_assert_true (g_file_set_contents (path, "cpu0 50 0 0 10 0\ncpu1 1 0 0 0 0\n", -1, NULL));
  third = get_page (fixture->registry);
  assert_line (first, "node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 5");
  assert_line (second, "node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 5");
  assert_line (second, "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 2");
  assert_line (third, "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 0.5");
  assert_line (third, "node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 0");
  g_assert_null (strstr (second, "cpu=\"1\""));
}

static void
test_switches (void)
{
  g_autoptr (SgNodeOptions) options = sg_node_options_new ();
  g_autoptr (SgRegistry) registry = NULL;
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_node_options_set (options, "collector.loadavg", NULL, NULL));
  g_assert_true (sg_node_options_set (options, "collector.disable-defaults", NULL, NULL));
  g_assert_true (sg_node_options_set (options, "collector.uname", NULL, NULL));
  g_assert_true (sg_node_options_set (options, "collector.cpu", NULL, NULL));
  g_assert_true (sg_node_options_set (options, "no-collector.cpu", NULL, NULL));
  registry = sg_node_registry_new (options, sg_clock_get_system ());
  page = get_page (registry);
  assert_success (page, "loadavg", TRUE);
  assert_success (page, "uname", TRUE);
  g_assert_null (strstr (page, "collector=\"cpu\""));
  g_assert_null (strstr (page, "node_memory"));

  g_assert_false (sg_node_options_set (options, "collector.astrology", NULL, &error));
  g_assert_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_false (sg_node_options_set (options, "collector.vmstat.fields", "(", &error));
  g_assert_true (g_str_has_prefix (error->message, "--collector.vmstat.fields: "));
  g_clear_error (&error);
  g_assert_false (sg_node_options_set (options, "path.procfs", "proc", &error));
  g_assert_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_false (
      sg_node_options_set (options, "collector.filesystem.mount-timeout", "soon", &error));
  g_assert_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG);
}

/* The value of a line that begins with @name, or -1 when there is none. */
static double
value_of (const char *page,
          const char *name)
{
  g_autofree char *begin = g_strconcat ("\n", name, " ", NULL);
  const char *line = strstr (page, begin);

  return line != NULL ? g_ascii_strtod (line + strlen (begin), NULL) : -1;
}

static void
test_process (void)
{
  g_autoptr (SgNodeOptions) options = sg_node_options_new ();
  g_autoptr (SgRegistry) registry = NULL;
  g_autofree char *name = NULL;
  g_autofree char *page = NULL;
  g_autofree char *series = NULL;
  double before;

  g_assert_true (g_file_get_contents ("/proc/self/comm", &name, NULL, NULL));
  g_strchomp (name);
  g_assert_true (sg_node_options_set (options, "collector.disable-defaults", NULL, NULL));
  g_assert_true (sg_node_options_set (options, "collector.process.match", name, NULL));
  registry = sg_node_registry_new (options, sg_clock_get_system ());
  page = get_page (registry);
  assert_success (page, "process", TRUE);
  series = g_strdup_printf ("namedprocess_namegroup_num_procs{groupname=\"%s\"}", name);
  g_assert_cmpfloat (value_of (page, series), >=, 1);
  g_free (series);
  series = g_strdup_printf (
      "namedprocess_namegroup_memory_bytes{groupname=\"%s\",memtype=\"resident\"}", name);
  g_assert_cmpfloat (value_of (page, series), >, 100000);
  g_free (series);
  series = g_strdup_printf ("namedprocess_namegroup_open_filedesc{groupname=\"%s\"}", name);
  g_assert_cmpfloat (value_of (page, series), >=, 3);
  g_free (series);
  series =
      g_strdup_printf ("namedprocess_namegroup_minor_page_faults_total{groupname=\"%s\"}", name);
  before = value_of (page, series);
  g_assert_cmpfloat (before, >, 0);
  g_free (page);
  page = get_page (registry);
  g_assert_cmpfloat (value_of (page, series), >=, before);
}

static const char ended_stat[] =
    "77 (wor) ker) S 1 1 1 0 -1 0 10 0 5 0 %u 50 0 0 20 0 3 0 %u 4096 2 0\n";

static void
write_worker (Fixture *fixture,
              guint    pid,
              guint    user_ticks,
              guint    start)
{
  g_autofree char *path = g_strdup_printf ("%s/proc/%u/stat", fixture->tree, pid);
  g_autofree char *cgroup = g_strdup_printf ("%s/proc/%u/cgroup", fixture->tree, pid);
  g_autofree char *text = g_strdup_printf (ended_stat, user_ticks, start);

  sg_test_tree_make_parent (path);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_set_contents (cgroup, "0::/system.slice/worker.service/sub\n", -1, NULL));
}

static void
remove_worker (Fixture *fixture,
               guint    pid)
{
  g_autofree char *path = g_strdup_printf ("%s/proc/%u", fixture->tree, pid);

  sg_test_remove_folder (path);
}

/* A process ends and its id comes again: the group's counters go on, its gauges follow. */
static void
test_process_ends (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char user[] =
      "namedprocess_namegroup_cpu_seconds_total{groupname=\"worker.service\",mode=\"user\"}";
  static const char processes[] = "namedprocess_namegroup_num_procs{groupname=\"worker.service\"}";
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_assert_true (
      sg_node_options_set (fixture->options, "collector.process.unit", "worker.service", NULL));
  write_worker (fixture, 77, 100, 1000);
  write_worker (fixture, 78, 300, 1001);
  first = get_page (fixture->registry);
  g_assert_cmpfloat (value_of (first, user), ==, 4);
  g_assert_cmpfloat (value_of (first, processes), ==, 2);
  remove_worker (fixture, 78);
  write_worker (fixture, 77, 150, 1000);
  second = get_page (fixture->registry);
  g_assert_cmpfloat (value_of (second, user), ==, 4.5);
  g_assert_cmpfloat (value_of (second, processes), ==, 1);
  write_worker (fixture, 77, 20, 9000);
  third = get_page (fixture->registry);
  g_assert_cmpfloat (value_of (third, user), ==, 4.7);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  told = g_string_new (NULL);
  g_log_set_writer_func (keep_message, NULL, NULL);
  g_test_add ("/node/container", Fixture, "container", fixture_set_up, test_container,
              fixture_tear_down);
  g_test_add ("/node/broken", Fixture, "broken", fixture_set_up, test_broken, fixture_tear_down);
  g_test_add ("/node/mounts", Fixture, "broken", fixture_set_up, test_mounts, fixture_tear_down);
  g_test_add ("/node/cpu-goes-back", Fixture, "container", fixture_set_up, test_cpu_goes_back,
              fixture_tear_down);
  g_test_add ("/node/process-ends", Fixture, "container", fixture_set_up, test_process_ends,
              fixture_tear_down);
  g_test_add_func ("/node/switches", test_switches);
  g_test_add_func ("/node/process", test_process);
  return g_test_run ();
}
