/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is known of the histogram whose samples come. Begins as zeros. */
typedef struct
{
  char *group;
  double t;
  gboolean has_bucket;
  double bound;
  double value;
  gboolean has_count;
  double count;
  gboolean has_sum;
  gboolean has_gsum;
  gboolean negative_bounds;
  gboolean negative_gsum;
} SgOpenHistogram;

void        sg_open_histogram_begin (SgOpenHistogram *self);
/* Returns: (nullable): what was expected instead, if @value cannot be */
const char *sg_open_histogram_take  (SgOpenHistogram *self,
                                     const char      *group,
                                     double           t,
                                     const char      *suffix,
                                     double           bound,
                                     double           value);
/* Ends the last one of the family. */
const char *sg_open_histogram_end   (SgOpenHistogram *self);

G_END_DECLS
