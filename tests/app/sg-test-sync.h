/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-sync-page-private.h"

G_BEGIN_DECLS

/* Half an hour of an application with AniVault's families, up to the time of these tests: the same each time. */
SgQuerier   *sg_test_sync_store_new   (void);
/* The same of so many samples, each @step_ms. */
SgQuerier   *sg_test_sync_store_new_long (guint        n_samples,
                                       gint64        step_ms);
/* The applications in it from @from to @to. */
SgSourceList *sg_test_sync_sources_new (SgQuerier    *store,
                                        SgTimeMs      from,
                                        SgTimeMs      to);
/* Its last operations, newest first; only those that did not go well where that is asked for. */
SgLogAnswer *sg_test_sync_records_new (guint         n,
                                       gboolean      only_troubles);
/* Shows @store on @page in its time window, as a refresh would. */
void         sg_test_sync_show        (SgSyncPage   *page,
                                       SgQuerier    *store);

G_END_DECLS
