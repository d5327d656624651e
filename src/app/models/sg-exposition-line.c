/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-exposition-line.h"

#include <string.h>

struct _SgExpositionLine
{
  GObject parent_instance;
  SgExpositionView *view;
  guint row;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (SgExpositionLine, sg_exposition_line, G_TYPE_OBJECT)

static SgExpositionPage *
line_page (SgExpositionLine *self)
{
  return sg_exposition_view_get_page (self->view);
}

static guint
line_index (SgExpositionLine *self)
{
  return sg_exposition_view_get_line (self->view, self->row);
}

/* Returns: (transfer none): the view that it is a row of */
SgExpositionView *
sg_exposition_line_get_view (SgExpositionLine *self)
{
  return self->view;
}

guint
sg_exposition_line_get_row (SgExpositionLine *self)
{
  return self->row;
}

/* Returns: its first byte; there is no NUL at its end */
const char *
sg_exposition_line_get_text (SgExpositionLine *self,
                             gsize            *ret_length)
{
  return sg_exposition_page_get_line (line_page (self), line_index (self), ret_length);
}

SgExpositionLineKind
sg_exposition_line_get_kind (SgExpositionLine *self)
{
  return sg_exposition_page_get_line_kind (line_page (self), line_index (self));
}

const SgExpositionFamily *
sg_exposition_line_get_family (SgExpositionLine *self)
{
  guint family = sg_exposition_page_get_line_family (line_page (self), line_index (self));

  return sg_exposition_page_get_family (line_page (self), family);
}

static gboolean
is_header (SgExpositionLineKind kind)
{
  return kind == SG_EXPOSITION_LINE_HELP || kind == SG_EXPOSITION_LINE_TYPE
         || kind == SG_EXPOSITION_LINE_UNIT;
}

/* Returns: where in its family it stands */
SgExpositionPlace
sg_exposition_line_get_place (SgExpositionLine *self)
{
  const SgExpositionFamily *family = sg_exposition_line_get_family (self);
  guint line = line_index (self);
  guint end = family->first_line + family->n_lines;
  SgExpositionPlace place = 0;

  if (line == family->first_line)
    place |= SG_EXPOSITION_PLACE_FIRST;
  if (is_header (sg_exposition_line_get_kind (self)))
    {
      place |= SG_EXPOSITION_PLACE_HEADER;
      if (line + 1 == end
          || !is_header (sg_exposition_page_get_line_kind (line_page (self), line + 1)))
        place |= SG_EXPOSITION_PLACE_HEADER_END;
    }
  return place;
}

/* Returns: the words that were looked for */
const char *
sg_exposition_line_get_filter (SgExpositionLine *self)
{
  return sg_exposition_view_get_filter (self->view);
}

static gboolean
looks_equal (SgExpositionLine *self,
             SgExpositionView *view,
             guint             row)
{
  SgExpositionPage *page = sg_exposition_view_get_page (view);
  guint line = sg_exposition_view_get_line (view, row);
  gsize length, new_length;
  const char *text = sg_exposition_line_get_text (self, &length);
  const char *new_text = sg_exposition_page_get_line (page, line, &new_length);

  return length == new_length && memcmp (text, new_text, length) == 0
         && strcmp (sg_exposition_view_get_filter (self->view),
                    sg_exposition_view_get_filter (view))
                == 0;
}

/* It is row @row of @view from now on. */
void
sg_exposition_line_move (SgExpositionLine *self,
                         SgExpositionView *view,
                         guint             row)
{
  gboolean equal = looks_equal (self, view, row);

  sg_exposition_view_ref (view);
  sg_exposition_view_unref (self->view);
  self->view = view;
  self->row = row;
  if (!equal)
    g_signal_emit (self, changed_signal, 0);
}

static void
sg_exposition_line_finalize (GObject *object)
{
  sg_exposition_view_unref (SG_EXPOSITION_LINE (object)->view);
  G_OBJECT_CLASS (sg_exposition_line_parent_class)->finalize (object);
}

static void
sg_exposition_line_class_init (SgExpositionLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_exposition_line_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_exposition_line_init (SgExpositionLine *self)
{
}

SgExpositionLine *
sg_exposition_line_new (SgExpositionView *view,
                        guint             row)
{
  SgExpositionLine *self = g_object_new (SG_TYPE_EXPOSITION_LINE, NULL);

  self->view = sg_exposition_view_ref (view);
  self->row = row;
  return self;
}
