/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-lock.h"

#include <errno.h>
#include <time.h>

void
sg_lock_init (SgLock *lock)
{
  pthread_mutex_init (&lock->mutex, NULL);
}

void
sg_lock_clear (SgLock *lock)
{
  pthread_mutex_destroy (&lock->mutex);
}

/* Waits are measured on the monotonic clock, so that a step of the wall clock stretches none. */
void
sg_cond_init (SgCond *cond)
{
  pthread_condattr_t attr;

  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  pthread_cond_init (&cond->cond, &attr);
  pthread_condattr_destroy (&attr);
}

void
sg_cond_clear (SgCond *cond)
{
  pthread_cond_destroy (&cond->cond);
}

void
sg_cond_wait (SgCond *cond,
              SgLock *lock)
{
  pthread_cond_wait (&cond->cond, &lock->mutex);
}

/* Returns: %FALSE when @monotonic_us (as of g_get_monotonic_time()) passed without a signal. */
gboolean
sg_cond_wait_until (SgCond *cond,
                    SgLock *lock,
                    gint64  monotonic_us)
{
  struct timespec until = {
    .tv_sec = monotonic_us / G_USEC_PER_SEC,
    .tv_nsec = (monotonic_us % G_USEC_PER_SEC) * 1000,
  };

  return pthread_cond_timedwait (&cond->cond, &lock->mutex, &until) != ETIMEDOUT;
}
