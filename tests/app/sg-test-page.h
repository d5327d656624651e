/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgTestPage:
 *
 * A page whose refreshes end when and how a test says.
 */
#define SG_TYPE_TEST_PAGE (sg_test_page_get_type ())
G_DECLARE_FINAL_TYPE (SgTestPage, sg_test_page, SG, TEST_PAGE, SgPage)

SgTestPage *sg_test_page_new           (const char *title,
                                        const char *icon_name,
                                        const char *group,
                                        gboolean    wants_time_window);
void        sg_test_page_set_content   (SgTestPage *self,
                                        GtkWidget  *content);
guint       sg_test_page_get_n_begun   (SgTestPage *self);
guint       sg_test_page_get_n_cancelled (SgTestPage *self);
gboolean    sg_test_page_is_refreshing (SgTestPage *self);
void        sg_test_page_answer        (SgTestPage *self,
                                        const char *error);

G_END_DECLS
