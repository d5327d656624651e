/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "metrics/sg-cells.h"
#include "metrics/sg-child-table.h"
#include "metrics/sg-family-view.h"
#include "metrics/sg-family.h"

G_BEGIN_DECLS

/**
 * SgFamilyHome:
 * @lock: guards all that is added to and removed from families
 * @clock: tells when a child was created
 * @constant_labels: what all points have
 * @next_serial: of children, under @lock
 *
 * What families have in common; their registry owns it.
 */
typedef struct
{
  SgLock lock;
  SgClock *clock;
  SgLabels *constant_labels;
  guint64 next_serial;
} SgFamilyHome;

SgFamily *sg_family_new             (SgFamilyHome          *home,
                                     const SgFamilySpec    *spec,
                                     SgCounter              refused);
void      sg_family_free            (SgFamily              *self);
SgCounter sg_family_counter_locked  (SgFamily              *self,
                                     const char *const     *values);
gboolean  sg_family_has_shape       (SgFamily              *self,
                                     const SgFamilySpec    *spec,
                                     GError               **error);
void      sg_family_visit_locked    (SgFamily              *self,
                                     const SgFamilyVisitor *visitor);
void      sg_family_scrape_locked   (const SgFamilyView    *view,
                                     SgClock               *clock,
                                     GPtrArray             *children,
                                     gboolean               sorted,
                                     const SgFamilyVisitor *visitor);
gboolean  sg_family_view_is_classic (const SgFamilyView    *view);
char     *sg_family_render_labels   (const SgFamilyView    *view,
                                     const char *const     *values,
                                     gsize                 *ret_length);

G_END_DECLS
