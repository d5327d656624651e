/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ctl/sg-command.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgTsdbCall:
 * @arguments: what stands behind the options, %NULL-terminated
 * @n_arguments: how many
 * @out: standard output
 * @cancellable: what an interrupt cancels
 *
 * What every command of "tsdb" is called with, once its options were read.
 */
typedef struct
{
  char **arguments;
  guint n_arguments;
  GOutputStream *out;
  GCancellable *cancellable;
} SgTsdbCall;

/* Reads the options of a command; FALSE after an error was printed. */
gboolean sg_tsdb_call_begin  (SgTsdbCall           *call,
                              const GOptionEntry   *entries,
                              const char           *parameters,
                              const char           *summary,
                              guint                 n_max,
                              int                   argc,
                              char                **argv);
void     sg_tsdb_call_end    (SgTsdbCall           *call);
/* Returns: (transfer full) (nullable): the data directory that argument @i names, or the user's own. */
char    *sg_tsdb_call_folder (const SgTsdbCall     *call,
                              guint                 i);
/* What to end with: prints @error, if it is set. */
SgExit   sg_tsdb_call_exit   (const GError         *error);

/* Says how it is called; returns the exit status for that. */
SgExit   sg_tsdb_call_misused (const SgTsdbCall    *call,
                              const char           *problem);
void     sg_tsdb_print_warnings (const GPtrArray   *warnings);

SgExit   sg_command_tsdb_import (int    argc,
                                 char **argv);
SgExit   sg_command_tsdb_export (int    argc,
                                 char **argv);

G_END_DECLS
