/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-targets.h"

#include "models/sg-command.h"
#include "pages/sg-targets-page-private.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  SgClock *clock;
  SgWindow *window;
  SgTargetsPage *page;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SgPage *page = sg_targets_page_new (NULL);

  fixture->clock = sg_test_clock_new ();
  fixture->window = sg_test_window_new (fixture->clock, 1200, 800);
  sg_window_add_page (fixture->window, page);
  fixture->page = SG_TARGETS_PAGE (page);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->clock);
}

static void
show (Fixture    *fixture,
      const char *problem)
{
  g_autoptr (SgTargetList) list = sg_test_targets_new ();
  g_autoptr (SgConfigStatus) config = sg_test_config_status_new (problem);

  sg_test_targets_show (fixture->page, list, config);
  sg_page_take_success (SG_PAGE (fixture->page), SG_TEST_NOW);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
}

static const char *
shown (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (fixture->page->main);
}

static guint
count_sections (Fixture *fixture)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (fixture->page->sections));
       child != NULL; child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_get_visible (child);
  return n;
}

static void
activate (Fixture    *fixture,
          const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), action, NULL);
}

static void
test_states (Fixture       *fixture,
             gconstpointer  data)
{
  SgPage *page = SG_PAGE (fixture->page);

  g_assert_cmpstr (shown (fixture), ==, "loading");
  sg_page_take_failure (page, "no answer");
  g_assert_cmpstr (shown (fixture), ==, "failed");
  show (fixture, NULL);
  g_assert_cmpstr (shown (fixture), ==, "list");
  g_assert_cmpuint (count_sections (fixture), ==, 6);
  g_assert_cmpint (sg_page_get_level (page), ==, SG_LEVEL_DEGRADED);
  g_assert_cmpuint (sg_page_get_count (page), ==, 2);
  g_assert_false (gtk_widget_get_visible (fixture->page->teach));
}

/* A bad configuration is told with its place, above all the rest, and counts. */
static void
test_bad_config (Fixture       *fixture,
                 gconstpointer  data)
{
  show (fixture, NULL);
  g_assert_cmpstr (sg_config_bar_get_text (fixture->page->config_bar), ==,
                   "prometheus.yml is in force, read 47\u00a0s ago.");
  show (fixture, "prometheus.yml:12:5: no such key");
  g_assert_cmpstr (sg_config_bar_get_text (fixture->page->config_bar), ==,
                   "The configuration is wrong, and that of 10:57:04 goes on: "
                   "prometheus.yml:12:5: no such key");
  g_assert_cmpint (sg_config_bar_get_level (fixture->page->config_bar), ==, SG_LEVEL_DEGRADED);
  g_assert_true (gtk_widget_get_prev_sibling (GTK_WIDGET (fixture->page->config_bar))
                 == GTK_WIDGET (fixture->page->strip));
  g_assert_cmpuint (sg_page_get_count (SG_PAGE (fixture->page)), ==, 3);
}

static void
test_filter (Fixture       *fixture,
             gconstpointer  data)
{
  show (fixture, NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "targets.filter", "s", "down");
  sg_targets_page_update (fixture->page);
  g_assert_cmpuint (count_sections (fixture), ==, 1);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "targets.filter", "s", "nothing_at_all");
  sg_targets_page_update (fixture->page);
  g_assert_cmpuint (count_sections (fixture), ==, 0);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->page->no_match)));
}

/* A refresh takes nothing away from who is using the page. */
static void
test_refresh_keeps_details (Fixture       *fixture,
                            gconstpointer  data)
{
  SgTargetsPage *page = fixture->page;
  GtkWidget *section, *focus;

  show (fixture, NULL);
  section = gtk_widget_get_first_child (GTK_WIDGET (page->sections));
  g_signal_emit_by_name (section, "row-activated", 1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (page->details)));
  g_assert_cmpstr (sg_targets_page_get_chosen (page)->endpoint, ==,
                   "http://localhost:9401/metrics");
  focus = gtk_root_get_focus (GTK_ROOT (fixture->window));
  show (fixture, NULL);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->window)) == focus);
  g_assert_true (gtk_widget_get_first_child (GTK_WIDGET (page->sections)) == section);
  g_assert_nonnull (sg_targets_page_get_chosen (page));
  activate (fixture, "targets.close-details");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (page->details)));
  g_assert_null (sg_targets_page_get_chosen (page));
}

static gboolean
can (Fixture    *fixture,
     const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->page->actions), action);
}

