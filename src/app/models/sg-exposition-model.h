/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-exposition-line.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgExpositionModel:
 *
 * The rows of the Metrics Log as a #GtkSelectionModel of #SgExpositionLine. A new page or filter is worked
 * out on a thread; the rows then change by the difference only, so that scroll position and selection
 * stay where they are, and the main thread does work for the rows that are looked at and no others.
 *
 * Emits "shown" with each view that it has taken.
 */
#define SG_TYPE_EXPOSITION_MODEL (sg_exposition_model_get_type ())
G_DECLARE_FINAL_TYPE (SgExpositionModel, sg_exposition_model, SG, EXPOSITION_MODEL, GObject)

SgExpositionModel *sg_exposition_model_new         (void);
void               sg_exposition_model_set_page    (SgExpositionModel   *self,
                                                    SgExpositionPage    *page);
void               sg_exposition_model_set_filter  (SgExpositionModel   *self,
                                                    const char          *filter);
SgExpositionView  *sg_exposition_model_get_view    (SgExpositionModel   *self);
gboolean           sg_exposition_model_is_busy     (SgExpositionModel   *self);

G_END_DECLS
