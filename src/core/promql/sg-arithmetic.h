/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-sample.h"
#include "promql/sg-token.h"

G_BEGIN_DECLS

/*
 * A column holds a value for every time of a grid. The bits of the stale NaN stand for "no value": no
 * computation yields them, and no sample that is read has them.
 */
#define sg_absent() (sg_stale_nan ())
#define sg_is_absent(value) (sg_is_stale_nan (value))

/**
 * SgOperand:
 * @values: (nullable): one for every time
 * @constant: what it is at every time, when @values is %NULL
 */
typedef struct
{
  const double *values;
  double constant;
} SgOperand;

typedef enum
{
  SG_COMPARE_KEEP_LEFT,
  SG_COMPARE_KEEP_RIGHT,
  SG_COMPARE_BOOL,
} SgCompareMode;

double sg_arithmetic_compute (SgTokenKind   op,
                              double        a,
                              double        b);
void   sg_arithmetic_apply   (SgTokenKind   op,
                              SgOperand     a,
                              SgOperand     b,
                              SgCompareMode mode,
                              double       *out,
                              guint         n);

G_END_DECLS
