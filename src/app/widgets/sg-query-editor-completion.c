/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-query-editor-private.h"

#include "models/sg-completion.h"

/*
 * Completion: what may stand at the cursor is known at once, but for the values of a label, which the
 * engine is asked for. An answer that comes when the cursor has moved on is not looked at.
 */

/* Values are looked for in the last day. */
#define LOOKUP_SPAN_MS G_GINT64_CONSTANT (86400000)
#define PAGE           8

void
sg_query_editor_set_catalog (SgQueryEditor *self,
                             SgCatalog     *catalog)
{
  if (catalog != NULL)
    sg_catalog_ref (catalog);
  g_clear_pointer (&self->catalog, sg_catalog_unref);
  self->catalog = catalog;
}

void
sg_query_editor_set_engine (SgQueryEditor *self,
                            SgEngine      *engine)
{
  g_set_object (&self->engine, engine);
}

gboolean
sg_query_editor_is_completing (SgQueryEditor *self)
{
  return self->completing;
}

static void
stop_lookup (SgQueryEditor *self)
{
  if (self->lookup == NULL)
    return;
  g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
}

void
sg_query_editor_completion_hide (SgQueryEditor *self)
{
  stop_lookup (self);
  if (!self->completing)
    return;
  self->completing = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->popup));
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static gsize
cursor_byte (SgQueryEditor *self,
             const char    *text)
{
  int offset;

  g_object_get (self->buffer, "cursor-position", &offset, NULL);
  return (gsize) (g_utf8_offset_to_pointer (text, offset) - text);
}

/* The popup stands under the first letter of what is being completed. */
static void
point_to (SgQueryEditor *self,
          const char    *text,
          gsize          offset)
{
  GtkTextIter iter;
  GdkRectangle place;
  double x, y;

  gtk_text_buffer_get_iter_at_offset (self->buffer, &iter,
                                      (int) g_utf8_strlen (text, (gssize) offset));
  gtk_text_view_get_iter_location (self->view, &iter, &place);
  gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y,
                                         &place.x, &place.y);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (self->view), GTK_WIDGET (self), place.x,
                                         place.y, &x, &y))
    return;
  place.x = (int) x;
  place.y = (int) y;
  place.width = 1;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popup), &place);
}

static void
describe (SgQueryEditor *self)
{
  g_autofree char *spoken = sg_completion_popup_describe (self->popup);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  spoken, -1);
}

