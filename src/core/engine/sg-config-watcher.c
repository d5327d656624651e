/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-config-watcher.h"

#include <fnmatch.h>

/*
 * Editors write a new file and rename it over the old one, so that it is the folder that is looked at,
 * and the names in it that are compared. A folder that is mounted by an orchestrator changes by a link
 * whose name begins with two dots, which counts for all files there.
 */

/* What is written in several steps is read when it has been left alone for this long. */
#define SETTLE_MS 100

struct _SgConfigWatcher
{
  GSourceFunc changed;
  gpointer user_data;
  GPtrArray *patterns;
  GHashTable *monitors;
  GSource *timer;
};

static gboolean
on_settled (gpointer data)
{
  SgConfigWatcher *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
settle (SgConfigWatcher *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->timer = g_timeout_source_new (SETTLE_MS);
  g_source_set_callback (self->timer, on_settled, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static gboolean
concerns (SgConfigWatcher *self,
          GFile           *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;

  if (path == NULL)
    return FALSE;
  if (g_str_has_prefix (name, ".."))
    return TRUE;
  for (guint i = 0; i < self->patterns->len; i++)
    {
      if (fnmatch (self->patterns->pdata[i], path, FNM_PATHNAME) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
on_changed (GFileMonitor      *monitor,
            GFile             *file,
            GFile             *other,
            GFileMonitorEvent  event,
            gpointer           user_data)
{
  SgConfigWatcher *self = user_data;

  if (event != G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED
      && (concerns (self, file) || concerns (self, other)))
    settle (self);
}

static void
monitor_end (gpointer data)
{
  g_file_monitor_cancel (data);
  g_object_unref (data);
}

/**
 * sg_config_watcher_new:
 * @changed: is told of changes
 * @user_data: for @changed
 *
 * Returns: (transfer full): a watcher that looks at nothing yet
 */
SgConfigWatcher *
sg_config_watcher_new (GSourceFunc changed,
                       gpointer    user_data)
{
  SgConfigWatcher *self = g_new0 (SgConfigWatcher, 1);

  self->changed = changed;
  self->user_data = user_data;
  self->patterns = g_ptr_array_new_with_free_func (g_free);
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, monitor_end);
  return self;
}

void
sg_config_watcher_free (SgConfigWatcher *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_ptr_array_unref (self->patterns);
  g_hash_table_unref (self->monitors);
  g_free (self);
}

static void
watch_folder (SgConfigWatcher *self,
              GHashTable      *before,
              const char      *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFile) file = NULL;
  gpointer name = NULL;
  gpointer monitor = NULL;

  if (g_hash_table_contains (self->monitors, folder))
    return;
  if (g_hash_table_steal_extended (before, folder, &name, &monitor))
    {
      g_hash_table_insert (self->monitors, name, monitor);
      return;
    }
  file = g_file_new_for_path (folder);
  monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (monitor == NULL)
    return;
  g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), self);
  g_hash_table_insert (self->monitors, g_steal_pointer (&folder), monitor);
}

void
sg_config_watcher_set (SgConfigWatcher *self,
                       const GPtrArray *paths)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->monitors);

  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, monitor_end);
  g_ptr_array_set_size (self->patterns, 0);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (paths->pdata[i]);
      char *absolute = g_file_get_path (file);

      g_ptr_array_add (self->patterns, absolute);
      watch_folder (self, before, absolute);
    }
}
