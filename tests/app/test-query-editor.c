/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-query-editor-private.h"

#include <string.h>

typedef struct
{
  SgCatalog *catalog;
  GtkWidget *window;
  SgQueryEditor *editor;
  guint n_runs;
} Fixture;

static void
on_run (SgQueryEditor *editor,
        Fixture       *fixture)
{
  fixture->n_runs++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *editor = sg_query_editor_new ();

  fixture->catalog = sg_test_catalog_new ();
  fixture->editor = SG_QUERY_EDITOR (editor);
  g_signal_connect (editor, "run", G_CALLBACK (on_run), fixture);
  sg_query_editor_set_catalog (fixture->editor, fixture->catalog);
  fixture->window = sg_test_present (editor, 500, 300);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->editor->view));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  sg_catalog_unref (fixture->catalog);
}

/* As the keyboard writes it. */
static void
type (Fixture    *fixture,
      const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      gtk_text_buffer_begin_user_action (fixture->editor->buffer);
      gtk_text_buffer_insert_at_cursor (fixture->editor->buffer, c, 1);
      gtk_text_buffer_end_user_action (fixture->editor->buffer);
    }
}

static void
press (Fixture         *fixture,
       guint            keyval,
       GdkModifierType  state)
{
  GListModel *controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->editor->view));
  gboolean taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller)
          && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &taken);
    }
  g_object_unref (controllers);
}

static void
assert_text (Fixture    *fixture,
             const char *wanted)
{
  g_autofree char *text = sg_query_editor_get_text (fixture->editor);

  g_assert_cmpstr (text, ==, wanted);
}

static GtkTextTag *
tag_at (Fixture *fixture,
        int      offset)
{
  GtkTextIter iter;
  g_autoptr (GSList) tags = NULL;

  gtk_text_buffer_get_iter_at_offset (fixture->editor->buffer, &iter, offset);
  tags = gtk_text_iter_get_tags (&iter);
  return tags != NULL ? tags->data : NULL;
}

static void
test_colours (Fixture       *fixture,
              gconstpointer  data)
{
  GtkTextTag **tags = fixture->editor->tags;

  sg_query_editor_set_text (fixture->editor, "sum by (é) (rate(x{a=\"ü\"}[5m])) # ß");
  g_assert_true (tag_at (fixture, 0) == tags[SG_SYNTAX_TYPE]);
  g_assert_true (tag_at (fixture, 4) == tags[SG_SYNTAX_KEYWORD]
                 || tag_at (fixture, 4) == fixture->editor->wrong);
  sg_query_editor_set_text (fixture->editor, "rate(x{a=\"ü\"}[5m]) # ß");
  g_assert_true (tag_at (fixture, 0) == tags[SG_SYNTAX_TYPE]);
  g_assert_true (tag_at (fixture, 5) == tags[SG_SYNTAX_NAME]);
  g_assert_true (tag_at (fixture, 7) == tags[SG_SYNTAX_LABEL]);
  g_assert_true (tag_at (fixture, 10) == tags[SG_SYNTAX_STRING]);
  g_assert_true (tag_at (fixture, 14) == tags[SG_SYNTAX_NUMBER]);
  g_assert_true (tag_at (fixture, 21) == tags[SG_SYNTAX_COMMENT]);
}

static void
test_problem (Fixture       *fixture,
              gconstpointer  data)
{
  SgQueryEditor *editor = fixture->editor;

  sg_query_editor_set_text (editor, "rate(x)");
  g_assert_nonnull (strstr (sg_query_editor_get_problem (editor), "range vector"));
  g_assert_cmpstr (gtk_label_get_label (editor->carets), ==, "     ^");
  gtk_test_accessible_assert_state (editor->view, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  sg_query_editor_set_text (editor, "raet(x[5m])");
  g_assert_nonnull (strstr (sg_query_editor_get_problem (editor), "Did you mean “rate”?"));
  g_assert_cmpstr (gtk_label_get_label (editor->carets), ==, "^~~~");
  sg_query_editor_set_text (editor, "x +\n rate(x)");
  g_assert_true (g_str_has_prefix (sg_query_editor_get_problem (editor), "Line 2, column 7: "));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (editor->carets)));
  sg_query_editor_set_text (editor, "rate(x[5m])");
  g_assert_null (sg_query_editor_get_problem (editor));
  sg_query_editor_set_failure (editor, "too many samples");
  g_assert_cmpstr (sg_query_editor_get_problem (editor), ==, "too many samples");
  type (fixture, " ");
  g_assert_null (sg_query_editor_get_problem (editor));
}

