/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/check/sg-open-histogram.h"

#include <math.h>
#include <string.h>

/*
 * The samples of one histogram, of one group and time: bounds rise, their counts do not fall, the last is
 * +Inf and equals the count; count and sum come together; a histogram with negative bounds has no sum, since
 * that would not be a counter, and a gauge histogram without them no negative one.
 */
void
sg_open_histogram_begin (SgOpenHistogram *self)
{
  g_free (self->group);
  *self = (SgOpenHistogram) { .t = NAN };
}

const char *
sg_open_histogram_end (SgOpenHistogram *self)
{
  gboolean any_sum = self->has_sum || self->has_gsum;

  if (self->group == NULL)
    return NULL;
  if (!self->has_bucket || !(isinf (self->bound) && self->bound > 0))
    return "a histogram with the bucket +Inf";
  if (self->has_count && self->value != self->count)
    return "a histogram whose count equals its bucket +Inf";
  if (any_sum != self->has_count)
    return "a histogram with both a sum and a count, or neither";
  if (self->negative_bounds && self->has_sum)
    return "a histogram with negative buckets to have no sum";
  if (!self->negative_bounds && self->negative_gsum)
    return "a gauge histogram without negative buckets to have no negative sum";
  return NULL;
}

static const char *
take_bucket (SgOpenHistogram *self,
             double           bound,
             double           value)
{
  if (self->has_bucket && bound <= self->bound)
    return "buckets that rise";
  if (self->has_bucket && value < self->value)
    return "counts of buckets that do not fall";
  self->has_bucket = TRUE;
  self->negative_bounds |= bound < 0;
  self->bound = bound;
  self->value = value;
  return NULL;
}

const char *
sg_open_histogram_take (SgOpenHistogram *self,
                        const char      *group,
                        double           t,
                        const char      *suffix,
                        double           bound,
                        double           value)
{
  gboolean same_t = t == self->t || (isnan (t) && isnan (self->t));

  if (g_strcmp0 (self->group, group) != 0 || !same_t)
    {
      const char *problem = sg_open_histogram_end (self);

      if (problem != NULL)
        return problem;
      sg_open_histogram_begin (self);
      self->group = g_strdup (group);
      self->t = t;
    }
  if (g_str_equal (suffix, "_bucket"))
    return take_bucket (self, bound, value);
  if (g_str_equal (suffix, "_count") || g_str_equal (suffix, "_gcount"))
    {
      self->has_count = TRUE;
      self->count = value;
    }
  self->has_sum |= g_str_equal (suffix, "_sum");
  self->has_gsum |= g_str_equal (suffix, "_gsum");
  self->negative_gsum |= g_str_equal (suffix, "_gsum") && value < 0;
  return NULL;
}
