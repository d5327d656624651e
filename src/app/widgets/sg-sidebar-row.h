/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgSidebarRow:
 *
 * The tab of a page: its icon and name, its level as icon and word, and how many things on it are not
 * healthy.
 */
#define SG_TYPE_SIDEBAR_ROW (sg_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (SgSidebarRow, sg_sidebar_row, SG, SIDEBAR_ROW, GtkListBoxRow)

GtkWidget *sg_sidebar_row_new      (SgPage       *page);
SgPage    *sg_sidebar_row_get_page (SgSidebarRow *self);

G_END_DECLS
