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
    { "web.telemetry-path", "/metrics" },
    { "storage.tsdb.wal-fsync", "interval" },
    { "storage.tsdb.wal-segment-size", "128MB" },
    { "storage.tsdb.cache-size", "8MiB" },
    { "storage.logs.retention.time", "15d" },
    { "storage.logs.retention.size", "10GB" },
    { "builtin.jobs", "sightglass,node" },
    { "scrape.body-size", "64MiB" },
    { "scrape.concurrency", "1000" },
  };
  SgStoreOptions store = { NULL };

  sg_engine_options_fill_store (self, NULL, &store);
  if (g_str_equal (name, "web.listen-address"))
    return g_strjoinv (",", (GStrv) sg_engine_options_get_listen_addresses (self));
  if (g_str_equal (name, "storage.path"))
    return g_strdup (sg_engine_options_get_storage_path (self));
  if (g_str_equal (name, "storage.tsdb.path"))
    return g_build_filename (sg_engine_options_get_storage_path (self), "tsdb", NULL);
  if (g_str_equal (name, "config.file"))
    return g_strdup (sg_engine_options_get_config_file (self));
  if (g_str_equal (name, "mappings.path"))
    return sg_engine_options_make_mappings_path (self);
  if (g_str_equal (name, "builtin.interval"))
    return sg_duration_to_string (sg_engine_options_get_builtin_ms (self));
  if (g_str_equal (name, "storage.tsdb.retention.time") && store.retention_ms > 0)
    return sg_duration_to_string (store.retention_ms);
  if (g_str_equal (name, "storage.tsdb.out-of-order-time-window"))
    return sg_duration_to_string (store.head.late_ms);
  if (g_str_equal (name, "storage.tsdb.min-block-duration"))
    return sg_duration_to_string (store.head.chunk_range_ms);
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

static void
add_flags (GStrvBuilder          *flags,
           const SgEngineOptions *options,
           const GOptionEntry    *entries)
{
  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    {
      g_autofree char *value = describe_flag (options, entry);

      g_strv_builder_add (flags, entry->long_name);
      g_strv_builder_add (flags, value != NULL ? value : "");
    }
}

GStrv
sg_engine_options_list_flags (const SgEngineOptions *self)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_copy (self);
  SgStorageOptions *storage = sg_engine_options_get_storage (options);
  g_autofree GOptionEntry *own = sg_engine_options_make_entries (options);
  g_autofree GOptionEntry *stored = sg_storage_options_make_entries (storage);
  g_autoptr (GStrvBuilder) flags = g_strv_builder_new ();

  storage->compress = !storage->plain || storage->compress;
  add_flags (flags, options, own);
  add_flags (flags, options, stored);
  return g_strv_builder_end (flags);
}