static void
show_items (SgQueryEditor        *self,
            const char           *text,
            const SgQueryContext *context,
            GPtrArray            *items)
{
  if (items->len == 0)
    {
      sg_query_editor_completion_hide (self);
      return;
    }
  sg_completion_popup_set_items (self->popup, items);
  point_to (self, text, context->typed.start);
  if (!self->completing && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_popover_popup (GTK_POPOVER (self->popup));
  self->completing = TRUE;
  describe (self);
}

static void
propose (SgQueryEditor     *self,
         const char *const *values)
{
  g_autofree char *text = sg_query_editor_get_text (self);
  g_auto (SgQueryContext) context = { 0 };
  g_autoptr (GPtrArray) items = NULL;

  sg_query_context_find (text, cursor_byte (self, text), &context);
  items = sg_completion_propose (&context, text, self->catalog, values);
  show_items (self, text, &context, items);
}

static void
got_values (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (SgQueryEditor) self = data;
  g_auto (GStrv) values = sg_engine_list_labels_finish (SG_ENGINE (object), result, NULL);

  if (values == NULL || g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  g_clear_object (&self->lookup);
  if (self->buffer != NULL)
    propose (self, (const char *const *) values);
}

static void
look_up_values (SgQueryEditor        *self,
                const SgQueryContext *context)
{
  SgTimeMs now = sg_clock_now_ms (sg_clock_get_system ());

  if (self->engine == NULL)
    return;
  self->lookup = g_cancellable_new ();
  sg_engine_list_labels_async (self->engine, context->label, context->metric, now - LOOKUP_SPAN_MS,
                               now, self->lookup, got_values, g_object_ref (self));
}

/* Proposes what may stand at the cursor; where that is nothing, nothing is shown. */
void
sg_query_editor_complete (SgQueryEditor *self)
{
  g_autofree char *text = sg_query_editor_get_text (self);
  g_auto (SgQueryContext) context = { 0 };

  stop_lookup (self);
  sg_query_context_find (text, cursor_byte (self, text), &context);
  if (context.want == SG_QUERY_WANTS_VALUE)
    look_up_values (self, &context);
  else
    propose (self, NULL);
}

/* Proposals come by themselves when a letter is typed, and where only a few things can stand. */
void
sg_query_editor_completion_typed (SgQueryEditor *self)
{
  g_autofree char *text = sg_query_editor_get_text (self);
  g_auto (SgQueryContext) context = { 0 };
  gsize cursor = cursor_byte (self, text);
  char before = cursor > 0 ? text[cursor - 1] : '\0';
  gboolean word = g_ascii_isalpha (before) || before == '_' || before == '$';

  sg_query_context_find (text, cursor, &context);
  if ((word && context.want != SG_QUERY_WANTS_OPERATOR) || self->completing
      || (before == '{' && context.want == SG_QUERY_WANTS_LABEL)
      || (before == '[' && context.want == SG_QUERY_WANTS_DURATION)
      || context.want == SG_QUERY_WANTS_VALUE)
    sg_query_editor_complete (self);
  else
    sg_query_editor_completion_hide (self);
}

/* Puts the chosen proposal in place of what is typed of it. */
static void
accept (SgQueryEditor *self)
{
  g_autofree char *text = sg_query_editor_get_text (self);
  g_auto (SgQueryContext) context = { 0 };
  SgCompletionItem *item = sg_completion_popup_get_selected (self->popup);
  gsize cursor = cursor_byte (self, text);
  gboolean goes_on;
  GtkTextIter start, end;

  if (item == NULL)
    return;
  sg_query_context_find (text, cursor, &context);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start,
                                      (int) g_utf8_strlen (text, (gssize) context.typed.start));
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end,
                                      (int) g_utf8_strlen (text, (gssize) cursor));
  self->inserting = TRUE;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, sg_completion_item_get_insert (item), -1);
  if (context.want == SG_QUERY_WANTS_VALUE && text[cursor] != '"' && text[cursor] != '\'')
    gtk_text_buffer_insert (self->buffer, &start, "\"", 1);
  gtk_text_buffer_end_user_action (self->buffer);
  self->inserting = FALSE;
  goes_on = sg_completion_item_get_kind (item) == SG_COMPLETION_LABEL && context.in_braces;
  sg_query_editor_completion_hide (self);
  if (goes_on)
    sg_query_editor_complete (self);
}

/* Returns: whether the key was for the proposals */
gboolean
sg_query_editor_completion_key (SgQueryEditor *self,
                                guint          keyval)
{
  if (!self->completing)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      sg_completion_popup_move (self->popup, keyval == GDK_KEY_Up ? -1 : 1);
      describe (self);
      return TRUE;
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down:
      sg_completion_popup_move (self->popup, keyval == GDK_KEY_Page_Up ? -PAGE : PAGE);
      describe (self);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Tab:
      accept (self);
      return TRUE;
    case GDK_KEY_Escape:
      sg_query_editor_completion_hide (self);
      return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_Right:
    case GDK_KEY_Home:
    case GDK_KEY_End:
      sg_query_editor_completion_hide (self);
      return FALSE;
    default:
      return FALSE;
    }
}

void
sg_query_editor_completion_init (SgQueryEditor *self)
{
  GtkWidget *popup = sg_completion_popup_new ();

  self->popup = SG_COMPLETION_POPUP (popup);
  gtk_widget_set_parent (popup, GTK_WIDGET (self));
  g_signal_connect_object (popup, "chosen", G_CALLBACK (accept), self, G_CONNECT_SWAPPED);
}

void
sg_query_editor_completion_clear (SgQueryEditor *self)
{
  stop_lookup (self);
  self->completing = FALSE;
  g_clear_pointer (&self->catalog, sg_catalog_unref);
  g_clear_object (&self->engine);
}
