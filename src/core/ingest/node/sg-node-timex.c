/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <errno.h>
#include <string.h>
#include <sys/timex.h>

/*
 * What the kernel knows of how right its clock is, from adjtimex(2). Its times are in microseconds, or in
 * nanoseconds when STA_NANO is set; its frequencies are parts in a million, with 16 bits behind the point.
 */
#define PPM_16      65536000000.0
#define MICRO       1000000.0
#define NANO        1000000000.0
#define ERROR_STATE 5

static void
add_times (SgNodeScrape       *scrape,
           const struct timex *timex,
           double              divisor,
           int                 state)
{
  sg_node_gauge (scrape, "node_timex_sync_status",
                 "Is clock synchronized to a reliable server (1 = yes, 0 = no).",
                 state != ERROR_STATE);
  sg_node_gauge (scrape, "node_timex_offset_seconds",
                 "Time offset in between local system and reference clock.",
                 (double) timex->offset / divisor);
  sg_node_gauge (scrape, "node_timex_frequency_adjustment_ratio",
                 "Local clock frequency adjustment.", 1 + (double) timex->freq / PPM_16);
  sg_node_gauge (scrape, "node_timex_maxerror_seconds", "Maximum error in seconds.",
                 (double) timex->maxerror / MICRO);
  sg_node_gauge (scrape, "node_timex_estimated_error_seconds", "Estimated error in seconds.",
                 (double) timex->esterror / MICRO);
  sg_node_gauge (scrape, "node_timex_status", "Value of the status array bits.", timex->status);
  sg_node_gauge (scrape, "node_timex_loop_time_constant", "Phase-locked loop time constant.",
                 (double) timex->constant);
  sg_node_gauge (scrape, "node_timex_tick_seconds", "Seconds between clock ticks.",
                 (double) timex->tick / MICRO);
  sg_node_gauge (scrape, "node_timex_tai_offset_seconds", "International Atomic Time (TAI) offset.",
                 timex->tai);
}

static void
add_pulse (SgNodeScrape       *scrape,
           const struct timex *timex,
           double              divisor)
{
  sg_node_gauge (scrape, "node_timex_pps_frequency_hertz", "Pulse per second frequency.",
                 (double) timex->ppsfreq / PPM_16);
  sg_node_gauge (scrape, "node_timex_pps_jitter_seconds", "Pulse per second jitter.",
                 (double) timex->jitter / divisor);
  sg_node_gauge (scrape, "node_timex_pps_shift_seconds", "Pulse per second interval duration.",
                 timex->shift);
  sg_node_gauge (scrape, "node_timex_pps_stability_hertz",
                 "Pulse per second stability, average of recent frequency changes.",
                 (double) timex->stabil / PPM_16);
  sg_node_counter (scrape, "node_timex_pps_jitter_total",
                   "Pulse per second count of jitter limit exceeded events.",
                   (double) timex->jitcnt);
  sg_node_counter (scrape, "node_timex_pps_calibration_total",
                   "Pulse per second count of calibration intervals.", (double) timex->calcnt);
  sg_node_counter (scrape, "node_timex_pps_error_total",
                   "Pulse per second count of calibration errors.", (double) timex->errcnt);
  sg_node_counter (scrape, "node_timex_pps_stability_exceeded_total",
                   "Pulse per second count of stability limit exceeded events.",
                   (double) timex->stbcnt);
}

gboolean
sg_node_timex_collect (SgNodeScrape  *scrape,
                       GError       **error)
{
  struct timex timex;
  double divisor;
  int state;

  memset (&timex, 0, sizeof timex);
  state = adjtimex (&timex);
  if (state < 0)
    return FALSE;
  divisor = (timex.status & STA_NANO) != 0 ? NANO : MICRO;
  add_times (scrape, &timex, divisor, state);
  add_pulse (scrape, &timex, divisor);
  return TRUE;
}
