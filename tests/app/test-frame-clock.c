/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-query-plan.h"
#include "tsdb/sg-store.h"

#include <stdlib.h>
#include <time.h>

/*
 * The screen never waits: while workers ask 1000 series over 24 hours, the GTK thread draws a frame
 * after the other, and none of them is to cost it more than 8 ms. What a frame costs is the processor time of
 * this thread from one turn of its loop to the next: the time by the clock says more about what else
 * runs on the machine. Of several tries the best one counts, for the same reason.
 */
#define N_SERIES     1000
#define STEP_MS      60000
#define N_SAMPLES    1440
#define N_QUERIES    12
#define MAX_FRAME_US 8000
#define TRIES        25

typedef struct
{
  char *folder;
  SgEngine *engine;
  GAsyncResult *result;
  SgTimeWindow *window;
  SgQueryPlan *plan;
} Fixture;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  ((Fixture *) data)->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static void
fill (SgStore *store)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  SgTimeMs start = sg_clock_now_ms (sg_clock_get_system ()) - (gint64) N_SAMPLES * STEP_MS;
  g_autofree SgHeadRef *refs = g_new0 (SgHeadRef, N_SERIES);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);

  for (guint i = 0; i < N_SERIES; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);

      g_ptr_array_add (labels, sg_labels_new_from_pairs ("__name__", "x", "i", number, NULL));
    }
  for (guint j = 0; j < N_SAMPLES; j++)
    {
      for (guint i = 0; i < N_SERIES; i++)
        {
          SgSample sample = { .t = start + (gint64) j * STEP_MS,
                              .value = { .kind = SG_VALUE_FLOAT, .f = (j * 7 + i) % 100 } };

          g_assert_true (sg_appender_append (appender, &refs[i], labels->pdata[i], &sample, NULL));
        }
      if (j % 100 == 99)
        g_assert_true (sg_appender_commit (appender, NULL));
    }
  g_assert_true (sg_appender_commit (appender, NULL));
}

static void
make_store (const char *folder)
{
  g_autoptr (GError) error = NULL;
  SgStoreOptions options = { .path = folder };
  g_autoptr (SgStore) store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  fill (store);
  g_assert_true (sg_store_close (store, NULL));
}

static void
wait (Fixture *fixture)
{
  sg_test_wait_until (is_done, fixture);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-frame-clock-XXXXXX", NULL);
  make_store (fixture->folder);
  sg_engine_options_set_storage_path (options, fixture->folder);
  g_assert_true (sg_engine_options_prefer_listen_address (options, "127.0.0.1:0", NULL));
  fixture->engine = sg_engine_new (options);
  sg_engine_start_async (fixture->engine, NULL, on_done, fixture);
  wait (fixture);
  sg_engine_start_finish (fixture->engine, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
  fixture->window = sg_time_window_new (sg_clock_get_system ());
  sg_time_window_set_live (fixture->window, N_SAMPLES * STEP_MS);
  fixture->plan = sg_query_plan_new ();
  sg_query_plan_set_width (fixture->plan, 1200);
}

static void
remove_folder (const char *folder)
{
  const char *argv[] = { "rm", "-r", folder, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_engine_stop_async (fixture->engine, on_done, fixture);
  wait (fixture);
  g_assert_true (sg_engine_stop_finish (fixture->engine, fixture->result, NULL));
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->engine);
  g_clear_object (&fixture->plan);
  g_clear_object (&fixture->window);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static gint64
thread_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000) + now.tv_nsec / 1000;
}

static void
painted (GdkFrameClock *frame_clock,
         guint         *n_frames)
{
  (*n_frames)++;
}

static gboolean
tick (GtkWidget     *widget,
      GdkFrameClock *frame_clock,
      gpointer       data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

/* Turns the loop until the plan has its answers. Returns: what the dearest turn cost */
static gint64
refresh (Fixture *fixture,
         guint   *ret_n_frames,
         guint   *n_frames)
{
  gint64 worst = 0;

  *n_frames = 0;
  sg_query_plan_refresh_async (fixture->plan, fixture->engine, fixture->window, NULL, on_done,
                               fixture);
  while (fixture->result == NULL)
    {
      gint64 began = thread_us ();

      g_main_context_iteration (NULL, TRUE);
      worst = MAX (worst, thread_us () - began);
    }
  g_assert_true (sg_query_plan_refresh_finish (fixture->plan, fixture->result, NULL));
  g_clear_object (&fixture->result);
  *ret_n_frames = *n_frames;
  return worst;
}

/* Another text each time, so that nothing is taken from the answers before. */
static void
ask_anew (Fixture *fixture,
          guint    number)
{
  for (guint i = 0; i < N_QUERIES; i++)
    {
      g_autofree char *role = g_strdup_printf ("%u", i);
      g_autofree char *text = g_strdup_printf ("rate(x[%uh]) + %u", i + 1, number);

      sg_query_plan_set_query (fixture->plan, role, text, SG_QUERY_RANGE);
    }
}

/* A small window without a shadow: what is drawn without a graphics card is not what is measured. */
static GtkWidget *
make_window (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 64, 64);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  sg_test_wait_for_frame (window);
  return g_object_ref (window);
}

/* The promise is measured, and told; a change is stopped where it misses that by far. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLACK 8
#else
#define SLACK 4
#endif

/* Where others run too, they take from the caches what a frame then has to fetch once more. */
static double
get_stretch (void)
{
  double load = 0;

  getloadavg (&load, 1);
  return MAX (1, load / (double) g_get_num_processors ());
}

static void
test_heavy_query (Fixture       *fixture,
                  gconstpointer  data)
{
  GtkWidget *spinner = gtk_spinner_new ();
  GtkWidget *window = make_window (spinner);
  guint n_frames = 0;
  guint n_seen = 0;
  gint64 best = G_MAXINT64;
  SgQueryAnswer *answer;

  gtk_widget_add_tick_callback (spinner, tick, NULL, NULL);
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted),
                    &n_frames);
  for (guint i = 0; i < TRIES && (i == 0 || best > MAX_FRAME_US); i++)
    {
      ask_anew (fixture, i);
      best = MIN (best, refresh (fixture, &n_seen, &n_frames));
    }
  answer = sg_query_plan_get_answer (fixture->plan, "2");
  g_assert_no_error (answer->error);
  g_assert_cmpuint (answer->result->n_series, ==, N_SERIES);
  g_test_message (
      "the slowest query took %.1f ms, %u frames were drawn, the dearest cost %.2f ms%s",
      (double) answer->duration_us / 1000., n_seen, (double) best / 1000.,
      best > MAX_FRAME_US ? " (more than promised)" : "");
  g_assert_cmpuint (n_seen, >, 0);
  g_assert_cmpfloat ((double) best, <=, MAX_FRAME_US * SLACK * get_stretch ());
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (window), &n_frames);
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/frame-clock/heavy-query", Fixture, NULL, set_up, test_heavy_query, tear_down);
  return g_test_run ();
}
