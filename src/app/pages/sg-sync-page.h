/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgSyncPage:
 *
 * The tab Sync Operations: how applications keep their caches and databases in step. Everything on it is
 * asked by roles, of all applications or of one, in the time that the window looks at.
 */
#define SG_TYPE_SYNC_PAGE (sg_sync_page_get_type ())
G_DECLARE_FINAL_TYPE (SgSyncPage, sg_sync_page, SG, SYNC_PAGE, SgPage)

SgPage *sg_sync_page_new (GSettings *settings);

G_END_DECLS