/* What is wrong is told when the typing pauses, and not before. */
static gboolean
has_problem (gpointer data)
{
  return sg_query_editor_get_problem (data) != NULL;
}

static void
test_problem_is_late (Fixture       *fixture,
                      gconstpointer  data)
{
  type (fixture, "rate(1) ");
  g_assert_null (sg_query_editor_get_problem (fixture->editor));
  sg_test_wait_until (has_problem, fixture->editor);
}

static void
test_completion (Fixture       *fixture,
                 gconstpointer  data)
{
  type (fixture, "sum(rat");
  g_assert_true (sg_query_editor_is_completing (fixture->editor));
  press (fixture, GDK_KEY_Return, 0);
  assert_text (fixture, "sum(rate(");
  g_assert_false (sg_query_editor_is_completing (fixture->editor));
  type (fixture, "http_requests_t");
  press (fixture, GDK_KEY_Tab, 0);
  assert_text (fixture, "sum(rate(http_requests_total");
  type (fixture, "{");
  g_assert_true (sg_query_editor_is_completing (fixture->editor));
  press (fixture, GDK_KEY_Escape, 0);
  g_assert_false (sg_query_editor_is_completing (fixture->editor));
  type (fixture, "}[");
  press (fixture, GDK_KEY_Return, 0);
  assert_text (fixture, "sum(rate(http_requests_total{}[$rate");
}

static void
test_completion_keys (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *spoken = NULL;

  press (fixture, GDK_KEY_space, GDK_CONTROL_MASK);
  g_assert_true (sg_query_editor_is_completing (fixture->editor));
  g_assert_cmpuint (sg_completion_popup_get_n_items (fixture->editor->popup), >, 50);
  press (fixture, GDK_KEY_Down, 0);
  press (fixture, GDK_KEY_Down, 0);
  spoken = sg_completion_popup_describe (fixture->editor->popup);
  g_assert_true (g_str_has_prefix (spoken, "http_requests_total, counter, 3 of "));
  gtk_test_accessible_assert_property (fixture->editor->view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       spoken);
  press (fixture, GDK_KEY_Up, 0);
  press (fixture, GDK_KEY_Up, 0);
  press (fixture, GDK_KEY_Up, 0);
  press (fixture, GDK_KEY_Down, 0);
  press (fixture, GDK_KEY_Return, 0);
  assert_text (fixture, "cache_entries");
}

static void
test_run (Fixture       *fixture,
          gconstpointer  data)
{
  type (fixture, "up");
  press (fixture, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (fixture->n_runs, ==, 1);
  assert_text (fixture, "up");
  g_assert_false (sg_query_editor_is_completing (fixture->editor));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/query-editor/colours", Fixture, NULL, set_up, test_colours, tear_down);
  g_test_add ("/app/query-editor/problem", Fixture, NULL, set_up, test_problem, tear_down);
  g_test_add ("/app/query-editor/problem-is-late", Fixture, NULL, set_up, test_problem_is_late,
              tear_down);
  g_test_add ("/app/query-editor/completion", Fixture, NULL, set_up, test_completion, tear_down);
  g_test_add ("/app/query-editor/completion-keys", Fixture, NULL, set_up, test_completion_keys,
              tear_down);
  g_test_add ("/app/query-editor/run", Fixture, NULL, set_up, test_run, tear_down);
  return g_test_run ();
}
