/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-page.h"

#include "widgets/sg-level-style.h"

typedef struct
{
  char *title;
  char *icon_name;
  char *group;
  SgLevel level;
  guint count;
  gboolean wants_time_window;
  gboolean scrolled;
  gboolean empty;
  SgWidthClass width_class;
  SgEngine *engine;
  SgTimeWindow *time_window;
  SgPageState state;
  SgTimeMs updated;
  char *error;
} SgPagePrivate;

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_ICON_NAME,
  PROP_GROUP,
  PROP_LEVEL,
  PROP_COUNT,
  PROP_WANTS_TIME_WINDOW,
  PROP_SCROLLED,
  PROP_WIDTH_CLASS,
  PROP_ENGINE,
  PROP_TIME_WINDOW,
  PROP_STATE,
  PROP_UPDATED,
  PROP_ERROR,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SgPage, sg_page, GTK_TYPE_WIDGET)

static SgPagePrivate *
get_private (SgPage *self)
{
  return sg_page_get_instance_private (self);
}

static void
notify (SgPage *self,
        guint   id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

const char *
sg_page_get_title (SgPage *self)
{
  return get_private (self)->title;
}

const char *
sg_page_get_icon_name (SgPage *self)
{
  return get_private (self)->icon_name;
}

/* Returns: the heading under which it stands in the sidebar */
const char *
sg_page_get_group (SgPage *self)
{
  return get_private (self)->group;
}

SgLevel
sg_page_get_level (SgPage *self)
{
  return get_private (self)->level;
}

/* Returns: how many things on it are not healthy */
guint
sg_page_get_count (SgPage *self)
{
  return get_private (self)->count;
}

gboolean
sg_page_get_wants_time_window (SgPage *self)
{
  return get_private (self)->wants_time_window;
}

/* Returns: whether something of it lies under the header bar, which then draws a line */
gboolean
sg_page_get_scrolled (SgPage *self)
{
  return get_private (self)->scrolled;
}

SgWidthClass
sg_page_get_width_class (SgPage *self)
{
  return get_private (self)->width_class;
}

/* Returns: (transfer none) (nullable): the engine, once it runs */
SgEngine *
sg_page_get_engine (SgPage *self)
{
  return get_private (self)->engine;
}

/* Returns: (transfer none) (nullable): the time window of the whole window */
SgTimeWindow *
sg_page_get_time_window (SgPage *self)
{
  return get_private (self)->time_window;
}

SgPageState
sg_page_get_state (SgPage *self)
{
  return get_private (self)->state;
}

/* Returns: when it was last refreshed with success, or 0 */
SgTimeMs
sg_page_get_updated (SgPage *self)
{
  return get_private (self)->updated;
}

/* Returns: (nullable): why the last refresh failed */
const char *
sg_page_get_error (SgPage *self)
{
  return get_private (self)->error;
}

static void
page_set_state (SgPage      *self,
                SgPageState  state)
{
  SgPagePrivate *priv = get_private (self);

  if (priv->state == state)
    return;
  priv->state = state;
  notify (self, PROP_STATE);
}

void
sg_page_set_level (SgPage  *self,
                   SgLevel  level,
                   guint    count)
{
  SgPagePrivate *priv = get_private (self);

  if (priv->level != level)
    {
      priv->level = level;
      notify (self, PROP_LEVEL);
    }
  if (priv->count != count)
    {
      priv->count = count;
      notify (self, PROP_COUNT);
    }
}

void
sg_page_set_scrolled (SgPage   *self,
                      gboolean  scrolled)
{
  SgPagePrivate *priv = get_private (self);

  if (priv->scrolled == scrolled)
    return;
  priv->scrolled = scrolled;
  notify (self, PROP_SCROLLED);
}

/* Says, before its refresh returns, whether there is anything to show. */
void
sg_page_set_empty (SgPage   *self,
                   gboolean  empty)
{
  get_private (self)->empty = empty;
}

/* Tells the result of something in passing. @toast is taken. */
void
sg_page_add_toast (SgPage   *self,
                   AdwToast *toast)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
  else
    g_object_unref (toast);
}

/* Moves the focus to where one types what to look for, on a page that has that. */
void
sg_page_find (SgPage *self)
{
  if (SG_PAGE_GET_CLASS (self)->find != NULL)
    SG_PAGE_GET_CLASS (self)->find (self);
}

/* Adds what can be done on it by name to @commands (element-type SgCommand). */
void
sg_page_list_commands (SgPage    *self,
                       GPtrArray *commands)
{
  if (SG_PAGE_GET_CLASS (self)->list_commands != NULL)
    SG_PAGE_GET_CLASS (self)->list_commands (self, commands);
}

/* Asks @query there; returns %FALSE when this is not the page for it. */
gboolean
sg_page_ask (SgPage     *self,
             const char *query)
{
  if (SG_PAGE_GET_CLASS (self)->ask == NULL)
    return FALSE;
  SG_PAGE_GET_CLASS (self)->ask (self, query);
  return TRUE;
}

void
sg_page_set_width_class (SgPage       *self,
                         SgWidthClass  width_class)
{
  SgPagePrivate *priv = get_private (self);

  if (priv->width_class == width_class)
    return;
  priv->width_class = width_class;
  notify (self, PROP_WIDTH_CLASS);
}

void
sg_page_set_engine (SgPage   *self,
                    SgEngine *engine)
{
  if (g_set_object (&get_private (self)->engine, engine))
    notify (self, PROP_ENGINE);
}

