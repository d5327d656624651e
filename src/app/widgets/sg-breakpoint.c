/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-breakpoint.h"

#define WIDE_FROM   860
#define MEDIUM_FROM 600

/*
 * The widget must not have a layout manager, else its own size_allocate is never called. The class
 * cannot be changed inside an allocation, because that would ask for another one in the middle of the
 * first: an idle does it, which runs before the next frame is laid out and drawn.
 */
struct _SgBreakpoint
{
  GtkWidget parent_instance;
  GtkWidget *child;
  AdwFlap *flap;
  SgWidthClass width_class;
  SgWidthClass wanted;
  guint idle;
};

enum
{
  PROP_0,
  PROP_CHILD,
  PROP_FLAP,
  PROP_WIDTH_CLASS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgBreakpoint,
                               sg_breakpoint,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static GtkBuildableIface *parent_buildable;

SgWidthClass
sg_width_class_for_width (int width)
{
  if (width >= WIDE_FROM)
    return SG_WIDTH_WIDE;
  return width >= MEDIUM_FROM ? SG_WIDTH_MEDIUM : SG_WIDTH_NARROW;
}

static void
breakpoint_apply (SgBreakpoint *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->flap != NULL)
    adw_flap_set_fold_policy (self->flap, self->width_class == SG_WIDTH_WIDE
                                              ? ADW_FLAP_FOLD_POLICY_NEVER
                                              : ADW_FLAP_FOLD_POLICY_ALWAYS);
  if (root == NULL)
    return;
  if (self->width_class == SG_WIDTH_NARROW)
    gtk_widget_add_css_class (GTK_WIDGET (root), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (root), "narrow");
}

SgWidthClass
sg_breakpoint_get_width_class (SgBreakpoint *self)
{
  return self->width_class;
}

/**
 * sg_breakpoint_set_width_class:
 * @self: a breakpoint
 * @width_class: the class to take now
 *
 * Takes a class without waiting for an allocation: what a window does before it is presented, as it
 * knows how wide it will be. Else its first frame would be as wide as the wide class asks for.
 */
void
sg_breakpoint_set_width_class (SgBreakpoint *self,
                               SgWidthClass  width_class)
{
  g_return_if_fail (SG_IS_BREAKPOINT (self));
  self->wanted = width_class;
  if (self->width_class == width_class)
    return;
  self->width_class = width_class;
  breakpoint_apply (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH_CLASS]);
}

static gboolean
breakpoint_take_wanted (gpointer data)
{
  SgBreakpoint *self = data;

  self->idle = 0;
  sg_breakpoint_set_width_class (self, self->wanted);
  return G_SOURCE_REMOVE;
}

static void
sg_breakpoint_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  SgBreakpoint *self = SG_BREAKPOINT (widget);
  int least = orientation == GTK_ORIENTATION_HORIZONTAL ? SG_BREAKPOINT_MIN_WIDTH
                                                        : SG_BREAKPOINT_MIN_HEIGHT;
  int child_natural = least;

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, -1, NULL, &child_natural, NULL, NULL);
  *minimum = least;
  *natural = MAX (least, child_natural);
}

/* A child that does not fit keeps its start edge in sight, in either direction of text. */
static void
breakpoint_place_child (SgBreakpoint *self,
                        int           width,
                        int           height)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int least_width, least_height, child_width;
  graphene_point_t origin;

  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
  child_width = MAX (width, least_width);
  gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, child_width, &least_height, NULL, NULL,
                      NULL);
  origin = GRAPHENE_POINT_INIT (rtl ? (float) (width - child_width) : 0.f, 0.f);
  gtk_widget_allocate (self->child, child_width, MAX (height, least_height), -1,
                       gsk_transform_translate (NULL, &origin));
}

static void
sg_breakpoint_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  SgBreakpoint *self = SG_BREAKPOINT (widget);

  self->wanted = sg_width_class_for_width (width);
  if (self->wanted != self->width_class && self->idle == 0)
    self->idle = g_idle_add_full (GDK_PRIORITY_REDRAW - 10, breakpoint_take_wanted, self, NULL);
  if (self->child != NULL && gtk_widget_should_layout (self->child))
    breakpoint_place_child (self, width, height);
}

static void
sg_breakpoint_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sg_breakpoint_parent_class)->root (widget);
  breakpoint_apply (SG_BREAKPOINT (widget));
}

static GtkSizeRequestMode
sg_breakpoint_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

void
sg_breakpoint_set_child (SgBreakpoint *self,
                         GtkWidget    *child)
{
  g_return_if_fail (SG_IS_BREAKPOINT (self));
  if (self->child == child)
    return;
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHILD]);
}

void
sg_breakpoint_set_flap (SgBreakpoint *self,
                        AdwFlap      *flap)
{
  g_return_if_fail (SG_IS_BREAKPOINT (self));
  if (!g_set_weak_pointer (&self->flap, flap))
    return;
  breakpoint_apply (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FLAP]);
}

static void
sg_breakpoint_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  SgBreakpoint *self = SG_BREAKPOINT (object);

  if (id == PROP_CHILD)
    g_value_set_object (value, self->child);
  else if (id == PROP_FLAP)
    g_value_set_object (value, self->flap);
  else if (id == PROP_WIDTH_CLASS)
    g_value_set_int (value, (int) self->width_class);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sg_breakpoint_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  SgBreakpoint *self = SG_BREAKPOINT (object);

  if (id == PROP_CHILD)
    sg_breakpoint_set_child (self, g_value_get_object (value));
  else if (id == PROP_FLAP)
    sg_breakpoint_set_flap (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sg_breakpoint_dispose (GObject *object)
{
  SgBreakpoint *self = SG_BREAKPOINT (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_weak_pointer (&self->flap);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (sg_breakpoint_parent_class)->dispose (object);
}

static void
sg_breakpoint_class_init (SgBreakpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sg_breakpoint_get_property;
  object_class->set_property = sg_breakpoint_set_property;
  object_class->dispose = sg_breakpoint_dispose;
  widget_class->measure = sg_breakpoint_measure;
  widget_class->size_allocate = sg_breakpoint_size_allocate;
  widget_class->get_request_mode = sg_breakpoint_get_request_mode;
  widget_class->root = sg_breakpoint_root;

  properties[PROP_CHILD] =
      g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_FLAP] =
      g_param_spec_object ("flap", NULL, NULL, ADW_TYPE_FLAP,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_WIDTH_CLASS] =
      g_param_spec_int ("width-class", NULL, NULL, SG_WIDTH_WIDE, SG_WIDTH_NARROW, SG_WIDTH_WIDE,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sg_breakpoint_init (SgBreakpoint *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
sg_breakpoint_add_child (GtkBuildable *buildable,
                         GtkBuilder   *builder,
                         GObject      *child,
                         const char   *type)
{
  if (GTK_IS_WIDGET (child))
    sg_breakpoint_set_child (SG_BREAKPOINT (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = sg_breakpoint_add_child;
}

GtkWidget *
sg_breakpoint_new (void)
{
  return g_object_new (SG_TYPE_BREAKPOINT, NULL);
}
