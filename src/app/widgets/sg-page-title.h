/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgPageSign:
 * @SG_PAGE_SIGN_NONE: nothing before the caption
 * @SG_PAGE_SIGN_LIVE: a dot
 * @SG_PAGE_SIGN_WARN: the sign of something degraded
 */
typedef enum
{
  SG_PAGE_SIGN_NONE,
  SG_PAGE_SIGN_LIVE,
  SG_PAGE_SIGN_WARN,
} SgPageSign;

/**
 * SgPageTitle:
 *
 * The title of the header bar: the page's name over a caption with a sign before it.
 */
#define SG_TYPE_PAGE_TITLE (sg_page_title_get_type ())
G_DECLARE_FINAL_TYPE (SgPageTitle, sg_page_title, SG, PAGE_TITLE, GtkWidget)

GtkWidget  *sg_page_title_new         (void);
void        sg_page_title_set_title   (SgPageTitle *self,
                                       const char  *title);
void        sg_page_title_set_caption (SgPageTitle *self,
                                       SgPageSign   sign,
                                       const char  *caption);
const char *sg_page_title_get_caption (SgPageTitle *self);

G_END_DECLS
