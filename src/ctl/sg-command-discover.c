/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"
#include "ctl/sg-command.h"

/*
 * discover: says what of this user's runs here and tells metrics, a line for each: its address, what it is,
 * and how many samples its page has.
 */
typedef struct
{
  GMainLoop *loop;
  GPtrArray *found;
  GError *error;
} Discover;

static void
on_found (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Discover *discover = user_data;

  discover->found = sg_local_search_run_finish (result, &discover->error);
  g_main_loop_quit (discover->loop);
}

static SgExit
discover_run (void)
{
  Discover discover = { .loop = g_main_loop_new (NULL, FALSE) };
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  sg_local_search_run_async (NULL, NULL, on_found, &discover);
  g_main_loop_run (discover.loop);
  g_main_loop_unref (discover.loop);
  found = discover.found;
  error = discover.error;
  if (found == NULL)
    {
      g_printerr ("sightglassctl: %s\n", error->message);
      return SG_EXIT_BAD;
    }
  for (guint i = 0; i < found->len; i++)
    {
      const SgFoundTarget *target = g_ptr_array_index (found, i);

      g_print ("%s\t%s\t%u samples\n", target->address, target->name, target->n_samples);
    }
  if (found->len == 0)
    g_printerr ("nothing of this user's that listens on this machine tells metrics\n");
  return SG_EXIT_GOOD;
}

SgExit
sg_command_discover (int    argc,
                     char **argv)
{
  if (argc == 1)
    return discover_run ();
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    {
      g_print (
          "Usage: sightglassctl discover\n\n"
          "Asks what this user has listening on this machine, once each, for metrics, and lists\n"
          "what has some: its address, what it is, and how many samples.\n");
      return SG_EXIT_GOOD;
    }
  g_printerr ("sightglassctl: discover takes no “%s”\n", argv[1]);
  return SG_EXIT_USAGE;
}
