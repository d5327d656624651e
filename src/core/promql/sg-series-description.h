/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"

G_BEGIN_DECLS

typedef enum
{
  SG_SEQUENCE_GAP,
  SG_SEQUENCE_FLOAT,
  SG_SEQUENCE_HISTOGRAM,
} SgSequenceKind;

/**
 * SgSequenceItem:
 * @kind: whether there is a sample, and of which kind
 * @value: a float
 */
typedef struct
{
  SgSequenceKind kind;
  double value;
} SgSequenceItem;

/* More items than this in one line are refused. */
#define SG_SEQUENCE_MAX 10000000u

SgLabels *sg_series_description_parse (const char  *line,
                                       GArray     **ret_items,
                                       GError     **error);

G_END_DECLS