/* What cannot be done cannot be asked for. */
static void
test_actions (Fixture       *fixture,
              gconstpointer  data)
{
  show (fixture, NULL);
  g_assert_false (can (fixture, "open"));
  sg_targets_page_choose (fixture->page, "node", "desk");
  g_assert_nonnull (sg_targets_page_get_chosen (fixture->page));
  g_assert_false (can (fixture, "open"));
  g_assert_false (can (fixture, "scrape"));
  sg_targets_page_choose (fixture->page, "shop", "http://localhost:9401/metrics");
  g_assert_true (can (fixture, "open"));
  g_assert_true (can (fixture, "copy-curl"));
  /* There is no engine here. */
  g_assert_false (can (fixture, "remove"));
}

static void
test_commands (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GPtrArray) commands = NULL;
  guint n_targets = 0;

  show (fixture, NULL);
  commands = sg_window_list_commands (fixture->window);
  for (guint i = 0; i < commands->len; i++)
    n_targets += g_str_equal (sg_command_get_action (commands->pdata[i]), "targets.show");
  g_assert_cmpuint (n_targets, ==, 8);
}

static void
assert_fits (Fixture *fixture)
{
  int least;

  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  gtk_widget_measure (GTK_WIDGET (fixture->page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                      NULL, NULL);
  g_assert_cmpint (least, <=, 360);
}

static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) found = sg_test_found_new ();

  show (fixture, "prometheus.yml:12:5: no_such_key_anywhere_in_all_of_prometheus_configuration");
  sg_test_window_resize (fixture->window, 360, 600);
  assert_fits (fixture);
  sg_found_list_show (fixture->page->found, found);
  g_assert_cmpuint (sg_found_list_get_n_rows (fixture->page->found), ==, 2);
  assert_fits (fixture);
  sg_targets_page_choose (fixture->page, "shop", "http://localhost:9403/metrics");
  g_assert_false (gtk_widget_get_visible (fixture->page->content));
  assert_fits (fixture);
}

static void
test_dialog (void)
{
  GtkWidget *widget = sg_target_dialog_new (NULL);
  SgTargetDialog *dialog = SG_TARGET_DIALOG (g_object_ref (widget));

  g_assert_false (sg_target_dialog_is_good (dialog));
  g_assert_cmpstr (sg_target_dialog_get_problem (dialog), ==, "");
  sg_target_dialog_suggest (dialog, "shop", "http://localhost");
  g_assert_false (sg_target_dialog_is_good (dialog));
  g_assert_nonnull (strstr (sg_target_dialog_get_problem (dialog), "host:port"));
  sg_target_dialog_suggest (dialog, "shop", "localhost:9400");
  g_assert_true (sg_target_dialog_is_good (dialog));
  sg_target_dialog_take_answer (dialog, "the file cannot be written");
  g_assert_cmpstr (sg_target_dialog_get_problem (dialog), ==, "the file cannot be written");
  gtk_window_destroy (GTK_WINDOW (widget));
  g_object_unref (dialog);
}

/* A server of the test: /metrics is a good page, /broken one with a line that is none. */
static gboolean
serve (GThreadedSocketService *service,
       GSocketConnection      *connection,
       GObject                *source,
       gpointer                data)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char request[4096] = { 0 };
  gssize n = g_input_stream_read (in, request, sizeof request - 1, NULL, NULL);
  gboolean broken = n > 0 && strstr (request, "GET /broken") != NULL;
  const char *body =
      broken ? "# TYPE a gauge\na 1\nb{x=\"y\" 2\nc 3\n" : "# TYPE a gauge\na 1\nc 3\n";
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
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

static const SgTargetRow *
find_row (SgTargetsPage *page,
          const char    *job)
{
  for (guint i = 0; i < page->jobs->len; i++)
    {
      const SgTargetJob *candidate = page->jobs->pdata[i];

      if (g_str_equal (candidate->name, job) && candidate->rows->len > 0)
        return candidate->rows->pdata[0];
    }
  return NULL;
}

