/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-exposition-row.h"

#include "models/sg-exposition-syntax.h"
#include "models/sg-format.h"

#include <glib/gi18n.h>
#include <string.h>

/* A line may be as long as a page may be big. Nobody reads further than this; a copy has all of it. */
#define MAX_SHOWN 4096

/* Characters by which the lines after the first are set in. */
#define HANGING_INDENT 4

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

struct _SgExpositionRow
{
  GtkWidget parent_instance;
  SgExpositionLine *line;
  PangoLayout *layout;
};

G_DEFINE_FINAL_TYPE (SgExpositionRow, sg_exposition_row, GTK_TYPE_WIDGET)

/*
 * The text of a layout while it is put together. A space of no width behind each comma lets it wrap
 * there; @offsets says for each byte of the line where it came to stand.
 */
typedef struct
{
  GString *text;
  guint *offsets;
  PangoAttrList *attributes;
  const SgPalette *palette;
} Draft;

static char *
shown_text (SgExpositionLine *line)
{
  gsize length;
  const char *text = sg_exposition_line_get_text (line, &length);
  g_autofree char *cut = NULL;

  if (length <= MAX_SHOWN)
    return g_utf8_make_valid (text, (gssize) length);
  length = MAX_SHOWN;
  while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
    length--;
  cut = g_utf8_make_valid (text, (gssize) length);
  return g_strconcat (cut, "…", NULL);
}

static void
draft_add_text (Draft      *draft,
                const char *text)
{
  for (gsize i = 0; text[i] != '\0'; i++)
    {
      draft->offsets[i] = (guint) draft->text->len;
      g_string_append_c (draft->text, text[i]);
      if (text[i] == ',')
        g_string_append (draft->text, ZERO_WIDTH_SPACE);
    }
}

static void
draft_add_attribute (Draft          *draft,
                     guint           start,
                     guint           end,
                     PangoAttribute *attribute)
{
  attribute->start_index = draft->offsets[start];
  attribute->end_index = draft->offsets[end];
  pango_attr_list_insert (draft->attributes, attribute);
}

static guint16
channel (float value)
{
  return (guint16) (value * 65535.f);
}

static void
draft_add_colour (Draft    *draft,
                  guint     start,
                  guint     end,
                  SgSyntax  part)
{
  GdkRGBA colour = sg_palette_get_syntax (draft->palette, part);
  guint16 red = channel (colour.red);
  guint16 green = channel (colour.green);
  guint16 blue = channel (colour.blue);

  if (part == SG_SYNTAX_MARK)
    {
      draft_add_attribute (draft, start, end, pango_attr_background_new (red, green, blue));
      draft_add_attribute (draft, start, end,
                           pango_attr_background_alpha_new (channel (colour.alpha)));
    }
  else
    draft_add_attribute (draft, start, end, pango_attr_foreground_new (red, green, blue));
}

static void
draft_add_syntax (Draft                *draft,
                  const char           *text,
                  SgExpositionLineKind  kind)
{
  guint length = (guint) strlen (text);
  g_autoptr (GArray) spans = sg_exposition_syntax_scan (text, length, kind);

  draft_add_colour (draft, 0, length, SG_SYNTAX_COMMENT);
  for (guint i = 0; i < spans->len; i++)
    {
      const SgSyntaxSpan *span = &g_array_index (spans, SgSyntaxSpan, i);

      draft_add_colour (draft, span->start, span->end, span->part);
      if (span->part == SG_SYNTAX_NAME && kind != SG_EXPOSITION_LINE_SAMPLE)
        draft_add_attribute (draft, span->start, span->end,
                             pango_attr_weight_new (PANGO_WEIGHT_BOLD));
    }
}

/* Marks every place where one of the words of @filter stands, whatever its letter case. */
static void
draft_add_marks (Draft      *draft,
                 const char *text,
                 const char *filter)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  g_autofree char *lower_filter = g_ascii_strdown (filter, -1);
  g_auto (GStrv) words = g_strsplit_set (lower_filter, " \t\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = strlen (words[i]);

      for (const char *at = lower; length > 0 && (at = strstr (at, words[i])) != NULL; at += length)
        draft_add_colour (draft, (guint) (at - lower), (guint) (at - lower + length),
                          SG_SYNTAX_MARK);
    }
}

static void
set_up_wrapping (SgExpositionRow *self)
{
  PangoContext *context = pango_layout_get_context (self->layout);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);

  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_indent (
      self->layout, -HANGING_INDENT * pango_font_metrics_get_approximate_char_width (metrics));
  pango_font_metrics_unref (metrics);
}

static PangoLayout *
row_get_layout (SgExpositionRow *self)
{
  g_autofree char *text = NULL;
  Draft draft;

  if (self->layout != NULL || self->line == NULL)
    return self->layout;
  text = shown_text (self->line);
  draft.text = g_string_new (NULL);
  draft.offsets = g_new (guint, strlen (text) + 1);
  draft.attributes = pango_attr_list_new ();
  draft.palette = sg_palette_get_current ();
  draft_add_text (&draft, text);
  draft.offsets[strlen (text)] = (guint) draft.text->len;
  draft_add_syntax (&draft, text, sg_exposition_line_get_kind (self->line));
  draft_add_marks (&draft, text, sg_exposition_line_get_filter (self->line));
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), draft.text->str);
  pango_layout_set_attributes (self->layout, draft.attributes);
  set_up_wrapping (self);
  g_string_free (draft.text, TRUE);
  g_free (draft.offsets);
  pango_attr_list_unref (draft.attributes);
  return self->layout;
}

