/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-level.h"

static const char *const level_names[] = { "healthy", "degraded", "unhealthy", "unknown" };

const char *
sg_level_to_string (SgLevel level)
{
  return level_names[level];
}

/* "critical" is another word for unhealthy, in documents that we replace. */
gboolean
sg_level_from_string (const char *text,
                      SgLevel    *ret_level)
{
  for (guint i = 0; i < G_N_ELEMENTS (level_names); i++)
    {
      if (g_ascii_strcasecmp (text, level_names[i]) == 0)
        {
          *ret_level = i;
          return TRUE;
        }
    }
  if (g_ascii_strcasecmp (text, "critical") != 0)
    return FALSE;
  *ret_level = SG_LEVEL_UNHEALTHY;
  return TRUE;
}

SgLevel
sg_level_worst (SgLevel a,
                SgLevel b)
{
  static const guint badness[] = { 0, 2, 3, 1 };

  return badness[a] >= badness[b] ? a : b;
}
