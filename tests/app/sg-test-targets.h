/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/sg-test-app.h"

#include "pages/sg-targets-page.h"

G_BEGIN_DECLS

/* What is watched at the tests' now: five jobs, eight targets, of which one cannot be parsed and one is slow. */
SgTargetList   *sg_test_targets_new        (void);
/* Only what is collected in this process. */
SgTargetList   *sg_test_targets_new_builtin (void);
/* @error (nullable): what is wrong with it */
SgConfigStatus *sg_test_config_status_new  (const char *error);
/* Shows them on @page, with trends. */
void            sg_test_targets_show       (SgTargetsPage  *page,
                                            SgTargetList   *list,
                                            SgConfigStatus *config);
/* What was found on this machine (element-type SgFoundTarget). */
GPtrArray      *sg_test_found_new          (void);

G_END_DECLS
