/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-exposition-layout.h"

#include "models/sg-exposition-syntax.h"

#include <string.h>

/* A line may be as long as a page may be big. Nobody reads further than this; a copy has all of it. */
#define MAX_SHOWN 4096

/* Characters by which the lines after the first are set in. */
#define HANGING_INDENT 4

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

/*
 * A plain line is a sample of printable ASCII: in a monospaced font each character is as wide as any other.
 * One that fits in its width is drawn as two layouts, the series up to its value, and the value with what
 * follows. Any other line is one layout, which wraps. @split is where the value begins, or the length.
 */
struct _SgExpositionLayout
{
  PangoContext *context;
  char *text;
  char *filter;
  guint length;
  guint split;
  gboolean plain;
  SgExpositionLineKind kind;
  GArray *spans;
  int char_width;
  int line_height;
  PangoLayout *head;
  PangoLayout *tail;
  PangoLayout *whole;
};

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

static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isprint (*text))
        return FALSE;
    }
  return TRUE;
}

/* Where the first number begins, or the end. */
static guint
find_value (SgExpositionLayout *self)
{
  for (guint i = 0; i < self->spans->len; i++)
    {
      const SgSyntaxSpan *span = &g_array_index (self->spans, SgSyntaxSpan, i);

      if (span->part == SG_SYNTAX_NUMBER)
        return span->start;
    }
  return self->length;
}

/* Where glyphs are hinted their widths are whole pixels: a line must not be taken for shorter than it is. */
static void
read_metrics (SgExpositionLayout *self)
{
  PangoFontMetrics *metrics = pango_context_get_metrics (self->context, NULL, NULL);

  self->char_width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                          pango_font_metrics_get_approximate_digit_width (metrics));
  self->char_width = MAX (self->char_width, PANGO_UNITS_ROUND (self->char_width));
  self->line_height = PANGO_PIXELS_CEIL (pango_font_metrics_get_ascent (metrics)
                                         + pango_font_metrics_get_descent (metrics));
  pango_font_metrics_unref (metrics);
}

/* Whether @before has the same series, so that what was laid out of it can be drawn again. */
static gboolean
has_same_head (SgExpositionLayout *self,
               SgExpositionLayout *before)
{
  return before != NULL && before->head != NULL && before->split == self->split
         && memcmp (before->text, self->text, self->split) == 0
         && g_str_equal (before->filter, self->filter);
}

/**
 * sg_exposition_layout_new:
 * @context: the font
 * @line: what to lay out
 * @before: (nullable): what stood there before, in the same font and colours
 *
 * Returns: (transfer full): a layout
 */
SgExpositionLayout *
sg_exposition_layout_new (PangoContext       *context,
                          SgExpositionLine   *line,
                          SgExpositionLayout *before)
{
  SgExpositionLayout *self = g_new0 (SgExpositionLayout, 1);

  self->context = g_object_ref (context);
  self->text = shown_text (line);
  self->filter = g_strdup (sg_exposition_line_get_filter (line));
  self->length = (guint) strlen (self->text);
  self->kind = sg_exposition_line_get_kind (line);
  self->spans = sg_exposition_syntax_scan (self->text, self->length, self->kind);
  self->plain = self->kind == SG_EXPOSITION_LINE_SAMPLE && is_printable (self->text);
  self->split = find_value (self);
  if (before != NULL)
    {
      self->char_width = before->char_width;
      self->line_height = before->line_height;
    }
  else
    read_metrics (self);
  if (self->plain && has_same_head (self, before))
    self->head = g_object_ref (before->head);
  return self;
}

void
sg_exposition_layout_free (SgExpositionLayout *self)
{
  g_clear_object (&self->context);
  g_free (self->text);
  g_free (self->filter);
  g_array_unref (self->spans);
  g_clear_object (&self->head);
  g_clear_object (&self->tail);
  g_clear_object (&self->whole);
  g_free (self);
}

/* Returns: the line, cut where nobody would read on */
const char *
sg_exposition_layout_get_text (SgExpositionLayout *self)
{
  return self->text;
}

/*
 * The text of a Pango layout while it is put together: the bytes from @from to @to of the line. A space of
 * no width behind each comma lets it wrap there; @offsets says for each byte where it came to stand.
 */
typedef struct
{
  guint from;
  guint to;
  GString *text;
  guint *offsets;
  PangoAttrList *attributes;
  const SgPalette *palette;
} Draft;

static void
draft_add_text (Draft      *draft,
                const char *text)
{
  for (guint i = draft->from; i < draft->to; i++)
    {
      draft->offsets[i - draft->from] = (guint) draft->text->len;
      g_string_append_c (draft->text, text[i]);
      if (text[i] == ',')
        g_string_append (draft->text, ZERO_WIDTH_SPACE);
    }
  draft->offsets[draft->to - draft->from] = (guint) draft->text->len;
}

static void
draft_add_attribute (Draft          *draft,
                     guint           start,
                     guint           end,
                     PangoAttribute *attribute)
{
  attribute->start_index = draft->offsets[start - draft->from];
  attribute->end_index = draft->offsets[end - draft->from];
  pango_attr_list_insert (draft->attributes, attribute);
}

static guint16
channel (float value)
{
  return (guint16) (value * 65535.f);
}

