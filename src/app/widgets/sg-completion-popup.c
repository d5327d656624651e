/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-completion-popup.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgCompletionPopup
{
  GtkPopover parent_instance;
  GListStore *items;
  GtkSingleSelection *selection;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkWidget *notes;
  GtkLabel *signature;
  GtkLabel *summary;
  GtkLabel *example;
};

/* A list view does not know its height before its rows are there. */
#define ROW_HEIGHT   26
#define VISIBLE_ROWS 8

static guint chosen_signal;

G_DEFINE_FINAL_TYPE (SgCompletionPopup, sg_completion_popup, GTK_TYPE_POPOVER)

guint
sg_completion_popup_get_n_items (SgCompletionPopup *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->items));
}

SgCompletionItem *
sg_completion_popup_get_selected (SgCompletionPopup *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

char *
sg_completion_popup_describe (SgCompletionPopup *self)
{
  SgCompletionItem *item = sg_completion_popup_get_selected (self);

  if (item == NULL)
    return g_strdup ("");
  /* Translators: a proposal, what it is, its number, and how many there are */
  return g_strdup_printf (_ ("%s, %s, %u of %u"), sg_completion_item_get_text (item),
                          sg_completion_item_get_detail (item),
                          gtk_single_selection_get_selected (self->selection) + 1,
                          sg_completion_popup_get_n_items (self));
}

static void
set_note (GtkLabel   *label,
          const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
selection_changed (SgCompletionPopup *self)
{
  SgCompletionItem *item = sg_completion_popup_get_selected (self);
  const char *signature = item != NULL ? sg_completion_item_get_signature (item) : NULL;
  const char *summary = item != NULL ? sg_completion_item_get_summary (item) : NULL;
  const char *example = item != NULL ? sg_completion_item_get_example (item) : NULL;

  set_note (self->signature, signature);
  set_note (self->summary, summary);
  set_note (self->example, example);
  gtk_widget_set_visible (self->notes, (signature != NULL && *signature != '\0')
                                           || (summary != NULL && *summary != '\0'));
}

void
sg_completion_popup_set_items (SgCompletionPopup *self,
                               GPtrArray         *items)
{
  guint n_items = sg_completion_popup_get_n_items (self);

  g_list_store_splice (self->items, 0, n_items, items->pdata, items->len);
  gtk_single_selection_set_selected (self->selection, 0);
  gtk_scrolled_window_set_min_content_height (self->scroller,
                                              (int) MIN (items->len, VISIBLE_ROWS) * ROW_HEIGHT);
  selection_changed (self);
  if (items->len > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", 0);
}

/* From the last one goes on to the first, and back. */
void
sg_completion_popup_move (SgCompletionPopup *self,
                          int                by)
{
  int n_items = (int) sg_completion_popup_get_n_items (self);
  int selected = (int) gtk_single_selection_get_selected (self->selection);
  guint next;

  if (n_items == 0)
    return;
  if (by == 1 || by == -1)
    next = (guint) ((selected + by + n_items) % n_items);
  else
    next = (guint) CLAMP (selected + by, 0, n_items - 1);
  gtk_single_selection_set_selected (self->selection, next);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", next);
}

/* A click chooses. To choose by single-click-activate would move the choice with the pointer, too. */
static void
row_clicked (GtkGesture  *gesture,
             int          n_press,
             double       x,
             double       y,
             GtkListItem *list_item)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  SgCompletionPopup *self =
      SG_COMPLETION_POPUP (gtk_widget_get_ancestor (row, SG_TYPE_COMPLETION_POPUP));

  gtk_single_selection_set_selected (self->selection, gtk_list_item_get_position (list_item));
  g_signal_emit (self, chosen_signal, 0);
}

static void
setup_row (SgCompletionPopup *self,
           GtkListItem       *list_item)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0.f);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (name, "sg-query-text");
  gtk_widget_add_css_class (detail, "caption");
  gtk_widget_add_css_class (detail, "sg-dim");
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), detail);
  g_signal_connect (click, "released", G_CALLBACK (row_clicked), list_item);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (list_item, row);
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);
  SgCompletionItem *item = gtk_list_item_get_item (list_item);

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (row)),
                       sg_completion_item_get_text (item));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (row)),
                       sg_completion_item_get_detail (item));
}

static void
sg_completion_popup_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_COMPLETION_POPUP);
  g_clear_object (&SG_COMPLETION_POPUP (object)->items);
  G_OBJECT_CLASS (sg_completion_popup_parent_class)->dispose (object);
}

static void
sg_completion_popup_class_init (SgCompletionPopupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_completion_popup_dispose;
  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-completion-popup.ui");
  gtk_widget_class_bind_template_child (widget_class, SgCompletionPopup, selection);
  gtk_widget_class_bind_template_child (widget_class, SgCompletionPopup, scroller);
  gtk_widget_class_bind_template_child (widget_class, SgCompletionPopup, list);
  gtk_widget_class_bind_template_child (widget_class, SgCompletionPopup, notes);
  gtk_widget_class_bind_template_child (widget_class, SgCompletionPopup, signature);
  gtk_widget_class_bind_template_child (widget_class, SgCompletionPopup, summary);
  gtk_widget_class_bind_template_child (widget_class, SgCompletionPopup, example);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, setup_row);
  gtk_widget_class_bind_template_callback (widget_class, bind_row);
}

static void
sg_completion_popup_init (SgCompletionPopup *self)
{
  self->items = g_list_store_new (SG_TYPE_COMPLETION_ITEM);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->items));
}

GtkWidget *
sg_completion_popup_new (void)
{
  return g_object_new (SG_TYPE_COMPLETION_POPUP, NULL);
}
