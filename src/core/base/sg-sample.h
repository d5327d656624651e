/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

#include <math.h>
#include <string.h>

G_BEGIN_DECLS

/**
 * SgValueKind:
 * @SG_VALUE_FLOAT: a double
 * @SG_VALUE_HISTOGRAM: a native histogram; the tag exists so that they can follow
 */
typedef enum
{
  SG_VALUE_FLOAT,
  SG_VALUE_HISTOGRAM,
} SgValueKind;

typedef struct _SgHistogramValue SgHistogramValue;

typedef struct
{
  SgValueKind kind;
  union
  {
    double f;
    const SgHistogramValue *histogram;
  };
} SgValue;

/**
 * SgSample:
 * @t: when
 * @start_t: when the counter started from zero, or 0 where that is not known
 * @value: what
 */
typedef struct
{
  SgTimeMs t;
  SgTimeMs start_t;
  SgValue value;
} SgSample;

/* The NaN that ends a series, and the NaN that means "not a number", bit for bit as Prometheus. */
#define SG_STALE_NAN_BITS G_GUINT64_CONSTANT (0x7ff0000000000002)
#define SG_NORMAL_NAN_BITS G_GUINT64_CONSTANT (0x7ff8000000000001)

static inline guint64
sg_double_to_bits (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static inline double
sg_double_from_bits (guint64 bits)
{
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static inline double
sg_stale_nan (void)
{
  return sg_double_from_bits (SG_STALE_NAN_BITS);
}

static inline gboolean
sg_is_stale_nan (double value)
{
  return sg_double_to_bits (value) == SG_STALE_NAN_BITS;
}

G_END_DECLS
