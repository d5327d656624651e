/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-clock.h"

#include "base/sg-lock.h"

#include <time.h>

/*
 * A manual clock keeps its two times in atomics; moving it wakes the GSources that wait for it. A
 * source of the system clock is an ordinary ready time.
 */
struct _SgClock
{
  GObject parent_instance;
  gboolean manual;
  gint64 wall_ns;
  gint64 monotonic_us;
  SgLock lock;
  GPtrArray *waiting;
};

typedef struct
{
  GSource source;
  SgClock *clock;
  SgMonotonic at;
} ClockSource;

G_DEFINE_FINAL_TYPE (SgClock, sg_clock, G_TYPE_OBJECT)

static void
sg_clock_finalize (GObject *object)
{
  SgClock *self = SG_CLOCK (object);

  g_ptr_array_unref (self->waiting);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_clock_parent_class)->finalize (object);
}

static void
sg_clock_class_init (SgClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_clock_finalize;
}

static void
sg_clock_init (SgClock *self)
{
  sg_lock_init (&self->lock);
  self->waiting = g_ptr_array_new ();
}

/**
 * sg_clock_get_system:
 *
 * Returns: (transfer none): the clock of the machine
 */
SgClock *
sg_clock_get_system (void)
{
  static SgClock *system_clock;

  if (g_once_init_enter (&system_clock))
    g_once_init_leave (&system_clock, g_object_new (SG_TYPE_CLOCK, NULL));
  return system_clock;
}

/**
 * sg_clock_new_manual:
 * @start: its wall time; its monotonic time starts at one second
 *
 * Returns: (transfer full): a clock that stands still until it is moved
 */
SgClock *
sg_clock_new_manual (SgTimeNs start)
{
  SgClock *self = g_object_new (SG_TYPE_CLOCK, NULL);

  self->manual = TRUE;
  self->wall_ns = start.ns;
  self->monotonic_us = G_USEC_PER_SEC;
  return self;
}

SgTimeNs
sg_clock_now_ns (SgClock *self)
{
  struct timespec now;

  if (self->manual)
    return (SgTimeNs) { __atomic_load_n (&self->wall_ns, __ATOMIC_ACQUIRE) };
  clock_gettime (CLOCK_REALTIME, &now);
  return (SgTimeNs) { now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec };
}

SgTimeMs
sg_clock_now_ms (SgClock *self)
{
  return sg_time_ns_to_ms (sg_clock_now_ns (self));
}

SgMonotonic
sg_clock_monotonic (SgClock *self)
{
  if (self->manual)
    return (SgMonotonic) { __atomic_load_n (&self->monotonic_us, __ATOMIC_ACQUIRE) };
  return (SgMonotonic) { g_get_monotonic_time () };
}

static void
clock_wake_due (SgClock *self)
{
  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->waiting->len; i++)
    {
      ClockSource *source = g_ptr_array_index (self->waiting, i);

      if (source->at.us <= self->monotonic_us)
        g_source_set_ready_time (&source->source, 0);
    }
}

/* Moves both times of a manual clock on by @ms. */
void
sg_clock_advance (SgClock *self,
                  gint64   ms)
{
  g_return_if_fail (self->manual);
  __atomic_fetch_add (&self->wall_ns, ms * 1000000, __ATOMIC_ACQ_REL);
  __atomic_fetch_add (&self->monotonic_us, ms * 1000, __ATOMIC_ACQ_REL);
  clock_wake_due (self);
}

/* Moves only the wall time of a manual clock, as when somebody sets the machine's clock. */
void
sg_clock_step_wall (SgClock *self,
                    gint64   ms)
{
  g_return_if_fail (self->manual);
  __atomic_fetch_add (&self->wall_ns, ms * 1000000, __ATOMIC_ACQ_REL);
}

static gboolean
clock_source_dispatch (GSource     *source,
                       GSourceFunc  callback,
                       gpointer     user_data)
{
  g_source_set_ready_time (source, -1);
  return callback != NULL ? callback (user_data) : G_SOURCE_REMOVE;
}

static void
clock_source_finalize (GSource *source)
{
  ClockSource *self = (ClockSource *) source;

  if (self->clock->manual)
    {
      SG_LOCK_SCOPE (&self->clock->lock);
      g_ptr_array_remove_fast (self->clock->waiting, self);
    }
  g_object_unref (self->clock);
}

/**
 * sg_clock_source_new:
 * @self: a clock
 * @at: when, on its monotonic time
 *
 * Returns: (transfer full): a source that is dispatched once @at has come
 */
GSource *
sg_clock_source_new (SgClock     *self,
                     SgMonotonic  at)
{
  static GSourceFuncs funcs = {
    .dispatch = clock_source_dispatch,
    .finalize = clock_source_finalize,
  };
  GSource *source = g_source_new (&funcs, sizeof (ClockSource));
  ClockSource *clock_source = (ClockSource *) source;

  clock_source->clock = g_object_ref (self);
  clock_source->at = at;
  if (!self->manual)
    g_source_set_ready_time (source, at.us);
  else
    {
      SG_LOCK_SCOPE (&self->lock);
      g_ptr_array_add (self->waiting, source);
      if (at.us <= self->monotonic_us)
        g_source_set_ready_time (source, 0);
    }
  return source;
}
