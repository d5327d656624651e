/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-wrap-layout.h"

#define DEFAULT_SPACING      14
#define DEFAULT_LINE_SPACING 4

struct _SgWrapLayout
{
  GtkLayoutManager parent_instance;
  int spacing;
  int line_spacing;
};

enum
{
  PROP_0,
  PROP_SPACING,
  PROP_LINE_SPACING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SgWrapLayout, sg_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkWidget *
next_child (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static int
child_width (GtkWidget *child,
             int        available)
{
  int least, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  return MAX (least, MIN (natural, available));
}

static int
child_height (GtkWidget *child,
              int        width)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

/* Goes over the line that begins with @first. Returns: the first child of the next line, or %NULL */
static GtkWidget *
measure_line (SgWrapLayout *self,
              GtkWidget    *first,
              int           available,
              int          *ret_height)
{
  GtkWidget *child = first;
  int x = 0;

  *ret_height = 0;
  while (child != NULL)
    {
      int width = child_width (child, available);

      if (child != first && x + width > available)
        return child;
      *ret_height = MAX (*ret_height, child_height (child, width));
      x += width + self->spacing;
      child = next_child (gtk_widget_get_next_sibling (child));
    }
  return NULL;
}

static void
measure_width (SgWrapLayout *self,
               GtkWidget    *widget,
               int          *minimum,
               int          *natural)
{
  *minimum = *natural = 0;
  for (GtkWidget *child = next_child (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_child (gtk_widget_get_next_sibling (child)))
    {
      int least, wanted;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &wanted, NULL, NULL);
      *minimum = MAX (*minimum, least);
      *natural += wanted + (*natural > 0 ? self->spacing : 0);
    }
}

static int
measure_height (SgWrapLayout *self,
                GtkWidget    *widget,
                int           available)
{
  GtkWidget *child = next_child (gtk_widget_get_first_child (widget));
  int height = 0;

  while (child != NULL)
    {
      int line;

      child = measure_line (self, child, available, &line);
      height += line + (child != NULL ? self->line_spacing : 0);
    }
  return height;
}

static void
sg_wrap_layout_measure (GtkLayoutManager *manager,
                        GtkWidget        *widget,
                        GtkOrientation    orientation,
                        int               for_size,
                        int              *minimum,
                        int              *natural,
                        int              *minimum_baseline,
                        int              *natural_baseline)
{
  SgWrapLayout *self = SG_WRAP_LAYOUT (manager);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (self, widget, minimum, natural);
  else
    *minimum = *natural = measure_height (self, widget, for_size < 0 ? G_MAXINT : for_size);
}

static void
sg_wrap_layout_allocate (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         int               width,
                         int               height,
                         int               baseline)
{
  SgWrapLayout *self = SG_WRAP_LAYOUT (manager);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = next_child (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL)
    {
      int line_height;
      GtkWidget *after = measure_line (self, child, width, &line_height);

      for (int x = 0; child != after;)
        {
          int w = child_width (child, width);

          gtk_widget_size_allocate (
              child, &(GtkAllocation) { rtl ? width - x - w : x, y, w, line_height }, -1);
          x += w + self->spacing;
          child = next_child (gtk_widget_get_next_sibling (child));
        }
      y += line_height + self->line_spacing;
    }
}

static GtkSizeRequestMode
sg_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                 GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int *
property_field (SgWrapLayout *self,
                guint         id)
{
  return id == PROP_SPACING ? &self->spacing : &self->line_spacing;
}

static void
sg_wrap_layout_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  g_value_set_int (value, *property_field (SG_WRAP_LAYOUT (object), id));
}

static void
sg_wrap_layout_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  int *field = property_field (SG_WRAP_LAYOUT (object), id);

  if (*field == g_value_get_int (value))
    return;
  *field = g_value_get_int (value);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (object));
  g_object_notify_by_pspec (object, pspec);
}

static void
sg_wrap_layout_class_init (SgWrapLayoutClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = sg_wrap_layout_get_property;
  object_class->set_property = sg_wrap_layout_set_property;
  layout_class->measure = sg_wrap_layout_measure;
  layout_class->allocate = sg_wrap_layout_allocate;
  layout_class->get_request_mode = sg_wrap_layout_get_request_mode;

  properties[PROP_SPACING] =
      g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT16, DEFAULT_SPACING, flags);
  properties[PROP_LINE_SPACING] =
      g_param_spec_int ("line-spacing", NULL, NULL, 0, G_MAXINT16, DEFAULT_LINE_SPACING, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sg_wrap_layout_init (SgWrapLayout *self)
{
  self->spacing = DEFAULT_SPACING;
  self->line_spacing = DEFAULT_LINE_SPACING;
}

GtkLayoutManager *
sg_wrap_layout_new (void)
{
  return g_object_new (SG_TYPE_WRAP_LAYOUT, NULL);
}
