/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgPixelColumn:
 * @n: how many samples fall into this column of pixels; with 0 the rest means nothing
 * @first: the first of them
 * @last: the last of them
 * @min: the least of them
 * @max: the greatest of them
 * @joins: whether the line goes on from the column before that has samples; not over a hole
 *
 * What is left of a series in one column of pixels: enough to draw it without losing a spike.
 */
typedef struct
{
  guint n;
  gboolean joins;
  double first;
  double last;
  double min;
  double max;
} SgPixelColumn;

/**
 * SgDecimation:
 * @from: the time at the left edge, in milliseconds
 * @to: the time at the right edge
 * @width: how many columns of pixels lie between
 * @hole: two samples further apart than this have a hole between them; 0 for never
 */
typedef struct
{
  gint64 from;
  gint64 to;
  guint width;
  gint64 hole;
} SgDecimation;

/*
 * Sorts the @n samples (@t rising; NaN in @v is a missing one) into columns. Samples outside of the
 * window are left out, but for the one before and the one after it, which are given back so that the
 * line can run to the edge: *ret_before and *ret_after are indices, or @n where there is none.
 */
void sg_decimator_run (const SgDecimation *self,
                       const gint64       *t,
                       const double       *v,
                       gsize               n,
                       SgPixelColumn      *ret_columns,
                       gsize              *ret_before,
                       gsize              *ret_after);

G_END_DECLS
