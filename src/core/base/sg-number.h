/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Numbers as text, in both directions, exact and without the locale. What is written is the
 * shortest text that reads back as the same double and, of those, the one closest to it. A NUL is
 * written after each text; the length that is returned does not count it.
 */

/* How many bytes the out-parameters below must have. */
#define SG_INTEGER_TEXT_MAX 24
#define SG_DOUBLE_TEXT_MAX 32
#define SG_DOUBLE_FIXED_MAX 336

gsize    sg_u64_write             (guint64        value,
                                   char          *out);
gsize    sg_i64_write             (gint64         value,
                                   char          *out);
gsize    sg_double_write          (double         value,
                                   char          *out);
gsize    sg_double_write_json     (double         value,
                                   char          *out);
gsize    sg_double_write_exponent (double         value,
                                   char          *out);
gsize    sg_double_write_fixed    (double         value,
                                   char          *out);

/**
 * SgNumberFlags:
 * @SG_NUMBER_UNDERSCORES: 1_000 is a thousand: an underscore may stand between two digits, and
 *   after the 0x of a hexadecimal number
 * @SG_NUMBER_DECIMAL: hexadecimal numbers are refused
 */
typedef enum
{
  SG_NUMBER_UNDERSCORES = 1 << 0,
  SG_NUMBER_DECIMAL = 1 << 1,
} SgNumberFlags;

gboolean sg_double_parse          (const char    *text,
                                   gsize          length,
                                   double        *ret_value);
gboolean sg_double_parse_full     (const char    *text,
                                   gsize          length,
                                   SgNumberFlags  flags,
                                   double        *ret_value);

G_END_DECLS
