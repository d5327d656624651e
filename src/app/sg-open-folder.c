/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-open-folder.h"

/* Where no file manager answers on the bus, the folder is opened by whatever opens folders. */
static void
open_parent (GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = g_file_get_uri (folder != NULL ? folder : file);

  g_app_info_launch_default_for_uri_async (uri, NULL, NULL, NULL, NULL);
}

static void
items_shown (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GFile) file = data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, NULL);

  if (reply == NULL)
    open_parent (file);
}

static void
got_bus (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GFile) file = data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  g_autofree char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };

  if (bus == NULL)
    {
      open_parent (file);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, items_shown, g_steal_pointer (&file));
}

/* Shows @file in its folder, by the file manager where there is one. */
void
sg_open_folder (GFile *file)
{
  g_bus_get (G_BUS_TYPE_SESSION, NULL, got_bus, g_object_ref (file));
}
