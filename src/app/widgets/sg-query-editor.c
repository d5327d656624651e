/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-query-editor-private.h"

#include "widgets/sg-template.h"

#include "sg-config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/*
 * The text is short, so that each change cuts and colours all of it: a tenth of a millisecond. What is
 * wrong is underlined at once, where the cursor is not just there, and told when the typing pauses: half a
 * query is always wrong.
 */
#define CHECK_AFTER_MS 700

enum
{
  RUN,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgQueryEditor, sg_query_editor, GTK_TYPE_WIDGET)

char *
sg_query_editor_get_text (SgQueryEditor *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

void
sg_query_editor_set_text (SgQueryEditor *self,
                          const char    *text)
{
  gtk_text_buffer_set_text (self->buffer, text, -1);
  sg_query_editor_check (self);
}

const char *
sg_query_editor_get_problem (SgQueryEditor *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->problem)) ? gtk_label_get_label (self->problem)
                                                             : NULL;
}

static void
iter_at_byte (SgQueryEditor *self,
              const char    *text,
              gsize          offset,
              GtkTextIter   *iter)
{
  gsize length = strlen (text);

  gtk_text_buffer_get_iter_at_offset (self->buffer, iter,
                                      (int) g_utf8_strlen (text, (gssize) MIN (offset, length)));
}

static void
apply_tag (SgQueryEditor *self,
           const char    *text,
           GtkTextTag    *tag,
           SgSpan         span)
{
  GtkTextIter start, end;

  iter_at_byte (self, text, span.start, &start);
  iter_at_byte (self, text, span.end, &end);
  gtk_text_buffer_apply_tag (self->buffer, tag, &start, &end);
}

static void
colour (SgQueryEditor       *self,
        const SgQuerySyntax *syntax)
{
  static const SgSyntax looks[] = {
    [SG_QUERY_PART_METRIC] = SG_SYNTAX_NAME,      [SG_QUERY_PART_FUNCTION] = SG_SYNTAX_TYPE,
    [SG_QUERY_PART_KEYWORD] = SG_SYNTAX_KEYWORD,  [SG_QUERY_PART_LABEL] = SG_SYNTAX_LABEL,
    [SG_QUERY_PART_STRING] = SG_SYNTAX_STRING,    [SG_QUERY_PART_NUMBER] = SG_SYNTAX_NUMBER,
    [SG_QUERY_PART_VARIABLE] = SG_SYNTAX_KEYWORD, [SG_QUERY_PART_MARK] = SG_SYNTAX_MARK,
    [SG_QUERY_PART_COMMENT] = SG_SYNTAX_COMMENT,  [SG_QUERY_PART_ERROR] = SG_SYNTAX_MARK,
  };

  for (guint i = 0; i < syntax->n_parts; i++)
    apply_tag (self, syntax->text, self->tags[looks[syntax->parts[i].kind]], syntax->parts[i].span);
}

static gsize
cursor_byte (SgQueryEditor *self,
             const char    *text)
{
  int offset;

  g_object_get (self->buffer, "cursor-position", &offset, NULL);
  return (gsize) (g_utf8_offset_to_pointer (text, offset) - text);
}

/* What is just being typed is not called wrong. */
static void
underline (SgQueryEditor       *self,
           const SgQuerySyntax *syntax)
{
  SgSpan span = syntax->problems[0].span;
  gsize length = strlen (syntax->text);
  gsize cursor = cursor_byte (self, syntax->text);

  span.end = MIN (MAX (span.end, span.start + 1), length);
  if (gtk_widget_has_focus (GTK_WIDGET (self->view)) && cursor >= span.start && cursor <= length
      && span.end >= length)
    return;
  apply_tag (self, syntax->text, self->wrong, span);
}

/* Blanks, then carets under the mistake, when the text is one line and the place lies in it. */
static void
show_carets (SgQueryEditor       *self,
             const SgQuerySyntax *syntax)
{
  SgSpan span = syntax->problems[0].span;
  gsize length = strlen (syntax->text);
  g_autoptr (GString) text = g_string_new (NULL);
  glong before, n;
  gboolean fits = strchr (syntax->text, '\n') == NULL;

  span.start = MIN (span.start, length);
  span.end = CLAMP (span.end, span.start, length);
  before = g_utf8_strlen (syntax->text, (gssize) span.start);
  n = MAX (g_utf8_strlen (syntax->text + span.start, (gssize) (span.end - span.start)), 1);
  for (glong i = 0; i < before; i++)
    g_string_append_c (text, ' ');
  for (glong i = 0; i < n; i++)
    g_string_append_c (text, i == 0 ? '^' : '~');
  gtk_label_set_label (self->carets, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->carets), fits);
}

static void
show_problem (SgQueryEditor *self,
              const char    *message)
{
  gtk_label_set_label (self->problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), message != NULL);
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_STATE_INVALID,
      message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static char *
describe_problem (const SgQuerySyntax *syntax)
{
  const SgQueryProblem *problem = &syntax->problems[0];
  guint line = 1;
  gsize column = 1;
  g_autofree char *place = NULL;

  for (gsize i = 0; i < problem->span.start && syntax->text[i] != '\0'; i++)
    {
      line += syntax->text[i] == '\n';
      column = syntax->text[i] == '\n' ? 1 : column + 1;
    }
  /* Translators: where in a text of several lines something is wrong */
  place = strchr (syntax->text, '\n') != NULL
              ? g_strdup_printf (_ ("Line %u, column %u: "), line, (guint) column)
              : g_strdup ("");
  if (problem->hint != NULL)
    return g_strdup_printf (_ ("%s%s. Did you mean “%s”?"), place, problem->message, problem->hint);
  return g_strconcat (place, problem->message, NULL);
}

