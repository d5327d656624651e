/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/sg-command-tsdb.h"

#include "core/sightglass.h"
#include "ctl/sg-interrupt.h"
#include "ctl/sg-progress-bar.h"

#include <gio/gunixoutputstream.h>
#include <unistd.h>

/*
 * tsdb COMMAND: tools for a data directory, ours or Prometheus', in use or not. All but import only
 * read. What promtool has as well has its words, its flags and its output.
 */

gboolean
sg_tsdb_call_begin (SgTsdbCall          *call,
                    const GOptionEntry  *entries,
                    const char          *parameters,
                    const char          *summary,
                    guint                n_max,
                    int                  argc,
                    char               **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autofree char *name = g_strconcat ("sightglassctl tsdb ", argv[0], NULL);
  g_autoptr (GError) error = NULL;

  g_set_prgname (name);
  g_option_context_set_summary (context, summary);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s: %s; “%s --help” explains it\n", name, error->message, name);
      return FALSE;
    }
  if ((guint) argc - 1 > n_max)
    {
      g_printerr ("%s: “%s” is one argument too many; “%s --help” explains it\n", name,
                  argv[n_max + 1], name);
      return FALSE;
    }
  call->arguments = argv + 1;
  call->n_arguments = (guint) argc - 1;
  call->out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  call->cancellable = sg_interrupt_watch ();
  return TRUE;
}

void
sg_tsdb_call_end (SgTsdbCall *call)
{
  g_clear_object (&call->out);
}

SgExit
sg_tsdb_call_misused (const SgTsdbCall *call,
                      const char       *problem)
{
  g_printerr ("%s: %s; “%s --help” explains it\n", g_get_prgname (), problem, g_get_prgname ());
  return SG_EXIT_USAGE;
}

SgExit
sg_tsdb_call_exit (const GError *error)
{
  if (error == NULL)
    return SG_EXIT_GOOD;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_printerr ("%s: interrupted\n", g_get_prgname ());
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    g_printerr ("%s: %s\n", g_get_prgname (), error->message);
  return SG_EXIT_BAD;
}

char *
sg_tsdb_call_folder (const SgTsdbCall *call,
                     guint             i)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  const char *path =
      i < call->n_arguments ? call->arguments[i] : sg_engine_options_get_storage_path (options);
  g_autoptr (GError) error = NULL;
  char *folder = sg_tsdb_find_folder (path, &error);

  if (folder == NULL)
    sg_tsdb_call_exit (error);
  return folder;
}

static SgExit
run_list (int    argc,
          char **argv)
{
  gboolean human = FALSE;
  const GOptionEntry entries[] = {
    { "human-readable", 'r', 0, G_OPTION_ARG_NONE, &human, "Print times and sizes for people",
      NULL },
    { NULL },
  };
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  SgTsdbCall call;

  if (!sg_tsdb_call_begin (&call, entries, "[FOLDER]", "Lists the blocks of a data directory.", 1,
                           argc, argv))
    return SG_EXIT_USAGE;
  folder = sg_tsdb_call_folder (&call, 0);
  if (folder != NULL)
    sg_tsdb_list (folder, human, call.out, call.cancellable, &error);
  sg_tsdb_call_end (&call);
  return folder != NULL ? sg_tsdb_call_exit (error) : SG_EXIT_BAD;
}

static SgExit
run_analyze (int    argc,
             char **argv)
{
  int limit = 20;
  gboolean extended = FALSE;
  const GOptionEntry entries[] = {
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, "How many lines a list has (default 20)", "N" },
    { "extended", 0, 0, G_OPTION_ARG_NONE, &extended, "Tell how full chunks are, too", NULL },
    { NULL },
  };
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  SgTsdbCall call;

  if (!sg_tsdb_call_begin (&call, entries, "[FOLDER [BLOCK]]",
                           "Tells what costs room in a block, by default the last one.", 2, argc,
                           argv))
    return SG_EXIT_USAGE;
  folder = sg_tsdb_call_folder (&call, 0);
  if (folder != NULL)
    sg_tsdb_analyze (folder, call.n_arguments > 1 ? call.arguments[1] : NULL,
                     (guint) MAX (limit, 0), extended, call.out, call.cancellable, &error);
  sg_tsdb_call_end (&call);
  return folder != NULL ? sg_tsdb_call_exit (error) : SG_EXIT_BAD;
}

void
sg_tsdb_print_warnings (const GPtrArray *warnings)
{
  for (guint i = 0; i < warnings->len; i++)
    g_printerr ("%s: %s\n", g_get_prgname (), (char *) warnings->pdata[i]);
}

