/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"
#include "ctl/sg-command.h"

#include <locale.h>

static const SgCommand commands[] = {
  { "check", "say whether files can be taken", sg_command_check },
  { "discover", "list what runs here and tells metrics", sg_command_discover },
  { "labels", "list labels, or the values of one", sg_command_labels },
  { "query", "evaluate an expression at one time", sg_command_query },
  { "query-range", "evaluate an expression at the times of a range", sg_command_query_range },
  { "series", "list series", sg_command_series },
  { "serve", "run without a window: collect, and answer over HTTP", sg_command_serve },
  { "test", "run tests of queries", sg_command_test },
  { "tsdb", "tools for a data directory", sg_command_tsdb },
};

static void
print_help (void)
{
  g_print ("Usage: sightglassctl COMMAND [OPTION…]\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-12s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n“sightglassctl COMMAND --help” explains a command; --version tells the version.\n");
}

static void
print_version (void)
{
  g_autofree char *text = sg_version_describe ("sightglassctl");

  g_print ("%s", text);
}

static SgExit
run_command (int    argc,
             char **argv)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (argv[0], commands[i].name))
        return commands[i].run (argc, argv);
    }
  g_printerr ("sightglassctl: there is no command “%s”; “sightglassctl --help” lists them\n",
              argv[0]);
  return SG_EXIT_USAGE;
}

int
main (int    argc,
      char **argv)
{
  sg_heap_tune ();
  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      print_help ();
      return SG_EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    print_help ();
  else if (g_str_equal (argv[1], "--version"))
    print_version ();
  else
    return run_command (argc - 1, argv + 1);
  return SG_EXIT_GOOD;
}
