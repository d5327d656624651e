/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

struct _SgTimer
{
  SgHistogram histogram;
  SgClock *clock;
  SgMonotonic start;
};

/**
 * sg_timer_start:
 * @histogram: a histogram of seconds
 *
 * The time is that of the registry's clock.
 *
 * Returns: (transfer full): a timer that runs
 */
SgTimer *
sg_timer_start (SgHistogram histogram)
{
  SgHistogramCell *cell = sg_histogram_cells_claim (histogram.key);
  SgClock *clock = cell != NULL ? sg_histogram_cell_get_clock (cell) : sg_clock_get_system ();
  SgTimer *self = g_new (SgTimer, 1);

  *self = (SgTimer) { histogram, g_object_ref (clock), sg_clock_monotonic (clock) };
  return self;
}

/* Returns: the seconds since it was started */
double
sg_timer_elapsed (SgTimer *self)
{
  return sg_monotonic_seconds (self->start, sg_clock_monotonic (self->clock));
}

/**
 * sg_timer_discard:
 * @self: (transfer full): a timer
 *
 * Ends it without an observation.
 */
void
sg_timer_discard (SgTimer *self)
{
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * sg_timer_stop:
 * @self: (transfer full): a timer
 *
 * Observes the seconds since it was started.
 */
void
sg_timer_stop (SgTimer *self)
{
  sg_histogram_observe (self->histogram, sg_timer_elapsed (self));
  sg_timer_discard (self);
}