static void
row_forget_layout (SgExpositionRow *self)
{
  g_clear_object (&self->layout);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
toggle_class (SgExpositionRow *self,
              const char      *name,
              gboolean         on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
row_update (SgExpositionRow *self)
{
  SgExpositionPlace place = sg_exposition_line_get_place (self->line);
  g_autofree char *text = shown_text (self->line);

  toggle_class (self, "first", (place & SG_EXPOSITION_PLACE_FIRST) != 0);
  toggle_class (self, "header", (place & SG_EXPOSITION_PLACE_HEADER) != 0);
  toggle_class (self, "header-end", (place & SG_EXPOSITION_PLACE_HEADER_END) != 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  row_forget_layout (self);
}

SgExpositionLine *
sg_exposition_row_get_line (SgExpositionRow *self)
{
  return self->line;
}

/**
 * sg_exposition_row_set_line:
 * @self: a row
 * @line: (nullable): what to show
 */
void
sg_exposition_row_set_line (SgExpositionRow  *self,
                            SgExpositionLine *line)
{
  if (self->line == line)
    return;
  if (self->line != NULL)
    g_signal_handlers_disconnect_by_data (self->line, self);
  g_set_object (&self->line, line);
  if (line == NULL)
    {
      row_forget_layout (self);
      return;
    }
  g_signal_connect_swapped (line, "changed", G_CALLBACK (row_update), self);
  row_update (self);
}

static void
sg_exposition_row_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  PangoLayout *layout = row_get_layout (SG_EXPOSITION_ROW (widget));
  int size;

  if (layout == NULL)
    return;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      pango_layout_set_width (layout, -1);
      pango_layout_get_pixel_size (layout, &size, NULL);
      *natural = size;
    }
  else
    {
      pango_layout_set_width (layout, for_size < 0 ? -1 : for_size * PANGO_SCALE);
      pango_layout_get_pixel_size (layout, NULL, &size);
      *minimum = *natural = size;
    }
}

static GtkSizeRequestMode
sg_exposition_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sg_exposition_row_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  PangoLayout *layout = row_get_layout (SG_EXPOSITION_ROW (widget));
  GdkRGBA colour;

  if (layout == NULL)
    return;
  pango_layout_set_width (layout, gtk_widget_get_width (widget) * PANGO_SCALE);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  gtk_snapshot_append_layout (snapshot, layout, &colour);
}

static void
sg_exposition_row_css_changed (GtkWidget         *widget,
                               GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sg_exposition_row_parent_class)->css_changed (widget, change);
  row_forget_layout (SG_EXPOSITION_ROW (widget));
}

/* The name in bold, type, unit and number of series, and what it means. */
static char *
family_tooltip (const SgExpositionFamily *family)
{
  g_autofree char *count = sg_format_count (family->n_series);
  g_autofree char *series =
      g_strdup_printf (ngettext ("%s series", "%s series", family->n_series), count);
  g_autofree char *facts =
      g_strjoin (", ", family->type, *family->unit != '\0' ? family->unit : series,
                 *family->unit != '\0' ? series : NULL, NULL);
  g_autofree char *head = g_markup_printf_escaped ("<b>%s</b>\n%s", family->name, facts);
  g_autofree char *help = g_markup_escape_text (family->help, -1);

  return *help != '\0' ? g_strconcat (head, "\n\n", help, NULL) : g_steal_pointer (&head);
}

static gboolean
sg_exposition_row_query_tooltip (GtkWidget  *widget,
                                 int         x,
                                 int         y,
                                 gboolean    keyboard_tip,
                                 GtkTooltip *tooltip)
{
  SgExpositionRow *self = SG_EXPOSITION_ROW (widget);
  g_autofree char *markup = NULL;

  if (self->line == NULL)
    return FALSE;
  markup = family_tooltip (sg_exposition_line_get_family (self->line));
  gtk_tooltip_set_markup (tooltip, markup);
  return TRUE;
}

static void
sg_exposition_row_dispose (GObject *object)
{
  SgExpositionRow *self = SG_EXPOSITION_ROW (object);

  if (self->line != NULL)
    g_signal_handlers_disconnect_by_data (self->line, self);
  g_clear_object (&self->line);
  g_clear_object (&self->layout);
  G_OBJECT_CLASS (sg_exposition_row_parent_class)->dispose (object);
}

static void
sg_exposition_row_class_init (SgExpositionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_exposition_row_dispose;
  widget_class->measure = sg_exposition_row_measure;
  widget_class->get_request_mode = sg_exposition_row_get_request_mode;
  widget_class->snapshot = sg_exposition_row_snapshot;
  widget_class->css_changed = sg_exposition_row_css_changed;
  widget_class->query_tooltip = sg_exposition_row_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "exposition");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
sg_exposition_row_init (SgExpositionRow *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  /* A program's text runs from left to right whatever the language of the desktop. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
}

GtkWidget *
sg_exposition_row_new (void)
{
  return g_object_new (SG_TYPE_EXPOSITION_ROW, NULL);
}
