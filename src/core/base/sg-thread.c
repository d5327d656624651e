/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-thread.h"

#include <signal.h>

/* A sanitizer keeps records of its own on the stack. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_FACTOR 8
#else
#define STACK_FACTOR 1
#endif

/*
 * sg_thread_start:
 * @ret_thread: the thread, which somebody must join
 * @name: at most 15 bytes, as top and gdb show it
 * @stack_size: in bytes; only what is touched becomes memory, but a stack of 2 MiB or more may be
 *   given a huge page whole
 * @func: what it runs
 * @data: for @func
 *
 * Signals are blocked in it, so that they go to the thread that waits for them; but not those that
 * its own faults raise, which would end the process past any handler if they were.
 *
 * Returns: %FALSE when the system has no room for another thread
 */
gboolean
sg_thread_start (pthread_t   *ret_thread,
                 const char  *name,
                 gsize        stack_size,
                 GThreadFunc  func,
                 gpointer     data)
{
  static const int faults[] = { SIGBUS, SIGFPE, SIGILL, SIGSEGV };
  pthread_attr_t attr;
  pthread_t thread;
  sigset_t all, before;
  int failed;

  pthread_attr_init (&attr);
  pthread_attr_setstacksize (&attr, stack_size * STACK_FACTOR);
  sigfillset (&all);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    sigdelset (&all, faults[i]);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  failed = pthread_create (&thread, &attr, func, data);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  pthread_attr_destroy (&attr);
  if (failed != 0)
    return FALSE;
  pthread_setname_np (thread, name);
  *ret_thread = thread;
  return TRUE;
}
