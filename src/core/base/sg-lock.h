/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <pthread.h>

G_BEGIN_DECLS

/*
 * Locks of the core are pthread's own, not GLib's: GLib's library is not built for ThreadSanitizer, so
 * that its futex-based GMutex would be invisible and correct code would be reported as a race.
 *
 *   SG_LOCK_SCOPE (&self->lock);
 *
 * holds a lock to the end of the block.
 */
typedef struct
{
  pthread_mutex_t mutex;
} SgLock;

typedef struct
{
  pthread_cond_t cond;
} SgCond;

#define SG_LOCK_INIT { PTHREAD_MUTEX_INITIALIZER }

void     sg_lock_init       (SgLock *lock);
void     sg_lock_clear      (SgLock *lock);
void     sg_cond_init       (SgCond *cond);
void     sg_cond_clear      (SgCond *cond);
void     sg_cond_wait       (SgCond *cond,
                             SgLock *lock);
gboolean sg_cond_wait_until (SgCond *cond,
                             SgLock *lock,
                             gint64  monotonic_us);

static inline void
sg_lock_acquire (SgLock *lock)
{
  pthread_mutex_lock (&lock->mutex);
}

static inline gboolean
sg_lock_try (SgLock *lock)
{
  return pthread_mutex_trylock (&lock->mutex) == 0;
}

static inline void
sg_lock_release (SgLock *lock)
{
  pthread_mutex_unlock (&lock->mutex);
}

static inline void
sg_cond_signal (SgCond *cond)
{
  pthread_cond_signal (&cond->cond);
}

static inline void
sg_cond_broadcast (SgCond *cond)
{
  pthread_cond_broadcast (&cond->cond);
}

typedef SgLock *SgLockScope;

static inline SgLockScope
sg_lock_scope_enter (SgLock *lock)
{
  sg_lock_acquire (lock);
  return lock;
}

static inline void
sg_lock_scope_leave (SgLockScope *scope)
{
  sg_lock_release (*scope);
}

#define SG_LOCK_SCOPE(lock) \
  G_GNUC_UNUSED __attribute__ ((cleanup (sg_lock_scope_leave))) \
  SgLockScope G_PASTE (sg_lock_scope_, __LINE__) = sg_lock_scope_enter (lock)

G_END_DECLS
