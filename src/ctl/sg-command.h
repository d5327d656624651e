/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a command ends with, as promtool and amtool do. */
typedef enum
{
  SG_EXIT_GOOD = 0,
  SG_EXIT_BAD = 1,
  SG_EXIT_USAGE = 2,
  SG_EXIT_ADVICE = 3,
} SgExit;

/**
 * SgCommand:
 * @name: its word on the command line
 * @summary: what it does, in half a line
 * @run: does it; @argv begins with the command's own name
 */
typedef struct
{
  const char *name;
  const char *summary;
  SgExit (*run) (int    argc,
                 char **argv);
} SgCommand;

SgExit sg_command_check (int    argc,
                         char **argv);
SgExit sg_command_discover (int    argc,
                            char **argv);
SgExit sg_command_labels (int    argc,
                         char **argv);
SgExit sg_command_query (int    argc,
                         char **argv);
SgExit sg_command_query_range (int    argc,
                               char **argv);
SgExit sg_command_series (int    argc,
                          char **argv);
SgExit sg_command_serve (int    argc,
                         char **argv);
SgExit sg_command_test  (int    argc,
                         char **argv);
SgExit sg_command_tsdb  (int    argc,
                         char **argv);

G_END_DECLS
