/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * Three kinds of time that must never meet by accident:
 *
 *  - SgTimeMs, wall time of series in milliseconds since 1970. It stays a plain integer, because it
 *    lives in the arrays that chunks are decoded into and that the query engine computes on.
 *  - SgTimeNs, wall time of log records and spans in nanoseconds since 1970. A struct, so that the
 *    compiler refuses to take one for the other.
 *  - SgMonotonic, microseconds of a clock that never jumps: durations and deadlines.
 */
typedef gint64 SgTimeMs;

typedef struct
{
  gint64 ns;
} SgTimeNs;

typedef struct
{
  gint64 us;
} SgMonotonic;

#define SG_TIME_MS_MIN G_MININT64
#define SG_TIME_MS_MAX G_MAXINT64

static inline SgTimeMs
sg_time_ns_to_ms (SgTimeNs time)
{
  gint64 ms = time.ns / 1000000;

  return time.ns % 1000000 < 0 ? ms - 1 : ms;
}

static inline SgTimeNs
sg_time_ms_to_ns (SgTimeMs ms)
{
  return (SgTimeNs) { ms * 1000000 };
}

static inline double
sg_monotonic_seconds (SgMonotonic from, SgMonotonic to)
{
  return (double) (to.us - from.us) / 1e6;
}

/*
 * SgClock tells the time to everything that decides by it, so that tests, backtests and replays run
 * on a time of their own. The system clock is one shared instance; a manual clock stands still until
 * it is moved, and wakes whoever waits for it. All calls are safe from any thread.
 */
#define SG_TYPE_CLOCK (sg_clock_get_type ())
G_DECLARE_FINAL_TYPE (SgClock, sg_clock, SG, CLOCK, GObject)

SgClock    *sg_clock_get_system   (void);
SgClock    *sg_clock_new_manual   (SgTimeNs     start);
SgTimeMs    sg_clock_now_ms       (SgClock     *self);
SgTimeNs    sg_clock_now_ns       (SgClock     *self);
SgMonotonic sg_clock_monotonic    (SgClock     *self);
void        sg_clock_advance      (SgClock     *self,
                                   gint64       ms);
void        sg_clock_step_wall    (SgClock     *self,
                                   gint64       ms);
GSource    *sg_clock_source_new   (SgClock     *self,
                                   SgMonotonic  at);

G_END_DECLS