void
sg_page_set_time_window (SgPage       *self,
                         SgTimeWindow *time_window)
{
  if (g_set_object (&get_private (self)->time_window, time_window))
    notify (self, PROP_TIME_WINDOW);
}

/**
 * sg_page_refresh_async:
 * @self: a page
 * @cancellable: triggered when the page is left or takes too long
 * @callback: called when the new data are shown, or when there are none
 * @user_data: for @callback
 */
void
sg_page_refresh_async (SgPage              *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_page_refresh_async);
  SG_PAGE_GET_CLASS (self)->refresh (self, g_steal_pointer (&task));
}

gboolean
sg_page_refresh_finish (SgPage        *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
page_set_error (SgPage     *self,
                const char *message)
{
  SgPagePrivate *priv = get_private (self);

  if (g_strcmp0 (priv->error, message) == 0)
    return;
  g_free (priv->error);
  priv->error = g_strdup (message);
  notify (self, PROP_ERROR);
}

void
sg_page_take_success (SgPage   *self,
                      SgTimeMs  time)
{
  SgPagePrivate *priv = get_private (self);

  priv->updated = time;
  notify (self, PROP_UPDATED);
  page_set_error (self, NULL);
  page_set_state (self, priv->empty ? SG_PAGE_EMPTY : SG_PAGE_READY);
}

/* What is shown stays, and @message is shown with it. */
void
sg_page_take_failure (SgPage     *self,
                      const char *message)
{
  page_set_error (self, message);
  page_set_state (self, get_private (self)->updated > 0 ? SG_PAGE_STALE : SG_PAGE_FAILED);
}

static void
sg_page_get_property (GObject    *object,
                      guint       id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  SgPagePrivate *priv = get_private (SG_PAGE (object));

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, priv->icon_name);
      break;
    case PROP_GROUP:
      g_value_set_string (value, priv->group);
      break;
    case PROP_LEVEL:
      g_value_set_int (value, (int) priv->level);
      break;
    case PROP_COUNT:
      g_value_set_uint (value, priv->count);
      break;
    case PROP_WANTS_TIME_WINDOW:
      g_value_set_boolean (value, priv->wants_time_window);
      break;
    case PROP_SCROLLED:
      g_value_set_boolean (value, priv->scrolled);
      break;
    case PROP_WIDTH_CLASS:
      g_value_set_int (value, (int) priv->width_class);
      break;
    case PROP_ENGINE:
      g_value_set_object (value, priv->engine);
      break;
    case PROP_TIME_WINDOW:
      g_value_set_object (value, priv->time_window);
      break;
    case PROP_STATE:
      g_value_set_int (value, (int) priv->state);
      break;
    case PROP_UPDATED:
      g_value_set_int64 (value, priv->updated);
      break;
    case PROP_ERROR:
      g_value_set_string (value, priv->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sg_page_set_property (GObject      *object,
                      guint         id,
                      const GValue *value,
                      GParamSpec   *pspec)
{
  SgPagePrivate *priv = get_private (SG_PAGE (object));

  switch (id)
    {
    case PROP_TITLE:
      priv->title = g_value_dup_string (value);
      break;
    case PROP_ICON_NAME:
      priv->icon_name = g_value_dup_string (value);
      break;
    case PROP_GROUP:
      priv->group = g_value_dup_string (value);
      break;
    case PROP_WANTS_TIME_WINDOW:
      priv->wants_time_window = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sg_page_dispose (GObject *object)
{
  SgPagePrivate *priv = get_private (SG_PAGE (object));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&priv->engine);
  g_clear_object (&priv->time_window);
  G_OBJECT_CLASS (sg_page_parent_class)->dispose (object);
}

static void
sg_page_finalize (GObject *object)
{
  SgPagePrivate *priv = get_private (SG_PAGE (object));

  g_free (priv->title);
  g_free (priv->icon_name);
  g_free (priv->group);
  g_free (priv->error);
  G_OBJECT_CLASS (sg_page_parent_class)->finalize (object);
}

static void
install_constant_properties (void)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, "", flags);
  properties[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL, "", flags);
  properties[PROP_WANTS_TIME_WINDOW] =
      g_param_spec_boolean ("wants-time-window", NULL, NULL, FALSE, flags);
}

static void
install_readable_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_LEVEL] = sg_level_style_param_spec ("level", flags);
  properties[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SCROLLED] = g_param_spec_boolean ("scrolled", NULL, NULL, FALSE, flags);
  properties[PROP_WIDTH_CLASS] = g_param_spec_int ("width-class", NULL, NULL, SG_WIDTH_WIDE,
                                                   SG_WIDTH_NARROW, SG_WIDTH_WIDE, flags);
  properties[PROP_ENGINE] = g_param_spec_object ("engine", NULL, NULL, SG_TYPE_ENGINE, flags);
  properties[PROP_TIME_WINDOW] =
      g_param_spec_object ("time-window", NULL, NULL, SG_TYPE_TIME_WINDOW, flags);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, SG_PAGE_LOADING, SG_PAGE_FAILED,
                                             SG_PAGE_LOADING, flags);
  properties[PROP_UPDATED] = g_param_spec_int64 ("updated", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
}

static void
sg_page_class_init (SgPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sg_page_get_property;
  object_class->set_property = sg_page_set_property;
  object_class->dispose = sg_page_dispose;
  object_class->finalize = sg_page_finalize;
  install_constant_properties ();
  install_readable_properties ();
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sg_page_init (SgPage *self)
{
  get_private (self)->level = SG_LEVEL_UNKNOWN;
}
