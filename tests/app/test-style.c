/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include <math.h>
#include <string.h>

/*
 * The colours of the levels in ui/style*.css can be read on every ground that they stand on: window, card,
 * sidebar, a selected row of it, and their own pill on any of these.
 */

static double
linear (float channel)
{
  return channel <= .04045f ? channel / 12.92 : pow ((channel + .055) / 1.055, 2.4);
}

static double
luminance (GdkRGBA colour)
{
  return .2126 * linear (colour.red) + .7152 * linear (colour.green) + .0722 * linear (colour.blue);
}

static double
contrast (GdkRGBA a,
          GdkRGBA b)
{
  double x = luminance (a) + .05;
  double y = luminance (b) + .05;

  return x > y ? x / y : y / x;
}

static GdkRGBA
over (GdkRGBA top,
      float   alpha,
      GdkRGBA ground)
{
  return (GdkRGBA) {
    .red = top.red * alpha + ground.red * (1 - alpha),
    .green = top.green * alpha + ground.green * (1 - alpha),
    .blue = top.blue * alpha + ground.blue * (1 - alpha),
    .alpha = 1.f,
  };
}

static GdkRGBA
lookup (GtkWidget  *widget,
        const char *name)
{
  GdkRGBA colour;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &colour))
    g_error ("the colour %s is not defined", name);
  return colour;
}

static GdkRGBA
mix (GdkRGBA top,
     GdkRGBA ground)
{
  return over (top, top.alpha, ground);
}

static void
assert_readable (GtkWidget  *window,
                 const char *level,
                 GdkRGBA     ground)
{
  g_autofree char *text_name = g_strdup (level);
  g_autofree char *pill_name = g_strconcat (level, "_bg", NULL);
  GdkRGBA text = lookup (window, text_name);

  g_assert_cmpfloat (contrast (text, ground), >=, 4.5);
  g_assert_cmpfloat (contrast (text, mix (lookup (window, pill_name), ground)), >=, 4.5);
}

static void
check_scheme (AdwColorScheme scheme)
{
  static const char *const levels[] = { "sg_ok", "sg_warn", "sg_err", "sg_unk" };
  GtkWidget *window = sg_test_present (gtk_label_new ("x"), 200, 200);
  GdkRGBA window_bg, card, sidebar, selected, text;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
  sg_test_wait_for_frame (window);
  window_bg = lookup (window, "window_bg_color");
  text = lookup (window, "window_fg_color");
  card = mix (lookup (window, "card_bg_color"), window_bg);
  sidebar = lookup (window, "sg_sidebar_bg");
  selected = over (text, .1f * text.alpha, sidebar);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      assert_readable (window, levels[i], window_bg);
      assert_readable (window, levels[i], card);
      assert_readable (window, levels[i], sidebar);
      assert_readable (window, levels[i], selected);
    }
  /* Secondary text has .72 of the text's opacity. */
  g_assert_cmpfloat (contrast (over (text, .72f * text.alpha, card), card), >=, 4.5);
  g_assert_cmpfloat (contrast (over (text, .72f * text.alpha, sidebar), sidebar), >=, 4.5);
  g_assert_cmpfloat (contrast (lookup (window, "sg_past_fg"), lookup (window, "sg_past_bg")), >=,
                     8.9);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_style_light (void)
{
  check_scheme (ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static void
test_style_dark (void)
{
  check_scheme (ADW_COLOR_SCHEME_FORCE_DARK);
}

static void
complain (GtkCssProvider *provider,
          GtkCssSection  *section,
          const GError   *error,
          gpointer        name)
{
  g_error ("%s: %s", (const char *) name, error->message);
}

/* GTK takes every line of them; what it does not it would only warn of. */
static void
test_style_parses (void)
{
  static const char *const names[] = { "style.css", "style-dark.css", "style-hc.css" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      g_autofree char *path = g_build_filename (SG_SOURCE_ROOT, "ui", names[i], NULL);

      g_signal_connect (provider, "parsing-error", G_CALLBACK (complain), (gpointer) names[i]);
      gtk_css_provider_load_from_path (provider, path);
    }
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/style/light", test_style_light);
  g_test_add_func ("/app/style/dark", test_style_dark);
  g_test_add_func ("/app/style/parses", test_style_parses);
  return g_test_run ();
}
