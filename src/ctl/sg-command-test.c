/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"
#include "ctl/sg-command.h"

/*
 * test promql FILE…: runs files in the language of Prometheus' own tests. Each failure is told with its
 * place; the last line counts.
 */
static gboolean
run_file (const char         *path,
          SgPromqlTestCounts *counts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) report = g_string_new (NULL);
  g_autofree char *text = NULL;
  gboolean read = g_file_get_contents (path, &text, NULL, &error)
                  && sg_promql_test_run (path, text, counts, report, &error);

  g_print ("%s", report->str);
  if (!read)
    g_printerr ("sightglassctl: %s\n", error->message);
  return read;
}

static SgExit
test_promql (int    n_files,
             char **files)
{
  SgPromqlTestCounts counts = { 0 };
  gboolean all_read = TRUE;

  if (n_files == 0)
    {
      g_printerr ("sightglassctl: test promql needs the files to run: name them\n");
      return SG_EXIT_USAGE;
    }
  for (int i = 0; i < n_files; i++)
    all_read = run_file (files[i], &counts) && all_read;
  g_print ("%u passed, %u failed", counts.n_passed, counts.n_failed);
  if (counts.n_skipped > 0)
    g_print (", %u skipped", counts.n_skipped);
  g_print ("\n");
  return all_read && counts.n_failed == 0 ? SG_EXIT_GOOD : SG_EXIT_BAD;
}

SgExit
sg_command_test (int    argc,
                 char **argv)
{
  if (argc >= 2 && g_str_equal (argv[1], "promql"))
    return test_promql (argc - 2, argv + 2);
  if (argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")))
    {
      g_print ("Usage: sightglassctl test promql FILE…\n\n"
               "Runs tests in the language of Prometheus' own, and counts what passes.\n");
      return SG_EXIT_GOOD;
    }
  g_printerr ("sightglassctl: test what? “sightglassctl test promql FILE…” runs query tests\n");
  return SG_EXIT_USAGE;
}
