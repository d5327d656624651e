/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-scene.h"

G_BEGIN_DECLS

/**
 * SgHole:
 * @from: the last time before it that has a sample, or the start of the window
 * @to: the first time after it that has one, or its end
 *
 * A time of two steps or more in which no visible series has a sample.
 */
typedef struct
{
  gint64 from;
  gint64 to;
} SgHole;

/* The holes of a scene that has any data: (transfer full) (element-type SgHole), in order. */
GArray *sg_holes_find (const SgScene *scene);

G_END_DECLS
