/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-folder-watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/*
 * The kernel's inotify, without GFileMonitor in between: that one loads the modules of GIO, which costs a
 * server milliseconds at its start and memory for good, and it looks for a folder that is missing every four
 * seconds.
 *
 * In the place of a folder that is missing its nearest parent that exists is watched, for the name that comes
 * next on the way. A folder that is removed or moved away is missing again. The kernel gives the same number
 * to those who watch the same folder; a number that nobody has any more is given back.
 */
#define GONE_EVENTS   (IN_DELETE_SELF | IN_MOVE_SELF)
#define PARENT_EVENTS (IN_CREATE | IN_MOVED_TO | GONE_EVENTS | IN_ONLYDIR | IN_MASK_ADD)
#define OWN_EVENTS    (IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | PARENT_EVENTS)

/* How often a folder that comes and goes while it is looked for is looked for at once. */
#define TRIES 8

typedef struct
{
  char *folder;
  int watch;
  gboolean found;
} Place;

struct _SgFolderWatch
{
  SgFolderWatchFunc changed;
  gpointer user_data;
  int fd;
  GSource *source;
  GArray *places;
};

static void
place_clear (gpointer data)
{
  g_free (((Place *) data)->folder);
}

static GArray *
places_new (void)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));

  g_array_set_clear_func (places, place_clear);
  return places;
}

/* Returns: (nullable): the path of what is one step nearer to @folder than @parent, if that exists */
static char *
find_next_step (const char *folder,
                const char *parent)
{
  gsize at = strlen (parent);
  char *step;

  if (folder[at] == '/')
    at++;
  step = g_strndup (folder, at + strcspn (folder + at, "/"));
  if (g_file_test (step, G_FILE_TEST_IS_DIR))
    return step;
  g_free (step);
  return NULL;
}

static gboolean
is_watched (GArray *places,
            int     watch)
{
  for (guint i = 0; i < places->len; i++)
    {
      if (g_array_index (places, Place, i).watch == watch)
        return TRUE;
    }
  return FALSE;
}

static void
give_back (SgFolderWatch *self,
           int            watch)
{
  if (watch >= 0 && !is_watched (self->places, watch))
    inotify_rm_watch (self->fd, watch);
}

/* Watches the folder, or its nearest parent. */
static void
look_for (SgFolderWatch *self,
          Place         *place)
{
  g_autofree char *at = g_strdup (place->folder);
  guint tries = 0;

  for (;;)
    {
      gboolean own = g_str_equal (at, place->folder);
      int watch = inotify_add_watch (self->fd, at, own ? OWN_EVENTS : PARENT_EVENTS);
      char *next = NULL;

      place->watch = watch;
      place->found = own && watch >= 0;
      if (watch < 0 && !g_str_equal (at, "/"))
        next = g_path_get_dirname (at);
      else if (watch >= 0 && !own && tries++ < TRIES)
        next = find_next_step (place->folder, at);
      if (next == NULL)
        return;
      place->watch = -1;
      give_back (self, watch);
      g_free (at);
      at = next;
    }
}

/* Looks again for what is missing. Returns: whether something was found */
static gboolean
look_again (SgFolderWatch *self)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = &g_array_index (self->places, Place, i);
      int before = place->watch;

      if (place->found)
        continue;
      look_for (self, place);
      found = found || place->found;
      if (before != place->watch)
        give_back (self, before);
    }
  return found;
}

static void
on_gone (SgFolderWatch              *self,
         const struct inotify_event *event)
{
  gboolean lost = FALSE;

  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = &g_array_index (self->places, Place, i);

      if (place->watch != event->wd)
        continue;
      lost = lost || place->found;
      place->found = FALSE;
      place->watch = -1;
    }
  if (event->mask & IN_MOVE_SELF)
    inotify_rm_watch (self->fd, event->wd);
  if (look_again (self) || lost)
    self->changed (NULL, self->user_data);
}

static void
on_event (SgFolderWatch              *self,
          const struct inotify_event *event)
{
  gboolean look = FALSE;

  if (event->mask & IN_Q_OVERFLOW)
    {
      look_again (self);
      self->changed (NULL, self->user_data);
      return;
    }
  if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED))
    {
      on_gone (self, event);
      return;
    }
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = &g_array_index (self->places, Place, i);
      g_autofree char *path = NULL;

      if (place->watch != event->wd)
        continue;
      look = look || !place->found;
      if (!place->found || event->len == 0)
        continue;
      path = g_build_filename (place->folder, event->name, NULL);
      self->changed (path, self->user_data);
    }
  if (look && look_again (self))
    self->changed (NULL, self->user_data);
}

static gboolean
on_readable (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  SgFolderWatch *self = user_data;
  _Alignas(struct inotify_event) char buffer[4096];
  gssize length;

  while ((length = read (fd, buffer, sizeof buffer)) > 0)
    {
      const struct inotify_event *event;

      for (const char *at = buffer; at < buffer + length; at += sizeof *event + event->len)
        {
          event = (const struct inotify_event *) (const void *) at;
          on_event (self, event);
        }
    }
  return G_SOURCE_CONTINUE;
}

SgFolderWatch *
sg_folder_watch_new (SgFolderWatchFunc changed,
                     gpointer          user_data)
{
  SgFolderWatch *self = g_new0 (SgFolderWatch, 1);

  self->changed = changed;
  self->user_data = user_data;
  self->places = places_new ();
  self->fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (self->fd < 0)
    {
      g_message ("changes of files are not noticed by themselves: %s; see fs.inotify in sysctl -a",
                 g_strerror (errno));
      return self;
    }
  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
sg_folder_watch_free (SgFolderWatch *self)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
      close (self->fd);
    }
  g_array_unref (self->places);
  g_free (self);
}

void
sg_folder_watch_set (SgFolderWatch   *self,
                     const GPtrArray *folders)
{
  g_autoptr (GArray) before = g_steal_pointer (&self->places);

  self->places = places_new ();
  for (guint i = 0; i < folders->len && self->fd >= 0; i++)
    {
      Place place = { g_strdup (folders->pdata[i]), -1, FALSE };

      look_for (self, &place);
      g_array_append_val (self->places, place);
    }
  for (guint i = 0; i < before->len; i++)
    give_back (self, g_array_index (before, Place, i).watch);
}
