/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * What a server costs that has nothing to do. Each is started on a loopback port of its own and
 * asked until it answers with 200: the time from the fork is "ready" (median of several starts).
 * Then it is scraped every fifteen seconds for a while, as ours scrapes itself and the machine; PSS
 * and processor time are read at the end. What ours costs at its own interval is told beside that.
 *
 * usage: bench-idle SIGHTGLASSCTL [SECONDS]
 */
#define STARTS      9
#define PATIENCE_US (10 * G_USEC_PER_SEC)
#define PERIOD      15

typedef struct
{
  const char *name;
  const char *ready_path;
  const char *arguments;
} Server;

/* %1$u is the port, %2$s a folder of its own. */
static const Server peers[] = {
  { "prometheus", "/-/ready",
    "prometheus --config.file=%2$s/prometheus.yml --storage.tsdb.path=%2$s/data "
    "--web.listen-address=127.0.0.1:%1$u --log.level=error" },
  { "prometheus-alertmanager", "/-/ready",
    "prometheus-alertmanager --config.file=%2$s/alertmanager.yml --storage.path=%2$s/data "
    "--web.listen-address=127.0.0.1:%1$u --cluster.listen-address= --log.level=error" },
  { "prometheus-node-exporter", "/metrics",
    "prometheus-node-exporter --web.listen-address=127.0.0.1:%1$u --log.level=error" },
};

static const Server ours[] = {
  { "sightglassctl serve", "/-/ready",
    "%3$s serve --web.listen-address=127.0.0.1:%1$u --storage.path=%2$s --builtin.interval=15s" },
  { "the same, every 5 s", "/-/ready",
    "%3$s serve --web.listen-address=127.0.0.1:%1$u --storage.path=%2$s" },
};

static char *ctl_path;

static guint
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

/* Whether GET @path on @port answers with 200. */
static gboolean
answers (guint       port,
         const char *path)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *request =
      g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
  char buffer[4096];
  gsize got = 0;
  GInputStream *in;
  GOutputStream *out;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, NULL, NULL);
  if (connection == NULL)
    return FALSE;
  in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  if (!g_output_stream_write_all (out, request, strlen (request), NULL, NULL, NULL)
      || !g_input_stream_read_all (in, buffer, 12, &got, NULL, NULL) || got < 12
      || memcmp (buffer + 9, "200", 3) != 0)
    return FALSE;
  while (g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL) > 0)
    ;
  return TRUE;
}

static void
write_configuration (const char *folder)
{
  g_autofree char *prometheus = g_build_filename (folder, "prometheus.yml", NULL);
  g_autofree char *alertmanager = g_build_filename (folder, "alertmanager.yml", NULL);

  g_file_set_contents (prometheus, "global: {}\n", -1, NULL);
  g_file_set_contents (alertmanager, "route: {receiver: x}\nreceivers: [{name: x}]\n", -1, NULL);
}

static GPid
spawn (const Server *server,
       guint         port,
       const char   *folder)
{
  g_auto (GStrv) argv = g_strsplit (server->arguments, " ", -1);
  g_autoptr (GError) error = NULL;
  GPid pid = 0;

  for (guint i = 0; argv[i] != NULL; i++)
    {
      g_autoptr (GString) text = g_string_new (argv[i]);
      g_autofree char *port_text = g_strdup_printf ("%u", port);

      g_string_replace (text, "%1$u", port_text, 0);
      g_string_replace (text, "%2$s", folder, 0);
      g_string_replace (text, "%3$s", ctl_path, 0);
      g_free (argv[i]);
      argv[i] = g_string_free (g_steal_pointer (&text), FALSE);
    }
  if (!g_spawn_async (NULL, argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                          | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &pid, &error))
    g_error ("%s", error->message);
  return pid;
}

static void
end (GPid pid)
{
  kill (pid, SIGTERM);
  while (waitpid (pid, NULL, 0) == -1 && errno == EINTR)
    ;
  g_spawn_close_pid (pid);
}

static int
compare_doubles (const void *a,
                 const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* Returns: milliseconds from the fork to the first 200, or -1 */
static double
wait_ready (const Server *server,
            guint         port,
            gint64        start)
{
  while (g_get_monotonic_time () - start < PATIENCE_US)
    {
      if (answers (port, server->ready_path))
        return (double) (g_get_monotonic_time () - start) / 1000.0;
      g_usleep (200);
    }
  return -1;
}

static double
measure_ready (const Server *server,
               const char   *folder)
{
  double times[STARTS];

  for (guint i = 0; i < STARTS; i++)
    {
      guint port = free_port ();
      gint64 start = g_get_monotonic_time ();
      GPid pid = spawn (server, port, folder);

      times[i] = wait_ready (server, port, start);
      end (pid);
    }
  qsort (times, STARTS, sizeof (double), compare_doubles);
  return times[STARTS / 2];
}

static double
read_pss_mib (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, "\nPss:")) == NULL)
    return -1;
  return g_ascii_strtod (line + 5, NULL) / 1024.0;
}

/* Of all threads, those that have ended too; to the nanosecond, where /proc counts in ticks of 10 ms. */
static double
read_cpu_seconds (GPid pid)
{
  clockid_t clock;
  struct timespec time;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &time) != 0)
    return -1;
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
measure (const Server *server,
         guint         seconds)
{
  g_autofree char *folder = g_dir_make_tmp ("bench-idle-XXXXXX", NULL);
  g_autofree char *program = g_strndup (server->arguments, strcspn (server->arguments, " "));
  g_autofree char *found =
      g_str_has_prefix (program, "%") ? g_strdup (ctl_path) : g_find_program_in_path (program);
  guint port = free_port ();
  double ready;
  double cpu;
  GPid pid;

  if (found == NULL)
    {
      g_print ("%-26s not installed\n", server->name);
      return;
    }
  write_configuration (folder);
  ready = measure_ready (server, folder);
  pid = spawn (server, port, folder);
  wait_ready (server, port, g_get_monotonic_time ());
  cpu = read_cpu_seconds (pid);
  for (guint i = 0; i < seconds; i += PERIOD)
    {
      answers (port, "/metrics");
      g_usleep (PERIOD * G_USEC_PER_SEC);
    }
  g_print ("%-26s ready %6.1f ms   PSS %6.1f MiB   CPU %6.3f %% of a core\n", server->name, ready,
           read_pss_mib (pid), 100.0 * (read_cpu_seconds (pid) - cpu) / seconds);
  end (pid);
}

int
main (int    argc,
      char **argv)
{
  guint seconds = argc > 2 ? (guint) atoi (argv[2]) : 2 * PERIOD;

  if (argc < 2)
    {
      g_printerr ("usage: bench-idle SIGHTGLASSCTL [SECONDS]\n");
      return 2;
    }
  ctl_path = argv[1];
  seconds = (seconds + PERIOD - 1) / PERIOD * PERIOD;
  g_print ("Idle servers, scraped every %d s for %u s. Budget: ready 15 ms, PSS 12 MiB, 0.1 %%.\n",
           PERIOD, seconds);
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    measure (&ours[i], seconds);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    measure (&peers[i], seconds);
  return 0;
}
