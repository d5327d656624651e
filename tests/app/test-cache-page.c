/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-caches.h"

#include "pages/sg-cache-page-private.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

typedef struct
{
  SgClock *clock;
  SgWindow *window;
  SgCachePage *page;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SgPage *page = sg_cache_page_new ();

  fixture->clock = sg_test_clock_new ();
  fixture->window = sg_test_window_new (fixture->clock, 1200, 800);
  sg_window_add_page (fixture->window, page);
  fixture->page = SG_CACHE_PAGE (page);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->clock);
}

static void
show (Fixture *fixture)
{
  sg_test_caches_show (fixture->page);
  sg_page_take_success (SG_PAGE (fixture->page), SG_TEST_NOW);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
}

static const char *
shown (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (fixture->page->main);
}

static void
test_states (Fixture       *fixture,
             gconstpointer  data)
{
  SgPage *page = SG_PAGE (fixture->page);

  g_assert_cmpstr (shown (fixture), ==, "loading");
  sg_page_take_failure (page, "no answer");
  g_assert_cmpstr (shown (fixture), ==, "failed");
  sg_page_take_success (page, SG_TEST_NOW);
  g_assert_cmpstr (shown (fixture), ==, "empty");
  show (fixture);
  g_assert_cmpstr (shown (fixture), ==, "caches");
  sg_page_take_failure (page, "no answer");
  g_assert_cmpstr (shown (fixture), ==, "caches");
}

static void
test_figures (Fixture       *fixture,
              gconstpointer  data)
{
  SgCachePage *page = fixture->page;

  show (fixture);
  g_assert_cmpfloat (page->figures.hit_ratio, ==, .843);
  g_assert_cmpfloat (page->figures.miss_seconds, ==, .0123);
  g_assert_cmpfloat (sg_gauge_get_value (SG_GAUGE (page->ring)), ==, .843);
  g_assert_cmpstr (gtk_label_get_label (page->word), ==, "Degraded");
  g_assert_nonnull (strstr (gtk_label_get_label (page->reason), "a larger cache would keep them"));
  g_assert_cmpint (sg_page_get_level (SG_PAGE (page)), ==, SG_LEVEL_DEGRADED);
  for (guint i = 0; i < SG_CACHE_N_CHARTS; i++)
    g_assert_true (gtk_widget_get_visible (GTK_WIDGET (page->charts[i])));
}

/* One cache of several: what is asked then is asked of its job. */
static void
test_choose (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *all = NULL;
  g_autofree char *one = NULL;
  static const char text[] = "x{$source}";
  SgTimeWindow *window = sg_window_get_time_window (fixture->window);

  show (fixture);
  all = sg_query_plan_expand (fixture->page->plan, window, text);
  g_assert_cmpstr (all, ==, "x{}");
  gtk_drop_down_set_selected (fixture->page->chooser, 2);
  one = sg_query_plan_expand (fixture->page->plan, window, text);
  g_assert_cmpstr (one, ==, "x{job=\"search\"}");
  /* It stays chosen when the same are found again. */
  show (fixture);
  g_assert_cmpuint (gtk_drop_down_get_selected (fixture->page->chooser), ==, 2);
}

static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  int least;

  show (fixture);
  sg_test_window_resize (fixture->window, 360, 600);
  gtk_widget_measure (GTK_WIDGET (fixture->page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                      NULL, NULL);
  g_assert_cmpint (least, <=, 360);
}

/* A server of the test that counts hits and misses as AniVault does: nine hits to a miss. */
static gboolean
serve (GThreadedSocketService *service,
       GSocketConnection      *connection,
       GObject                *source,
       gpointer                data)
{
  static int n_asked;
  int n = __atomic_add_fetch (&n_asked, 1, __ATOMIC_RELAXED);
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char request[4096];
  g_autofree char *body = g_strdup_printf (
      "# TYPE anivault_sync_operations_total counter\n"
      "anivault_sync_operations_total{operation_type=\"read_through\",status=\"success\"} %d\n"
      "# TYPE anivault_cache_events_total counter\n"
      "anivault_cache_events_total{event_type=\"hit\",operation_type=\"read_through\"} %d\n"
      "anivault_cache_events_total{event_type=\"miss\",operation_type=\"read_through\"} %d\n"
      "# TYPE anivault_cache_size gauge\nanivault_cache_size 500\n"
      "# TYPE anivault_cache_memory_usage_bytes gauge\nanivault_cache_memory_usage_bytes 64000\n",
      10 * n, 9 * n, n);
  g_autofree char *answer = NULL;

  g_input_stream_read (in, request, sizeof request, NULL, NULL);
  answer = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                            "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                            strlen (body), body);
  g_output_stream_write_all (out, answer, strlen (answer), NULL, NULL, NULL);
  return TRUE;
}

