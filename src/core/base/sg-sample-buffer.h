/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-sample.h"

G_BEGIN_DECLS

/**
 * SgSampleBuffer:
 * @n: how many samples
 * @capacity: for how many there is room
 * @t: their times
 * @f: their values
 *
 * Samples that are read one piece after the other. It is used anew without giving its memory back.
 */
typedef struct
{
  gsize n;
  gsize capacity;
  SgTimeMs *t;
  double *f;
} SgSampleBuffer;

void sg_sample_buffer_clear   (SgSampleBuffer *self);
void sg_sample_buffer_reserve (SgSampleBuffer *self,
                               gsize           more);
void sg_sample_buffer_add     (SgSampleBuffer *self,
                               const SgTimeMs *t,
                               const double   *f,
                               gsize           n);
void sg_sample_buffer_merge   (SgSampleBuffer *self,
                               gsize           begin,
                               gsize           middle);

G_END_DECLS
