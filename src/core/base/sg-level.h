/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgLevel:
 * @SG_LEVEL_HEALTHY: all is well
 * @SG_LEVEL_DEGRADED: it works, but not as it should
 * @SG_LEVEL_UNHEALTHY: it does not work
 * @SG_LEVEL_UNKNOWN: nothing is known about it
 *
 * How something is. Rising badness but for unknown, which is worse than healthy only.
 */
typedef enum
{
  SG_LEVEL_HEALTHY,
  SG_LEVEL_DEGRADED,
  SG_LEVEL_UNHEALTHY,
  SG_LEVEL_UNKNOWN,
} SgLevel;

const char *sg_level_to_string   (SgLevel      level);
gboolean    sg_level_from_string (const char  *text,
                                  SgLevel     *ret_level);
SgLevel     sg_level_worst       (SgLevel      a,
                                  SgLevel      b);

G_END_DECLS