static SgExit
run_dump (int    argc,
          char **argv)
{
  gint64 min_ms = G_MININT64;
  gint64 max_ms = G_MAXINT64;
  g_autofree char *selector = NULL;
  const GOptionEntry entries[] = {
    { "min-time", 0, 0, G_OPTION_ARG_INT64, &min_ms, "The first time, in ms since 1970", "MS" },
    { "max-time", 0, 0, G_OPTION_ARG_INT64, &max_ms, "The last time, in ms since 1970", "MS" },
    { "match", 0, 0, G_OPTION_ARG_STRING, &selector, "Which series (default all)", "SELECTOR" },
    { NULL },
  };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  SgTsdbCall call;

  if (!sg_tsdb_call_begin (&call, entries, "[FOLDER]",
                           "Prints samples, a line each: series, value, time in ms.", 1, argc,
                           argv))
    return SG_EXIT_USAGE;
  folder = sg_tsdb_call_folder (&call, 0);
  if (folder != NULL)
    sg_tsdb_dump (folder, min_ms, max_ms, selector != NULL ? selector : SG_TSDB_DUMP_ALL, call.out,
                  warnings, call.cancellable, &error);
  sg_tsdb_print_warnings (warnings);
  sg_tsdb_call_end (&call);
  return folder != NULL ? sg_tsdb_call_exit (error) : SG_EXIT_BAD;
}

/* While a bar is drawn the lines wait, so that they do not meet on one terminal. */
static gboolean
verify (const SgTsdbCall  *call,
        const char        *folder,
        guint             *ret_n_damaged,
        GError           **error)
{
  g_autoptr (GOutputStream) waiting = g_memory_output_stream_new_resizable ();
  SgProgressBar bar;
  gboolean told;

  sg_progress_bar_init (&bar, "verifying");
  told = sg_tsdb_verify (folder, bar.shown ? waiting : call->out, sg_progress_bar_tell, &bar,
                         ret_n_damaged, call->cancellable, error);
  sg_progress_bar_clear (&bar);
  g_output_stream_write_all (
      call->out, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (waiting)),
      g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (waiting)), NULL, NULL, NULL);
  return told;
}

static SgExit
run_verify (int    argc,
            char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  guint n_damaged = 0;
  SgTsdbCall call;

  if (!sg_tsdb_call_begin (
          &call, NULL, "[FOLDER]",
          "Reads all of a data directory, and says what of it is damaged. Nothing is "
          "changed.",
          1, argc, argv))
    return SG_EXIT_USAGE;
  folder = sg_tsdb_call_folder (&call, 0);
  if (folder != NULL)
    verify (&call, folder, &n_damaged, &error);
  sg_tsdb_call_end (&call);
  if (folder == NULL || error != NULL)
    return folder == NULL ? SG_EXIT_BAD : sg_tsdb_call_exit (error);
  return n_damaged > 0 ? SG_EXIT_BAD : SG_EXIT_GOOD;
}

static const SgCommand commands[] = {
  { "list", "list the blocks", run_list },
  { "analyze", "tell what costs room in a block", run_analyze },
  { "dump", "print samples", run_dump },
  { "verify", "read everything, and say what is damaged", run_verify },
  { "import", "add samples from OpenMetrics text or from another directory",
    sg_command_tsdb_import },
  { "export", "write samples as OpenMetrics text or as blocks", sg_command_tsdb_export },
};

static void
print_help (void)
{
  g_print ("Usage: sightglassctl tsdb COMMAND [OPTION…]\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-12s %s\n", commands[i].name, commands[i].summary);
  g_print (
      "\nA FOLDER is a storage folder of Sightglass or a data directory of Prometheus, in use or "
      "not;\nwithout one it is the storage folder of this user. “sightglassctl tsdb COMMAND "
      "--help”\nexplains a command.\n");
}

SgExit
sg_command_tsdb (int    argc,
                 char **argv)
{
  if (argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")))
    {
      print_help ();
      return SG_EXIT_GOOD;
    }
  for (guint i = 0; argc >= 2 && i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (argv[1], commands[i].name))
        return commands[i].run (argc - 1, argv + 1);
    }
  if (argc >= 2)
    g_printerr ("sightglassctl: tsdb has no command “%s”; “sightglassctl tsdb --help” lists them\n",
                argv[1]);
  else
    g_printerr ("sightglassctl: tsdb needs a command; “sightglassctl tsdb --help” lists them\n");
  return SG_EXIT_USAGE;
}
