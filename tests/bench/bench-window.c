/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <adwaita.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * What the window costs beside an empty libadwaita window, in the same run, on a display of its own:
 *
 *  - first content: from the fork until something of 200 × 200 px or more has been drawn into a window
 *    that is mapped, as the X server sees it; the programs take turns, and the medians are compared;
 *  - PSS, with nothing else running that shares pages, after it has been left alone for a while.
 *
 * usage: bench-window [SIGHTGLASS [ROUNDS [SECONDS]]]
 */
#define LEAST_SIZE   200
#define PATIENCE_US  (20 * G_USEC_PER_SEC)
#define TIME_BUDGET  1.3
#define SPACE_BUDGET 25.

typedef struct
{
  const char *name;
  const char *argv[3];
  GArray *times;
  GArray *cpu_times;
  double pss;
  double cpu;
} Program;

static Display *display;
static int damage_event;

static void
activate_empty (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new ("Empty");

  gtk_widget_set_vexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), label);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  gtk_window_present (GTK_WINDOW (window));
}

static int
run_empty (void)
{
  g_autoptr (AdwApplication) application =
      adw_application_new ("org.example.Empty", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate_empty), NULL);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}

/* A window may go before it is asked about. */
static int
ignore_error (Display     *of,
              XErrorEvent *event)
{
  return 0;
}

static gboolean
is_big (int width,
        int height)
{
  return width >= LEAST_SIZE && height >= LEAST_SIZE;
}

/* Returns: whether @event is the first content of a window; @mapped is kept from one to the next */
static gboolean
is_content (XEvent   *event,
            gboolean *mapped)
{
  XWindowAttributes attributes;

  if (event->type == CreateNotify)
    XDamageCreate (display, event->xcreatewindow.window, XDamageReportRawRectangles);
  else if (event->type == MapNotify)
    *mapped |= XGetWindowAttributes (display, event->xmap.window, &attributes) != 0
               && is_big (attributes.width, attributes.height);
  else if (event->type == damage_event && *mapped)
    {
      XDamageNotifyEvent *damage = (XDamageNotifyEvent *) event;

      return is_big (damage->area.width, damage->area.height);
    }
  return FALSE;
}

static gboolean
wait_for_content (void)
{
  gint64 start = g_get_monotonic_time ();
  gboolean mapped = FALSE;

  while (g_get_monotonic_time () - start < PATIENCE_US)
    {
      struct pollfd connection = { ConnectionNumber (display), POLLIN, 0 };

      while (XPending (display) > 0)
        {
          XEvent event;

          XNextEvent (display, &event);
          if (is_content (&event, &mapped))
            return TRUE;
        }
      poll (&connection, 1, 20);
    }
  return FALSE;
}

static GPid
start (const Program *program)
{
  GPid pid = fork ();

  if (pid == 0)
    {
      execv (program->argv[0], (char **) program->argv);
      _exit (127);
    }
  return pid;
}

static void
end (GPid pid)
{
  kill (pid, SIGTERM);
  while (waitpid (pid, NULL, 0) == -1 && errno == EINTR)
    ;
  XSync (display, TRUE);
}

/* Returns: milliseconds that all threads of @pid have run: less shaken by what else runs than time is */
static double
read_run_ms (GPid pid)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", (int) pid);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  double ms = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, "schedstat", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        ms += g_ascii_strtod (text, NULL) / 1e6;
    }
  return ms;
}

static void
measure_start (Program *program)
{
  gint64 begin = g_get_monotonic_time ();
  GPid pid = start (program);
  double ms, cpu_ms;

  if (!wait_for_content ())
    g_error ("%s showed nothing", program->argv[0]);
  ms = (double) (g_get_monotonic_time () - begin) / 1000.;
  cpu_ms = read_run_ms (pid);
  g_array_append_val (program->times, ms);
  g_array_append_val (program->cpu_times, cpu_ms);
  end (pid);
}

