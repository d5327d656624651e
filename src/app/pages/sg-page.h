/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-time-window.h"
#include "widgets/sg-breakpoint.h"

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgPageState:
 * @SG_PAGE_LOADING: nothing to show yet
 * @SG_PAGE_READY: it shows what the last refresh brought
 * @SG_PAGE_EMPTY: the last refresh brought nothing
 * @SG_PAGE_STALE: the last refresh failed; it shows what an earlier one brought
 * @SG_PAGE_FAILED: no refresh has succeeded yet, and the last one failed
 */
typedef enum
{
  SG_PAGE_LOADING,
  SG_PAGE_READY,
  SG_PAGE_EMPTY,
  SG_PAGE_STALE,
  SG_PAGE_FAILED,
} SgPageState;

/**
 * SgPage:
 *
 * What a tab shows. It says what the sidebar and the header bar need (title, icon, level, count, whether
 * it uses the time window), and knows how to refresh; when it does so is the business of #SgRefresher,
 * which also tells it how that went.
 *
 * A subclass gives @refresh, which returns the task when it has the new data, and may give @find, which
 * moves the focus to where one types what to look for, @list_commands, which adds what can be done on it
 * (element-type SgCommand), and @ask, where it is the page on which queries are asked. It lays itself out by "state" and "width-class".
 */
#define SG_TYPE_PAGE (sg_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (SgPage, sg_page, SG, PAGE, GtkWidget)

struct _SgPageClass
{
  GtkWidgetClass parent_class;

  void (*refresh) (SgPage *self,
                   GTask  *task);
  void (*find)    (SgPage *self);
  void (*list_commands) (SgPage    *self,
                         GPtrArray *commands);
  void (*ask)           (SgPage     *self,
                         const char *query);
};

const char   *sg_page_get_title             (SgPage              *self);
const char   *sg_page_get_icon_name         (SgPage              *self);
const char   *sg_page_get_group             (SgPage              *self);
SgLevel       sg_page_get_level             (SgPage              *self);
guint         sg_page_get_count             (SgPage              *self);
gboolean      sg_page_get_wants_time_window (SgPage              *self);
gboolean      sg_page_get_scrolled          (SgPage              *self);
SgWidthClass  sg_page_get_width_class       (SgPage              *self);
SgEngine     *sg_page_get_engine            (SgPage              *self);
SgTimeWindow *sg_page_get_time_window       (SgPage              *self);
SgPageState   sg_page_get_state             (SgPage              *self);
SgTimeMs      sg_page_get_updated           (SgPage              *self);
const char   *sg_page_get_error             (SgPage              *self);

/* For the subclass. */
void          sg_page_set_level             (SgPage              *self,
                                             SgLevel              level,
                                             guint                count);
void          sg_page_set_scrolled          (SgPage              *self,
                                             gboolean             scrolled);
void          sg_page_set_empty             (SgPage              *self,
                                             gboolean             empty);
void          sg_page_add_toast             (SgPage              *self,
                                             AdwToast            *toast);

/* For the window. */
void          sg_page_find                  (SgPage              *self);
void          sg_page_list_commands         (SgPage              *self,
                                             GPtrArray           *commands);
gboolean      sg_page_ask                   (SgPage              *self,
                                             const char          *query);
void          sg_page_set_width_class       (SgPage              *self,
                                             SgWidthClass         width_class);
void          sg_page_set_engine            (SgPage              *self,
                                             SgEngine            *engine);
void          sg_page_set_time_window       (SgPage              *self,
                                             SgTimeWindow        *time_window);

/* For the refresher. */
void          sg_page_refresh_async         (SgPage              *self,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean      sg_page_refresh_finish        (SgPage              *self,
                                             GAsyncResult        *result,
                                             GError             **error);
void          sg_page_take_success          (SgPage              *self,
                                             SgTimeMs             time);
void          sg_page_take_failure          (SgPage              *self,
                                             const char          *message);

G_END_DECLS
