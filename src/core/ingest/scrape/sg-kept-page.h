/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "ingest/scrape/sg-http-client.h"

G_BEGIN_DECLS

/**
 * SgKeptPage:
 *
 * The last page of a target, as it came, so that it can be looked at: compressed if it came so, or if
 * there is little room. Immutable and counted.
 */
typedef struct _SgKeptPage SgKeptPage;

SgKeptPage *sg_kept_page_new      (const SgFetched *fetched,
                                   SgTimeMs         t,
                                   gboolean         compress);
SgKeptPage *sg_kept_page_ref      (SgKeptPage      *self);
void        sg_kept_page_unref    (SgKeptPage      *self);
/* How much room it takes. */
gsize       sg_kept_page_get_size (SgKeptPage      *self);
SgTimeMs    sg_kept_page_get_time (SgKeptPage      *self);
/* Returns: (transfer full): its text */
GBytes     *sg_kept_page_get_text (SgKeptPage      *self,
                                   GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgKeptPage, sg_kept_page_unref)

G_END_DECLS
