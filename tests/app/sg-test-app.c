/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "sg-settings.h"

#include "sg-config.h"

#include <math.h>
#include <string.h>

#define PATIENCE_SECONDS 30

void sg_register_resource (void);

/*
 * Gets a test ready to make windows: the display that with-xvfb gave it, the resources and styles of the
 * application, settings in memory, UTC. Where there is no display the test says so and is skipped.
 */
void
sg_test_app_init (int    *argc,
                  char ***argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      exit (0);
    }
  sg_register_resource ();
  sg_test_app_get ();
}

/* Returns: (transfer none): an application that is registered, and styled as ours is, but not run */
GtkApplication *
sg_test_app_get (void)
{
  static AdwApplication *application;

  if (application == NULL)
    {
      application = adw_application_new (SG_APP_ID, G_APPLICATION_NON_UNIQUE);
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    }
  return GTK_APPLICATION (application);
}

/* Returns: (transfer full): settings at their defaults, whatever a test did before */
GSettings *
sg_test_settings_new (void)
{
  g_autoptr (GError) error = NULL;
  GSettings *settings = sg_settings_new (&error);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_assert_no_error (error);
  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
  return settings;
}

SgClock *
sg_test_clock_new (void)
{
  return sg_clock_new_manual (sg_time_ms_to_ns (SG_TEST_NOW));
}

/* Without a compositor GTK draws a plain frame, which is part of the window's width. */
void
sg_test_use_client_frame (GtkWidget *window)
{
  gtk_widget_remove_css_class (window, "solid-csd");
  gtk_widget_add_css_class (window, "csd");
}

/* Returns: (transfer full): a window that has been drawn, without pages */
SgWindow *
sg_test_window_new (SgClock *clock,
                    int      width,
                    int      height)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  GtkWidget *window;

  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
  window = sg_window_new (sg_test_app_get (), settings, clock);
  gtk_widget_realize (window);
  sg_test_use_client_frame (window);
  gtk_window_present (GTK_WINDOW (window));
  sg_test_wait_for_frame (window);
  return g_object_ref (SG_WINDOW (window));
}

typedef struct
{
  GtkWidget *widget;
  int width;
} WidthWanted;

static gboolean
has_width (gpointer data)
{
  WidthWanted *wanted = data;

  return gtk_widget_get_width (wanted->widget) == wanted->width;
}

void
sg_test_window_resize (SgWindow *window,
                       int       width,
                       int       height)
{
  WidthWanted wanted = { GTK_WIDGET (window), width };

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  sg_test_wait_until (has_width, &wanted);
  sg_test_wait_for_frame (GTK_WIDGET (window));
}

