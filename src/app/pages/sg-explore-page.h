/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgExplorePage:
 *
 * Where one asks: queries, and what they come to as chart, table, text and JSON, with an explanation of
 * each part; and all the metrics there are.
 */
#define SG_TYPE_EXPLORE_PAGE (sg_explore_page_get_type ())
G_DECLARE_FINAL_TYPE (SgExplorePage, sg_explore_page, SG, EXPLORE_PAGE, SgPage)

SgPage     *sg_explore_page_new         (GSettings     *settings);
/* Asks @text in place of all that is there. */
void        sg_explore_page_ask         (SgExplorePage *self,
                                         const char    *text);
guint       sg_explore_page_get_n_queries (SgExplorePage *self);
/* What completion and the list of metrics have; loaded when the page is first seen. */
SgCatalog  *sg_explore_page_get_catalog (SgExplorePage *self);
void        sg_explore_page_set_catalog (SgExplorePage *self,
                                         SgCatalog     *catalog);
/* Shows @answers (element-type SgQueryAnswer) as if they had been asked for now. */
void        sg_explore_page_show        (SgExplorePage *self,
                                         GPtrArray     *answers);

G_END_DECLS
