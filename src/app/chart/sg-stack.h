/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-scene.h"

G_BEGIN_DECLS

/**
 * SgStack:
 * @n: how many times there are
 * @n_series: how many series the scene has, hidden ones counted
 * @times: (array length=n): the times that any visible series has a sample at, rising
 * @tops: how high series i reaches at time k: [i * n + k]; NaN where no series has a sample
 *
 * The visible series of a scene on one grid, each on top of those before it. A sample that only one of
 * them misses counts as nothing.
 */
typedef struct
{
  gsize n;
  guint n_series;
  gint64 *times;
  double *tops;
} SgStack;

void   sg_stack_init      (SgStack       *self,
                           const SgScene *scene);
/* Keeps at most one time for each of @slots equal parts of the window: the one that reaches highest. */
void   sg_stack_thin      (SgStack       *self,
                           const SgScene *scene,
                           guint          slots);
void   sg_stack_clear     (SgStack       *self);
double sg_stack_get_top   (const SgStack *self,
                           guint          i,
                           gsize          k);
/* Where series @i begins: the top of the visible one below it, or 0. */
double sg_stack_get_base  (const SgStack *self,
                           guint          i,
                           gsize          k);
double sg_stack_get_total (const SgStack *self,
                           gsize          k);
/* Widens [@min, @max] by how high and how low the stack of @scene reaches. */
void   sg_stack_get_range (const SgScene *scene,
                           double        *min,
                           double        *max);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgStack, sg_stack_clear)

G_END_DECLS
