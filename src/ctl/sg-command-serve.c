/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"
#include "ctl/sg-command.h"

#include <glib-unix.h>

/*
 * serve: an engine without a window. It prints where it listens, runs until SIGINT or SIGTERM, and
 * stops its services in order. A second signal ends it at once.
 */
typedef struct
{
  SgEngine *engine;
  GMainLoop *loop;
  SgExit exit;
  gboolean stopping;
} Serve;

static void
on_stopped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Serve *serve = user_data;
  g_autoptr (GError) error = NULL;

  if (!sg_engine_stop_finish (SG_ENGINE (source), result, &error))
    {
      g_printerr ("sightglassctl: %s\n", error->message);
      serve->exit = SG_EXIT_BAD;
    }
  g_main_loop_quit (serve->loop);
}

static gboolean
on_signal (gpointer user_data)
{
  Serve *serve = user_data;

  if (serve->stopping)
    {
      serve->exit = SG_EXIT_BAD;
      g_main_loop_quit (serve->loop);
      return G_SOURCE_CONTINUE;
    }
  serve->stopping = TRUE;
  sg_engine_stop_async (serve->engine, on_stopped, serve);
  return G_SOURCE_CONTINUE;
}

static void
on_reloaded (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (sg_engine_reload_finish (SG_ENGINE (source), result, &error))
    g_printerr ("sightglassctl: the configuration was read again\n");
  else
    g_printerr ("sightglassctl: the configuration is not taken: %s\n", error->message);
}

static gboolean
on_hangup (gpointer user_data)
{
  Serve *serve = user_data;

  sg_engine_reload_async (serve->engine, on_reloaded, NULL);
  return G_SOURCE_CONTINUE;
}

static void
print_where (SgEngine *engine)
{
  g_autoptr (SgHttpStatus) status = sg_engine_get_server_status (engine);

  g_print ("Sightglass %s serves\n"
           "  %s/metrics   its metrics\n"
           "  %s/health    its health\n",
           sg_version_get_string (), status->url, status->url);
  if (status->note != NULL)
    g_print ("%s\n", status->note);
}

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Serve *serve = user_data;
  g_autoptr (GError) error = NULL;

  if (sg_engine_start_finish (SG_ENGINE (source), result, &error))
    {
      print_where (SG_ENGINE (source));
      return;
    }
  g_printerr ("sightglassctl: %s\n", error->message);
  serve->exit = SG_EXIT_BAD;
  g_main_loop_quit (serve->loop);
}

static gboolean
parse_options (SgEngineOptions  *options,
               int               argc,
               char            **argv,
               GError          **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_option_context_set_summary (context, "Runs Sightglass without a window.");
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "serve takes no “%s”; “sightglassctl serve --help” explains it", argv[1]);
      return FALSE;
    }
  return sg_engine_options_read_environment (options, error);
}

static SgExit
serve_run (const SgEngineOptions *options)
{
  Serve serve = { .engine = sg_engine_new (options), .loop = g_main_loop_new (NULL, FALSE) };
  guint interrupted = g_unix_signal_add (SIGINT, on_signal, &serve);
  guint terminated = g_unix_signal_add (SIGTERM, on_signal, &serve);
  guint hung_up = g_unix_signal_add (SIGHUP, on_hangup, &serve);

  sg_engine_start_async (serve.engine, NULL, on_started, &serve);
  g_main_loop_run (serve.loop);
  g_source_remove (interrupted);
  g_source_remove (terminated);
  g_source_remove (hung_up);
  g_main_loop_unref (serve.loop);
  g_object_unref (serve.engine);
  return serve.exit;
}

SgExit
sg_command_serve (int    argc,
                  char **argv)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GError) error = NULL;

  if (!parse_options (options, argc, argv, &error))
    {
      g_printerr ("sightglassctl: %s\n", error->message);
      return SG_EXIT_USAGE;
    }
  return serve_run (options);
}