gboolean
sg_query_editor_check (SgQueryEditor *self)
{
  g_autofree char *text = sg_query_editor_get_text (self);
  g_autoptr (SgQuerySyntax) syntax = sg_query_syntax_new (text);
  g_autofree char *message = NULL;

  g_clear_handle_id (&self->check_timeout, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self->carets), FALSE);
  if (syntax->n_problems == 0 || strspn (text, " \t\n") == strlen (text))
    {
      show_problem (self, self->failure);
      return syntax->n_problems == 0;
    }
  message = describe_problem (syntax);
  show_carets (self, syntax);
  show_problem (self, message);
  return FALSE;
}

void
sg_query_editor_set_failure (SgQueryEditor *self,
                             const char    *message)
{
  g_free (self->failure);
  self->failure = g_strdup (message);
  sg_query_editor_check (self);
}

/* While something is being chosen the rest is still to be written. */
static gboolean
check_late (gpointer data)
{
  SgQueryEditor *self = data;

  if (self->completing)
    return G_SOURCE_CONTINUE;
  self->check_timeout = 0;
  sg_query_editor_check (self);
  return G_SOURCE_REMOVE;
}

static void
recolour (SgQueryEditor *self)
{
  g_autofree char *text = sg_query_editor_get_text (self);
  g_autoptr (SgQuerySyntax) syntax = sg_query_syntax_new (text);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_all_tags (self->buffer, &start, &end);
  colour (self, syntax);
  if (syntax->n_problems > 0 && syntax->n_parts > 0)
    underline (self, syntax);
}

static void
buffer_changed (SgQueryEditor *self)
{
  g_clear_pointer (&self->failure, g_free);
  gtk_widget_set_visible (self->placeholder, gtk_text_buffer_get_char_count (self->buffer) == 0);
  recolour (self);
  gtk_widget_set_visible (GTK_WIDGET (self->carets), FALSE);
  show_problem (self, NULL);
  g_clear_handle_id (&self->check_timeout, g_source_remove);
  self->check_timeout = g_timeout_add (CHECK_AFTER_MS, check_late, self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
user_action_ended (SgQueryEditor *self)
{
  if (!self->inserting)
    sg_query_editor_completion_typed (self);
}

static void
focus_left (SgQueryEditor *self)
{
  sg_query_editor_completion_hide (self);
  recolour (self);
}

static gboolean
key_pressed (SgQueryEditor   *self,
             guint            keyval,
             guint            keycode,
             GdkModifierType  state)
{
  gboolean control = (state & GDK_CONTROL_MASK) != 0;
  gboolean enter = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter;

  if (control && enter)
    {
      sg_query_editor_completion_hide (self);
      g_signal_emit (self, signals[RUN], 0);
      return TRUE;
    }
  if (control && keyval == GDK_KEY_space)
    {
      sg_query_editor_complete (self);
      return TRUE;
    }
  return !control && sg_query_editor_completion_key (self, keyval);
}

static void
update_colours (SgQueryEditor *self)
{
  const SgPalette *palette = sg_palette_get_current ();
  GdkRGBA rgba;

  for (guint i = 0; i < SG_SYNTAX_N; i++)
    {
      rgba = sg_palette_get_syntax (palette, (SgSyntax) i);
      g_object_set (self->tags[i], "foreground-rgba", i == SG_SYNTAX_MARK ? NULL : &rgba, NULL);
    }
  gtk_widget_set_opacity (self->placeholder, sg_palette_get_dim_alpha (palette));
  rgba = sg_palette_get_level (palette, SG_LEVEL_UNHEALTHY);
  g_object_set (self->wrong, "underline", PANGO_UNDERLINE_ERROR, "underline-rgba", &rgba, NULL);
}

static void
sg_query_editor_dispose (GObject *object)
{
  SgQueryEditor *self = SG_QUERY_EDITOR (object);

  g_clear_handle_id (&self->check_timeout, g_source_remove);
  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  self->buffer = NULL;
  sg_query_editor_completion_clear (self);
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_QUERY_EDITOR);
  g_clear_pointer (&self->failure, g_free);
  G_OBJECT_CLASS (sg_query_editor_parent_class)->dispose (object);
}

static void
sg_query_editor_class_init (SgQueryEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_query_editor_dispose;
  signals[RUN] = g_signal_new ("run", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-query-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, SgQueryEditor, view);
  gtk_widget_class_bind_template_child (widget_class, SgQueryEditor, carets);
  gtk_widget_class_bind_template_child (widget_class, SgQueryEditor, problem);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, focus_left);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

/* What stands there while nothing is written. */
static void
add_placeholder (SgQueryEditor *self)
{
  self->placeholder = gtk_label_new (_ ("Write a query"));
  gtk_widget_set_can_target (self->placeholder, FALSE);
  gtk_widget_add_css_class (self->placeholder, "sg-query-text");
  gtk_text_view_add_overlay (self->view, self->placeholder, 0, 0);
}

static void
sg_query_editor_init (SgQueryEditor *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  self->buffer = gtk_text_view_get_buffer (self->view);
  add_placeholder (self);
  for (guint i = 0; i < SG_SYNTAX_N; i++)
    self->tags[i] = gtk_text_buffer_create_tag (self->buffer, NULL, NULL);
  self->wrong = gtk_text_buffer_create_tag (self->buffer, NULL, NULL);
  update_colours (self);
  sg_query_editor_completion_init (self);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (update_colours), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (update_colours), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (buffer_changed), self);
  g_signal_connect_swapped (self->buffer, "end-user-action", G_CALLBACK (user_action_ended), self);
}

GtkWidget *
sg_query_editor_new (void)
{
  return g_object_new (SG_TYPE_QUERY_EDITOR, NULL);
}
