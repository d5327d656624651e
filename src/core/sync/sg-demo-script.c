/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-script.h"

/*
 * The script of two minutes, which then begins again:
 *
 *      0 s  calm; a check at 8 s finds nothing
 *     15 s  the disk is slow: accesses take sixty times as long, and some are given up
 *     28 s  calm
 *     40 s  somebody locks the database: failures, until the circuit breakers open
 *     52 s  he is gone: trials go through, the breakers close
 *     58 s  calm; a check at 62 s finds nothing, or what the lock has left
 *     70 s  somebody writes past the cache: a part of what is cached is stale, orphaned or different
 *     84 s  a check finds that, and it is written down
 *     90 s  a reconciliation repairs it; a check at 93 s finds nothing
 *     96 s  calm
 *    100 s  the cache is thrown away, and has to fill again
 *    110 s  calm; a check at 114 s
 */
#define SLOWER 60

static const struct
{
  gint64 from_ms;
  SgDemoPhase phase;
} phases[] = {
  { 0, SG_DEMO_CALM },       { 15000, SG_DEMO_SLOW_DISK }, { 28000, SG_DEMO_CALM },
  { 40000, SG_DEMO_LOCKED }, { 52000, SG_DEMO_CALM },      { 70000, SG_DEMO_STALE },
  { 96000, SG_DEMO_CALM },   { 100000, SG_DEMO_COLD },     { 110000, SG_DEMO_CALM },
};

static const struct
{
  gint64 at_ms;
  SgDemoCue cue;
} cues[] = {
  { 8000, SG_DEMO_CUE_CHECK },          { 40000, SG_DEMO_CUE_LOCK },
  { 52000, SG_DEMO_CUE_UNLOCK },        { 62000, SG_DEMO_CUE_CHECK },
  { 70000, SG_DEMO_CUE_OUTSIDE_WRITE }, { 84000, SG_DEMO_CUE_FIND },
  { 90000, SG_DEMO_CUE_REPAIR },        { 93000, SG_DEMO_CUE_VERIFY },
  { 100000, SG_DEMO_CUE_DROP_CACHE },   { 114000, SG_DEMO_CUE_CHECK },
};

/* @elapsed_ms: since the beginning, as everywhere here */
SgDemoPhase
sg_demo_script_get_phase (gint64 elapsed_ms)
{
  SgDemoPhase phase = SG_DEMO_CALM;

  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      if (elapsed_ms % SG_DEMO_CYCLE_MS >= phases[i].from_ms)
        phase = phases[i].phase;
    }
  return phase;
}

/* By how much the database is slower than usual. */
double
sg_demo_script_get_slower (gint64 elapsed_ms)
{
  return sg_demo_script_get_phase (elapsed_ms) == SG_DEMO_SLOW_DISK ? SLOWER : 1;
}

guint
sg_demo_script_get_cycle (gint64 elapsed_ms)
{
  return (guint) (elapsed_ms / SG_DEMO_CYCLE_MS);
}

/**
 * sg_demo_script_find_cue:
 * @after_ms: a moment
 * @until_ms: a later one
 * @ret_cue: (out): what is the first to happen after @after_ms
 * @ret_at_ms: (out): when
 *
 * Returns: %FALSE if that is after @until_ms
 */
gboolean
sg_demo_script_find_cue (gint64     after_ms,
                         gint64     until_ms,
                         SgDemoCue *ret_cue,
                         gint64    *ret_at_ms)
{
  gint64 start = after_ms - after_ms % SG_DEMO_CYCLE_MS;

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cues); i++)
    {
      guint n = i % G_N_ELEMENTS (cues);
      gint64 at = start + i / G_N_ELEMENTS (cues) * SG_DEMO_CYCLE_MS + cues[n].at_ms;

      if (at <= after_ms)
        continue;
      if (at > until_ms)
        return FALSE;
      *ret_cue = cues[n].cue;
      *ret_at_ms = at;
      return TRUE;
    }
  return FALSE;
}

const char *
sg_demo_phase_to_string (SgDemoPhase phase)
{
  static const char *const names[] = { "calm", "slow disk", "locked database", "stale cache",
                                       "cold cache" };

  g_return_val_if_fail ((guint) phase < G_N_ELEMENTS (names), NULL);
  return names[phase];
}
