/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-exposition-row.h"

#include "models/sg-format.h"
#include "widgets/sg-exposition-layout.h"

#include <glib/gi18n.h>

/* @stale: what is drawn is not what the line says, because nobody sees it. */
struct _SgExpositionRow
{
  GtkWidget parent_instance;
  SgExpositionLine *line;
  SgExpositionLayout *layout;
  SgExpositionPlace place;
  gboolean stale;
};

G_DEFINE_FINAL_TYPE (SgExpositionRow, sg_exposition_row, GTK_TYPE_WIDGET)

static SgExpositionLayout *
row_get_layout (SgExpositionRow *self)
{
  if (self->layout == NULL && self->line != NULL)
    self->layout = sg_exposition_layout_new (gtk_widget_get_pango_context (GTK_WIDGET (self)),
                                             self->line, NULL);
  return self->layout;
}

/*
 * Whether it stands within the part of its list that is seen; outside of a list it does. What has no width
 * has no place in the list yet.
 */
static gboolean
is_seen (SgExpositionRow *self)
{
  GtkWidget *list = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_LIST_VIEW);
  graphene_rect_t bounds;

  if (gtk_widget_get_width (GTK_WIDGET (self)) <= 0)
    return FALSE;
  if (list == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (self), list, &bounds))
    return TRUE;
  return bounds.origin.y + bounds.size.height > 0.f
         && bounds.origin.y < (float) gtk_widget_get_height (list);
}

static void
toggle_class (SgExpositionRow   *self,
              const char        *name,
              SgExpositionPlace  place,
              SgExpositionPlace  flag)
{
  if ((place & flag) == (self->place & flag))
    return;
  if ((place & flag) != 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
set_place (SgExpositionRow   *self,
           SgExpositionPlace  place)
{
  toggle_class (self, "first", place, SG_EXPOSITION_PLACE_FIRST);
  toggle_class (self, "header", place, SG_EXPOSITION_PLACE_HEADER);
  toggle_class (self, "header-end", place, SG_EXPOSITION_PLACE_HEADER_END);
  self->place = place;
}

/* Takes what its line says now. Most of the time that is another value, and as high as the one before. */
static void
take_line (SgExpositionRow *self)
{
  g_autoptr (SgExpositionLayout) before = g_steal_pointer (&self->layout);
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  self->stale = FALSE;
  self->layout = sg_exposition_layout_new (gtk_widget_get_pango_context (GTK_WIDGET (self)),
                                           self->line, before);
  set_place (self, sg_exposition_line_get_place (self->line));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sg_exposition_layout_get_text (self->layout), -1);
  if (before != NULL && width > 0
      && sg_exposition_layout_get_height (before, width)
             == sg_exposition_layout_get_height (self->layout, width))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  else
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
line_changed (SgExpositionRow *self)
{
  if (is_seen (self))
    take_line (self);
  else
    self->stale = TRUE;
}

gboolean
sg_exposition_row_is_stale (SgExpositionRow *self)
{
  return self->stale;
}

/* Draws what its line says, as it comes in sight. */
void
sg_exposition_row_renew (SgExpositionRow *self)
{
  if (self->stale && self->line != NULL)
    take_line (self);
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
    return;
  g_signal_connect_swapped (line, "changed", G_CALLBACK (line_changed), self);
  take_line (self);
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
  SgExpositionLayout *layout = row_get_layout (SG_EXPOSITION_ROW (widget));

  if (layout == NULL)
    return;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = sg_exposition_layout_get_width (layout);
  else
    *minimum = *natural = sg_exposition_layout_get_height (layout, for_size);
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
  SgExpositionRow *self = SG_EXPOSITION_ROW (widget);
  GdkRGBA colour;

  self->stale = !is_seen (self);
  if (self->stale || row_get_layout (self) == NULL)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  sg_exposition_layout_snapshot (self->layout, snapshot, &colour, gtk_widget_get_width (widget));
}

/* Another font or other colours: nothing of what was laid out counts any more. */
static void
sg_exposition_row_css_changed (GtkWidget         *widget,
                               GtkCssStyleChange *change)
{
  SgExpositionRow *self = SG_EXPOSITION_ROW (widget);

  GTK_WIDGET_CLASS (sg_exposition_row_parent_class)->css_changed (widget, change);
  g_clear_pointer (&self->layout, sg_exposition_layout_free);
  gtk_widget_queue_resize (widget);
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
  g_clear_pointer (&self->layout, sg_exposition_layout_free);
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