/* Returns: (transfer full): tests/app/data/@name, as a page that was served at the tests' now */
SgExpositionPage *
sg_test_exposition_new (const char *name)
{
  g_autofree char *path = g_build_filename (SG_TEST_DATA_DIR, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *text;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (text, length);
  return sg_exposition_page_new (bytes, sg_time_ms_to_ns (SG_TEST_NOW));
}

static gboolean
lose_patience (gpointer data)
{
  g_error ("the condition did not come true within %d s", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

/* Lets the main loop run until @condition holds. */
void
sg_test_wait_until (SgTestCondition condition,
                    gpointer        data)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, lose_patience, NULL);

  while (!condition (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
painted (GdkFrameClock *frame_clock,
         gboolean      *done)
{
  *done = TRUE;
}

/* Waits until @widget has been laid out and drawn once more, with what changed in the idle before. */
void
sg_test_wait_for_frame (GtkWidget *widget)
{
  for (int i = 0; i < 3; i++)
    {
      GdkFrameClock *frame_clock = gtk_widget_get_frame_clock (widget);
      gboolean done = FALSE;
      gulong handler = g_signal_connect (frame_clock, "after-paint", G_CALLBACK (painted), &done);

      gtk_widget_queue_draw (widget);
      sg_test_wait_until (is_true, &done);
      g_signal_handler_disconnect (frame_clock, handler);
    }
}

static SgCatalogMetric
make_metric (const char *name,
             const char *type,
             const char *help,
             guint       n_series,
             const char *labels)
{
  SgCatalogMetric metric = { g_strdup (name), g_strdup (type), g_strdup (help),
                             g_strdup (""),   n_series,        g_strsplit ("shop", ",", -1) };
  g_auto (GStrv) pairs = g_strsplit (labels, " ", -1);

  metric.n_labels = g_strv_length (pairs);
  metric.labels = g_new0 (SgCatalogLabel, metric.n_labels);
  for (guint i = 0; i < metric.n_labels; i++)
    {
      g_auto (GStrv) pair = g_strsplit (pairs[i], ":", 2);

      metric.labels[i] =
          (SgCatalogLabel) { g_strdup (pair[0]), (guint) g_ascii_strtoull (pair[1], NULL, 10) };
    }
  return metric;
}

SgCatalog *
sg_test_catalog_new (void)
{
  const SgCatalogMetric metrics[] = {
    make_metric ("cache_entries", "gauge", "Entries that the cache holds", 1, "job:1"),
    make_metric ("http_request_duration_seconds_bucket", "histogram", "How long requests took", 36,
                 "le:12 method:3 job:1"),
    make_metric ("http_requests_total", "counter", "Requests answered", 6, "code:3 method:2 job:1"),
  };
  SgCatalog *catalog = g_new0 (SgCatalog, 1);

  g_atomic_ref_count_init (&catalog->ref_count);
  catalog->n_series = 43;
  catalog->n_metrics = G_N_ELEMENTS (metrics);
  catalog->metrics = g_memdup2 (metrics, sizeof metrics);
  catalog->jobs = g_strsplit ("shop", ",", -1);
  return catalog;
}

SgQueryAnswer *
sg_test_answer_new (const char        *text,
                    const char *const *labels,
                    guint              n,
                    guint              n_samples)
{
  const gint64 step = 15 * 60 * 1000 / n_samples;
  const SgTimeMs end = SG_TEST_NOW - SG_TEST_NOW % step;
  SgQueryAnswer *answer = sg_query_answer_new (text, end - (n_samples - 1) * step, end, step);
  SgPromqlResult *result = sg_promql_result_new (SG_VALUE_TYPE_MATRIX, end);

  result->series = g_new0 (SgPromqlSeries, n);
  for (guint i = 0; i < n && labels[i] != NULL; i++)
    {
      SgTimeMs *t = sg_arena_new_array (result->arena, SgTimeMs, n_samples);
      double *f = sg_arena_new_array (result->arena, double, n_samples);

      for (guint j = 0; j < n_samples; j++)
        {
          t[j] = answer->start + j * step;
          f[j] = 40. + 12. * i + (8. + i) * sin (j / (6. + i)) + 3. * sin (j * 1.7 + i);
        }
      result->series[i] = (SgPromqlSeries) { sg_labels_parse (labels[i], NULL),
                                             { SG_VALUE_FLOAT, n_samples, t, { f } } };
      g_assert_nonnull (result->series[i].labels);
      result->n_series++;
    }
  answer->result = result;
  answer->duration_us = 4200;
  return answer;
}

/* Closes @window; with the reference of the caller its last one goes, which is asserted. */
void
sg_test_destroy_window (GtkWindow *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (window);
  g_object_unref (window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (window);
}

/* Returns: (transfer full): a plain window with @child in it, drawn */
GtkWidget *
sg_test_present (GtkWidget *child,
                 int        width,
                 int        height)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_widget_realize (window);
  sg_test_use_client_frame (window);
  gtk_window_present (GTK_WINDOW (window));
  sg_test_wait_for_frame (window);
  return g_object_ref (window);
}

/* Returns: (transfer none) (nullable): the first widget of @type under @root, or @root itself */
GtkWidget *
sg_test_find (GtkWidget *root,
              GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = sg_test_find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Returns: (transfer none) (nullable): the first widget under @root that has @css_class */
GtkWidget *
sg_test_find_class (GtkWidget  *root,
                    const char *css_class)
{
  if (gtk_widget_has_css_class (root, css_class))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = sg_test_find_class (child, css_class);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Returns: (transfer full): @widget as it is drawn */
GdkTexture *
sg_test_render (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  return gsk_renderer_render_texture (
      renderer, node, &GRAPHENE_RECT_INIT (0.f, 0.f, (float) width, (float) height));
}

/* The pixel (x, y) as red, green, blue, alpha. */
void
sg_test_pixel (GdkTexture *texture,
               int         x,
               int         y,
               guchar      ret_rgba[4])
{
  gsize stride = (gsize) gdk_texture_get_width (texture) * 4;
  g_autofree guchar *data = g_malloc (stride * (gsize) gdk_texture_get_height (texture));
  guint32 pixel;

  gdk_texture_download (texture, data, stride);
  memcpy (&pixel, data + (gsize) y * stride + (gsize) x * 4, sizeof pixel);
  ret_rgba[0] = (guchar) (pixel >> 16);
  ret_rgba[1] = (guchar) (pixel >> 8);
  ret_rgba[2] = (guchar) pixel;
  ret_rgba[3] = (guchar) (pixel >> 24);
}
