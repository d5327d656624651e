/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-options-private.h"

#include "base/sg-duration.h"

/*
 * The flags and what is in force, as it would be written on the command line: what was given, else what
 * the environment or the defaults make of it. The flags of node_exporter's collectors are not among them.
 */

/* Returns: (transfer full): what holds where a flag that takes a text was not given */
static char *
describe_default (const SgEngineOptions *self,
                  const char            *name)
{
  static const struct
  {
    const char *name;
    const char *text;
  } texts[] = {
    { "web.telemetry-path", "/metrics" },  { "storage.tsdb.wal-fsync", "interval" },
    { "builtin.jobs", "sightglass,node" }, { "scrape.body-size", "64MiB" },
    { "scrape.concurrency", "1000" },
  };

  if (g_str_equal (name, "web.listen-address"))
    return g_strjoinv (",", (GStrv) sg_engine_options_get_listen_addresses (self));
  if (g_str_equal (name, "storage.path"))
    return g_strdup (sg_engine_options_get_storage_path (self));
  if (g_str_equal (name, "storage.tsdb.path"))
    return g_build_filename (sg_engine_options_get_storage_path (self), "tsdb", NULL);
  if (g_str_equal (name, "config.file"))
    return g_strdup (sg_engine_options_get_config_file (self));
  if (g_str_equal (name, "builtin.interval"))
    return sg_duration_to_string (sg_engine_options_get_builtin_ms (self));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (g_str_equal (name, texts[i].name))
        return g_strdup (texts[i].text);
    }
  return NULL;
}

static char *
describe_flag (const SgEngineOptions *self,
               const GOptionEntry    *entry)
{
  if (entry->arg == G_OPTION_ARG_NONE)
    return g_strdup (*(const gboolean *) entry->arg_data ? "true" : "false");
  if (entry->arg == G_OPTION_ARG_INT)
    return g_strdup_printf ("%d", *(const int *) entry->arg_data);
  if (*(gconstpointer *) entry->arg_data == NULL)
    return describe_default (self, entry->long_name);
  if (entry->arg == G_OPTION_ARG_STRING_ARRAY)
    return g_strjoinv (",", *(const GStrv *) entry->arg_data);
  return g_strdup (*(char *const *) entry->arg_data);
}

GStrv
sg_engine_options_list_flags (const SgEngineOptions *self)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_copy (self);
  g_autofree GOptionEntry *entries = sg_engine_options_make_entries (options);
  g_autoptr (GStrvBuilder) flags = g_strv_builder_new ();

  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    {
      g_autofree char *value = describe_flag (options, entry);

      g_strv_builder_add (flags, entry->long_name);
      g_strv_builder_add (flags, value != NULL ? value : "");
    }
  return g_strv_builder_end (flags);
}
