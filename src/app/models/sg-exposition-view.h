/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

G_BEGIN_DECLS

/**
 * SgExpositionView:
 *
 * The rows of a page of metrics that a filter leaves: whole families. Immutable; made on a worker, read
 * on any thread. Row i is a line of the page.
 */
typedef struct _SgExpositionView SgExpositionView;

/**
 * SgExpositionHunk:
 * @position: where, counted in rows of the new view
 * @removed: how many rows of the old view are gone there
 * @added: how many rows of the new view have come there
 */
typedef struct
{
  guint position;
  guint removed;
  guint added;
} SgExpositionHunk;

SgExpositionView *sg_exposition_view_new            (SgExpositionPage *page,
                                                     const char       *filter);
SgExpositionView *sg_exposition_view_ref            (SgExpositionView *self);
void              sg_exposition_view_unref          (SgExpositionView *self);
SgExpositionPage *sg_exposition_view_get_page       (SgExpositionView *self);
const char       *sg_exposition_view_get_filter     (SgExpositionView *self);
guint             sg_exposition_view_get_n_rows     (SgExpositionView *self);
guint             sg_exposition_view_get_n_families (SgExpositionView *self);
guint             sg_exposition_view_get_n_series   (SgExpositionView *self);
guint             sg_exposition_view_get_line       (SgExpositionView *self,
                                                     guint             row);
GArray           *sg_exposition_view_diff           (SgExpositionView *self,
                                                     SgExpositionView *old);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgExpositionView, sg_exposition_view_unref)

G_END_DECLS
