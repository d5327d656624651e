/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-plot-frame.h"

G_BEGIN_DECLS

/**
 * SgDenseImage:
 * @texture: the lines
 * @surface: the same pixels, for cairo
 * @from: the time at its left edge
 * @to: the time at its right edge
 * @low: the value at the lower edge of the plot
 * @high: the value at the upper edge of the plot
 *
 * The lines of a scene that has more samples than pixels, drawn as spans by a worker. It says what it
 * shows, so that it can be shown in its place for as long as the next one is not ready.
 */
typedef struct
{
  GdkTexture *texture;
  cairo_surface_t *surface;
  gint64 from;
  gint64 to;
  double low;
  double high;
} SgDenseImage;

/* The lines on the edge of the plot reach this far out of it, in pixels; the texture has room for that. */
#define SG_DENSE_MARGIN 2

/* Whether strokes would take longer than spans. */
gboolean      sg_dense_image_is_better    (const SgScene        *scene,
                                           double                width);
/* Draws the present state of @scene; the callback is called in the thread that asks. */
void          sg_dense_image_new_async    (const SgScene        *scene,
                                           const SgPlotFrame    *frame,
                                           int                   scale,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
SgDenseImage *sg_dense_image_new_finish   (GAsyncResult         *result,
                                           GError              **error);
/* The same, at once: for files, tests and benchmarks. */
SgDenseImage *sg_dense_image_new          (const SgScene        *scene,
                                           const SgPlotFrame    *frame,
                                           int                   scale);
void          sg_dense_image_free         (SgDenseImage         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDenseImage, sg_dense_image_free)

G_END_DECLS
