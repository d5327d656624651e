/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgTargetsPage:
 *
 * What is watched: the targets of each job, how their last scrape went and why not, and the configuration
 * that names them; targets are added, changed and removed here. Its level is the worst of its jobs'.
 */
#define SG_TYPE_TARGETS_PAGE (sg_targets_page_get_type ())
G_DECLARE_FINAL_TYPE (SgTargetsPage, sg_targets_page, SG, TARGETS_PAGE, SgPage)

SgPage *sg_targets_page_new  (GSettings      *settings);
/* Shows @list and @config, whoever made them, at @now. */
void    sg_targets_page_show (SgTargetsPage  *self,
                              SgTargetList   *list,
                              SgConfigStatus *config,
                              SgTimeMs        now);

G_END_DECLS
