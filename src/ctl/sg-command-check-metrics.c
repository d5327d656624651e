/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/sg-command-check-metrics.h"

#include "core/sightglass.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * check metrics [--format=text|openmetrics] [FILE…]: reads pages of metrics, from standard input when no
 * file is named, and says what is wrong with them, by the rules of their format to the letter. What is wrong
 * comes with its place; advice on names comes in promtool's words. The exit status is promtool's: 0, 1 for
 * a page that is wrong, 3 for one that is right and could be better.
 */
static char *
read_input (const char  *path,
            gsize       *ret_length,
            GError     **error)
{
  GString *all;
  char buffer[65536];
  gsize n;

  if (!g_str_equal (path, "-"))
    {
      char *text = NULL;

      g_file_get_contents (path, &text, ret_length, error);
      return text;
    }
  all = g_string_new (NULL);
  while ((n = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    g_string_append_len (all, buffer, (gssize) n);
  *ret_length = all->len;
  return g_string_free (all, FALSE);
}

static SgExit
check_page (const char   *path,
            SgPageFormat  format)
{
  const char *shown = g_str_equal (path, "-") ? "<stdin>" : path;
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *text = read_input (path, &length, &error);
  g_autoptr (SgPageReport) report = NULL;

  if (text == NULL)
    {
      g_printerr ("sightglassctl: %s\n", error->message);
      return SG_EXIT_BAD;
    }
  report = sg_page_check (text, length, format);
  if (report->message != NULL)
    {
      g_printerr ("%s:%u:%u: %s\n", shown, report->line, report->column, report->message);
      return SG_EXIT_BAD;
    }
  for (guint i = 0; report->advice[i] != NULL; i++)
    g_printerr ("%s\n", report->advice[i]);
  return report->advice[0] != NULL ? SG_EXIT_ADVICE : SG_EXIT_GOOD;
}

static gboolean
take_format (const char   *argument,
             SgPageFormat *format)
{
  if (g_str_equal (argument, "--format=text"))
    *format = SG_PAGE_FORMAT_TEXT;
  else if (g_str_equal (argument, "--format=openmetrics"))
    *format = SG_PAGE_FORMAT_OPENMETRICS;
  else
    return FALSE;
  return TRUE;
}

/* A page that is wrong counts more than one that could be better. */
static SgExit
worse_of (SgExit a,
          SgExit b)
{
  if (a == SG_EXIT_BAD || b == SG_EXIT_BAD)
    return SG_EXIT_BAD;
  return MAX (a, b);
}

SgExit
sg_command_check_metrics (int    n_arguments,
                          char **arguments)
{
  SgPageFormat format = SG_PAGE_FORMAT_GUESS;
  SgExit exit = SG_EXIT_GOOD;
  gboolean any = FALSE;

  for (int i = 0; i < n_arguments; i++)
    {
      if (take_format (arguments[i], &format))
        continue;
      if (g_str_has_prefix (arguments[i], "--"))
        {
          g_printerr ("sightglassctl: check metrics takes no “%s”: --format=text or "
                      "--format=openmetrics, and files\n",
                      arguments[i]);
          return SG_EXIT_USAGE;
        }
      any = TRUE;
      exit = worse_of (exit, check_page (arguments[i], format));
    }
  return any ? exit : check_page ("-", format);
}
