/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The powers of ten that writing and reading share. Each entry holds the first 128 binary digits of
 * 10^e, cut off, not rounded; it stands for
 *
 *   (hi × 2^64 + lo) × 2^(sg_log2_of_power (e) − 127)
 *
 * and is exact for 0 ≤ e ≤ SG_NUMBER_POWER_EXACT. The table (10.7 KB) is computed when the program
 * is built, by generate-powers.py: so it costs nothing at the start, lies in read-only pages that
 * all processes share, and only the page or two near 10^0 that ordinary numbers need are ever
 * loaded. Computing it at first use would have taken as much memory of each process for itself, and
 * a lock.
 */
typedef struct
{
  guint64 hi;
  guint64 lo;
} SgPower;

#define SG_NUMBER_POWER_FIRST (-342)
#define SG_NUMBER_POWER_LAST 324
#define SG_NUMBER_POWER_EXACT 55

extern const SgPower sg_number_powers[SG_NUMBER_POWER_LAST - SG_NUMBER_POWER_FIRST + 1];

__extension__ typedef unsigned __int128 SgU128;

static inline const SgPower *
sg_power_of_ten (int e)
{
  return &sg_number_powers[e - SG_NUMBER_POWER_FIRST];
}

/* floor (log2 (10^e)), right for every |e| ≤ 1233. */
static inline int
sg_log2_of_power (int e)
{
  return (e * 1741647) >> 19;
}

int sg_number_compare_half (const char *digits,
                            gsize       n_digits,
                            gint64      scale,
                            guint64     m,
                            int         e);

G_END_DECLS
