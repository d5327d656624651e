/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-sidebar-foot.h"

static SgHttpStatus *
make_status (SgLevel     level,
             guint       port,
             const char *note)
{
  SgHttpStatus *status = sg_http_status_new ();

  status->level = level;
  status->port = port;
  status->wanted_port = 8080;
  status->note = g_strdup (note);
  if (port != 0)
    {
      g_free (status->url);
      g_free (status->address);
      status->url = g_strdup_printf ("http://localhost:%u", port);
      status->address = g_strdup_printf ("localhost:%u", port);
    }
  return status;
}

static const char *
address_of (GtkWidget *foot)
{
  return gtk_label_get_label (GTK_LABEL (sg_test_find (foot, GTK_TYPE_LABEL)));
}

static void
assert_details (GtkWidget  *foot,
                const char *wanted)
{
  g_autofree char *details = sg_sidebar_foot_get_details (SG_SIDEBAR_FOOT (foot));

  g_assert_cmpstr (details, ==, wanted);
}

static void
test_states (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgHttpStatus) good = make_status (SG_LEVEL_HEALTHY, 8080, NULL);
  g_autoptr (SgHttpStatus) moved = make_status (SG_LEVEL_DEGRADED, 8081, "port 8080 is taken");
  g_autoptr (SgHttpStatus) gone = make_status (SG_LEVEL_UNHEALTHY, 0, "it has no socket");
  GtkWidget *foot = g_object_ref_sink (sg_sidebar_foot_new ());
  GtkWidget *copy = sg_test_find (foot, GTK_TYPE_BUTTON);

  sg_sidebar_foot_set_clock (SG_SIDEBAR_FOOT (foot), clock);
  g_assert_cmpstr (address_of (foot), ==, "Starting…");
  g_assert_false (gtk_widget_get_visible (copy));
  assert_details (foot, "The server is starting");
  sg_sidebar_foot_set_status (SG_SIDEBAR_FOOT (foot), good);
  g_assert_cmpstr (address_of (foot), ==, "localhost:8080");
  g_assert_true (gtk_widget_get_visible (copy));
  g_assert_false (gtk_widget_get_visible (sg_test_find_class (foot, "sign")));
  assert_details (foot, "Not scraped yet. Point a scraper at http://localhost:8080/metrics");
  sg_sidebar_foot_set_status (SG_SIDEBAR_FOOT (foot), moved);
  g_assert_true (gtk_widget_get_visible (sg_test_find_class (foot, "sign")));
  g_assert_true (gtk_widget_has_css_class (sg_test_find_class (foot, "sign"), "sg-warn"));
  assert_details (foot, "port 8080 is taken\n\n"
                        "Not scraped yet. Point a scraper at http://localhost:8081/metrics");
  sg_sidebar_foot_set_status (SG_SIDEBAR_FOOT (foot), gone);
  g_assert_cmpstr (address_of (foot), ==, "Not listening");
  g_assert_false (gtk_widget_get_visible (copy));
  assert_details (foot, "it has no socket");
  g_assert_finalize_object (foot);
}

static void
test_scrapes (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgHttpStatus) status = make_status (SG_LEVEL_HEALTHY, 8080, NULL);
  GtkWidget *foot = g_object_ref_sink (sg_sidebar_foot_new ());

  status->scrapes = 1720;
  status->last_scrape = sg_time_ms_to_ns (SG_TEST_NOW - 3000);
  status->last_scraper = g_strdup ("Prometheus/2.42.0 (127.0.0.1)");
  sg_sidebar_foot_set_clock (SG_SIDEBAR_FOOT (foot), clock);
  sg_sidebar_foot_set_status (SG_SIDEBAR_FOOT (foot), status);
  assert_details (foot, "Scraped 1,720 times\n"
                        "Last 3\u00a0s ago by Prometheus/2.42.0 (127.0.0.1)");
  sg_clock_advance (clock, 120000);
  assert_details (foot, "Scraped 1,720 times\n"
                        "Last 2\u00a0min ago by Prometheus/2.42.0 (127.0.0.1)");
  g_assert_finalize_object (foot);
}

static void
count (gpointer  object,
       guint    *n)
{
  ++*n;
}

static void
got_text (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
test_copy (void)
{
  g_autoptr (SgHttpStatus) status = make_status (SG_LEVEL_HEALTHY, 8080, NULL);
  GtkWidget *foot = sg_sidebar_foot_new ();
  GtkWidget *window = sg_test_present (foot, 300, 100);
  g_autofree char *text = NULL;
  guint n_copied = 0;

  sg_sidebar_foot_set_status (SG_SIDEBAR_FOOT (foot), status);
  g_signal_connect (foot, "copied", G_CALLBACK (count), &n_copied);
  g_signal_emit_by_name (sg_test_find (foot, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpuint (n_copied, ==, 1);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (foot), NULL, got_text, &text);
  sg_test_wait_until (is_set, &text);
  g_assert_cmpstr (text, ==, "http://localhost:8080");
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/sidebar-foot/states", test_states);
  g_test_add_func ("/app/sidebar-foot/scrapes", test_scrapes);
  g_test_add_func ("/app/sidebar-foot/copy", test_copy);
  return g_test_run ();
}
