/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-table-cell-view.h"

#define SWATCH_DISTANCE 8
#define LEAST_EXPANDED  60
#define LEAST_FILLING   110

struct _SgTableCellView
{
  GtkWidget parent_instance;
  const SgTableColumn *column;
  char *text;
  SgSwatch swatch;
  gboolean has_swatch;
  PangoLayout *layout;
};

G_DEFINE_FINAL_TYPE (SgTableCellView, sg_table_cell_view, GTK_TYPE_WIDGET)

static void
make_layout (SgTableCellView *self)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  g_clear_object (&self->layout);
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->text);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_layout_set_attributes (self->layout, attributes);
  pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (self->layout, TRUE);
}

static int
get_indent (SgTableCellView *self)
{
  return self->has_swatch ? SG_SWATCH_WIDTH + SWATCH_DISTANCE : 0;
}

static void
sg_table_cell_view_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  SgTableCellView *self = SG_TABLE_CELL_VIEW (widget);
  int width, height;

  pango_layout_set_width (self->layout, -1);
  pango_layout_get_pixel_size (self->layout, &width, &height);
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? height : width + get_indent (self);
  *minimum = *natural;
  if (orientation == GTK_ORIENTATION_HORIZONTAL && self->column != NULL
      && (self->column->expand || self->column->fills))
    *minimum = MIN (*natural, self->column->expand ? LEAST_EXPANDED : LEAST_FILLING);
}

static void
sg_table_cell_view_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  SgTableCellView *self = SG_TABLE_CELL_VIEW (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  int room = width - get_indent (self);
  gboolean at_end = self->column != NULL && self->column->numeric;
  int text_width, text_height, x;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  pango_layout_set_width (self->layout, -1);
  pango_layout_get_pixel_size (self->layout, &text_width, &text_height);
  if (text_width > room)
    {
      pango_layout_set_width (self->layout, MAX (room, 1) * PANGO_SCALE);
      text_width = room;
    }
  x = at_end != rtl ? width - text_width - (rtl ? get_indent (self) : 0)
      : rtl         ? 0
                    : get_indent (self);
  if (self->has_swatch)
    sg_swatch_snapshot (&self->swatch, snapshot, rtl ? width - SG_SWATCH_WIDTH : 0, 0, height);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) x, (float) ((height - text_height) / 2)));
  gtk_snapshot_append_layout (snapshot, self->layout, &colour);
}

static void
sg_table_cell_view_css_changed (GtkWidget         *widget,
                                GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sg_table_cell_view_parent_class)->css_changed (widget, change);
  make_layout (SG_TABLE_CELL_VIEW (widget));
}

void
sg_table_cell_view_set (SgTableCellView   *self,
                        const SgTableCell *cell)
{
  g_free (self->text);
  self->text = g_strdup (cell->text != NULL ? cell->text : "");
  self->swatch = cell->swatch;
  self->has_swatch = cell->has_swatch;
  pango_layout_set_text (self->layout, self->text, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               self->column != NULL && self->column->expand ? self->text : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->text,
                                  -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const char *
sg_table_cell_view_get_text (SgTableCellView *self)
{
  return self->text;
}

static void
sg_table_cell_view_finalize (GObject *object)
{
  SgTableCellView *self = SG_TABLE_CELL_VIEW (object);

  g_clear_object (&self->layout);
  g_free (self->text);
  G_OBJECT_CLASS (sg_table_cell_view_parent_class)->finalize (object);
}

static void
sg_table_cell_view_class_init (SgTableCellViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_table_cell_view_finalize;
  widget_class->measure = sg_table_cell_view_measure;
  widget_class->snapshot = sg_table_cell_view_snapshot;
  widget_class->css_changed = sg_table_cell_view_css_changed;
  gtk_widget_class_set_css_name (widget_class, "cellview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
sg_table_cell_view_init (SgTableCellView *self)
{
  self->text = g_strdup ("");
  make_layout (self);
}

GtkWidget *
sg_table_cell_view_new (const SgTableColumn *column)
{
  SgTableCellView *self = g_object_new (SG_TYPE_TABLE_CELL_VIEW, NULL);

  self->column = column;
  if (column->expand)
    gtk_widget_add_css_class (GTK_WIDGET (self), "sg-dim");
  return GTK_WIDGET (self);
}
