/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgUnit:
 * @SG_UNIT_NONE: a plain number
 * @SG_UNIT_COUNT: how many of something: whole below 10,000, then k, M, G
 * @SG_UNIT_PER_SECOND: how many a second
 * @SG_UNIT_SECONDS: a duration; shown from ns to days
 * @SG_UNIT_BYTES: bytes in powers of 1024
 * @SG_UNIT_BYTES_SI: bytes in powers of 1000
 * @SG_UNIT_BYTES_PER_SECOND: bytes a second in powers of 1024
 * @SG_UNIT_PERCENT: a number from 0 to 100
 * @SG_UNIT_RATIO: a number from 0 to 1, shown in per cent
 * @SG_UNIT_DATE: seconds since 1970, shown as local date and time
 *
 * What a number measures, and so how it is shown: three significant digits, the unit after a space
 * that does not break, as "84.2 ms" or "1.24 GiB".
 */
typedef enum
{
  SG_UNIT_NONE,
  SG_UNIT_COUNT,
  SG_UNIT_PER_SECOND,
  SG_UNIT_SECONDS,
  SG_UNIT_BYTES,
  SG_UNIT_BYTES_SI,
  SG_UNIT_BYTES_PER_SECOND,
  SG_UNIT_PERCENT,
  SG_UNIT_RATIO,
  SG_UNIT_DATE,
} SgUnit;

/* What stands for a value that is not known. */
#define SG_UNIT_UNKNOWN_TEXT "–"

/**
 * SgUnitScale:
 * @factor: what a value is divided by before it is shown
 * @symbol: what is written after it, or ""
 *
 * The step of a unit's ladder (ms, s, min …) that one number, or all the ticks of an axis, are shown in.
 */
typedef struct
{
  double factor;
  const char *symbol;
} SgUnitScale;

SgUnitScale sg_unit_choose_scale   (SgUnit       unit,
                                    double       magnitude);
/* The number and its unit apart, as a tile shows them. */
void        sg_unit_format_parts   (SgUnit       unit,
                                    double       value,
                                    char       **ret_number,
                                    const char **ret_symbol);
/* Both in one text, with that space, wrapped so that right-to-left text does not turn it round. */
char       *sg_unit_format         (SgUnit       unit,
                                    double       value);
/* A bound or a tick, without the zeros that end its decimals: "2.5 s", "25 ms", "10 k". */
char       *sg_unit_format_bound   (SgUnit       unit,
                                    double       value);
/* How @value differs from @before: "▲ 4.2 %", for per cent and ratios "▼ 1.4 points". */
char       *sg_unit_format_change  (SgUnit       unit,
                                    double       value,
                                    double       before);
SgUnit      sg_unit_from_name      (const char  *metric,
                                    const char  *declared);

G_END_DECLS
