/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-config-watcher.h"

#include "base/sg-folder-watch.h"

#include <fnmatch.h>
#include <string.h>

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
  SgFolderWatch *watch;
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
          const char      *path)
{
  if (path == NULL || g_str_has_prefix (strrchr (path, '/') + 1, ".."))
    return TRUE;
  for (guint i = 0; i < self->patterns->len; i++)
    {
      if (fnmatch (self->patterns->pdata[i], path, FNM_PATHNAME) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
on_changed (const char *path,
            gpointer    user_data)
{
  SgConfigWatcher *self = user_data;

  if (concerns (self, path))
    settle (self);
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
  self->watch = sg_folder_watch_new (on_changed, self);
  return self;
}

void
sg_config_watcher_free (SgConfigWatcher *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_ptr_array_unref (self->patterns);
  sg_folder_watch_free (self->watch);
  g_free (self);
}

void
sg_config_watcher_set (SgConfigWatcher *self,
                       const GPtrArray *paths)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_set_size (self->patterns, 0);
  for (guint i = 0; i < paths->len; i++)
    {
      char *absolute = g_canonicalize_filename (paths->pdata[i], NULL);

      g_ptr_array_add (self->patterns, absolute);
      g_ptr_array_add (folders, g_path_get_dirname (absolute));
    }
  sg_folder_watch_set (self->watch, folders);
}