static void
engine_done (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_set_object ((GAsyncResult **) data, result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static SgEngine *
start_engine (const char *folder,
              const char *config)
{
  g_autofree char *storage = g_build_filename (folder, "storage", NULL);
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SgEngine *engine;

  sg_engine_options_set_storage_path (options, storage);
  sg_engine_options_set_config_file (options, config);
  g_assert_true (sg_engine_options_prefer_listen_address (options, "127.0.0.1:0", &error));
  engine = sg_engine_new (options);
  sg_engine_start_async (engine, NULL, engine_done, &result);
  sg_test_wait_until (is_set, &result);
  sg_engine_start_finish (engine, result, &error);
  g_assert_no_error (error);
  return engine;
}

static void
stop_engine (SgEngine *engine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sg_engine_stop_async (engine, engine_done, &result);
  sg_test_wait_until (is_set, &result);
  sg_engine_stop_finish (engine, result, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_folder (child);
    }
  g_remove (path);
}

static gboolean
refresh (gpointer data)
{
  gtk_widget_activate_action (data, "win.refresh", NULL);
  return G_SOURCE_CONTINUE;
}

/* AniVault's cache is one of those that are found; ours may be another. */
static gboolean
is_chosen (gpointer data)
{
  SgCachePage *page = data;

  for (guint i = 0; i < page->ids->len; i++)
    {
      const SgSource *source = sg_source_list_get (page->sources, page->ids->pdata[i]);

      if (source == NULL || !g_str_equal (source->job, "vault"))
        continue;
      gtk_drop_down_set_selected (page->chooser, i + 1);
      return TRUE;
    }
  return FALSE;
}

static gboolean
has_figures (gpointer data)
{
  SgCachePage *page = data;

  return fabs (page->figures.hit_ratio - .9) < 1e-9 && page->figures.size == 500.
         && page->figures.memory == 64000.;
}

/* With a real engine: a cache that a target tells of is found by its families, and its figures are right. */
static void
test_engine (void)
{
  SgWindow *window = sg_test_window_new (sg_clock_get_system (), 1200, 800);
  SgPage *page = sg_cache_page_new ();
  g_autofree char *folder = g_dir_make_tmp ("sightglass-test-XXXXXX", NULL);
  g_autofree char *config = g_build_filename (folder, "prometheus.yml", NULL);
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *text = g_strdup_printf (
      "scrape_configs:\n- job_name: vault\n  scrape_interval: 1s\n  static_configs:\n"
      "  - targets: ['127.0.0.1:%u']\n",
      port);
  g_autoptr (SgEngine) engine = NULL;
  guint beat;

  g_signal_connect (service, "run", G_CALLBACK (serve), NULL);
  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  engine = start_engine (folder, config);
  sg_window_add_page (window, page);
  sg_window_set_engine (window, engine);
  beat = g_timeout_add (200, refresh, window);
  sg_test_wait_until (is_chosen, page);
  sg_test_wait_until (has_figures, page);
  g_assert_cmpint (sg_page_get_level (page), ==, SG_LEVEL_HEALTHY);
  g_source_remove (beat);
  sg_window_set_engine (window, NULL);
  stop_engine (engine);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  sg_test_destroy_window (GTK_WINDOW (window));
  remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/cache-page/states", test_states);
  ADD ("/app/cache-page/figures", test_figures);
  ADD ("/app/cache-page/choose", test_choose);
  ADD ("/app/cache-page/narrow", test_narrow);
  g_test_add_func ("/app/cache-page/engine", test_engine);
  return g_test_run ();
}
