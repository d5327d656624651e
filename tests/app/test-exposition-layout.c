/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-exposition-layout.h"

#include <string.h>

static SgExpositionLine *
make_line (const char *text,
           const char *filter)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SgExpositionPage) page = sg_exposition_page_new (bytes, (SgTimeNs) { 1 });
  g_autoptr (SgExpositionView) view = sg_exposition_view_new (page, filter);

  return sg_exposition_line_new (view, 0);
}

static PangoContext *
make_context (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *font = pango_font_description_from_string ("monospace 9");

  pango_context_set_font_description (context, font);
  pango_font_description_free (font);
  return context;
}

static SgExpositionLayout *
make_layout (PangoContext       *context,
             const char         *text,
             SgExpositionLayout *before)
{
  g_autoptr (SgExpositionLine) line = make_line (text, "");

  return sg_exposition_layout_new (context, line, before);
}

/* What is counted for a plain line is what Pango finds, or a little more. */
static void
test_plain (void)
{
  static const char text[] = "family_total{handler=\"/metrics\",code=\"200\"} 123456789";
  PangoContext *context = make_context ();
  g_autoptr (SgExpositionLayout) layout = make_layout (context, text, NULL);
  g_autoptr (PangoLayout) pango = pango_layout_new (context);
  int width, height;

  pango_layout_set_text (pango, text, -1);
  pango_layout_get_pixel_size (pango, &width, &height);
  g_assert_cmpint (sg_exposition_layout_get_width (layout), >=, width);
  g_assert_cmpint (sg_exposition_layout_get_width (layout), <=, width + width / 6);
  g_assert_cmpint (sg_exposition_layout_get_height (layout, 2 * width), ==, height);
  g_assert_cmpint (sg_exposition_layout_get_height (layout, -1), ==, height);
  /* Too narrow, it wraps behind the comma. */
  g_assert_cmpint (sg_exposition_layout_get_height (layout, width * 3 / 4), >=, 2 * height - 2);
  g_object_unref (context);
}

static GskRenderNode *
draw (SgExpositionLayout *layout,
      int                 width)
{
  const GdkRGBA black = { 0.f, 0.f, 0.f, 1.f };
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  sg_exposition_layout_snapshot (layout, snapshot, &black, width);
  return gtk_snapshot_free_to_node (snapshot);
}

static guint
count_texts (GskRenderNode *node)
{
  guint n = 0;

  if (gsk_render_node_get_node_type (node) == GSK_TRANSFORM_NODE)
    return count_texts (gsk_transform_node_get_child (node));
  if (gsk_render_node_get_node_type (node) != GSK_CONTAINER_NODE)
    return gsk_render_node_get_node_type (node) == GSK_TEXT_NODE;
  for (guint i = 0; i < gsk_container_node_get_n_children (node); i++)
    n += count_texts (gsk_container_node_get_child (node, i));
  return n;
}

/* A line that fits and the same line wrapped have the same coloured runs. */
static void
test_draws_all (void)
{
  static const char text[] = "family_total{handler=\"/metrics\",code=\"200\"} 123 # {t=\"x\"} 1 2";
  PangoContext *context = make_context ();
  g_autoptr (SgExpositionLayout) layout = make_layout (context, text, NULL);
  g_autoptr (GskRenderNode) line = draw (layout, 1200);
  g_autoptr (GskRenderNode) wrapped = draw (layout, 150);

  g_assert_cmpuint (count_texts (line), >=, 10);
  g_assert_cmpuint (count_texts (wrapped), >=, count_texts (line) - 1);
  g_object_unref (context);
}

/* Another value is drawn beside what was laid out before it; another series is laid out anew. */
static void
test_before (void)
{
  PangoContext *context = make_context ();
  g_autoptr (SgExpositionLayout) first = make_layout (context, "a{x=\"1\"} 1", NULL);
  g_autoptr (SgExpositionLayout) longer = NULL;
  g_autoptr (SgExpositionLayout) other = NULL;
  g_autoptr (GskRenderNode) first_node = draw (first, 500);
  g_autoptr (GskRenderNode) longer_node = NULL;
  g_autoptr (GskRenderNode) other_node = NULL;
  graphene_rect_t bounds, longer_bounds;

  longer = make_layout (context, "a{x=\"1\"} 1000000", first);
  longer_node = draw (longer, 500);
  gsk_render_node_get_bounds (first_node, &bounds);
  gsk_render_node_get_bounds (longer_node, &longer_bounds);
  g_assert_cmpfloat (longer_bounds.size.width, >, bounds.size.width + 35.f);
  other = make_layout (context, "a{x=\"12345\"} 1", first);
  other_node = draw (other, 500);
  gsk_render_node_get_bounds (other_node, &longer_bounds);
  g_assert_cmpfloat (longer_bounds.size.width, >, bounds.size.width + 20.f);
  g_object_unref (context);
}

static void
test_not_plain (void)
{
  PangoContext *context = make_context ();
  g_autoptr (SgExpositionLayout) wide = make_layout (context, "a{x=\"東京東京東京\"} 1", NULL);
  g_autoptr (SgExpositionLayout) ascii = make_layout (context, "a{x=\"abcdef\"} 1", NULL);
  g_autoptr (SgExpositionLayout) help = make_layout (context, "# HELP a What it is", NULL);

  g_assert_cmpint (sg_exposition_layout_get_width (wide), >,
                   sg_exposition_layout_get_width (ascii) / 2);
  g_assert_cmpint (sg_exposition_layout_get_width (help), >, 0);
  g_assert_cmpstr (sg_exposition_layout_get_text (help), ==, "# HELP a What it is");
  g_object_unref (context);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/exposition-layout/plain", test_plain);
  g_test_add_func ("/app/exposition-layout/draws-all", test_draws_all);
  g_test_add_func ("/app/exposition-layout/before", test_before);
  g_test_add_func ("/app/exposition-layout/not-plain", test_not_plain);
  return g_test_run ();
}