/* The page asks every few seconds; a test does not wait for that. */
static gboolean
refresh (gpointer data)
{
  gtk_widget_activate_action (data, "win.refresh", NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
has_both (gpointer data)
{
  const SgTargetRow *good = find_row (data, "good");
  const SgTargetRow *bad = find_row (data, "bad");

  return good != NULL && good->level == SG_LEVEL_HEALTHY && bad != NULL
         && bad->level == SG_LEVEL_UNHEALTHY;
}

static gboolean
has_added (gpointer data)
{
  return find_row (data, "added") != NULL;
}

static gboolean
has_not_added (gpointer data)
{
  return find_row (data, "added") == NULL;
}

static gboolean
is_bad_config (gpointer data)
{
  return SG_TARGETS_PAGE (data)->config != NULL && SG_TARGETS_PAGE (data)->config->error != NULL;
}

static GtkWidget *
find_button (GtkWidget  *root,
             const char *label)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The toasts before it are put away, as one does who does not want to wait for the next. */
static gboolean
has_undo (gpointer window)
{
  GtkWidget *toast = sg_test_find (window, g_type_from_name ("AdwToastWidget"));
  GtkWidget *close = NULL;

  if (toast == NULL || find_button (toast, "_Undo") != NULL)
    return toast != NULL;
  close = sg_test_find_class (toast, "circular");
  if (close != NULL)
    g_signal_emit_by_name (close, "clicked");
  return FALSE;
}

/* As the user does: what is chosen goes, and Undo brings it back. */
static void
remove_and_undo (Fixture    *fixture,
                 const char *config,
                 guint       port)
{
  g_autofree char *endpoint = g_strdup_printf ("http://127.0.0.1:%u/metrics", port);
  g_autofree char *text = NULL;

  sg_targets_page_choose (fixture->page, "added", endpoint);
  g_assert_true (can (fixture, "remove"));
  activate (fixture, "targets.remove");
  sg_test_wait_until (has_not_added, fixture->page);
  sg_test_wait_until (has_undo, fixture->window);
  g_signal_emit_by_name (find_button (GTK_WIDGET (fixture->window), "_Undo"), "clicked");
  sg_test_wait_until (has_added, fixture->page);
  g_assert_cmpstr (find_row (fixture->page, "added")->labels, ==, "team=\"web\"");
  g_assert_true (g_file_get_contents (config, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# Kept as it is.\n"));
}

/* With a real engine and real targets, one of which has a page that cannot be parsed. */
static void
test_engine (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *folder = g_dir_make_tmp ("sightglass-test-XXXXXX", NULL);
  g_autofree char *config = g_build_filename (folder, "prometheus.yml", NULL);
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (4);
  guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *text = g_strdup_printf (
      "# Kept as it is.\nscrape_configs:\n- job_name: good\n  scrape_interval: 1s\n  static_configs:\n"
      "  - targets: ['127.0.0.1:%u']\n- job_name: bad\n  scrape_interval: 1s\n  metrics_path: /broken\n"
      "  static_configs:\n  - targets: ['127.0.0.1:%u']\n",
      port, port);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);
  g_autoptr (SgEngine) engine = NULL;
  guint beat;

  g_signal_connect (service, "run", G_CALLBACK (serve), NULL);
  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  engine = start_engine (folder, config);
  sg_window_set_engine (fixture->window, engine);
  beat = g_timeout_add (100, refresh, fixture->window);
  sg_test_wait_until (has_both, fixture->page);
  g_assert_cmpuint (find_row (fixture->page, "bad")->status->error_line, ==, 3);
  g_assert_nonnull (strstr (find_row (fixture->page, "bad")->status->error_context, "> 3: b{x="));
  g_assert_cmpfloat (find_row (fixture->page, "good")->samples, ==, 2.);
  g_assert_cmpint (sg_page_get_level (SG_PAGE (fixture->page)), ==, SG_LEVEL_UNHEALTHY);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "targets.undo", "(sss)", "added", address,
                              "team=\"web\"");
  sg_test_wait_until (has_added, fixture->page);
  g_assert_cmpstr (find_row (fixture->page, "added")->labels, ==, "team=\"web\"");
  remove_and_undo (fixture, config, port);
  g_assert_true (g_file_set_contents (config, "scrape_configs:\n- job: x\n", -1, NULL));
  activate (fixture, "targets.reload");
  sg_test_wait_until (is_bad_config, fixture->page);
  g_assert_nonnull (strstr (fixture->page->config->error, "prometheus.yml:2:3"));
  g_assert_nonnull (find_row (fixture->page, "good"));
  g_source_remove (beat);
  sg_window_set_engine (fixture->window, NULL);
  stop_engine (engine);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/targets-page/states", test_states);
  ADD ("/app/targets-page/bad-config", test_bad_config);
  ADD ("/app/targets-page/filter", test_filter);
  ADD ("/app/targets-page/refresh-keeps-details", test_refresh_keeps_details);
  ADD ("/app/targets-page/actions", test_actions);
  ADD ("/app/targets-page/commands", test_commands);
  ADD ("/app/targets-page/narrow", test_narrow);
  g_test_add_func ("/app/targets-page/dialog", test_dialog);
  ADD ("/app/targets-page/engine", test_engine);
  return g_test_run ();
}
