/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-grid-layout.h"

#define DEFAULT_SPACING 12

struct _SgGridLayout
{
  GtkLayoutManager parent_instance;
  int min_column_width;
  int max_columns;
  int spacing;
};

enum
{
  PROP_0,
  PROP_MIN_COLUMN_WIDTH,
  PROP_MAX_COLUMNS,
  PROP_SPACING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SgGridLayout, sg_grid_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkWidget *
next_child (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static guint
count_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = next_child (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_child (gtk_widget_get_next_sibling (child)))
    n++;
  return n;
}

/* The columns for @n_children in @width: as many as fit, fewer when the rows come out more even. */
guint
sg_grid_layout_get_columns (SgGridLayout *self,
                            guint         n_children,
                            int           width)
{
  int fit = (width + self->spacing) / (self->min_column_width + self->spacing);
  guint columns = (guint) CLAMP (fit, 1, self->max_columns);
  guint rows;

  if (n_children == 0)
    return 1;
  columns = MIN (columns, n_children);
  rows = (n_children + columns - 1) / columns;
  return (n_children + rows - 1) / rows;
}

static int
column_width (SgGridLayout *self,
              guint         columns,
              int           width)
{
  return MAX (0, (width - self->spacing * ((int) columns - 1)) / (int) columns);
}

/* Where column @i begins: what is left of the width when all columns are of one is spread over them. */
static int
column_start (SgGridLayout *self,
              guint         columns,
              int           width,
              int           i)
{
  return i * MAX (width + self->spacing, 0) / (int) columns;
}

/* The height of the row that begins with *@child, which is moved on to the next row's first child. */
static int
measure_row (GtkWidget **child,
             guint       columns,
             int         width)
{
  int height = 0;

  for (guint i = 0; i < columns && *child != NULL; i++)
    {
      int natural;

      gtk_widget_measure (*child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
      height = MAX (height, natural);
      *child = next_child (gtk_widget_get_next_sibling (*child));
    }
  return height;
}

static void
measure_width (SgGridLayout *self,
               GtkWidget    *widget,
               int          *minimum,
               int          *natural)
{
  int n = MIN ((int) count_children (widget), self->max_columns);

  *minimum = 0;
  for (GtkWidget *child = next_child (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_child (gtk_widget_get_next_sibling (child)))
    {
      int least;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      *minimum = MAX (*minimum, least);
    }
  *natural = MAX (*minimum, n * self->min_column_width + MAX (0, n - 1) * self->spacing);
}

static int
measure_height (SgGridLayout *self,
                GtkWidget    *widget,
                int           width)
{
  guint columns = sg_grid_layout_get_columns (self, count_children (widget), width);
  GtkWidget *child = next_child (gtk_widget_get_first_child (widget));
  int height = 0;

  while (child != NULL)
    {
      height += measure_row (&child, columns, column_width (self, columns, width));
      height += child != NULL ? self->spacing : 0;
    }
  return height;
}

static void
sg_grid_layout_measure (GtkLayoutManager *manager,
                        GtkWidget        *widget,
                        GtkOrientation    orientation,
                        int               for_size,
                        int              *minimum,
                        int              *natural,
                        int              *minimum_baseline,
                        int              *natural_baseline)
{
  SgGridLayout *self = SG_GRID_LAYOUT (manager);
  int least_width, natural_width;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (self, widget, minimum, natural);
  else
    {
      measure_width (self, widget, &least_width, &natural_width);
      *minimum = *natural = measure_height (self, widget, for_size < 0 ? natural_width : for_size);
    }
}

static void
sg_grid_layout_allocate (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         int               width,
                         int               height,
                         int               baseline)
{
  SgGridLayout *self = SG_GRID_LAYOUT (manager);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint columns = sg_grid_layout_get_columns (self, count_children (widget), width);
  int cell = column_width (self, columns, width);
  GtkWidget *child = next_child (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL)
    {
      GtkWidget *after = child;
      int row_height = measure_row (&after, columns, cell);

      for (int i = 0; child != after; i++)
        {
          int x = column_start (self, columns, width, i);
          int end = column_start (self, columns, width, i + 1) - self->spacing;

          gtk_widget_size_allocate (
              child, &(GtkAllocation) { rtl ? width - end : x, y, end - x, row_height }, -1);
          child = next_child (gtk_widget_get_next_sibling (child));
        }
      y += row_height + self->spacing;
    }
}

static GtkSizeRequestMode
sg_grid_layout_get_request_mode (GtkLayoutManager *manager,
                                 GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int *
property_field (SgGridLayout *self,
                guint         id)
{
  if (id == PROP_MIN_COLUMN_WIDTH)
    return &self->min_column_width;
  return id == PROP_MAX_COLUMNS ? &self->max_columns : &self->spacing;
}

static void
sg_grid_layout_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  g_value_set_int (value, *property_field (SG_GRID_LAYOUT (object), id));
}

static void
sg_grid_layout_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  int *field = property_field (SG_GRID_LAYOUT (object), id);

  if (*field == g_value_get_int (value))
    return;
  *field = g_value_get_int (value);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (object));
  g_object_notify_by_pspec (object, pspec);
}

static void
sg_grid_layout_class_init (SgGridLayoutClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = sg_grid_layout_get_property;
  object_class->set_property = sg_grid_layout_set_property;
  layout_class->measure = sg_grid_layout_measure;
  layout_class->allocate = sg_grid_layout_allocate;
  layout_class->get_request_mode = sg_grid_layout_get_request_mode;

  properties[PROP_MIN_COLUMN_WIDTH] =
      g_param_spec_int ("min-column-width", NULL, NULL, 1, G_MAXINT16, 240, flags);
  properties[PROP_MAX_COLUMNS] =
      g_param_spec_int ("max-columns", NULL, NULL, 1, G_MAXINT16, 4, flags);
  properties[PROP_SPACING] =
      g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT16, DEFAULT_SPACING, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sg_grid_layout_init (SgGridLayout *self)
{
  self->min_column_width = 240;
  self->max_columns = 4;
  self->spacing = DEFAULT_SPACING;
}

GtkLayoutManager *
sg_grid_layout_new (int min_column_width,
                    int max_columns)
{
  return g_object_new (SG_TYPE_GRID_LAYOUT, "min-column-width", min_column_width, "max-columns",
                       max_columns, NULL);
}
