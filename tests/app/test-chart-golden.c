/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-gallery.h"

#include "chart/sg-chart.h"
#include "chart/sg-plot.h"

#include <adwaita.h>

/*
 * The plots of the gallery against pictures that people have looked at, in data/golden. Only what lies
 * inside the axes is compared, since text differs from one version of the font to the next: a pixel counts
 * as different when a channel of it is off by more than 24 of 255, and at most 3 of 1000 pixels may be. A
 * line that is missing, moved by a pixel or in another colour is more than that.
 * With SG_WRITE_GOLDEN=1 the pictures are written anew.
 */
#define MOST_OFF       24
#define MOST_PER_MILLE 3
#define LEFT           60
#define RIGHT          10
#define TOP            10
#define BOTTOM         24

static const char *const cases[] = {
  "chart-alone", "chart-band", "chart-columns", "chart-heat", "chart-hidden",        "chart-line",
  "chart-log",   "chart-many", "chart-marked",  "chart-step", "chart-stack-pointed",
};

static GdkTexture *
render_plot (const SgGalleryItem *item)
{
  GtkWidget *content = item->make ();
  GtkWidget *window, *plot;
  GdkTexture *texture;

  /* At its natural height, which does not depend on the legend's font. */
  gtk_widget_set_valign (content, GTK_ALIGN_START);
  window = sg_test_present (content, item->width, 700);
  plot = sg_test_find (window, SG_TYPE_PLOT);

  for (int i = 0; i < 3; i++)
    sg_test_wait_for_frame (window);
  texture = sg_test_render (plot);
  sg_test_destroy_window (GTK_WINDOW (window));
  return texture;
}

static guint32 *
download (GdkTexture *texture)
{
  gsize width = (gsize) gdk_texture_get_width (texture);
  guint32 *pixels = g_new (guint32, width * (gsize) gdk_texture_get_height (texture));

  gdk_texture_download (texture, (guchar *) pixels, width * 4);
  return pixels;
}

static gboolean
is_off (guint32 a,
        guint32 b)
{
  for (guint shift = 0; shift < 32; shift += 8)
    {
      if (ABS ((int) (a >> shift & 0xff) - (int) (b >> shift & 0xff)) > MOST_OFF)
        return TRUE;
    }
  return FALSE;
}

static void
compare (GdkTexture *texture,
         GdkTexture *golden,
         const char *name)
{
  int width = gdk_texture_get_width (texture);
  int height = gdk_texture_get_height (texture);
  g_autofree guint32 *a = download (texture);
  g_autofree guint32 *b = NULL;
  guint off = 0;
  guint all = 0;

  g_assert_cmpint (gdk_texture_get_width (golden), ==, width);
  g_assert_cmpint (gdk_texture_get_height (golden), ==, height);
  b = download (golden);
  for (int y = TOP; y < height - BOTTOM; y++)
    for (int x = LEFT; x < width - RIGHT; x++)
      {
        off += is_off (a[y * width + x], b[y * width + x]) ? 1 : 0;
        all++;
      }
  if (off * 1000 > all * MOST_PER_MILLE)
    g_error ("%s: %u of %u pixels are off", name, off, all);
}

static void
check (const SgGalleryItem *item,
       const char          *suffix)
{
  g_autofree char *file = g_strconcat (item->name, suffix, ".png", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "app", "data", "golden", file, NULL);
  g_autoptr (GdkTexture) texture = render_plot (item);
  g_autoptr (GdkTexture) golden = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("SG_WRITE_GOLDEN") != NULL)
    {
      g_assert_true (gdk_texture_save_to_png (texture, path));
      return;
    }
  golden = gdk_texture_new_from_filename (path, &error);
  g_assert_no_error (error);
  compare (texture, golden, file);
}

static void
test_golden (gconstpointer name)
{
  guint n;
  const SgGalleryItem *items = sg_gallery_get_items (&n);

  for (guint i = 0; i < n; i++)
    {
      if (!g_str_equal (items[i].name, name))
        continue;
      adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                          ADW_COLOR_SCHEME_FORCE_LIGHT);
      check (&items[i], "");
      adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                          ADW_COLOR_SCHEME_FORCE_DARK);
      check (&items[i], "-dark");
      return;
    }
  g_assert_not_reached ();
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/app/chart-golden/", cases[i], NULL);

      g_test_add_data_func (path, cases[i], test_golden);
    }
  return g_test_run ();
}
