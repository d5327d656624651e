/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many bytes sg_duration_write() needs at most. */
#define SG_DURATION_TEXT_MAX 48
/* The longest duration, in ms: what Prometheus can hold, 2^63 − 1 ns. */
#define SG_DURATION_MAX G_GINT64_CONSTANT (9223372036854)

/**
 * SgDurationFlags:
 * @SG_DURATION_NEGATIVE: a minus sign may stand before it
 */
typedef enum
{
  SG_DURATION_NEGATIVE = 1 << 0,
} SgDurationFlags;

gboolean sg_duration_parse     (const char       *text,
                                gssize            length,
                                SgDurationFlags   flags,
                                gint64           *ret_ms,
                                GError          **error);
gsize    sg_duration_write     (gint64            ms,
                                char             *out);
char    *sg_duration_to_string (gint64            ms);

G_END_DECLS
