/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SG_DEMO_CYCLE_MS 120000

/**
 * SgDemoPhase:
 * @SG_DEMO_CALM: all is as it should be
 * @SG_DEMO_SLOW_DISK: the database takes its time
 * @SG_DEMO_LOCKED: somebody else has the database for himself
 * @SG_DEMO_STALE: somebody else wrote to the database, and the cache does not know
 * @SG_DEMO_COLD: the cache was thrown away
 *
 * What goes wrong.
 */
typedef enum
{
  SG_DEMO_CALM,
  SG_DEMO_SLOW_DISK,
  SG_DEMO_LOCKED,
  SG_DEMO_STALE,
  SG_DEMO_COLD,
} SgDemoPhase;

/**
 * SgDemoCue:
 * @SG_DEMO_CUE_CHECK: compare cache and database, and repair what differs
 * @SG_DEMO_CUE_LOCK: somebody takes the database for himself
 * @SG_DEMO_CUE_UNLOCK: and gives it back
 * @SG_DEMO_CUE_OUTSIDE_WRITE: somebody writes to the database without the cache
 * @SG_DEMO_CUE_FIND: compare them, and write down what differs for somebody to decide
 * @SG_DEMO_CUE_REPAIR: repair it
 * @SG_DEMO_CUE_VERIFY: compare them again
 * @SG_DEMO_CUE_DROP_CACHE: throw the cache away
 *
 * What happens at one moment.
 */
typedef enum
{
  SG_DEMO_CUE_CHECK,
  SG_DEMO_CUE_LOCK,
  SG_DEMO_CUE_UNLOCK,
  SG_DEMO_CUE_OUTSIDE_WRITE,
  SG_DEMO_CUE_FIND,
  SG_DEMO_CUE_REPAIR,
  SG_DEMO_CUE_VERIFY,
  SG_DEMO_CUE_DROP_CACHE,
} SgDemoCue;

SgDemoPhase  sg_demo_script_get_phase  (gint64      elapsed_ms);
double       sg_demo_script_get_slower (gint64      elapsed_ms);
guint        sg_demo_script_get_cycle  (gint64      elapsed_ms);
gboolean     sg_demo_script_find_cue   (gint64      after_ms,
                                        gint64      until_ms,
                                        SgDemoCue  *ret_cue,
                                        gint64     *ret_at_ms);
const char  *sg_demo_phase_to_string   (SgDemoPhase phase);

G_END_DECLS