static double
read_pss_mib (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, "\nPss:")) == NULL)
    return -1;
  return g_ascii_strtod (line + 5, NULL) / 1024.;
}

static double
read_cpu_seconds (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return -1;
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);
  return (g_ascii_strtod (fields[11], NULL) + g_ascii_strtod (fields[12], NULL))
         / (double) sysconf (_SC_CLK_TCK);
}

static void
measure_rest (Program *program,
              guint    seconds)
{
  GPid pid = start (program);
  double before;

  wait_for_content ();
  g_usleep (2 * G_USEC_PER_SEC);
  before = read_cpu_seconds (pid);
  g_usleep (seconds * G_USEC_PER_SEC);
  program->cpu = 100. * (read_cpu_seconds (pid) - before) / seconds;
  program->pss = read_pss_mib (pid);
  end (pid);
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
median (GArray *times)
{
  g_array_sort (times, compare_doubles);
  return g_array_index (times, double, times->len / 2);
}

static void
report (Program *empty,
        Program *ours)
{
  Program *const programs[] = { empty, ours };
  double ratio = median (ours->times) / median (empty->times);

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    g_print ("%-24s first content %6.1f ms, best %6.1f, of which run %6.1f; then PSS %5.1f MiB, "
             "CPU %.2f %% of a core\n",
             programs[i]->name, median (programs[i]->times),
             g_array_index (programs[i]->times, double, 0), median (programs[i]->cpu_times),
             programs[i]->pss, programs[i]->cpu);
  g_print ("first content × %.2f (budget %.1f)%s; PSS + %.1f MiB (budget %.0f)%s\n", ratio,
           TIME_BUDGET, ratio <= TIME_BUDGET ? "" : " EXCEEDED", ours->pss - empty->pss,
           SPACE_BUDGET, ours->pss - empty->pss <= SPACE_BUDGET ? "" : " EXCEEDED");
}

static void
open_display (void)
{
  int error_base;

  display = XOpenDisplay (NULL);
  if (display == NULL || !XDamageQueryExtension (display, &damage_event, &error_base))
    g_error ("there is no display with the DAMAGE extension");
  damage_event += XDamageNotify;
  XSetErrorHandler (ignore_error);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);
  XSync (display, FALSE);
}

static int
run_on_own_display (char **argv)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new ();

  g_ptr_array_add (command, (char *) SG_WITH_XVFB);
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (command, argv[i]);
  g_ptr_array_add (command, NULL);
  g_setenv ("SG_BENCH_HAS_DISPLAY", "1", TRUE);
  execv (SG_WITH_XVFB, (char **) command->pdata);
  g_printerr ("bench-window: %s does not run\n", SG_WITH_XVFB);
  return 1;
}

int
main (int    argc,
      char **argv)
{
  const char *sightglass = argc > 1 ? argv[1] : SG_SIGHTGLASS;
  guint rounds = argc > 2 ? (guint) atoi (argv[2]) : 15;
  guint seconds = argc > 3 ? (guint) atoi (argv[3]) : 20;
  Program empty = { "empty libadwaita window", { argv[0], "--empty" } };
  Program ours = { "sightglass", { sightglass } };

  setlocale (LC_ALL, "");
  if (argc > 1 && g_str_equal (argv[1], "--empty"))
    return run_empty ();
  if (g_getenv ("SG_BENCH_HAS_DISPLAY") == NULL)
    return run_on_own_display (argv);
  g_setenv ("GSETTINGS_SCHEMA_DIR", SG_SCHEMA_DIR, TRUE);
  open_display ();
  empty.times = g_array_new (FALSE, FALSE, sizeof (double));
  empty.cpu_times = g_array_new (FALSE, FALSE, sizeof (double));
  ours.times = g_array_new (FALSE, FALSE, sizeof (double));
  ours.cpu_times = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < rounds; i++)
    {
      measure_start (&empty);
      measure_start (&ours);
    }
  measure_rest (&empty, seconds);
  measure_rest (&ours, seconds);
  report (&empty, &ours);
  return 0;
}
