/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"
#include "ctl/sg-command-check-metrics.h"

/*
 * check WHAT FILE…: says whether files can be taken, as promtool does, and what is wrong where they
 * cannot.
 */
typedef struct
{
  const char *what;
  SgExit (*run) (int n_files, char **files);
} Check;

static gboolean
check_config_file (const char *path,
                   GString    *report)
{
  return sg_config_check_file (path, sg_rule_check_file, report);
}

static SgExit
check_files (const char         *what,
             SgConfigRuleCheck   check,
             int                 n_files,
             char              **files)
{
  gboolean good = TRUE;

  if (n_files == 0)
    {
      g_printerr ("sightglassctl: check %s needs the files to check: name them\n", what);
      return SG_EXIT_USAGE;
    }
  for (int i = 0; i < n_files; i++)
    {
      g_autoptr (GString) report = g_string_new (NULL);
      gboolean is_good = check (files[i], report);

      if (is_good)
        g_print ("%s", report->str);
      else
        g_printerr ("%s", report->str);
      good = good && is_good;
    }
  return good ? SG_EXIT_GOOD : SG_EXIT_BAD;
}

static SgExit
check_config (int    n_files,
              char **files)
{
  return check_files ("config", check_config_file, n_files, files);
}

static SgExit
check_rules (int    n_files,
             char **files)
{
  return check_files ("rules", sg_rule_check_file, n_files, files);
}

static const Check checks[] = {
  { "config", check_config },
  { "metrics", sg_command_check_metrics },
  { "rules", check_rules },
};

SgExit
sg_command_check (int    argc,
                  char **argv)
{
  for (guint i = 0; argc >= 2 && i < G_N_ELEMENTS (checks); i++)
    {
      if (g_str_equal (argv[1], checks[i].what))
        return checks[i].run (argc - 2, argv + 2);
    }
  if (argc >= 2 && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")))
    {
      g_print (
          "Usage: sightglassctl check config FILE…\n"
          "       sightglassctl check metrics [--format=text|openmetrics] [FILE…]\n"
          "       sightglassctl check rules FILE…\n\n"
          "Says whether prometheus.yml files with the files that they name, pages of metrics, or\n"
          "files of rules can be taken, and what is wrong in them. A page comes from standard input when no file is named; the exit\n"
          "status is 3 when it is right and its names could be better.\n");
      return SG_EXIT_GOOD;
    }
  g_printerr ("sightglassctl: check what? “sightglassctl check config FILE…” checks a "
              "prometheus.yml, “check metrics” a page of metrics, “check rules” a file of rules\n");
  return SG_EXIT_USAGE;
}
