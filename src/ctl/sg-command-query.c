/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"
#include "ctl/sg-command.h"
#include "ctl/sg-interrupt.h"

#include <string.h>

/*
 * query, query-range, series and labels: asks a server, or a directory without changing it, as "promtool
 * query" asks a server, and prints as it does. Warnings go to standard error.
 */

#define DEFAULT_RANGE_S 300
#define DEFAULT_POINTS  250

/**
 * Asking:
 * @time: --time
 * @start: --start
 * @end: --end
 * @step: --step
 * @selectors: --match
 * @format: --format
 * @arguments: what stands behind the options
 *
 * What a command was called with.
 */
typedef struct
{
  char *time;
  char *start;
  char *end;
  char *step;
  char **selectors;
  char *format;
  char **arguments;
} Asking;

static void
asking_clear (Asking *asking)
{
  g_free (asking->time);
  g_free (asking->start);
  g_free (asking->end);
  g_free (asking->step);
  g_strfreev (asking->selectors);
  g_free (asking->format);
  g_strfreev (asking->arguments);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asking, asking_clear)

static gboolean
misused (const char *name,
         const char *problem)
{
  g_printerr ("sightglassctl: %s: %s; “sightglassctl %s --help” explains it\n", name, problem,
              name);
  return FALSE;
}