/* Colours what of @start to @end belongs to this draft. */
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

  start = MAX (start, draft->from);
  end = MIN (end, draft->to);
  if (start >= end)
    return;
  if (part == SG_SYNTAX_MARK)
    {
      draft_add_attribute (draft, start, end, pango_attr_background_new (red, green, blue));
      draft_add_attribute (draft, start, end,
                           pango_attr_background_alpha_new (channel (colour.alpha)));
    }
  else
    draft_add_attribute (draft, start, end, pango_attr_foreground_new (red, green, blue));
}

/*
 * What stands between the parts has the colour of labels in a sample, and of the help in a comment. Each
 * run of one colour is drawn by itself, so that the fewer there are the better.
 */
static void
draft_add_syntax (Draft              *draft,
                  SgExpositionLayout *self)
{
  SgSyntax rest = self->kind == SG_EXPOSITION_LINE_SAMPLE ? SG_SYNTAX_LABEL : SG_SYNTAX_COMMENT;

  draft_add_colour (draft, draft->from, draft->to, rest);
  for (guint i = 0; i < self->spans->len; i++)
    {
      const SgSyntaxSpan *span = &g_array_index (self->spans, SgSyntaxSpan, i);

      if (span->part == rest)
        continue;
      draft_add_colour (draft, span->start, span->end, span->part);
      if (span->part == SG_SYNTAX_NAME && self->kind != SG_EXPOSITION_LINE_SAMPLE)
        draft_add_attribute (draft, span->start, span->end,
                             pango_attr_weight_new (PANGO_WEIGHT_BOLD));
    }
}

/* Marks every place where one of the words that were looked for stands, whatever its letter case. */
static void
draft_add_marks (Draft              *draft,
                 SgExpositionLayout *self)
{
  g_autofree char *lower = g_ascii_strdown (self->text, -1);
  g_autofree char *lower_filter = g_ascii_strdown (self->filter, -1);
  g_auto (GStrv) words = g_strsplit_set (lower_filter, " \t\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = strlen (words[i]);

      for (const char *at = lower; length > 0 && (at = strstr (at, words[i])) != NULL; at += length)
        draft_add_colour (draft, (guint) (at - lower), (guint) (at - lower + length),
                          SG_SYNTAX_MARK);
    }
}

static PangoLayout *
lay_out (SgExpositionLayout *self,
         guint               from,
         guint               to)
{
  PangoLayout *layout = pango_layout_new (self->context);
  Draft draft = { .from = from, .to = to };

  draft.text = g_string_sized_new (to - from + 16);
  draft.offsets = g_new (guint, to - from + 1);
  draft.attributes = pango_attr_list_new ();
  draft.palette = sg_palette_get_current ();
  draft_add_text (&draft, self->text);
  draft_add_syntax (&draft, self);
  if (*self->filter != '\0')
    draft_add_marks (&draft, self);
  pango_layout_set_text (layout, draft.text->str, (int) draft.text->len);
  pango_layout_set_attributes (layout, draft.attributes);
  g_string_free (draft.text, TRUE);
  g_free (draft.offsets);
  pango_attr_list_unref (draft.attributes);
  return layout;
}

static PangoLayout *
layout_get_whole (SgExpositionLayout *self)
{
  if (self->whole == NULL)
    {
      self->whole = lay_out (self, 0, self->length);
      pango_layout_set_wrap (self->whole, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_indent (self->whole, -HANGING_INDENT * self->char_width);
    }
  return self->whole;
}

static gboolean
fits_a_line (SgExpositionLayout *self,
             int                 width)
{
  return self->plain
         && (width < 0 || (gint64) self->length * self->char_width <= (gint64) width * PANGO_SCALE);
}

/* Returns: how wide it is as one line */
int
sg_exposition_layout_get_width (SgExpositionLayout *self)
{
  int width;

  if (self->plain)
    return PANGO_PIXELS_CEIL ((int) self->length * self->char_width);
  pango_layout_set_width (layout_get_whole (self), -1);
  pango_layout_get_pixel_size (self->whole, &width, NULL);
  return width;
}

/* Returns: how high it is within @width, or as one line when that is negative */
int
sg_exposition_layout_get_height (SgExpositionLayout *self,
                                 int                 width)
{
  int height;

  if (fits_a_line (self, width))
    return self->line_height;
  pango_layout_set_width (layout_get_whole (self), width < 0 ? -1 : width * PANGO_SCALE);
  pango_layout_get_pixel_size (self->whole, NULL, &height);
  return height;
}

static void
snapshot_line (SgExpositionLayout *self,
               GtkSnapshot        *snapshot,
               const GdkRGBA      *colour)
{
  int head_width;

  if (self->head == NULL)
    self->head = lay_out (self, 0, self->split);
  if (self->tail == NULL)
    self->tail = lay_out (self, self->split, self->length);
  gtk_snapshot_append_layout (snapshot, self->head, colour);
  pango_layout_get_size (self->head, &head_width, NULL);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) head_width / (float) PANGO_SCALE, 0.f));
  gtk_snapshot_append_layout (snapshot, self->tail, colour);
  gtk_snapshot_restore (snapshot);
}

void
sg_exposition_layout_snapshot (SgExpositionLayout *self,
                               GtkSnapshot        *snapshot,
                               const GdkRGBA      *colour,
                               int                 width)
{
  if (fits_a_line (self, width))
    {
      snapshot_line (self, snapshot, colour);
      return;
    }
  pango_layout_set_width (layout_get_whole (self), width * PANGO_SCALE);
  gtk_snapshot_append_layout (snapshot, self->whole, colour);
}
