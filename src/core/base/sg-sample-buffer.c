/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-sample-buffer.h"

#include <string.h>

#define FIRST_CAPACITY 256

void
sg_sample_buffer_clear (SgSampleBuffer *self)
{
  g_free (self->t);
  g_free (self->f);
  *self = (SgSampleBuffer) { 0 };
}

/* Makes room for so many samples behind those that there are. */
void
sg_sample_buffer_reserve (SgSampleBuffer *self,
                          gsize           more)
{
  if (self->capacity - self->n >= more)
    return;
  self->capacity = MAX (MAX (self->n + more, self->capacity * 2), FIRST_CAPACITY);
  self->t = g_renew (SgTimeMs, self->t, self->capacity);
  self->f = g_renew (double, self->f, self->capacity);
}

void
sg_sample_buffer_add (SgSampleBuffer *self,
                      const SgTimeMs *t,
                      const double   *f,
                      gsize           n)
{
  if (n == 0)
    return;
  sg_sample_buffer_reserve (self, n);
  memcpy (self->t + self->n, t, n * sizeof *t);
  memcpy (self->f + self->n, f, n * sizeof *f);
  self->n += n;
}

/**
 * sg_sample_buffer_merge: (skip)
 * @self: a buffer with times that rise from @begin to @middle, and from there to the end
 * @begin: the first sample of the first part
 * @middle: the first sample of the second part
 *
 * Makes one part of both, with times that rise. Of two samples of one time that of the first part stays.
 */
void
sg_sample_buffer_merge (SgSampleBuffer *self,
                        gsize           begin,
                        gsize           middle)
{
  gsize end = self->n;
  gsize i = begin;
  gsize k = middle;
  gsize to = end;

  if (begin == middle || middle == end || self->t[middle - 1] < self->t[middle])
    return;
  sg_sample_buffer_reserve (self, end - begin);
  while (i < middle || k < end)
    {
      gboolean from_first = k == end || (i < middle && self->t[i] <= self->t[k]);
      gsize from = from_first ? i : k;

      if (from_first && k < end && self->t[i] == self->t[k])
        k++;
      self->t[to] = self->t[from];
      self->f[to++] = self->f[from];
      i += from_first;
      k += !from_first;
    }
  memmove (self->t + begin, self->t + end, (to - end) * sizeof *self->t);
  memmove (self->f + begin, self->f + end, (to - end) * sizeof *self->f);
  self->n = begin + (to - end);
}
