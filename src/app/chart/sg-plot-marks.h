/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-plot-frame.h"

G_BEGIN_DECLS

/* The size of the icon above a moment. */
#define SG_PLOT_MARK_ICON 12

/* Whether there is anything below the series, or above them. */
gboolean sg_plot_marks_has_below (const SgScene  *scene);
gboolean sg_plot_marks_has_above (const SgScene  *scene);
/* What lies below the series: hatching where data are missing, the ground of alert bands. */
void sg_plot_marks_draw_below (const SgScene     *scene,
                               const SgPlotFrame *frame,
                               cairo_t           *cr);
/* What lies above them: strips of alert bands, lines of moments, thresholds. */
void sg_plot_marks_draw_above (const SgScene     *scene,
                               const SgPlotFrame *frame,
                               cairo_t           *cr);

G_END_DECLS