/* Reads the options of a command whose own are @entries; says what is wrong with them. */
static gboolean
asking_read (Asking              *asking,
             const GOptionEntry  *entries,
             const char          *parameters,
             const char          *summary,
             guint                n_min,
             guint                n_max,
             int                  argc,
             char               **argv)
{
  GOptionEntry common[] = {
    { "format", 'o', 0, G_OPTION_ARG_STRING, &asking->format, "Print promql (the default) or json",
      "FORMAT" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = g_strdupv (argv);
  guint n;

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  if (!g_option_context_parse_strv (context, &words, &error))
    return misused (argv[0], error->message);
  n = g_strv_length (words) - 1;
  if (n < n_min || n > n_max)
    return misused (argv[0], n < n_min ? "an argument is missing" : "there are too many arguments");
  if (asking->format != NULL && !g_str_equal (asking->format, "promql")
      && !g_str_equal (asking->format, "json"))
    return misused (argv[0], "the format is promql or json");
  asking->arguments = g_strdupv (words + 1);
  return TRUE;
}

static void
add_parameter (GPtrArray  *parameters,
               const char *name,
               const char *value)
{
  if (value == NULL)
    return;
  g_ptr_array_add (parameters, g_strdup (name));
  g_ptr_array_add (parameters, g_strdup (value));
}

static void
print_answer (const Asking *asking,
              SgApiAnswer  *answer)
{
  gboolean as_json = asking->format != NULL && g_str_equal (asking->format, "json");
  g_autofree char *text =
      as_json ? sg_api_answer_print_json (answer) : sg_api_answer_print (answer);

  for (const char *const *note = sg_api_answer_get_notes (answer); *note != NULL; note++)
    g_printerr ("sightglassctl: warning: %s\n", *note);
  g_print ("%s", text);
}

/* Takes over @parameters. @query: (nullable): the text that an error may point into */
static SgExit
asking_run (const Asking *asking,
            const char   *path,
            GPtrArray    *parameters,
            const char   *query)
{
  g_autoptr (GPtrArray) owned = parameters;
  GCancellable *cancellable = sg_interrupt_watch ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgApiClient) client = sg_api_client_new (asking->arguments[0], &error);
  g_autoptr (SgApiAnswer) answer = NULL;
  g_autofree char *mark = NULL;

  g_ptr_array_set_free_func (parameters, g_free);
  g_ptr_array_add (parameters, NULL);
  if (client != NULL)
    answer = sg_api_client_ask (client, path, (const char *const *) parameters->pdata, cancellable,
                                &error);
  if (answer != NULL)
    {
      print_answer (asking, answer);
      return SG_EXIT_GOOD;
    }
  mark = query != NULL ? sg_api_answer_mark_error (query, error->message) : NULL;
  g_printerr ("sightglassctl: %s\n%s", error->message, mark != NULL ? mark : "");
  return SG_EXIT_BAD;
}

SgExit
sg_command_query (int    argc,
                  char **argv)
{
  g_auto (Asking) asking = { NULL };
  GOptionEntry entries[] = {
    { "time", 0, 0, G_OPTION_ARG_STRING, &asking.time,
      "When to evaluate it: seconds since 1970, or RFC 3339 (default now)", "TIME" },
    { NULL },
  };
  GPtrArray *parameters;

  if (!asking_read (&asking, entries, "WHERE EXPRESSION",
                    "Evaluates an expression at one time. WHERE is the address of a server, a "
                    "storage folder, or a data directory, which is only read.",
                    2, 2, argc, argv))
    return SG_EXIT_USAGE;
  parameters = g_ptr_array_new ();
  add_parameter (parameters, "query", asking.arguments[1]);
  add_parameter (parameters, "time", asking.time);
  return asking_run (&asking, "/api/v1/query", parameters, asking.arguments[1]);
}

/* What was not said: the last five minutes until the end, in 250 steps of a second at least. */
static gboolean
complete_range (Asking *asking)
{
  SgTimeMs end = g_get_real_time () / 1000;
  SgTimeMs start;

  if (asking->end != NULL && !sg_api_answer_parse_time (asking->end, &end))
    return misused ("query-range", "--end is no time");
  start = end - DEFAULT_RANGE_S * 1000;
  if (asking->start != NULL && !sg_api_answer_parse_time (asking->start, &start))
    return misused ("query-range", "--start is no time");
  if (asking->end == NULL)
    asking->end = g_strdup_printf ("%" G_GINT64_FORMAT ".%03d", end / 1000, (int) (end % 1000));
  if (asking->start == NULL)
    asking->start =
        g_strdup_printf ("%" G_GINT64_FORMAT ".%03d", start / 1000, (int) (start % 1000));
  if (asking->step == NULL)
    asking->step =
        g_strdup_printf ("%" G_GINT64_FORMAT, MAX ((end - start) / 1000 / DEFAULT_POINTS, 1));
  return TRUE;
}

SgExit
sg_command_query_range (int    argc,
                        char **argv)
{
  g_auto (Asking) asking = { NULL };
  GOptionEntry entries[] = {
    { "start", 0, 0, G_OPTION_ARG_STRING, &asking.start,
      "The first time (default five minutes before the last)", "TIME" },
    { "end", 0, 0, G_OPTION_ARG_STRING, &asking.end, "The last time (default now)", "TIME" },
    { "step", 0, 0, G_OPTION_ARG_STRING, &asking.step,
      "From one time to the next, as 30s (default a 250th, at least a second)", "DURATION" },
    { NULL },
  };
  GPtrArray *parameters;

  if (!asking_read (&asking, entries, "WHERE EXPRESSION",
                    "Evaluates an expression at the times of a range. WHERE is the address of a "
                    "server, a storage folder, or a data directory, which is only read.",
                    2, 2, argc, argv)
      || !complete_range (&asking))
    return SG_EXIT_USAGE;
  parameters = g_ptr_array_new ();
  add_parameter (parameters, "query", asking.arguments[1]);
  add_parameter (parameters, "start", asking.start);
  add_parameter (parameters, "end", asking.end);
  add_parameter (parameters, "step", asking.step);
  return asking_run (&asking, "/api/v1/query_range", parameters, asking.arguments[1]);
}

/* The options of both that look for series. */
static GOptionEntry *
make_search_entries (Asking *asking)
{
  GOptionEntry entries[] = {
    { "match", 0, 0, G_OPTION_ARG_STRING_ARRAY, &asking->selectors,
      "Only of the series of SELECTOR; may be repeated", "SELECTOR" },
    { "start", 0, 0, G_OPTION_ARG_STRING, &asking->start, "The first time (default any)", "TIME" },
    { "end", 0, 0, G_OPTION_ARG_STRING, &asking->end, "The last time (default any)", "TIME" },
    { NULL },
  };

  return g_memdup2 (entries, sizeof entries);
}

static GPtrArray *
make_search_parameters (const Asking *asking)
{
  GPtrArray *parameters = g_ptr_array_new ();

  for (guint i = 0; asking->selectors != NULL && asking->selectors[i] != NULL; i++)
    add_parameter (parameters, "match[]", asking->selectors[i]);
  add_parameter (parameters, "start", asking->start);
  add_parameter (parameters, "end", asking->end);
  return parameters;
}

SgExit
sg_command_series (int    argc,
                   char **argv)
{
  g_auto (Asking) asking = { NULL };
  g_autofree GOptionEntry *entries = make_search_entries (&asking);

  if (!asking_read (&asking, entries, "WHERE",
                    "Lists series. WHERE is the address of a server, a storage folder, or a data "
                    "directory, which is only read.",
                    1, 1, argc, argv))
    return SG_EXIT_USAGE;
  if (asking.selectors == NULL)
    {
      misused ("series", "which ones? name them with --match");
      return SG_EXIT_USAGE;
    }
  return asking_run (&asking, "/api/v1/series", make_search_parameters (&asking),
                     asking.selectors[0]);
}

SgExit
sg_command_labels (int    argc,
                   char **argv)
{
  g_auto (Asking) asking = { NULL };
  g_autofree GOptionEntry *entries = make_search_entries (&asking);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  if (!asking_read (&asking, entries, "WHERE [LABEL]",
                    "Lists the values of a label, or all labels. WHERE is the address of a server, "
                    "a storage folder, or a data directory, which is only read.",
                    1, 2, argc, argv))
    return SG_EXIT_USAGE;
  if (asking.arguments[1] != NULL)
    {
      name = g_uri_escape_string (asking.arguments[1], NULL, FALSE);
      path = g_strconcat ("/api/v1/label/", name, "/values", NULL);
    }
  return asking_run (&asking, path != NULL ? path : "/api/v1/labels",
                     make_search_parameters (&asking),
                     asking.selectors != NULL ? asking.selectors[0] : NULL);
}
