/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * What a scraped and stored sample costs: sightglassctl and Prometheus, where it is installed, scrape the
 * same page of many series every second, side by side. After some seconds to settle, processor time is
 * read from each one's clock and resident memory from /proc.
 *
 * Half of the series are counters, a third gauges, the rest stands still; the page is made anew for each
 * scrape, by a process of its own.
 *
 * usage: bench-scrape SIGHTGLASSCTL [SECONDS [SERIES]]
 */
#define SETTLE_US (8 * G_USEC_PER_SEC)

typedef struct
{
  const char *name;
  const char *arguments;
  GPid pid;
  double cpu_start;
  guint64 scrapes_start;
} Server;

/* %1$u is a port, %2$s a folder, %3$s the program of ours. */
static Server servers[] = {
  { .name = "sightglass",
    .arguments = "%3$s serve --builtin.jobs=none --config.file=%2$s/sightglass.yml "
                 "--storage.path=%2$s/sightglass --web.listen-address=127.0.0.1:%1$u" },
  { .name = "prometheus",
    .arguments = "prometheus --config.file=%2$s/prometheus.yml --storage.tsdb.path=%2$s/prometheus "
                 "--web.listen-address=127.0.0.1:%1$u --log.level=error" },
};

typedef struct
{
  guint n_series;
  GString *page;
  double *values;
  guint64 *scrapes;
} Target;

static guint
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static void
render (Target *self)
{
  g_string_truncate (self->page, 0);
  for (guint i = 0; i < self->n_series; i++)
    {
      guint family = i / 50;
      gboolean counts = family % 2 == 0;

      if (i % 50 == 0)
        g_string_append_printf (self->page,
                                "# HELP app_%04u_%s For the bench.\n# TYPE app_%04u_%s %s\n",
                                family, counts ? "total" : "bytes", family,
                                counts ? "total" : "bytes", counts ? "counter" : "gauge");
      if (counts)
        self->values[i] += g_random_int_range (0, 1000);
      else if (family % 6 != 1)
        self->values[i] += 4096.0 * g_random_int_range (-100, 100);
      g_string_append_printf (self->page,
                              "app_%04u_%s{cpu=\"%u\",mode=\"m%u\",device=\"eth%u\"} %.0f\n",
                              family, counts ? "total" : "bytes", i % 10, i / 10 % 5, i % 3,
                              self->values[i]);
    }
}

/* Answers every request of one connection; the first letter of the path says whose it is. */
static gboolean
serve_connection (GThreadedSocketService *service,
                  GSocketConnection      *connection,
                  GObject                *source,
                  gpointer                user_data)
{
  Target self = *(Target *) user_data;
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char request[8192];

  self.page = g_string_new (NULL);
  self.values = g_new0 (double, self.n_series);
  while (g_input_stream_read (in, request, sizeof request, NULL, NULL) > 0)
    {
      g_autofree char *head = NULL;
      guint whose = strncmp (request, "GET /prometheus", 15) == 0;

      render (&self);
      head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                              "Content-Length: %zu\r\n\r\n",
                              self.page->len);
      if (!g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL)
          || !g_output_stream_write_all (out, self.page->str, self.page->len, NULL, NULL, NULL))
        break;
      __atomic_fetch_add (&self.scrapes[whose], 1, __ATOMIC_RELAXED);
    }
  g_string_free (self.page, TRUE);
  g_free (self.values);
  return TRUE;
}

static void
run_target (Target *self,
            guint   port)
{
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (8);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  g_socket_listener_add_inet_port (G_SOCKET_LISTENER (service), (guint16) port, NULL, NULL);
  g_signal_connect (service, "run", G_CALLBACK (serve_connection), self);
  g_main_loop_run (loop);
}

static double
cpu_seconds (GPid pid)
{
  struct timespec time = { 0 };
  clockid_t clock;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &time) != 0)
    return 0;
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* In MiB. */
static double
memory (GPid        pid,
        const char *field)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (at = strstr (text, field)) == NULL)
    return 0;
  return (double) g_ascii_strtoull (at + strlen (field), NULL, 10) / 1024;
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
start_server (Server     *server,
              const char *folder,
              const char *ctl,
              guint       target_port)
{
  g_autofree char *config = g_strdup_printf ("%s/%s.yml", folder, server->name);
  g_autofree char *text =
      g_strdup_printf ("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
                       "- job_name: bench\n  metrics_path: /%s\n"
                       "  static_configs: [{targets: ['127.0.0.1:%u']}]\n",
                       server->name, target_port);
  g_autofree char *line = NULL;
  g_auto (GStrv) argv = NULL;

  g_file_set_contents (config, text, -1, NULL);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  line = g_strdup_printf (server->arguments, free_port (), folder, ctl);
#pragma GCC diagnostic pop
  argv = g_strsplit (line, " ", -1);
  if (!g_spawn_async (NULL, argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                          | G_SPAWN_STDERR_TO_DEV_NULL,
                      die_with_parent, NULL, &server->pid, NULL))
    server->pid = 0;
}

static void
measure (const Target *target,
         guint         seconds)
{
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      servers[i].cpu_start = cpu_seconds (servers[i].pid);
      servers[i].scrapes_start = __atomic_load_n (&target->scrapes[i], __ATOMIC_RELAXED);
    }
  g_usleep (seconds * G_USEC_PER_SEC);
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      double cpu = cpu_seconds (servers[i].pid) - servers[i].cpu_start;
      guint64 scrapes =
          __atomic_load_n (&target->scrapes[i], __ATOMIC_RELAXED) - servers[i].scrapes_start;
      double samples = (double) scrapes * target->n_series;

      if (servers[i].pid == 0)
        continue;
      g_print ("%-12s %8.0f samples  %6.3f us CPU a sample  RSS %6.1f MiB (anonymous %.1f, peak "
               "%.1f)\n",
               servers[i].name, samples, cpu * 1e6 / MAX (samples, 1),
               memory (servers[i].pid, "VmRSS:"), memory (servers[i].pid, "RssAnon:"),
               memory (servers[i].pid, "VmHWM:"));
    }
}

static void
end (GPid pid)
{
  if (pid == 0)
    return;
  kill (pid, SIGTERM);
  while (waitpid (pid, NULL, 0) == -1 && errno == EINTR)
    ;
}

static void
remove_folder (const char *folder)
{
  const char *const argv[] = { "rm", "-rf", folder, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
}

int
main (int    argc,
      char **argv)
{
  guint seconds = argc > 2 ? (guint) atoi (argv[2]) : 15;
  Target target = { .n_series = argc > 3 ? (guint) atoi (argv[3]) : 10000 };
  g_autofree char *folder = g_dir_make_tmp ("bench-scrape-XXXXXX", NULL);
  guint port = free_port ();
  pid_t child;

  if (argc < 2 || seconds == 0 || target.n_series == 0)
    {
      g_printerr ("usage: bench-scrape SIGHTGLASSCTL [SECONDS [SERIES]]\n");
      return 2;
    }
  target.scrapes = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  child = fork ();
  if (child == 0)
    run_target (&target, port);
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    start_server (&servers[i], folder, argv[1], port);
  g_usleep (SETTLE_US);
  measure (&target, seconds);
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    end (servers[i].pid);
  end (child);
  remove_folder (folder);
  return 0;
}
