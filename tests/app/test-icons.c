/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include <string.h>

/*
 * Every icon that a file of ui/ or src/app names is there, and ours are drawn in the colour of their text
 * at 12 and 16 px and at twice that.
 */

static void
find_names (const char *text,
            GHashTable *names)
{
  g_autoptr (GRegex) pattern = g_regex_new ("\\b[a-z][a-z0-9-]*-symbolic\\b", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (pattern, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    g_hash_table_add (names, g_match_info_fetch (match, 0));
}

static void
find_in_folder (const char *path,
                GHashTable *names)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autofree char *text = NULL;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        find_in_folder (child, names);
      else if ((g_str_has_suffix (name, ".ui") || g_str_has_suffix (name, ".c"))
               && g_file_get_contents (child, &text, NULL, NULL))
        find_names (text, names);
    }
}

static void
test_icons_exist (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  GHashTableIter iter;
  gpointer name;

  find_in_folder (SG_SOURCE_ROOT "/ui", names);
  find_in_folder (SG_SOURCE_ROOT "/src/app", names);
  g_assert_cmpuint (g_hash_table_size (names), >, 15);
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (!gtk_icon_theme_has_icon (theme, name))
        g_error ("the icon %s is not there", (const char *) name);
    }
}

static const char *const ours[] = { "sg-bell",    "sg-cache", "sg-clock", "sg-dot",   "sg-err",
                                    "sg-explore", "sg-log",   "sg-ok",    "sg-pulse", "sg-sync",
                                    "sg-target",  "sg-unk",   "sg-warn" };

/* Red, blue and half transparent pixels apart: how many there are of the colour that was asked for. */
static guint
count_red (GdkPaintable *icon,
           int           size)
{
  const GdkRGBA red = { 1.f, 0.f, 0.f, 1.f };
  GtkWidget *window = gtk_window_new ();
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  guint n = 0;

  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, size, size,
                                            &red, 1);
  node = gtk_snapshot_free_to_node (snapshot);
  gtk_widget_realize (window);
  texture =
      gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                   &GRAPHENE_RECT_INIT (0.f, 0.f, (float) size, (float) size));
  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++)
      {
        guchar pixel[4];

        sg_test_pixel (texture, x, y, pixel);
        g_assert_cmpint (pixel[1], <, 16);
        n += pixel[0] > 200 && pixel[3] > 200;
      }
  gtk_window_destroy (GTK_WINDOW (window));
  return n;
}

static void
test_icons_are_recoloured (void)
{
  static const int sizes[] = { 12, 16 };
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());

  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
      for (int scale = 1; scale <= 2; scale++)
        {
          g_autofree char *name = g_strconcat (ours[i], "-symbolic", NULL);
          g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (
              theme, name, NULL, sizes[j], scale, GTK_TEXT_DIR_LTR, GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
          guint n = count_red (GDK_PAINTABLE (icon), sizes[j]);
          guint area = (guint) (sizes[j] * sizes[j]);

          /* Neither nothing nor a blot. */
          g_assert_cmpuint (n, >, area / 20);
          g_assert_cmpuint (n, <=, g_str_equal (ours[i], "sg-dot") ? area : area * 3 / 4);
        }
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/icons/exist", test_icons_exist);
  g_test_add_func ("/app/icons/are-recoloured", test_icons_are_recoloured);
  return g_test_run ();
}
