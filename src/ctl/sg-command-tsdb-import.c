/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"
#include "ctl/sg-command-tsdb.h"
#include "ctl/sg-progress-bar.h"

#include <string.h>

/*
 * tsdb import and tsdb export: samples on their way in and out, as blocks or as text.
 */
typedef struct
{
  SgProgressBar bar;
  GPtrArray *warnings;
  GString *table;
  SgTsdbTask task;
} Journey;

static void
journey_begin (Journey          *self,
               const SgTsdbCall *call,
               const char       *what)
{
  sg_progress_bar_init (&self->bar, what);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->table = g_string_new (NULL);
  self->task = (SgTsdbTask) { .progress = sg_progress_bar_tell,
                              .progress_data = &self->bar,
                              .warnings = self->warnings,
                              .cancellable = call->cancellable };
}

static void
journey_end (Journey          *self,
             const SgTsdbCall *call)
{
  sg_progress_bar_clear (&self->bar);
  sg_tsdb_print_warnings (self->warnings);
  g_output_stream_write_all (call->out, self->table->str, self->table->len, NULL, NULL, NULL);
  g_ptr_array_unref (self->warnings);
  g_string_free (self->table, TRUE);
}

/* Returns: (transfer full) (nullable): the data directory to write to, made if it is not there */
static char *
make_folder (const SgTsdbCall  *call,
             guint              i,
             GError           **error)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autofree char *own =
      g_build_filename (sg_engine_options_get_storage_path (options), "tsdb", NULL);

  return sg_tsdb_make_folder (i < call->n_arguments ? call->arguments[i] : own, error);
}

SgExit
sg_command_tsdb_import (int    argc,
                        char **argv)
{
  gboolean human = FALSE;
  gboolean quiet = FALSE;
  const GOptionEntry entries[] = {
    { "human-readable", 'r', 0, G_OPTION_ARG_NONE, &human, "Print times and sizes for people",
      NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Do not list the blocks that were made", NULL },
    { NULL },
  };
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  Journey journey;
  SgTsdbCall call;

  if (!sg_tsdb_call_begin (
          &call, entries, "SOURCE [FOLDER]",
          "Adds the samples of SOURCE to a data directory, as blocks. SOURCE is a file of OpenMetrics\n"
          "text with the time of each sample, or a data directory of Prometheus or of Sightglass, in\n"
          "use or not. FOLDER is made if it is not there; whoever uses it sees the blocks within a\n"
          "minute.",
          2, argc, argv))
    return SG_EXIT_USAGE;
  if (call.n_arguments == 0)
    return sg_tsdb_call_misused (&call, "name the file or the folder to import");
  folder = make_folder (&call, 1, &error);
  journey_begin (&journey, &call, "importing");
  journey.task.human = human;
  if (folder != NULL)
    sg_tsdb_import (call.arguments[0], folder, &journey.task, journey.table, &error);
  if (quiet)
    g_string_truncate (journey.table, 0);
  journey_end (&journey, &call);
  sg_tsdb_call_end (&call);
  return sg_tsdb_call_exit (error);
}

/* What an export is asked for. */
typedef struct
{
  gint64 min_ms;
  gint64 max_ms;
  char *selector;
  char *format;
  char *output;
} Wanted;

static gboolean
write_text (const Wanted   *wanted,
            const char     *folder,
            GOutputStream  *out,
            Journey        *journey,
            GError        **error)
{
  return sg_tsdb_export_openmetrics (folder, wanted->min_ms, wanted->max_ms, wanted->selector, out,
                                     &journey->task, error);
}

/* Writes a file that is there as a whole or not at all. */
static gboolean
write_file (const SgTsdbCall  *call,
            const Wanted      *wanted,
            const char        *folder,
            Journey           *journey,
            GError           **error)
{
  g_autofree char *path = g_strconcat (wanted->output, ".part", NULL);
  g_autoptr (GFile) part = g_file_new_for_path (path);
  g_autoptr (GFile) whole = g_file_new_for_path (wanted->output);
  g_autoptr (GFileOutputStream) stream =
      g_file_replace (part, NULL, FALSE, G_FILE_CREATE_NONE, call->cancellable, error);

  if (stream == NULL)
    return FALSE;
  if (write_text (wanted, folder, G_OUTPUT_STREAM (stream), journey, error)
      && g_output_stream_close (G_OUTPUT_STREAM (stream), call->cancellable, error)
      && g_file_move (part, whole, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
    return TRUE;
  g_file_delete (part, NULL, NULL);
  return FALSE;
}

static gboolean
export_blocks (const Wanted  *wanted,
               const char    *folder,
               Journey       *journey,
               GError       **error)
{
  g_autofree char *to = sg_tsdb_make_folder (wanted->output, error);

  return to != NULL
         && sg_tsdb_export_blocks (folder, to, wanted->min_ms, wanted->max_ms, wanted->selector,
                                   &journey->task, journey->table, error);
}

static SgExit
run_export (const SgTsdbCall *call,
            const Wanted     *wanted)
{
  gboolean as_blocks = g_strcmp0 (wanted->format, "blocks") == 0;
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  Journey journey;

  if (wanted->format != NULL && !as_blocks && !g_str_equal (wanted->format, "openmetrics"))
    return sg_tsdb_call_misused (call, "--format is openmetrics or blocks");
  if (as_blocks && wanted->output == NULL)
    return sg_tsdb_call_misused (call, "blocks need a folder: name it with --output");
  folder = sg_tsdb_call_folder (call, 0);
  if (folder == NULL)
    return SG_EXIT_BAD;
  journey_begin (&journey, call, "exporting");
  if (as_blocks)
    export_blocks (wanted, folder, &journey, &error);
  else if (wanted->output != NULL)
    write_file (call, wanted, folder, &journey, &error);
  else
    write_text (wanted, folder, call->out, &journey, &error);
  journey_end (&journey, call);
  return sg_tsdb_call_exit (error);
}

SgExit
sg_command_tsdb_export (int    argc,
                        char **argv)
{
  Wanted wanted = { .min_ms = G_MININT64, .max_ms = G_MAXINT64 };
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &wanted.format, "openmetrics (the default) or blocks",
      "FORMAT" },
    { "min-time", 0, 0, G_OPTION_ARG_INT64, &wanted.min_ms, "The first time, in ms since 1970",
      "MS" },
    { "max-time", 0, 0, G_OPTION_ARG_INT64, &wanted.max_ms, "The last time, in ms since 1970",
      "MS" },
    { "match", 0, 0, G_OPTION_ARG_STRING, &wanted.selector, "Which series (default all)",
      "SELECTOR" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &wanted.output,
      "Where to: a file, or a folder for blocks (default standard output)", "PATH" },
    { NULL },
  };
  SgExit exit_code = SG_EXIT_USAGE;
  SgTsdbCall call;

  if (sg_tsdb_call_begin (&call, entries, "[FOLDER]",
                          "Writes samples as OpenMetrics text, or as blocks.", 1, argc, argv))
    {
      exit_code = run_export (&call, &wanted);
      sg_tsdb_call_end (&call);
    }
  g_free (wanted.format);
  g_free (wanted.selector);
  g_free (wanted.output);
  return exit_code;
}
