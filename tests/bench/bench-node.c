/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node.h"
#include "metrics/sg-exposition.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The processor time of one look at this machine, written as a page: ours in this process, node_exporter's
 * in its own, asked over loopback. Both in turn, and of the rounds the median. The floor is the reading
 * alone: the files that most of the time goes to, opened and read to their end.
 */
#define ROUNDS 9
#define LOOKS  20

static const char *const files[] = {
  "/proc/stat",         "/proc/meminfo",     "/proc/vmstat",       "/proc/diskstats",
  "/proc/net/dev",      "/proc/net/netstat", "/proc/net/snmp",     "/proc/net/snmp6",
  "/proc/net/sockstat", "/proc/loadavg",     "/proc/pressure/cpu", "/proc/pressure/io",
};

static double
own_cpu_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

/* In steps of a clock tick, so it is read around many looks. */
static double
peer_cpu_ms (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);
  return (g_ascii_strtod (fields[11], NULL) + g_ascii_strtod (fields[12], NULL)) * 1e3
         / (double) sysconf (_SC_CLK_TCK);
}

static gboolean
ask_peer (guint port)
{
  static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, NULL, NULL);
  char buffer[65536];
  gssize n;

  if (connection == NULL)
    return FALSE;
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             strlen (request), NULL, NULL, NULL);
  do
    n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer,
                             sizeof buffer, NULL, NULL);
  while (n > 0);
  return TRUE;
}

static gboolean
start_peer (guint  port,
            GPid  *ret_pid)
{
  g_autofree char *address = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  const char *const argv[] = { "prometheus-node-exporter", address, "--log.level=error",
                               "--no-collector.systemd", NULL };

  if (!g_spawn_async (NULL, (char **) argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, ret_pid, NULL))
    return FALSE;
  for (guint i = 0; i < 200 && !ask_peer (port); i++)
    g_usleep (20000);
  return TRUE;
}

static double
measure_ours (SgRegistry *registry)
{
  double before = own_cpu_ms ();

  for (guint i = 0; i < LOOKS; i++)
    g_bytes_unref (sg_exposition_write (registry, SG_EXPOSITION_TEXT_1_0_0));
  return (own_cpu_ms () - before) / LOOKS;
}

static double
measure_floor (void)
{
  double before = own_cpu_ms ();

  for (guint i = 0; i < LOOKS; i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (files); k++)
        {
          g_autofree char *text = NULL;

          g_file_get_contents (files[k], &text, NULL, NULL);
        }
    }
  return (own_cpu_ms () - before) / LOOKS;
}

static double
measure_peer (GPid  pid,
              guint port)
{
  double before = peer_cpu_ms (pid);

  for (guint i = 0; i < LOOKS; i++)
    ask_peer (port);
  return (peer_cpu_ms (pid) - before) / LOOKS;
}

static int
compare_doubles (const void *a,
                 const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof (double), compare_doubles);
  return values[ROUNDS / 2];
}

int
main (void)
{
  g_autoptr (SgNodeOptions) options = sg_node_options_new ();
  g_autoptr (SgRegistry) registry = sg_node_registry_new (options, sg_clock_get_system ());
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  double ours[ROUNDS];
  double floor[ROUNDS];
  double peer[ROUNDS];
  GPid pid = 0;
  gboolean has_peer;

  g_socket_listener_close (listener);
  has_peer = start_peer (port, &pid);
  for (guint i = 0; i < ROUNDS; i++)
    {
      ours[i] = measure_ours (registry);
      floor[i] = measure_floor ();
      peer[i] = has_peer ? measure_peer (pid, port) : 0;
    }
  if (has_peer)
    {
      kill (pid, SIGTERM);
      waitpid (pid, NULL, 0);
    }
  g_print ("one look at this machine, ms of processor: ours %.2f, reading alone %.2f",
           median (ours), median (floor));
  if (has_peer)
    g_print (", node_exporter %.2f", median (peer));
  g_print ("\n");
  return 0;
}
