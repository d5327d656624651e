/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgRefresher:
 *
 * Refreshes one page, the one that is seen, every N seconds of the wall clock: with five seconds at
 * :00, :05, :10 …, so that all windows and peers move together. At most one refresh runs at a time; one
 * that takes longer than ten seconds has failed. A page that is left has its refresh cancelled.
 */
#define SG_TYPE_REFRESHER (sg_refresher_get_type ())
G_DECLARE_FINAL_TYPE (SgRefresher, sg_refresher, SG, REFRESHER, GObject)

#define SG_REFRESHER_DEADLINE_MS 10000

SgRefresher *sg_refresher_new          (SgClock     *clock);
void         sg_refresher_set_page     (SgRefresher *self,
                                        SgPage      *page);
void         sg_refresher_set_interval (SgRefresher *self,
                                        guint        seconds);
void         sg_refresher_set_active   (SgRefresher *self,
                                        gboolean     active);
void         sg_refresher_refresh_now  (SgRefresher *self);
void         sg_refresher_cancel       (SgRefresher *self);

G_END_DECLS
